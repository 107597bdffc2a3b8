"""A pack that is there: it is read run by run, and what is damaged is told apart."""

import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

from ...errors import counted, described
from ...runner.finished_run import FinishedRun
from .. import run_columns
from ..places import Place, place
from ..sealed_json import UNLIKE, DamageError, FormatError, GoneError, unreadable
from ..summary import Summary
from . import digests, rows, tables
from .rows import Facts

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet as pq

ENDING = ".parquet"
BROKEN = (OSError, MemoryError, OverflowError, ValueError)
"""What is raised, beside errors of Arrow, where a file is no Parquet file as it was written."""
T = TypeVar("T")
Parse = Callable[[Path, bytes], T]
"""What reads the run whose file at a path has these lines."""
Wanted = Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A run that can be read, and where its file lies or would lie."""

    place: Place
    read: Callable[[], T]
    """Raises DamageError or FormatError where the run can't be used."""


@dataclass(frozen=True, slots=True)
class Member:
    """A run in a pack, known by its facts."""

    summary: Summary
    place: Place
    group: int
    row: int


class PackFile:
    """A pack; raises DamageError or FormatError where it can't be read at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mended = set[Place]()
        """The runs that were read from their lines because other columns of theirs are damaged."""
        self.unread = dict[tuple[int, ...], DamageError]()
        """Why nothing is known of a group, or of a run, by its group and row."""
        self._metadata = self._footer()

    @property
    def unread_runs(self) -> int:
        """How many runs are in what nothing is known of."""
        sizes = (self._metadata.row_group(key[0]).num_rows for key in self.unread if not key[1:])
        return sum(len(key) == 2 for key in self.unread) + int(sum(sizes))

    def doubt(self) -> str:
        """Return why the file may not hold what was written; empty: it does. Raises DamageError."""
        return digests.doubt(self.path, self._metadata)

    def members(self) -> Iterator[Member]:
        """Yield what is known of each run; what can't be read is in `unread` then."""
        for group in range(self._metadata.num_row_groups):
            for row, facts in enumerate(self._facts(group)):
                try:
                    yield Member(facts.checked(), facts.place, group, row)
                except UNLIKE as error:
                    reason = f"can't be read: {described(error)}"
                    self.unread[group, row] = DamageError(self.path.joinpath(*facts.place), reason)

    def finished(self, wanted: Wanted) -> Iterator[Entry[FinishedRun]]:
        """Yield the runs that are wanted in columns; each is checked when it is read.

        A run whose numbers are damaged is read from its lines.
        """
        for group, facts, chosen in self._chosen(wanted):
            try:
                numbers = self._numbers(group)
            except DamageError:
                yield from self._parsed(group, facts, chosen, self._mended)
                continue
            for row in chosen:
                yield Entry(facts[row].place, partial(self._read, group, row, facts[row], numbers))

    def parsed(self, parse: Parse[T], wanted: Wanted) -> Iterator[Entry[T]]:
        """Yield the runs that are wanted from their lines; each is checked when it is read."""
        for group, facts, chosen in self._chosen(wanted):
            yield from self._parsed(group, facts, chosen, parse)

    def is_whole(self, member: Member) -> bool:
        """Tell whether the lines of a run are whole; they decide where results contradict."""
        try:
            self._checked(member.place, self.lines(member.group, member.row), run_columns.of)
        except (DamageError, FormatError):
            return False
        return True

    def contradicts_itself(self, member: Member) -> bool:
        """Tell whether the columns of a run hold something else than its lines, on purpose.

        Damaged columns are not read. Raises DamageError and FormatError where lines can't be used.
        """
        every = tables.schema().names
        found = self._table(member.group, every).slice(member.row, 1)
        row, said = next(tables.rows_in(found))
        if row.hash != said or not row.facts.fit():
            return False
        right = self._checked(member.place, row.lines, rows.of)
        return right is None or (right.hash, right.configurations) != (said, row.configurations)

    def is_intact(self) -> bool:
        """Tell whether everything but the lines can be read and has its hash."""
        try:
            for group in range(self._metadata.num_row_groups):
                facts = tables.facts_in(self._table(group, tables.FACTS))
                numbers = tables.Numbers(self._table(group, tables.COLUMNS_OF_SEVERAL))
                self._table(group, (tables.CONFIGURATIONS,))
                if not all(
                    each.fit() and _has_hash(each, numbers[row]) for row, each in enumerate(facts)
                ):
                    return False
        except (DamageError, *UNLIKE):
            return False
        return True

    def lines(self, group: int, row: int) -> bytes:
        """Return the bytes of a run's file, which were not checked; raises DamageError."""
        found: bytes = self._table(group, (tables.LINES,))[tables.LINES][row].as_py()
        return found

    def _chosen(self, wanted: Wanted) -> Iterator[tuple[int, list[Facts], list[int]]]:
        """Yield each group that has runs that are wanted, with the facts of all and their rows."""
        for group in range(self._metadata.num_row_groups):
            facts = self._facts(group)
            if chosen := [row for row, each in enumerate(facts) if wanted(each)]:
                yield group, facts, chosen

    def _facts(self, group: int) -> list[Facts]:
        """Return the facts of a group; where they are damaged, those that its lines say.

        The list is empty where these are damaged, too; then `unread` says so.
        """
        try:
            return self._fitting(group, tables.facts_in(self._table(group, tables.FACTS)))
        except GoneError:
            raise
        except DamageError as damage:
            try:
                lines = self._table(group, (tables.LINES,))[tables.LINES].to_pylist()
                found = [rows.facts_of(each) for each in lines]
            except (DamageError, *UNLIKE):
                self.unread[(group,)] = damage
                return []
            self.mended.update(each.place for each in found)
            return found

    def _numbers(self, group: int) -> tables.Numbers:
        """Return what FinishedRun needs of a group beside the facts; raises DamageError.

        The values of other objectives are read only where there are any.
        """
        several = self._holds(group, tables.OTHER_VALUES)
        columns = tables.COLUMNS_OF_SEVERAL if several else tables.COLUMNS
        return tables.Numbers(self._table(group, columns))

    def _holds(self, group: int, column: str) -> bool:
        """Tell by the footer whether a column may have anything in a group; raises DamageError.

        If the footer is wrong, rows do not have the hashes that they say.
        """
        import pyarrow as pa

        place = tables.schema().get_field_index(column)  # each column of a pack is one of Parquet's
        try:
            part = self._metadata.row_group(group).column(place)
            known = part.statistics
            empty = known is not None and known.null_count == part.num_values
        except (pa.ArrowException, *BROKEN) as error:
            raise self._wrong(error, f"its group {group + 1}: ") from None
        return not empty

    def _fitting(self, group: int, facts: list[Facts]) -> list[Facts]:
        """Return facts, and in place of those that fit no run the ones that its lines say."""
        wrong = [row for row, each in enumerate(facts) if not each.fit()]
        with suppress(DamageError):  # no line can be read
            lines = self._table(group, (tables.LINES,))[tables.LINES] if wrong else ()
            for row in wrong:
                with suppress(*UNLIKE):
                    facts[row] = rows.facts_of(lines[row].as_py())
                    self.mended.add(facts[row].place)
        return facts

    def _read(self, group: int, row: int, facts: Facts, numbers: tables.Numbers) -> FinishedRun:
        """Return a run by its numbers or, where they do not have their hash, by its lines."""
        try:
            found = numbers[row]
            if _has_hash(facts, found):
                parts = found.numbers, found.other_values, found.errors
                return rows.finished(facts, found.seal, *parts)
        except UNLIKE:  # the lines decide what is right
            pass
        return self._checked(facts.place, self.lines(group, row), self._mended)

    def _mended(self, path: Path, lines: bytes) -> FinishedRun:
        """Return a run by its lines, and note that the rest of it is damaged."""
        found = run_columns.of(path, lines)
        self.mended.add(place(found.run))
        return found

    def _parsed(
        self, group: int, facts: Sequence[Facts], chosen: Sequence[int], parse: Parse[T]
    ) -> Iterator[Entry[T]]:
        """Yield runs of a group from their lines; where these can't be read, all are damaged."""
        try:
            lines = self._table(group, (tables.LINES,))[tables.LINES].to_pylist()
        except GoneError:
            raise
        except DamageError as damage:
            part = self.path / f"group-{group + 1}"
            reason = f"{damage.reason}; {counted(len(chosen), 'run')}"
            for row in chosen:
                yield Entry(facts[row].place, partial(_lost, DamageError(part, reason)))
            return
        for row in chosen:
            where = facts[row].place
            yield Entry(where, partial(self._checked, where, lines[row], parse))

    def _checked(self, where: Place, lines: bytes, parse: Parse[T]) -> T:
        """Return the run of lines; raises DamageError where it is not the one of this place."""
        return parse(self.path.joinpath(*where), lines)

    def _footer(self) -> "pq.FileMetaData":
        """Return the footer of the file, which says where what lies; raises what the class does."""
        import pyarrow as pa
        from pyarrow import parquet as pq

        try:
            if not stat.S_ISREG(self.path.stat().st_mode):  # a pipe would be waited for
                raise DamageError(self.path, "can't be read: it is no file")
            footer = pq.read_metadata(self.path)
            found = footer.schema.to_arrow_schema()
        except (pa.ArrowException, *BROKEN) as error:
            raise self._wrong(error) from None
        marks = found.metadata or {}
        if {key: marks.get(key) for key in tables.MARK} != tables.MARK:
            raise FormatError(self.path, "is no pack of this format")
        if not found.equals(tables.schema()):
            raise self._torn("it has other columns than a pack")
        return footer

    def _table(self, group: int, columns: Sequence[str]) -> "pa.Table":
        """Return some columns of a group; raises DamageError."""
        import pyarrow as pa
        from pyarrow import parquet as pq

        try:
            with pq.ParquetFile(
                self.path, metadata=self._metadata, page_checksum_verification=True
            ) as file:
                found = file.read_row_group(group, columns=[*columns], use_threads=False)
                found.validate(full=True)
        except (pa.ArrowException, *BROKEN) as error:
            raise self._wrong(error, f"its group {group + 1}: ") from None
        for name in columns:
            if name not in tables.MISSING and found[name].null_count:
                raise self._torn(f"its group {group + 1} lacks {name} in a row")
            if name in tables.LISTS and found[name].combine_chunks().flatten().null_count:
                raise self._torn(f"its group {group + 1} lacks a number of {name}")
        return found

    def _wrong(self, error: Exception, where: str = "") -> DamageError:
        """Return what an error is: the system can't read the file, or its bytes are damaged."""
        if isinstance(error, OSError) and error.errno is not None:
            return unreadable(self.path, error)
        return self._torn(f"{where}{described(error)}")

    def _torn(self, reason: str) -> DamageError:
        return DamageError(self.path, f"is torn or was altered: {reason}")


def _lost(damage: DamageError) -> NoReturn:
    raise damage


def _has_hash(facts: Facts, found: tables.Found) -> bool:
    """Tell whether what was found of a row has the hash that it says."""
    numbers = (*found.numbers, found.other_values)
    return rows.hash_of(facts, found.seal, found.ids, numbers, found.errors) == found.hash
