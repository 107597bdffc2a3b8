"""Running a user's own file, and the modules beside it that it imports, for that file alone.

A neighbour called `helper` is `helper` to the file that it lies beside and to that file's other
neighbours, and to nobody else: no path is changed and no name is taken. The file may be imported
back, and is the same module then. What was read is what runs, also where it is imported late.
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
"""What the file itself is called, as Python calls a program: no neighbour can be."""


class Importer(MetaPathFinder, Loader):
    """Imports a file, its neighbours for it and for them, and all else as ever.

    To Python the file and its neighbours are the modules of one package, whose name says where the
    file lies: so other processes find what they are sent. To import the package runs the file.
    """

    def __init__(
        self, package: str, path: str, text: str, found: Sequence[Neighbour], met: Sequence[str]
    ) -> None:
        self._package, self._prefix = package, f"{package}."
        self._file = Neighbour(MAIN, path, text, package=False)
        self._folder, stem = Path(path).parent, Path(path).stem
        self._own = stem if beside(self._folder, stem) == path else ""
        """By which name neighbours import the file; empty: that name is another module's."""
        self._found = {neighbour.name: neighbour for neighbour in found}
        self._met = list(met)
        self._meets = False
        """Whether neighbours are looked for that no text has said: while the file is imported."""
        self._importlib = self._own_importlib()

    @property
    def found(self) -> tuple[Neighbour, ...]:
        """All neighbours, sorted by name."""
        return tuple(self._found[name] for name in sorted(self._found))

    @property
    def met(self) -> tuple[str, ...]:
        """The names of those that were imported, though no text says it."""
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
        """Say how the package is imported, the file or a neighbour; None: it is none of these."""
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
        """Run the file, as the package is imported."""
        importlib.import_module(f"{module.__name__}.{MAIN}")

    def execute(self, module: ModuleType, code: CodeType) -> None:
        """Run the code of the file or of a neighbour."""
        if module.__package__ == self._package:
            module.__package__ = ""  # as that of a file that is run
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": self._import}
        if module.__name__ != self._prefix + MAIN:
            exec(code, vars(module))  # noqa: S102  # the user's own
            return
        # One that does not say that it is not complete: what threads pickle need not wait for it.
        module.__spec__ = _spec(self, module.__name__, self._file)
        with self._meeting():
            exec(code, vars(module))  # noqa: S102  # likewise

    def import_module(self, name: str, package: str | None = None) -> ModuleType:
        """Do what `importlib.import_module` does, in the file and its neighbours."""
        full = resolve_name(name, package) if package else name
        short = full.removeprefix(self._prefix)
        if self._has(short.partition(".")[0]):
            return self._module(short)
        return importlib.import_module(name, package)

    def _own_importlib(self) -> ModuleType:
        """Return what is `importlib` to the file and its neighbours."""
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
        """Take in what is imported meanwhile from beside the file, though no text says it."""
        known = _named_beside(self._folder)
        for name in known:  # it may be another file's, and who imports it is to be seen to
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
        """Take in the neighbours that others imported for the file, which are nobody's alone."""
        for name, module in _named_beside(self._folder).items():
            path, origin = located(self._folder, name), vars(module).get("__file__")
            if path and isinstance(origin, str) and os.path.realpath(origin) == path:
                self._has(name)

    def _has(self, name: str) -> bool:
        """Tell whether a name is a neighbour's or the file's; while it is imported, look for it."""
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
        locals: Mapping[str, object] | None = None,  # noqa: A002  # likewise
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
        """Return what a relative import asks for; empty: it is none of the neighbours."""
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
        """Return a neighbour, which is run where it is asked for first, after its packages."""
        if not self._has(name):
            self._check_absent(name)
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return importlib.import_module(self._prefix + (MAIN if name == self._own else name))

    def _check_absent(self, name: str) -> None:
        """Raise ImportError where something of that name lies in a package, but was not read."""
        parent, last = self._found.get(name.rpartition(".")[0]), name.rpartition(".")[2]
        if parent is None or not parent.package:
            return
        there = PathFinder.find_spec(self._prefix + name, [parent.folder])
        if there is not None:
            where = there.origin or str(Path(parent.folder, last))
            raise ImportError(
                f"{where} was not read with {self._file.path}: what it imports from beside it must"
                " be text of Python, and lie there before",
                name=name,
            )


class _TextLoader(SourceFileLoader):
    """Runs the text that was read, whatever the file holds by now."""

    def __init__(self, importer: Importer, name: str, one: Neighbour) -> None:
        super().__init__(name, str(Path(one.folder, PACKAGE)) if one.package else one.path)
        self._importer, self._text = importer, one.text

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._text, self.get_filename(fullname), "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        self._importer.execute(module, self.get_code(module.__name__))


def package_name(path: str, version: str) -> str:
    """Return what the package of a file is called whose text has that version.

    >>> package_name("/tmp/a_b.py", "123abc")
    'hpobench.registry.own._2ftmp_2fa_5fb_2epy__123abc'
    """
    place = re.sub(rb"[^0-9A-Za-z]", lambda found: b"_%02x" % ord(found[0]), os.fsencode(path))
    return f"{OWN}{place.decode('ascii')}__{version}"


def path_of(package: str) -> str:
    """Return where the file of a package lies.

    >>> path_of("hpobench.registry.own._2ftmp_2fa_5fb_2epy__123abc")
    '/tmp/a_b.py'
    """
    place = package.removeprefix(OWN).partition("__")[0].encode()
    return os.fsdecode(re.sub(rb"_(..)", lambda found: bytes([int(found[1], 16)]), place))


def _spec(importer: Importer, name: str, one: Neighbour) -> ModuleSpec | None:
    """Say how a module is imported that was read; the modules of a package lie in its folder."""
    loader = _TextLoader(importer, name, one)
    if one.path == one.folder:
        spec = ModuleSpec(name, loader, is_package=True)
        spec.submodule_search_locations = [one.path]
        return spec
    inside = [one.folder] if one.package else None
    return spec_from_file_location(name, one.path, loader=loader, submodule_search_locations=inside)


def _check_defined(module: ModuleType, name: str, wanted: Sequence[str]) -> None:
    """Raise ImportError where what is wanted of a module is neither in it nor a module of it."""
    for each in wanted:
        there = each == "*" or hasattr(module, each) or f"{module.__name__}.{each}" in sys.modules
        if not there:
            raise ImportError(
                f"cannot import name {each!r} from {name!r}: it does not define that, or not yet",
                name=name,
            )


def _named_beside(folder: Path) -> dict[str, ModuleType]:
    """Return the modules that Python knows by the names of what lies in a user's folder."""
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
