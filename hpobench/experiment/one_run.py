"""Doing one run in this process, and writing its file."""

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import Literal, TypeAlias

from ..errors import (
    InputError,
    NobodysFault,
    ProcessLost,
    described,
    raise_if_nobodys,
    traceback_of,
)
from ..guards import Alone, is_a_persons
from ..hosting.placement import drawn_by, hosted
from ..problem import Problem
from ..registry.finding import resolve_entrant, resolve_problem
from ..runner.budget_rules import Diverged
from ..runner.race import run as begin
from ..runner.system_loop import run_system
from ..runner.workers import Unwatched, Watch
from ..store.appending import InUseError
from ..store.folder import Store
from ..store.run_file import RunFile
from ..store.sealed_json import DamageError, FormatError, UnreadError
from ..strategy import Entrant, Strategy
from ..system import System
from ..trial import Reason, Record, Run, Stop
from .spilling import SpillingMemory


class _ChangedError(Exception):
    """Raised where a strategy or a problem is not the same as when the run was planned."""


Status: TypeAlias = Reason | Literal["incomplete"]
"""How a run has ended, or that it has not: then it is incomplete."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a run."""

    run: Run
    status: Status
    detail: str = ""
    """The reason why a run is unsupported, failed or incomplete; empty for the others."""
    inside: float = 0.0
    """The seconds spent inside the code of the strategy and the problem."""
    notices: tuple[str, ...] = ()
    """What a person should know even of a run that ended well, such as that it was begun anew."""
    warnings: Mapping[str, int] = field(default_factory=dict[str, int])
    """How often each warning was given, by its place and text."""


def too_long(limit: float) -> str:
    """Return the reason why a run is incomplete that took longer than so many seconds."""
    return f"it took longer than {limit:g} seconds"


def _unheard() -> None:
    """Do nothing, where nobody wants to know that strategy and problem were found."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run needs of the process and the session that it is done in."""

    session: str = ""
    """The id of the session."""
    server: Path | None = None
    """Where a fork server listens in the environment of the strategy's library; None: nowhere."""
    found: Callable[[], None] = _unheard
    """Called as soon as the strategy and the problem are imported."""
    watch: Watch = field(default_factory=Unwatched)
    """Is told which trial is evaluated."""


ALONE = Surroundings()
"""What surrounds a run that no session looks after."""


def perform_run(run: Run, folder: Path, around: Surroundings = ALONE) -> Done:
    """Do one run and write its trials as they end; go on where an earlier attempt stopped.

    Raises InputError where the results can't be written, and ProcessLost where a process that the
    strategy needs was killed.
    """
    store = Store(folder)
    with ExitStack() as stack:
        try:
            file = _opened(stack, run, store, around.session)
        except (InUseError, FormatError, UnreadError) as error:
            return Done(run, "incomplete", str(error))
        if file.sealed is not None:
            return Done(run, file.sealed.reason, file.sealed.detail)
        try:
            return _performed(run, store, file, around)
        except ProcessLost:
            raise
        except (_ChangedError, NobodysFault) as reason:  # it must not count against the strategy
            return Done(run, "incomplete", str(reason))


def _opened(stack: ExitStack, run: Run, store: Store, session: str) -> RunFile:
    """Open the run's file until the stack is closed; a damaged file is set aside before."""
    try:
        return stack.enter_context(RunFile(store.path(run), run, session))
    except DamageError as damage:
        store.set_aside(damage)
    return stack.enter_context(RunFile(store.path(run), run, session))


def _performed(run: Run, store: Store, file: RunFile, around: Surroundings) -> Done:
    """Do a run whose file is open, anew if its recorded trials don't come again, and seal it."""
    inside, started, began = list[float](), process_time(), perf_counter()

    def keep(record: Record) -> None:
        file.append(record)
        inside.append(sum(record.measured.get(key, 0.0) for key in ("ask", "evaluate", "tell")))

    try:
        stop = _stop(run, around, file.recorded, keep)
    except Diverged as difference:
        store.notices.append(
            f"{run.strategy.name} on {run.problem.name}, seed {run.seed}, was begun anew:"
            f" {difference}"
        )
        inside.clear()
        file.begin_anew()
        around.watch.begun_anew()
        stop = _stop(run, around, {}, keep)
    seconds = {
        "seconds": perf_counter() - began,
        "processor": process_time() - started,
        "inside": sum(inside),
        "peak-memory": float(_peak_memory()),
    }
    # A run that goes on may fail before it has repeated all recorded trials.
    file.seal(stop, max(len(inside), len(file.recorded)), seconds)
    return Done(run, stop.reason, stop.detail, sum(inside), tuple(store.notices))


def _stop(
    run: Run,
    around: Surroundings,
    recorded: Mapping[int, Record],
    keep: Callable[[Record], None],
) -> Stop:
    """Do a run, keep its trials, and return how it ended.

    Whatever it raises is its failure, but a person's Ctrl-C. Raises _ChangedError where the
    strategy or the problem is not what was planned, and NobodysFault.
    """
    try:
        with Alone():
            found_entrant = resolve_entrant(run.strategy).item
            entrant, luck = hosted(found_entrant, around.server), drawn_by(found_entrant)
            problem = resolve_problem(run.problem).item
    except InputError as error:
        raise _ChangedError(str(error)) from None
    except BaseException as error:  # a user's file may raise anything
        if is_a_persons(error):
            raise
        raise_if_nobodys(error)
        return Stop("failed", described(error), traceback_of(error))
    around.found()
    watch = around.watch
    try:
        return _raced(entrant, problem, run, luck=luck, recorded=recorded, keep=keep, watch=watch)
    except (InputError, Diverged):
        raise
    except BaseException as error:  # the run has failed, for this reason
        if is_a_persons(error):
            raise
        raise_if_nobodys(error)
        return Stop("failed", described(error), traceback_of(error))


def _raced(
    entrant: Entrant,
    problem: Problem,
    run: Run,
    *,
    luck: tuple[str, str],
    recorded: Mapping[int, Record],
    keep: Callable[[Record], None],
    watch: Watch,
) -> Stop:
    """Run a strategy or a system on a problem, and return how the run ended."""
    if isinstance(entrant, System):
        return _trained(entrant, problem, run, luck=luck, recorded=recorded, keep=keep)
    assert isinstance(entrant, Strategy)
    with closing(SpillingMemory()) as memory:
        race = begin(
            entrant,
            problem,
            budget=run.budget,
            workers=run.workers,
            seed=run.seed,
            first=run.first,
            recorded=recorded,
            luck=luck,
            memory=memory,
            watch=watch,
        )
        for record in race:
            keep(record)
    assert race.stop is not None
    return race.stop


def _trained(
    system: System,
    problem: Problem,
    run: Run,
    *,
    luck: tuple[str, str],
    recorded: Mapping[int, Record],
    keep: Callable[[Record], None],
) -> Stop:
    """Have a system train on a problem, and return how the run ended."""
    return run_system(
        system,
        problem,
        budget=run.budget,
        workers=run.workers,
        seed=run.seed,
        first=run.first,
        recorded=recorded,
        keep=keep,
        luck=luck,
    )


def _peak_memory() -> int:
    """Return the peak memory of this process in bytes; 0 where the system does not tell it."""
    if sys.platform == "win32":
        return 0
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
