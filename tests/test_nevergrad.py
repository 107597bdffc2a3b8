"""Nevergrad: some of the optimisers that it picks run in a thread of their own."""

import subprocess

import pytest

from hpobench.hosting import environments
from hpobench.hosting.client import importing

pytestmark = pytest.mark.isolated

BEGIN = """
import math, threading
import numpy as np
from hpobench import Float, Space, Task, Trial
from hpobench.strategies.nevergrad import NGOpt
threads = threading.active_count()
strategy = NGOpt()
space = Space({"x": Float(-5.0, 10.0), "y": Float(-5.0, 10.0)})
strategy.setup(Task(space, None, 20.0, 1), np.random.default_rng(0))
"""
CUT_SHORT = """
strategy.tell(Trial(0, strategy.ask(()), (1.0,), 1.0))
assert threading.active_count() == threads + 1
strategy.close()
assert threading.active_count() == threads
"""
FAILING = """
points = set()
for number in range(20):
    proposal = strategy.ask(())
    points.add(tuple(proposal.config.values()))
    strategy.tell(Trial(number, proposal, (math.nan if number < 3 else 1.0 / number,), 1.0))
strategy.close()
assert len(points) > 10
"""


def _run(code: str) -> None:
    """Run code in an interpreter that has the library; a run that hangs fails after two minutes."""
    environment = environments.find("nevergrad")
    if environment is None:
        pytest.skip("no nevergrad here")
    command = [*importing(environment.python), BEGIN + code]
    subprocess.run(command, check=True, timeout=120)  # noqa: S603  # our own code


def test_a_run_that_is_cut_short_leaves_no_thread() -> None:
    _run(CUT_SHORT)


def test_it_goes_on_where_the_first_trials_fail() -> None:
    _run(FAILING)
