"""Checks in processes of their own, so that checked code can't end or hang the program."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from multiprocessing.connection import Connection
from time import process_time
from typing import Any, Literal, TypeAlias

from ...errors import InputError
from ...guards import Alone
from ...hosting.placement import hosted
from ...processes.messages import NoMessageError
from ...processes.spawned import Spawned
from ...processes.unheard import bound_to_parent, unheard, until_ended
from ...registry.finding import resolve_entrant, resolve_problem
from ...strategy import Strategy
from ...trial import Identity
from .allowance import Allowance
from .evaluations import EVALUATION, Evaluations
from .problems import PROBLEM_PROMISES
from .promise import Broken, Finding, Fingerprint, Promise, Skipped, judged
from .races import RUN, Races
from .strategies import STRATEGY_PROMISES
from .watching import EndlessError, Limits, SlowError, message_within

Kind: TypeAlias = Literal["strategy", "problem"]
DECLARED = "an evaluation, as the problem declares it"
"""A kind of work, of which the allowance is told how long it takes."""
BEGIN = Limits(600.0, 600.0)
"""How long a process may take to import what it is to check."""
FAR, LIBRARIES = 3, 30.0
"""A promise whose processor time is FAR times that of a whole check, and the seconds that libraries
may take to import on a slow machine, is surely endless."""
ELSEWHERE = 2 / 3
"""The share of that time for another process that a promise starts: it ends before this one."""
Wanted: TypeAlias = tuple[dict[str, Any], Any]
"""The fields of an Identity, and the runs or the evaluation that a fingerprint is wanted of."""


def promises_of(kind: Kind) -> Sequence[Promise[Any]]:
    """Return what all strategies, or all problems, promise."""
    return STRATEGY_PROMISES if kind == "strategy" else PROBLEM_PROMISES


def endless(seconds: float) -> float:
    """Return the processor time that no promise takes unless it is endless, by that of a check."""
    return FAR * seconds + LIBRARIES


def findings(
    kind: Kind, identity: Identity, seconds: float, begins: Callable[[str], None]
) -> Iterator[Finding]:
    """Check all promises of a strategy or a problem, in a process like those that do runs.

    `begins` is called with each promise in words before it is checked. Where the process ends or
    is surely endless, the promise that is checked then is broken; where it may be only slow, that
    is skipped. Those after it are skipped.
    """
    waiting = list(promises_of(kind))
    job = Spawned(check, kind, asdict(identity), seconds)
    try:
        message = message_within(job, BEGIN)
        if "refused" in message:
            raise InputError(message["refused"])
        while waiting:
            patience = message_within(job, BEGIN)["patience"]
            begins(waiting[0].words)
            message = message_within(job, Limits(patience, endless(seconds) + patience))
            waiting.pop(0)
            yield Finding(**message["finding"])
    except NoMessageError as reason:
        yield from _ended(waiting, reason)
    finally:
        job.stop()


def _ended(waiting: Sequence[Promise[Any]], reason: NoMessageError) -> Iterator[Finding]:
    """Yield the findings of the promise that ended the process, and of those that waited."""
    if not waiting:
        return
    first, *rest = waiting
    right = "neither end the process nor go on for ever"
    if isinstance(reason, EndlessError):
        right += "; if it is only slow: --seconds allows more"
    if isinstance(reason, SlowError):
        yield Finding(first.key, "skipped", first.words, str(reason))
    else:
        yield Finding(first.key, "broken", first.words, "", "the process", str(reason), right)
    for promise in rest:
        yield Finding(promise.key, "skipped", promise.words, "its process had to be ended")


def check(messages: Connection, kind: Kind, identity: dict[str, Any], seconds: float) -> None:
    """Check all promises and send the findings; this runs in the process that is made for it."""
    unheard()
    bound_to_parent()
    with Alone():
        imports = 2 * process_time()  # the program's own process took about as long as this one
        allowance = Allowance(seconds - imports)

        def patience() -> float:
            main = RUN if kind == "strategy" else EVALUATION
            return allowance.patience(main) + 2 * imports  # some promises start a process

        def limits() -> Limits:
            return Limits(patience() / 2, ELSEWHERE * endless(seconds))

        try:
            subject = _subject(kind, Identity(**identity), allowance, limits)
        except InputError as error:  # its file has changed meanwhile
            messages.send_bytes(json.dumps({"refused": str(error)}).encode())
            until_ended()
        messages.send_bytes(json.dumps({"begun": True}).encode())

        def begins() -> None:
            messages.send_bytes(json.dumps({"patience": patience()}).encode())

        for finding in judged(promises_of(kind), subject, begins):
            messages.send_bytes(json.dumps({"finding": asdict(finding)}).encode())
    until_ended()


def compare(messages: Connection, kind: Kind, wanted: Sequence[Wanted]) -> None:
    """Send the fingerprints that are wanted; this runs in the process that is made for it."""
    unheard()
    bound_to_parent()
    with Alone():
        for identity, wish in wanted:
            subject = _subject(kind, Identity(**identity), Allowance(math.inf), lambda: BEGIN)
            messages.send_bytes(json.dumps({"begun": True}).encode())
            made = subject.fingerprint(wish)
            messages.send_bytes(json.dumps({"fingerprint": made}).encode())
    until_ended()


def fingerprints(
    kind: Kind, wanted: Sequence[tuple[Identity, object]], limits: Limits
) -> list[Fingerprint]:
    """Return fingerprints that another process makes, each within limits after its imports.

    Raises Broken where that process ends or is endless, and Skipped where it may be only slow.
    """
    job = Spawned(compare, kind, [(asdict(identity), wish) for identity, wish in wanted])
    try:
        found: list[Fingerprint] = []
        for _ in wanted:
            message_within(job, BEGIN)
            found.append(message_within(job, limits)["fingerprint"])
    except SlowError as slow:
        raise Skipped(f"another process {slow}") from None
    except NoMessageError as end:
        raise Broken("another process", str(end), "the same as in this one") from None
    else:
        return found
    finally:
        job.stop()


def _subject(
    kind: Kind, identity: Identity, allowance: Allowance, limits: Callable[[], Limits]
) -> Races | Evaluations:
    """Find the strategy or the problem, which another process finds again for a fingerprint.

    That process keeps the `limits`, so that the promises after it can still be checked.
    """

    def elsewhere(wish: object) -> Fingerprint:
        return fingerprints(kind, [(identity, wish)], limits())[0]

    if kind == "problem":
        problem = resolve_problem(identity).item
        if problem.about.seconds is not None:
            allowance.suppose(DECLARED, problem.about.seconds)
        return Evaluations(problem, elsewhere, allowance)
    strategy = resolve_entrant(identity).item
    assert isinstance(strategy, Strategy), "systems are never checked"
    return Races(strategy, hosted(strategy), elsewhere, allowance)
