"""What people see while runs are made: a bar in a terminal, elsewhere a line every half minute."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as Bar
from rich.table import Column

from ..errors import counted
from ..experiment.estimates import LITTLE, Time, TimeLeft
from ..experiment.one_run import Done
from ..experiment.perform import Progress
from ..store.folder import Store
from ..trial import Run
from .console import Printer, duration, plain

EVERY = 30.0
"""Seconds between two lines, where there is no terminal."""


def watched(
    console: Printer,
    steps: Iterable[Progress],
    count: int,
    left: TimeLeft,
    store: Store,
    *,
    clock: Callable[[], float] = perf_counter,
) -> Iterator[Done]:
    """Yield the runs as they end, and show how many of `count` have and how long the rest takes."""
    began = clock()
    view = _Bar(console, count) if console.moves else _Lines(console, count, began)
    ended = 0
    view.show(0, left, (), began)
    with view:
        for step in steps:
            now = clock()
            for done in step.done:
                left.ended(done.run, store)
            left.began(step.running, now)
            ended += sum(done.status != "incomplete" for done in step.done)
            view.show(ended, left, step.running, now)
            yield from step.done


def time_left(rest: Time) -> str:
    """Say how much time is left, as far as that is known.

    >>> time_left(Time(400, known=True)), time_left(Time(400, known=False))
    ('7 min left', 'over 7 min left')
    """
    if rest.known:
        return f"{duration(rest.seconds)} left"
    if rest.seconds < LITTLE:
        return "time left unknown"
    return f"over {duration(rest.seconds)} left"


def waiting(console: Printer, doing: str) -> AbstractContextManager[object]:
    """Return a context that shows what is being done, for as long as it takes."""
    if console.moves:
        return console.status(doing, spinner="line")
    console.say(f"{doing} ...")
    return nullcontext()


@contextmanager
def doing(console: Printer) -> Generator[Callable[[str], None]]:
    """Return a function that shows what is being done, and since when, until it is called again.

    That is a line in a terminal, below what is printed meanwhile; elsewhere nothing is shown.
    """
    if not console.moves:
        yield lambda _: None
        return
    rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    line = Bar(
        SpinnerColumn("line"),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False, table_column=rest),
        console=console,
        transient=True,
        expand=True,
    )
    task = line.add_task("", total=None)
    with line:
        yield lambda words: line.reset(task, description=plain(words, console.encoding))


class _Bar:
    """A line with the bar, the count and the time left, and then the running runs, cut to fit."""

    def __init__(self, console: Printer, count: int) -> None:
        rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
        self._console = console
        self._bar = Bar(
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]:>11}", markup=False),
            TextColumn("{task.description}", markup=False, table_column=rest),
            console=console,
            transient=True,
            expand=True,
        )
        self._task = self._bar.add_task("", total=count, left="")

    def __enter__(self) -> None:
        self._bar.start()

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, ended: int, left: TimeLeft, running: Iterable[Run], now: float) -> None:
        names = ", ".join(
            f"{run.strategy.name} on {run.problem.name}, seed {run.seed}" for run in running
        )
        words = plain(names, self._console.encoding)
        self._bar.update(
            self._task, completed=ended, left=time_left(left.rest(now)), description=words
        )


class _Lines:
    """Lines for where there is no terminal: at the start, every half a minute, and at the end."""

    def __init__(self, console: Printer, count: int, began: float) -> None:
        self._console, self._count, self._began = console, count, began
        self._now = self._last = began
        self._ended = 0

    def __enter__(self) -> None:
        if self._count:
            self._console.say(f"Working on {counted(self._count, 'run')}.")

    def __exit__(self, *_: object) -> None:
        if self._count:
            passed = duration(self._now - self._began)
            self._console.say(f"{self._ended} of {counted(self._count, 'run')} ended in {passed}.")

    def show(self, ended: int, left: TimeLeft, running: Iterable[Run], now: float) -> None:  # noqa: ARG002  # a line is short
        self._ended, self._now = ended, now
        if now - self._last >= EVERY and ended < self._count:
            self._last = now
            rest = time_left(left.rest(now))
            self._console.say(f"{ended} of {counted(self._count, 'run')} ended, {rest}")
