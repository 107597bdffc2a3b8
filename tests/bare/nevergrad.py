"""Nevergrad as its users drive it."""

from collections.abc import Callable

import nevergrad as ng
import numpy as np

KINDS = ("a", "b", "c")


def ngopt(loss: Callable[..., float], seed: int, trials: int) -> list[float]:
    """Ask and tell; return the losses in the order of the trials."""
    space = ng.p.Instrumentation(
        ng.p.Scalar(lower=-5.0, upper=10.0),
        ng.p.Log(lower=1e-4, upper=1.0),
        ng.p.Scalar(lower=1, upper=12).set_integer_casting(),
        ng.p.Choice(KINDS),
    )
    space.random_state = np.random.RandomState(seed)
    optimizer = ng.optimizers.NGOpt(space, budget=trials)
    losses: list[float] = []
    for _ in range(trials):
        candidate = optimizer.ask()
        losses.append(loss(*candidate.args))
        optimizer.tell(candidate, losses[-1])
    return losses


loops = {"nevergrad-ngopt": ngopt}
