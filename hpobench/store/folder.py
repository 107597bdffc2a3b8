"""A folder of results: the runs, what a report must know of them, and where they were made.

results.json                     marks a folder of results
runs/<problem>/<strategy>/       <seed>-<digest of the Run>.part, .jsonl once sealed
cards/<digest of an identity>.json
sessions/<id>.json
damaged/                         files that were torn or altered, moved out of the way
retried/                         failed runs that are made again
report/                          the report, which can be made again at any time
"""

import os
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from ..cards.card import ProblemCard, StrategyCard
from ..errors import InputError, counted
from ..runner.finished_run import FinishedRun
from ..trial import Identity, Outcome, Reason, Run
from . import card_file, contents, mark, run_columns, run_file, run_table, sealed_json, session
from .contents import DAMAGED, FOLDERS, HOLDER, LOCK, RETRIED
from .file_names import file_name, folded, same
from .many_runs import read_ahead
from .run_table import RunTable
from .sealed_json import DamageError, FormatError

Ended = TypeVar("Ended", Outcome, FinishedRun, RunTable)
"""A run that has ended, with its records, in columns of numbers, or in columns of everything."""


class Store:
    """The results in a folder. Reading needs no lock; one process at a time writes.

    A file that is torn or altered is moved to `damaged/` when it is read, one that another version
    wrote in another format stays where it is, and the others are used. `touched`: whether damaged
    files are moved; False: they stay where they are, too.
    """

    def __init__(self, folder: Path, *, touched: bool = True) -> None:
        self.folder = folder
        self._touched = touched
        self.notices: list[str] = []
        """A line for each file or run that was set aside or left out since this object was made."""

    @contextmanager
    def writing(self, budget: Fraction, workers: int) -> Generator[None]:
        """Make the folder if need be, and hold its lock; raises InputError where that can't be.

        All runs of a folder have one budget and one number of workers: a report compares them.
        """
        self.check(new=True)
        with saying(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / LOCK, timeout=0)
            try:
                lock.acquire()
            except Timeout:
                raise InputError(f"{self.folder} is in use by {self._holder()}") from None
        try:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            with saying(self.folder):
                (self.folder / HOLDER).write_text(f"process {os.getpid()} since {now}", "utf-8")
                self._mark(budget, workers)
                for name in FOLDERS[:3]:
                    (self.folder / name).mkdir(exist_ok=True)
            yield
        finally:
            lock.release()

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
        folders = (file_name(run.problem.name), file_name(run.strategy.name))
        return self.folder.joinpath("runs", *folders, run_file.named(run))

    def is_sealed(self, run: Run) -> bool:
        """Tell whether a run has ended, without opening a file."""
        return self.path(run).with_suffix(run_file.SEALED).exists()

    def has_failed(self, run: Run) -> bool:
        """Tell whether a run has ended and failed."""
        if not self.is_sealed(run):
            return False
        try:
            path = self.path(run).with_suffix(run_file.SEALED)
            return run_file.seal(path)[0].reason == "failed"
        except DamageError as damage:
            self.set_aside(damage)
            return False

    def retry(self, run: Run) -> None:
        """Move a run that has ended to `retried/`, so that it can be run again."""
        with saying(self.folder):
            self._move(self.path(run).with_suffix(run_file.SEALED), RETRIED)

    def seconds(self, run: Run) -> tuple[Reason, float] | None:
        """Return how a run ended and the seconds it took; None: it has not ended, or is damaged."""
        path = self.path(run).with_suffix(run_file.SEALED)
        try:
            stop, measured = run_file.seal(path)
            return stop.reason, float(measured["seconds"])
        except (DamageError, KeyError, TypeError, ValueError):
            return None

    def paths(self, ending: str) -> list[Path]:
        """List the files of runs with an ending, that of sealed or of unfinished runs, sorted."""
        return sorted((self.folder / "runs").glob(f"*/*/*{ending}"))

    def outcomes(self) -> Iterator[Outcome]:
        """Read and check every sealed run with its records; damaged runs are set aside."""
        return self._each(run_file.read, self.paths(run_file.SEALED))

    def finished(self, *, configured: bool = False, processes: int = 1) -> Iterator[FinishedRun]:
        """Read and check every sealed run into columns; damaged runs are set aside.

        `configured`: whether the configurations of the last incumbents are kept. `processes`: how
        many may read at once where there are many runs; more than one takes a program whose main
        module can be imported again.
        """
        read = partial(run_columns.read, configured=configured)
        for path, run in read_ahead(self.paths(run_file.SEALED), read, processes):
            yield from self._checked(path, read if run is None else partial(_known, run))

    def finished_of(self, strategies: Collection[Identity]) -> Iterator[FinishedRun]:
        """Read and check the sealed runs of some strategies alone into columns."""
        names = {folded(file_name(each.name)) for each in strategies}
        paths = self.paths(run_file.SEALED)
        paths = [each for each in paths if folded(each.parent.name) in names]
        found = self._each(run_columns.read, paths)
        return (each for each in found if each.run.strategy in strategies)

    def tables(self) -> Iterator[RunTable]:
        """Read and check every sealed run into columns of all that it holds, as `finished` does."""
        return self._each(run_table.read, self.paths(run_file.SEALED))

    def put_card(self, card: StrategyCard | ProblemCard) -> None:
        """Keep a card, in place of an older one of the same identity."""
        with saying(self.folder):
            card_file.write(self.folder / "cards", card)

    def put_session(self, identity: str, content: Mapping[str, object]) -> None:
        """Keep where and when runs were made."""
        with saying(self.folder):
            path = self.folder / "sessions" / f"{identity}.json"
            sealed_json.write(path, {"id": identity, **content})

    def cards(self) -> tuple[list[StrategyCard], list[ProblemCard]]:
        """Read all cards; damaged cards are set aside."""
        strategies, problems = list[StrategyCard](), list[ProblemCard]()
        for path in sorted((self.folder / "cards").glob("*.json")):
            with self._setting_aside():
                card = card_file.read(path)
                if isinstance(card, StrategyCard):
                    strategies.append(card)
                else:
                    problems.append(card)
        return strategies, problems

    def with_cards(self, runs: Iterable[Ended], known: Collection[Identity]) -> list[Ended]:
        """Return the runs whose strategy and problem are known; a notice tells of the others."""
        kept, lacking = list[Ended](), dict[str, int]()
        for ended in runs:
            missing = {ended.run.strategy, ended.run.problem}.difference(known)
            for identity in missing:
                lacking[identity.name] = lacking.get(identity.name, 0) + 1
            if not missing:
                kept.append(ended)
        self.notices += [
            f"{self.folder / 'cards'} lacks the card of {name}, which is written anew when its runs"
            f" are asked for again; left out until then: {counted(number, 'run')}"
            for name, number in sorted(lacking.items())
        ]
        return kept

    def sessions(self) -> list[dict[str, Any]]:
        """Read all sessions, the oldest first; damaged sessions are set aside."""
        sessions = list[dict[str, Any]]()
        for path in sorted((self.folder / "sessions").glob("*.json")):
            with self._setting_aside():
                sessions.append(session.read(path))
        return sessions

    def set_aside(self, damage: DamageError) -> None:
        """Move a damaged file to `damaged/` if possible, and add a notice of it."""
        if not self._touched:
            self.notices.append(f"{damage}; it is left out")
            return
        try:
            where = self._move(damage.path, DAMAGED)
        except OSError:
            self.notices.append(f"{damage}; it is left out")
        else:
            self.notices.append(f"{damage}; it was moved to {where}")

    @contextmanager
    def _setting_aside(self) -> Generator[None]:
        """Leave a file out that turns out to be damaged or of another format within the block."""
        try:
            yield
        except DamageError as damage:
            self.set_aside(damage)
        except FormatError as other:
            self.notices.append(f"{other}; it is left out")

    def _move(self, path: Path, folder: str) -> Path:
        """Move a file into one of the folders, under a name that is free, and return its path."""
        target = self.folder / folder / path.relative_to(self.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        number, free = 1, target
        while free.exists():
            number += 1
            free = target.with_name(f"{target.name}.{number}")
        return path.rename(free)

    def _each(self, read: Callable[[Path], Ended], paths: Iterable[Path]) -> Iterator[Ended]:
        for path in paths:
            yield from self._checked(path, read)

    def _checked(self, path: Path, read: Callable[[Path], Ended]) -> Iterator[Ended]:
        """Yield what is read of a file; where that is wrong, the file is set aside instead."""
        with self._setting_aside():
            ended = read(path)
            if not same(path, self.path(ended.run).with_suffix(run_file.SEALED)):
                raise DamageError(path, "lies where the runs of another strategy or problem belong")
            yield ended

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

    def marked(self) -> tuple[Fraction, int] | None:
        """Return the budget and the number of workers of all runs, by the mark.

        None: there is no mark, or it was damaged and is set aside now. Raises FormatError.
        """
        try:
            return mark.read(self.folder)
        except DamageError as damage:
            self.set_aside(damage)
            return None

    def _holder(self) -> str:
        """Return which process holds the lock."""
        try:
            return (self.folder / HOLDER).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return "another process"


@contextmanager
def saying(folder: Path) -> Generator[None]:
    """Turn the system's errors about a folder that can't be written into InputError."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{folder} can't be written: {error.strerror or error}") from error


def _known(run: FinishedRun, _: Path) -> FinishedRun:
    return run
