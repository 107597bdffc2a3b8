"""Neighbours: the modules beside a user's own file that it imports, which are read with it."""

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from ..errors import InputError
from ..processes.import_statements import import_statements
from ..processes.preloading import START

MOST = 1_000_000
"""The most bytes of source that a file and all its neighbours may have together."""
PACKAGE = "__init__.py"
"""The name of a package's own file."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A module or a package beside a user's file."""

    name: str
    """The name by which the file imports it: `helper`, `package.part`."""
    path: str
    """The path of its file or, for a package without a file of its own, of its folder."""
    text: str
    """The text of its file; empty: it is a package without a file of its own."""
    package: bool

    @property
    def folder(self) -> str:
        """The folder of a package's modules; empty: it is no package."""
        folder, name = os.path.split(self.path)
        return "" if not self.package else folder if name == PACKAGE else self.path


def text_of(path: str) -> str:
    """Return the text of a file, or raise InputError if it can't be read as text."""
    try:
        where = Path(path)
        if where.exists() and not where.is_file():
            raise InputError(f"{path} can't be read: it is not a file")
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
    """Return the neighbours of a file, directly or indirectly imported, sorted by name.

    Of a package that is imported, all modules and packages in it count. `met` holds the names of
    modules that were seen to be imported, though no import statement names them. Modules of the
    standard library and installed ones come first: their names are no neighbours. Raises InputError
    if a neighbour can't be read, or if all together are too large.
    """
    search = _Search(path, len(text.encode()))
    search.add(_imported(Neighbour("", path, text, package=False)), lenient=False)
    search.add((each for name in met for each in _up_to(name)), lenient=False)
    while inside := search.inside():
        search.add(inside, lenient=True)
    return tuple(search.found[name] for name in sorted(search.found))


class _Search:
    """A search for the neighbours of a file, and for what they import in turn."""

    def __init__(self, path: str, size: int) -> None:
        self.found: dict[str, Neighbour] = {}
        self._path, self._folder, self._size = path, Path(path).parent, size
        self._listed = set[str]()

    def add(self, names: Iterable[str], *, lenient: bool) -> None:
        """Add the neighbours that have these names, and the neighbours that they import.

        `lenient`: one that can't be read is left out, since nothing that is sure to run imports it.
        """
        waiting = deque(names)
        while waiting:
            name = waiting.popleft()
            path = self._path_of(name)
            if not path or path == self._path:
                continue
            try:
                self.found[name] = read(name, path)
            except InputError:
                if not lenient:
                    raise
                continue
            waiting += _imported(self.found[name])
            self._size += len(self.found[name].text.encode())
            if self._size > MOST:
                raise InputError(
                    f"{self._path} and the modules beside it that it imports have more than"
                    f" {MOST:,} bytes; install what is larger"
                )

    def inside(self) -> list[str]:
        """Return the names of all modules in the packages that were not listed before."""
        names = list[str]()
        for package in [each for each in self.found.values() if each.package]:
            if package.name not in self._listed and not self._leads_back(package):
                names += (f"{package.name}.{each}" for each in _modules(Path(package.folder)))
            self._listed.add(package.name)
        return names

    def _leads_back(self, package: Neighbour) -> bool:
        """Tell whether a package's folder is a link to the folder of a package around it."""
        above = (self.found[name].folder for name in list(_up_to(package.name))[:-1])
        return os.path.realpath(package.folder) in map(os.path.realpath, above)

    def _path_of(self, name: str) -> str:
        """Return the path of a neighbour that was not found yet; empty: there is none."""
        if name in self.found:
            return ""
        parent = self.found.get(name.rpartition(".")[0])
        if "." in name:
            return located(self._folder, name) if parent and parent.package else ""
        return beside(self._folder, name)


def _modules(folder: Path) -> list[str]:
    """Return the names of the modules and packages in the folder of a package, sorted."""
    modules = {each.stem for each in folder.glob("*.py")} - {Path(PACKAGE).stem}
    return sorted(modules | {each.parent.name for each in folder.glob(f"*/{PACKAGE}")})


def _imported(importing: Neighbour) -> Iterator[str]:
    """Yield the names that a module's text imports, each after the packages that it is in."""
    own = importing.name if importing.package else importing.name.rpartition(".")[0]
    for module, names in import_statements(importing.text, own):
        for each in (module, *(f"{module}.{name}" for name in names)):
            yield from _up_to(each)


def _up_to(name: str) -> Iterator[str]:
    """Yield the names of the packages around a module, the outermost first, and then its own."""
    parts = name.split(".")
    yield from (".".join(parts[: i + 1]) for i in range(len(parts)))


def beside(folder: Path, name: str) -> str:
    """Return the path of the module or package beside a file that is imported by a name.

    Empty: there is none, or a module of the standard library or an installed one has the name.
    """
    path = located(folder, name)
    return "" if path and is_elsewhere(name, folder) else path


def located(folder: Path, name: str) -> str:
    """Return the path of a module or package in a folder; empty: there is none.

    The path is that of its file or, for a package without a file of its own, of its folder. Nothing
    is read, since perhaps nobody imports it.
    """
    parts = name.split(".")
    if not all(parts) or any(mark in name for mark in {"/", os.sep}):
        return ""
    place = str(folder.joinpath(*parts))
    for path in (os.path.join(place, PACKAGE), f"{place}.py"):  # noqa: PTH118  # it may be no path
        if os.path.isfile(path):  # noqa: PTH113  # it raises nothing, whatever the name
            return path
    return place if os.path.isdir(place) else ""  # noqa: PTH112  # it raises nothing, whatever the name


def read(name: str, path: str) -> Neighbour:
    """Return the neighbour at a path that `located` returned, or raise InputError."""
    folder = os.path.isdir(path)  # noqa: PTH112  # as in `located`
    package = folder or (Path(path).name == PACKAGE and name.rpartition(".")[2] != "__init__")
    return Neighbour(name, path, "" if folder else text_of(path), package)


def is_elsewhere(name: str, folder: Path) -> bool:
    """Tell whether the standard library, hpobench or an installed package has a module's name."""
    if name in sys.stdlib_module_names or name in {"__main__", __name__.partition(".")[0]}:
        return True
    here = {os.path.realpath(folder), os.path.realpath(os.curdir)}
    paths = [path for path in START if os.path.realpath(path) not in here]
    spec = PathFinder.find_spec(name, paths)
    return spec is not None and spec.origin is not None
