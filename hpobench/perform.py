"""Running cells on supervised processes: one that crashes or overruns takes only its own cell."""

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Literal, TypeAlias

from pebble import ProcessExpired, ProcessPool

from .errors import InputError
from .fits import run_system
from .hosts import hosted
from .problem import Problem
from .registry import resolve_problem, resolve_strategy
from .runfile import RunFile
from .runner import run as race
from .store import Store
from .strategy import Strategy
from .surroundings import ENVIRONMENT, variables
from .system import System
from .trial import Reason, Record, Run, Stop

TICK = 0.25
"""Seconds between two looks at what is running."""
Status: TypeAlias = Reason | Literal["incomplete"]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a cell."""

    run: Run
    status: Status
    detail: str = ""
    """Why, for those that are unsupported, failed or incomplete."""
    inside: float = 0.0
    """Seconds inside evaluations and suggestions."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What has ended since the last look, and what is being run."""

    done: tuple[Done, ...]
    running: tuple[Run, ...]


def perform(runs: Sequence[Run], store: Store, *, jobs: int, limit: float) -> Iterator[Progress]:
    """Run the cells in the given order on `jobs` processes, each for `limit` seconds at most.

    Nothing that a cell does stops the others; only a store that can't be written does: it raises
    InputError. A cell over the limit stays incomplete, and goes on when it is run again.
    """
    waiting = iter(runs)
    futures: dict[Future[Done], Run] = {}
    context = multiprocessing.get_context("spawn")
    with (
        variables(ENVIRONMENT),
        ProcessPool(jobs, initializer=_leave_interrupts, context=context) as pool,
    ):
        try:
            while True:
                for run in islice(waiting, 2 * jobs - len(futures)):
                    future = pool.schedule(perform_cell, (run, store.folder), timeout=limit)
                    futures[future] = run
                if not futures:
                    return
                ended, _ = wait(futures, timeout=TICK, return_when=FIRST_COMPLETED)
                done = tuple(_done(future, futures.pop(future), store, limit) for future in ended)
                yield Progress(done, tuple(run for f, run in futures.items() if f.running()))
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble's
            raise


def perform_cell(run: Run, folder: Path) -> Done:
    """Run one cell, writing its trials as they end; go on where an earlier attempt stopped."""
    inside, started, began = list[float](), process_time(), perf_counter()
    with RunFile(Store(folder).path(run), run) as file:
        try:
            strategy, problem = (
                hosted(resolve_strategy(run.strategy).item),
                resolve_problem(run.problem).item,
            )
        except InputError as error:
            stop = Stop("failed", str(error))
        else:

            def keep(record: Record) -> None:
                file.append(record)
                seconds = (record.measured.get(key, 0.0) for key in ("ask", "evaluate", "tell"))
                inside.append(sum(seconds))

            stop = _stop(strategy, problem, run, file.recorded, keep)
        processor = process_time() - started
        seconds = {"seconds": perf_counter() - began, "processor": processor, "inside": sum(inside)}
        # A run that goes on may fail before it has come as far again.
        count = max(len(inside), len(file.recorded))
        file.seal(stop, count, {**seconds, "peak-memory": float(_peak_memory())})
    return Done(run, stop.reason, stop.detail, sum(inside))


def _stop(
    strategy: Strategy,
    problem: Problem,
    run: Run,
    recorded: Mapping[int, Record],
    keep: Callable[[Record], None],
) -> Stop:
    """Run a strategy or a system, keep its trials, and return how it ended."""
    budget, workers, seed = run.budget, run.workers, run.seed
    if isinstance(strategy, System):
        return run_system(
            strategy,
            problem,
            budget=budget,
            workers=workers,
            seed=seed,
            recorded=recorded,
            keep=keep,
        )
    trials = race(strategy, problem, budget=budget, workers=workers, seed=seed, recorded=recorded)
    while True:
        try:
            keep(next(trials))
        except StopIteration as end:
            stop: Stop = end.value
            return stop


def _done(future: Future[Done], run: Run, store: Store, limit: float) -> Done:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, TimeoutError):
        return Done(run, "incomplete", f"it took longer than {limit:g} seconds")
    if not isinstance(error, ProcessExpired):
        raise error
    stop = Stop("failed", f"its process died with exit code {error.exitcode}")
    with RunFile(store.path(run), run) as file:
        file.seal(stop, len(file.recorded), {})
    return Done(run, stop.reason, stop.detail)


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that supervises this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _peak_memory() -> int:
    """Return the most bytes this process has held; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
