"""Packs of problems with several objectives: what they keep, and when it is read."""

import math
from pathlib import Path

import pyarrow as pa
import pytest
from ended import OUTCOMES, outcome, results, trial
from pyarrow import parquet as pq
from test_packs import altered, packed, same, with_cell

from hpobench.report import selection
from hpobench.report.appendix.objectives import at_once, objectives_table
from hpobench.report.exhibits.objectives import objectives
from hpobench.report.looks.tables import comma_separated, csv_of
from hpobench.store import Store
from hpobench.store.packing import unpack
from hpobench.store.packs import pack_file


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return results(tmp_path / "there")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return the same results as those there, packed."""
    found = Store(results(tmp_path / "packed"))
    packed(found)
    return found


def test_other_objectives_are_the_same_from_a_pack_and_after_unpacking(there: Path) -> None:
    values = [(1.0, 3.0), (math.nan, math.nan), (2.0, 2.0), (3.0, 1.0)]
    records = [trial(number, each) for number, each in enumerate(values)]
    more = [outcome(name, "two", records, seed=1, ended="complete") for name in ("a:b=1", "fails")]
    store = Store(results(there, more))
    problems, strategies = store.cards()[1], store.cards()[0]

    def drawn() -> list[str]:
        runs = list(Store(there).finished())
        compared = selection.compared(runs, strategies, problems)
        (table,) = objectives_table(compared, at_once(compared, runs))
        (figure,) = objectives(compared, at_once(compared, runs))
        numbers = comma_separated(figure.headings, figure.numbers)
        return [csv_of(table), table.caption, numbers, figure.caption]

    before, runs = drawn(), list(store.finished())
    assert sum(each.other_values is not None for each in runs) == 3
    packed(store)
    assert drawn() == before
    assert all(same(a, b) for a, b in zip(runs, Store(there).finished(), strict=True))
    unpack(Store(there))
    assert drawn() == before


def test_other_values_are_read_only_where_problems_have_several_objectives(store: Store) -> None:
    store, path = altered(store, lambda there: there)
    data, footer = bytearray(path.read_bytes()), pq.read_metadata(path)
    several = [
        number
        for number, each in enumerate(pq.ParquetFile(path).iter_batches(2))
        if each["other_values"].null_count < len(each)
    ]
    assert (len(several), footer.num_row_groups) == (1, 4)
    for group in range(footer.num_row_groups):
        (column,) = (
            column
            for number in range(footer.num_columns)
            if (column := footer.row_group(group).column(number)).path_in_schema.split(".")[0]
            == "other_values"
        )
        first = column.dictionary_page_offset or column.data_page_offset
        size = column.total_compressed_size
        data[first : first + size] = b"\xff" * size
    path.write_bytes(data)
    runs = list(store.finished())
    assert len(runs) == len(OUTCOMES)
    assert store.notices[1].endswith(": 1 run")  # the only one of that group, from its lines
    assert not pack_file.PackFile(path).is_intact()


def test_other_values_are_in_the_hash_of_a_row(there: Path, store: Store) -> None:
    row = [each.run.problem.name for each in store.summaries()].index("two")
    for wrong in ([4.0, 5.0], [4.0], None, []):
        store, _ = altered(store, with_cell("other_values", row, wrong))
        assert all(
            same(a, b) for a, b in zip(store.finished(), Store(there).finished(), strict=True)
        )
        assert store.notices[1].endswith(": 1 run")


def test_a_pack_of_another_format_is_left_out(store: Store) -> None:
    def older(there: pa.Table) -> pa.Table:
        marks = {**(there.schema.metadata or {}), b"pack": b"1"}
        return there.drop_columns(["other_values"]).replace_schema_metadata(marks)

    store, path = altered(store, older)
    assert list(store.finished()) == []
    (notice,) = store.notices
    assert notice.startswith(f"{path} was written by another version of hpobench")
    assert notice.endswith("it is left out")
