"""A pack holds what the files of its runs hold, and is read as these are."""

import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from ended import BOWL, BUDGET, OUTCOMES, WORKERS, outcome, results
from pyarrow import parquet as pq

from hpobench import Identity, frame
from hpobench.commands.report_check import check_report
from hpobench.commands.reporting import make_report
from hpobench.errors import InputError
from hpobench.runner.finished_run import FinishedRun
from hpobench.store import Store, run_file
from hpobench.store.packing import pack, unpack
from hpobench.store.packs import pack_file, writing
from hpobench.store.places import place
from hpobench.store.run_file import RunFile
from hpobench.trial import Stop

FIRST = OUTCOMES[0].run
LATER = outcome("a:b=1", "bowl", BOWL[:3], seed=7, ended="complete")


def packed(store: Store) -> Path:
    path = pack(store, processes=1).path
    assert path is not None
    return path


def files(folder: Path) -> dict[str, bytes]:
    there = (folder / "runs").rglob("*.jsonl")
    return {str(path.relative_to(folder)): path.read_bytes() for path in there}


def same(one: FinishedRun, other: FinishedRun) -> bool:
    """Tell whether two runs are equal, and their numbers to the bit."""
    return all(
        a.tobytes() == b.tobytes() if isinstance(a, np.ndarray) else a == b
        for a, b in ((getattr(one, f.name), getattr(other, f.name)) for f in fields(FinishedRun))
    )


def all_same(one: Store, other: Store) -> bool:
    pairs = zip(one.finished(), other.finished(), strict=True)
    return all(same(a, b) for a, b in pairs) and one.notices == other.notices == []


def altered(store: Store, change: Callable[[pa.Table], pa.Table]) -> tuple[Store, Path]:
    """Write a pack again with other rows, in groups of two; return the results and its path."""
    (path,) = store.packs.paths
    pq.write_table(change(pq.read_table(path)), path, row_group_size=2, write_page_checksum=True)
    return Store(store.folder), path


def with_cell(column: str, row: int, value: object) -> Callable[[pa.Table], pa.Table]:
    """Return what puts another value into a cell of a table."""

    def change(there: pa.Table) -> pa.Table:
        values = there[column].to_pylist()
        values[row] = value
        at = there.schema.get_field_index(column)
        return there.set_column(
            at, there.schema.field(at), pa.array(values, there.schema.types[at])
        )

    return change


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return results(tmp_path / "there")


@pytest.fixture
def store(tmp_path: Path, there: Path) -> Store:
    """Return the same results as those there, packed."""
    shutil.copytree(there, tmp_path / "packed")
    found = Store(tmp_path / "packed")
    packed(found)
    return found


def test_a_pack_is_read_as_the_files_were(there: Path, store: Store) -> None:
    assert files(store.folder) == {}
    assert all_same(store, Store(there))
    was = Store(there)
    assert repr(list(store.outcomes())) == repr(list(was.outcomes()))  # they hold nan
    assert list(store.summaries()) == list(was.summaries())
    configured = zip(store.finished(configured=True), was.finished(configured=True), strict=True)
    assert all(same(a, b) for a, b in configured)
    some = {Identity("fails", "1")}
    assert [each.run for each in store.finished_of(some)] == [OUTCOMES[5].run]
    for each in OUTCOMES:
        assert store.is_sealed(each.run)
        assert store.seconds(each.run) == was.seconds(each.run)
        assert store.has_failed(each.run) == was.has_failed(each.run)
        assert store.lines(each.run) == was.lines(each.run)
    assert not store.is_sealed(LATER.run)


def test_tables_are_the_same_from_a_pack(there: Path, store: Store) -> None:
    for runs in (False, True):
        assert frame(store.folder, runs=runs).equals(frame(there, runs=runs))


def test_a_report_is_the_same_from_a_pack(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "hpobench.report.files.rendered", lambda exhibit, venue, subject: exhibit.caption
    )
    make_report(there, None)
    pack(Store(there), processes=1)
    assert check_report(there, None) == 0


def test_new_runs_lie_beside_a_pack_in_one_order_until_the_next_pack(store: Store) -> None:
    before = [each.run for each in store.finished()]
    with store.writing(BUDGET, WORKERS), RunFile(store.path(LATER.run), LATER.run) as file:
        for record in LATER.records:
            file.append(record)
        file.seal(LATER.stop, len(LATER.records), {})
    mixed = [each.run for each in store.finished()]
    assert mixed == sorted([*before, LATER.run], key=place)
    assert [each.run for each in store.summaries()] == mixed
    pack(store, processes=1)
    assert files(store.folder) == {}
    assert [each.run for each in store.finished()] == mixed
    assert len(store.packs.paths) == 1
    assert pack(store, processes=1).runs == 0


def test_unpacking_gives_the_same_bytes(there: Path, store: Store) -> None:
    assert unpack(store).runs == len(OUTCOMES)
    assert store.packs.paths == []
    assert files(store.folder) == files(there)


