"""Tests of the genetic algorithm."""

import json
import math

import numpy as np
import pytest
from alone import CUBE, MIXED, begun, constant, keys, sphere, strategy_class, trials_of, units

from hpobench import Categorical, Config, Float, Int, Proposal, Space, Trial

GeneticAlgorithm = strategy_class("genetic_algorithm", "GeneticAlgorithm")
RandomSearch = strategy_class("random_search", "RandomSearch")


def test_it_beats_random_search_on_asphere() -> None:
    seeds = range(500, 530)
    own, random = (
        np.array([[t.value for t in trials_of(s, CUBE, sphere(seed), 100, seed)] for seed in seeds])
        for s in (GeneticAlgorithm(), RandomSearch())
    )
    assert np.median(own.min(axis=1)) < 0.1 * np.median(random.min(axis=1))
    assert np.mean(own.min(axis=1) < random.min(axis=1)) >= 0.95
    assert np.median(own[:, :25].min(axis=1)) < np.median(random[:, :25].min(axis=1))


def test_the_first_population_is_random_and_then_the_best_are_bred() -> None:
    fields = {"population": 4, "crossover": 0.0, "mutation": 1.0, "spread": 1e-6, "tournament": 99}
    trials = trials_of(GeneticAlgorithm(**fields), CUBE, sphere(1), 6)
    points = units(trials)
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    assert distances[:4, :4][np.triu_indices(4, 1)].min() > 0.05
    best = min(range(4), key=lambda i: trials[i].value)
    assert 0 < distances[4, best] < 1e-4


def test_a_child_is_made_of_its_parents_genes() -> None:
    space = Space({f"g{i}": Categorical(tuple(range(50))) for i in range(6)})
    strategy = GeneticAlgorithm(population=2, crossover=1.0, mutation=1e-9)
    first, second, *children = (t.proposal.config for t in trials_of(strategy, space, constant, 8))
    for child in children:
        assert all(child[name] in (first[name], second[name]) for name in space)
        assert child not in (first, second)


def test_failed_trials_rank_last() -> None:
    fields = {"population": 5, "crossover": 0.0, "mutation": 1.0, "spread": 1e-6, "tournament": 99}
    space = Space({"x": Float(0.0, 1.0)})
    values = iter([math.nan, math.nan, 7.0, math.nan, math.nan, 8.0, 8.0])
    trials = trials_of(GeneticAlgorithm(**fields), space, lambda _: next(values), 7)
    xs = [float(str(t.proposal.config["x"])) for t in trials]
    assert xs[5] == pytest.approx(xs[2], abs=1e-4)
    assert xs[6] == pytest.approx(xs[2], abs=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_proposed_twice_while_there_is_something_new(seed: int) -> None:
    space = Space({"n": Int(1, 20), "kind": Categorical(("a", "b", "c"))})
    trials = trials_of(GeneticAlgorithm(), space, lambda c: abs(int(str(c["n"])) - 7.0), 30, seed)
    assert len(set(keys(trials))) == 30


def test_it_stops_when_every_configuration_of_the_space_is_known() -> None:
    space = Space({"kind": Categorical(("a", "b", "c"))})
    strategy = GeneticAlgorithm()
    assert sorted(keys(trials_of(strategy, space, constant, 3))) == [
        json.dumps({"kind": kind}) for kind in "abc"
    ]
    assert strategy.ask([]) is None


def test_a_result_that_it_did_not_propose_is_bred_from_before_and_after_the_first_proposal() -> (
    None
):
    fields = {"population": 2, "crossover": 0.0, "mutation": 1.0, "spread": 1e-6, "tournament": 99}
    strategy = begun(GeneticAlgorithm(**fields), CUBE)
    strategy.tell(Trial(0, Proposal(CUBE.default()), (0.0,), 1.0))
    first, second = (strategy.ask([]) for _ in range(2))
    assert first is not None
    assert second is not None
    assert max(abs(CUBE.encode(first.config) - 0.5)) > 0.01  # the population lacked one more
    assert max(abs(CUBE.encode(second.config) - 0.5)) < 1e-4
    better: Config = dict.fromkeys("abcde", 0.9)
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
        for trial in trials_of(GeneticAlgorithm(), MIXED, function, 60, seed)[-20:]
    ]
    assert np.mean(last) > 0.5  # of random configurations a third are


def test_more_workers_than_the_population_get_proposals_at_once() -> None:
    strategy = begun(GeneticAlgorithm(population=4), CUBE)
    proposals = [proposal for proposal in (strategy.ask([]) for _ in range(20)) if proposal]
    assert len({json.dumps(proposal.config) for proposal in proposals}) == 20
    for identity, proposal in enumerate(reversed(proposals)):
        strategy.tell(Trial(identity, proposal, (math.nan,), 1.0))
    assert isinstance(strategy.ask([]), Proposal)


def test_a_seed_fixes_the_proposals_and_another_gives_others() -> None:
    runs = [keys(trials_of(GeneticAlgorithm(), CUBE, sphere(1), 30, seed)) for seed in (1, 1, 2)]
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
