"""The tables that come with hpobench: read once in a process, checked, and split."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from .checked_file import content_of

DIGESTS = {
    "airfoil": "fa91ae6166e1ef88f78b664d15171f75d9a6b96364316bba80f28a9136a36c8e",
    "california": "c8be97c1a43b3a7430edf80372cba465aaf7b8c1a0f5d3530b3a7d0d6b44c885",
    "concrete": "1c78a66e4f89321a587322612d8c2f905fe245db4ae0bddd314735f50c938c76",
    "electrical-grid": "4b1a617b85949bb2a5d482aec6788f4663133c6a7844cc9a521eb1d74a323446",
    "letter": "3769ced20440a312e1784017cb2a2f10c9097fe890641128f1d34e9fc19b2af3",
    "phoneme": "10f9298bcb99b07f59b264156dcad66d053e770cd8b26d1493997063f7ba9ea2",
    "satimage": "950bf3bd6736fae44c5d9844d48a2a18c4a4aa1453abd3b4b6620c4042287ddc",
    "segment": "0bb81b0d4620a84fbf7461ae0f96a3d08516a58a391902f2f6b2e5355e804df4",
    "vehicle": "1bba2bb477dcdc4087114c6190ce9530b791810cd52e875a5684c02328090349",
}
"""The SHA-256 of each table's file; where it comes from stands in `problems/data/README.md`."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table of examples without missing values; its arrays are read-only."""

    name: str
    features: NDArray[np.float64]
    """(rows, features)"""
    target: NDArray[np.float64] | NDArray[np.int64]
    """(rows,): class labels 0 to classes - 1, or real numbers."""
    classes: int | None
    """None: a regression."""


@dataclass(frozen=True, slots=True)
class Split:
    """Disjoint rows to train on, to choose by, and to report on."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


@cache
def read(name: str) -> Dataset:
    """Return a table, read and checked by its SHA-256 at the first call in a process.

    `digits`, 8 x 8 pictures of ten handwritten digits, comes with scikit-learn.
    """
    if name == "digits":
        return _digits()
    if name not in DIGESTS:
        raise ValueError(f"no such table, there are {', '.join([*DIGESTS, 'digits'])}: {name!r}")
    return _parse(name, _checked(name))


def split(rows: int, rng: np.random.Generator, *, most: int | None = None) -> Split:
    """Shuffle rows and split them 60/20/20; `most` is how many rows are used at most, None: all."""
    order = rng.permutation(rows)[:most]
    train, validation = round(0.6 * len(order)), round(0.8 * len(order))
    return Split(*np.split(order, (train, validation)))


def _checked(name: str) -> bytes:
    """Return the bytes of a table's file; raise DataError if they are not the published ones."""
    path = files("hpobench.problems") / "data" / f"{name}.parquet"
    return content_of(path, DIGESTS[name], "a table", "install hpobench again")


def _parse(name: str, content: bytes) -> Dataset:
    from pyarrow import BufferReader, parquet

    # no thread is begun: one that lives on when a process ends may end it by an abort
    table = parquet.ParquetFile(BufferReader(content), pre_buffer=False).read(use_threads=False)
    columns = [column.to_numpy() for column in table.columns]
    features = np.column_stack(columns[:-1]).astype(np.float64)
    if columns[-1].dtype != object:
        return _table(name, features, columns[-1].astype(np.float64), None)
    labels, target = np.unique(columns[-1].astype(str), return_inverse=True)
    return _table(name, features, target.astype(np.int64), len(labels))


def _digits() -> Dataset:
    from sklearn.datasets import load_digits

    pictures, digits = load_digits(return_X_y=True)
    features, target = np.asarray(pictures, np.float64), np.asarray(digits, np.int64)
    return _table("digits", features, target, 10)


def _table(
    name: str,
    features: NDArray[np.float64],
    target: NDArray[np.float64] | NDArray[np.int64],
    classes: int | None,
) -> Dataset:
    features.setflags(write=False)
    target.setflags(write=False)
    return Dataset(name, features, target, classes)
