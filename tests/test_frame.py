"""Tables of results hold what the store keeps, in columns whose kinds are those of the values."""

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ended import OUTCOMES, results

from hpobench import Record, frame
from hpobench.errors import InputError
from hpobench.exchange.columns import filled
from hpobench.store import Store, run_file
from hpobench.store.run_lines import digest_of
from hpobench.store.run_table import compact
from hpobench.trial import Recommendation


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return results(tmp_path_factory.mktemp("frame") / "results")


@pytest.fixture(scope="module")
def trials(folder: Path) -> pd.DataFrame:
    return frame(folder)


@pytest.fixture(scope="module")
def runs(folder: Path) -> pd.DataFrame:
    return frame(str(folder), runs=True)


def of(table: pd.DataFrame, problem: str, strategy: str = "a:b=1", seed: int = 0) -> pd.DataFrame:
    which = (table.problem == problem) & (table.strategy == strategy) & (table.seed == seed)
    return table[which].reset_index(drop=True)


def missing(column: Any) -> list[bool]:  # noqa: ANN401  # a column of anything
    return [bool(each) for each in column.isna()]


def test_a_row_is_a_trial_and_tells_all_that_its_record_holds(trials: pd.DataFrame) -> None:
    assert len(trials) == sum(len(each.records) for each in OUTCOMES)
    for each in OUTCOMES:
        run = each.run
        rows = of(trials, run.problem.name, run.strategy.name, run.seed)
        assert set(rows.run) <= {digest_of(run)}
        assert set(rows.budget) | {4.0} == {4.0}
        assert set(rows.workers) | {2} == {2}
        for (_, row), record in zip(rows.iterrows(), each.records, strict=True):
            _check(row, record)


def _check(row: Any, record: Record) -> None:  # noqa: ANN401  # the cells are of many kinds
    told = record.trial
    same = {
        "trial": told.id,
        "cost": told.cost,
        "finished": record.finished,
        "duration": record.duration,
        "failed": record.failed,
        "measure.size": 2.0,
        "machine.ask": 0.5,
        "machine.tell": 0.25,
    }
    assert {name: row[name] for name in same} == same
    assert row["score"] == pytest.approx(record.score, nan_ok=True)
    alone = len(record.values) == 1
    assert row["value"] == pytest.approx(record.value if alone else math.nan, nan_ok=True)
    assert row["error"] == "it broke" if record.failed else pd.isna(row["error"])
    for name in ("fidelity", "resume"):
        kept = row["resumed" if name == "resume" else name]
        given = getattr(told.proposal, name)
        assert pd.isna(kept) if given is None else kept == given
    for name in ("x", "n", "kind", "on", "child"):
        kept, active = row[f"parameter.{name}"], name in told.proposal.config
        given = told.proposal.config.get(name)
        assert kept == ("null" if given is None else given) if active else pd.isna(kept)


def test_columns_have_the_kind_of_their_values(trials: pd.DataFrame, runs: pd.DataFrame) -> None:
    kinds = {name: str(kind) for name, kind in trials.dtypes.items()}
    for name in ("run", "strategy", "problem_version", "error", "parameter.kind"):
        assert kinds[name] == "category"
    for name in ("seed", "instance", "workers", "trial", "parameter.n"):
        assert kinds[name] == "int64"
    for name in ("resumed", "parameter.child"):
        assert kinds[name] == "Int64"
    for name in ("failed", "incumbent", "parameter.on"):
        assert kinds[name] == "bool"
    for name in ("value", "objective.time", "parameter.x", "regret", "budget"):
        assert kinds[name] == "float64"
    assert str(runs.dtypes["trials"]) == "int64"
    assert {str(runs.dtypes[name]) for name in ("status", "session", "python")} == {"category"}


def test_the_incumbent_and_its_regret_are_told_after_each_trial(trials: pd.DataFrame) -> None:
    rows = of(trials, "bowl")
    assert rows.incumbent.tolist() == [True, False, True, True]
    assert rows.incumbent_value.tolist() == [5.0, 5.0, 1.5, 0.5]
    assert rows.value_regret.tolist() == [2.0, 2.0, 0.25, -0.25]  # (value - 1) / (3 - 1)
    assert rows.regret.tolist() == [4.5, 4.5, 1.0, 0.0]  # of the scores, which are twice the values
    assert rows.spent.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert rows.started.tolist() == [0.0, 0.5, 1.0, 2.0]
    assert of(trials, "bowl", seed=1).instance.tolist() == [1]
    at = of(trials, "epochs")
    assert at.loc[10, "started"] == pytest.approx(11 - 2 / 3)  # only what it trained anew
    assert at.incumbent.tolist() == [True, *[False] * 8, True, True, True, False]


