"""Golden trajectories of strategies with fidelities, so that no change of behaviour is chance.

A file holds, for each task of the conformance suite, the first trials of a run with seed 1 and a
budget of 6 in the order of completion: the fidelity, the trial that was continued, the coordinates.
"""

import json
import math
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from hpobench.commands.conformance.tasks import TASKS
from hpobench.registry import find_strategies
from hpobench.runner import run

FOLDER = Path(__file__).parent / "golden"
NAMES = sorted(path.stem.removeprefix("rungs-") for path in FOLDER.glob("rungs-*.json"))


def first_trials(name: str, task: str, count: int) -> list[list[float]]:
    """Return the first trials of a strategy on a task; nan for what was not or is inactive."""
    problem, strategy = TASKS[task], find_strategies(name)[0].item
    trials = [record.trial for record in islice(run(strategy, problem, budget=6, seed=1), count)]
    resumed = [math.nan if t.proposal.resume is None else t.proposal.resume for t in trials]
    return [
        [t.proposal.fidelity or math.nan, resume, *problem.space.encode(t.proposal.config)]
        for t, resume in zip(trials, resumed, strict=True)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_first_trials_are_those_on_record(name: str) -> None:
    golden = json.loads((FOLDER / f"rungs-{name}.json").read_text(encoding="utf-8"))
    assert golden
    for task, rows in golden.items():
        expected = np.array(rows, dtype=np.float64)  # None is nan there
        found = np.array(first_trials(name, task, len(rows)))
        np.testing.assert_allclose(found, expected, atol=2e-4, err_msg=task)
