"""What is missing from the results, in sentences: problems that can't run, seeds, scores."""

from collections.abc import Iterator, Sequence

import numpy as np

from ..errors import glance
from ..trial import Outcome
from .study import Study, plural


def sentences(study: Study) -> tuple[str, ...]:
    """Say what is missing, a sentence a kind; nothing where nothing is."""
    return tuple(_sentences(study))


def unfinished(study: Study) -> Iterator[str]:
    """Say how many runs of the last session have not ended; nothing where all have."""
    left, planned = study.unfinished
    if left:
        yield (
            f"Unfinished: {left:,} of the {plural(planned, 'run')} that the last session was to "
            "make. The command that began them goes on with them, unless a file has changed."
        )


def unusable(study: Study) -> dict[str, str]:
    """Return the problems that count in nothing, since no run on them holds a score, and why."""
    by_problem: dict[str, list[Outcome]] = {}
    for each in study.outcomes:
        by_problem.setdefault(each.run.problem.name, []).append(each)
    names = [study.table.problems[p].identity.name for p in study.void]
    return {name: _reason(by_problem[name]) for name in names}


def scope_of_regrets(study: Study) -> str:
    """Say over which of the problems regrets are, where that is not all of them."""
    scaled = study.scaled()
    if len(scaled) == len(study.problems):
        return ""
    if not scaled:
        return " No problem has anchors, so there are no regrets."
    return f" Regrets are over the {len(scaled)} of these problems that have anchors."


def fewer_seeds(study: Study) -> str:
    """Name the strategies that lack some of the runs that others have; empty: nobody does."""
    lacking: list[str] = []
    for s in study.order:
        where = np.flatnonzero(study.ran[s])
        planned = int(study.table.planned[where].sum())
        there = int(study.took_place[s, where].sum())
        if there < planned:
            lacking.append(f"{study.names[s]} ({there} of {plural(planned, 'run')})")
    if not lacking:
        return ""
    return (
        f"Fewer seeds than the others: {', '.join(lacking)}. What is averaged is over their own "
        "runs; every comparison of two is over the instances that both have."
    )


def without_score(study: Study) -> dict[int, tuple[int, int]]:
    """Return how many runs of a strategy failed or hold no score, and of how many that count.

    In the order of the ranking, without strategies that have no such run.
    """
    worst = np.isposinf(study.table.scores.comparable[..., -1])
    found: dict[int, tuple[int, int]] = {}
    for s in study.order:
        there = study.took_place[s, study.problems]
        failed = int((worst[s, study.problems] & there).sum())
        if failed:
            found[s] = (failed, int(there.sum()))
    return found


def _sentences(study: Study) -> Iterator[str]:
    yield from unfinished(study)
    left_out = unusable(study)
    if left_out:
        named = "; ".join(f"{name}, where {reason}" for name, reason in left_out.items())
        yield f"Left out of every average, rank and test: {named}."
    seeds = fewer_seeds(study)
    if seeds:
        yield seeds
    failed = without_score(study)
    if failed:
        named = ", ".join(f"{study.names[s]} ({n} of {of})" for s, (n, of) in failed.items())
        yield f"Runs that failed or hold no score count as the worst: {named}."
    scoreless = _scoreless(study)
    if scoreless:
        yield (f"Counted as the worst, since the incumbent has a value but no score: {scoreless}.")


def _scoreless(study: Study) -> str:
    """List the runs that end with a finite value whose score is none, by cell."""
    values, scores = study.table.values.held[..., -1], study.table.scores.held[..., -1]
    runs = np.sum(np.isfinite(values) & ~np.isfinite(scores), axis=2)
    return ", ".join(
        f"{study.names[s]} on {study.table.problems[p].identity.name} "
        f"({plural(int(runs[s, p]), 'run')})"
        for s, p in np.argwhere(runs).tolist()
        if p in study.problems
    )


def _reason(outcomes: Sequence[Outcome]) -> str:
    """Say why no run on a problem holds a score, with the first reason that was given."""
    runs = [each for each in outcomes if each.stop.reason != "unsupported"]
    broken = [each.stop.detail for each in runs if each.stop.reason == "failed"]
    records = [record for each in runs for record in each.records]
    failed = [record.error or "no value" for record in records if record.failed]
    if records and len(failed) == len(records):
        return f"{_all(len(records), 'evaluation')} failed: {_short(failed[0])}"
    if len(broken) == len(runs):
        return f"{_all(len(runs), 'run')} failed: {_short(broken[0])}"
    first = f": {_short((broken + failed)[0])}" if broken + failed else ""
    return f"no run holds a score{first}"


def _all(number: int, noun: str) -> str:
    return f"the only {noun}" if number == 1 else f"all {number:,} {noun}s"


def _short(reason: str) -> str:
    """Return a reason for the first screen; the whole stands where failures are listed."""
    return glance(reason).rstrip(".")