def test_a_pack_elsewhere_leaves_the_folder_as_it_is(there: Path, tmp_path: Path) -> None:
    before = files(there)
    with Store(there).writing(BUDGET, WORKERS):  # it may be in use, too
        pack(Store(there), processes=1, output=tmp_path / "out" / "all.parquet")
    assert files(there) == before
    other = results(tmp_path / "other", [])
    shutil.copytree(tmp_path / "out", other / "packs")
    assert all_same(Store(other), Store(there))


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("mine.csv", "there is something else than a pack already"),
        ("there/results.json", "--out is for a file elsewhere"),
        ("there/packs/other.parquet", "--out is for a file elsewhere"),
        ("folder", "there is something else than a pack already"),
    ],
)
def test_a_pack_takes_the_place_of_nothing_else(
    there: Path, tmp_path: Path, output: str, said: str
) -> None:
    (tmp_path / "mine.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    before = (there / "results.json").read_bytes()
    with pytest.raises(InputError, match=said):
        pack(Store(there), processes=1, output=tmp_path / output)
    with pytest.raises(InputError, match=r"no URL: s3://bucket/x.parquet"):
        pack(Store(there), processes=1, output=Path("s3://bucket/x.parquet"))
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8") == "mine"
    assert (there / "results.json").read_bytes() == before
    for _ in range(2):  # it takes the place of a pack
        assert pack(Store(there), processes=1, output=tmp_path / "new.parquet").runs > 0


def test_nothing_is_removed_where_a_pack_does_not_come_back(
    there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(there)
    monkeypatch.setattr(writing, "_trace", lambda row: (row.hash, object()))
    with pytest.raises(InputError, match="what was written does not come back"):
        pack(Store(there), processes=1)
    assert files(there) == before
    assert list(there.rglob("*.parquet")) == list(there.rglob("*.tmp")) == []


def test_an_interrupted_removal_leaves_runs_twice_which_count_once(
    there: Path, store: Store
) -> None:
    shutil.copytree(there / "runs", store.folder / "runs", dirs_exist_ok=True)
    assert all_same(store, Store(there))
    pack(store, processes=1)
    assert files(store.folder) == {}


def test_a_run_with_two_results_is_refused_by_name(store: Store) -> None:
    other = replace(OUTCOMES[0], records=OUTCOMES[0].records[:1])
    results(store.folder, [other])
    for read in (store.finished, store.outcomes, store.summaries):
        with pytest.raises(InputError, match="1 run with two results that contradict") as error:
            list(read())
        assert place(FIRST).file in str(error.value)
    assert store.packs.paths


def test_two_packs_that_contradict_each_other_are_refused(there: Path, store: Store) -> None:
    other = replace(OUTCOMES[0], records=OUTCOMES[0].records[:1])
    folder = results(there.with_name("other"), [other])
    pack(Store(folder), processes=1, output=store.folder / "packs" / "other.parquet")
    with pytest.raises(InputError, match="contradict each other"):
        store.is_sealed(FIRST)


def test_damaged_numbers_are_read_from_the_lines(there: Path, store: Store) -> None:
    store, path = altered(store, with_cell("values", 0, [0.0] * 4))
    found = list(store.finished())
    assert all(same(a, b) for a, b in zip(found, Store(there).finished(), strict=True))
    (digest, notice) = store.notices
    assert digest.startswith(f"{path} has no digest: another program or an earlier version wrote")
    assert f"{path} is damaged, and nothing is lost" in notice
    assert notice.endswith(": 1 run")
    packed(store)
    assert all_same(Store(store.folder), Store(there))


@pytest.mark.parametrize(("column", "row"), [("values", 0), ("ids", 0), ("other_values", 6)])
def test_a_number_that_is_missing_in_a_list_is_damage(
    there: Path, store: Store, column: str, row: int
) -> None:
    store, path = altered(store, with_cell(column, row, [None]))
    found = list(store.finished())
    assert all(same(a, b) for a, b in zip(found, Store(there).finished(), strict=True))
    assert "is damaged, and nothing is lost" in store.notices[1]
    assert not pack_file.PackFile(path).is_intact()


@pytest.mark.parametrize(
    ("column", "value"),
    [("seed", 99), ("problem", "other"), ("strategy_version", "2"), ("budget", "x"), ("run", "f")],
)
def test_a_row_that_names_another_run_is_read_from_its_lines(
    there: Path, store: Store, column: str, value: object
) -> None:
    store, path = altered(store, with_cell(column, 1, value))
    found = list(store.finished())
    assert all(same(a, b) for a, b in zip(found, Store(there).finished(), strict=True))
    assert {each.run for each in store.summaries()} == {each.run for each in found}
    assert any(f"{path} is damaged, and nothing is lost" in each for each in store.notices)
    assert not store.packs.intact()
    packed(store)
    assert all_same(Store(store.folder), Store(there))


def test_a_pack_in_another_order_is_read_whole_and_each_run_once(store: Store) -> None:
    folder = store.folder
    first = folder / "runs" / Path(*place(FIRST))
    lines = store.lines(FIRST)
    store, _ = altered(store, lambda table: table.take(list(range(table.num_rows))[::-1]))
    first.parent.mkdir(parents=True)
    first.write_bytes(lines)
    found = [each.run for each in store.finished()]
    assert len(found) == len(set(found)) == len(OUTCOMES)


def test_a_run_that_is_damaged_in_all_ways_is_named_and_the_others_are_used(store: Store) -> None:
    store, _ = altered(store, with_cell("values", 0, [0.0] * 4))
    store, path = altered(store, with_cell("lines", 0, b"torn"))
    assert store.is_sealed(FIRST)
    found = [each.run for each in store.finished()]
    assert len(found) == len(OUTCOMES) - 1
    assert FIRST not in found
    assert not store.is_sealed(FIRST)
    assert f"{path.joinpath(*place(FIRST))} is torn" in store.notices[1]
    packed(store)
    assert (store.folder / "damaged" / "packs" / path.name).exists()
    assert len(list(Store(store.folder).finished())) == len(OUTCOMES) - 1


def test_a_run_made_again_with_another_result_replaces_one_that_is_damaged(store: Store) -> None:
    store, _ = altered(store, with_cell("lines", 0, b"torn"))
    other = replace(OUTCOMES[0], records=OUTCOMES[0].records[:1])
    results(store.folder, [other])
    assert next(store.outcomes()) == other
    packed(store)
    assert next(Store(store.folder).outcomes()) == other


def test_a_damaged_group_loses_its_runs_alone(store: Store) -> None:
    store, path = altered(store, lambda there: there)
    data = bytearray(path.read_bytes())
    at = pq.read_metadata(path).row_group(0)
    for number in range(at.num_columns):
        column = at.column(number)
        if column.path_in_schema.split(".")[0] in {"values", "lines"}:
            first = column.dictionary_page_offset or column.data_page_offset
            end = first + column.total_compressed_size
            data[end - 12 : end] = b"\xff" * 12
    path.write_bytes(data)
    found = [each.run for each in store.finished()]
    assert found == [each.run for each in sorted(OUTCOMES, key=lambda e: place(e.run))][2:]
    assert len(store.notices) == 2


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no pack", b"PAR1" * 100])
def test_what_is_no_pack_is_set_aside(store: Store, content: bytes) -> None:
    path = store.folder / "packs" / "other.parquet"
    path.write_bytes(content)
    assert len(list(store.finished())) == len(OUTCOMES)
    assert f"{path} is torn or was altered" in store.notices[0]
    assert (store.folder / "damaged" / "packs" / path.name).exists()


def test_a_parquet_file_of_others_is_left_out(store: Store) -> None:
    path = store.folder / "packs" / "other.parquet"
    pq.write_table(pa.table({"a": [1]}), path)
    assert len(list(store.finished())) == len(OUTCOMES)
    assert "other.parquet" in store.notices[0]
    assert path.exists()


def test_a_packed_run_that_failed_is_made_again(store: Store) -> None:
    run = OUTCOMES[5].run
    lines = store.lines(run)
    assert store.has_failed(run)
    store.retry(run)
    assert not store.is_sealed(run)
    assert not Store(store.folder).is_sealed(run)
    store.check(new=False)
    (kept,) = (store.folder / "retried").rglob("*.jsonl")
    assert kept.read_bytes() == lines
    with store.writing(BUDGET, WORKERS), RunFile(store.path(run), run) as file:
        file.seal(replace(OUTCOMES[5].stop, reason="complete", detail=""), 0, {})
    assert next(each for each in store.summaries() if each.run == run).seal.reason == "complete"
    pack(store, processes=1)
    assert not Store(store.folder).has_failed(run)


def test_a_run_whose_texts_are_no_unicode_stays_a_file(tmp_path: Path) -> None:
    odd = replace(OUTCOMES[6], stop=Stop("failed", "\udcff"))
    store = Store(results(tmp_path / "odd", [OUTCOMES[0], odd]))
    made = pack(store, processes=1)
    assert (made.runs, made.kept) == (1, 1)
    assert {each.run for each in store.outcomes()} == {OUTCOMES[0].run, odd.run}


def test_groups_are_small(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_RUNS", 3)
    store = Store(there)
    before = list(store.finished())
    (path,) = [packed(store)]
    assert pq.read_metadata(path).num_row_groups == 3
    assert all(same(a, b) for a, b in zip(before, store.finished(), strict=True))


def test_foreign_files_among_packs_are_named(store: Store) -> None:
    (store.folder / "packs" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"did not write: packs.notes.txt"):
        store.check(new=False)


def test_a_pack_knows_its_digests(there: Path, store: Store) -> None:
    digests = {each.seal.digest for each in store.summaries()}
    assert digests == {run_file.digest(path) for path in Store(there).paths(run_file.SEALED)}
    assert pack_file.PackFile(store.packs.paths[0]).is_intact()
