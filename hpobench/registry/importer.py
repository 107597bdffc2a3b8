"""Running a user's own file, and its neighbours for it alone.

A *neighbour* is a module beside the file that the file imports. A neighbour in `helper.py` is
`helper` to the file and to its other neighbours, and to nobody else: `sys.path` is not changed, and
the name `helper` in `sys.modules` stays free. A neighbour may import the file back, and gets the
same module. The text that was read is the text that runs, even if it is imported much later.
"""

import builtins
import importlib
import os
import re
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import resolve_name, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from ..errors import OWN
from ..processes.preloading import FOLDERS
from .neighbours import PACKAGE, Neighbour, beside, located, neighbours

MAIN = "__main__"
"""The name of the file itself, which Python gives to a program and no neighbour can have."""


class Importer(MetaPathFinder, Loader):
    """Imports a file and its neighbours; other imports in them work as usual.

    To Python the file and its neighbours are the modules of one package. The package's name says
    where the file lies, so that other processes can import what they are sent. Importing the
    package runs the file.
    """

    def __init__(
        self, package: str, path: str, text: str, found: Sequence[Neighbour], met: Sequence[str]
    ) -> None:
        self._package, self._prefix = package, f"{package}."
        self._file = Neighbour(MAIN, path, text, package=False)
        self._folder, stem = Path(path).parent, Path(path).stem
        self._own = stem if beside(self._folder, stem) == path else ""
        """The name by which neighbours import the file; empty: another module has that name."""
        self._found = {neighbour.name: neighbour for neighbour in found}
        self._met = list(met)
        self._meets = False
        """Whether modules that no import statement names can become neighbours, which they do only
        while the file is imported."""
        self._importlib = self._own_importlib()

    @property
    def found(self) -> tuple[Neighbour, ...]:
        """All neighbours, sorted by name."""
        return tuple(self._found[name] for name in sorted(self._found))

    @property
    def met(self) -> tuple[str, ...]:
        """The names of the neighbours that were imported, though no import statement names them."""
        return tuple(self._met)

    def run(self) -> ModuleType:
        """Run the file as a module, and return it."""
        sys.meta_path.insert(0, self)
        try:
            return importlib.import_module(self._prefix + MAIN)
        except BaseException:
            sys.meta_path.remove(self)
            for name in [name for name in sys.modules if name.startswith(self._prefix)]:
                del sys.modules[name]
            raise

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        """Return the spec of the package, the file or a neighbour; None: it is none of these."""
        if name == self._package:
            return ModuleSpec(name, self, is_package=True)
        if not name.startswith(self._prefix):
            return None
        short = name.removeprefix(self._prefix)
        if short == MAIN:
            return _spec(self, name, self._file)
        if self._has(short) and short in self._found:
            return _spec(self, name, self._found[short])
        self._check_absent(short)
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run the file, because the package is imported."""
        importlib.import_module(f"{module.__name__}.{MAIN}")

    def execute(self, module: ModuleType, code: CodeType) -> None:
        """Run the code of the file or of a neighbour."""
        if module.__package__ == self._package:
            module.__package__ = ""  # as in a file that is run as a program
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": self._import}
        if module.__name__ != self._prefix + MAIN:
            exec(code, vars(module))  # noqa: S102  # it is the user's own code
            return
        # The spec that was there says that the module is still being imported, and threads that
        # pickle something would wait for the end of that.
        module.__spec__ = _spec(self, module.__name__, self._file)
        with self._meeting():
            exec(code, vars(module))  # noqa: S102  # it is the user's own code

    def import_module(self, name: str, package: str | None = None) -> ModuleType:
        """Do what `importlib.import_module` does, in the file and its neighbours."""
        full = resolve_name(name, package) if package else name
        short = full.removeprefix(self._prefix)
        if self._has(short.partition(".")[0]):
            return self._module(short)
        return importlib.import_module(name, package)

    def _own_importlib(self) -> ModuleType:
        """Return the module that the file and its neighbours get as `importlib`."""
        own = ModuleType("importlib")
        vars(own).update(vars(importlib))
        vars(own).update(
            import_module=self.import_module,
            __import__=self._import,
            __getattr__=lambda name: getattr(importlib, name),  # a submodule that was imported late
        )
        return own

    @contextmanager
    def _meeting(self) -> Generator[None]:
        """Make neighbours of the modules beside the file that are imported during the block."""
        known = _named_beside(self._folder)
        for name in known:  # it may belong to another file, and a new import of it must be noticed
            del sys.modules[name]
        self._meets = True
        try:
            yield
            self._meet()
        finally:
            self._meets = False
            for name, each in known.items():
                sys.modules.setdefault(name, each)

    def _meet(self) -> None:
        """Make neighbours of the modules beside the file that are in `sys.modules` by now."""
        for name, module in _named_beside(self._folder).items():
            path, origin = located(self._folder, name), vars(module).get("__file__")
            if path and isinstance(origin, str) and os.path.realpath(origin) == path:
                self._has(name)

    def _has(self, name: str) -> bool:
        """Tell whether a neighbour or the file has a name.

        While the file is imported, a module of that name beside the file becomes a neighbour.
        """
        if name in self._found or (name and name == self._own):
            return True
        if not self._meets or not located(self._folder, name):
            return False
        for each in neighbours(self._file.path, self._file.text, [*self._met, name]):
            self._found.setdefault(each.name, each)
        if name in self._found:
            self._met.append(name)
        return name in self._found

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002  # as Python calls it
        locals: Mapping[str, object] | None = None,  # noqa: A002  # as Python calls it
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Do what `import` does, in the file and its neighbours."""
        absolute = self._absolute(name, globals or {}, level) if level else name
        first = absolute.partition(".")[0]
        if not self._has(first):
            module = builtins.__import__(name, globals, locals, fromlist or (), level)
            return self._importlib if module is importlib else module
        module = self._module(absolute)
        if not fromlist:
            return self._module(first)
        module = builtins.__import__(module.__name__, globals, locals, fromlist, 0)
        _check_defined(module, absolute, fromlist)
        return module

    def _absolute(self, name: str, scope: Mapping[str, object], level: int) -> str:
        """Return the name of the neighbour that a relative import asks for; empty: it is none."""
        package = f"{scope.get('__package__') or ''}."
        if package == ".":
            raise ImportError("attempted relative import with no known parent package")
        if not package.startswith(self._prefix):
            return ""
        parts = package.removeprefix(self._prefix).split(".")[:-1]
        if level > len(parts):
            raise ImportError("attempted relative import beyond top-level package")
        return ".".join(filter(None, [*parts[: len(parts) - level + 1], name]))

    def _module(self, name: str) -> ModuleType:
        """Return the module of a neighbour; the first call runs its packages and then itself."""
        if not self._has(name):
            self._check_absent(name)
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return importlib.import_module(self._prefix + (MAIN if name == self._own else name))

    def _check_absent(self, name: str) -> None:
        """Raise ImportError if a package holds a module of that name that was not read before."""
        parent, last = self._found.get(name.rpartition(".")[0]), name.rpartition(".")[2]
        if parent is None or not parent.package:
            return
        there = PathFinder.find_spec(self._prefix + name, [parent.folder])
        if there is not None:
            where = there.origin or str(Path(parent.folder, last))
            raise ImportError(
                f"{where} was not read with {self._file.path}: a module beside the file must be"
                " Python text, and must lie there before the file is imported",
                name=name,
            )


