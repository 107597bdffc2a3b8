"""Tests of Bayesian optimisation."""

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
    Pending,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
)

module = import_module("hpobench.strategies.bayesian_optimization")
BayesianOptimization = module.BayesianOptimization

PLANE = Space({"x": Float(-5.0, 10.0), "y": Float(0.0, 15.0)})
MIXED = Space(
    {
        "model": Categorical(("net", "forest", None)),
        "rate": Float(1e-5, 1.0, log=True, when={"model": ("net",)}),
        "width": Int(2, 300, log=True, when={"model": ("net",)}),
        "nesterov": Categorical((True, False), when={"width": tuple(range(10, 301))}),
        "depth": Int(1, 9, when={"model": ("forest", None)}),
        "batch": Ordinal((8, 16, 64)),
        "decay": Float(0.0, 1.0),
    }
)
GRID = Space({"a": Int(1, 4), "b": Categorical(("x", "y", 1, True)), "c": Ordinal((0.1, None))})


def _start(space: Space, seed: int = 0, **fields: object) -> Strategy:
    strategy: Strategy = BayesianOptimization(**fields)
    strategy.setup(Task(space, None, 100, 4), np.random.default_rng(seed))
    return strategy


def _run(
    space: Space, function: Callable[[Config], float], count: int, seed: int = 0, **fields: object
) -> list[Trial]:
    strategy = _start(space, seed, **fields)
    trials: list[Trial] = []
    for i in range(count):
        proposal = strategy.ask([])
        assert proposal is not None
        assert proposal == Proposal(space.check(proposal.config))
        trials.append(Trial(i, proposal, (function(proposal.config),), 1.0))
        strategy.tell(trials[-1])
    return trials


def _number(config: Config, name: str) -> float:
    value = config[name]
    assert isinstance(value, int | float)
    return float(value)


def _branin(config: Config) -> float:
    x, y = _number(config, "x"), _number(config, "y")
    valley = (y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6) ** 2
    return valley + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def _tune(config: Config) -> float:
    """Return a loss; it is 0 for a net of width 100, rate 0.01, batch 16 and with momentum."""
    value = (_number(config, "decay") - 0.3) ** 2 + (0.0 if config["batch"] == 16 else 0.2)
    if config["model"] != "net":
        return value + 0.5 + 0.01 * (_number(config, "depth") - 5) ** 2
    value += 0.1 * (math.log10(_number(config, "rate")) + 2) ** 2
    value += 0.3 * math.log(_number(config, "width") / 100) ** 2
    return value + (0.0 if config.get("nesterov") is True else 0.2)


def test_it_finds_the_minimum_of_branin() -> None:
    for seed in range(2):
        trials = _run(PLANE, _branin, 40, seed)
        assert min(trial.value for trial in trials) - 0.39788735772973816 < 1e-3


def test_it_finds_the_minimum_of_a_mixed_and_conditional_function() -> None:
    best = min(_run(MIXED, _tune, 50), key=lambda trial: trial.value)
    assert best.value < 0.02
    assert best.proposal.config["model"] == "net"
    assert best.proposal.config["batch"] == 16


def test_a_seed_fixes_the_proposals_and_another_gives_others() -> None:
    runs = [
        [trial.proposal for trial in _run(MIXED, _tune, 12, seed, candidates=64)]
        for seed in (0, 0, 1)
    ]
    assert runs[0] == runs[1]
    assert all(one != other for one, other in zip(runs[0], runs[2], strict=True))


def test_a_strategy_set_up_again_starts_afresh() -> None:
    strategy = _start(PLANE)
    proposals: list[list[Proposal | None]] = []
    for _ in range(2):
        strategy.setup(Task(PLANE, None, 100, 1), np.random.default_rng(0))
        proposals.append([])
        for i in range(10):
            proposal = strategy.ask([])
            assert proposal is not None
            proposals[-1].append(proposal)
            strategy.tell(Trial(i, proposal, (_branin(proposal.config),), 1.0))
    assert proposals[0] == proposals[1]


