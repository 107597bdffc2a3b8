"""Measure how often the report's intervals hold the truth.

`python scripts/coverage.py` simulates studies whose truth is known, as scripts/simulation.py draws
them. The intervals, listed in scripts/bounded.py, are made by the functions that the report calls.
The results are written down in hpobench/report/intervals.py. What a number is worth that depends on
the number of seeds, such as what would be lost without a strategy, is its mean over many problems
with as many seeds.
"""

import argparse
from collections.abc import Iterable, Mapping

from bounded import HERE, HERE_SLOW, NEW, NEW_SLOW, Measure
from simulation import KINDS, Design, error, show

DESIGNS = ((8, 5), (8, 10), (20, 5), (20, 10))
"""Numbers of problems and of seeds, as pairs."""
FEW = ((1, 5), (1, 10), (4, 5), (4, 10), (7, 5), (7, 10))
"""Numbers of problems and of seeds where the problems are too few for claims about new ones."""
SLOW = 0.1
"""The share of the draws for intervals that take longer."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the coverage of intervals.")
    parser.add_argument("--draws", type=int, default=4000, help="studies for each design")
    draws: int = parser.parse_args().draws
    few = int(SLOW * draws)
    print("Coverage of 95 % intervals, in %")
    _table("for new problems", NEW, DESIGNS, draws)
    _table("for new problems", NEW_SLOW, DESIGNS, few)
    _table("for these problems", HERE, (*FEW, *DESIGNS), draws)
    _table("for these problems", HERE_SLOW, (*FEW, *DESIGNS), few)


def _table(
    title: str, measures: Mapping[str, Measure], designs: Iterable[tuple[int, int]], draws: int
) -> None:
    """Print a row for each design, and a column for each interval."""
    print(f"\n{draws} studies each; standard error {error(0.95, draws):.1f}")
    show(title, [*measures])
    for kind in KINDS:
        for problems, seeds in designs:
            design = Design(problems, seeds, kind, draws)
            show(design.label, [measure(design) for measure in measures.values()])


if __name__ == "__main__":
    main()
