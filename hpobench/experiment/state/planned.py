"""All runs that the sessions of a folder have planned, and which of them nothing makes any more."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, TypeAlias

from ...errors import InputError
from ...store.listing import Key, key_of
from ...store.sealed_json import UNLIKE
from ...trial import Identity, Run
from ..session_log import Elsewhere, elsewhere, planned_in

Versions: TypeAlias = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Planned:
    """The runs that the sessions of a folder have planned, by their files."""

    runs: Mapping[Key, Run]
    """The runs whose strategy and problem have the versions that were last planned."""
    superseded: Mapping[Key, Run]
    """The runs of other versions of a strategy or a problem: no command makes them any more."""
    strategies: Versions
    """The versions of each strategy that the last session has which names it."""
    problems: Versions
    """The versions of each problem that the last session has which names it."""
    elsewhere: Elsewhere
    """Which of the runs other shares make, whose results are not in this folder."""
    unread: int
    """How many sessions have a plan that can't be read."""

    def is_older(self, run: Run) -> bool:
        """Tell whether a session has planned other versions of a run's strategy or problem."""
        return _other(run.strategy, self.strategies) or _other(run.problem, self.problems)


def planned_by(sessions: Sequence[Mapping[str, Any]]) -> Planned:
    """Return what sessions have planned; the oldest session comes first."""
    strategies, problems = dict[str, frozenset[str]](), dict[str, frozenset[str]]()
    plans, unread = dict[str, list[Run]](), 0
    for plan in (session["plan"] for session in sessions if "plan" in session):
        text = json.dumps(plan)
        try:
            plans[text] = plans.get(text) or planned_in(plan)
            strategies |= _versions(plan["strategies"])
            problems |= _versions(plan["problems"])
        except (InputError, *UNLIKE):
            unread += 1
    found = Planned({}, {}, strategies, problems, elsewhere(sessions), unread)
    runs, superseded = dict[Key, Run](), dict[Key, Run]()
    for run in chain.from_iterable(plans.values()):
        (superseded if found.is_older(run) else runs)[key_of(run)] = run
    return replace(found, runs=runs, superseded=superseded)


def _versions(named: Iterable[Sequence[Any]]) -> dict[str, frozenset[str]]:
    """Return the versions of each name, of a plan's strategies or problems."""
    found = dict[str, frozenset[str]]()
    for name, version, *_ in named:
        found[name] = found.get(name, frozenset()) | {version}
    return found


def _other(identity: Identity, versions: Versions) -> bool:
    return identity.version not in versions.get(identity.name, {identity.version})
