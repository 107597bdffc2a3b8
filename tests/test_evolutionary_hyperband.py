"""Tests of Hyperband with differential evolution."""

import math
from importlib import import_module

import numpy as np
import pytest
from driven import SPACE, asked, driven, sizes, spent, started, x_of

from hpobench import Config, Fidelity, Proposal, Task, Trial
from hpobench.strategy import Unsupported

module = import_module("hpobench.strategies.evolutionary_hyperband")
EvolutionaryHyperband = module.EvolutionaryHyperband
EPOCHS = Fidelity(1, 9)


def _values(config: Config, _fidelity: float) -> float:
    return abs(x_of(config) - 0.7) + (config["kind"] == "a")


def test_the_brackets_are_hyperbands_and_only_the_first_one_continues_trainings() -> None:
    trials = driven(EvolutionaryHyperband(), 25, EPOCHS, _values)
    assert [t.proposal.fidelity for t in trials[:22]] == [
        *([1] * 9 + [3] * 3 + [9]),
        *([3] * 5 + [9]),
        *([9] * 3),
    ]
    cycle = trials[:35]  # the rest of the budget may be spent on narrow brackets
    assert {t.id for t in cycle if t.proposal.resume is not None} == {9, 10, 11, 12}
    assert 24 < spent(trials) <= 25 + 1e-9


def test_a_population_is_as_large_as_the_largest_rung_of_its_fidelity() -> None:
    strategy = started(EvolutionaryHyperband(), 30, Fidelity(1, 81))
    found = [len(population.points) for population in strategy.populations.values()]  # type: ignore[attr-defined]  # its state
    assert found == [81, 34, 15, 8, 5]  # Li et al. (2018), table 1


def test_a_trial_vector_is_a_mutant_crossed_with_the_target() -> None:
    strategy = started(EvolutionaryHyperband(crossover=1.0), 30, EPOCHS)
    parents = [np.array([0.4, 0.5]), np.array([0.5, 0.5]), np.array([0.6, 0.5])]
    target = np.array([0.123, 0.456])
    vectors = [strategy._trial_vector(target, parents)[0] for _ in range(40)]  # type: ignore[attr-defined]  # noqa: SLF001  # the formula
    mutants = [
        one + 0.5 * (two - three)
        for one, two, three in [(0.4, 0.5, 0.6), (0.4, 0.6, 0.5), (0.5, 0.4, 0.6)]
    ]
    mutants += [1.0 - mutant for mutant in mutants]  # the parents are symmetric
    assert all(min(abs(v - m) for m in mutants) < 1e-12 for v in vectors)
    strategy = started(EvolutionaryHyperband(crossover=0.0), 30, EPOCHS)
    crossed = [strategy._trial_vector(target, parents) == target for _ in range(40)]  # type: ignore[attr-defined]  # noqa: SLF001  # the formula
    assert all(same.sum() == 1 for same in crossed)  # one coordinate is always the mutant's


def test_members_give_way_only_to_those_that_are_no_worse() -> None:
    population = module._Population([np.zeros(2)], [1.0])  # noqa: SLF001  # its selection
    for value, kept in ((math.nan, 1.0), (2.0, 1.0), (1.0, 1.0), (0.5, 0.5)):
        population.challenge(0, np.full(2, value), value)
        assert population.values == [kept]
    assert population.points[0][0] == 0.5


def test_it_finds_more_than_random_trainings_would() -> None:
    trials = driven(EvolutionaryHyperband(), 40, EPOCHS, _values)
    assert min(t.value for t in trials if t.proposal.fidelity == 9) < 0.01


@pytest.mark.parametrize("workers", [1, 6])
@pytest.mark.parametrize("resumes", [True, False])
def test_no_configuration_begins_twice_and_the_budget_is_kept(workers: int, resumes: bool) -> None:  # noqa: FBT001
    fidelity = Fidelity(1, 27, resumes=resumes)
    trials = driven(EvolutionaryHyperband(), 12, fidelity, _values, workers=workers)
    begun = [str(t.proposal.config) for t in trials if t.proposal.resume is None]
    assert spent(trials) <= 12 + 1e-9
    assert sizes(trials)[27] >= 1
    if resumes:
        assert len(set(begun)) == len(begun)


def test_a_result_that_it_did_not_propose_is_a_member_and_is_charged() -> None:
    strategy = started(EvolutionaryHyperband(), 3, EPOCHS)
    given = Proposal({"x": 0.5, "kind": "a"}, 9)
    strategy.tell(Trial(0, given, (0.3,), 1.0))
    assert 0.3 in strategy.populations[9].values  # type: ignore[attr-defined]  # its state
    assert asked(strategy).fidelity == 3  # the deepest bracket would cost 7/3 of 2


def test_failures_are_survived() -> None:
    trials = driven(EvolutionaryHyperband(), 12, EPOCHS, lambda *_: math.nan)
    assert all(trial.proposal.resume is None for trial in trials)


def test_it_needs_a_fidelity_and_sensible_fields() -> None:
    with pytest.raises(Unsupported, match="needs a fidelity"):
        EvolutionaryHyperband().setup(Task(SPACE, None, 10, 1), np.random.default_rng(0))
    for name, value in (("eta", 1), ("scale", 0.0), ("crossover", 1.5)):
        with pytest.raises(ValueError, match=f"{name} must be .*: {value}"):
            EvolutionaryHyperband(**{name: value})
