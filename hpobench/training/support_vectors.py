"""A support vector machine that predicts probabilities, for the price of two fits."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

STEPS = 5_000
"""The most steps of the solver for each pair of classes."""
HELD = 0.2
"""The share of the rows on which the slope is chosen."""
STEEPEST = 4.0
"""The logarithm of the slope is at most so far from 0."""


@dataclass(slots=True)
class SupportVectors:
    """scikit-learn's machine, which decides between every two classes.

    Platt (1999) turns a decision value d between two classes into the probability
    1 / (1 + exp(-slope d)), with the slope that is likeliest on rows that the machine did not learn
    from. Here all pairs have the same slope, and there is no offset. The slope is found on the last
    fifth of the rows; after that, the machine learns from all rows. The probability of a class is
    proportional to the product of the probabilities that its pairs give.
    """

    c: float
    kernel: str
    """The kernel: rbf or linear."""
    gamma: float = 1.0
    """The rbf kernel's, in units of scikit-learn's choice: 1 / (features x their variance)."""
    slope: float = 1.0
    machine: Any = field(default=None, repr=False)

    def fit(self, features: Floats, target: Labels) -> Self:
        """Learn from rows in random order, with the classes 0, 1, ..."""
        from scipy.optimize import minimize_scalar

        learned = round((1 - HELD) * len(target))
        self._learn(features[:learned], target[:learned])
        known = np.isin(target[learned:], self.machine.classes_)
        decisions = self.machine.decision_function(features[learned:][known])
        places = np.searchsorted(self.machine.classes_, target[learned:][known])

        def loss(logarithm: float) -> float:
            logs = _log_probabilities(decisions, np.exp(logarithm))
            return float(-logs[np.arange(len(places)), places].mean())

        self.slope = np.exp(
            minimize_scalar(
                loss, bounds=(-STEEPEST, STEEPEST), method="bounded", options={"xatol": 0.01}
            ).x
        )
        return self._learn(features, target)

    def predict_proba(self, features: Floats) -> Floats:
        """Return the probabilities of the classes, (rows, classes)."""
        return np.exp(_log_probabilities(self.machine.decision_function(features), self.slope))

    def _learn(self, features: Floats, target: Labels) -> Self:
        from sklearn.svm import SVC

        self.machine = SVC(
            C=self.c,
            kernel=self.kernel,
            gamma=self.gamma / (features.shape[1] * features.var()),
            decision_function_shape="ovo",
            max_iter=STEPS,
        ).fit(features, target)
        return self


def _log_probabilities(decisions: Floats, slope: float) -> Floats:
    """Return the logarithms of the probabilities, (rows, classes).

    The decisions are (rows, pairs), positive for the first class of a pair, in scikit-learn's
    order. For two classes they are (rows,), positive for the second class.
    """
    from scipy.special import log_expit, log_softmax

    signed = decisions if decisions.ndim == 2 else -decisions[:, np.newaxis]
    classes = round((1 + (1 + 8 * signed.shape[1]) ** 0.5) / 2)
    logs = np.zeros((len(signed), classes))
    for pair, (first, second) in enumerate(zip(*np.triu_indices(classes, 1), strict=True)):
        logs[:, first] += log_expit(slope * signed[:, pair])
        logs[:, second] += log_expit(-slope * signed[:, pair])
    return np.asarray(log_softmax(logs, axis=1))
