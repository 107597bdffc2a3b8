"""A KeyboardInterrupt is Ctrl-C, which a person pressed, or an error of the code that raised it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from performing import performed, planned

from hpobench import guards
from hpobench.errors import described
from hpobench.experiment.one_run import Done
from hpobench.store import Store

WHERE = ("setup", "ask", "tell", "close")
STRATEGY = """
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Interrupts(Strategy):
    def setup(self, task, rng):
        super().setup(task, rng)
        self.act("setup")
    def ask(self, pending):
        self.act("ask")
        return Proposal(self.task.space.sample(self.rng))
    def tell(self, trial):
        self.act("tell")
    def close(self):
        self.act("close")
    def act(self, where):
        if where == WHERE:
            raise KeyboardInterrupt("by its own code")
"""
PROBLEM = """
from hpobench import Float, Instance, Problem, Space

SPACE = Space({"x": Float(0, 1)})

def evaluate(proposal, stream, checkpoint):
    raise KeyboardInterrupt("by its own code")

def start(rng):
    if WHERE == "start":
        raise KeyboardInterrupt("by its own code")
    return Instance(evaluate)

problem = Problem("interrupts", 1, SPACE, start)
"""
CHECKPOINT = """
from hpobench import Evaluation, Fidelity, Float, Instance, Problem, Space

class Unkept:
    def __reduce__(self):
        raise KeyboardInterrupt("by its own code")

def evaluate(proposal, stream, checkpoint):
    return Evaluation(1.0, checkpoint=Unkept())

problem = Problem(
    "unkept", 1, Space({"x": Float(0, 1)}), lambda rng: Instance(evaluate), fidelity=Fidelity(1, 9)
)
"""
SIGNALLED = """
import os, signal
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def f(config):
    os.kill(os.getpid(), signal.SIGINT)
    return 1.0
"""


def written(folder: Path, name: str, text: str, where: str = "") -> str:
    path = folder / f"{name}.py"
    path.write_text(text.replace("WHERE", repr(where)))
    return str(path)


@pytest.fixture
def _told_apart() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with guards.told_apart():
        yield
    signal.signal(signal.SIGINT, before)


@dataclass(frozen=True)
class Session:
    """The results of the runs of one session."""

    done: dict[str, Done]
    errors: dict[str, list[str | None]]
    """The errors of the trials, for the runs that have an outcome."""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    folder = tmp_path_factory.mktemp("session")
    runs = {
        where: planned(written(folder, where, STRATEGY, where), "branin", budget=2)
        for where in WHERE
    }
    for name, text in (
        ("start", PROBLEM),
        ("evaluate", PROBLEM),
        ("unkept", CHECKPOINT),
        ("signalled", SIGNALLED),
    ):
        path = written(folder, f"{name}-problem", text, name)
        runs[name] = planned("random-search", path, budget=2)
    runs["good"] = planned("random-search", "branin", budget=2)
    given = list(runs.values())
    done = performed(given, folder / "results", isolation="forked", retries=0)
    outcomes = {outcome.run: outcome for outcome in Store(folder / "results").outcomes()}
    return Session(
        {name: done[run] for name, run in runs.items()},
        {
            name: [record.error for record in outcomes[run].records]
            for name, run in runs.items()
            if run in outcomes
        },
    )


@pytest.mark.parametrize("where", WHERE)
def test_an_interrupt_by_a_strategys_own_code_is_told_like_any_error(
    session: Session, where: str
) -> None:
    assert (session.done[where].status, session.done["good"].status) == ("failed", "complete")
    told = f"{where} raised KeyboardInterrupt: by its own code ({where}.py, line 19)"
    assert session.done[where].detail == told


def test_an_interrupt_by_a_strategys_own_code_ends_no_process_that_is_shared(
    tmp_path: Path,
) -> None:
    runs = [
        planned(written(tmp_path, where, STRATEGY, where), "branin") for where in ("tell", "ask")
    ]
    runs += [planned("random-search", "branin")]
    done = performed(runs, tmp_path / "results", jobs=1, isolation="shared")
    assert [done[run].status for run in runs] == ["failed", "failed", "complete"]
    for run, where in zip(runs, ("tell", "ask"), strict=False):
        told = f"{where} raised KeyboardInterrupt: by its own code ({where}.py, line 19)"
        assert done[run].detail == told


def test_an_interrupt_by_a_problems_own_code_fails_what_any_error_would(session: Session) -> None:
    assert session.done["start"].status == "failed"
    told = "the problem's start raised KeyboardInterrupt: by its own code"
    assert session.done["start"].detail == f"{told} (start-problem.py, line 11)"
    own = "KeyboardInterrupt: by its own code"
    assert session.errors["evaluate"] == [f"{own} (evaluate-problem.py, line 7)"] * 2
    assert session.done["evaluate"].status == session.done["unkept"].status == "complete"
    assert len(session.errors["unkept"]) == 2
    for each in session.errors["unkept"]:
        assert f"its checkpoint can't be kept: {own}" in str(each)


def test_a_run_that_gets_an_interrupt_from_outside_is_incomplete_and_no_loss(
    session: Session,
) -> None:
    assert session.done["signalled"].status == "incomplete"
    assert session.done["signalled"].detail == "its process was killed by signal 2 (SIGINT)"
    assert "signalled" not in session.errors


@pytest.mark.usefixtures("_told_apart")
def test_where_ctrl_c_is_told_apart_nothing_else_is_taken_for_it() -> None:
    with pytest.raises(KeyboardInterrupt) as pressed:
        os.kill(os.getpid(), signal.SIGINT)
    assert guards.is_a_persons(pressed.value)
    assert not guards.is_a_persons(KeyboardInterrupt())
    assert not guards.is_a_persons(SystemExit())


@pytest.mark.usefixtures("_told_apart")
def test_a_signal_that_comes_where_python_drops_errors_is_heard_all_the_same(
    capfd: pytest.CaptureFixture[str],
) -> None:
    class Dropping:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    def dropped() -> None:
        Dropping()
        time.sleep(30)

    began = time.monotonic()
    with pytest.raises(guards.Stopped), guards.told_apart():
        dropped()
    assert time.monotonic() - began < 25  # it woke up
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("_told_apart")
def test_an_error_whose_text_interrupts_is_described() -> None:
    class Impatient(Exception):  # noqa: N818  # made for a test
        def __str__(self) -> str:
            raise KeyboardInterrupt

    assert described(Impatient()) == "Impatient: its text can't be read"


def test_ctrl_c_while_the_program_is_imported_ends_it_without_a_word() -> None:
    code = (
        "import os, runpy, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer':\n            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "sys.argv[1:] = ['list']\n"
        "runpy.run_module('hpobench', run_name='__main__')\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)  # noqa: S603  # ours
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, b"", b"")
