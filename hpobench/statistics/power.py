"""What a study of so many problems and seeds can show."""

from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray
from .tests import ALPHA, smallest_p

POWER = 0.8
"""The probability with which a difference is to be found."""
LITTLE = 0.2
"""The share of a variance that noise may have before more seeds are worth their cost."""
_EFFICIENCY = 0.864
"""The signed-rank test's efficiency over the t-test's, at worst (Hodges and Lehmann, 1956)."""


@dataclass(frozen=True, slots=True)
class Components:
    """Where the differences between strategies come from, in squared normalised regret."""

    problems: int
    """The number of problems with at least one seed that every strategy ran; the others are left
    out."""
    seeds: float
    """The seeds of a problem that every strategy ran, as harmonic mean; nan without a problem."""
    spread: float
    """The variance of a per-problem mean, with the strategies' and the problems' own levels taken
    out: interaction + noise/seeds; nan below two strategies or two problems."""
    noise: float
    """The variance between runs of one strategy on one problem, sigma^2_e; nan if no problem has
    two seeds."""

    @property
    def interaction(self) -> float:
        """The variance of strategies' gains on problems, sigma^2_ap; nan where noise is unknown."""
        return float(np.maximum(self.spread - self.noise / self.seeds, 0.0))

    @property
    def enough_seeds(self) -> float:
        """The seeds a problem that bring the noise in the spread to LITTLE; inf: no number does."""
        if self.interaction == 0:
            return np.inf
        return float(np.ceil((1 / LITTLE - 1) * self.noise / self.interaction))


def components(runs: FloatArray) -> Components:
    """Estimate variance components by analysis of variance, of (strategies, problems, seeds) runs.

    Runs that are missing are nan. What a seed does to all strategies of a problem alike cancels in
    their differences, and is taken out.
    """
    if len(runs) == 0:
        return Components(0, np.nan, np.nan, np.nan)
    by_problem = complete_seeds(runs)
    k, n = len(runs), len(by_problem)
    counts = np.array([each.shape[1] for each in by_problem])
    seeds = n / float(np.sum(1 / counts)) if n else np.nan
    freedom = (k - 1) * int(np.sum(counts - 1))
    squares = [np.sum(_interaction(each) ** 2) for each in by_problem]
    noise = float(sum(squares)) / freedom if freedom > 0 else np.nan
    if k < 2 or n < 2:
        return Components(n, seeds, np.nan, noise)
    means = np.stack([each.mean(axis=1) for each in by_problem], axis=1)
    spread = float(np.sum(_interaction(means) ** 2)) / ((k - 1) * (n - 1))
    return Components(n, seeds, spread, noise)


def complete_seeds(runs: FloatArray) -> list[FloatArray]:
    """Return the runs of the seeds that every strategy ran, (strategies, seeds), by problem.

    Of (strategies, problems, seeds) runs, nan where there is none; problems without such a seed are
    left out.
    """
    complete = np.asarray(~np.any(np.isnan(runs), axis=0))
    return [runs[:, p, seeds] for p, seeds in enumerate(complete) if seeds.any()]


def detectable(differences: FloatArray, tests: int, *, target: float = POWER) -> float:
    """Return the mean difference that one of so many signed-rank tests finds.

    `differences` are (problems,). The test finds it with the probability `target` at ALPHA / tests,
    Holm's first step. It is computed for a paired two-sided t-test (noncentral t) on 0.864 times as
    many problems, whose differences spread as these do. The answer is inf where nothing can be
    found, and nan where the spread is unknown.
    """
    there = differences[~np.isnan(differences)]
    alpha = ALPHA / max(tests, 1)
    if not smallest_p(there.size) <= alpha:
        return np.inf
    size = _detectable_size(_EFFICIENCY * there.size, alpha, target)
    return size * float(np.std(there, ddof=1))


def _interaction(table: FloatArray) -> FloatArray:
    """Return a table without the means of its rows and of its columns."""
    rows, columns = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    return np.asarray(table - rows - columns + table.mean())


def _detectable_size(problems: float, alpha: float, target: float) -> float:
    """Return the mean, in standard deviations, that a two-sided t-test finds."""
    from scipy import optimize, stats

    freedom = problems - 1
    critical = stats.t.isf(alpha / 2, freedom)

    def lacking(size: float) -> float:
        return float(stats.nct.sf(critical, freedom, size * np.sqrt(problems))) - target

    most = 2 * (critical + 3) / np.sqrt(problems)
    return float(optimize.root_scalar(lacking, bracket=(0.0, most), method="brentq").root)
