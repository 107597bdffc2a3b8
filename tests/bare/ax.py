"""Ax as its users drive it."""

import logging
from collections.abc import Callable
from typing import Any

import torch
from ax.api.client import Client
from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig
from ax.utils.common.logger import set_stderr_log_level


def loop(loss: Callable[..., float], seed: int, trials: int) -> list[float]:
    """Ask and tell a client; return the losses in the order of the trials."""
    set_stderr_log_level(logging.CRITICAL)
    torch.set_num_threads(1)
    client = Client(random_seed=seed)
    client.configure_experiment(
        [
            RangeParameterConfig("x", (-5.0, 10.0), "float"),
            RangeParameterConfig("rate", (1e-4, 1.0), "float", scaling="log"),
            RangeParameterConfig("depth", (1, 12), "int"),
            ChoiceParameterConfig("kind", ["a", "b", "c"], "str", is_ordered=False),
        ]
    )
    client.configure_optimization(objective="-loss")
    losses: list[float] = []
    for _ in range(trials):
        suggested: dict[int, Any] = client.get_next_trials(max_trials=1)
        for index, parameters in suggested.items():
            losses.append(loss(**parameters))
            client.complete_trial(index, raw_data={"loss": losses[-1]})
    return losses


loops = {"ax": loop}
