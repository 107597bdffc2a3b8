"""Tests of the genetic algorithm."""

import json
import math
from collections.abc import Callable
from importlib import import_module

import numpy as np
import pytest

from hpobench import (
    Categorical,
    Config,
    Float,
    Int,
    Ordinal,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
)

GeneticAlgorithm = import_module("hpobench.strategies.genetic_algorithm").GeneticAlgorithm
RandomSearch = import_module("hpobench.strategies.random_search").RandomSearch

CUBE = Space({name: Float(0.0, 1.0) for name in "abcde"})
MIXED = Space(
    {
        "model": Categorical(("svm", "forest")),
        "gamma": Float(1e-5, 1.0, log=True, when={"model": ("svm",)}),
        "trees": Int(1, 500, log=True, when={"model": ("forest",)}),
        "width": Ordinal((1, 2, 4, 8)),
        "flag": Categorical((True, 1, None)),
    }
)
Function = Callable[[Config], float]


def _trials(
    strategy: Strategy, space: Space, function: Function, budget: int, seed: int = 0
) -> list[Trial]:
    strategy.setup(Task(space, None, budget, 1), np.random.default_rng([seed, 17]))
    trials: list[Trial] = []
    for identity in range(budget):
        proposal = strategy.ask([])
        assert proposal is not None
        assert space.check(proposal.config) == proposal.config
        trials.append(Trial(identity, proposal, (function(proposal.config),), 1.0))
        strategy.tell(trials[-1])
    return trials


def _sphere(seed: int) -> Function:
    centre = np.random.default_rng(seed).uniform(0.2, 0.8, 5)
    return lambda config: float(np.sum((CUBE.encode(config) - centre) ** 2))


def _keys(trials: list[Trial]) -> list[str]:
    return [json.dumps(trial.proposal.config) for trial in trials]


def test_it_beats_random_search_on_a_sphere() -> None:
    seeds = range(500, 530)
    own, random = (
        np.array([[t.value for t in _trials(s, CUBE, _sphere(seed), 100, seed)] for seed in seeds])
        for s in (GeneticAlgorithm(), RandomSearch())
    )
    assert np.median(own.min(axis=1)) < 0.1 * np.median(random.min(axis=1))
    assert np.mean(own.min(axis=1) < random.min(axis=1)) >= 0.95
    assert np.median(own[:, :25].min(axis=1)) < np.median(random[:, :25].min(axis=1))


def test_the_first_population_is_random_and_then_the_best_are_bred() -> None:
    fields = {"population": 4, "crossover": 0.0, "mutation": 1.0, "spread": 1e-6, "tournament": 99}
    trials = _trials(GeneticAlgorithm(**fields), CUBE, _sphere(1), 6)
    units = CUBE.encode_all([trial.proposal.config for trial in trials])
    distances = np.linalg.norm(units[:, None] - units[None], axis=2)
    assert distances[:4, :4][np.triu_indices(4, 1)].min() > 0.05
    best = min(range(4), key=lambda i: trials[i].value)
    assert 0 < distances[4, best] < 1e-4


def test_a_child_is_made_of_its_parents_genes() -> None:
    space = Space({f"g{i}": Categorical(tuple(range(50))) for i in range(6)})
    strategy = GeneticAlgorithm(population=2, crossover=1.0, mutation=1e-9)
    first, second, *children = (t.proposal.config for t in _trials(strategy, space, _wide, 8))
    for child in children:
        assert all(child[name] in (first[name], second[name]) for name in space)
        assert child not in (first, second)


def _wide(_: Config) -> float:
    return 1.0


