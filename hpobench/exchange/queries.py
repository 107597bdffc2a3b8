"""Queries in SQL: DuckDB reads the runs of a folder, and can reach nothing else."""

import math
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..cards.card import ProblemCard
from ..errors import InputError, line
from ..scores.scored import scales
from ..store.contents import no_run
from ..store.folder import Store
from ..store.holding import saying
from ..store.packs.writing import write
from ..store.provenance import cores
from .known import results_in
from .library import need

if TYPE_CHECKING:  # it is imported where a pack is used, for many commands use none
    import pyarrow as pa

CLOSED = ("enable_external_access = false", "lock_configuration = true")
"""The settings that shut DuckDB off from files, from the network and from extensions, for good."""
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "python_enable_replacements": False,  # a name in a query is never a variable of this program
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
MACROS = """
CREATE MACRO finite(x) AS CASE WHEN isnan(x) THEN NULL ELSE x END;
CREATE MACRO fraction(x) AS
  split_part(x, '/', 1)::DOUBLE / ifnull(nullif(split_part(x, '/', 2), '')::DOUBLE, 1);
CREATE MACRO measured(name) AS name NOT IN (SELECT problem FROM unmeasured);
CREATE MACRO single(name) AS name NOT IN (SELECT problem FROM unmeasured WHERE several);
"""
RUNS = """
CREATE VIEW runs AS
WITH held AS (
  SELECT *,
    list_sort([
      {'low': -ifnull(finite(fidelities[i]), 0), 'value': values[i], 'at': i}
      FOR i IN range(1, trials + 1) IF isfinite(values[i])
    ])[1].at AS best
  FROM packed
)
SELECT run, held.problem, problem_version, strategy, strategy_version, seed,
  fraction(budget) AS budget,
  workers, first, stop AS status, detail, trials,
  len([v FOR v IN values IF isnan(v)]) AS failed_trials,
  list_sum(costs) AS cost, list_max(finished) AS finished,
  CASE WHEN measured(held.problem) THEN values[best] END AS value,
  CASE WHEN measured(held.problem) THEN finite(scores[best]) END AS score,
  CASE WHEN NOT measured(held.problem) OR stop = 'unsupported' OR length IS NULL THEN NULL
    WHEN stop = 'failed' OR finite(scores[best]) IS NULL THEN 'inf'::DOUBLE
    ELSE (scores[best] - zero) / length END AS regret,
  seconds, session, digest
FROM held LEFT JOIN scales
  ON held.problem = scales.problem AND problem_version = version AND seed % instances = instance
"""
TRIALS = """
CREATE VIEW trials AS
WITH each_trial AS (
  SELECT run, problem, strategy, seed,
    unnest(ids) AS trial, unnest(range(1, trials + 1)) AS place, unnest(fidelities) AS fidelity,
    unnest(values) AS value, unnest(scores) AS score, unnest(errors) AS error,
    unnest(costs) AS cost, unnest(finished) AS finished, unnest(busy) AS busy,
    unnest(ask_seconds) AS ask_seconds, unnest(tell_seconds) AS tell_seconds,
    unnest(configurations) AS config,
    unnest(CASE WHEN other_values IS NOT NULL THEN [
      [finite(values[i])]
        || [finite(other_values[k * trials + i]) FOR k IN range(0, len(other_values) // trials)]
      FOR i IN range(1, trials + 1)
    ] END) AS objectives
  FROM packed
)
SELECT run, problem, strategy, seed, trial, place, finite(fidelity) AS fidelity,
  CASE WHEN single(problem) THEN finite(value) END AS value, finite(score) AS score,
  isnan(value) AS failed, error, cost, finished - busy AS started, finished,
  finite(ask_seconds) AS ask_seconds, finite(tell_seconds) AS tell_seconds, config::JSON AS config,
  objectives
FROM each_trial
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query returned."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    notices: list[str]
    """A line for each file or run that was left out."""


def ask(folder: Path, query: str) -> Answer:
    """Answer a query about the runs of a folder, in views `runs` and `trials`.

    In the views, NULL stands for what there is not. Raises InputError where DuckDB is missing, the
    query is wrong or more than one that reads, or no run has ended in the folder.
    """
    need("sql", "duckdb")
    import duckdb

    store = results_in(folder)
    while True:
        with _packs(store) as packs:
            state = store.packs.state
            try:
                return _answer(store, packs, query)
            # Python's dates, which hold fewer than DuckDB's, raise some of these.
            except (duckdb.Error, ArithmeticError, OSError, RuntimeError, ValueError) as error:
                if store.packs.state == state:  # else another process has packed them meanwhile
                    raise InputError(f"the query failed: {line(str(error))}") from None


def _answer(store: Store, packs: "Sequence[_Pack]", query: str) -> Answer:
    """Answer a query from packs; raises InputError where it is not one SELECT, and DuckDB's."""
    import duckdb

    with duckdb.connect(":memory:", config=SETTINGS) as connection:
        _define(connection, packs, store.cards()[1])
        statements = connection.extract_statements(query)
        if [each.type for each in statements] != [duckdb.StatementType.SELECT]:
            raise InputError(f"a query must be one SELECT: {line(query, most=100)}")
        found = connection.execute(statements[0])
        columns = [each[0] for each in found.description or ()]
        return Answer(columns, found.fetchall(), store.notices)