def test_without_anchors_there_is_no_regret_and_with_objectives_no_incumbent(
    trials: pd.DataFrame,
) -> None:
    assert all(missing(of(trials, "own").regret))
    assert not any(missing(of(trials, "own").incumbent_value))
    two = of(trials, "two")
    assert two["objective.loss"].tolist() == pytest.approx([3.0, math.nan], nan_ok=True)
    assert two["objective.time"].tolist() == pytest.approx([4.0, math.nan], nan_ok=True)
    assert not two.incumbent.any()
    assert all(missing(two.incumbent_value))
    assert all(missing(of(trials, "bowl")["objective.time"]))


def test_a_row_is_a_run_and_tells_how_it_ended(runs: pd.DataFrame) -> None:
    assert len(runs) == len(OUTCOMES)
    (row,) = of(runs, "bowl").to_dict("records")
    told = {
        "status": "complete", "trials": 4, "failed_trials": 1, "cost": 4.0, "finished": 3.0,
        "value": 0.5, "score": 1.0, "full": True, "regret": 0.0, "value_regret": -0.25,
        "seconds": 1.5, "ask_seconds": 2.0, "tell_seconds": 1.0, "session": "s1",
        "system": "Plan 9", "python": "3.99", "parameter.kind": "adam", "parameter.n": 3,
    }  # fmt: skip
    assert {name: row[name] for name in told} == told
    assert "parameter.child" not in runs  # no incumbent has it
    assert pd.isna(row["detail"])
    assert of(runs, "two")["parameter.n"].isna().all()  # there is no incumbent


def test_the_table_of_runs_tells_what_a_recommendation_is_worth(tmp_path: Path) -> None:
    best = Recommendation({"x": 0.5}, 0.75, anew=True)
    first, *others = OUTCOMES
    first = replace(first, stop=replace(first.stop, recommendation=best))
    runs = frame(results(tmp_path / "results", [first, *others]), runs=True)
    assert of(runs, "bowl").recommended_score.tolist() == [0.75]
    assert of(runs, "own").recommended_score.isna().all()


def test_a_run_that_failed_counts_as_the_worst_and_an_unsupported_one_not_at_all(
    runs: pd.DataFrame,
) -> None:
    bad = of(runs, "bowl", "fails")
    assert (bad.status[0], bad.detail[0], bad.value[0], bad.regret[0]) == (
        "failed", "why", 5.0, math.inf,
    )  # fmt: skip
    none = of(runs, "epochs", "unable")
    assert (none.status[0], none.trials[0]) == ("unsupported", 0)
    assert missing(none.iloc[0][["value", "regret"]]) == [True, True]
    assert of(runs, "own").regret.isna().all()


def test_what_can_not_be_read_is_warned_of(tmp_path: Path) -> None:
    there = results(tmp_path / "results")
    path = Store(there).paths(run_file.SEALED)[0]
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.warns(UserWarning, match=r"bowl.*torn or was altered.*moved to"):
        kept = frame(there)
    assert len(kept) < sum(len(each.records) for each in OUTCOMES)


def test_a_folder_without_runs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no results of hpobench are in this folder"):
        frame(tmp_path)
    with pytest.raises(InputError, match="no run has ended in this folder yet"):
        frame(results(tmp_path / "empty", ()))


def test_a_table_of_runs_without_trials_has_no_rows(tmp_path: Path) -> None:
    there = results(tmp_path / "results", OUTCOMES[-1:])
    assert len(frame(there)) == 0
    assert frame(there, runs=True).trials.tolist() == [0]


@pytest.mark.parametrize(
    ("values", "kind", "kept"),
    [
        ([1, 2], "Int64", [1, 2]),
        ([1, 2.5], "float64", [1.0, 2.5]),
        ([2**70, 1], "float64", [2.0**70, 1.0]),
        ([True, False], "boolean", [True, False]),
        (["a", "b"], "category", ["a", "b"]),
        (["a", None, 1.5], "category", ["a", "null", "1.5"]),
        (["1", 1, True], "category", ['"1"', "1", "true"]),
    ],
)
def test_different_values_stay_different(
    values: list[float | str | None], kind: str, kept: list[object]
) -> None:
    places = np.arange(len(values)) + 1
    column = pd.Series(filled(places, [compact([each]) for each in values], len(values) + 1))
    assert str(column.dtype) == kind
    assert missing(column) == [True, *[False] * len(values)]
    assert column[1:].tolist() == kept


def test_the_name_is_at_hand_before_pandas_is_imported() -> None:
    code = "import sys; from hpobench import frame; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603  # ours
