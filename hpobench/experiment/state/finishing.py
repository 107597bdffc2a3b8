"""How long it takes to finish what the sessions of a folder have planned, as far as is known."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from time import time
from typing import Any

from ...errors import InputError
from ...registry.finding import resolve_entrant, resolve_problem
from ...store.listing import Key, Listing
from ...store.provenance import cores
from ...trial import Run
from ..estimates import Estimates, Pair, Time, TimeLeft, expected
from .state import Running, State


def processes_of(session: Mapping[str, Any]) -> int:
    """Return with how many processes a session worked; where it doesn't tell, one a core."""
    found = session.get("processes")
    return found if isinstance(found, int) and found > 0 else cores()


def time_to_finish(state: State, listing: Listing, own: Iterable[str], processes: int) -> Time:
    """Return how long it takes to finish what was planned, with so many processes.

    `own`: the names of strategies and problems of users' files, which are not run to ask them.
    """
    runs = state.planned.runs
    waiting = [runs[key] for key in state.waiting]
    busy = [(runs[each.key], each) for each in state.running if each.key in runs]
    pairs = {_pair(run): run for run in (*waiting, *(run for run, _ in busy))}
    learnt = _ended(state, listing, {problem for _, problem in pairs})
    lacking = {run for pair, run in pairs.items() if pair not in learnt}
    needed = {run.problem for run in lacking}  # what others took on these shows how fast this is
    asked = {*lacking, *(runs[keys[0]] for pair, keys in learnt.items() if pair[1] in needed)}
    planned = {run: _expected(run, frozenset(own)) for run in (*pairs.values(), *asked)}
    estimates = Estimates(
        {run: each.seconds for run, each in planned.items()},
        max(1, processes / cores()),
        [run for run, each in planned.items() if not each.known],
    )
    for pair, ended in learnt.items():
        for key in ended:
            seal = listing.sealed[key]
            if seal.seconds is not None:
                estimates.learn(pair, seal.reason, seal.seconds)
    now = time()
    left = TimeLeft(estimates, [*waiting, *(run for run, _ in busy)], processes)
    for run, each in busy:
        left.began([run], min(_seconds(each, now), now))
    return left.rest(now)


def _ended(state: State, listing: Listing, problems: Iterable[object]) -> dict[Pair, list[Key]]:
    """Return the planned runs on some problems that have ended and say how long they took."""
    wanted, found = set(problems), dict[Pair, list[Key]]()
    for key, run in state.planned.runs.items():
        seal = listing.sealed.get(key) if run.problem in wanted else None
        if seal is not None and seal.seconds is not None:
            found.setdefault(_pair(run), []).append(key)
    return found


def _expected(run: Run, own: frozenset[str]) -> Time:
    """Return what a run is expected to take by what strategy and problem say of themselves."""
    if {run.strategy.name, run.problem.name}.isdisjoint(own):
        with suppress(InputError):  # another version of hpobench has another one, or none
            strategy, problem = resolve_entrant(run.strategy), resolve_problem(run.problem)
            return expected(strategy, problem, float(run.budget))
    return Time(0.0, known=False)


def _seconds(running: Running, now: float) -> float:
    """Return when a run was begun, in seconds since 1970; now: that is not known."""
    with suppress(ValueError):
        return datetime.fromisoformat(running.since).timestamp()
    return now


def _pair(run: Run) -> Pair:
    return run.strategy, run.problem
