"""A folder of results: the runs, what a report must know of them, and where they were made.

results.json                     marks a folder of results
runs/<problem>/<strategy>/       <seed>-<digest of the Run>.part, .jsonl once sealed
packs/                           Parquet files of sealed runs, which are read as if they were files
cards/<digest of an identity>.json
sessions/<id>.json
certificates/<id>.json           what came of making runs again
damaged/                         files that were torn or altered, moved out of the way
retried/                         failed runs that are made again
report/, export/                 what can be made again from the runs at any time
.lock, .holder                   keep other processes out, and say which one is in
"""

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ..cards.card import ProblemCard, StrategyCard
from ..errors import InputError
from ..runner.finished_run import FinishedRun
from ..trial import Identity, Outcome, Reason, Run
from . import (
    card_file,
    contents,
    described,
    mark,
    run_bytes,
    run_columns,
    run_file,
    run_table,
    summary,
)
from .aside import Aside
from .certificate_file import Certificate
from .contents import BEGUN_WITH, CARDS, RETRIED, RUNS
from .described import Told
from .durable import make_folder, replace
from .file_names import file_name, folded
from .holder import Holder
from .holding import holding, saying
from .packs import rows
from .packs.packs import Packs
from .packs.rows import Row
from .places import Place, place
from .run_bytes import RunBytes
from .run_table import RunTable
from .sealed_json import DamageError, bytes_of
from .sealed_runs import SealedRuns
from .summary import Summary

Ended = TypeVar("Ended", Outcome, FinishedRun, RunTable)
"""A run that has ended, with its records, in columns of numbers, or in columns of everything."""


