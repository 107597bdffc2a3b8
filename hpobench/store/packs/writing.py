"""Writing a pack: whole or not at all, and only if it reads back as what was to be written."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

from ...errors import InputError
from ..durable import make_folder, sync, sync_folder
from . import tables
from .digests import KEY, digest_of, doubt
from .pack_file import ENDING
from .rows import Row

MOST_RUNS, MOST_BYTES = 256, 4 * 2**20
"""The most runs of a row group, and the bytes of its lines from which it is full."""
Trace: TypeAlias = tuple[str, bytes]
"""What must come back of a row: its hash, and the hash of its configurations and lines."""


def write(
    found: Iterable[Row], unfinished: Path, folder: Path, name: str | None = None
) -> Path | None:
    """Write a pack of rows into a folder, in place of one with its name, and return its path.

    `unfinished`: where it is until it is whole. `name`: None: a digest of the runs and of their
    digests. None is returned, and nothing written, where there is no row. Raises OSError, and
    InputError where it does not come back as written.
    """
    make_folder(folder)
    about, traces = blake2b(digest_size=8), list[Trace]()
    try:
        for row in _written(found, unfinished):
            about.update(f"{row.facts.run} {row.facts.digest}\n".encode())
            traces.append(_trace(row))
        if not traces:
            return None
        _compare(unfinished, traces)
        path = folder / (name or about.hexdigest() + ENDING)
        unfinished.replace(path)
        sync_folder(folder)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def _written(found: Iterable[Row], path: Path) -> Iterator[Row]:
    """Write rows, and yield each of them."""
    from pyarrow import parquet as pq

    with path.open("wb") as file:
        with pq.ParquetWriter(
            file,
            tables.schema(),
            compression="zstd",
            write_page_checksum=True,
            write_page_index=False,
        ) as writer:
            for group in _groups(found):
                writer.write_table(tables.table(group), row_group_size=len(group))
                yield from group
            file.flush()
            digest = digest_of(path, path.stat().st_size)
            writer.add_key_value_metadata({KEY: digest})
        file.flush()
        sync(file.fileno())


def _groups(found: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows in groups, none of which is empty."""
    group, size = list[Row](), 0
    for row in found:
        group.append(row)
        size += len(row.lines)
        if len(group) == MOST_RUNS or size >= MOST_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _compare(path: Path, traces: list[Trace]) -> None:
    """Raise InputError where a pack does not hold these rows."""
    from pyarrow import parquet as pq

    back = list[Trace]()
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        for group in range(file.num_row_groups):
            found = file.read_row_group(group, use_threads=False)
            back += [_trace(row) for row, said in tables.rows_in(found) if row.hash == said]
        whole = not doubt(path, file.metadata)
    if not whole or back != traces:
        raise InputError(f"{path.parent} has no pack now: what was written does not come back")


def _trace(row: Row) -> Trace:
    content = blake2b("\n".join(row.configurations).encode(), digest_size=16)
    content.update(row.lines)
    return row.hash, content.digest()