@dataclass(frozen=True, slots=True)
class _Pack:
    """A pack whose rows are whole, and the files of those runs in it that don't count."""

    path: Path
    without: Sequence[str]


@contextmanager
def _packs(store: Store) -> Generator[list[_Pack]]:
    """Check the packs of a folder, and yield them with one of the runs that lie elsewhere.

    A pack in which anything is damaged is replaced, too, by what of it is whole.
    """
    with TemporaryDirectory() as folder, saying(Path(folder)):
        state, packs = None, list[_Pack]()
        while not packs or state != store.packs.state:  # another process has packed them meanwhile
            state, whole = store.packs.state, store.packs.intact()
            packs = [_Pack(path, store.packs.skipped(path)) for path in whole]
            rows = (row for row in store.rows(processes=cores(), without=whole) if row is not None)
            other = write(rows, Path(folder) / "unfinished", Path(folder))
            if other is not None:
                packs.append(_Pack(other, ()))
            elif not packs:
                break
        if not packs:
            raise no_run(store.folder, store.notices)
        yield packs


def _define(connection: Any, packs: Sequence[_Pack], cards: Sequence[ProblemCard]) -> None:  # noqa: ANN401  # DuckDB's
    """Make the views, and close everything else."""
    import pyarrow as pa
    from pyarrow import dataset

    unmeasured = [card for card in cards if card.unmeasured]
    names = pa.array([card.identity.name for card in unmeasured], pa.string())
    several = pa.array([len(card.objectives) > 1 for card in unmeasured], pa.bool_())
    connection.register("unmeasured", pa.table({"problem": names, "several": several}))
    connection.register("scales", _scales(cards))
    parts = list[str]()
    for number, pack in enumerate(packs):
        connection.register(f"pack_{number}", dataset.dataset(pack.path, format="parquet"))
        without = pa.table({"file": pa.array(pack.without, pa.string())})
        connection.register(f"without_{number}", without)
        counts = f" WHERE concat(seed, '-', run, '.jsonl') NOT IN (FROM without_{number})"
        parts.append(f"FROM pack_{number}{counts * bool(pack.without)}")
    connection.execute(f"CREATE VIEW packed AS {' UNION ALL '.join(parts)}")
    for each in (MACROS, RUNS, TRIALS, *(f"SET {setting}" for setting in CLOSED)):
        connection.execute(each)


def _scales(cards: Sequence[ProblemCard]) -> "pa.Table":
    """Return where regret is 0 on each instance, and how much a regret of 1 is above it."""
    import pyarrow as pa

    rows = list[tuple[str, str, int, int, float, float]]()
    for card in cards:
        number = max(card.instances, 1)
        zeros, lengths = scales([card], range(number), "scores")
        for instance, (zero, length) in enumerate(zip(zeros.flat, lengths.flat, strict=True)):
            if math.isfinite(length):
                named = card.identity.name, card.identity.version
                rows.append((*named, number, instance, float(zero), float(length)))
    kinds = (pa.string(), pa.string(), pa.int64(), pa.int64(), pa.float64(), pa.float64())
    names = ("problem", "version", "instances", "instance", "zero", "length")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table(
        {
            name: pa.array(column, kind)
            for name, column, kind in zip(names, columns, kinds, strict=True)
        }
    )
