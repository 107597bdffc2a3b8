"""Checks in processes of their own, so that what they check can end or hang no one else."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from multiprocessing.connection import Connection, wait
from time import process_time
from typing import Any, Literal, TypeAlias

from ...errors import InputError
from ...guards import Alone
from ...hosting.placement import hosted
from ...processes.process_tree import ended
from ...processes.spawned import Spawned
from ...processes.unheard import bound_to_parent, unheard, until_ended
from ...registry.finding import resolve_entrant, resolve_problem
from ...strategy import Strategy
from ...trial import Identity
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
"""The fields of an Identity, and what the fingerprint is to be of."""


def promises_of(sort: Sort) -> Sequence[Promise[Any]]:
    return STRATEGY_PROMISES if sort == "strategy" else PROBLEM_PROMISES


def findings(
    sort: Sort, identity: Identity, seconds: float, patience: float | None = None
) -> Iterator[Finding]:
    """Check all promises of a strategy or a problem, in a process as a session's are.

    `patience`: seconds without a word from it; None: as many as suit the seconds of the check.
    Where the process ends or hangs, the promise that it was at is broken, and the rest is skipped.
    """
    limit = PATIENCE * seconds if patience is None else patience
    waiting, end = list(promises_of(sort)), ""
    job = Spawned(check, sort, asdict(identity), seconds)
    try:
        message, end = _next(job, max(limit, BEGIN))
        if "refused" in message:
            raise InputError(message["refused"])
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


def check(messages: Connection, sort: Sort, identity: dict[str, Any], seconds: float) -> None:
    """Check all promises, and send what is found, in the process that was made for it."""
    unheard()
    bound_to_parent()
    with Alone():
        imports = 2 * process_time()  # the session's own process took about as long as this one
        try:
            subject = _subject(sort, Identity(**identity), Allowance(seconds - imports))
        except InputError as error:  # it has changed meanwhile
            messages.send_bytes(json.dumps({"refused": str(error)}).encode())
            until_ended()
        messages.send_bytes(json.dumps({"begun": True}).encode())
        for finding in judged(promises_of(sort), subject):
            messages.send_bytes(json.dumps({"finding": asdict(finding)}).encode())
    until_ended()


def compare(messages: Connection, sort: Sort, wanted: Sequence[Wanted]) -> None:
    """Send the fingerprints that are wanted, in the process that was made for it."""
    unheard()
    bound_to_parent()
    with Alone():
        for identity, wish in wanted:
            subject = _subject(sort, Identity(**identity), Allowance(math.inf))
            made = subject.fingerprint(wish)
            messages.send_bytes(json.dumps({"fingerprint": made}).encode())
    until_ended()


def fingerprints(
    sort: Sort, wanted: Sequence[tuple[Identity, object]], patience: float
) -> list[Fingerprint]:
    """Return what another process makes of wishes, or raise Broken where it ends or hangs."""
    job = Spawned(compare, sort, [(asdict(identity), wish) for identity, wish in wanted])
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


def _next(job: Spawned, patience: float) -> tuple[dict[str, Any], str]:
    """Return what a job says next, and how it has ended; empty: it has not."""
    if not wait(job.signs, patience):
        return {}, f"it takes longer than {patience:g} seconds"
    message = job.receive()
    return message, f"it ends the process {ended(message['exit'])}" if "exit" in message else ""


def _subject(sort: Sort, identity: Identity, allowance: Allowance) -> Races | Evaluations:
    """Find what is checked; another process finds it, too, when it is asked for a fingerprint."""

    def elsewhere(wish: object) -> Fingerprint:
        return fingerprints(sort, [(identity, wish)], PATIENCE * allowance.seconds)[0]

    if sort == "problem":
        return Evaluations(resolve_problem(identity).item, elsewhere, allowance)
    strategy = resolve_entrant(identity).item
    assert isinstance(strategy, Strategy), "systems are skipped"
    return Races(strategy, hosted(strategy), elsewhere, allowance)
