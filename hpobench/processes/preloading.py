"""Preloading: modules are imported before the functions that need them are called."""

import contextlib
import importlib
import importlib.util
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from .import_statements import import_statements

OURS = "hpobench"
FOLDERS = {"site-packages", "dist-packages"}
"""The names of the folders in which packages are installed."""
START = tuple(sys.path)
"""The path of modules when the program began, before a user's file could change it."""
_IMPORT = re.compile(
    r"^[ \t]*((?:from[ \t]+\S+[ \t]+)?import[ \t]+(?:\([^)]*\)|[^\n(]+))"
    r"|\b((?:import_module|__import__)\([^()\n]*\))",
    re.MULTILINE,
)
"""What looks like an import in a text of Python whose statements have a line each."""


def preload(modules: Iterable[str]) -> None:
    """Import modules, and also what hpobench's own modules among them import inside functions.

    A module that can't be imported is passed over: the error shows where the module is needed.
    """
    waiting, seen = list(modules), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        with contextlib.suppress(BaseException):
            module = importlib.import_module(name)
            if name.startswith(f"{OURS}.") and module.__file__:
                text = Path(module.__file__).read_text(encoding="utf-8")
                package = module.__package__ or ""
                waiting += (each for line in import_lines(text) for each in imported(line, package))


def imported(text: str, package: str = "") -> list[str]:
    """Return the names of the modules that a text of Python imports anywhere, sorted.

    `package`: the package that relative imports start from; empty: these are left out.

    >>> imported("def f(): from scipy.linalg import qr")
    ['scipy.linalg']
    """
    found = set[str]()
    for module, names in import_statements(text, package):
        found.add(module)
        if module.startswith(OURS):  # a name that is imported from a package may be a module
            found.update(f"{module}.{name}" for name in names)
    return sorted(found)


def import_lines(text: str) -> list[str]:
    """Return what looks like an import in a text of hpobench's own, each as a text by itself.

    To parse these takes a tenth of the time that the whole text would take.

    >>> import_lines("import os, sys")
    ['import os, sys']
    """
    return [statement or call for statement, call in _IMPORT.findall(text)]


def installed(names: Iterable[str]) -> list[str]:
    """Return the names of modules whose package is installed; none is imported for it."""
    return [name for name in names if _is_installed(name.partition(".")[0])]


def _is_installed(top: str) -> bool:
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(top)
        places = (
            [] if spec is None else [spec.origin or "", *(spec.submodule_search_locations or ())]
        )
        return any(FOLDERS & set(Path(place).parts) for place in places)
    return False
