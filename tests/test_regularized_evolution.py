"""Tests of regularised evolution."""

import itertools
import json
import math

import numpy as np
from alone import CUBE, MIXED, constant, strategy_class, trials_of, units

from hpobench import Categorical, Space, Trial

RegularizedEvolution = strategy_class("regularized_evolution", "RegularizedEvolution")


def _differences(one: Trial, other: Trial) -> int:
    """Return how many of the parameters of CUBE differ."""
    first, second = one.proposal.config, other.proposal.config
    return sum(abs(float(str(first[k])) - float(str(second[k]))) > 1e-9 for k in first)


def test_the_oldest_dies_even_if_it_is_the_best() -> None:
    values = itertools.count()  # each trial is worse than the one before
    strategy = RegularizedEvolution(population=3, sample=60)
    trials = trials_of(strategy, CUBE, lambda _: float(next(values)), 20)
    for place in range(3, 20):
        assert _differences(trials[place - 3], trials[place]) == 1


def test_failures_are_parents_only_where_all_have_failed() -> None:
    values = iter([math.nan, 5.0, math.nan, math.inf, *[math.nan] * 20])
    strategy = RegularizedEvolution(population=4, sample=60)
    trials = trials_of(strategy, CUBE, lambda _: next(values), 5)
    assert _differences(trials[1], trials[4]) == 1


def test_steps_have_the_spread_that_is_set() -> None:
    steps = []
    for seed in range(20):
        strategy = RegularizedEvolution(population=1, sample=1, spread=0.01)
        points = units(trials_of(strategy, CUBE, constant, 10, seed))
        steps += np.abs(np.diff(points, axis=0)).max(axis=1).tolist()
    assert 0.007 < np.sqrt(np.mean(np.square(steps))) < 0.013


def test_a_category_becomes_any_other_one() -> None:
    space = Space({"kind": Categorical(tuple("abcd")), "other": Categorical(tuple(range(50)))})
    found: set[tuple[object, object]] = set()
    for seed in range(40):
        strategy = RegularizedEvolution(population=1, sample=1)
        first, second = (t.proposal.config for t in trials_of(strategy, space, constant, 2, seed))
        assert (first["kind"] == second["kind"]) != (first["other"] == second["other"])
        found.add((first["kind"], second["kind"]))
    changed = {(one, other) for one, other in found if one != other}
    assert len(changed) > 6


def test_a_mutant_changes_an_active_parameter() -> None:
    values = itertools.count(0, -1)  # each trial is better than the one before
    strategy = RegularizedEvolution(population=3, sample=60)
    trials = trials_of(strategy, MIXED, lambda _: float(next(values)), 60)
    for parent, child in itertools.pairwise(each.proposal.config for each in trials[2:]):
        if parent["model"] == child["model"]:
            assert sum(json.dumps(child[name]) != json.dumps(parent[name]) for name in child) == 1
        else:
            assert all(child[name] == parent[name] for name in ("width", "flag"))
