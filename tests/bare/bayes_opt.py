"""bayesian-optimization as its users drive it."""

import warnings
from collections.abc import Callable
from math import exp, log

from bayes_opt import BayesianOptimization

KINDS = ("a", "b", "c")
INITIAL = 5


def gaussian_process(loss: Callable[..., float], seed: int, trials: int) -> list[float]:
    """Maximise the negative loss; return the losses in the order of the trials."""
    losses: list[float] = []

    def target(x: float, log_rate: float, depth: int, kind: str) -> float:
        losses.append(loss(x, exp(log_rate), depth, kind))
        return -losses[-1]

    bounds = {
        "x": (-5.0, 10.0),
        "log_rate": (log(1e-4), log(1.0)),
        "depth": (1, 12, int),
        "kind": KINDS,
    }
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Non-float parameters are experimental")
        optimizer = BayesianOptimization(
            target, bounds, random_state=seed, verbose=0, allow_duplicate_points=True
        )
    optimizer.maximize(init_points=INITIAL, n_iter=trials - INITIAL)
    return losses


loops = {"bayes-opt": gaussian_process}