class _TextLoader(SourceFileLoader):
    """Runs the text that was read, even if the file has changed since."""

    def __init__(self, importer: Importer, name: str, one: Neighbour) -> None:
        super().__init__(name, str(Path(one.folder, PACKAGE)) if one.package else one.path)
        self._importer, self._text = importer, one.text

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._text, self.get_filename(fullname), "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        self._importer.execute(module, self.get_code(module.__name__))


def package_name(path: str, version: str) -> str:
    """Return the name of the package of a file at `path` whose text has the version `version`.

    >>> package_name("/tmp/a_b.py", "123abc")
    'hpobench.registry.own._2ftmp_2fa_5fb_2epy__123abc'
    """
    place = re.sub(rb"[^0-9A-Za-z]", lambda found: b"_%02x" % ord(found[0]), os.fsencode(path))
    return f"{OWN}{place.decode('ascii')}__{version}"


def path_of(package: str) -> str:
    """Return the path of the file whose package has that name.

    >>> path_of("hpobench.registry.own._2ftmp_2fa_5fb_2epy__123abc")
    '/tmp/a_b.py'
    """
    place = package.removeprefix(OWN).partition("__")[0].encode()
    return os.fsdecode(re.sub(rb"_(..)", lambda found: bytes([int(found[1], 16)]), place))


def _spec(importer: Importer, name: str, one: Neighbour) -> ModuleSpec | None:
    """Return the import spec of a module that was read; a package's modules lie in its folder."""
    loader = _TextLoader(importer, name, one)
    if one.path == one.folder:
        spec = ModuleSpec(name, loader, is_package=True)
        spec.submodule_search_locations = [one.path]
        return spec
    inside = [one.folder] if one.package else None
    return spec_from_file_location(name, one.path, loader=loader, submodule_search_locations=inside)


def _check_defined(module: ModuleType, name: str, wanted: Sequence[str]) -> None:
    """Raise ImportError if a wanted name is neither defined in a module nor a submodule of it."""
    for each in wanted:
        there = each == "*" or hasattr(module, each) or f"{module.__name__}.{each}" in sys.modules
        if not there:
            raise ImportError(
                f"cannot import name {each!r} from {name!r}: it does not define that, or not yet",
                name=name,
            )


def _named_beside(folder: Path) -> dict[str, ModuleType]:
    """Return the modules in `sys.modules` that have the name of a module in a user's folder."""
    if FOLDERS & set(folder.parts):
        return {}
    try:
        there = {name.partition(".")[0] for name in os.listdir(folder)} - {"__main__"}  # noqa: PTH208  # names
    except OSError:
        return {}
    named = {
        name: module
        for name, module in list[tuple[str, object]](sys.modules.items())
        if name.partition(".")[0] in there and isinstance(module, ModuleType)
    }
    firsts = {name.partition(".")[0] for name in named}
    own = {first for first in firsts if beside(folder, first)}
    return {name: module for name, module in named.items() if name.partition(".")[0] in own}
