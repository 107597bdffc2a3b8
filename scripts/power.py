"""Measure how often a difference is found by a study of the size that the report says it takes.

`python scripts/power.py` takes differences between problems whose mean and spread are known, asks
hpobench.statistics how many problems, or how many seeds a problem, would settle them, and draws
studies of that size.
"""

import argparse
from itertools import product

import numpy as np
from simulation import show

from hpobench import statistics
from hpobench.statistics import ALPHA, FloatArray
from hpobench.statistics.settling import MOST, power_of_signed_ranks
from hpobench.statistics.summaries import QUARTILES

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
    by_problems(draws)
    by_seeds(draws)
    by_studies(draws)
    detected(draws)


def by_problems(draws: int) -> None:
    """Print the power of studies of as many problems as are said."""
    print("Power in % at the number of problems that is said, of normal and of skewed differences")
    show("size, problems now, said", ["normal", "exponential"])
    for size in SIZES:
        found = statistics.settling(_differences(size, 12), np.nan, SEEDS)
        rng = np.random.default_rng(int(100 * size))
        shape = (draws, int(found.problems))
        row = [_rejected(size + each) for each in (rng.normal(size=shape), _skewed(rng, shape))]
        show(f"{size}, 12, {found.problems:.0f}", row)


def by_seeds(draws: int) -> None:
    """Print the power of studies of as many seeds as are said."""
    print("Power in % at the number of seeds that is said, on the same problems and on new ones")
    show("size, problems, luck, said", ["same", "new"])
    for problems, size, luck in product(PROBLEMS, SIZES, SHARES):
        differences = _differences(size, problems)
        found = statistics.settling(differences, luck, SEEDS)
        if not np.isfinite(found.seeds) or found.seeds <= SEEDS:
            continue
        rng = np.random.default_rng([problems, int(100 * size)])
        noise = rng.normal(0, np.sqrt(luck * SEEDS / found.seeds), (draws, problems))
        same = size + np.sqrt(1 - luck) * (differences - size)
        new = size + rng.normal(0, np.sqrt(1 - luck), (draws, problems))
        row = [_rejected(each + noise) for each in (same, new)]
        show(f"{size}, {problems}, {luck}, {found.seeds:.0f}", row)


def by_studies(draws: int) -> None:
    """Print the true power at the numbers of problems that studies say, whose luck is theirs.

    The report says that its number holds if the difference is as large as it looks.
    """
    print("True power in % at the numbers of problems that studies say: mean and quartiles")
    show("size, problems now", ["mean", "25 %", "50 %", "75 %"])
    for problems, size in product(PROBLEMS, SIZES[::2]):
        studies = np.random.default_rng(problems).normal(size, 1, (draws, problems))
        said = [statistics.settling(each, np.nan, SEEDS).problems for each in studies]
        power = [power_of_signed_ranks(size, min(each, MOST)) for each in said]
        row = [float(np.mean(power)), *np.quantile(power, QUARTILES).tolist()]
        show(f"{size}, {problems}", row)


def detected(draws: int) -> None:
    """Print the power at the differences that are said to be found."""
    print("Power in % at the difference that is said to be detectable")
    show("problems, tests", ["normal", "exponential"])
    for problems, tests in product(PROBLEMS, (1, 5)):
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
