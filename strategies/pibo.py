"""Bayesian optimisation with a person's prior: πBO (Hvarfner et al., 2022)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import (
    Config,
    Pending,
    Prior,
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
from hpobench.models.designs import design_size, first_rows
from hpobench.models.features import Features
from hpobench.models.promising import Search, lowest_mean, with_pending
from hpobench.models.surrogates import Surrogate
from hpobench.models.told import Told

BELIEVED = 256
"""How many candidates are drawn from the prior."""


@dataclass(frozen=True, slots=True)
class Believed:
    """An acquisition function times a power of a doubted prior's density, as a logarithm.

    A prior with the density π is doubted by the share ε if its density is (1 - ε)·π + ε.
    """

    acquisition: Acquisition
    prior: Prior
    features: Features
    power: float
    """The power of the density: beta / n after n trials."""
    doubt: float
    """The share ε."""

    def scores(self, points: Units) -> Units:
        """Return the logarithm at points (m, p), shape (m,)."""
        density = self._doubted(self.prior.log_density(self.features.snapped(points)))
        return self.acquisition.scores(points) + self.power * density

    def slopes(self, points: Units) -> tuple[Units, Units]:
        """Return the logarithm at points (m, p), shape (m,), and its gradient, shape (m, p).

        Along a feature of a choice, the prior has no part in the gradient.
        """
        scores, gradients = self.acquisition.slopes(points)
        rows = self.features.snapped(points)
        density = self.prior.log_density(rows)
        doubted = self._doubted(density)
        share = self.power * (1.0 - self.doubt) * np.exp(density - doubted)
        gradients[:, self.features.first] += share[:, None] * self.prior.log_slopes(rows)
        return scores + self.power * doubted, gradients

    def _doubted(self, density: Units) -> Units:
        """Return log((1 - ε)·π + ε), given log π, (m,)."""
        floor = math.log(self.doubt) if self.doubt else -math.inf
        return np.asarray(np.logaddexp(math.log1p(-self.doubt) + density, floor))


@dataclass
class Pibo(Strategy):
    """Evaluates where a Gaussian process and a person's prior together expect improvement.

    It needs a prior. The first configurations are the prior's most likely one, as many draws from
    it as a third of the design, and a Latin hypercube; trials that were told before count among
    them. Each later proposal has the highest product of the expected improvement and the density of
    the prior to the power beta / n after n trials, so that the prior fades as results come. The
    Gaussian process and the search are those of Bayesian optimisation without a prior; some of the
    candidates are drawn from the prior.

    Two things differ from the published method, which draws the whole design from the prior and
    has no `doubt`. Far from the centre of a confident prior its density all but vanishes, and so
    would what it forbids, for as long as a short run lasts. So the prior counts as true with the
    probability 1 - doubt only, and else as if anything were as likely. Both make a prior that
    misleads cost less.

    Failures and pending trials are treated as in Bayesian optimisation without a prior, and so is
    the recommendation. No configuration is proposed again, and on an exhausted space it stops.
    """

    citation = (
        "Hvarfner, Stoll, Souza, Lindauer, Hutter and Nardi (2022), πBO: augmenting acquisition"
        " functions with user beliefs for Bayesian optimization, ICLR"
    )
    family = "bayesian"

    beta: float = 2.5
    """The confidence in the prior: after so many trials its power is 1, later less."""
    doubt: float = 0.01
    """The probability that the prior is wrong; 0: none, as published."""
    initial: int | None = None
    """How many trials precede the first model; None: number of parameters + 1, in [5, 10]."""
    candidates: int = 2048
    """How many quasi-random candidates there are."""
    ascents: int = 10
    """From how many of the candidates a climb starts; another one starts from the best so far."""

    def __post_init__(self) -> None:
        check_real("beta", self.beta, least=0)
        check_real("doubt", self.doubt, least=0, most=0.5)
        check_whole("initial", self.initial, least=0, null=True)
        check_whole("candidates", self.candidates, least=1)
        check_whole("ascents", self.ascents, least=0)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        if task.prior is None:
            raise Unsupported("needs a prior")
        self.prior = task.prior
        self.features = Features(task.space)
        dimensions = len(task.space)
        drawn = Candidates(self.features, rng, quasi_random(self.candidates, dimensions, rng))
        self.search = Search(self.features, drawn, self.ascents)
        self.surrogate = Surrogate(self.features, rng)
        likely = [self.prior.centre(), *(self.prior.sample(rng) for _ in range(BELIEVED))]
        rows = task.space.encode_all(likely)
        self.believed = drawn.filled(rows)
        """Rounded candidates from the prior, (BELIEVED + 1, d)."""
        first = design_size(dimensions, self.initial)
        believed = min(first // 3 + 1, first)
        design = [*rows[:believed], *first_rows(self.features, first - believed, rng)]
        self.told = Told(task.space, design, rng)

    def tell(self, trial: Trial) -> None:
        self.told.tell(trial)

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return self.told.propose(pending, self._promising)

    def recommend(self) -> Config | None:
        """Return the evaluated configuration of the lowest mean; None where values are exact."""
        rows, values = np.array(self.told.rows), np.array(self.told.values)
        if np.isnan(values).all():
            return None
        process, _ = self.surrogate.fitted(rows, values)
        best = lowest_mean(process, self.features.points(rows), values)
        return None if best is None else self.task.space.decode(rows[best])

    def _promising(self, waiting: Units) -> Units:
        """Return snapped candidates, shape (m, d), the most promising one first."""
        told = self.told
        process, success = self.surrogate.fitted(np.array(told.rows), np.array(told.values))
        process, seen, best = with_pending(process, self.features, told.rows, waiting)
        acquisition = Acquisition(process, best, success)
        power = self.beta / len(seen)
        believed = Believed(acquisition, self.prior, self.features, power, self.doubt)
        known = {row.tobytes() for row in seen}
        return self.search.ranked(believed, process.scales, seen, known, self.believed)
