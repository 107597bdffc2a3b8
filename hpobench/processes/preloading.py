"""Importing beforehand what a module's functions import when they are called."""

import ast
import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

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
                waiting += imported(Path(module.__file__).read_text(encoding="utf-8"), name)


def imported(text: str, module: str = "") -> list[str]:
    """Return the modules that a text of Python imports anywhere, relative ones made absolute.

    `module` is the text's own name; empty: its relative imports are left out.

    >>> imported("def f(): from scipy.linalg import qr")
    ['scipy.linalg']
    >>> imported("import_module('scipy.linalg')")
    ['scipy.linalg']
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    return sorted(set(_names(tree, module.rpartition(".")[0])))


def _names(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom() if package or not node.level:
                name = "." * node.level + (node.module or "")
                origin = importlib.util.resolve_name(name, package) if node.level else name
                yield origin
                if origin.startswith(OURS):  # what is imported from a package may be a module of it
                    yield from (f"{origin}.{alias.name}" for alias in node.names)
            case ast.Call(ast.Name("import_module"), [ast.Constant(str(name))]):
                yield name  # for its effects alone
            case _:
                pass


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
