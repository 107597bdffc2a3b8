"""Tests of what all evolutionary strategies of ours promise."""

import json
import math
from collections.abc import Callable

import numpy as np
import pytest
from alone import CUBE, MIXED, begun, constant, keys, sphere, strategy_class, trials_of

from hpobench import Categorical, Config, Float, Int, Pending, Proposal, Space, Strategy, Trial

Make = Callable[..., Strategy]
KINDS = {
    "differential-evolution": strategy_class("differential_evolution", "DifferentialEvolution"),
    "regularized-evolution": strategy_class("regularized_evolution", "RegularizedEvolution"),
    "particle-swarm": strategy_class("particle_swarm", "ParticleSwarm"),
    "cma-es": strategy_class("cma_es", "CMAES"),
}
every_kind = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)


@every_kind
def test_it_beats_random_search_on_a_sphere(make: Make) -> None:
    seeds = range(500, 508)
    random = strategy_class("random_search", "RandomSearch")
    own, drawn = (
        np.array([[t.value for t in trials_of(s, CUBE, sphere(k), 80, k)] for k in seeds])
        for s in (make(), random())
    )
    assert np.median(own.min(axis=1)) < 0.6 * np.median(drawn.min(axis=1))
    assert np.mean(own.min(axis=1) < drawn.min(axis=1)) >= 0.8


@every_kind
def test_every_configuration_of_a_finite_space_comes_once_and_then_the_run_ends(make: Make) -> None:
    space = Space({"n": Int(1, 9), "kind": Categorical(("a", "b", "c"))})
    trials = trials_of(make(), space, lambda c: abs(int(str(c["n"])) - 7.0), 40)
    assert len(trials) == len(set(keys(trials))) == 27


@every_kind
@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e300, 1e-300, math.nan])
def test_it_learns_from_what_it_did_not_propose(make: Make, value: float) -> None:
    strategy = begun(make(), MIXED)
    strategy.tell(Trial(0, Proposal(MIXED.default()), (value,), 1.0))
    seen = [json.dumps(MIXED.default())]
    for identity in range(1, 25):
        proposal = strategy.ask([])
        assert proposal is not None
        assert json.dumps(proposal.config) not in seen
        seen.append(json.dumps(proposal.config))
        strategy.tell(Trial(identity, proposal, (1.0,), 1.0))
    other: Config = {"model": "svm", "gamma": 0.1, "width": 8, "flag": 1}
    pending = [Pending(25, Proposal(other))]
    assert strategy.ask(pending) is not None
    strategy.tell(Trial(25, Proposal(other), (value,), 1.0))
    assert strategy.ask([]) is not None


@every_kind
def test_a_good_start_that_it_did_not_propose_is_followed(make: Make) -> None:
    def near(config: Config) -> float:
        return float(np.sum((CUBE.encode(config) - 0.5) ** 2))

    strategy, distances = begun(make(), CUBE), list[float]()
    strategy.tell(Trial(0, Proposal(CUBE.default()), (0.0,), 1.0))
    for identity in range(1, 50):
        proposal = strategy.ask([])
        assert proposal is not None
        distances.append(near(proposal.config))
        strategy.tell(Trial(identity, proposal, (distances[-1],), 1.0))
    assert np.median(distances[-10:]) < 0.2  # of random configurations: 0.4


@every_kind
def test_conditional_and_mixed_spaces_are_searched_validly_and_with_success(make: Make) -> None:
    def function(config: Config) -> float:
        return math.nan if config["flag"] is None else float(config["model"] == "svm")

    last = [
        trial.value == 0.0
        for seed in range(4)
        for trial in trials_of(make(), MIXED, function, 60, seed)[-20:]
    ]
    assert np.mean(last) > 0.5  # of random configurations a third are


@every_kind
def test_many_workers_get_different_proposals_at_once(make: Make) -> None:
    strategy = begun(make(), CUBE)
    pending: list[Pending] = []
    for identity in range(30):
        proposal = strategy.ask(pending)
        assert proposal is not None
        pending.append(Pending(identity, proposal))
    assert len({json.dumps(each.proposal.config) for each in pending}) == 30
    for each in reversed(pending):
        strategy.tell(Trial(each.id, each.proposal, (math.nan,), 1.0))
    assert strategy.ask([]) is not None


@every_kind
def test_a_seed_fixes_the_proposals_and_another_gives_others(make: Make) -> None:
    runs = [keys(trials_of(make(), CUBE, sphere(1), 25, seed)) for seed in (1, 1, 2)]
    assert runs[0] == runs[1]
    assert not set(runs[0]) & set(runs[2])


@every_kind
def test_hundreds_of_equal_values_on_a_line_are_no_trap(make: Make) -> None:
    space = Space({"x": Float(0.0, 1.0)})
    assert len(set(keys(trials_of(make(), space, constant, 300)))) == 300


@pytest.mark.parametrize(
    ("kind", "name", "value", "right"),
    [
        ("differential-evolution", "population", 3, "4 or more"),
        ("differential-evolution", "best", 0.0, r"in \(0, 1\]"),
        ("regularized-evolution", "population", 0, "1 or more"),
        ("regularized-evolution", "sample", 2.0, "a whole number"),
        ("regularized-evolution", "spread", 0.0, r"in \(0, 1\]"),
        ("particle-swarm", "particles", 1, "2 or more"),
        ("cma-es", "initial", 0, "1 or more"),
        ("cma-es", "sigma", 1.5, r"in \(0, 1\]"),
        ("cma-es", "population", 3, "4 or more"),
    ],
)
def test_a_nonsensical_field_is_refused(kind: str, name: str, value: object, right: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .*{right}.*: {value}"):
        KINDS[kind](**{name: value})