def test_the_first_proposals_cover_every_share_of_every_parameter() -> None:
    space = Space({name: Float(0.0, 1.0) for name in "abcdef"})
    strategy = _start(space)
    units = [space.encode(strategy.ask([]).config) for _ in range(7)]  # type: ignore[union-attr]  # it always proposes
    assert np.array_equal(
        np.sort(np.floor(np.array(units) * 7), axis=0).T, np.tile(range(7), (6, 1))
    )


def test_trials_told_first_count_among_the_first_configurations() -> None:
    strategy, other = _start(PLANE), _start(PLANE)
    default = Proposal(PLANE.default())
    strategy.tell(Trial(0, default, (_branin(default.config),), 1.0))
    for i in range(1, 5):
        proposal = strategy.ask([])
        assert proposal == other.ask([])
        assert proposal is not None
        for one in (strategy, other):
            one.tell(Trial(i, proposal, (_branin(proposal.config),), 1.0))
    # Now one of them has seen five trials and asks its model; the other's design is not over.
    assert strategy.ask([]) != other.ask([])


def test_pending_trials_are_not_proposed_again() -> None:
    def ask_many(space: Space, told: list[Trial]) -> list[Config]:
        strategy = _start(space, 1, initial=4)
        for trial in told:
            strategy.tell(trial)
        pending: list[Pending] = []
        for i in range(12):
            proposal = strategy.ask(pending)
            assert proposal is not None
            pending.append(Pending(100 + i, proposal))
        return [one.proposal.config for one in pending]

    told = _run(PLANE, _branin, 12)
    units = PLANE.encode_all(ask_many(PLANE, told))
    distances = np.linalg.norm(units[:, None] - units, axis=2)[np.triu_indices(12, 1)]
    assert distances.min() > 1e-3
    discrete = ask_many(GRID, _run(GRID, lambda config: _number(config, "a"), 8))
    assert len({repr(config) for config in discrete}) == 12


def test_no_configuration_is_repeated_and_a_small_space_comes_to_an_end() -> None:
    for fails, candidates in ((False, 2048), (True, 1)):
        strategy = _start(GRID, candidates=candidates)
        proposals = list[Proposal]()
        while proposal := strategy.ask([]):
            value = math.nan if fails else _number(proposal.config, "a")
            strategy.tell(Trial(len(proposals), proposal, (value,), 1.0))
            proposals.append(proposal)
        assert len({repr(each.config) for each in proposals}) == len(proposals) == 32


@pytest.mark.parametrize(
    "function",
    [
        lambda _: math.nan,
        lambda _: 1.0,
        lambda _: 0.0,
        lambda c: math.nan if c["batch"] == 8 else _tune(c),
        lambda c: 1.7e308 if c["batch"] == 8 else _tune(c),
        lambda c: -1.7e308 if c["batch"] == 8 else 1.7e308,
    ],
    ids=["all fail", "constant", "zero", "some fail", "huge", "opposite"],
)
def test_odd_values_do_not_stop_it(function: Callable[[Config], float]) -> None:
    trials = _run(MIXED, function, 14, candidates=64)
    assert len({repr(trial.proposal.config) for trial in trials}) == 14


def test_failures_keep_it_away_from_where_they_happen() -> None:
    def function(config: Config) -> float:
        return math.nan if _number(config, "x") > 0 else _branin(config)

    late = _run(PLANE, function, 40)[15:]
    assert sum(math.isnan(trial.value) for trial in late) < len(late) / 4


@pytest.mark.parametrize(
    ("field", "number"), [("initial", -1), ("initial", 2.0), ("candidates", 0), ("ascents", None)]
)
def test_a_field_out_of_range_is_said(field: str, number: float | None) -> None:
    with pytest.raises(ValueError, match=f"{field} must be a whole number.*: {number}"):
        BayesianOptimization(**{field: number})


def test_without_a_design_or_ascents_it_still_proposes() -> None:
    assert len(_run(MIXED, _tune, 8, initial=0, ascents=0)) == 8
