"""Strategies and problems that the conformance suite checks in the process of the tests."""

import math
from collections.abc import Callable
from functools import cache
from typing import TypeAlias, TypeVar

from hpobench import Problem, Strategy
from hpobench.commands.conformance.allowance import Allowance
from hpobench.commands.conformance.evaluations import Evaluations
from hpobench.commands.conformance.evaluations import Wish as WantedEvaluation
from hpobench.commands.conformance.processes import Kind, fingerprints
from hpobench.commands.conformance.promise import Fingerprint
from hpobench.commands.conformance.races import Races
from hpobench.commands.conformance.races import Wish as WantedRun
from hpobench.commands.conformance.watching import Limits
from hpobench.registry.entry import Entry
from hpobench.registry.finding import find_problems, find_strategies
from hpobench.trial import Identity

Wish = TypeVar("Wish")
AskedElsewhere: TypeAlias = tuple[Identity, object, Fingerprint]
"""What another process is to make again, and what this one made of it."""
LEANER = {
    "auto": "auto",
    "bayesian-optimization": "bayesian-optimization:initial=2,candidates=64,ascents=2",
    "cost-aware": "cost-aware:initial=2,candidates=64,ascents=2",
    "freeze-thaw": "freeze-thaw:candidates=32",
    "gradient-enhanced": "gradient-enhanced:candidates=64,ascents=2",
    "pibo": "pibo:initial=2,candidates=64,ascents=2",
    "random-forest": "random-forest:initial=2,trees=5,candidates=32",
    "trust-region": "trust-region:initial=2,candidates=64,ascents=2",
    **{name: name for name in ("asha", "bayesian-hyperband", "hyperband", "pasha")},
    **{name: name for name in ("evolutionary-hyperband", "successive-halving")},
}
"""The specs by which the dearest strategies are checked, in runs of few evaluations: what they
promise has nothing to do with how long they search. Those of the second kind make a hundred short
trainings even so."""
PATIENCE = Limits(300.0, 300.0)
"""How long another process may take, however busy the machine is."""


def races(entry: Entry[Strategy], *, apart: bool = True) -> Races:
    """Return the runs of a strategy; `apart`: whether "elsewhere" is another process."""

    def elsewhere(wishes: object) -> Fingerprint:
        return fingerprints("strategy", [(entry.identity, wishes)], PATIENCE)[0]

    def here(wishes: object) -> Fingerprint:
        assert isinstance(wishes, list)
        wanted: list[WantedRun] = wishes
        return races(entry).fingerprint(wanted)

    return Races(entry.item, entry.item, elsewhere if apart else here, Allowance(math.inf))


def evaluations(entry: Entry[Problem], *, apart: bool = True) -> Evaluations:
    """Return the evaluations of a problem; `apart`: as for the runs of a strategy."""

    def elsewhere(wish: object) -> Fingerprint:
        return fingerprints("problem", [(entry.identity, wish)], PATIENCE)[0]

    def here(wish: object) -> Fingerprint:
        assert isinstance(wish, tuple)
        wanted: WantedEvaluation = wish
        return evaluations(entry).fingerprint(wanted)

    return Evaluations(entry.item, elsewhere if apart else here, Allowance(math.inf))


@cache
def our_races(name: str) -> Races:
    """Return the runs of one of our strategies, which all tests share; see LEANER."""
    found = races(find_strategies(LEANER.get(name, name))[0])
    if name in LEANER:
        found.thinks_long = True  # so that its runs are short
    return found


@cache
def our_evaluations(name: str) -> Evaluations:
    """Return the evaluations of one of our problems, which all tests share."""
    return evaluations(find_problems(name)[0])


def noted(
    asked: list[AskedElsewhere], identity: Identity, here: Callable[[Wish], Fingerprint]
) -> Callable[[Wish], Fingerprint]:
    """Return a function that makes a fingerprint here, and notes it to be made again."""

    def elsewhere(wish: Wish) -> Fingerprint:
        made = here(wish)
        asked.append((identity, wish, made))
        return made

    return elsewhere


def assert_same_elsewhere(kind: Kind, asked: list[AskedElsewhere]) -> None:
    """Make all that was noted again, in one other process."""
    there = fingerprints(kind, [(identity, wish) for identity, wish, _ in asked], PATIENCE)
    assert there == [here for _, _, here in asked]
