"""A file is read in one sitting, and a function fits a screen."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(
    path
    for room in ("hpobench", "strategies", "problems", "scripts")
    for path in (ROOT / room).rglob("*.py")
)
COMMANDS = ROOT / "hpobench" / "commands"
MOST_OF_A_FILE, MOST_OF_A_FUNCTION = 300, 40
LONG = """
def many(
    a,
):
    '''Say
    much.'''
    b = a
    return b
"""


def length(function: ast.FunctionDef | ast.AsyncFunctionDef, *, options: bool) -> int:
    """Count a function's lines without its docstring; `options`: and without its arguments."""
    first, *rest = function.body
    documented = ast.get_docstring(function) is not None
    begin = first.end_lineno if documented and rest else first.lineno - 1
    body = (function.end_lineno or 0) - (begin or 0)
    return body + (0 if options else first.lineno - function.lineno)


def too_long(path: Path) -> list[str]:
    """Name the functions of a file that are too long; a command's arguments are its options."""
    return [
        f"{path.relative_to(ROOT)}: {each.name}"
        for each in functions(ast.parse(path.read_text(encoding="utf-8")))
        if length(each, options=path.parent == COMMANDS) > MOST_OF_A_FUNCTION
    ]


def functions(outer: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions in a block and in the blocks inside; expressions have none."""
    if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
        yield outer
    for part in ("body", "orelse", "handlers", "finalbody", "cases"):
        inner = getattr(outer, part, [])
        for each in inner if isinstance(inner, list) else ():
            yield from functions(each)


def test_no_function_is_longer_than_a_screen() -> None:
    assert len(FILES) > 400
    assert [name for path in FILES for name in too_long(path)] == []


def test_no_file_is_longer_than_one_idea() -> None:
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in FILES}
    assert [path for path, count in lines.items() if count > MOST_OF_A_FILE] == []


@pytest.mark.parametrize(("options", "expected"), [(False, 5), (True, 2)])
def test_a_docstring_is_not_counted_nor_are_the_options_of_a_command(
    expected: int, *, options: bool
) -> None:
    (function,) = ast.parse(LONG).body
    assert isinstance(function, ast.FunctionDef)
    assert length(function, options=options) == expected
