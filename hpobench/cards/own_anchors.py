"""The anchors of users' own problems, which are kept in a file beside the file of the problem.

`a.anchors.json` beside `a.py` holds the random evaluations of each problem that `a.py` defines, and
the anchors that they give. While anchors of more evaluations are being made, it holds them beside
the complete ones, which stay in force. It is read as JSON, and nothing in it is executed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ..errors import InputError, shown
from ..problem import Problem
from . import anchor_entries
from .anchors import FrozenAnchors, frozen

ENDING = ".anchors.json"
FORMAT = 1
"""The format of the files; it is raised whenever a key changes."""
LARGEST = 1_000_000_000
"""The most bytes of a file that is read."""
Result: TypeAlias = tuple[float, float] | None
"""The value and the score of an evaluation; None: it failed."""


@dataclass(frozen=True, slots=True)
class OwnAnchors:
    """What is kept of one problem: its evaluations and, once all were made, its anchors."""

    problem: str
    """The name of the problem, without options."""
    version: str
    """The version of the problem: the digest of its file and of the modules beside it."""
    space: Mapping[str, object]
    """The space in JSON."""
    size: int
    """How many random evaluations of each instance there are in the end."""
    results: tuple[tuple[Result, ...], ...]
    """The evaluations of each instance: the random ones, and then those of the longer search."""
    optima: tuple[float | None, ...]
    """The optimum that each instance states; None: it states none, or was not asked yet."""
    instances: tuple[Mapping[str, Any], ...] = ()
    """An entry for each instance; empty: not all evaluations were made yet."""

    def fits(self, problem: Problem, version: str) -> bool:
        """Tell whether this is about a problem of that version, as it is now.

        Where the problem has options, which may change its space, the version alone decides it.
        """
        if problem.name != problem.base:
            return self.version == version and len(self.results) == problem.instances
        space = json.loads(json.dumps(problem.space.to_json()))
        now = version, problem.instances, space
        return (self.version, len(self.results), self.space) == now

    @property
    def random_made(self) -> int:
        """How many random evaluations were made, on the instance with the most of them."""
        return max((min(len(done), self.size) for done in self.results), default=0)

    @property
    def optimum(self) -> float | None:
        """The optimum that all instances state; None: they state none, or different ones."""
        return self.optima[0] if len(set(self.optima)) == 1 else None

    def frozen(self) -> FrozenAnchors:
        """Return the anchors; all evaluations must have been made."""
        return frozen(self.version, self.instances, None)


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a file holds of a problem as it is now."""

    complete: OwnAnchors | None
    """The anchors in force; None: there are none."""
    begun: OwnAnchors | None
    """What is not complete yet; it has all random evaluations of `complete`. None: nothing."""


def fitting(kept: Iterable[OwnAnchors], problem: Problem, version: str) -> Fitting:
    """Return what of all that a file holds is about a problem of that version, as it is now."""
    fit = [each for each in kept if each.problem == problem.base and each.fits(problem, version)]
    return Fitting(
        next((each for each in fit if each.instances), None),
        next((each for each in fit if not each.instances), None),
    )


def file_beside(path: str) -> Path:
    """Return the path of the file of anchors beside the file of a problem.

    >>> file_beside("/home/a.py").name
    'a.anchors.json'
    """
    return Path(path).with_suffix(ENDING)


def read(path: Path) -> list[OwnAnchors]:
    """Return all that is kept in a file; empty where there is no file.

    Raises InputError, one line, where the file can't be read, was altered, or has another format.
    """
    try:
        if not path.exists():
            return []
        if not path.is_file() or path.stat().st_size > LARGEST:
            raise InputError(f"{path} is no file of anchors, or is too large")
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise InputError(f"{path} is torn or was altered: it is no JSON") from None
    format_ = content.get("format") if isinstance(content, dict) else None
    if format_ != FORMAT:
        raise InputError(f"{path} is not in format {FORMAT}, the only one read: {shown(format_)}")
    try:
        return [_parsed(row) for row in content["problems"]]
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError):
        raise InputError(f"{path} was altered: its seal is of another content") from None


def write(path: Path, kept: Iterable[OwnAnchors]) -> None:
    """Write a file, whole or not at all, with a seal for each row; raises OSError."""
    rows = [{"seal": _seal(row), **row} for row in map(asdict, kept)]
    anchor_entries.write(path, {"format": FORMAT}, "problems", rows)


def _parsed(row: dict[str, Any]) -> OwnAnchors:
    """Return what a row of a file says; raises ValueError where it was altered."""
    if row.pop("seal") != _seal(row):
        raise ValueError
    results = tuple(
        tuple(None if each is None else (float(each[0]), float(each[1])) for each in of_instance)
        for of_instance in row.pop("results")
    )
    optima, instances = tuple(row.pop("optima")), tuple(row.pop("instances"))
    return OwnAnchors(results=results, optima=optima, instances=instances, **row)


def _seal(row: Mapping[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(row).encode(), digest_size=8).hexdigest()
