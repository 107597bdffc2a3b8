"""Measure how often a difference is found by a study of the size that the report says it takes.

`python scripts/power.py` takes differences between problems whose mean and spread are known, asks
hpobench.statistics how many problems, or how many seeds a problem, would settle them, and draws
studies of that size.
"""

import argparse

import numpy as np
from simulation import show

from hpobench import statistics
from hpobench.statistics import ALPHA, FloatArray

SIZES = (0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.25)
"""True mean differences, in standard deviations of differences between problems."""
PROBLEMS = (8, 12, 20)
SEEDS = 5
SHARES = (1.0, 0.9, 0.7, 0.5)
"""The part of the variance between problems that is the luck of so many seeds."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the power at the size that is said.")
    parser.add_argument("--draws", type=int, default=4000, help="studies for each size")
    draws: int = parser.parse_args().draws
    print("Power in % at the number of problems that is said, of normal and of skewed differences")
    show("size, problems now, said", ["normal", "exponential"])
    for size in SIZES:
        found = statistics.settling(_differences(size, 12), np.nan, SEEDS)
        rng = np.random.default_rng(int(100 * size))
        shape = (draws, int(found.problems))
        row = [_rejected(size + each) for each in (rng.normal(size=shape), _skewed(rng, shape))]
        show(f"{size}, 12, {found.problems:.0f}", row)
    print("Power in % at the number of seeds that is said, on the same problems and on new ones")
    show("size, problems, luck, said", ["same", "new"])
    for problems in PROBLEMS:
        for size in SIZES:
            for luck in SHARES:
                differences = _differences(size, problems)
                found = statistics.settling(differences, luck, SEEDS)
                if not np.isfinite(found.seeds) or found.seeds <= SEEDS:
                    continue
                rng = np.random.default_rng([problems, int(100 * size)])
                left = luck * SEEDS / found.seeds
                noise = rng.normal(0, np.sqrt(left), (draws, problems))
                same = size + np.sqrt(1 - luck) * (differences - size)
                new = size + rng.normal(0, np.sqrt(1 - luck), (draws, problems))
                row = [_rejected(each + noise) for each in (same, new)]
                show(f"{size}, {problems}, {luck}, {found.seeds:.0f}", row)
    print("Power in % at the difference that is said to be detectable")
    show("problems, tests", ["normal", "exponential"])
    for problems in PROBLEMS:
        for tests in (1, 5):
            shift = statistics.detectable(_differences(0, problems), tests)
            rng, shape = np.random.default_rng([problems, tests]), (draws, problems)
            drawn = rng.normal(size=shape), _skewed(rng, shape)
            row = [_rejected(shift + each, ALPHA / tests) for each in drawn]
            show(f"{problems}, {tests}", row)


def _differences(size: float, problems: int) -> FloatArray:
    """Return differences between problems whose variance is 1 and whose mean is the size."""
    from scipy import stats

    drawn: FloatArray = stats.norm.ppf((np.arange(problems) + 0.5) / problems)
    found: FloatArray = size + (drawn - drawn.mean()) / drawn.std(ddof=1)
    return found


def _skewed(rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    """Draw differences of exponential numbers, with the variance 1."""
    one, other = rng.exponential(size=(2, *shape))
    found: FloatArray = (one - other) / np.sqrt(2)
    return found


def _rejected(differences: FloatArray, alpha: float = ALPHA) -> float:
    return float(np.mean([statistics.wilcoxon(row) <= alpha for row in differences]))


if __name__ == "__main__":
    main()
