"""Tests of the cost-aware Bayesian optimisation."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from alone import MIXED
from scipy.stats import norm

from hpobench import Config, Float, Int, Space, Strategy, Task, Trial, Units
from hpobench.models.acquisition import Acquisition
from hpobench.models.evidence import fit

module = import_module("hpobench.strategies.cost_aware")
plain = import_module("hpobench.strategies.bayesian_optimization")
FIELDS = {"initial": 4, "candidates": 64, "ascents": 2}
PLANE = Space({"x": Float(0.0, 1.0), "n": Int(1, 4)})


def run(
    strategy: Strategy,
    space: Space,
    value: Callable[[Config], float],
    duration: Callable[[Config], float],
    *,
    seed: int = 0,
    told: bool = True,
) -> list[Trial]:
    """Return the trials of a run of 12 evaluations; `told`: whether durations are told."""
    strategy.setup(Task(space, None, 12, 1), np.random.default_rng(seed))
    trials: list[Trial] = []
    for i in range(12):
        proposal = strategy.ask([])
        assert proposal is not None
        took = duration(proposal.config) if told else None
        trials.append(Trial(i, proposal, (value(proposal.config),), 1.0, duration=took))
        strategy.tell(trials[-1])
    return trials


def number(config: Config, name: str) -> float:
    """Return the number that a parameter has; 0 where it is inactive."""
    return float(config.get(name, 0.0))  # type: ignore[arg-type]  # a number


def wave(config: Config) -> float:
    """Return a value that is alike on both sides of x = 1/2."""
    return float(np.cos(4 * np.pi * number(config, "x"))) + 0.1 * number(config, "n")


def slope(config: Config) -> float:
    """Return a duration that grows thirtyfold with x."""
    return float(0.1 * 30 ** number(config, "x"))


def configs(trials: list[Trial]) -> list[Config]:
    return [trial.proposal.config for trial in trials]


@pytest.mark.parametrize("told", [True, False])
def test_where_all_durations_are_equal_it_proposes_what_the_plain_process_does(told: bool) -> None:  # noqa: FBT001  # a parameter of the test
    def value(config: Config) -> float:
        return number(config, "gamma") + number(config, "width")

    aware, usual = (
        run(each(**FIELDS), MIXED, value, lambda _: 2.0, told=told)
        for each in (module.CostAware, plain.BayesianOptimization)
    )
    assert configs(aware) == configs(usual)


def test_of_two_equal_sides_it_searches_the_fast_one_more() -> None:
    def time(kind: Callable[..., Strategy]) -> float:
        runs = [run(kind(**FIELDS), PLANE, wave, slope, seed=seed) for seed in range(3)]
        return sum(slope(trial.proposal.config) for trials in runs for trial in trials[4:])

    assert time(module.CostAware) < 0.7 * time(plain.BayesianOptimization)


def test_the_power_falls_from_one_at_the_first_model_to_zero_at_the_end() -> None:
    assert [module.cooled(20, spent, 5) for spent in (5, 12.5, 20)] == [1.0, 0.5, 0.0]
    assert module.cooled(20, 20.5, 5) == 0.0
    assert module.cooled(3, 5, 5) == 0.0


def test_what_it_maximises_is_the_improvement_divided_by_a_power_of_the_duration() -> None:
    rng = np.random.default_rng(1)
    seen, groups = rng.random((8, 2)), np.arange(2)
    process = fit(groups, seen, rng.standard_normal(8))
    logarithms = 3.0 + 2.0 * seen[:, 0]
    deviation = logarithms.std()
    durations = fit(groups, seen, (logarithms - logarithms.mean()) / deviation)
    cooled = module.Cooled(Acquisition(process, -0.5, None), durations, 0.25 * deviation)
    points = rng.random((5, 2))
    scores, gradients = cooled.slopes(points)
    means, deviations = process.posterior(points)
    z = (-0.5 - means) / deviations
    improvement = deviations * (z * norm.cdf(z) + norm.pdf(z))
    expected = durations.posterior(points)[0] * deviation + logarithms.mean()
    ratio = improvement / np.exp(0.25 * expected)
    constant = 0.25 * logarithms.mean()
    np.testing.assert_allclose(scores - constant, np.log(ratio), atol=1e-6)
    np.testing.assert_allclose(cooled.scores(points), scores, atol=1e-9)
    step = 1e-5
    for column in range(2):
        moved = points + step * np.eye(2)[column]
        back = points - step * np.eye(2)[column]
        slopes = (cooled.scores(moved) - cooled.scores(back)) / (2 * step)
        np.testing.assert_allclose(gradients[:, column], slopes, rtol=1e-3, atol=1e-4)


def test_failed_trials_teach_nothing_of_durations() -> None:
    def value(config: Config) -> float:
        return float("nan") if number(config, "x") > 0.5 else wave(config)

    def duration(config: Config) -> float:
        return 1.0 if number(config, "x") <= 0.5 else 1000.0

    aware, usual = (
        run(each(**FIELDS), PLANE, value, duration)
        for each in (module.CostAware, plain.BayesianOptimization)
    )
    assert configs(aware) == configs(usual)


def test_the_process_of_durations_sees_the_last_trials_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = list[int]()

    def counted(groups: Any, points: Units, *rest: Any) -> object:  # noqa: ANN401  # what fit takes
        seen.append(len(points))
        return fit(groups, points, *rest)

    monkeypatch.setattr(module, "LARGE", 6)
    monkeypatch.setattr(module, "fit", counted)
    run(module.CostAware(**FIELDS), PLANE, wave, slope)
    assert seen == [4, 5, 6, 6, 6, 6, 6, 6]
