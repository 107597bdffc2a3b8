"""Bayesian optimisation with a Gaussian process and the logarithm of expected improvement."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Config, Pending, Proposal, Strategy, Task, Trial, Units, check_whole
from hpobench.models.acquisition import Acquisition
from hpobench.models.ascents import Acquired
from hpobench.models.candidates import Candidates, quasi_random
from hpobench.models.designs import design_size, first_rows
from hpobench.models.features import Features
from hpobench.models.promising import Search, lowest_mean, with_pending
from hpobench.models.surrogates import Surrogate
from hpobench.models.told import Told


@dataclass
class BayesianOptimization(Strategy):
    """Evaluates where a Gaussian process expects the most improvement on the best so far.

    The first configurations form a Latin hypercube; trials that were told before count among them.
    Before each later proposal, the strategy fits a Gaussian process, with a Matérn-5/2 kernel and a
    length-scale for each parameter, to the standardised values, and another to values whose upper
    half is levelled; it uses the one under which the values are more probable. It proposes the
    configuration with the highest logarithm of expected improvement among quasi-random candidates,
    candidates near good points, and the ends of climbs, which alternate between quasi-Newton
    ascents along the real parameters and sweeps over the neighbours in the discrete ones. The more
    trials there are, the more rarely the processes are fitted anew; in between they only take in
    the new values.

    A failed trial counts as the worst value seen; where failures are frequent, the improvement is
    multiplied by the probability that a trial succeeds. A pending trial counts as the value that
    the process expects of it, which is called the kriging believer. The best so far is the lowest
    mean of the process at any of these configurations, so that a lucky evaluation does not mislead.
    No configuration is proposed again, and on an exhausted space it stops. Every proposal is at the
    highest fidelity.

    At the end it recommends, where the process takes the values to be noisy, the evaluated
    configuration with the lowest mean.
    """

    citation = (
        "Jones, Schonlau and Welch (1998), Efficient global optimization of expensive black-box"
        " functions, Journal of Global Optimization 13; with the acquisition of Ament et al."
        " (2023), Unexpected improvements to expected improvement for Bayesian optimization,"
        " NeurIPS; and the choice of a transformation of Snelson, Rasmussen and Ghahramani (2003),"
        " Warped Gaussian processes, NeurIPS"
    )
    family = "bayesian"
    version = 4

    initial: int | None = None
    """How many trials precede the first model; None: number of parameters + 1, in [5, 10]."""
    candidates: int = 2048
    """How many quasi-random candidates there are."""
    ascents: int = 10
    """From how many of the candidates a climb starts; another one starts from the best so far."""

    def __post_init__(self) -> None:
        check_whole("initial", self.initial, least=0, null=True)
        check_whole("candidates", self.candidates, least=1)
        check_whole("ascents", self.ascents, least=0)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.features = Features(task.space)
        dimensions = len(task.space)
        design = first_rows(self.features, design_size(dimensions, self.initial), rng)
        cube = quasi_random(self.candidates, dimensions, rng)
        drawn = Candidates(self.features, rng, cube)
        self.search = Search(self.features, drawn, self.ascents)
        self.surrogate = Surrogate(self.features, rng)
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

    def acquired(self, improvement: Acquisition) -> Acquired:
        """Return what is maximised, given the logarithm of the expected improvement: that."""
        return improvement

    def _promising(self, waiting: Units) -> Units:
        """Return snapped candidates, shape (m, d), the most promising one first."""
        told = self.told
        process, success = self.surrogate.fitted(np.array(told.rows), np.array(told.values))
        process, seen, best = with_pending(process, self.features, told.rows, waiting)
        acquired = self.acquired(Acquisition(process, best, success))
        known = {row.tobytes() for row in seen}
        return self.search.ranked(acquired, process.scales, seen, known, seen[:0])
