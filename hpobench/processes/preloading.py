"""Importing beforehand what a module's functions import when they are called."""

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path

from .import_statements import import_statements

OURS = "hpobench"
FOLDERS = {"site-packages", "dist-packages"}
"""Where packages are installed."""
START = tuple(sys.path)
"""Where modules were looked for before any file of a user's put more folders there."""


def preload(modules: Iterable[str]) -> None:
    """Import modules, and what the functions of ours among them import, as far as ours go.

    What does not import is left to whoever needs it: the error belongs there.
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
                waiting += imported(text, module.__package__ or "")


def imported(text: str, package: str = "") -> list[str]:
    """Return the modules that a text of Python imports anywhere, sorted.

    `package`: the one that its relative imports start from; empty: they are left out.

    >>> imported("def f(): from scipy.linalg import qr")
    ['scipy.linalg']
    """
    found = set[str]()
    for module, names in import_statements(text, package):
        found.add(module)
        if module.startswith(OURS):  # what is imported from a package may be a module of it
            found.update(f"{module}.{name}" for name in names)
    return sorted(found)


def installed(names: Iterable[str]) -> list[str]:
    """Return those of the names whose package is an installed one, without importing any."""
    return [name for name in names if _is_installed(name.partition(".")[0])]


def _is_installed(top: str) -> bool:
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(top)
        places = (
            [] if spec is None else [spec.origin or "", *(spec.submodule_search_locations or ())]
        )
        return any(FOLDERS & set(Path(place).parts) for place in places)
    return False
