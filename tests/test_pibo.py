"""Tests of πBO."""

import math
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from alone import trials_of

from hpobench import (
    Categorical,
    Config,
    Float,
    Int,
    Ordinal,
    Pending,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
)
from hpobench.commands.conformance.races import raced
from hpobench.models.acquisition import Acquisition
from hpobench.models.evidence import fit
from hpobench.models.features import Features
from hpobench.prior import Normal, Prior, Weights
from hpobench.registry import find_problems, find_strategies
from hpobench.strategy import Unsupported

MODULE = import_module("hpobench.strategies.pibo")
Pibo = MODULE.Pibo
SPACE = Space(
    {
        "model": Categorical(("net", "forest", None)),
        "rate": Float(1e-5, 1.0, log=True, when={"model": ("net",)}),
        "depth": Int(1, 9, when={"model": ("forest", None)}),
        "batch": Ordinal((8, 16, 64)),
        "decay": Float(0.0, 1.0),
    }
)
PRIOR = Prior(
    SPACE,
    {
        "model": Weights((4.0, 1.0, 1.0)),
        "rate": Normal(0.7, 0.1),
        "depth": Normal(0.2, 0.2),
        "decay": Normal(0.9, 0.15),
    },
)
FEATURES = Features(SPACE)
SQUARE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
CORNER = Prior(SQUARE, {"x": Normal(0.9, 0.05), "y": Normal(0.9, 0.05)})
LEAN = {"candidates": 64, "ascents": 2}


