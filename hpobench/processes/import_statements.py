"""What Python code imports, read from its text: the code is not run."""

import ast
from collections.abc import Iterator, Sequence
from typing import TypeAlias

IMPORTING = {"import_module", "__import__"}
"""The functions that import the module which their first argument names."""
Statement: TypeAlias = tuple[str, Sequence[str]]
"""A module, and the names that are imported from it, which may be modules of that package."""


def import_statements(text: str, package: str = "") -> Iterator[Statement]:
    """Yield the imports anywhere in a text of Python; there are none where it can't be parsed.

    `package`: the package that relative imports start from; those that lead out of it are left
    out. Calls of the IMPORTING functions count where the name of the module is a plain text.

    >>> list(import_statements("def f(): from scipy.linalg import qr"))
    [('scipy.linalg', ['qr'])]
    >>> list(import_statements("importlib.import_module('.part', 'mine')", "mine"))
    [('mine.part', [])]
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # the error shows when the code is run
    for node in ast.walk(tree):
        for module, names in _statements(node):
            level = len(module) - len(module.lstrip("."))
            if base := _absolute(package, level, module[level:]):
                yield base, names


def _statements(node: ast.AST) -> Iterator[Statement]:
    """Yield the imports of a node of the syntax tree; relative names keep their dots."""
    match node:
        case ast.Import():
            yield from ((alias.name, []) for alias in node.names)
        case ast.ImportFrom():
            names = [alias.name for alias in node.names if alias.name != "*"]
            yield "." * node.level + (node.module or ""), names
        case ast.Call(
            ast.Name(function) | ast.Attribute(_, function), [ast.Constant(str(name)), *_]
        ) if function in IMPORTING:
            yield name, []
        case _:
            pass


def _absolute(package: str, level: int, name: str) -> str:
    """Return the absolute name of a module; empty: the name leads out of the package."""
    if level == 0:
        return name
    parts = package.split(".") if package else []
    if level > len(parts):
        return ""
    return ".".join(filter(None, [*parts[: len(parts) - level + 1], name]))
