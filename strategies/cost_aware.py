"""Bayesian optimisation that prefers fast configurations, and ever less so (Lee et al., 2020)."""

from dataclasses import dataclass

import numpy as np

from hpobench import Task, Trial, Units
from hpobench.models.acquisition import Acquisition
from hpobench.models.ascents import Acquired
from hpobench.models.evidence import fit
from hpobench.models.gaussian_process import GaussianProcess
from hpobench.models.levelling import standardised
from hpobench.models.surrogates import LARGE

from .bayesian_optimization import BayesianOptimization

SHORTEST = 1e-3
"""Durations count as at least this share of a typical evaluation's."""


@dataclass(frozen=True, slots=True)
class Cooled:
    """The logarithm of the expected improvement divided by a power of the duration."""

    improvement: Acquisition
    durations: GaussianProcess
    """The process of the standardised logarithms of durations."""
    weight: float
    """The power of the duration, times the standard deviation of these logarithms."""

    def scores(self, points: Units) -> Units:
        """Return the logarithm at points (m, p), shape (m,), up to a constant."""
        means, _ = self.durations.posterior(points)
        return self.improvement.scores(points) - self.weight * means

    def slopes(self, points: Units) -> tuple[Units, Units]:
        """Return the logarithm at points (m, p), shape (m,), and its gradient, shape (m, p)."""
        scores, gradients = self.improvement.slopes(points)
        means, _, rises, _ = self.durations.slopes(points)
        return scores - self.weight * means, gradients - self.weight * rises


def cooled(budget: float, spent: float, begun: float) -> float:
    """Return the power of the duration: 1 where `begun` is spent, 0 where all of the budget is.

    It is 0 as well where the first model came when the budget was spent.
    """
    return max(budget - spent, 0.0) / (budget - begun) if budget > begun else 0.0


@dataclass
class CostAware(BayesianOptimization):
    """Evaluates where the expected improvement is high for the time that a trial takes.

    It is `bayesian-optimization`, but maximises E[improvement] / duration^a, called EI-cool. The
    duration is the simulated one that trials tell, never a measured one, and a second Gaussian
    process learns its logarithm from the last 500 trials that did not fail. The power a falls from
    1 at the first model to 0 at the end of the budget: a = (B - spent) / (B - spent at the first
    model). So cheap configurations come first, and at the end only the improvement counts.

    A budget counts evaluations, whatever they take. So this strategy is not to find better
    configurations in the same number of evaluations, but as good ones in less simulated time. Where
    all durations are equal, it proposes what `bayesian-optimization` would.
    """

    citation = (
        "Lee, Perrone, Archambeau and Seeger (2020), Cost-aware Bayesian optimization, ICML"
        " workshop on automated machine learning, arXiv:2003.10870"
    )
    version = BayesianOptimization.version
    plans_for_budget = True

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.durations: list[float] = []
        """The duration of each trial told."""
        self.spent = 0.0
        """The cost of the trials told."""
        self.begun: float | None = None
        """What was spent at the first model; None: there was none yet."""
        self.hyperparameters: Units | None = None
        """The hyperparameters of the last process of durations; None: there was none yet."""

    def tell(self, trial: Trial) -> None:
        super().tell(trial)
        self.durations.append(trial.cost if trial.duration is None else trial.duration)
        self.spent += trial.cost

    def acquired(self, improvement: Acquisition) -> Acquired:
        """Return the expected improvement, divided by a power of the duration."""
        if self.begun is None:
            self.begun = self.spent
        power = cooled(self.task.budget, self.spent, self.begun)
        known = np.flatnonzero(~np.isnan(self.told.values))[-LARGE:]
        logarithms = np.log(np.maximum(np.array(self.durations)[known], SHORTEST))
        deviation = float(logarithms.std())
        if power == 0.0 or deviation < 1e-9:
            return improvement
        points = self.features.points(np.array(self.told.rows)[known])
        values, _ = standardised(logarithms)
        process = fit(self.features.groups, points, values, self.hyperparameters)
        self.hyperparameters = process.hyperparameters
        return Cooled(improvement, process, power * deviation)
