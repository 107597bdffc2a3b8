"""The modules beside a user's own file that it imports, as its text says it: read with it."""

import ast
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from .errors import InputError
from .preloading import START

MOST = 1_000_000
"""Bytes of source that a file may have with all its neighbours."""
IMPORTING = {"import_module", "__import__"}
"""Functions whose first argument says what they import."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A module or a package, as the file that imports it calls it: `helper`, `package.part`."""

    name: str
    path: str
    text: str
    """Empty for a package without a file of its own."""
    package: bool


def text_of(path: str) -> str:
    """Return the text of a file, or raise InputError where it has none that can be read."""
    try:
        where = Path(path)
        if where.exists() and not where.is_file():
            raise InputError(f"{path} can't be read: it is no file")
        if where.exists() and where.stat().st_size > MOST:
            raise InputError(f"{path} can't be read: it has more than {MOST:,} bytes")
        return where.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path} can't be read: it is not UTF-8 text") from None
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}") from None
    except ValueError as error:  # such as a null character
        raise InputError(f"{path!r} can't be read: {error}") from None


def neighbours(path: str, text: str, met: Iterable[str] = ()) -> tuple[Neighbour, ...]:
    """Return what a file imports from beside it, and what that imports, sorted by name.

    `met`: the names of what it was seen to import, though its text does not say it. What is in the
    standard library or installed comes first. Raises InputError for too much.
    """
    folder, own = Path(path).parent, Path(path).stem
    found: dict[str, Neighbour] = {}
    waiting = deque(_expanded(folder, _imported(Neighbour("", path, text, package=False))))
    waiting += (each for name in met for each in _up_to(name))
    size = len(text.encode())
    while waiting:
        name = waiting.popleft()
        first, parent = name.partition(".")[0], name.rpartition(".")[0]
        if name in found or first == own or (parent and not _is_package(found.get(parent))):
            continue
        neighbour = located(folder, name)
        if neighbour is None or (first == name and is_elsewhere(name, folder)):
            continue
        found[name] = neighbour
        waiting += _expanded(folder, _imported(neighbour))
        size += len(neighbour.text.encode())
        if size > MOST:
            raise InputError(
                f"{path} and what it imports from beside it have more than {MOST:,} bytes;"
                " install what is larger"
            )
    return tuple(found[name] for name in sorted(found))


def _imported(importing: Neighbour) -> Iterator[str]:
    """Yield what a text imports, the packages of each first; `package.*` stands for all in it."""
    try:
        tree = ast.parse(importing.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # running it will tell
    own = importing.name if importing.package else importing.name.rpartition(".")[0]
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _base(own, node.level, node.module or "")
            names = [f"{base}.{alias.name}" for alias in node.names] if base else []
        elif isinstance(node, ast.Call):
            names = _called_for(node, own)
        for name in names:
            yield from _up_to(name)


def _called_for(call: ast.Call, own: str) -> list[str]:
    """Return what a call of a function that imports asks for, where its text says it."""
    match call:
        case ast.Call(
            ast.Name(function) | ast.Attribute(_, function), [ast.Constant(str(name)), *_]
        ) if function in IMPORTING:
            level = len(name) - len(name.lstrip("."))
            base = _base(own, level, name[level:])
            return [base] if base else []
        case _:
            return []


def _up_to(name: str) -> Iterator[str]:
    """Yield the packages that something lies in, the outermost first, and then itself."""
    parts = name.split(".")
    yield from (".".join(parts[: i + 1]) for i in range(len(parts)))


def _base(own: str, level: int, name: str) -> str:
    """Return the package or module that things are imported from; empty: it is no neighbour."""
    if level == 0:
        return name
    parts = own.split(".") if own else []
    if level > len(parts):
        return ""
    return ".".join(filter(None, [*parts[: len(parts) - level + 1], name]))


def _expanded(folder: Path, names: Iterator[str]) -> Iterator[str]:
    """Yield the names, and for one that stands for all in a package its modules and packages."""
    for name in names:
        if not name.endswith(".*"):
            yield name
            continue
        package = folder.joinpath(*name.split(".")[:-1])
        inside = sorted(package.glob("*.py")) + sorted(package.glob("*/__init__.py"))
        stems = [path.parent.name if path.stem == "__init__" else path.stem for path in inside]
        yield from (f"{name[:-2]}.{stem}" for stem in stems if stem != package.name)


def located(folder: Path, name: str) -> Neighbour | None:
    """Return the module or package of that name in a folder; None: there is none."""
    parts = name.split(".")
    if not all(parts) or any(mark in name for mark in {"/", os.sep}):
        return None
    place = folder.joinpath(*parts)
    for path, package in ((place / "__init__.py", True), (Path(f"{place}.py"), False)):
        if path.is_file():
            return Neighbour(name, str(path), text_of(str(path)), package)
    return Neighbour(name, str(place), "", package=True) if place.is_dir() else None


def _is_package(neighbour: Neighbour | None) -> bool:
    return neighbour is not None and neighbour.package


def is_elsewhere(name: str, folder: Path) -> bool:
    """Tell whether a name is the standard library's, our own, or of something installed."""
    if name in sys.stdlib_module_names or name == __name__.partition(".")[0]:
        return True
    here = {os.path.realpath(folder), os.path.realpath(os.curdir)}
    paths = [path for path in START if os.path.realpath(path) not in here]
    spec = PathFinder.find_spec(name, paths)
    return spec is not None and spec.origin is not None
