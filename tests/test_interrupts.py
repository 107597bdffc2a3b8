"""A KeyboardInterrupt is a person's, who pressed Ctrl-C, or an error of the code that raised it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from cells import cell, performed

from hpobench import interrupts
from hpobench.errors import described
from hpobench.pool import Isolation
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
    with interrupts.told_apart():
        yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("where", "isolation"),
    [*((where, "forked") for where in WHERE), ("tell", "shared"), ("ask", "spawned")],
)
def test_an_interrupt_by_a_strategys_own_code_is_told_like_any_error(
    tmp_path: Path, where: str, isolation: Isolation
) -> None:
    strategy = written(tmp_path, "interrupts", STRATEGY, where)
    runs = [cell(strategy, "branin"), cell("random-search", "branin")]
    done = performed(runs, tmp_path / "results", jobs=1, isolation=isolation)
    assert [done[run].status for run in runs] == ["failed", "complete"]
    told = f"{where} raised KeyboardInterrupt: by its own code (interrupts.py, line 19)"
    assert done[runs[0]].detail == told


def test_an_interrupt_by_a_problems_own_code_fails_what_any_error_would(tmp_path: Path) -> None:
    starts = cell("random-search", written(tmp_path, "starts", PROBLEM, "start"))
    evaluates = cell("random-search", written(tmp_path, "evaluates", PROBLEM))
    unkept = cell("random-search", written(tmp_path, "unkept", CHECKPOINT))
    done = performed([starts, evaluates, unkept], tmp_path / "results")
    assert done[starts].status == "failed"
    told = "the problem's start raised KeyboardInterrupt: by its own code (starts.py, line 11)"
    assert done[starts].detail == told
    errors = {
        outcome.run: [record.error for record in outcome.records]
        for outcome in Store(tmp_path / "results").outcomes()
    }
    own = "KeyboardInterrupt: by its own code"
    assert errors[evaluates] == [f"{own} (evaluates.py, line 7)"] * 3
    assert done[evaluates].status == done[unkept].status == "complete"
    assert len(errors[unkept]) == 3
    assert all(f"its checkpoint can't be kept: {own}" in str(each) for each in errors[unkept])


def test_a_cell_that_gets_an_interrupt_from_outside_is_incomplete_and_no_loss(
    tmp_path: Path,
) -> None:
    run = cell("random-search", written(tmp_path, "signalled", SIGNALLED))
    done = performed([run], tmp_path / "results", isolation="forked", retries=0)
    assert done[run].status == "incomplete"
    assert done[run].detail == "its process was killed by signal 2 (SIGINT)"


@pytest.mark.usefixtures("_told_apart")
def test_where_ctrl_c_is_told_apart_nothing_else_is_taken_for_it() -> None:
    with pytest.raises(KeyboardInterrupt) as pressed:
        os.kill(os.getpid(), signal.SIGINT)
    assert interrupts.is_a_persons(pressed.value)
    assert not interrupts.is_a_persons(KeyboardInterrupt())
    assert not interrupts.is_a_persons(SystemExit())


@pytest.mark.usefixtures("_told_apart")
def test_an_error_whose_text_interrupts_is_described() -> None:
    class Impatient(Exception):  # noqa: N818  # made for a test
        def __str__(self) -> str:
            raise KeyboardInterrupt

    assert described(Impatient()) == "Impatient: its text can't be had"
