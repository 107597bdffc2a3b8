"""The engine of Weights & Biases' sweeps as its service drives it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import sweeps

SWEEP = {
    "method": "bayes",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {
        "x": {"min": -5.0, "max": 10.0},
        "rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1.0},
        "depth": {"min": 1, "max": 12},
        "kind": {"values": ["a", "b", "c"]},
    },
}


def bayes(loss: Callable[..., float], seed: int, trials: int) -> list[float]:
    """Ask for one run after the other; return the losses in the order of the trials."""
    np.random.seed(seed)  # noqa: NPY002  # the engine draws from the global generators
    engine: Any = sweeps
    runs: list[Any] = []
    for _ in range(trials):
        run = engine.next_run(SWEEP, runs)
        x, rate, depth, kind = (
            run.config[name]["value"] for name in ("x", "rate", "depth", "kind")
        )
        run.summary_metrics = {"loss": loss(x, rate, depth, kind)}
        run.state = engine.RunState.finished
        runs.append(run)
    return [run.summary_metrics["loss"] for run in runs]


loops = {"sweeps-bayes": bayes}
