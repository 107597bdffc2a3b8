"""HEBO as its users drive it."""

import random
from collections.abc import Callable

import numpy as np
import torch
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO


def loop(loss: Callable[..., float], seed: int, trials: int) -> list[float]:
    """Seed all generators, then suggest and observe; return the losses in the trials' order."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  # the only generator that HEBO has
    torch.manual_seed(seed)
    space = DesignSpace().parse(
        [
            {"name": "x", "type": "num", "lb": -5.0, "ub": 10.0},
            {"name": "rate", "type": "pow", "lb": 1e-4, "ub": 1.0},
            {"name": "depth", "type": "int", "lb": 1, "ub": 12},
            {"name": "kind", "type": "cat", "categories": ["a", "b", "c"]},
        ]
    )
    optimizer = HEBO(space, scramble_seed=seed)
    losses: list[float] = []
    for _ in range(trials):
        suggested = optimizer.suggest(n_suggestions=1)
        losses.append(loss(**suggested.iloc[0].to_dict()))
        optimizer.observe(suggested, np.array([[losses[-1]]]))
    return losses


loops = {"hebo": loop}
