"""Every strategy of ours on spaces that hold few numbers, or more than floats can tell apart."""

import math
from dataclasses import replace

import numpy as np
import pytest
from conforming import LEANER
from races import finished

from hpobench import (
    Categorical,
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Int,
    Ordinal,
    Parameter,
    Problem,
    Proposal,
    Space,
    registry,
)
from hpobench.models.restarts import NUMBERS_ONLY
from hpobench.registry.finding import find_strategies
from hpobench.runner import run
from hpobench.space import key_of
from hpobench.trial import Record, Stop

TWO = math.nextafter(1.0, 2)
SPACES: dict[str, dict[str, Parameter]] = {
    "two-floats": {"x": Float(1.0, TWO)},
    "two-floats-twice": {"x": Float(1.0, TWO), "y": Float(-TWO, -1.0)},
    "few-floats": {"x": Float(1e15, 1e15 + 1)},
    "few-floats-on-a-log-scale": {"x": Float(1e15, 1e15 + 50, log=True)},
    "tiny-floats": {"x": Float(0.0, 5e-324), "y": Float(5e-324, 1e-322, log=True)},
    "all-floats": {"x": Float(-8e307, 8e307), "y": Float(5e-324, 1.7e308, log=True)},
    "two-whole-numbers": {"n": Int(0, 1), "m": Int(7, 8, log=True)},
    "huge-whole-numbers": {"n": Int(0, 10**18), "m": Int(-(10**30), 10**30)},
    "huge-whole-numbers-on-a-log-scale": {"n": Int(1, 10**18, log=True)},
    "whole-numbers-between-floats": {"n": Int(2**60, 2**60 + 5)},
    "thousands-between-floats": {"n": Int(2**60, 2**60 + 10**6)},
    "one-value": {"kind": Categorical(("a",)), "size": Ordinal((1,))},
    "one-value-and-two-floats": {"kind": Categorical(("a",)), "x": Float(1.0, TWO)},
    "depending": {
        "kind": Categorical(("a", "b")),
        "x": Float(1.0, TWO, when={"kind": ("a",)}),
        "n": Int(0, 10**18, when={"kind": ("b",)}),
    },
    "alike": {"size": Ordinal((1, 1.0, True, "1", None))},
}


def problem(space: Space) -> Problem:
    def evaluate(proposal: Proposal, *_: object) -> Evaluation:
        units = np.nan_to_num(space.encode(proposal.config))
        slopes = {name: 0.1 for name in proposal.config if isinstance(space[name], Float)}
        gradient = slopes if proposal.gradient else None
        return Evaluation(float(units.sum()), gradient=gradient)

    gradients = 2.0 if any(isinstance(each, Float) for each in space.values()) else None
    return Problem(
        "narrow", 1, space, lambda _: Instance(evaluate), Fidelity(1, 9), gradient_cost=gradients
    )


LACKING = {
    "gradient-enhanced": "needs gradients",
    "hypergradient": "needs gradients",
    "linear-trust-region": NUMBERS_ONLY,
    "nelder-mead": NUMBERS_ONLY,
    "pibo": "needs a prior",
    "priorband": "needs a prior",
}
"""What strategies may say that they lack, on any of these spaces or on some."""


@pytest.mark.parametrize("name", registry.strategy_groups()["native"])
def test_every_strategy_of_ours_comes_to_an_end(name: str) -> None:
    for label, parameters in SPACES.items():
        strategy = find_strategies(LEANER.get(name, name))[0].item
        records, stop = finished(run(strategy, problem(Space(parameters)), budget=14))
        if stop != Stop("unsupported", LACKING.get(name, "")):
            assert stop.reason in ("complete", "exhausted"), (label, stop)
            assert records, label
        assert not [record.error for record in records if record.failed], label


FEW: dict[str, tuple[int, dict[str, Parameter]]] = {
    "reals": (6, {"x": Float(1.0, 1.0 + 5 * 2**-52)}),
    "reals on a log scale": (8, {"x": Float(5e-324, 4e-323, log=True)}),
    "reals and categories": (8, {"x": Float(-TWO, -1.0), "kind": Categorical(tuple("abcd"))}),
    "whole numbers and categories": (6, {"n": Int(7, 9), "kind": Categorical((True, 1))}),
    "conditions": (
        5,
        {
            "kind": Categorical(("a", "b")),
            "x": Float(0.0, 1e-323, when={"kind": ("a",)}),
            "n": Int(0, 1, when={"kind": ("b",)}),
        },
    ),
}
"""Spaces, and how many configurations each of them has."""
TWICE = {
    **dict.fromkeys(("asha", "hyperband", "pasha", "successive-halving"), "draws independently"),
    "auto": "does what another one does",
    "default": "proposes one configuration",
    "hypergradient": "may step back to where it was",
    "manual-search": "ends where a person would",
    "pibo": "needs a prior",
    "priorband": "needs a prior",
    "random-search": "draws independently",
    "sobol": "goes through its sequence, whatever the points stand for",
}
"""Strategies that may begin a configuration again, or end, while others are left, and why."""


@pytest.mark.parametrize("name", sorted({*registry.strategy_groups()["native"]} - {*TWICE}))
def test_no_configuration_begins_again_while_others_are_left(name: str) -> None:
    for label, (count, parameters) in FEW.items():
        strategy, task = find_strategies(LEANER.get(name, name))[0].item, problem(Space(parameters))
        if name != "gradient-enhanced":
            task = replace(task, gradient_cost=None)
        records, stop = finished(run(strategy, task, budget=2 * count))
        proposals = [record.trial.proposal for record in records]
        begun = [key_of(each.config) for each in proposals if each.resume is None]
        assert len({*begun[:count]}) == count or stop.reason == "unsupported", label


def proposed(budget: int, parameters: dict[str, Parameter]) -> list[Record]:
    return list(
        run(registry.strategies()["grid-search"], problem(Space(parameters)), budget=budget)
    )


@pytest.mark.parametrize("budget", [2, 30, 1_000, 10_000])
def test_a_grid_over_two_numbers_has_two_points(budget: int) -> None:
    records = proposed(budget, SPACES["two-floats"])
    assert {record.trial.proposal.config["x"] for record in records} == {1.0, TWO}
    assert len(records) == 2


def test_a_grid_over_one_parameter_has_as_many_levels_as_the_budget_allows() -> None:
    assert len(proposed(1_000, {"x": Float(0.0, 1.0)})) == 1_000
    assert len(proposed(1_000, {"n": Int(0, 10**18)})) == 1_000
