"""Tests of population-based training."""

import math
from importlib import import_module

import numpy as np
import pytest
from driven import SPACE, asked, driven, sizes, spent, started, unpaid_twice, x_of

from hpobench import (
    Categorical,
    Config,
    Fidelity,
    Float,
    Int,
    Ordinal,
    Proposal,
    Space,
    Task,
    Trial,
)
from hpobench.strategy import Unsupported

PopulationBasedTraining = import_module(
    "hpobench.strategies.population_based_training"
).PopulationBasedTraining
EPOCHS = Fidelity(1, 10)


def _values(config: Config, fidelity: float) -> float:
    return abs(x_of(config) - 0.7) + (config["kind"] == "a") + 1 / fidelity


def test_a_step_is_an_interval_and_the_steps_of_a_training_continue_each_other() -> None:
    trials = driven(PopulationBasedTraining(), 15, EPOCHS, _values)
    assert set(sizes(trials)) == {2, 4, 6, 8, 10}
    reached = {t.id: t.proposal.fidelity or 0.0 for t in trials}
    for trial in trials:
        before = 0 if trial.proposal.resume is None else reached[trial.proposal.resume]
        assert trial.proposal.fidelity == before + 2
    assert unpaid_twice(trials, EPOCHS)
    assert [t.proposal.fidelity for t in trials[:10]] == [2] * 10


@pytest.mark.parametrize(
    ("fidelity", "interval", "ends"),
    [
        (Fidelity(1, 27), 1 / 3, [9, 18, 27]),
        (Fidelity(1, 3), 0.1, [1, 2, 3]),
        (Fidelity(50, 100), 0.25, [50, 75, 100]),
        (Fidelity(0.1, 1.0, "of the data", integer=False), 0.5, [0.5, 1.0]),
        (Fidelity(1, 10), 1.0, [10]),
    ],
)
def test_the_steps_divide_the_training_as_far_as_its_fidelity_allows(
    fidelity: Fidelity, interval: float, ends: list[float]
) -> None:
    strategy = started(PopulationBasedTraining(interval=interval), 20, fidelity)
    assert strategy.ends == pytest.approx(ends)  # type: ignore[attr-defined]  # its state


def test_the_worst_third_gives_up_and_variants_of_the_best_third_begin() -> None:
    strategy = started(PopulationBasedTraining(population=6), 30, EPOCHS)
    first = [asked(strategy) for _ in range(6)]
    for id_, proposal in enumerate(first):
        strategy.tell(Trial(id_, proposal, (float(id_),), 0.2))
    second = [asked(strategy) for _ in range(6)]
    # The values rise, so from the third trial on each is in the worst third when it is told.
    continued = [p.resume for p in second if p.resume is not None]
    assert continued == [0, 1]
    assert [p.fidelity for p in second] == [4, 4, 2, 2, 2, 2]


def test_whole_trainings_are_completed_whatever_the_budget() -> None:
    for budget in (1.0, 3.0, 7.5, 20.0):
        trials = driven(PopulationBasedTraining(), budget, EPOCHS, _values)
        assert sizes(trials)[10] >= max(1, budget // 3)
        assert spent(trials) <= budget + 1e-9
        begun = {str(t.proposal.config) for t in trials if t.proposal.resume is None}
        assert len(begun) >= min(10, int(budget / 1.5))
    afresh = driven(PopulationBasedTraining(), 20, Fidelity(1, 10, resumes=False), _values)
    assert {t.proposal.resume for t in afresh} == {None}
    assert sizes(afresh)[10] >= 4


def test_numbers_are_multiplied_ordinals_move_by_one_and_categories_are_kept() -> None:
    space = Space(
        {
            "rate": Float(1e-4, 1.0, log=True),
            "depth": Int(1, 12),
            "width": Ordinal((8, 16, 32)),
            "kind": Categorical(("a", "b")),
        }
    )
    strategy = PopulationBasedTraining()
    strategy.setup(Task(space, EPOCHS, 20, 1), np.random.default_rng(0))
    before: Config = {"rate": 0.01, "depth": 2, "width": 32, "kind": "a"}
    found = [
        space.decode(
            np.array(
                [
                    strategy._perturbed(parameter, unit)  # noqa: SLF001  # the formula
                    for parameter, unit in zip(space.values(), space.encode(before), strict=True)
                ]
            )
        )
        for _ in range(40)
    ]
    rates = np.array([float(str(config["rate"])) for config in found])
    assert np.isin(np.round(rates, 9), [0.008, 0.0125]).all()
    assert {config["depth"] for config in found} == {1, 3}  # at least one step
    assert {config["width"] for config in found} == {16, 32}
    assert {config["kind"] for config in found} == {"a"}


def test_it_finds_more_than_random_trainings_would() -> None:
    trials = driven(PopulationBasedTraining(), 40, EPOCHS, _values)
    assert min(t.value for t in trials if t.proposal.fidelity == 10) < 0.1 + 0.02


def test_a_failed_training_is_never_continued() -> None:
    def half(config: Config, fidelity: float) -> float:
        return math.nan if config["kind"] == "a" else _values(config, fidelity)

    trials = driven(PopulationBasedTraining(), 15, EPOCHS, half, workers=4)
    failed = {t.id for t in trials if t.failed}
    assert failed
    assert not failed & {t.proposal.resume for t in trials}


def test_a_result_that_it_did_not_propose_may_become_a_parent() -> None:
    strategy = started(PopulationBasedTraining(population=1), 30, EPOCHS)
    given = Proposal({"x": 0.5, "kind": "a"}, 10)
    strategy.tell(Trial(0, given, (0.0,), 1.0))
    first = asked(strategy)
    strategy.tell(Trial(1, first, (math.nan,), 0.2))
    assert asked(strategy).resume is None


def test_it_needs_a_fidelity_and_sensible_fields() -> None:
    with pytest.raises(Unsupported, match="needs a fidelity"):
        PopulationBasedTraining().setup(Task(SPACE, None, 10, 1), np.random.default_rng(0))
    for name, value in (("population", 0), ("interval", 0.0), ("interval", 1.5)):
        with pytest.raises(ValueError, match=f"{name} must be .*: {value}"):
            PopulationBasedTraining(**{name: value})
