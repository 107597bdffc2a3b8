"""What a report says of limits of time and memory, where any was set, and of what met them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from ..errors import counted
from ..runner.workers import is_over_limit
from ..store.session import USUAL_LIMIT, limits_in, stopped_in
from .compared import Compared
from .tallies import Pair
from .words import NAMED, listed

Sessions: TypeAlias = Sequence[Mapping[str, object]]
_MEMORY = re.compile(r"([\w' ]+ raised )?\w*MemoryError\b")
"""How an error begins that was raised where memory lacked: others may name this one, too."""


def limits_said(compared: Compared, sessions: Sessions) -> str:
    """Say which limits the sessions of a folder had, and how often they were met; empty: none had.

    Of the seconds of a run, only others than the usual ones count as set, or where a run met them.
    """
    said = [*_of_runs(sessions), *_of_trials(compared, sessions), *_of_memory(compared, sessions)]
    words = " ".join(said)
    return f"Limits: {words[0].lower()}{words[1:]}" if words else ""


def _of_runs(sessions: Sessions) -> Iterator[str]:
    found = _told(sessions, "limit")
    known = [each for each in map(stopped_in, sessions) if each is not None]
    stopped = sum(map(Counter, known), Counter[str]())
    number = stopped.total()
    if number == 0 and set(found) <= {None, USUAL_LIMIT}:
        return
    stops = "how often that happened was not recorded"
    if known:
        verb = "is" if number == 1 else "are"
        stops = (
            f"{counted(number, 'such stop')} {verb} recorded, in {counted(len(known), 'session')}"
            f"{_named(stopped)}"
        )
    yield (
        f"A run that took longer than {_values(found, 's')} was stopped, and counts in nothing "
        f"until a later session completes it; {stops}."
    )


def _of_trials(compared: Compared, sessions: Sessions) -> Iterator[str]:
    found = _told(sessions, "trial_limit")
    if set(found) <= {None}:
        return
    apart = "" if compared.apart is None else "; systems have no such limit"
    yield (
        f"A trial that took longer than {_values(found, 's')} failed, which depends on the "
        f"machine: {listed([*_failed(compared, is_over_limit)])}{apart}."
    )


def _of_memory(compared: Compared, sessions: Sessions) -> Iterator[str]:
    found = _told(sessions, "memory")
    if set(found) <= {None}:
        return
    failed, details = compared.scores.status == "failed", compared.tallies.details
    runs = Counter(place[:2] for place, why in details.items() if failed[place] and _lacked(why))
    counts = [*_failed(compared, _lacked), _of(compared, runs, compared.ended, "run")]
    yield (
        f"A process of a run could take {_values(found, 'MB')} beyond what it began with. With a "
        f"MemoryError failed {listed(counts)}."
    )


def _failed(compared: Compared, for_it: Callable[[str], bool]) -> Iterator[str]:
    """Say how many evaluations failed for a reason: those of trials, and those at the end."""
    tallies = compared.tallies
    trials, last = (
        Counter(
            {at: sum(n for why, n in each.items() if for_it(why)) for at, each in found.items()}
        )
        for found in (tallies.errors, tallies.unjudged)
    )
    yield _of(compared, trials, int(tallies.evaluations.sum()), "evaluation")
    if recommended := int(tallies.departures.sum()):
        yield _of(compared, last, recommended, "evaluated recommendation")


def _told(sessions: Sessions, name: str) -> list[float | None]:
    """Return the limits that sessions had, each once; None: some session had none."""
    found = dict[float | None, None]()
    for limits in filter(None, map(limits_in, sessions)):
        found[limits[name]] = None
    return list(found)


def _values(found: Sequence[float | None], unit: str) -> str:
    """Say limits of one kind, at least one of which is a number."""
    said = " or ".join(f"{value:,.10g} {unit}" for value in found if value is not None)
    if len(found) == 1:
        return said
    return f"{said} (by session{'; some had no such limit' if None in found else ''})"


def _lacked(error: str) -> bool:
    return _MEMORY.match(error) is not None


def _of(compared: Compared, some: Counter[Pair], every: int, noun: str) -> str:
    """Say how many things of all are some, and of which strategies on which problems they are."""
    named = Counter[str]()
    for (s, p), number in some.items():
        named[f"{compared.names[s]} on {compared.problem_names[p]}"] += number
    return f"{some.total():,} of {counted(every, noun)}{_named(named)}"


def _named(found: Counter[str]) -> str:
    """Return in brackets how many of each there are, the most first; empty: there are none."""
    said = [f"{who}: {number:,}" for who, number in found.most_common() if number]
    more = f"; and {len(said) - NAMED:,} more" if len(said) > NAMED else ""
    return f" ({'; '.join(said[:NAMED])}{more})" if said else ""
