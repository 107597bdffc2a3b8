"""Queries in SQL read the runs of files and of packs, and can reach nothing else."""

import csv
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from ended import BOWL, OUTCOMES, outcome, results

from hpobench import frame
from hpobench.commands.querying import answer
from hpobench.errors import InputError
from hpobench.exchange import queries
from hpobench.exchange.queries import ask
from hpobench.store import Store
from hpobench.store.packing import pack, unpack

pytest.importorskip("duckdb")
GUIDE = Path(__file__).parents[1] / "docs" / "guide.md"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return results(tmp_path_factory.mktemp("files") / "results")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = results(tmp_path_factory.mktemp("packed") / "results", OUTCOMES[:4])
    pack(Store(folder), processes=1)
    return results(folder, OUTCOMES[3:])  # some are packed, some are files, one is both


def test_runs_are_those_of_the_table_of_runs(packed: Path) -> None:
    table = frame(packed, runs=True)
    names = [
        *("run", "problem", "strategy", "seed", "budget", "workers", "first", "status", "trials"),
        *("failed_trials", "cost", "finished", "value", "score", "regret", "seconds"),
        "session",
    ]
    columns = ", ".join(names)
    found = ask(packed, f"SELECT {columns} FROM runs ORDER BY problem, strategy, seed")  # noqa: S608  # ours
    wanted = table.sort_values(["problem", "strategy", "seed"])[names].astype(object)
    wanted = wanted.where(wanted.notna(), None)
    kept = [
        [0.0 if name in {"cost", "finished"} and each is None else each for name, each in pair]
        for pair in (zip(names, row, strict=True) for row in found.rows)
    ]
    assert found.columns == names
    assert kept == wanted.to_numpy().tolist()
    assert found.notices == []


def test_trials_are_those_of_the_table_of_trials(packed: Path) -> None:
    table = frame(packed)
    names = ["run", "trial", "fidelity", "value", "score", "failed", "error", "cost", "started"]
    columns = ", ".join(names)
    found = ask(packed, f"SELECT {columns} FROM trials ORDER BY run, place")  # noqa: S608  # ours
    table["run"] = table["run"].astype(str)  # categories are sorted by their first occurrence
    wanted = table.sort_values("run", kind="stable")[names].astype(object)
    wanted = wanted.where(wanted.notna(), None)
    assert found.rows == [tuple(row) for row in wanted.to_numpy().tolist()]


