"""DEHB as its users drive it; it needs a fidelity, which the `loops` don't have."""

from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

from ConfigSpace import Categorical, ConfigurationSpace, Float, Integer
from dehb.optimizers import DEHB

KINDS = ("a", "b", "c")
LOW, HIGH = 1, 27


def loop(loss: Callable[..., float], seed: int, count: int) -> list[tuple[float, float]]:
    """Run so many brackets; return the fidelity and the loss of each trial, in their order."""
    trials: list[tuple[float, float]] = []

    def evaluate(config: Any, fidelity: float) -> dict[str, float]:
        value = loss(config["x"], config["rate"], config["depth"], config["kind"])
        trials.append((round(fidelity), value))
        return {"fitness": value, "cost": fidelity}

    space = ConfigurationSpace(seed=seed)
    space.add(
        Float("x", (-5.0, 10.0)),
        Float("rate", (1e-4, 1.0), log=True),
        Integer("depth", (1, 12)),
        Categorical("kind", KINDS),
    )
    with TemporaryDirectory() as folder:
        optimiser = DEHB(
            f=evaluate,
            cs=space,
            min_fidelity=LOW,
            max_fidelity=HIGH,
            seed=seed,
            n_workers=1,
            output_path=folder,
            log_level="CRITICAL",
        )
        optimiser.run(brackets=count)
    return trials


loops: dict[str, Callable[..., list[float]]] = {}
brackets = {"dehb": loop}
