"""`--no-plugins` lets nothing run but what hpobench brings, and reading runs nothing ever."""

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from hpobench import registry
from hpobench.commands import cli
from hpobench.errors import InputError
from hpobench.processes.spawned import Spawned
from hpobench.registry import subjects
from hpobench.registry.plugins import VARIABLE
from hpobench.registry.user_file import load, program

CODE = "from pathlib import Path\nPath('HARMED').touch()\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a folder with a file, a program and an experiment of somebody else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "")  # it is put back afterwards
    (tmp_path / "evil.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "evil").write_text("#!/bin/sh\ntouch HARMED\n", encoding="utf-8")
    (tmp_path / "evil").chmod(0o755)
    text = 'strategies = ["./evil.py"]\nproblems = ["branin"]\nseeds = 1\nbudget = 1\n'
    (tmp_path / "evil.toml").write_text(text, encoding="utf-8")
    return tmp_path


COMMANDS = [
    ["all", "-s", "./evil.py", "-p", "branin"],
    ["all", "-s", "sobol", "-p", "./evil.py"],
    ["all", "-s", "./evil", "-p", "branin"],
    ["run", "evil.toml"],
    ["compare", "./evil.py", "sobol"],
    ["list", "strategies", "./evil.py"],
    ["list", "problem", "evil.py+noise=1"],
    ["check", "./evil.py"],
    ["anchor", "./evil.py"],
]


@pytest.mark.parametrize("typed", COMMANDS, ids=" ".join)
def test_a_path_is_refused_in_one_line_and_never_run(
    typed: list[str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["hpobench", *typed, "--no-plugins"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "with --no-plugins only strategies and problems that hpobench brings may run" in said
    assert not (folder / "HARMED").exists()


@pytest.mark.parametrize("forbidden", [True, False])
def test_a_cluster_of_an_experiments_file_is_refused_in_one_line(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    forbidden: bool,  # noqa: FBT001  # a parameter
) -> None:
    asked = list[str]()
    monkeypatch.setattr("hpobench.commands.running.count_threads", asked.append)
    text = 'strategies = ["sobol"]\nproblems = ["branin"]\nexecutor = "dask://evil:8786"\n'
    (folder / "far.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv(VARIABLE, "1" if forbidden else "")
    for option in ([], ["--executor", "dask://mine:8786"]):
        monkeypatch.setattr(sys, "argv", ["hpobench", "run", "far.toml", "--jobs", "2", *option])
        with pytest.raises(SystemExit):
            cli.main()
    first, second = capsys.readouterr().err.splitlines()
    refused = "with --no-plugins no experiment's file may name an executor"
    assert (refused in first) is forbidden
    assert "--jobs 2 is for this machine" in second
    assert asked == []


@pytest.mark.usefixtures("folder")
def test_what_hpobench_brings_is_still_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hpobench", "--no-plugins", "list", "strategy", "sobol"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert not end.value.code
    assert "Sobol" in capsys.readouterr().out
    assert os.environ[VARIABLE] == "1"  # the processes that this one starts have it, too


FINDERS: list[Callable[[str], object]] = [
    registry.find_entrants, registry.find_strategies, registry.find_problems, subjects.find, load,
    program,
]  # fmt: skip


@pytest.mark.parametrize("find", FINDERS)
def test_every_way_to_a_file_is_closed(
    find: Callable[[str], object], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    with pytest.raises(InputError, match="no-plugins"):
        find("./evil.py")
    assert not (folder / "HARMED").exists()


def test_no_name_of_a_module_leads_to_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "fine.py").write_text("from hpobench import *\n", encoding="utf-8")
    module = load(str(folder / "fine.py")).module.rpartition(".")[0]
    for name in [each for each in sys.modules if each.startswith(module)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [e for e in sys.meta_path if "Importer" not in repr(e)])
    monkeypatch.setenv(VARIABLE, "1")
    with pytest.raises(ImportError, match="no-plugins"):
        import_module(module)


def _found(connection: object) -> None:
    connection.send_bytes(json.dumps({"safe": "PYTHONSAFEPATH" in os.environ}).encode())  # type: ignore[attr-defined]  # a connection


def test_a_new_process_imports_nothing_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("multiprocessing", "pickle", "selectors", "numexpr"):
        (tmp_path / f"{name}.py").write_text(CODE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    process = Spawned(_found)
    try:
        assert process.receive() == {"safe": False}  # users' programs are started as ever
    finally:
        process.stop()
    assert not (tmp_path / "HARMED").exists()
    assert "PYTHONSAFEPATH" not in os.environ
