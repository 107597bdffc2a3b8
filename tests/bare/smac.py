"""SMAC3 as its users drive it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ConfigSpace import Categorical, ConfigurationSpace, Float, Integer
from smac import BlackBoxFacade, HyperparameterOptimizationFacade, Scenario

KINDS = ("a", "b", "c")


def loop(facade: Any, loss: Callable[..., float], seed: int, trials: int) -> list[float]:
    """Let a facade optimise; return the losses in the order of the trials.

    A kind is given as its position, because SMAC orders sets by the hash of how a configuration
    prints.
    """
    losses: list[float] = []

    def train(config: Any, seed: int = 0) -> float:  # noqa: ARG001  # the library passes it
        losses.append(loss(config["x"], config["rate"], config["depth"], KINDS[config["kind"]]))
        return losses[-1]

    space = ConfigurationSpace(seed=seed)
    space.add(
        Float("x", (-5.0, 10.0)),
        Float("rate", (1e-4, 1.0), log=True),
        Integer("depth", (1, 12)),
        Categorical("kind", range(len(KINDS))),
    )
    with TemporaryDirectory() as folder:
        scenario = Scenario(
            space, output_directory=Path(folder), deterministic=True, n_trials=trials, seed=seed
        )
        facade(scenario, train, logging_level=False).optimize()
    return losses


loops = {
    "smac-bb": partial(loop, BlackBoxFacade),
    "smac-hpo": partial(loop, HyperparameterOptimizationFacade),
}
