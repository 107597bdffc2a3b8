"""Multinomial logistic regression, solved to the end, and the derivatives of its solution.

Weights are (classes, features), with a row for every class: the weight decay makes them unique.
"""

from dataclasses import dataclass

import numpy as np

from .unrolled import Floats, Rows

SMALL = 1e-16
"""Below this decrement of Newton's method (in nats, summed over the rows) a step is the last."""
NEAR = 1e-6
"""Below this decrement a full step is sure to descend, and rounding hides by how much."""
MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class Logistic:
    """Minimises -sum of shares[i] log p[i, class of i] + sum of decays[j] w[k, j]^2 / 2."""

    rows: Rows
    shares: Floats
    """(rows,): how much each row counts, at least 0."""
    decays: Floats
    """(features,), above 0."""

    def solve(self) -> "Solution":
        """Find the minimum by Newton's method from 0, halving the steps that go too far.

        Each step costs a pass, which computes the matrix of second derivatives and factorises it.
        Raises ArithmeticError after MOST_STEPS.
        """
        weights = np.zeros((self.rows.targets.shape[1], len(self.decays)))
        for passes in range(1, MOST_STEPS + 1):
            slope = self._slope(weights)
            step = self.divide(weights, slope)
            decrement = float(np.sum(slope * step))
            if decrement < SMALL:
                return Solution(self, weights - step, passes)
            share = 1.0
            if decrement > NEAR:
                share = self._share(weights, step, decrement)
            weights = weights - share * step
        raise ArithmeticError(f"no minimum after so many of Newton's steps: {MOST_STEPS}")

    def divide(self, weights: Floats, vector: Floats) -> Floats:
        """Return the inverse of the matrix of second derivatives at the weights, times a vector.

        The matrix's block of classes k, l is the sum of
        shares[i] p[i, k] ([k = l] - p[i, l]) x[i] x[i]' (Böhning, 1992, section 2), with the decays
        on the diagonal of k = l.
        """
        from scipy.linalg import cho_factor, cho_solve

        inputs = self.rows.inputs
        likely = np.sqrt(self.shares) * probabilities(weights, inputs).T
        cross = (likely.T[:, :, np.newaxis] * inputs[:, np.newaxis, :]).reshape(len(inputs), -1)
        curvature = cross.T @ cross
        np.negative(curvature, out=curvature)
        for place, factors in enumerate(likely * np.sqrt(self.shares)):
            block = slice(place * inputs.shape[1], (place + 1) * inputs.shape[1])
            curvature[block, block] += inputs.T @ (factors[:, np.newaxis] * inputs)
        curvature.flat[:: len(curvature) + 1] += np.tile(self.decays, len(weights))
        factor = cho_factor(curvature, lower=True, overwrite_a=True, check_finite=False)
        quotient: Floats = cho_solve(factor, vector.ravel(), check_finite=False)
        return quotient.reshape(weights.shape)

    def _share(self, weights: Floats, step: Floats, decrement: float) -> float:
        """Return the largest share, 1, 1/2, 1/4, ..., that descends enough (Armijo, 1966)."""
        before, share = self._objective(weights), 1.0
        while self._objective(weights - share * step) > before - 0.1 * share * decrement:
            share /= 2.0
        return share

    def _objective(self, weights: Floats) -> float:
        losses = log_losses(weights, self.rows)
        return float(self.shares @ losses + 0.5 * np.sum(self.decays * weights**2))

    def _slope(self, weights: Floats) -> Floats:
        rest = probabilities(weights, self.rows.inputs) - self.rows.targets
        slope: Floats = (self.shares[:, np.newaxis] * rest).T @ self.rows.inputs
        return slope + self.decays * weights


@dataclass(frozen=True, slots=True)
class Solution:
    """The weights at a minimum, and how many passes it took to find them."""

    minimised: Logistic
    weights: Floats
    passes: int

    def slopes(self, pull: Floats) -> tuple[Floats, Floats]:
        """Turn the derivative of a loss by the weights into those by the shares and by the decays.

        Where the slope g(w, s) of what was minimised is 0, the implicit function theorem gives
        dw/ds = -(dg/dw)^-1 dg/ds (Bengio, 2000, section 3). The adjoint needs one more pass.
        """
        rows = self.minimised.rows
        adjoint = self.minimised.divide(self.weights, pull)
        rest = probabilities(self.weights, rows.inputs) - rows.targets
        by_share: Floats = -np.sum(rest * (rows.inputs @ adjoint.T), axis=1)
        by_decay: Floats = -np.sum(adjoint * self.weights, axis=0)
        return by_share, by_decay


def log_losses(weights: Floats, rows: Rows) -> Floats:
    """Return each row's log-loss in nats, (rows,)."""
    outputs = rows.inputs @ weights.T
    outputs -= outputs.max(axis=1, keepdims=True)
    losses: Floats = np.log(np.exp(outputs).sum(axis=1)) - np.sum(rows.targets * outputs, axis=1)
    return losses


def probabilities(weights: Floats, inputs: Floats) -> Floats:
    """Return each row's probabilities of the classes, (rows, classes)."""
    outputs = inputs @ weights.T
    outputs -= outputs.max(axis=1, keepdims=True)
    np.exp(outputs, out=outputs)
    outputs /= outputs.sum(axis=1, keepdims=True)
    return outputs
