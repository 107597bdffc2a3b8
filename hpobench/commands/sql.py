"""The command `sql`: results are queried, and printed for people or for programs."""

import typer

from . import options, store_options


def sql(
    folder: store_options.Place,
    query: store_options.Query,
    *,
    csv: store_options.AsCsv = False,
    as_json: options.AsJson = False,
) -> None:
    """Query results in SQL, which takes DuckDB.

    `runs` has a row for each run that has ended, `trials` one for each trial. The query can read
    nothing else: no file, no network. `DESCRIBE runs` lists the columns.
    """
    from .querying import answer

    answer(folder, query, "csv" if csv else "json" if as_json else "table")
    raise typer.Exit