class Believing(Pibo):  # type: ignore[misc,valid-type]  # a module that is imported by name
    """πBO that is told CORNER, whatever the task has."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(replace(task, prior=CORNER), rng)


def _xy(config: Config) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return SQUARE.encode(config)


def _acquisition(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Acquisition:
    rows = FEATURES.snap(np.random.default_rng(1).random((len(values), len(SPACE))))
    process = fit(FEATURES.groups, FEATURES.points(rows), values)
    return Acquisition(process, float(values.min()), None)


def test_the_acquisition_is_expected_improvement_times_a_power_of_the_doubted_prior() -> None:
    rng = np.random.default_rng(0)
    acquisition = _acquisition(rng.standard_normal(8))
    rows = FEATURES.snap(rng.random((20, len(SPACE))))
    points = FEATURES.points(rows)
    believed = MODULE.Believed(acquisition, PRIOR, FEATURES, 0.7, 0.05)
    mixture = 0.95 * np.exp(PRIOR.log_density(rows)) + 0.05
    expected = np.exp(acquisition.scores(points)) * mixture**0.7
    assert np.exp(believed.scores(points)) == pytest.approx(expected)
    assert believed.slopes(points)[0] == pytest.approx(believed.scores(points))


def test_its_slopes_along_the_real_parameters_are_those_of_differences() -> None:
    rng = np.random.default_rng(0)
    believed = MODULE.Believed(_acquisition(rng.standard_normal(8)), PRIOR, FEATURES, 0.7, 0.05)
    rows = FEATURES.snap(rng.random((20, len(SPACE))))
    points = FEATURES.points(rows)
    _, slopes = believed.slopes(points)
    for name in ("rate", "decay"):
        place = list(SPACE).index(name)
        column, active = FEATURES.first[place], ~np.isnan(rows[:, place])
        step = np.zeros(points.shape[1])
        step[column] = 1e-6
        change = (believed.scores(points + step) - believed.scores(points - step)) / 2e-6
        assert active.sum() >= 5
        assert slopes[active, column] == pytest.approx(change[active], rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("doubt", [0.0, 0.01])
def test_a_density_that_underflows_leaves_finite_scores_and_slopes(doubt: float) -> None:
    rng = np.random.default_rng(0)
    narrow = Prior(SPACE, {"decay": Normal(0.0, 0.001)})
    believed = MODULE.Believed(_acquisition(rng.standard_normal(8)), narrow, FEATURES, 5.0, doubt)
    points = FEATURES.points(FEATURES.snap(rng.random((20, len(SPACE)))))
    scores, slopes = believed.slopes(points)
    assert np.isfinite(scores).all()
    assert np.isfinite(slopes).all()


def test_the_design_begins_at_the_likeliest_and_then_a_third_of_it_is_from_the_prior() -> None:
    found = [
        _xy(each.proposal.config) for each in trials_of(Believing(initial=9), SQUARE, _flat, 9)
    ]
    assert found[0] == pytest.approx([0.9, 0.9])
    near = [bool((np.abs(each - 0.9) < 0.25).all()) for each in found]
    assert near[:4] == [True] * 4
    assert sum(near[4:]) <= 1
    units = np.array(found[4:])
    assert np.sort(np.floor(units * 5), axis=0).tolist() == [[i, i] for i in range(5)]


def _flat(_config: Config) -> float:
    return 0.0


def test_the_prior_pulls_less_and_less() -> None:
    def distance(count: int) -> float:
        strategy: Strategy = Believing(**LEAN)
        strategy.setup(Task(SQUARE, None, 100, 1), np.random.default_rng(0))
        rng = np.random.default_rng(1)
        for number in range(count):
            config = SQUARE.decode(rng.random(2) * 0.6)
            value = float(np.sum((_xy(config) - 0.3) ** 2))
            strategy.tell(Trial(number, Proposal(config), (value,), 1.0))
        proposal = strategy.ask([])
        assert proposal is not None
        return float(np.abs(_xy(proposal.config) - 0.9).max())

    assert distance(6) < 0.2
    assert distance(60) > 0.4


def test_a_good_prior_is_ahead_early_and_a_misleading_one_is_left() -> None:
    def reached(name: str, kind: str, budget: int, seeds: int) -> float:
        problem = find_problems(f"hartmann-6+prior={kind}")[0].item
        strategy = find_strategies(name)[0].item
        runs = [raced(strategy, problem, budget=budget, seed=seed).records for seed in range(seeds)]
        return float(np.mean([min(record.trial.value for record in run) for run in runs]))

    lean = "candidates=64,ascents=2"
    plain = reached(f"bayesian-optimization:{lean}", "good", 9, 2)
    assert reached(f"pibo:{lean}", "good", 9, 2) < plain - 0.3
    random = reached("random-search", "misleading", 20, 10)
    assert reached(f"pibo:{lean}", "misleading", 20, 1) < random


def test_a_doubted_prior_forbids_less_than_one_that_is_not_doubted() -> None:
    rng = np.random.default_rng(0)
    acquisition = _acquisition(rng.standard_normal(8))
    points = FEATURES.points(FEATURES.snap(rng.random((50, len(SPACE)))))
    plain = acquisition.scores(points)
    doubted, trusted = (
        MODULE.Believed(acquisition, PRIOR, FEATURES, 1.0, doubt).scores(points) - plain
        for doubt in (0.1, 0.0)
    )
    assert doubted.min() >= math.log(0.1)
    assert trusted.min() < -10.0


def test_what_is_pending_or_known_is_not_proposed_and_a_small_space_comes_to_an_end() -> None:
    space = Space({"a": Categorical(("x", "y", "z")), "b": Categorical((1, 2, 3))})
    strategy: Strategy = Pibo(**LEAN)
    prior = Prior(space, {"a": Weights((9.0, 1.0, 1.0))})
    strategy.setup(Task(space, None, 20, 3, prior=prior), np.random.default_rng(0))
    pending: list[Pending] = []
    found: list[Config] = []
    while (proposal := strategy.ask(pending)) is not None:
        found.append(proposal.config)
        pending.append(Pending(len(found), proposal))
        if len(pending) == 3:
            done = pending.pop(0)
            strategy.tell(Trial(done.id, done.proposal, (float(done.id % 4),), 1.0))
    assert len(found) == len({str(each) for each in found}) == 9
    assert found[0]["a"] == "x"


def test_where_values_are_noisy_it_recommends_the_lowest_mean() -> None:
    strategy: Strategy = Believing(**LEAN)
    strategy.setup(Task(SQUARE, None, 100, 1), np.random.default_rng(0))
    assert strategy.recommend() is None
    rng = np.random.default_rng(1)
    for number in range(40):
        config = SQUARE.decode(rng.random(2))
        noise = float(rng.standard_normal())
        value = 5 * float(np.sum((_xy(config) - 0.3) ** 2)) + noise - 4.0 * (number == 0)
        strategy.tell(Trial(number, Proposal(config), (value,), 1.0))
    lucky = strategy.told.rows[0]  # type: ignore[attr-defined]  # its own
    recommended = strategy.recommend()
    assert recommended is not None
    assert np.abs(_xy(recommended) - lucky).max() > 1e-6


def test_it_needs_a_prior_and_sensible_fields() -> None:
    with pytest.raises(Unsupported, match="needs a prior"):
        Pibo().setup(Task(SQUARE, None, 10, 1), np.random.default_rng(0))
    with pytest.raises(ValueError, match="beta must be"):
        Pibo(beta=-1.0)
    for doubt in (-0.1, 0.9, math.nan):
        with pytest.raises(ValueError, match="doubt must be"):
            Pibo(doubt=doubt)
