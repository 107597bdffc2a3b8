"""Bayesian optimisation with a Gaussian process and the logarithm of expected improvement."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Config, Pending, Proposal, Strategy, Task, Trial, Units, check_whole
from hpobench.models.acquisition import Acquisition
from hpobench.models.archive import first_unknown
from hpobench.models.ascents import Acquired
from hpobench.models.candidates import Candidates, quasi_random
from hpobench.models.designs import design_size, first_rows
from hpobench.models.features import Features
from hpobench.models.gaussian_process import GaussianProcess
from hpobench.models.promising import Search, lowest_mean, with_pending
from hpobench.models.surrogates import Surrogate


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
    No configuration is proposed again while there are others. Every proposal is at the highest
    fidelity.

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
    version = 3

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
        self.first = design_size(dimensions, self.initial)
        self.design = first_rows(self.features, self.first, rng)
        cube = quasi_random(self.candidates, dimensions, rng)
        self.drawn = Candidates(self.features, rng, cube)
        self.search = Search(self.features, self.drawn, self.ascents)
        self.surrogate = Surrogate(self.features, rng)
        self.rows: list[Units] = []
        """The encoded configurations told, (d,) each; nan where a parameter is inactive."""
        self.values: list[float] = []

    def tell(self, trial: Trial) -> None:
        self.rows.append(self.task.space.encode(trial.proposal.config))
        self.values.append(trial.value)

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        waiting = self.task.space.encode_all([one.proposal.config for one in pending])
        known = {row.tobytes() for row in (*self.rows, *waiting)}
        while self.design and len(self.rows) + len(waiting) < self.first:
            row = self.design.pop(0)
            if row.tobytes() not in known:
                return Proposal(self.task.space.decode(row))
        if np.isnan(self.values).all():
            rows = self.features.activated(self.drawn.spread())
        else:
            rows = self._promising(waiting, known)
        config = first_unknown(self.task.space, rows, known, self.rng)
        return Proposal(self.task.space.decode(rows[0]) if config is None else config)

    def recommend(self) -> Config | None:
        """Return the evaluated configuration of the lowest mean; None where values are exact."""
        if np.isnan(self.values).all():
            return None
        process, _ = self._fitted()
        points = self.features.points(np.array(self.rows))
        best = lowest_mean(process, points, np.array(self.values))
        return None if best is None else self.task.space.decode(self.rows[best])

    def acquired(self, improvement: Acquisition) -> Acquired:
        """Return what is maximised, given the logarithm of the expected improvement: that."""
        return improvement

    def _promising(self, waiting: Units, known: set[bytes]) -> Units:
        """Return snapped candidates, shape (m, d), the most promising one first."""
        process, success = self._fitted()
        process, seen, best = with_pending(process, self.features, self.rows, waiting)
        acquired = self.acquired(Acquisition(process, best, success))
        return self.search.ranked(acquired, process.scales, seen, known, seen[:0])

    def _fitted(self) -> tuple[GaussianProcess, GaussianProcess | None]:
        """Return the process of the values told, and that of successes; see Surrogate."""
        return self.surrogate.fitted(np.array(self.rows), np.array(self.values))
