"""The command `check`: what it takes, what it prints, and how it exits."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from hpobench.commands.cli import main
from hpobench.commands.conformance.strategies import STRATEGY_PROMISES
from hpobench.errors import InputError
from hpobench.registry import find_problems, problems, strategy_groups
from hpobench.registry.subjects import find, may_be_problems, may_be_strategies

BOTH = """
from dataclasses import dataclass
from hpobench import Float, Problem, Proposal, Space, Strategy, plain

SPACE = Space({"x": Float(0, 1)})

@dataclass
class Mine(Strategy):
    step: float = 0.5
    def ask(self, pending):
        return Proposal(self.task.space.sample(self.rng))

def bowl(config):
    return (config["x"] - 0.3) ** 2

problem = Problem("bowl", 1, SPACE, plain(bowl, optimum=OPTIMUM))
"""
FUNCTION = """
from hpobench import Float, Space
space = Space({"x": Float(0, 1)})
def line(config):
    return config["x"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "both.py").write_text(BOTH.replace("OPTIMUM", "0.0"))
    (tmp_path / "wrong.py").write_text(BOTH.replace("OPTIMUM", "0.5"))
    (tmp_path / "line.py").write_text(FUNCTION)
    unstarted = 'def begin(rng): return 3\nproblem = Problem("p", 1, SPACE, begin)\n'
    (tmp_path / "unstarted.py").write_text(BOTH.partition("@dataclass")[0] + unstarted)
    (tmp_path / "other.py").write_text(BOTH.partition("def bowl")[0] + "problems = 3\n")
    text = BOTH.partition("def bowl")[0].replace("step: float = 0.5", 'table: str = ""')
    (tmp_path / "text.py").write_text(text)
    (tmp_path / "nothing.py").write_text("x = 1\n")
    (tmp_path / "raises.py").write_text("raise ValueError('no')\n")
    (tmp_path / "ends.py").write_text("import os; os._exit(4)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def check(
    words: Sequence[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["hpobench", "check", *words])
    with pytest.raises(SystemExit) as end:
        main()
    assert isinstance(end.value.code, int)
    printed = capsys.readouterr()
    return end.value.code, printed.out, printed.err


@pytest.mark.usefixtures("folder")
def test_what_a_file_defines_decides_what_is_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = check(["./both.py"], monkeypatch, capsys)
    lines = out.splitlines()
    assert status == 0
    assert lines[0] == "strategy both"
    assert f"both: nothing broken, 0 skipped, of {len(STRATEGY_PROMISES)} promises" in lines
    assert "problem bowl" in lines
    assert lines[-1] == "bowl: nothing broken, 7 skipped, of 19 promises"
    assert "  ok       The same seed gives the same run again." in lines
    assert lines[-4:-1] == [
        "  skipped  Not for this problem: instances (it has one instance); continued,",
        "           checkpoint, durations (it has no fidelity); reals, slopes, memory (it",
        "           gives no gradient).",
    ]
    assert out.count("skipped  ") == 1


@pytest.mark.usefixtures("folder")
def test_promises_that_are_skipped_for_one_reason_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = check(["./unstarted.py"], monkeypatch, capsys)
    assert status == 1
    assert " ".join(out.splitlines()[-7:-1]) == (
        "  skipped  12 promises could not be checked: default, corners, finite, repeats,"
        "            order, given, untouched, elsewhere, pickled, instances, optimum,"
        "            seconds."
        "            why: it can't be started"
        "   skipped  Not for this problem: continued, checkpoint, durations (it has no"
        "            fidelity); reals, slopes, memory (it gives no gradient)."
    )


@pytest.mark.usefixtures("folder")
def test_a_broken_promise_says_where_what_was_seen_and_what_is_right(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = check(["./wrong.py+irrelevant=1"], monkeypatch, capsys)
    assert status == 1
    broken = out.partition("  broken   ")[2].splitlines()[:4]
    assert broken[0] == "No score is below the optimum that it declares."
    assert broken[1].startswith("           where: {'x': 0.5, ")
    assert broken[2].startswith("           seen: a score of 0.04")
    assert broken[3] == "           right: no score below the optimum of its instance: 0.5"
    assert out.splitlines()[-1] == "bowl+irrelevant=1: 1 broken, 7 skipped, of 19 promises"
    assert out.isascii()
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("spec", "error"),
    [
        ("./nothing.py", "./nothing.py defines no strategy and no problem: it needs a subclass"),
        ("./raises.py", "ValueError: no (raises.py, line 1)"),
        ("./ends.py", "./ends.py does not import: it ends the process with exit code 4"),
        ("./missing.py", "./missing.py"),
        ("sobl", "no strategy or problem 'sobl'; did you mean 'sobol'?"),
        ("./both.py:size=1", "has no field 'size'"),
        ("flaml-automl", "flaml-automl: it is a system"),
    ],
)
def test_what_cant_be_checked_is_a_line_and_status_2(
    spec: str,
    error: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = check([spec], monkeypatch, capsys)
    assert (status, out) == (2, "")
    assert error in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("seconds", ["0.5", "nan", "inf", "1e9", "-1"])
def test_seconds_that_can_not_be_are_one_line(
    seconds: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["hpobench", "check", "branin", "--seconds", seconds])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("hpobench: seconds must be from 1 to 86,400: ")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("spec", "first", "second"),
    [
        ("sobol", ["sobol"], []),
        ("successive_halving:eta=4", ["successive-halving:eta=4"], []),
        ("branin", [], ["branin"]),
        ("branin+noise=0.1", [], ["branin+noise=0.1"]),
        ("gradient", [], 4),
        ("held-out&synthetic", [], len(find_problems("held-out&synthetic"))),
        ("dimensions<=2", [], len(find_problems("dimensions<=2"))),
        ("native", len(strategy_groups()["native"]), []),
        ("everything", len(strategy_groups()["everything"]), len(problems())),
        ("./both.py", ["both"], ["bowl"]),
        ("./both.py:step=0.1", ["both:step=0.1"], []),
        ("./both.py+irrelevant=1", [], ["bowl+irrelevant=1"]),
        ("./line.py", [], ["line"]),
        ("./other.py", ["other"], []),
        ("./text.py:table=x.py", ['text:table="x.py"'], []),
    ],
)
def test_a_spec_names_strategies_problems_or_both(
    spec: str, first: Sequence[str] | int, second: Sequence[str] | int
) -> None:
    entries, others = find(spec)
    for names, wanted in (
        ([entry.identity.name for entry in entries], first),
        ([entry.identity.name for entry in others], second),
    ):
        assert len(names) == wanted if isinstance(wanted, int) else names == wanted


@pytest.mark.parametrize(
    "spec",
    [
        "./a+b/mine.py:step=1",
        "./mine.py:step=1e+3",
        "./mine.py:table=x.py",
        "mine.py:table=x.py+2",
        "asha:eta=1e+1",
    ],
)
def test_fields_are_a_strategys_alone(spec: str) -> None:
    assert (may_be_strategies(spec), may_be_problems(spec)) == (True, False)


@pytest.mark.parametrize(
    "spec", ["./a:b/mine.py+noise=1", "./mine.py+noise=1e+3", "branin+noise=1e+1"]
)
def test_options_are_a_problems_alone(spec: str) -> None:
    assert (may_be_strategies(spec), may_be_problems(spec)) == (False, True)


@pytest.mark.parametrize("spec", ["./a+b:c/mine.py", "./a+b:c/program", "mine.py", "native"])
def test_what_has_neither_may_be_both(spec: str) -> None:
    assert (may_be_strategies(spec), may_be_problems(spec)) == (True, True)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_check_leaves_no_process(folder: Path, number: signal.Signals) -> None:
    endless = "    def setup(self, task, rng):\n        while True: open('begun', 'w').close()\n"
    text = BOTH.replace("    step: float = 0.5\n", endless).replace("OPTIMUM", "0.0")
    (folder / "endless.py").write_text(text)
    command = [sys.executable, "-m", "hpobench", "check", "./endless.py"]
    begun = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603  # ours
    while not (folder / "begun").exists():
        assert begun.poll() is None
        time.sleep(0.05)
    children = psutil.Process(begun.pid).children(recursive=True)
    os.kill(begun.pid, number)
    _, errors = begun.communicate()
    if number == signal.SIGINT:
        assert begun.returncode == 130
        assert errors == "hpobench: interrupted while endless was checked\n"
    assert not psutil.wait_procs(children, timeout=30)[1]


@pytest.mark.skipif(sys.platform == "win32", reason="programs are no scripts there")
@pytest.mark.usefixtures("folder")
def test_a_program_is_a_strategy(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    entries, others = find("./program")
    assert [entry.identity.name for entry in entries] == ["program"]
    assert not others


@pytest.mark.usefixtures("folder")
def test_a_file_that_was_moved_away_meanwhile_is_no_traceback(tmp_path: Path) -> None:
    shutil.rmtree(tmp_path)
    with pytest.raises(InputError):
        find("./both.py")
