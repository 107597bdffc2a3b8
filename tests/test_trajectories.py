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
ROUNDED = 2e-4
"""How far coordinates may be from those on record, which are rounded to 4 digits. The same holds on
numpy 2.0.2 (scipy 1.17) and on 2.5.5 (scipy 1.18, Python 3.13)."""
FITTED = {"bayesian-optimization": 1e-2, "cost-aware": 1e-2}
"""The same where hyperparameters are fitted in floating point: L-BFGS-B ends a bit elsewhere with
another build of BLAS. The most that was seen between those versions is 0.006."""
ALIKE = {"cost-aware": 17}
"""How many proposals are alike there: then a discrete parameter differs, and with it all others."""
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
        tolerance = FITTED.get(name, ROUNDED)
        first = slice(ALIKE.get(name))
        np.testing.assert_allclose(
            found[first], expected[first], rtol=0.0, atol=tolerance, err_msg=spec
        )
