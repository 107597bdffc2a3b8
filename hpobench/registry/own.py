"""The package that users' files are in, as Python knows them: `hpobench.registry.own.<file>`.

A process that others' code starts, such as a worker of a pool in an evaluation, imports what it is
sent by that name: the file is found here then, and run once more.
"""

import multiprocessing
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from ..errors import OWN, InputError
from .importer import Importer, package_name, path_of
from .neighbours import neighbours, text_of
from .user_file import load, version

__path__: list[str] = []
"""What makes this module a package: there is no folder that its modules lie in."""


class _Finder(MetaPathFinder):
    """Finds users' files by the names of their packages."""

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        package = name.removeprefix(OWN)
        if not name.startswith(OWN) or "." in package or "__" not in package:
            return None
        try:
            importer = _importer(name, path_of(name))
        except InputError as error:
            raise ImportError(str(error), name=name) from None
        sys.meta_path.insert(0, importer)
        return ModuleSpec(name, _Runner(importer), is_package=True)


class _Runner(Loader):
    """Runs a file in a process that others' code has started."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer

    def exec_module(self, module: ModuleType) -> None:
        process = multiprocessing.current_process()
        before = getattr(process, "_inheriting", False)
        # As where Python imports a program again: what the file starts at its top level, such as
        # another pool, would start itself without end.
        process._inheriting = True  # type: ignore[attr-defined]  # noqa: SLF001  # there is no other way to say it
        try:
            self._importer.exec_module(module)
        finally:
            process._inheriting = before  # type: ignore[attr-defined]  # noqa: SLF001  # likewise


def _importer(package: str, path: str) -> Importer:
    """Return what imports the file of a package; raises InputError where it is another one now."""
    text = text_of(path)
    found, met = neighbours(path, text), tuple[str, ...]()
    if package != package_name(path, version(text, found)):
        source = load(path)  # its name may tell of neighbours which are met when it is run
        found, met = source.neighbours, source.met
    if package != package_name(path, version(text, found)):
        raise InputError(f"{path} has changed since it was imported")
    return Importer(package, path, text, found, met)


sys.meta_path.append(_Finder())  # this module is there for that
