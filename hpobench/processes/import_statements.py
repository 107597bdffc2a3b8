"""What a text of Python imports, as the text says it: none of it is run."""

import ast
from collections.abc import Iterator, Sequence
from typing import TypeAlias

IMPORTING = {"import_module", "__import__"}
"""Functions whose first argument says what they import."""
Statement: TypeAlias = tuple[str, Sequence[str]]
"""A module, and the names that are taken from it, each of which may be a module of that package."""


def import_statements(text: str, package: str = "") -> Iterator[Statement]:
    """Yield what a text imports anywhere; nothing where it can't be parsed.

    `package`: the one that the text's relative imports start from; what leads out of it is left
    out. Calls count whose function imports and whose argument is a plain text.

    >>> list(import_statements("def f(): from scipy.linalg import qr"))
    [('scipy.linalg', ['qr'])]
    >>> list(import_statements("importlib.import_module('.part', 'mine')", "mine"))
    [('mine.part', [])]
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # running it will tell
    for node in ast.walk(tree):
        for module, names in _statements(node):
            level = len(module) - len(module.lstrip("."))
            if base := _absolute(package, level, module[level:]):
                yield base, names


def _statements(node: ast.AST) -> Iterator[Statement]:
    """Yield what a piece of a text imports, relative names as they stand."""
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
    """Return the whole name of a module; empty: it leads out of the package."""
    if level == 0:
        return name
    parts = package.split(".") if package else []
    if level > len(parts):
        return ""
    return ".".join(filter(None, [*parts[: len(parts) - level + 1], name]))
