"""Bayesian optimisation with a Gaussian process and the logarithm of expected improvement."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hpobench import Config, Pending, Proposal, Strategy, Task, Trial, Units, check_whole
from hpobench.models.acquisition import log_expected_improvement
from hpobench.models.designs import latin_hypercube
from hpobench.models.features import Features
from hpobench.models.gaussian_process import GaussianProcess, fit
from hpobench.models.levelling import level

INCUMBENTS = 5
"""How many of the best configurations have candidates around them."""
RADII = (0.1, 0.03, 0.01, 0.003)
"""Standard deviations of the steps, in the unit cube, from a good point to candidates near it."""
APART = 0.02
"""Two starting points of ascents differ by at least this much in some feature."""
ITERATIONS = 30
"""The most iterations of an ascent."""
NOISY = 1e-2
"""The variance of the noise, as a share of the signal's, from which on values are noisy."""


@dataclass
class BayesianOptimization(Strategy):
    """Evaluates where a Gaussian process expects the most improvement on the best so far.

    The first configurations form a Latin hypercube. Before each later proposal, the strategy fits a
    Gaussian process to all values, with a Matérn-5/2 kernel and a length-scale for each parameter.
    It proposes the configuration with the highest logarithm of expected improvement among random
    candidates, candidates near good points, and the ends of ascents by L-BFGS-B along the real
    parameters.

    A failed trial counts as the worst value seen. A pending trial counts as the value that the
    process expects of it, which is called the kriging believer. The best so far is the lowest mean
    of the process at any of these configurations, so that a lucky evaluation does not mislead. No
    configuration is proposed again while there are others. Every proposal is at the highest
    fidelity.

    At the end it recommends, where the process takes the values to be noisy, the evaluated
    configuration with the lowest mean.
    """

    citation = (
        "Jones, Schonlau and Welch (1998), Efficient global optimization of expensive black-box"
        " functions, Journal of Global Optimization 13; with the prior of Hvarfner, Hellsten and"
        " Nardi (2024), Vanilla Bayesian optimization performs great in high dimensions, ICML; and"
        " the acquisition of Ament et al. (2023), Unexpected improvements to expected improvement"
        " for Bayesian optimization, NeurIPS"
    )
    family = "bayesian"

    initial: int | None = None
    """How many proposals precede the first model; None: number of parameters + 1, in [4, 12]."""
    candidates: int = 512
    """How many candidates there are of each kind: uniform, near the incumbents, near the best of
    these."""
    ascents: int = 4
    """How many of the best candidates are improved by an ascent."""

    def __post_init__(self) -> None:
        check_whole("initial", self.initial, least=0, null=True)
        check_whole("candidates", self.candidates, least=1)
        check_whole("ascents", self.ascents, least=0)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.features = Features(task.space)
        default = min(max(len(task.space) + 1, 4), 12)
        count = default if self.initial is None else self.initial
        self.design = list(self.features.snap(latin_hypercube(count, len(task.space), rng)))
        self.rows: list[Units] = []
        """The encoded configurations told, (d,) each; nan where a parameter is inactive."""
        self.values: list[float] = []
        self.hyperparameters: NDArray[np.float64] | None = None
        """The process's hyperparameters at the last fit; None before the first one."""

    def tell(self, trial: Trial) -> None:
        self.rows.append(self.task.space.encode(trial.proposal.config))
        self.values.append(trial.value)

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        waiting = self.task.space.encode_all([one.proposal.config for one in pending])
        known = {row.tobytes() for row in (*self.rows, *waiting)}
        while self.design:
            row = self.design.pop(0)
            if row.tobytes() not in known:
                return Proposal(self.task.space.decode(row))
        rows = self._uniform() if np.isnan(self.values).all() else self._promising(waiting)
        row = next((row for row in rows if row.tobytes() not in known), rows[0])
        return Proposal(self.task.space.decode(row))

    def recommend(self) -> Config | None:
        """Return the evaluated configuration of the lowest mean; None where values are exact."""
        values = np.array(self.values)
        if np.isnan(values).all():
            return None
        process = self._fitted()
        if process.hyperparameters[-1] < math.log(NOISY):
            return None
        means, _ = process.posterior(process.points)
        best = int(np.where(np.isnan(values), np.inf, means).argmin())
        return self.task.space.decode(self.rows[best])

    def _uniform(self) -> Units:
        return self.features.snap(self.rng.random((self.candidates, len(self.task.space))))

    def _promising(self, waiting: Units) -> Units:
        """Return candidates, shape (m, d), the most promising one first."""
        process = self._fitted()
        if len(waiting):
            process = process.believe(self.features.points(waiting))
        means, _ = process.posterior(process.points)
        best = float(means.min())
        incumbents = np.vstack([*self.rows, waiting])[np.argsort(means, kind="stable")[:INCUMBENTS]]
        rows, scores = self._ranked(
            np.vstack([self._uniform(), self._near(incumbents)]), process, best
        )
        further = np.vstack([rows, self._near(rows[:INCUMBENTS])])
        rows, scores = self._ranked(further, process, best)
        ends = [self._ascend(row, process, best) for row in self._starts(rows)]
        rows = np.vstack([*(row for row, _ in ends), rows])
        scores = np.concatenate([[score for _, score in ends], scores])
        return rows[np.argsort(-scores, kind="stable")]

    def _fitted(self) -> GaussianProcess:
        """Fit the process to all values told, from the last fit on."""
        points = self.features.points(np.array(self.rows))
        process = fit(
            self.features.groups, points, level(np.array(self.values)), self.hyperparameters
        )
        self.hyperparameters = process.hyperparameters
        return process

    def _ranked(
        self, rows: Units, process: GaussianProcess, best: float
    ) -> tuple[Units, NDArray[np.float64]]:
        means, deviations = process.posterior(self.features.points(rows))
        scores, _, _ = log_expected_improvement(means, deviations, best)
        order = np.argsort(-scores, kind="stable")
        return rows[order], scores[order]

    def _near(self, rows: Units) -> Units:
        """Return candidates, shape (candidates, d), near some of the rows.

        A candidate differs from its row in some parameters. A number moves by a normal step, whose
        standard deviation is one of the RADII, or the distance to the number's next value where
        that is more. A choice without an order is drawn anew.
        """
        rng, steps = self.rng, self.features.steps
        centres = rows[rng.integers(0, len(rows), self.candidates)]
        anew = rng.random(centres.shape)
        centres = np.where(np.isnan(centres), anew, centres)
        radii = rng.choice(RADII, (self.candidates, 1))
        moved = centres + np.maximum(radii, steps) * rng.standard_normal(centres.shape)
        moved = np.where(self.features.choice, anew, moved)
        chosen = rng.random(centres.shape) < max(0.5, 2.0 / len(steps))
        return self.features.snap(np.where(chosen, moved, centres))

    def _starts(self, rows: Units) -> list[Units]:
        """Return rows (d,) to begin ascents at: the first ones that lie APART from each other."""
        points = self.features.points(rows)
        apart = np.ones(len(rows), dtype=np.bool_)
        starts: list[Units] = []
        while len(starts) < self.ascents and apart.any():
            first = int(apart.argmax())
            starts.append(rows[first])
            apart &= np.abs(points - points[first]).max(axis=1) >= APART
        return starts

    def _ascend(self, row: Units, process: GaussianProcess, best: float) -> tuple[Units, float]:
        """Ascend from a row (d,) along its active real parameters; return end and height."""
        from scipy.optimize import minimize

        free = self.features.real & ~np.isnan(row)
        columns = self.features.first[free]
        point = self.features.points(row[None])[0]

        def loss(units: Units) -> tuple[float, Units]:
            point[columns] = units
            mean, deviation, rise, widening = process.slopes(point)
            value, by_mean, by_deviation = log_expected_improvement(
                np.array(mean), np.array(deviation), best
            )
            return -float(value), -(by_mean * rise + by_deviation * widening)[columns]

        if not free.any():
            return row, -loss(row[free])[0]
        end = minimize(
            loss, row[free], jac=True, method="L-BFGS-B", bounds=[(0.0, 1.0)] * len(columns),
            options={"maxiter": ITERATIONS},
        )  # fmt: skip
        climbed = row.copy()
        climbed[free] = end.x
        return climbed, -float(end.fun)