def test_files_and_packs_give_the_same_answers(files: Path, packed: Path) -> None:
    for query in (
        "FROM runs ORDER BY run",
        "FROM trials ORDER BY run, place",
        "SELECT config->>'kind', count(*) FROM trials GROUP BY ALL ORDER BY ALL",
        "DESCRIBE trials",
    ):
        assert ask(files, query) == ask(packed, query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '{folder}/secret.parquet'",
        "SELECT * FROM read_text('{folder}/secret.parquet')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM 'https://localhost/x.parquet'",
        "COPY runs TO '{folder}/out.csv'",
        "ATTACH '{folder}/out.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "CREATE TABLE t AS SELECT 1",
        "DROP VIEW runs",
        "SELECT 1; SELECT 2",
        "SELECT * FROM store",
        "SELECT * FROM nothing",
        "SELEC",
        "",
    ],
)
def test_a_query_reads_runs_and_nothing_else(files: Path, tmp_path: Path, query: str) -> None:
    (tmp_path / "secret.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"the query failed: |a query must be one SELECT:"):
        ask(files, query.format(folder=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["secret.parquet"]


def test_answers_are_printed_for_people_and_programs(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = "SELECT problem, value, trials FROM runs WHERE strategy = 'a:b=1' ORDER BY ALL"
    answer(files, query, "csv")
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[:2] == [["problem", "value", "trials"], ["bowl", "0.5", "4"]]
    answer(files, query, "json")
    assert json.loads(capsys.readouterr().out)[0] == {"problem": "bowl", "value": 0.5, "trials": 4}
    answer(files, query, "table")
    assert "bowl 0.5 4" in " ".join(capsys.readouterr().out.split())


def test_every_value_is_json_and_no_text_is_a_formula(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = """SELECT map([date '2020-01-01'], ['nan'::DOUBLE]) AS "=m", 1.5::DECIMAL(3, 1) AS d,
      {'a': 'inf'::DOUBLE} AS s, 'x'::BLOB AS b, 10::HUGEINT * 10 AS h, '=1+1' AS f"""
    answer(files, query, "json")
    content = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    wanted = {"=m": {"2020-01-01": None}, "d": 1.5, "s": {"a": None}, "b": "b'x'", "h": 100}
    assert content == [{**wanted, "f": "=1+1"}]
    answer(files, query, "csv")
    names, cells = csv.reader(io.StringIO(capsys.readouterr().out))
    assert (names[0], cells[-1]) == ("'=m", "'=1+1")


def test_an_answer_that_can_not_be_given_is_one_line(files: Path) -> None:
    with pytest.raises(InputError, match="2 columns have one name, of which JSON keeps one"):
        answer(files, "SELECT 1 AS a, 2 AS a", "json")
    with pytest.raises(InputError, match="the query failed"):
        ask(files, "SELECT INTERVAL '99999999 years'")


def test_a_pack_with_damage_is_read_as_far_as_it_is_whole(tmp_path: Path) -> None:
    folder = results(tmp_path / "results")
    path = pack(Store(folder), processes=1).path
    assert path is not None
    data = bytearray(path.read_bytes())
    at = data.find(b"PAR1", 1) if data.count(b"PAR1") > 2 else len(data) // 3
    data[at] ^= 0xFF
    path.write_bytes(data)
    found = ask(folder, "SELECT count(*) FROM runs")
    assert found.rows[0][0] <= len(OUTCOMES)
    assert found.rows == [(len(OUTCOMES),)] or found.notices


def test_a_folder_without_runs_is_said(tmp_path: Path) -> None:
    folder = results(tmp_path / "results", [])
    with pytest.raises(InputError, match="no run has ended in this folder yet"):
        ask(folder, "FROM runs")


def test_without_duckdb_a_line_says_what_installs_it(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(InputError, match=r"sql needs duckdb, .*: pip install .*\[sql\]"):
        ask(files, "FROM runs")


def test_the_queries_of_the_guide_work(packed: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    queries = re.findall(r"hpobench sql results/\S+ \"\n?([^\"]+)\"", text)
    assert len(queries) >= 3
    for query in queries:
        ask(packed, query)


def test_runs_beside_a_pack_count_once(packed: Path) -> None:
    found = ask(packed, "SELECT count(*), count(DISTINCT run) FROM runs")
    assert found.rows == [(len(OUTCOMES), len(OUTCOMES))]
    assert outcome("a:b=1", "bowl", BOWL, seed=9, ended="complete").run not in {
        each.run for each in Store(packed).summaries()
    }


def test_trials_have_the_values_of_all_objectives_where_there_are_several(packed: Path) -> None:
    query = "SELECT objectives FROM trials WHERE problem {} 'two' ORDER BY trial"
    assert ask(packed, query.format("=")).rows == [([3.0, 4.0],), ([None, None],)]
    assert {row for (row,) in ask(packed, query.format("!=")).rows} == {None}


def test_a_folder_that_is_unpacked_at_the_last_moment_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = results(tmp_path / "results")
    pack(Store(folder), processes=1)
    now = queries._answer  # noqa: SLF001  # just before it

    def late(store: Store, *asked: Any) -> queries.Answer:  # noqa: ANN401
        if Store(folder).packs.paths:
            unpack(Store(folder))
        return now(store, *asked)

    monkeypatch.setattr(queries, "_answer", late)
    assert ask(folder, "SELECT count(*) FROM runs").rows == [(len(OUTCOMES),)]
