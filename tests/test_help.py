"""What `--help` says of every command: it fits a terminal, and its examples can be typed."""

import shlex
from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from hpobench.commands.cli import app
from hpobench.registry import find_entrants, find_problems
from hpobench.registry.user_file import is_path

PROGRAM = typer.main.get_command(app)


def paths() -> Iterator[tuple[str, ...]]:
    """Yield the words that name the program, each command, and each command of a group."""
    yield ()
    for name, command in PROGRAM.commands.items():  # type: ignore[attr-defined]  # it is a group
        yield (name,)
        yield from ((name, below) for below in getattr(command, "commands", ()))


def shown(path: tuple[str, ...]) -> list[str]:
    """Return the lines of a command's help in a terminal of 80 columns."""
    result = CliRunner().invoke(app, [*path, "--help"], prog_name="hpobench")
    assert result.exit_code == 0
    return result.output.splitlines()


every_command = pytest.mark.parametrize("path", [*paths()], ids=" ".join)


@every_command
def test_help_fits_80_columns_and_cuts_no_sentence(
    path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = shown(path)
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines[1:] if line.endswith("...")]  # the first: its usage


@every_command
def test_help_ends_with_examples_that_can_be_typed(path: tuple[str, ...]) -> None:
    lines = shown(path)
    (heading,) = [n for n, line in enumerate(lines) if line.strip().startswith("Example")]
    examples = [shlex.split(line) for line in lines[heading + 1 :]]
    assert examples
    for name, *words in examples:
        assert name == "hpobench"
        assert tuple(words[: len(path)]) == path
        parse(words)


@pytest.mark.parametrize("path", [(), ("env",)], ids=" ".join)
def test_without_a_command_its_help_is_printed(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, path, prog_name="hpobench")
    assert result.exit_code == 2
    assert result.output.splitlines() == shown(path)


def parse(words: list[str]) -> None:
    """Take what was typed as the program does, without doing it; names must be ours."""
    command = PROGRAM
    while (below := getattr(command, "commands", None)) is not None:
        command, words = below[words[0]], words[1:]
    with command.make_context("example", words) as context:
        found = context.params
    for kind, find in (("strategy", find_entrants), ("problem", find_problems)):
        specs = found.get(kind)
        for spec in specs if isinstance(specs, list) else ():
            assert is_path(spec) or find(spec)