def test_failed_trials_rank_last() -> None:
    fields = {"population": 5, "crossover": 0.0, "mutation": 1.0, "spread": 1e-6, "tournament": 99}
    space = Space({"x": Float(0.0, 1.0)})
    values = iter([math.nan, math.nan, 7.0, math.nan, math.nan, 8.0, 8.0])
    trials = _trials(GeneticAlgorithm(**fields), space, lambda _: next(values), 7)
    xs = [float(str(t.proposal.config["x"])) for t in trials]
    assert xs[5] == pytest.approx(xs[2], abs=1e-4)
    assert xs[6] == pytest.approx(xs[2], abs=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_proposed_twice_while_there_is_something_new(seed: int) -> None:
    space = Space({"n": Int(1, 20), "kind": Categorical(("a", "b", "c"))})
    trials = _trials(GeneticAlgorithm(), space, lambda c: abs(int(str(c["n"])) - 7.0), 30, seed)
    assert len(set(_keys(trials))) == 30


def test_it_stops_when_every_configuration_of_the_space_is_known() -> None:
    space = Space({"kind": Categorical(("a", "b", "c"))})
    strategy = GeneticAlgorithm()
    assert sorted(_keys(_trials(strategy, space, _wide, 3))) == [
        json.dumps({"kind": kind}) for kind in "abc"
    ]
    assert strategy.ask([]) is None


def test_a_result_that_it_did_not_propose_is_bred_from_before_and_after_the_first_proposal() -> (
    None
):
    fields = {"population": 2, "crossover": 0.0, "mutation": 1.0, "spread": 1e-6, "tournament": 99}
    strategy = GeneticAlgorithm(**fields)
    strategy.setup(Task(CUBE, None, 9, 1), np.random.default_rng(0))
    strategy.tell(Trial(0, Proposal(CUBE.default()), (0.0,), 1.0))
    first, second = (strategy.ask([]) for _ in range(2))
    assert first is not None
    assert second is not None
    assert max(abs(CUBE.encode(first.config) - 0.5)) > 0.01  # the population lacked one more
    assert max(abs(CUBE.encode(second.config) - 0.5)) < 1e-4
    better = dict.fromkeys("abcde", 0.9)
    strategy.tell(Trial(3, Proposal(better), (-1.0,), 1.0))
    third = strategy.ask([])
    assert third is not None
    assert max(abs(CUBE.encode(third.config) - 0.9)) < 1e-4


def test_conditional_and_mixed_spaces_are_searched_validly_and_with_success() -> None:
    def function(config: Config) -> float:
        return math.nan if config["flag"] is None else float(config["model"] == "svm")

    last = [
        trial.value == 0.0
        for seed in range(5)
        for trial in _trials(GeneticAlgorithm(), MIXED, function, 60, seed)[-20:]
    ]
    assert np.mean(last) > 0.5  # of random configurations a third are


def test_more_workers_than_the_population_get_proposals_at_once() -> None:
    strategy = GeneticAlgorithm(population=4)
    strategy.setup(Task(CUBE, None, 100, 20), np.random.default_rng(0))
    proposals = [strategy.ask([]) for _ in range(20)]
    assert len({json.dumps(p.config) for p in proposals}) == 20
    for identity, proposal in enumerate(reversed(proposals)):
        strategy.tell(Trial(identity, proposal, (math.nan,), 1.0))
    assert isinstance(strategy.ask([]), Proposal)


def test_a_seed_fixes_the_proposals_and_another_gives_others() -> None:
    runs = [_keys(_trials(GeneticAlgorithm(), CUBE, _sphere(1), 30, seed)) for seed in (1, 1, 2)]
    assert runs[0] == runs[1]
    assert not set(runs[0]) & set(runs[2])


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("population", 1, "2 or more"),
        ("population", 10.0, "a whole number"),
        ("tournament", 0, "1 or more"),
        ("crossover", 1.5, r"in \[0, 1\]"),
        ("index", -1.0, "0 or more"),
        ("mutation", 0.0, r"in \(0, 1\], or null"),
        ("mutation", math.nan, r"in \(0, 1\], or null"),
        ("spread", 0.0, r"in \(0, 1\]"),
    ],
)
def test_a_nonsensical_field_is_refused(name: str, value: object, right: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .*{right}.*: {value}"):
        GeneticAlgorithm(**{name: value})
