"""Where the variance of runs comes from: strategies, problems, both together, seeds, the rest."""

from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray
from .power import complete_seeds, components


@dataclass(frozen=True, slots=True)
class Variances:
    """The parts of the variance of a run's regret, in squared normalised regret.

    An estimate that comes out negative is 0. All are nan below two strategies, below two problems,
    and where no problem has two seeds.
    """

    problems: int
    """The number of problems with at least one seed that every strategy ran."""
    seeds: float
    """The seeds of a problem that every strategy ran, as harmonic mean."""
    strategy: float
    """Between strategies, on all problems alike."""
    problem: float
    """Between problems, for all strategies alike."""
    interaction: float
    """Between the problems on which a strategy is better or worse than its level."""
    seed: float
    """Between the seeds of a problem, for all strategies alike."""
    rest: float
    """Between runs of one strategy on one problem, beyond what the seed does to all alike."""

    @property
    def shares(self) -> FloatArray:
        """(5,): the share of each part, from the strategies' to the rest; nan where none varies."""
        parts = np.array([self.strategy, self.problem, self.interaction, self.seed, self.rest])
        total = float(parts.sum())
        return parts / total if total > 0 else np.full(len(parts), np.nan)


def variances(runs: FloatArray) -> Variances:
    """Estimate the parts by analysis of variance, of (strategies, problems, seeds) runs.

    Each mean square is set equal to its expectation (Searle, Casella and McCulloch, 1992, Variance
    Components, chapter 4). In the model, strategies, problems, their interaction and the seeds of a
    problem are drawn at random; only seeds that every strategy ran count. nan: no run.
    """
    found, blocks = components(runs), complete_seeds(runs)
    k, n = len(runs), len(blocks)
    if k < 2 or n < 2 or np.isnan(found.noise):
        return Variances(n, found.seeds, *(np.nan,) * 5)
    means = np.stack([each.mean(axis=1) for each in blocks], axis=1)
    of_seeds = [each.mean(axis=0) for each in blocks]
    freedom = sum(each.size - 1 for each in of_seeds)
    between = sum(float(np.sum((each - each.mean()) ** 2)) for each in of_seeds) / freedom
    seed = max(between - found.noise / k, 0.0)
    strategy = float(means.mean(axis=1).var(ddof=1)) - found.spread / n
    problem = float(means.mean(axis=0).var(ddof=1)) - found.spread / k - seed / found.seeds
    return Variances(
        problems=n,
        seeds=found.seeds,
        strategy=max(strategy, 0.0),
        problem=max(problem, 0.0),
        interaction=found.interaction,
        seed=seed,
        rest=found.noise,
    )
