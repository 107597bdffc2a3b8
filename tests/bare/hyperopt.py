"""Hyperopt as its users drive it."""

from collections.abc import Callable
from math import log

import numpy as np
from hyperopt import Trials, fmin, hp, tpe

KINDS = ("a", "b", "c")


def tree_parzen(loss: Callable[..., float], seed: int, trials: int) -> list[float]:
    """Minimise; return the losses in the order of the trials."""
    space = {
        "x": hp.uniform("x", -5.0, 10.0),
        "rate": hp.loguniform("rate", log(1e-4), log(1.0)),
        "depth": hp.uniformint("depth", 1, 12),
        "kind": hp.choice("kind", KINDS),
    }
    history = Trials()
    fmin(
        lambda point: loss(point["x"], point["rate"], point["depth"], point["kind"]),
        space,
        algo=tpe.suggest,
        max_evals=trials,
        trials=history,
        rstate=np.random.default_rng(seed),
        show_progressbar=False,
    )
    losses: list[float] = history.losses()
    return losses


loops = {"hyperopt-tpe": tree_parzen}
