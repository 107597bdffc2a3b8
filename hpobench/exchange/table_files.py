"""Export of the two tables of results to files that most programs read: CSV and Parquet."""

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import counted
from ..store.folder import Store
from ..store.holding import saying
from ..store.spreadsheets import comma_separated
from .known import known

if TYPE_CHECKING:  # pandas is imported when a table is made
    import pandas as pd


def export_to(store: Store, output: Path, kind: str) -> str:
    """Write the tables of trials and of runs into a folder; return what was done.

    `kind`: csv or parquet. Files of an earlier export are replaced. In CSV, a text
    that a spreadsheet would read as a formula begins with an apostrophe.
    """
    from .tables import runs_table, trials_table

    finished = known(store, lambda there: there.finished(configured=True))
    runs, trials = runs_table(finished, store), trials_table(known(store, Store.tables))
    with saying(output):
        output.mkdir(parents=True, exist_ok=True)
        for name, table in (("trials", trials), ("runs", runs)):
            path = output / f"{name}.{kind}"
            if kind == "csv":
                _harmless(table).to_csv(path, index=False)
            else:
                table.to_parquet(path, index=False)
    return f"{counted(len(runs), 'run')} with {counted(len(trials), 'trial')} exported: {output}"


def _harmless(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table whose texts no spreadsheet reads as formulas."""
    import pandas as pd

    columns = {comma_separated(str(name)): column for name, column in table.items()}
    for name, column in columns.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            texts = [comma_separated(text) for text in column.cat.categories]
            columns[name] = column.map(dict(zip(column.cat.categories, texts, strict=True)))
    return pd.DataFrame(columns)
