"""Bayesian optimisation with a Gaussian process that learns from gradients (Wu et al., 2017)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hpobench import (
    Config,
    Float,
    Pending,
    Proposal,
    Strategy,
    Task,
    Trial,
    Units,
    Unsupported,
    check_real,
    check_whole,
)
from hpobench.models.acquisition import Acquisition
from hpobench.models.candidates import Candidates, quasi_random
from hpobench.models.designs import first_rows
from hpobench.models.evidence import condition
from hpobench.models.features import Features
from hpobench.models.gaussian_process import GaussianProcess
from hpobench.models.gradient_correlations import Observed
from hpobench.models.gradient_process import GradientProcess, fit
from hpobench.models.levelling import levelled_slopes
from hpobench.models.promising import Search, with_pending
from hpobench.models.surrogates import often, representative
from hpobench.models.told import Told

STEPS = 30
"""The most steps of a climb in each round: what slopes tell makes the peaks narrow."""
MOST = 180
"""The most derivatives that the process sees: those of the trials with the lowest values."""
STEEPEST = 1e6
"""A trial with a steeper derivative of the levelled values counts as one without derivatives. No
length-scale explains such a step, as where a training has diverged."""
SURCHARGE = 0.25
"""The share of the budget that gradients may cost beyond what the values alone would."""


@dataclass
class GradientEnhanced(Strategy):
    """Evaluates where a Gaussian process of values and gradients expects the most improvement.

    It needs a problem that gives gradients. It asks for one with each evaluation in which a real
    parameter is active, until their cost beyond that of the values has reached a quarter of the
    budget: then it knows enough of the slopes. The first configurations are the default and a Latin
    hypercube; trials that were told before count among them. Before each later
    proposal, a Gaussian process with a Matérn-5/2 kernel is fitted to the values, whose upper half
    is levelled, and to the derivatives of that by the real parameters. The proposal has the highest
    expected improvement, by the search of Bayesian optimisation without gradients.

    A process that knows the slopes finds the bottom of a valley to many digits. So only what is
    better than the best by `margin` is an improvement, and the search soon goes on elsewhere.

    The published method asks where a gradient is worth the most, by the knowledge gradient; this
    one has expected improvement instead. Failed and pending trials are treated as in Bayesian
    optimisation without gradients. No configuration is proposed again, and on an exhausted space it
    stops.
    """

    citation = (
        "Wu, Poloczek, Wilson and Frazier (2017), Bayesian optimization with gradients, NeurIPS"
    )
    family = "gradient"
    plans_for_budget = True

    initial: int = 3
    """How many trials precede the first model."""
    margin: float = 0.03
    """The least improvement that counts, in standard deviations of the levelled values."""
    candidates: int = 512
    """How many quasi-random candidates there are."""
    ascents: int = 6
    """From how many of the candidates a climb starts; another one starts from the best so far."""

    def __post_init__(self) -> None:
        check_whole("initial", self.initial, least=1)
        check_real("margin", self.margin, least=0, most=10)
        check_whole("candidates", self.candidates, least=1)
        check_whole("ascents", self.ascents, least=0)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        if not task.gradients:
            raise Unsupported("needs gradients")
        self.features = Features(task.space)
        drawn = Candidates(self.features, rng, quasi_random(self.candidates, len(task.space), rng))
        self.search = Search(self.features, drawn, self.ascents, STEPS)
        self.told = Told(task.space, first_rows(self.features, self.initial, rng), rng)
        self.reals = [name for name, each in task.space.items() if isinstance(each, Float)]
        self.slopes: list[Units] = []
        """The derivatives told, by each real parameter, (r,); nan where there was no gradient."""
        self.surcharge = 0.0
        """What gradients have cost so far beyond the values, in evaluations."""
        self.hyperparameters: Units | None = None
        """Those of the last fit; None before the first one."""

    def tell(self, trial: Trial) -> None:
        self.told.tell(trial)
        if trial.proposal.gradient:
            self.surcharge += trial.cost - 1.0
        # What is inactive does not matter, so the derivative by it is 0.
        given = dict.fromkeys(self.reals, np.nan if trial.gradient is None else 0.0)
        given |= trial.gradient or {}
        self.slopes.append(np.array([given[name] for name in self.reals]))

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        default = self.task.space.default()
        proposal = self.told.first(default) or self.told.propose(pending, self._promising)
        return proposal and replace(proposal, gradient=self._is_worth(proposal.config))

    def _is_worth(self, config: Config) -> bool:
        """Tell whether to ask for a gradient."""
        affordable = self.surcharge < SURCHARGE * self.task.budget
        return affordable and any(name in config for name in self.reals)

    def _promising(self, waiting: Units) -> Units:
        """Return snapped candidates, shape (m, d), the most promising one first."""
        process, success = self._fitted()
        process, seen, best = with_pending(process, self.features, self.told.rows, waiting)
        acquisition = Acquisition(process, best - self.margin, success)
        known = {row.tobytes() for row in seen}
        return self.search.ranked(acquisition, process.scales, seen, known, seen[:0])

    def _fitted(self) -> tuple[GradientProcess, GaussianProcess | None]:
        """Return the process of what was told, and that of 1 for a success and 0 for a failure.

        Of many trials they see the best and some others. None: failures are rare.
        """
        told = np.array(self.told.values)
        kept = representative(told, self.rng)
        values, slopes = levelled_slopes(told[kept], np.array(self.slopes)[kept])
        along = self.features.first[self.features.real]
        believable = (np.abs(slopes) <= STEEPEST).all(axis=1)  # nan is not
        sloped = np.flatnonzero(believable & np.isfinite(told[kept]))
        lowest = np.argsort(values[sloped], kind="stable")[: MOST // max(1, len(along))]
        sloped = np.sort(sloped[lowest])
        points = self.features.points(np.array(self.told.rows)[kept])
        observed = Observed(points, values, sloped, along, slopes[sloped])
        process = fit(self.features.groups, observed, self.hyperparameters)
        self.hyperparameters = process.hyperparameters
        failed = np.isnan(told[kept])
        if not often(failed):
            return process, None
        success = condition(process.hyperparameters[:-1], process.groups, points, 1.0 - failed)
        return process, success
