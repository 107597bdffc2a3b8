"""Checks in processes of their own, so that what they check can end or hang no one else."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from multiprocessing.connection import Connection
from time import process_time
from typing import Any, Literal, TypeAlias

from ...guards import alone
from ...hosting.placement import hosted
from ...processes.environment_variables import ENVIRONMENT, variables
from ...processes.job import Job, bound_to_parent, unheard, until_ended
from ...processes.process_tree import ended
from ...registry.finding import resolve_problem, resolve_strategy
from ...trial import Reference
from .allowance import Allowance
from .evaluations import Evaluations
from .problems import PROBLEM_PROMISES
from .promise import Broken, Finding, Fingerprint, Promise, judged
from .races import Races
from .strategies import STRATEGY_PROMISES

Sort: TypeAlias = Literal["strategy", "problem"]
PATIENCE = 10.0
"""How many times the seconds of a check a process may say nothing before it is ended."""
BEGIN = 600.0
"""Seconds that a process has to import what it is to check."""
Wanted: TypeAlias = tuple[dict[str, Any], Any]
"""The fields of a Reference, and what the fingerprint is to be of."""


def promises_of(sort: Sort) -> Sequence[Promise[Any]]:
    return STRATEGY_PROMISES if sort == "strategy" else PROBLEM_PROMISES


def findings(
    sort: Sort, reference: Reference, seconds: float, patience: float | None = None
) -> Iterator[Finding]:
    """Check all promises of a strategy or a problem, in a process as a session's are.

    `patience`: seconds without a word from it; None: as many as suit the seconds of the check.
    Where the process ends or hangs, the promise that it was at is broken, and the rest is skipped.
    """
    limit = PATIENCE * seconds if patience is None else patience
    waiting, end = list(promises_of(sort)), ""
    with variables(ENVIRONMENT):
        job = Job(check, sort, asdict(reference), seconds)
    try:
        _, end = _next(job, max(limit, BEGIN))
        while waiting and not end:
            message, end = _next(job, limit)
            if not end:
                waiting.pop(0)
                yield Finding(**message["finding"])
    finally:
        job.stop()
    if waiting:
        first, *rest = waiting
        right = "neither end the process nor go on for ever"
        yield Finding(first.key, "broken", first.words, "", "the process", end, right)
        for promise in rest:
            yield Finding(promise.key, "skipped", promise.words, "its process had to be ended")


def check(messages: Connection, sort: Sort, reference: dict[str, Any], seconds: float) -> None:
    """Check all promises, and send what is found, in the process that was made for it."""
    unheard()
    bound_to_parent()
    with alone():
        imports = 2 * process_time()  # the session's own process took about as long as this one
        subject = _subject(sort, Reference(**reference), Allowance(seconds - imports))
        messages.send_bytes(json.dumps({"begun": True}).encode())
        for finding in judged(promises_of(sort), subject):
            messages.send_bytes(json.dumps({"finding": asdict(finding)}).encode())
    until_ended()


def compare(messages: Connection, sort: Sort, wanted: Sequence[Wanted]) -> None:
    """Send the fingerprints that are wanted, in the process that was made for it."""
    unheard()
    bound_to_parent()
    with alone():
        for reference, wish in wanted:
            subject = _subject(sort, Reference(**reference), Allowance(math.inf))
            made = subject.fingerprint(wish)
            messages.send_bytes(json.dumps({"fingerprint": made}).encode())
    until_ended()


def fingerprints(
    sort: Sort, wanted: Sequence[tuple[Reference, object]], patience: float
) -> list[Fingerprint]:
    """Return what another process makes of wishes, or raise Broken where it ends or hangs."""
    with variables(ENVIRONMENT):
        job = Job(compare, sort, [(asdict(reference), wish) for reference, wish in wanted])
    made: list[Fingerprint] = []
    try:
        for _ in wanted:
            message, end = _next(job, patience)
            if end:
                raise Broken("another process", end, "the same as in this one")
            made.append(message["fingerprint"])
    finally:
        job.stop()
    return made


def _next(job: Job, patience: float) -> tuple[dict[str, Any], str]:
    """Return what a job says next, and how it has ended; empty: it has not."""
    if not job.says(patience):
        return {}, f"it takes longer than {patience:g} seconds"
    message = job.receive()
    return message, f"it ends the process {ended(message['exit'])}" if "exit" in message else ""


def _subject(sort: Sort, reference: Reference, allowance: Allowance) -> Races | Evaluations:
    """Find what is checked; another process finds it, too, when it is asked for a fingerprint."""

    def elsewhere(wish: object) -> Fingerprint:
        return fingerprints(sort, [(reference, wish)], PATIENCE * allowance.seconds)[0]

    if sort == "problem":
        return Evaluations(resolve_problem(reference).item, elsewhere, allowance)
    strategy = resolve_strategy(reference).item
    return Races(strategy, hosted(strategy), elsewhere, allowance)
