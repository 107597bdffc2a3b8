"""Shares of a plan: several machines make the runs of one plan, each of them its own."""

import re
from dataclasses import dataclass, replace

from ..errors import InputError, counted, shown
from ..store.places import place
from .planning import Plan


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several shares of a plan."""

    number: int
    """Which share it is, from 1."""
    of: int
    """How many shares there are."""


def shard_in(text: str) -> Shard:
    """Return the share that a text such as 2/3 names; raises InputError where it names none.

    >>> shard_in("2/3")
    Shard(number=2, of=3)
    """
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
    shard = Shard(*map(int, found.groups())) if found else Shard(0, 0)
    if not 1 <= shard.number <= shard.of:
        raise InputError(f"--shard must be I/N, with I from 1 to N, as in 2/3: {shown(text)}")
    return shard


def share_of(planned: Plan, shard: Shard) -> Plan:
    """Return the plan of one share: every N-th run, in the plan's order, from the I-th on.

    The order is that of the expected times, the longest first, so that the shares take about as
    long, and of the runs' names where these are the same, so that another order of options changes
    nothing. Raises InputError where that share has no run, and where the plan may grow.
    """
    if planned.experiment.until is not None:
        raise InputError("--shard can't be used with --until, which adds seeds as results come in")
    first = {run: (run not in planned.partly, -seconds) for run, seconds in planned.runs.items()}
    order = sorted(planned.runs, key=lambda run: (first[run], place(run)))
    if len(order) < shard.of:
        raise InputError(
            f"--shard {shard.number}/{shard.of} has more shares than the plan has runs:"
            f" {counted(len(order), 'run')}"
        )
    own = set(order[shard.number - 1 :: shard.of])
    return replace(
        planned,
        runs={run: seconds for run, seconds in planned.runs.items() if run in own},
        partly=planned.partly & own,
        elsewhere=tuple(run for run in planned.runs if run not in own),
        shard=f"{shard.number}/{shard.of}",
    )
