"""The log-loss of probabilities with a share of the uniform distribution mixed into them."""

import numpy as np
from numpy.typing import NDArray

DOUBT = 0.01
"""The share of the uniform distribution in what is predicted: a prediction that is wrong and
certain costs ln(classes / DOUBT), not infinity."""
ROUNDING = 1e-3
"""How far from 1 the sum of a row's probabilities may be: some learners have single precision."""


def losses(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> tuple[float, float]:
    """Return the mean log-loss with DOUBT mixed in, and the share of misclassified rows."""
    own = probabilities[np.arange(len(labels)), labels]
    likely = (1.0 - DOUBT) * own + DOUBT / probabilities.shape[1]
    errors = probabilities.argmax(axis=1) != labels
    return float(-np.log(likely).mean()), float(errors.mean())


def check(probabilities: NDArray[np.float64], rows: int, classes: int) -> None:
    """Raise ValueError if these are not probabilities of so many rows and classes."""
    if probabilities.shape != (rows, classes):
        raise ValueError(f"the probabilities must be {rows} x {classes}: {probabilities.shape}")
    sums = probabilities.sum(axis=1)
    if not (probabilities >= 0).all() or not np.allclose(sums, 1.0, atol=ROUNDING):
        raise ValueError("the probabilities of a row must be 0 or more and add up to 1")
