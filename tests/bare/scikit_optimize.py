"""scikit-optimize as its users drive it."""

from collections.abc import Callable
from typing import Any

from skopt import Optimizer
from skopt.space import Categorical, Integer, Real

KINDS = ("a", "b", "c")


def gaussian_process(loss: Callable[..., float], seed: int, trials: int) -> list[float]:
    """Ask and tell; return the losses in the order of the trials."""
    optimizer = Optimizer(
        [
            Real(-5.0, 10.0),
            Real(1e-4, 1.0, prior="log-uniform"),
            Integer(1, 12),
            Categorical(KINDS),
        ],
        "GP",
        random_state=seed,
    )
    losses: list[float] = []
    for _ in range(trials):
        point: Any = optimizer.ask()
        losses.append(loss(*point))
        optimizer.tell(point, losses[-1])
    return losses


loops = {"skopt-gp": gaussian_process}
