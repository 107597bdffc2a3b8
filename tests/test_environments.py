"""Environments for single libraries, and strategies whose library is nowhere."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from hpobench import registry
from hpobench.commands.env import env_list
from hpobench.commands.list_lines import print_list
from hpobench.commands.listing import card_for_people, listed
from hpobench.errors import InputError
from hpobench.experiment import Experiment, plan
from hpobench.hosting import environments
from hpobench.hosting.client import Remote
from hpobench.hosting.environments import Environment, create, find, remove
from hpobench.hosting.placement import bring, hosted, state
from hpobench.library import Library, extra

TINY = Library("tiny", ("tiny>=1",), shared=False)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the environments into a folder of the test, with the lock of a tiny library."""
    wheel = tmp_path / "tiny-1.2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("tiny.py", "")
        packed.writestr("tiny-1.2.dist-info/METADATA", "Name: tiny\nVersion: 1.2\n")
        packed.writestr("tiny-1.2.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        packed.writestr("tiny-1.2.dist-info/RECORD", "")
    (tmp_path / "tiny.txt").write_text(f"tiny @ {wheel.as_uri()}\n")
    monkeypatch.setattr(environments, "LOCKS", tmp_path)
    monkeypatch.setattr(environments, "folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every library be missing."""
    monkeypatch.setattr(environments, "find", lambda _: None)
    monkeypatch.setattr(Library, "installed", lambda _: None)


tool = pytest.mark.parametrize("tool", ["uv", "pip"])


@tool
def test_an_environment_is_made_listed_and_removed(
    tool: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tool == "pip":
        monkeypatch.setattr(shutil, "which", lambda _: None)
    elif shutil.which("uv") is None:
        pytest.skip("no uv here")
    (cache / "tiny" / "half-made").mkdir(parents=True)
    assert find("tiny") is None
    made = create(TINY)
    assert not (cache / "tiny" / "half-made").exists()
    assert made.version == "1.2"
    assert find("tiny") == made
    assert environments.environments() == [made]
    done = subprocess.run([made.python, "-c", "import tiny"], check=False)  # noqa: S603  # ours
    assert done.returncode == 0
    remove("tiny")
    assert not (cache / "tiny").exists()
    assert environments.environments() == []


PRETENDS = """#!/bin/sh
if [ "$2" = venv ]; then
    mkdir -p "$3/bin" && cp "$0" "$3/bin/python"
    exit
fi
echo "there is no room" >&2
exit 1
"""


def test_one_that_was_left_half_made_is_none(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = cache.parent / "python3.99"
    python.write_text(PRETENDS)
    python.chmod(0o755)
    monkeypatch.setattr(shutil, "which", {python.name: str(python)}.get)
    with pytest.raises(InputError, match=r"pip install .* failed: there is no room"):
        create(Library("tiny", ("tiny>=1",), shared=False, python="3.99"))
    assert (cache / "tiny").exists()
    assert find("tiny") is None
    with pytest.raises(InputError, match="there is no environment 'tiny'; there are: none"):
        remove("tiny")


@pytest.mark.usefixtures("cache")
def test_a_python_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(InputError, match=r"tiny runs only under Python 3\.4: install uv or"):
        create(Library("tiny", ("tiny>=1",), shared=False, python="3.4"))


@pytest.mark.usefixtures("nothing_installed")
def test_a_missing_library_breaks_neither_the_list_nor_a_group() -> None:
    rows = listed("strategies")
    assert [row["name"] for row in rows] == list(registry.entrants())
    for row in rows:
        library = registry.entrants()[row["name"]].library
        assert row["library"] == ("-" if library is None else f"missing: {bring(library)}")
    told_of = card_for_people("strategies", "optuna-tpe")
    assert told_of["library"] == f"missing: {extra('optuna')}"
    planned = plan(Experiment("e", ("everything",), ("branin",), budget=2))
    assert [entry.identity.name for entry in planned.strategies] == list(
        registry.strategy_groups()["native"]
    )
    assert list(planned.absent) == list(registry.strategy_groups()["peers"])


@pytest.mark.usefixtures("nothing_installed")
def test_a_list_at_80_columns_has_three_groups_and_a_line_for_each_strategy(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = listed("strategies")
    here = {"name": "optuna-here", "library": "optuna 5.0.0, installed", "what it does": "Is here."}
    print_list("strategies", [*rows, here])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    native = registry.strategy_groups()["native"]
    isolated = [
        name
        for name, each in registry.entrants().items()
        if each.library and not each.library.shared
    ]
    groups = [part.splitlines() for part in "\n".join(lines).split("\n\n")]
    shown = {heading: [line.split()[0] for line in found] for heading, *found in groups}
    titles = list(shown)
    assert titles == [
        *("strategies", "native: they need no library", "installed, with the library's version"),
        f"missing; this installs them: {extra('peers')}",
        "missing; this installs them: python -m hpobench env create",
        "All about one of them: python -m hpobench list strategies NAME",
    ]
    assert shown[titles[1]] == list(native)
    assert groups[2][1].split() == ["optuna-here", "5.0.0", "Is", "here."]
    assert shown[titles[4]] == isolated
    assert sum(map(len, shown.values())) == len(rows) + 1


@pytest.mark.usefixtures("nothing_installed")
def test_a_list_of_one_library_says_the_command_for_it_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_list("strategies", [row for row in listed("strategies") if "pymoo" in row["name"]])
    assert f"missing; this installs them: {extra('pymoo')}\n" in capsys.readouterr().out


def test_what_a_users_file_needs_is_installed_by_its_own_name() -> None:
    assert bring(Library("tables", ("some-package>=1", "other"))) == (
        "pip install 'some-package>=1' other"
    )
    assert bring(Library("optuna", ("optuna>=5",))) == extra("optuna")


def test_a_hint_installs_into_the_clone_that_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).parents[1]
    monkeypatch.chdir(root)
    assert extra("ax") == "pip install -e '.[ax]'"
    monkeypatch.chdir(tmp_path)
    assert extra("ax") == f"pip install -e '{root}[ax]'"


@pytest.mark.usefixtures("nothing_installed")
def test_a_missing_library_that_is_asked_for_is_one_line_with_the_command() -> None:
    with pytest.raises(
        InputError,
        match=f"^optuna-tpe: optuna is not installed: {re.escape(extra('optuna'))}$",
    ):
        plan(Experiment("e", ("optuna-tpe",), ("branin",)))
    with pytest.raises(InputError, match=r"^peers: no library of theirs is installed: pip install"):
        plan(Experiment("e", ("peers",), ("branin",)))


@pytest.mark.usefixtures("nothing_installed")
def test_what_has_an_environment_runs_there(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Environment("optuna", "/there/python", "5.0.0")
    monkeypatch.setattr(environments, "find", {"optuna": there}.get)
    (entry,) = registry.find_strategies("optuna-tpe")
    assert (entry.identity.version, entry.absent) == ("1+5.0.0", "")
    strategy = hosted(entry.item)
    assert isinstance(strategy, Remote)
    assert strategy.command[0] == "/there/python"
    assert entry.item.library is not None
    assert state(entry.item.library) == "optuna 5.0.0, isolated"


def test_a_library_that_is_too_old_is_not_there() -> None:
    assert Library("numpy", ("numpy>=2",)).installed() is not None
    assert Library("numpy", ("numpy>=1000",)).installed() is None
    assert Library("numpy", ("numpy>=2", "no-such-thing")).installed() is None


@pytest.mark.usefixtures("cache")
def test_without_any_environment_the_list_says_what_makes_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    env_list()
    assert capsys.readouterr().out == (
        "no library has an environment yet; this makes one: hpobench env create NAME\n"
    )


def test_an_unknown_library_is_said() -> None:
    with pytest.raises(InputError, match="no library 'optun'; did you mean 'optuna'"):
        registry.find_library("optun")
