"""Exports to files: tables keep what the frames hold, curves are what runs held."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ended import (
    BUDGET,
    HIGH,
    OUTCOMES,
    PROBLEMS,
    lowest,
    outcome,
    results,
    trial,
)

from hpobench import Identity, frame
from hpobench.errors import InputError
from hpobench.exchange import export
from hpobench.exchange.curves import WORST, Curve, curve
from hpobench.exchange.known import results_in
from hpobench.exchange.sealed import read
from hpobench.runner.finished_run import in_columns
from hpobench.store import Store, run_file
from hpobench.store.run_lines import Chain
from hpobench.trial import Outcome

Blocks = list[list[tuple[float, ...]]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return results(tmp_path_factory.mktemp("exchange") / "results")


def of(made: Outcome) -> Curve:
    return curve(in_columns(made), PROBLEMS[made.run.problem.name])


def rows(made: Outcome) -> list[tuple[int, float]]:
    found = of(made)
    values: list[float] = found.values.tolist()  # noqa: PD011  # of a curve
    return [*zip(found.evaluations.tolist(), values, strict=True)]


def held(curve: Sequence[tuple[float, ...]], evaluations: int, column: int = 1) -> float:
    """Read a curve as any program does: the lowest value in the rows up to an evaluation."""
    return min(row[column] for row in curve if row[0] <= evaluations)


def test_a_curve_has_a_row_for_each_improvement_and_for_both_ends() -> None:
    assert rows(OUTCOMES[0]) == [(1, 5.0), (3, 1.5), (4, 0.5)]
    assert rows(OUTCOMES[1]) == [(1, 5.0)]
    assert of(OUTCOMES[1]).instance == 2
    assert of(OUTCOMES[0]).scores.tolist() == [10.0, 3.0, 1.0]


def test_a_curve_counts_what_was_spent_and_only_the_highest_fidelity() -> None:
    """Nine ninths are one evaluation, however the sum of their floats is rounded."""
    assert rows(OUTCOMES[2]) == [(1, WORST), (2, 0.5), (3, 0.125), (4, 0.125)]
    same = [trial(n, [5.0 - n], Fraction(1, 3), fidelity=HIGH) for n in range(7)]
    assert rows(outcome("a:b=1", "epochs", same, ended="exhausted")) == [
        (1, 3.0),
        (2, 0.0),
        (3, -1.0),
    ]


def test_a_run_that_failed_or_holds_nothing_is_the_worst_to_its_end() -> None:
    assert rows(OUTCOMES[5]) == [(1, WORST), (int(BUDGET), WORST)]
    never = [trial(n, [math.nan]) for n in range(3)]
    assert rows(outcome("fails", "bowl", never, ended="exhausted")) == [(1, WORST), (3, WORST)]
    low = [trial(0, [1.0], Fraction(1, 9), fidelity=1)]
    assert rows(outcome("fails", "epochs", low, ended="exhausted")) == [(1, WORST)]


def test_a_curve_holds_what_a_slow_count_of_records_holds() -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        costs = [Fraction(int(each), 9) for each in rng.integers(1, 10, 12)]
        kept = [
            trial(n, [float(rng.normal()) if rng.random() < 0.8 else math.nan], cost,
                  fidelity=HIGH if rng.random() < 0.5 else 3)
            for n, cost in enumerate(costs)
        ]  # fmt: skip
        found = rows(outcome("a:b=1", "epochs", kept, ended="complete"))
        assert found[-1][0] == math.ceil(sum(costs))
        for evaluations in range(1, found[-1][0] + 1):
            assert held(found, evaluations) == min(lowest(kept, evaluations, HIGH), WORST)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_in_a_file_is_the_frame(folder: Path, tmp_path: Path, kind: str) -> None:
    said = export(folder, kind, output=tmp_path / "new")
    assert said == f"7 runs with 26 trials exported: {tmp_path / 'new'}"
    assert export(folder, kind, output=tmp_path / "new") == said
    for name, table in (("trials", frame(folder)), ("runs", frame(folder, runs=True))):
        path = tmp_path / "new" / f"{name}.{kind}"
        if kind == "parquet":
            pd.testing.assert_frame_equal(pd.read_parquet(path), table)
            continue
        back = pd.read_csv(path, keep_default_na=False, na_values=[""])  # "null" is a value
        assert [*back.columns] == [*table.columns]
        for column, values in back.items():
            kept = table[column].astype(object).where(table[column].notna(), None)
            there = values.astype(object).where(values.notna(), None)
            assert [*map(str, there)] == [*map(str, kept)] or there.tolist() == kept.tolist()


@pytest.mark.parametrize("inside", ["", "tables", "runs", "packs"])
def test_an_export_among_results_is_refused(folder: Path, inside: str) -> None:
    with pytest.raises(InputError, match="an export inside a folder of results has to be in"):
        export(folder, "csv", output=folder / inside)


def test_iohprofiler_s_files_hold_the_best_so_far(folder: Path, tmp_path: Path) -> None:
    said = export(folder, "ioh", output=tmp_path).splitlines()
    assert said == [
        f"5 runs exported: {tmp_path / 'ioh'}",
        "left out: 1 run with the status unsupported",
        "left out: 1 run of two, which has 2 objectives",
    ]
    content = json.loads((tmp_path / "ioh/a_b=1/IOHprofiler_f1_bowl.json").read_text())
    assert (content["function_id"], content["function_name"]) == (1, "bowl")
    assert content["algorithm"] == {"name": "a_b=1", "info": "a:b=1 1"}
    assert content["maximization"] is False
    (scenario,) = content["scenarios"]
    assert scenario["dimension"] == 1
    assert scenario["runs"] == [
        {"instance": 1, "evals": 4, "best": {"evals": 4, "y": 0.5, "x": []}, "seed": 0},
        {"instance": 2, "evals": 1, "best": {"evals": 1, "y": 5.0, "x": []}, "seed": 1},
    ]
    text = (tmp_path / "ioh/a_b=1" / scenario["path"]).read_text()
    blocks = _blocks(text, "evaluations raw_y score")
    for block, made in zip(blocks, OUTCOMES[:2], strict=True):
        for evaluations in range(1, 5):
            assert held(block, evaluations) == lowest(made.records, evaluations, None)
    names = {path.name for path in (tmp_path / "ioh").glob("*/*.json")}
    assert names == {
        f"IOHprofiler_f{n}_{p}.json" for n, p in ((1, "bowl"), (2, "epochs"), (3, "own"))
    }


def _blocks(text: str, heading: str) -> Blocks:
    """Return the rows of numbers of each run, which begins with a line that begins like this."""
    blocks: Blocks = []
    for line in text.splitlines():
        if line.startswith(heading):
            blocks.append([])
        else:
            blocks[-1].append(tuple(map(float, line.split())))
    return blocks


def test_coco_s_files_hold_the_distance_to_the_reference(folder: Path, tmp_path: Path) -> None:
    said = export(folder, "coco", output=tmp_path).splitlines()
    assert said[0] == f"4 runs exported: {tmp_path / 'coco'}"
    assert "left out: 1 run of own, which has no anchors, and COCO needs a reference" in said
    for name, made, reference in (("bowl", OUTCOMES[0], 1.0), ("epochs", OUTCOMES[2], -1.0)):
        number = 1 if name == "bowl" else 2
        info = (tmp_path / f"coco/a_b=1/bbobexp_f{number}.info").read_text().splitlines()
        assert info[0].startswith(f"suite = 'bbob', funcId = {number}, DIM = 1, Precision = 1.0")
        assert "algId = 'a_b=1'" in info[0]
        assert info[1] == f"% {name}"
        data, *runs = info[2].split(", ")
        at, end = runs[0].split("|")
        assert (at, float(end)) == ("1:4", lowest(made.records, 4, _high(name)) - reference)
        for suffix in (".dat", ".tdat"):
            path = (tmp_path / "coco/a_b=1" / data).with_suffix(suffix)
            blocks = _blocks(path.read_text(), "% f evaluations | g evaluations | best")
            assert len(blocks) == len(runs)
            assert [row[0] for row in blocks[0]][-1] == 4
            assert f"Fopt ({reference:.12e})" in path.read_text()
            for evaluations in range(1, 5):
                best = min(lowest(made.records, evaluations, _high(name)), WORST)
                assert held(blocks[0], evaluations, 2) == best - reference
                assert held(blocks[0], evaluations, 4) == best


def _high(name: str) -> int | None:
    return HIGH if name == "epochs" else None


def test_versions_and_names_that_a_folder_can_not_have_stay_apart(tmp_path: Path) -> None:
    made = OUTCOMES[0]
    names = [Identity("a:b=1", "1"), Identity("a:b=1", "2"), Identity("A?b=1", "1")]
    several = [replace(made, run=replace(made.run, strategy=each)) for each in names]
    there = results(tmp_path / "results", several)
    with Store(there).writing(BUDGET, 2):
        for each in several:
            card = replace(read(results_in(there))[0].strategy, identity=each.run.strategy)
            Store(there).put_card(card)
    assert export(there, "ioh").startswith("3 runs exported: ")
    assert sorted(path.name for path in (there / "export" / "ioh").iterdir()) == [
        "A_b=1", "a_b=1~2", "a_b=1~3",
    ]  # fmt: skip


def test_curves_are_written_anew_but_nothing_else_is_replaced(folder: Path, tmp_path: Path) -> None:
    export(folder, "ioh", output=tmp_path)
    old = tmp_path / "ioh" / "gone" / "IOHprofiler_f9_gone.json"
    old.parent.mkdir()
    old.write_text("{}")
    export(folder, "ioh", output=tmp_path)
    assert not old.parent.exists()
    (tmp_path / "ioh" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"would replace what hpobench did not write: .*notes"):
        export(folder, "ioh", output=tmp_path)


def test_where_no_run_fits_a_format_that_is_said(tmp_path: Path) -> None:
    there = results(tmp_path / "results", [OUTCOMES[3], OUTCOMES[6]])
    with pytest.raises(InputError) as error:
        export(there, "coco")
    assert str(error.value) == (
        "no run can be written in this format; left out: 1 run with the status unsupported; left"
        " out: 1 run of own, which has no anchors, and COCO needs a reference"
    )


@pytest.mark.parametrize("kind", ["csv", "ioh", "optuna"])
def test_runs_of_another_format_are_told_in_one_line(tmp_path: Path, kind: str) -> None:
    there = results(tmp_path / "results", OUTCOMES[:1])
    (path,) = Store(there).paths(run_file.SEALED)
    header = json.loads(path.read_bytes().splitlines()[0])
    path.write_bytes(Chain().line({"hpobench": 1, "run": header["run"]}, {}))
    with pytest.raises(InputError) as error:
        export(there, kind)
    assert str(error.value).startswith("no run in this folder can be read: ")
    assert "was written by another version of hpobench, not in format 2" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_run_that_can_not_be_read_is_told_beside_the_others(tmp_path: Path) -> None:
    there = results(tmp_path / "results", OUTCOMES[:2])
    path = Store(there).paths(run_file.SEALED)[0]
    path.write_bytes(path.read_bytes()[:-9])
    said = export(there, "csv").splitlines()
    assert said[0].startswith("1 run with ")
    assert len(said) == 2
    assert "is torn or was altered" in said[1]


def test_the_steps_of_trackers_have_a_value_for_each_objective(folder: Path) -> None:
    steps = {each.name: each.steps() for each in read(results_in(folder))}
    first, second = steps["two/a:b=1/0"]
    assert (first["value/loss"], first["value/time"]) == (3.0, 4.0)
    assert not {"value", "incumbent-value", "incumbent-score"} & {*first, *second}
    assert not {"value/loss", "value/time"} & {*second}
    assert [step["incumbent-value"] for step in steps["bowl/a:b=1/0"]] == [5.0, 5.0, 1.5, 0.5]


def test_an_unknown_format_is_refused(folder: Path) -> None:
    with pytest.raises(InputError, match=r"--to must be one of optuna, .*, coco: 'excel'"):
        export(folder, "excel")
    with pytest.raises(InputError, match=r"--storage is for Optuna, use --output for csv: 'a\.db'"):
        export(folder, "csv", storage="a.db")
