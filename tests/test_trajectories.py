"""Golden trajectories: the first proposals of strategies, so that no change of behaviour is chance.

Each strategy's file in tests/golden is written by `python scripts/trajectories.py <name>`.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from hpobench.registry import find_problems, find_strategies
from hpobench.runner import run

FOLDER = Path(__file__).parent / "golden"
NAMES = sorted(path.stem.removeprefix("trajectories-") for path in FOLDER.glob("trajectories-*"))


@pytest.mark.parametrize("name", NAMES)
def test_the_first_proposals_are_those_on_record(name: str) -> None:
    strategy = find_strategies(name)[0].item
    golden = json.loads((FOLDER / f"trajectories-{name}.json").read_text(encoding="utf-8"))
    assert golden
    for spec, rows in golden.items():
        problem = find_problems(spec)[0].item
        cost = problem.gradient_cost or 1.0  # who can have gradients on record asks for them
        records = run(strategy, problem, budget=len(rows) * cost, seed=1)
        found = problem.space.encode_all([record.trial.proposal.config for record in records])
        expected = np.array(rows, dtype=np.float64)  # None is nan there
        np.testing.assert_allclose(found, expected, atol=2e-4, err_msg=spec)
