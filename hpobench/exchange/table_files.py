"""Export of the two tables of results to files that most programs read: CSV and Parquet."""

from pathlib import Path

from ..errors import counted
from ..store.folder import Store
from ..store.holding import saying
from .known import known


def export_to(store: Store, output: Path, kind: str) -> str:
    """Write the tables of trials and of runs into a folder; return what was done.

    `kind`: csv or parquet. Files of an earlier export are replaced.
    """
    from .tables import runs_table, trials_table

    finished = known(store, lambda there: there.finished(configured=True))
    runs, trials = runs_table(finished, store), trials_table(known(store, Store.tables))
    with saying(output):
        output.mkdir(parents=True, exist_ok=True)
        for name, table in (("trials", trials), ("runs", runs)):
            path = output / f"{name}.{kind}"
            if kind == "csv":
                table.to_csv(path, index=False)
            else:
                table.to_parquet(path, index=False)
    return f"{counted(len(runs), 'run')} with {counted(len(trials), 'trial')} exported: {output}"
