"""Write strategies' golden trajectories anew: `python scripts/trajectories.py sobol ...`.

A trajectory holds the first proposals of a strategy on a problem, encoded in the unit cube, with
null for what is inactive. A strategy whose trajectory changes needs a new version.
"""

import json
import math
import sys
from pathlib import Path

from hpobench.registry import find_problems, find_strategies
from hpobench.runner import run

FOLDER = Path(__file__).parents[1] / "tests" / "golden"
PROBLEMS = ("branin", "griewank-4+discrete=5", "mixed-8", "branches-9")
"""Problems with real, with discrete, with mixed and with conditional parameters."""
OTHERS = {
    "auto": ("mixed-8",),
    "cost-aware": ("mixed-8+stragglers=2",),
    "gradient-enhanced": ("ridge-california",),
    "pibo": ("branin+prior=good", "mixed-8+prior=good"),
}
"""The problems of `auto`, which chooses among strategies that have trajectories, and of strategies
that need what the problems above do not have: durations, gradients, or a person's prior."""
BUDGET = 24
"""Enough for what comes after an initial design."""
DIGITS = 4
"""Coordinates have so many decimals."""


def trajectory(strategy: str, problem: str) -> list[list[float | None]]:
    """Return a strategy's proposals on a problem, (n, d); none where it can't do the problem."""
    item = find_problems(problem)[0].item
    records = run(find_strategies(strategy)[0].item, item, budget=BUDGET, seed=1)
    rows = item.space.encode_all([record.trial.proposal.config for record in records]).tolist()
    return [[None if math.isnan(unit) else round(unit, DIGITS) for unit in row] for row in rows]


def main() -> None:
    for name in sys.argv[1:]:
        found = {problem: trajectory(name, problem) for problem in OTHERS.get(name, PROBLEMS)}
        lines = [f" {json.dumps(key)}: {json.dumps(rows)}" for key, rows in found.items() if rows]
        text = "{\n" + ",\n".join(lines) + "\n}\n"
        (FOLDER / f"trajectories-{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
