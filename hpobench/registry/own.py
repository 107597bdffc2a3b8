"""The package in which Python finds users' files: `hpobench.registry.own.<file>`.

A process that others' code starts, such as a worker of a pool in an evaluation, gets functions by
the names of their modules. It finds the user's file by such a name here, and runs it again.
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
from .plugins import check_allowed
from .user_file import load, version

__path__: list[str] = []
"""It makes this module a package; there is no folder in which its modules lie."""


class _Finder(MetaPathFinder):
    """Finds a user's file by the name of its package."""

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
        # Python does the same where it imports a program again: then no process can be started.
        # Otherwise a pool that the file starts at its top level would start others without end.
        process._inheriting = True  # type: ignore[attr-defined]  # noqa: SLF001  # there is no other way to say it
        try:
            self._importer.exec_module(module)
        finally:
            process._inheriting = before  # type: ignore[attr-defined]  # noqa: SLF001  # there is no other way to say it


def _importer(package: str, path: str) -> Importer:
    """Return an importer for the file of a package.

    Raises InputError where the file has changed, or no user's file may run.
    """
    check_allowed(path)
    text = text_of(path)
    found, met = neighbours(path, text), tuple[str, ...]()
    if package != package_name(path, version(text, found)):
        source = load(path)  # the version may cover neighbours that only running the file shows
        found, met = source.neighbours, source.met
    if package != package_name(path, version(text, found)):
        raise InputError(f"{path} has changed since it was imported")
    return Importer(package, path, text, found, met)


sys.meta_path.append(_Finder())  # the one effect for which this module is imported
