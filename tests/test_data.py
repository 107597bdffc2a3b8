"""The tables that come with hpobench are complete, checked, and split without overlap."""

import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from hpobench.training import data
from hpobench.training.checked_file import DataError

SHAPES = {
    "airfoil": (1503, 5, None),
    "california": (20640, 8, None),
    "concrete": (1030, 8, None),
    "electrical-grid": (10000, 12, None),
    "letter": (20000, 16, 26),
    "phoneme": (5404, 5, 2),
    "satimage": (6435, 36, 6),
    "segment": (2310, 19, 7),
    "vehicle": (846, 18, 4),
    "digits": (1797, 64, 10),
}
FOLDER = files("hpobench.problems") / "data"


@pytest.mark.parametrize(("name", "shape"), SHAPES.items())
def test_a_table_is_complete_and_read_only(name: str, shape: tuple[int, int, int | None]) -> None:
    table = data.read(name)
    assert (*table.features.shape, table.classes) == shape
    assert table.features.dtype == np.float64
    assert np.isfinite(table.features).all()
    assert np.isfinite(table.target).all()
    assert not table.features.flags.writeable
    assert not table.target.flags.writeable
    if table.classes is not None:
        assert table.target.dtype == np.int64
        assert np.unique(table.target).tolist() == list(range(table.classes))


def test_labels_become_numbers_in_sorted_order() -> None:
    import pandas as pd

    labels = pd.read_parquet(str(FOLDER / "vehicle.parquet"))["target"]
    order = sorted(set(labels))
    assert data.read("vehicle").target.tolist() == [order.index(label) for label in labels]


def test_a_table_is_read_once() -> None:
    assert data.read("airfoil") is data.read("airfoil")


def test_an_unknown_table_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no such table, there are airfoil, .*: 'airfoyl'"):
        data.read("airfoyl")


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_a_missing_or_damaged_table_is_one_clear_line(
    harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if harm == "damaged":
        content = bytearray((FOLDER / "airfoil.parquet").read_bytes())
        content[1000] ^= 1
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "airfoil.parquet").write_bytes(content)
    monkeypatch.setattr(data, "files", lambda _: tmp_path)
    with pytest.raises(DataError) as caught:
        data.read.__wrapped__("airfoil")
    message = str(caught.value)
    assert harm in message
    assert str(tmp_path / "data" / "airfoil.parquet") in message
    assert "\n" not in message
    assert (data.DIGESTS["airfoil"] in message) == (harm == "damaged")


def test_the_readme_tells_where_every_table_comes_from() -> None:
    lines = (FOLDER / "README.md").read_text().splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if ".parquet |" in line]
    assert {row[0].removesuffix(".parquet"): row[-1] for row in rows} == data.DIGESTS
    for file, task, size, *_ in rows:
        count, features, classes = SHAPES[file.removesuffix(".parquet")]
        assert re.findall(r"\d+", size) == [str(count), str(features)]
        assert task == (f"classification, {classes}" if classes else "regression")


def test_a_split_is_sixty_twenty_twenty_of_all_rows() -> None:
    parts = data.split(1503, np.random.default_rng(0))
    sizes = [len(parts.train), len(parts.validation), len(parts.test)]
    assert sizes == [902, 300, 301]
    together = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(together.tolist()) == list(range(1503))


def test_a_split_is_shuffled_as_its_generator_says() -> None:
    first, again, other = (data.split(900, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert first.train.tolist() == again.train.tolist()
    assert first.train.tolist() != other.train.tolist()
    assert first.test.min() < 100


def test_a_split_uses_no_more_rows_than_allowed() -> None:
    parts = data.split(20640, np.random.default_rng(0), most=6000)
    sizes = [len(parts.train), len(parts.validation), len(parts.test)]
    assert sizes == [3600, 1200, 1200]
    assert max(rows.max() for rows in (parts.train, parts.validation, parts.test)) > 20000


def test_importing_loads_no_reader_of_tables() -> None:
    heavy = "{'pyarrow', 'pandas', 'sklearn', 'scipy', 'xgboost'}"
    code = f"import sys, hpobench.training.data; print({heavy} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"  # noqa: S603  # our own code


def test_reading_a_table_begins_no_thread() -> None:
    code = (
        "import psutil, sklearn, pyarrow.parquet\n"
        "from hpobench.training import data\n"
        "before = psutil.Process().num_threads()\n"
        "[data.read(name) for name in data.DIGESTS]\n"
        "print(psutil.Process().num_threads() - before)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "0"  # noqa: S603  # our own code
