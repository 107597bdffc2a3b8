"""Ridge regression with a weight decay for each group of features, and its derivatives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Slopes: TypeAlias = Callable[[Floats], Floats]
"""Turns the derivative of a loss by the weights into its derivative by the hyperparameters."""


@dataclass(frozen=True, slots=True)
class GroupRidge:
    """What a fit needs of the training rows; features and target have mean 0 over them."""

    gram: Floats
    """(features, features): products of the features, summed over the rows."""
    moment: Floats
    """(features,): products of features and target, summed over the rows."""
    widths: NDArray[np.int64]
    """(groups,): how many features each group has, in their order."""

    def fit(self, decays: Floats) -> tuple[Floats, Slopes]:
        """Return the weights that minimise |y - Xw|^2 + sum of decays[g] |w_g|^2, and the slopes.

        The weights solve (X'X + D) w = X'y. So the implicit function theorem gives
        dw/d decays[g] = -(X'X + D)^-1 w_g, where w_g is zero outside its group (Bengio, 2000,
        section 3). The adjoint needs one more pair of triangular solves.
        """
        from scipy.linalg import cho_factor, cho_solve

        system = self.gram.copy()
        system.flat[:: len(system) + 1] += np.repeat(decays, self.widths)
        factor = cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
        weights: Floats = cho_solve(factor, self.moment, check_finite=False)

        def slopes(pull: Floats) -> Floats:
            adjoint: Floats = cho_solve(factor, pull, check_finite=False)
            return -self._by_group(adjoint * weights)

        return weights, slopes

    def _by_group(self, terms: Floats) -> Floats:
        sums: Floats = np.add.reduceat(terms, np.cumsum(self.widths) - self.widths)
        return sums


def prepare(groups: Sequence[Floats], target: Floats) -> GroupRidge:
    """Compute what fits need; each group is (rows, its features), the target is (rows,)."""
    features = np.hstack(groups)
    widths = np.array([group.shape[1] for group in groups])
    return GroupRidge(features.T @ features, features.T @ target, widths)
