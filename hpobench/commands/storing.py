"""The commands `pack`, `unpack`, `merge` and `sql`: results in other forms."""

import typer

from . import options, store_options


def pack(folder: options.Folder, *, out: store_options.PackFile = None) -> None:
    """Put all runs that have ended into one Parquet file.

    All commands read it as they read the small files, which are removed once it was read back. New
    runs are files beside it, and the same command packs them, too.
    """
    from .packing import pack_and_say

    pack_and_say(folder, out)


def unpack(folder: options.Folder) -> None:
    """Turn packs into small files again, the same to the byte."""
    from .packing import unpack_and_say

    unpack_and_say(folder)


def merge(folders: store_options.Merged, *, results: store_options.MergedInto) -> None:
    """Join folders of results of one budget and number of workers.

    Runs that several folders have are taken once; where their results differ, all of these runs are
    named, nothing is written, and the exit status is 2.
    """
    from .merging import merge_and_say

    merge_and_say(folders, results)


def sql(
    folder: options.Folder,
    query: store_options.Query,
    *,
    csv: store_options.AsCsv = False,
    as_json: options.AsJson = False,
) -> None:
    """Query results in SQL, which takes DuckDB.

    `runs` has a row for each run that has ended, `trials` one for each trial. The query can read
    nothing else: no file, no network. `DESCRIBE runs` lists the columns.
    """
    from .sql import answer

    answer(folder, query, "csv" if csv else "json" if as_json else "table")
    raise typer.Exit
