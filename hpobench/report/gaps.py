"""Sentences on what the results lack: runs, seeds, scores, and problems that can't run."""

from collections.abc import Collection, Iterator

import numpy as np

from ..errors import counted, glance
from .compared import Compared
from .words import all_of

_LEFT_OUT = "Left out of every average, rank and test"


def sentences(compared: Compared) -> tuple[str, ...]:
    """Return a sentence for each kind of thing that the results lack."""
    return tuple(_sentences(compared))


def unfinished(compared: Compared) -> Iterator[str]:
    """Yield sentences on runs of the last session that have not ended, and on other shares'."""
    left, planned = compared.unfinished
    if left:
        yield (
            f"Unfinished: {left:,} of the {counted(planned, 'run')} in the plan of the last "
            "session. hpobench status DIR says which command makes them."
        )
    if others := compared.elsewhere:
        belong = "belongs" if others == 1 else "belong"
        yield (
            f"A share: {counted(others, 'run')} of the plan {belong} to other shares. "
            "Merge the folders of all shares for a report of the whole."
        )


def unusable(compared: Compared) -> dict[str, str]:
    """Return the problems with runs on which nothing counts, with a clause that says why."""
    return {compared.problem_names[p]: _reason(compared, p) for p in compared.void}


def unmeasured(compared: Compared) -> Iterator[str]:
    """Yield a sentence on the problems for which there are no measures, if there are any."""
    cards = compared.scores.problems
    left_out = [
        f"{compared.problem_names[p]}, which {cards[p].unmeasured}"
        for p in compared.void
        if cards[p].unmeasured
    ]
    if left_out:
        yield f"{_LEFT_OUT}: {'; '.join(left_out)}."


def absent(compared: Compared) -> str:
    """Name the strategies that averages over all problems lack; empty where they lack none."""
    if not compared.partial:
        return ""
    missing = [f"{compared.names[s]} ({compared.ran[s].sum()})" for s in compared.partial]
    return (
        f" Not shown, for a lack of runs on some of the {len(compared.problems)} problems: "
        f"{', '.join(missing)}."
    )


def left_out(compared: Compared, shown: Collection[str]) -> str:
    """Name the strategies that a figure lacks, since they lack runs; empty where it lacks none."""
    others = [compared.names[s] for s in compared.order if compared.names[s] not in shown]
    return f" Not shown, for a lack of such runs: {', '.join(others)}." if others else ""


def scope_of_regrets(compared: Compared) -> str:
    """Say which problems have regrets; empty where all have."""
    scaled = compared.scaled
    if len(scaled) == len(compared.problems):
        return ""
    if not scaled:
        return f" There are no regrets: {compared.no_regrets}."
    return f" Regrets are over the {len(scaled)} of these problems that have anchors."


def fewer_seeds(compared: Compared) -> str:
    """Name the strategies that lack some of the runs that others have; empty where none does."""
    lacking: list[str] = []
    for s in compared.order:
        where = np.flatnonzero(compared.ran[s])
        planned = int(compared.scores.planned[where].sum())
        there = int(compared.scores.took_place[s, where].sum())
        if there < planned:
            lacking.append(f"{compared.names[s]} ({there} of {counted(planned, 'run')})")
    if not lacking:
        return ""
    return (
        f"Fewer seeds than the others: {', '.join(lacking)}. What is averaged is over their own "
        "runs; every comparison of two is over the instances that both have."
    )


def without_score(compared: Compared) -> dict[int, tuple[int, int]]:
    """Return how many of a strategy's runs failed or hold no score, and how many runs it has.

    The strategies are in the order of the ranking; those without such a run are left out.
    """
    worst = np.isposinf(compared.scores.reported.comparable[..., -1])
    found: dict[int, tuple[int, int]] = {}
    for s in compared.order:
        there = compared.scores.took_place[s, compared.problems]
        failed = int((worst[s, compared.problems] & there).sum())
        if failed:
            found[s] = (failed, int(there.sum()))
    return found


def _sentences(compared: Compared) -> Iterator[str]:
    yield from unfinished(compared)
    left_out = unusable(compared)
    if left_out:
        named = "; ".join(f"{name}, {clause}" for name, clause in left_out.items())
        yield f"{_LEFT_OUT}: {named}."
    seeds = fewer_seeds(compared)
    if seeds:
        yield seeds
    failed = without_score(compared)
    if failed:
        named = ", ".join(f"{compared.names[s]} ({n} of {of})" for s, (n, of) in failed.items())
        yield f"Runs that failed or hold no score count as the worst: {named}."
    scoreless = _scoreless(compared)
    if scoreless:
        yield (f"Counted as the worst, since the incumbent has a value but no score: {scoreless}.")


def _scoreless(compared: Compared) -> str:
    """List the strategies and problems with runs that end with a finite value, but no score."""
    values, scores = compared.scores.told.held[..., -1], compared.scores.reported.held[..., -1]
    runs = np.sum(np.isfinite(values) & ~np.isfinite(scores), axis=2)
    return ", ".join(
        f"{compared.names[s]} on {compared.problem_names[p]} ({counted(int(runs[s, p]), 'run')})"
        for s, p in np.argwhere(runs).tolist()
        if p in compared.problems
    )


def _reason(compared: Compared, problem: int) -> str:
    """Say why no run on a problem counts, in a clause; of several reasons, the first one."""
    scores, tallies = compared.scores, compared.tallies
    if scores.problems[problem].unmeasured:
        return f"which {scores.problems[problem].unmeasured}"
    runs = int(compared.scores.took_place[:, problem].sum())
    evaluations = int(tallies.evaluations[:, problem].sum())
    errors = [counts for (_, p), counts in tallies.errors.items() if p == problem]
    failed = [error for counts in errors for error in counts]
    broken = [
        detail
        for place, detail in tallies.details.items()
        if place[1] == problem and scores.status[place] == "failed"
    ]
    if evaluations and sum(counts.total() for counts in errors) == evaluations:
        return f"where {all_of(evaluations, 'evaluation')} failed: {_short(failed[0])}"
    if len(broken) == runs:
        return f"where {all_of(runs, 'run')} failed: {_short(broken[0])}"
    first = f": {_short((broken + failed)[0])}" if broken + failed else ""
    return f"where no run holds a score{first}"


def _short(reason: str) -> str:
    """Return a reason in short: the table of failures holds all of it."""
    return glance(reason).rstrip(".")
