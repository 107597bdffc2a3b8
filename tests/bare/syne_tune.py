"""Syne Tune as its users drive it; ASHA is left out, because it needs a fidelity."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from syne_tune.config_space import choice, loguniform, randint, uniform
from syne_tune.optimizer.baselines import BORE, CQR, REA
from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler

SPACE = {
    "x": uniform(-5.0, 10.0),
    "rate": loguniform(1e-4, 1.0),
    "depth": randint(1, 12),
    "kind": choice(["a", "b", "c"]),
}


def loop(
    method: Callable[..., Any], loss: Callable[..., float], seed: int, trials: int
) -> list[float]:
    """Ask and tell a scheduler; return the losses in the order of the trials."""
    np.random.seed(seed)  # noqa: NPY002  # the library also draws from it
    random.seed(seed)
    scheduler = AskTellScheduler(method(SPACE, metric="loss", random_seed=seed + 1))
    losses: list[float] = []
    for _ in range(trials):
        trial = scheduler.ask()
        losses.append(loss(**trial.config))
        scheduler.tell(trial, {"loss": losses[-1]})
    return losses


loops = {
    "syne-tune-bore": partial(loop, BORE),
    "syne-tune-cqr": partial(loop, CQR),
    "syne-tune-rea": partial(loop, REA),
}
