"""The modules beside a user's own file that it imports: read with it, and run for it alone.

A neighbour called `helper` is `helper` to the file that it lies beside and to that file's other
neighbours, and to nobody else: no path is changed and no name is taken. What was read is what runs,
also where it is imported late.
"""

import ast
import builtins
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from threading import RLock
from types import ModuleType

from .errors import InputError

MOST = 1_000_000
"""Bytes of source that a file may have with all its neighbours."""


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


def neighbours(path: str, text: str) -> tuple[Neighbour, ...]:
    """Return what a file imports from beside it, and what that imports, sorted by name.

    What is in the standard library or installed comes first. Raises InputError for too much.
    """
    folder, own = Path(path).parent, Path(path).stem
    found: dict[str, Neighbour] = {}
    size, waiting = len(text.encode()), [Neighbour("", path, text, package=False)]
    while waiting:
        importing = waiting.pop()
        for name in _expanded(folder, _imported(importing)):
            first, parent = name.partition(".")[0], name.rpartition(".")[0]
            if name in found or first == own or (parent and not _is_package(found.get(parent))):
                continue
            neighbour = _located(folder, name)
            if neighbour is None or (first == name and _is_elsewhere(name, folder)):
                continue
            found[name] = neighbour
            waiting.append(neighbour)
            size += len(neighbour.text.encode())
            if size > MOST:
                raise InputError(
                    f"{path} and what it imports from beside it have more than {MOST:,} bytes;"
                    " install what is larger"
                )
    return tuple(found[name] for name in sorted(found))


class Importer:
    """Imports a file's neighbours for that file and for them, and all else as ever."""

    def __init__(self, module: str, found: Sequence[Neighbour]) -> None:
        self._prefix = f"{module}_"
        """What the names begin with by which the neighbours are known to Python."""
        self._found = {neighbour.name: neighbour for neighbour in found}
        self._lock = RLock()

    def run(self, name: str, path: str, text: str) -> ModuleType:
        """Run a file as a module of the given name, and return it."""
        return self._run(ModuleSpec(name, None, origin=path), text)

    def forget(self) -> None:
        """Take the neighbours out of the modules that Python knows."""
        for name in self._found:
            sys.modules.pop(self._prefix + name, None)

    def _run(self, spec: ModuleSpec, text: str) -> ModuleType:
        module = ModuleType(spec.name)
        module.__spec__, module.__package__, module.__file__ = spec, spec.parent, spec.origin
        if spec.submodule_search_locations is not None:
            module.__path__ = []  # nothing but what was read is found in it
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": self._import}
        sys.modules[spec.name] = module  # dataclasses look their module up there
        try:
            exec(compile(text, str(spec.origin), "exec", dont_inherit=True), vars(module))  # noqa: S102  # the user's own
        except BaseException:
            sys.modules.pop(spec.name, None)
            raise
        return module

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002  # as Python calls it
        locals: Mapping[str, object] | None = None,  # noqa: A002  # likewise
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Do what `import` does, in the file and its neighbours."""
        absolute = self._absolute(name, globals or {}, level)
        first = absolute.partition(".")[0]
        if first not in self._found:
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = self._module(absolute)
        if not fromlist:
            return self._module(first)
        for each in fromlist:
            names = getattr(module, "__all__", ()) if each == "*" else (each,)
            for part in names:
                if not hasattr(module, part) and f"{absolute}.{part}" in self._found:
                    self._module(f"{absolute}.{part}")
        return module

    def _absolute(self, name: str, scope: Mapping[str, object], level: int) -> str:
        """Return what is imported as the file calls it; empty: it is none of the neighbours."""
        if level == 0:
            return name
        package = str(scope.get("__package__"))
        parts = package.removeprefix(self._prefix).split(".")
        if not package.startswith(self._prefix) or level > len(parts):
            return ""
        return ".".join(filter(None, [*parts[: len(parts) - level + 1], name]))

    def _module(self, name: str) -> ModuleType:
        """Return a neighbour, which is run where it is asked for first, after its packages."""
        if name not in self._found:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        parent, _, last = name.rpartition(".")
        with self._lock:
            package = self._module(parent) if parent else None
            module = sys.modules.get(self._prefix + name)
            if module is None:
                one = self._found[name]
                spec = ModuleSpec(
                    self._prefix + name, None, origin=one.path, is_package=one.package
                )
                module = self._run(spec, one.text)
            if package is not None:
                setattr(package, last, module)
        return module


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
        for name in names:
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


def _located(folder: Path, name: str) -> Neighbour | None:
    """Return the module or package of that name in a folder; None: there is none."""
    place = folder.joinpath(*name.split("."))
    for path, package in ((place / "__init__.py", True), (Path(f"{place}.py"), False)):
        if path.is_file():
            return Neighbour(name, str(path), text_of(str(path)), package)
    return Neighbour(name, str(place), "", package=True) if place.is_dir() else None


def _is_package(neighbour: Neighbour | None) -> bool:
    return neighbour is not None and neighbour.package


def _is_elsewhere(name: str, folder: Path) -> bool:
    """Tell whether a name is the standard library's, our own, or of something installed."""
    if name in sys.stdlib_module_names or name == __name__.partition(".")[0]:
        return True
    here = {os.path.realpath(folder), os.path.realpath(os.curdir)}
    paths = [path for path in sys.path if os.path.realpath(path) not in here]
    spec = PathFinder.find_spec(name, paths)
    return spec is not None and spec.origin is not None
