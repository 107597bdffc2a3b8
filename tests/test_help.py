"""What `--help` says of every command: it fits a terminal, and its examples can be typed."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from hpobench.commands.cli import app
from hpobench.commands.listing import SINGULAR, listed
from hpobench.errors import InputError
from hpobench.experiment import preset, read
from hpobench.registry import find_entrants, find_problems, subjects
from hpobench.registry.finding import find_library
from hpobench.registry.user_file import is_path

ROOT = Path(__file__).parent.parent

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


def test_an_example_that_names_nothing_of_ours_is_found() -> None:
    for words in (
        "all -s sobl",
        "all -p brannin",
        "all --preset smok",
        "check sobol brannin",
        "compare sobl sobol",
        "compare sobol sobol -p brannin",
        "import sqlite:///study.db -p brannin -s theirs --results /tmp/theirs",
        "list problem brannin",
        "list strategies nativ",
        "env create heboo",
        "run docs/no-experiment.toml",
    ):
        with pytest.raises(InputError):
            parse(words.split())


def parse(words: Sequence[str]) -> None:
    """Take what was typed as the program does, without doing it; names must be ours."""
    command, words, path = PROGRAM, list(words), list[str]()
    while (below := getattr(command, "commands", None)) is not None:
        path.append(words[0])
        command, words = below[words[0]], words[1:]
    with command.make_context("example", words) as context:
        for parameter, given in context.params.items():
            for name in given if isinstance(given, list | tuple) else [given]:
                if name is not None:
                    look_up(" ".join(path), parameter, name, context.params)


def look_up(command: str, parameter: str, name: object, others: Mapping[str, object]) -> None:
    """Find what one word of an example names; raises InputError where it is not ours.

    A file of a user's, such as ./mine.py, need not be there.
    """
    finds: Mapping[tuple[str, str], Callable[[str], object]] = {
        ("all", "strategy"): find_entrants,
        ("all", "problem"): find_problems,
        ("all", "preset"): preset,
        ("compare", "first"): find_entrants,
        ("compare", "second"): find_entrants,
        ("compare", "problem"): find_problems,
        ("run", "experiment"): lambda path: read(ROOT / path),
        ("check", "specs"): subjects.find,
        ("import", "problem"): find_problems,
        ("list", "name"): lambda spec: listed(SINGULAR.get(kind, kind), spec),
        ("env create", "names"): find_library,
        ("env remove", "name"): find_library,
    }
    kind = str(others.get("kind"))
    if (command, parameter) in finds and (command == "run" or not is_path(str(name))):
        finds[command, parameter](str(name))
