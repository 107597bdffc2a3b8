"""What other systems lack is not needed: macOS has no fork server, Windows no POSIX at all."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lacking import HIDDEN, LACKING, skipping_what_is_lacking
from performing import performed, planned

from hpobench.experiment.experiment import parse
from hpobench.experiment.local.pool import usual_isolation
from hpobench.processes import fork_server, locking, temporary_folders
from hpobench.registry import find_strategies
from hpobench.store import run_file
from hpobench.store.appending import alone
from hpobench.store.run_lines import digest_of

ROOT = Path(__file__).parents[1]


def test_the_program_is_imported_where_no_module_of_posix_is_there() -> None:
    code = (
        "import psutil, sys  # psutil has a part for each system\n"
        f"for name in {HIDDEN}: sys.modules[name] = None\n"
        "import hpobench.commands.cli, hpobench.experiment.local.pool, hpobench.hosting.client\n"
        "import hpobench.experiment.one_run, hpobench.registry.rehearsal, hpobench.store.folder\n"
        "print('imported')"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603  # ours
    assert done.stdout == "imported\n", done.stderr


def test_no_module_needs_what_other_systems_lack_to_be_imported() -> None:
    names = re.compile("|".join({*HIDDEN, *LACKING}))
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("hpobench", "strategies", "problems", "scripts", "tests")
        for path in (ROOT / folder).rglob("*.py")
        for text in [path.read_text(encoding="utf-8")]
        if names.search(text)
        for node in _at_import(ast.parse(text))
        if _is_lacking(node)
    ]
    assert found == []


def _at_import(tree: ast.AST) -> Iterator[ast.stmt | ast.expr]:
    """Yield what a module does when it is imported: all but the bodies of its functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt | ast.expr):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _at_import(node)


def _is_lacking(node: ast.AST) -> bool:
    """Tell whether code names what Windows lacks."""
    match node:
        case ast.Import(names=names):
            return any(each.name in HIDDEN for each in names)
        case ast.ImportFrom(module=str(module)):
            return module in HIDDEN
        case ast.Attribute(value=ast.Name(id=("os" | "signal")), attr=name):
            return name in LACKING
        case _:
            return False


@pytest.mark.parametrize("platform", ["win32", "linux"])
def test_a_test_that_asks_for_what_windows_lacks_is_skipped_there_alone(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "mkfifo", raising=False)
    monkeypatch.setitem(sys.modules, "fcntl", None)
    right = pytest.skip.Exception if platform == "win32" else (AttributeError, ImportError)
    with pytest.raises(right, match="mkfifo"), skipping_what_is_lacking(platform):
        os.mkfifo("pipe")
    with pytest.raises(right, match="fcntl"), skipping_what_is_lacking(platform):
        import_fcntl()
    for module in (os, sys):
        with pytest.raises(AttributeError), skipping_what_is_lacking(platform):
            getattr(module, "nothing" if module is os else "mkfifo")
    with pytest.raises(AttributeError), skipping_what_is_lacking(platform):
        exec(compile("import os\nos.mkfifo('pipe')", str(ROOT / "hpobench" / "x.py"), "exec"))  # noqa: S102  # ours


def import_fcntl() -> object:
    import fcntl  # it is not there

    return fcntl


def test_the_tests_on_windows_are_those_of_make_test() -> None:
    make = re.search(r"^PYTEST := (pytest .*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert make is not None
    (workflow,) = (ROOT / ".github" / "workflows").glob("*.yml")
    assert f"run: python -m {make[1]}\n" in workflow.read_text()


def test_without_a_fork_server_runs_are_made_one_after_the_other_with_the_same_digests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = planned("random-search", "branin")
    assert usual_isolation() == ("forked" if sys.platform == "linux" else "shared")
    monkeypatch.setattr(fork_server, "AVAILABLE", False)
    assert usual_isolation() == "shared"
    digests = set[str]()
    for name in ("shared", "spawned"):
        folder = tmp_path / f"a folder, {name}: é 日本"
        done = performed(
            [run], folder, jobs=1, isolation="shared" if name == "shared" else "spawned"
        )
        assert done[run].status == "complete"
        (path,) = folder.rglob(f"0-{digest_of(run)}.jsonl")
        digests.add(run_file.digest(path))
    assert len(digests) == 1


def test_without_locks_of_posix_files_are_written_and_folders_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setattr(sys, "platform", "win32")
    with alone(tmp_path / "file", needs_lock=True) as file:
        assert locking.locked(file.fileno())
    with locking.holding(tmp_path / "lock") as mine:
        assert mine
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    held = temporary_folders.HeldFolder()
    held.close()
    assert not held.path.exists()
    temporary_folders.remove_abandoned()


def test_a_file_with_the_ends_of_lines_of_windows_is_the_same_file(tmp_path: Path) -> None:
    text = "from hpobench import *\nclass Mine(Strategy):\n    def ask(self, pending): ...\n"
    found = list[object]()
    for name, end in (("unix", b"\n"), ("windows", b"\r\n")):
        (tmp_path / name).mkdir()
        path = tmp_path / name / "mine.py"
        path.write_bytes(text.encode().replace(b"\n", end))
        found.append(find_strategies(str(path))[0].identity)
    assert found[0] == found[1]
    toml = 'strategies = ["sobol"]\r\nproblems = ["branin"]\r\nnotice = """a\r\nb"""\r\n'
    assert parse(toml, "night", "night.toml") == parse(toml.replace("\r", ""), "night", "x.toml")


def test_output_is_printed_under_a_locale_without_unicode() -> None:
    bare = {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
        "PYTHONCOERCECLOCALE": "0",
    }
    environment = {**os.environ, **bare}
    command = [sys.executable, "-m", "hpobench", "report", "nowhere \u00b1 é 日本\u2028"]
    done = subprocess.run(command, capture_output=True, env=environment, check=False)  # noqa: S603  # ours
    assert done.returncode == 2
    shown = (done.stdout + done.stderr).decode("ascii")
    assert shown.count("\n") == 1
    assert "Traceback" not in shown
    assert "UnicodeEncodeError" not in shown


def test_every_text_is_read_and_written_in_a_named_encoding() -> None:
    unnamed = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in ("hpobench", "strategies", "problems", "scripts")
        for path in (ROOT / folder).rglob("*.py")
        for text in [path.read_text(encoding="utf-8")]
        if re.search(r"open\(|_text\(|\btext=|newlines=", text)
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and _opens_text(call)
    ]
    assert unnamed == []


def _opens_text(call: ast.Call) -> bool:
    """Tell whether a call opens a file, or reads a program, as text in the locale's encoding."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    owner = getattr(getattr(call.func, "value", None), "id", "")
    given = {each.arg for each in call.keywords}
    modes = [each.value for each in call.args if isinstance(each, ast.Constant)]
    if "encoding" in given or {"utf-8"} & set(modes) or owner in {"os", "Image"}:
        return False
    if name in {"read_text", "write_text"}:
        return True
    if name == "open":
        return not any(isinstance(mode, str) and "b" in mode for mode in modes)
    return bool(given & {"text", "universal_newlines"}) and name in {"run", "Popen"}
