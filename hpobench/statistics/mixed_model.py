"""A linear mixed model of all runs: means of strategies that ran on different problems.

A run of strategy s on problem p is m_s + b_p + c_sp + e: its strategy's mean, the difficulty of the
problem, how the strategy suits the problem, and luck; the last three are normal, with mean 0. Left
out the third, as in the recipe of Geburek et al. (2024), seeds pass for problems.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray, IntArray
from .instances import mean_over
from .intervals import CONFIDENCE

_STEPS = 200
_LEAST = 1e-12
"""The share of the variance of all runs that the noise has at least."""
_CLOSE = 1e-11
"""A step that changes no variance by more than this, relative to all of them, is the last."""


@dataclass(frozen=True, slots=True)
class MixedModel:
    """The model fitted to runs by restricted maximum likelihood."""

    means: FloatArray
    """(strategies,): on all problems together, those included that a strategy did not run on."""
    covariance: FloatArray
    """(strategies, strategies): of the means."""
    difficulty: float
    """The variance between problems, that all strategies share."""
    interaction: float
    """The variance between problems of a strategy beyond that."""
    noise: float
    """The variance between runs of one strategy on one problem."""
    sensitivities: FloatArray
    """(3, strategies, strategies): the covariance's derivatives by the three variances."""
    uncertainty: FloatArray
    """(3, 3): the covariance of the three variances, from the expected information."""

    def difference(
        self, first: int, second: int, *, level: float = CONFIDENCE
    ) -> tuple[float, float, float]:
        """Return the first strategy's mean less the second's, and the ends of its interval.

        Student's t with Satterthwaite's degrees of freedom (Fai and Cornelius, 1996): in the
        balanced case (strategies - 1)(problems - 1).
        """
        from scipy import stats

        contrast = np.zeros(len(self.means))
        contrast[first], contrast[second] = 1, -1
        variance = float(contrast @ self.covariance @ contrast)
        slopes = contrast @ self.sensitivities @ contrast
        spread = float(slopes @ self.uncertainty @ slopes)
        freedom = 2 * variance**2 / spread if spread > 0 else np.inf
        centre = float(contrast @ self.means)
        half = float(stats.t.isf((1 - level) / 2, freedom)) * np.sqrt(variance)
        return centre, centre - half, centre + half


def mixed_model(runs: FloatArray) -> MixedModel | None:
    """Fit the model to runs (strategies, problems, seeds), nan: no run.

    None where it can't be fitted: below two strategies or two problems, without a second run of
    anybody anywhere, where a strategy has no run, where problems that strategies share do not
    connect them all, and where the runs do not tell the variances apart, as where seeds do not
    differ.
    """
    counts = (~np.isnan(runs)).sum(axis=2)
    means = mean_over(runs, axis=2)
    cells = np.argwhere(counts > 0)
    strategies, problems = cells.T
    spare = int(counts.sum()) - len(cells)
    if min(counts.shape) < 2 or not counts.any(axis=1).all() or not spare or not _connected(counts):
        return None
    squares = float(np.nansum((runs - means[..., None]) ** 2))
    if squares / spare <= _LEAST * float(np.nanvar(runs)):
        return None
    found = _Cells(
        values=means[strategies, problems],
        design=np.eye(len(runs))[strategies],
        same=(problems[:, None] == problems).astype(float),
        share=1 / counts[strategies, problems],
        squares=squares,
        spare=spare,
    )
    try:
        return found.fitted()
    except np.linalg.LinAlgError:
        return None


@dataclass(frozen=True, slots=True)
class _Cells:
    """The mean of each strategy on each problem, and what is left of its runs."""

    values: FloatArray
    design: FloatArray
    """(cells, strategies): 1 where the cell is the strategy's."""
    same: FloatArray
    """(cells, cells): 1 where both are of one problem."""
    share: FloatArray
    """(cells,): one over the number of runs."""
    squares: float
    """The sum of the runs' squared distances from their cell's mean."""
    spare: int
    """Their degrees of freedom."""

    def fitted(self) -> MixedModel:
        """Maximise the restricted likelihood by Fisher scoring; no variance is negative."""
        noise = self.squares / self.spare
        total = float(np.var(self.values)) or noise
        variances = np.array([total / 2, total / 2, noise])
        for _ in range(_STEPS):
            slopes, information, _ = self._derivatives(variances)
            free = (variances > 0) | (slopes > 0)
            step = np.zeros(3)
            step[free] = np.linalg.solve(information[np.ix_(free, free)], slopes[free])
            moved = np.maximum(variances + step, 0.0)
            moved[2] = max(moved[2], variances[2] / 10)  # runs always differ a little
            done = np.abs(moved - variances).max() <= _CLOSE * moved.sum()
            variances = moved
            if done:
                break
        _, information, inverse = self._derivatives(variances)
        covariance = np.asarray(np.linalg.inv(self.design.T @ inverse @ self.design), np.float64)
        projected = inverse @ self.design @ covariance
        return MixedModel(
            means=projected.T @ self.values,
            covariance=covariance,
            difficulty=float(variances[0]),
            interaction=float(variances[1]),
            noise=float(variances[2]),
            sensitivities=np.stack(
                [
                    projected.T @ self.same @ projected,
                    projected.T @ projected,
                    projected.T @ (self.share[:, None] * projected),
                ]
            ),
            uncertainty=np.asarray(np.linalg.inv(information), np.float64),
        )

    def _derivatives(self, variances: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return slopes and expected information of the likelihood, and the inverse covariance.

        Searle, Casella and McCulloch, 1992, Variance components, section 6.6.
        """
        problem, interaction, noise = variances.tolist()
        inverse = np.linalg.inv(problem * self.same + np.diag(interaction + noise * self.share))
        right = inverse @ self.design
        shrunk = inverse - right @ np.linalg.solve(self.design.T @ right, right.T)
        residuals = shrunk @ self.values
        products = [shrunk @ self.same, shrunk, shrunk * self.share]
        fits = [residuals @ self.same @ residuals, residuals @ residuals]
        fits.append(residuals @ (self.share * residuals))
        slopes = 0.5 * (np.array(fits) - [np.trace(product) for product in products])
        information = 0.5 * np.array([[np.sum(a * b.T) for b in products] for a in products])
        slopes[2] += 0.5 * (self.squares / variances[2] - self.spare) / variances[2]
        information[2, 2] += 0.5 * self.spare / variances[2] ** 2
        return slopes, information, inverse


def _connected(counts: IntArray) -> bool:
    """Tell whether every strategy is compared with every other one, at least through others."""
    shared = (counts > 0).astype(int)
    linked = shared @ shared.T > 0
    reached = np.zeros(len(counts), dtype=bool)
    reached[0] = True
    for _ in counts:
        reached = linked[reached].any(axis=0)
    return bool(reached.all())
