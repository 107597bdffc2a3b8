"""Running a user's own file, and the modules beside it that it imports, for that file alone.

A neighbour called `helper` is `helper` to the file that it lies beside and to that file's other
neighbours, and to nobody else: no path is changed and no name is taken. What was read is what runs,
also where it is imported late.
"""

import builtins
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from threading import RLock
from types import ModuleType

from .neighbours import Neighbour, is_elsewhere, located, neighbours
from .preloading import FOLDERS


class Importer:
    """Imports a file's neighbours for that file and for them, and all else as ever."""

    def __init__(
        self, module: str, path: str, text: str, found: Sequence[Neighbour], met: Sequence[str]
    ) -> None:
        self._module_name, self._path, self._text = module, path, text
        self._prefix = f"{module}_"
        """What the names begin with by which the neighbours are known to Python."""
        self._found = {neighbour.name: neighbour for neighbour in found}
        self._met = list(met)
        self._meets = False
        """Whether neighbours are looked for that no text has said: while the file is imported."""
        self._importlib = self._own_importlib()
        self._lock = RLock()

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
        known = _named_beside(Path(self._path).parent)
        for name in known:  # it may be another file's, and who imports it is to be seen to
            del sys.modules[name]
        self._meets = True
        try:
            module = self._run(ModuleSpec(self._module_name, None, origin=self._path), self._text)
            self._meet()
        finally:
            self._meets = False
            for name, each in known.items():
                sys.modules.setdefault(name, each)
        return module

    def forget(self) -> None:
        """Take the neighbours out of the modules that Python knows."""
        for name in self._found:
            sys.modules.pop(self._prefix + name, None)

    def import_module(self, name: str, package: str | None = None) -> ModuleType:
        """Do what `importlib.import_module` does, in the file and its neighbours."""
        short = name.lstrip(".")
        absolute = self._absolute(short, {"__package__": package}, len(name) - len(short))
        if self._has(absolute.partition(".")[0]):
            return self._module(absolute)
        return importlib.import_module(name, package)

    def reload(self, module: ModuleType) -> ModuleType:
        """Do what `importlib.reload` does: what was read of a neighbour is run again."""
        one = self._found.get(module.__name__.removeprefix(self._prefix))
        if one is None or self._prefix + one.name != module.__name__:
            return importlib.reload(module)
        exec(compile(one.text, one.path, "exec", dont_inherit=True), vars(module))  # noqa: S102  # the user's own
        return module

    def _own_importlib(self) -> ModuleType:
        """Return what is `importlib` to the file and its neighbours."""
        own = ModuleType("importlib")
        vars(own).update(vars(importlib))
        vars(own).update(
            import_module=self.import_module,
            reload=self.reload,
            __import__=self._import,
            __getattr__=lambda name: getattr(importlib, name),  # a submodule that was imported late
        )
        return own

    def _meet(self) -> None:
        """Take in the neighbours that others imported for the file, which are nobody's alone."""
        folder = Path(self._path).parent
        for name, module in _named_beside(folder).items():
            one, origin = located(folder, name), vars(module).get("__file__")
            if one and isinstance(origin, str) and os.path.realpath(origin) == one.path:
                self._has(name)

    def _has(self, name: str) -> bool:
        """Tell whether a name is a neighbour's; while the file is imported, look for it."""
        if name in self._found:
            return True
        folder = Path(self._path).parent
        if not self._meets or not name or located(folder, name) is None:
            return False
        for each in neighbours(self._path, self._text, [*self._met, name]):
            self._found.setdefault(each.name, each)
        if name in self._found:
            self._met.append(name)
        return name in self._found

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
        if not self._has(first):
            module = builtins.__import__(name, globals, locals, fromlist or (), level)
            return self._importlib if module is importlib else module
        module = self._module(absolute)
        if not fromlist:
            return self._module(first)
        for each in fromlist:
            names = getattr(module, "__all__", ()) if each == "*" else (each,)
            for part in names:
                if not hasattr(module, part) and self._has(f"{absolute}.{part}"):
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
        if not self._has(name):
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
    own = {first for first in firsts if located(folder, first) and not is_elsewhere(first, folder)}
    return {name: module for name, module in named.items() if name.partition(".")[0] in own}
