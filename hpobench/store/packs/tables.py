"""Rows of a pack as tables of Arrow, and back."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..sealed_json import FORMAT
from .rows import NONE, NUMBERS, Facts, Row

if TYPE_CHECKING:  # it is imported where a pack is used, for many commands use none
    import pyarrow as pa

FACTS = Facts._fields
LINES, CONFIGURATIONS = "lines", "configurations"
OTHER_VALUES = "other_values"
"""The values of the objectives after the first; nothing in rows of runs with one objective."""
MISSING = ("seconds", "session", OTHER_VALUES)
"""The columns in which a row may have nothing."""
LISTS = ("ids", *NUMBERS, OTHER_VALUES)
"""The columns of lists of numbers, none of which may be missing."""
COLUMNS = ("seal", "hash", "ids", *NUMBERS, "errors")
"""What FinishedRun needs beside the facts, where a problem has one objective."""
COLUMNS_OF_SEVERAL = (*COLUMNS, OTHER_VALUES)
"""What FinishedRun needs beside the facts, where problems have several objectives."""
MARK = {b"hpobench": str(FORMAT).encode(), b"pack": b"2"}
"""The metadata of a pack's schema: the format of runs, and that of packs."""
_WHOLE = ("seed", "workers", "trials")


@cache
def schema() -> "pa.Schema":
    """Return the columns of a pack and their types."""
    import pyarrow as pa

    kinds = {name: pa.int64() if name in _WHOLE else pa.string() for name in FACTS}
    kinds |= {"seconds": pa.float64(), "seal": pa.string(), "hash": pa.string()}
    kinds |= {"ids": _list(pa.int64()), **dict.fromkeys(NUMBERS, _list(pa.float64()))}
    kinds |= {OTHER_VALUES: _list(pa.float64())}
    kinds |= dict.fromkeys(("errors", CONFIGURATIONS), _list(pa.string()))
    return pa.schema({**kinds, LINES: pa.binary()}, metadata=MARK)


def table(rows: Sequence[Row]) -> "pa.Table":
    """Put rows into a table."""
    import pyarrow as pa

    starts = pa.array(np.cumsum([0, *(len(row.ids) for row in rows)]), pa.int32())

    def lists(flat: Any, kind: Any) -> Any:  # noqa: ANN401  # Arrow's types
        return pa.ListArray.from_arrays(starts, pa.array(flat, kind), _list(kind))

    columns: list[Any] = [list(column) for column in zip(*(row.facts for row in rows), strict=True)]
    columns += [[row.seal for row in rows], [row.hash for row in rows]]
    columns.append(lists(np.concatenate([row.ids for row in rows]), pa.int64()))
    numbers = np.concatenate([row.numbers for row in rows], axis=1)
    columns += [lists(each, pa.float64()) for each in numbers]
    columns.append([row.other_values if row.other_values.size else None for row in rows])
    columns.append(lists([each for row in rows for each in row.errors], pa.string()))
    columns.append(lists([each for row in rows for each in row.configurations], pa.string()))
    columns.append([row.lines for row in rows])
    kinds = schema()
    arrays = [
        each if isinstance(each, pa.Array) else pa.array(each, kind)
        for each, kind in zip(columns, kinds.types, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=kinds)


def facts_in(found: "pa.Table") -> list[Facts]:
    """Return the facts of each row."""
    return [Facts(*each) for each in zip(*(found[name].to_pylist() for name in FACTS), strict=True)]


class Found(NamedTuple):
    """What a row has beside its facts; the hash is the one that it says."""

    seal: str
    hash: str
    ids: NDArray[np.int64]
    numbers: list[NDArray[np.float64]]
    other_values: NDArray[np.float64]
    errors: list[str | None]


class Numbers:
    """The columns beside the facts that FinishedRun needs, of some rows.

    The table may lack OTHER_VALUES where no row has any.
    """

    def __init__(self, found: "pa.Table") -> None:
        self._seals, self._hashes = found["seal"].to_pylist(), found["hash"].to_pylist()
        self._ids = _split(found, "ids")
        self._numbers = [_split(found, name) for name in NUMBERS]
        there = OTHER_VALUES in found.column_names
        self._other_values = _split(found, OTHER_VALUES) if there else [NONE] * found.num_rows
        errors = found["errors"].combine_chunks()
        self._errors = errors
        self._failed = np.flatnonzero(errors.flatten().is_valid().to_numpy(zero_copy_only=False))
        self._starts = _starts(errors)

    def __getitem__(self, row: int) -> Found:
        return Found(
            self._seals[row],
            self._hashes[row],
            self._ids[row],
            [each[row] for each in self._numbers],
            self._other_values[row],
            self._errors_of(row),
        )

    def _errors_of(self, row: int) -> list[str | None]:
        first, last = self._starts[row], self._starts[row + 1]
        if np.searchsorted(self._failed, first) == np.searchsorted(self._failed, last):
            return [None] * int(last - first)
        errors: list[str | None] = self._errors[row].as_py()
        return errors


def rows_in(found: "pa.Table") -> Iterator[tuple[Row, str]]:
    """Yield each row of a table that has all columns, with the hash that the table says."""
    numbers = Numbers(found)
    configurations, lines = found[CONFIGURATIONS], found[LINES]
    for at, facts in enumerate(facts_in(found)):
        seal, said, ids, values, other_values, errors = numbers[at]
        row = Row(
            facts,
            seal,
            ids,
            np.array(values),
            other_values,
            errors,
            configurations[at].as_py(),
            lines[at].as_py(),
        )
        yield row, said


def _list(kind: "pa.DataType") -> "pa.ListType":
    """Return lists of a type; Parquet calls what is in them an element."""
    import pyarrow as pa

    return pa.list_(pa.field("element", kind))


def _starts(lists: "pa.ListArray") -> NDArray[np.intp]:
    """Return where each list begins among the values of all, and where the last one ends."""
    offsets: NDArray[np.intp] = lists.offsets.to_numpy().astype(np.intp)
    starts: NDArray[np.intp] = offsets - offsets[0]
    return starts


def _split(found: "pa.Table", name: str) -> list[Any]:
    """Return the arrays of a column of lists."""
    lists = found[name].combine_chunks()
    flat, starts = lists.flatten().to_numpy(), _starts(lists).tolist()
    bits = flat.view(np.int64)
    if flat.size and (bits == bits[0]).all():  # such as costs of 1: then one number is kept
        flat = np.broadcast_to(flat[:1].copy(), flat.shape)
    return [flat[first:last] for first, last in pairwise(starts)]