class Store:
    """The results in a folder. Reading needs no lock; one process at a time writes.

    A sealed run is a file, or a row of a pack; all that reads runs reads both, in the same order. A
    file that is torn or altered is moved to `damaged/` when it is read, one that another version
    wrote in another format stays where it is, and the others are used. `touched`: whether damaged
    files are moved; False: they stay where they are, too.
    """

    def __init__(self, folder: Path, *, touched: bool = True) -> None:
        self.folder = folder
        self.notices = list[str]()
        """A line for each file or run that was set aside or left out since this object was made."""
        self._aside = Aside(folder, self.notices, touched=touched)
        self.packs = Packs(folder, self._aside.put, self.notices)
        self._runs = SealedRuns(folder, self.packs, self._aside)
        self._holder: Holder | None = None

    @contextmanager
    def writing(self, budget: Fraction, workers: int) -> Generator[None]:
        """Make the folder if need be, and hold its lock; raises InputError where that can't be.

        All runs of a folder have one budget and one number of workers: a report compares them.
        """
        self.check(new=True)
        with self.held(removes=False):
            with saying(self.folder):
                self._mark(budget, workers)
                for name in BEGUN_WITH:
                    make_folder(self.folder / name)
            yield

    @contextmanager
    def held(self, *, removes: bool) -> Generator[None]:
        """Hold the folder's lock; `removes`: only to remove files, also where the disk is full."""
        try:
            with holding(self.folder, removes=removes) as self._holder:
                yield
        finally:
            self._holder = None

    def beat(self) -> None:
        """Say that this process still writes, as it must every few seconds.

        Raises InputError where another machine writes, too.
        """
        if self._holder is not None:
            with saying(self.folder):
                self._holder.beat()

    def check(self, *, new: bool) -> None:
        """Raise InputError where the folder is no folder of results, or holds other files.

        Raises it also where another version wrote its results in another format.
        `new`: whether a folder that is empty or does not exist is accepted.
        """
        contents.check(self.folder, new=new)
        if not new:
            self.marked()

    def path(self, run: Run) -> Path:
        """Return the path of a run's file, without the ending that says whether it is sealed."""
        return self.folder.joinpath(RUNS, *place(run)).with_suffix("")

    def is_sealed(self, run: Run) -> bool:
        """Tell whether a run has ended, without opening its file."""
        return self.packs.get(run) is not None or self._sealed(run).exists()

    def has_failed(self, run: Run) -> bool:
        """Tell whether a run has ended and failed."""
        try:
            return self.is_sealed(run) and self.summary(run).seal.reason == "failed"
        except DamageError as damage:
            self.set_aside(damage)
            return False

    def retry(self, run: Run) -> None:
        """Move a run that has ended to `retried/`, so that it can be run again."""
        path = self._sealed(run)
        with saying(self.folder):
            lines = self.packs.lines(run)
            if lines is not None:
                free = self._aside.free(path, RETRIED)
                replace(free.with_suffix(".tmp"), free, lines)
                self.packs.leave_out(run)
                path.unlink(missing_ok=True)
            else:
                self._aside.move(path, RETRIED)

    def seconds(self, run: Run) -> tuple[Reason, float] | None:
        """Return how a run ended and the seconds it took; None: it has not ended, or is damaged."""
        try:
            seal = self.summary(run).seal
        except InputError:
            return None
        return None if seal.seconds is None else (seal.reason, seal.seconds)

    def summary(self, run: Run) -> Summary:
        """Return what is known of a run that has ended without its trials; raises InputError."""
        return self.packs.get(run) or summary.read(self._sealed(run))

    def summaries(self) -> Iterator[Summary]:
        """Yield what is known without their trials of all runs that have ended.

        No file is opened for those in packs. Damaged runs are set aside.
        """
        return self._runs.summaries()

    def paths(self, ending: str) -> list[Path]:
        """List the files of runs with an ending, that of sealed or of unfinished runs, sorted."""
        return self._runs.paths(ending)

    def outcomes(self) -> Iterator[Outcome]:
        """Read and check every sealed run with its records; damaged runs are set aside."""
        return self._runs.parsed(run_file.of)

    def finished(self, *, configured: bool = False, processes: int = 1) -> Iterator[FinishedRun]:
        """Read and check every sealed run into columns; damaged runs are set aside.

        `configured`: whether the configurations of the last incumbents are kept. `processes`: how
        many may read at once where there are many runs; more than one takes a program whose main
        module can be imported again.
        """
        read = partial(run_columns.read, configured=configured)
        parse = partial(run_columns.of, configured=configured)
        packed = partial(self.packs.parsed, parse) if configured else self.packs.finished
        return self._runs.each(lambda: [self._runs.ahead(read, processes), *packed()])

    def finished_of(self, strategies: Collection[Identity]) -> Iterator[FinishedRun]:
        """Read and check the sealed runs of some strategies alone into columns."""
        names = {folded(file_name(each.name)) for each in strategies}
        found = self._runs.each(
            lambda: [
                self._runs.ahead(run_columns.read, 1, names=names),
                *self.packs.finished(lambda of: folded(of.place.strategy) in names),
            ]
        )
        return (each for each in found if each.run.strategy in strategies)

    def tables(self) -> Iterator[RunTable]:
        """Read and check every sealed run into columns of all that it holds, as `finished` does."""
        return self._runs.parsed(run_table.of)

    def rows(self, *, processes: int = 1, without: Collection[Path] = ()) -> Iterator[Row | None]:
        """Read and check every sealed run as a row of a pack; None: no pack can hold it.

        `without`: packs whose runs are left out, also where they are files as well.
        """
        return self._runs.each(
            lambda: [
                self._runs.ahead(rows.read, processes, self.packs.places_in(without)),
                *self.packs.parsed(rows.of, without=without),
            ]
        )

    def packed_rows(self, *, without: Collection[Path] = ()) -> Iterator[Row]:
        """Read and check every run in packs, but for some packs, as a row."""
        rows_there = self._runs.each(lambda: self._runs.packed(rows.of, without))
        return (row for row in rows_there if row is not None)

    def files(self) -> Iterator[RunBytes]:
        """Read and check every sealed run that is a file, whether a pack has it, too, or not."""
        return self._runs.each(lambda: [self._runs.ahead(run_bytes.read, 1)])

    def lines(self, run: Run) -> bytes:
        """Return the bytes of the file of a run that has ended; raises DamageError."""
        packed = None if (path := self._sealed(run)).exists() else self.packs.lines(run)
        return bytes_of(path) if packed is None else packed

    def put_lines(self, where: Place, lines: bytes) -> None:
        """Write the file of a run that has ended, with bytes that were checked; raises OSError.

        Whoever writes many has them synced together, before what they were taken from may go.
        """
        path = self.folder.joinpath(RUNS, *where)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(run_file.PART)  # if this is killed, the run goes on there
        try:
            part.write_bytes(lines)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def put_card(self, card: StrategyCard | ProblemCard) -> None:
        """Keep a card, in place of an older one of the same identity."""
        with saying(self.folder):
            card_file.write(self.folder / CARDS, card)

    def put_session(self, identity: str, content: Mapping[str, object]) -> None:
        """Keep where and when runs were made."""
        with saying(self.folder):
            described.put_session(self.folder, identity, content)

    def cards(self) -> tuple[list[StrategyCard], list[ProblemCard]]:
        """Read all cards; damaged cards are set aside."""
        return described.cards(self.folder, self._aside)

    def with_cards(self, runs: Iterable[Told], known: Collection[Identity]) -> list[Told]:
        """Return the runs whose strategy and problem are known; a notice tells of the others."""
        kept, lacking = described.with_cards(runs, known)
        self.notices += [f"{self.folder / 'cards'} {each}" for each in lacking]
        return kept

    def sessions(self) -> list[dict[str, Any]]:
        """Read all sessions, the oldest first; damaged sessions are set aside."""
        return described.sessions(self.folder, self._aside)

    def certificates(self) -> list[Certificate]:
        """Read all certificates, the oldest first; damaged certificates are set aside."""
        return described.certificates(self.folder, self._aside)

    def set_aside(self, damage: DamageError) -> None:
        """Move a damaged file to `damaged/` if possible, and add a notice of it."""
        self._aside.put(damage)

    def marked(self) -> tuple[Fraction, int] | None:
        """Return the budget and the number of workers of all runs, by the mark.

        None: there is no mark, or it was damaged and is set aside now. Raises InputError.
        """
        try:
            return mark.read(self.folder)
        except DamageError as damage:
            self.set_aside(damage)
            return None

    def _mark(self, budget: Fraction, workers: int) -> None:
        """Write the mark, or compare the old one; a damaged mark is made anew from the runs."""
        there = self.marked()
        if there is None:
            run = next((ended.run for ended in self.finished()), None)
            there = (run.budget, run.workers) if run else (budget, workers)
        if there != (budget, workers):
            raise InputError(
                f"{self.folder} holds runs of budget {there[0]} and workers {there[1]}; choose"
                f" another folder for {budget} and {workers}"
            )
        mark.write(self.folder, budget, workers)

    def _sealed(self, run: Run) -> Path:
        """Return the path of the file of a run that has ended, if it is a file."""
        return self.folder.joinpath(RUNS, *place(run))
