"""HpBandSter as its users drive it: a master that runs BOHB's brackets on a worker.

The library's servers can't send the configurations that numpy 2 makes, so the worker replaces the
dispatcher. The method needs a fidelity, so it is not among the `loops`, which have none.
"""

from collections.abc import Callable
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
from ConfigSpace import Categorical, ConfigurationSpace, Float, Integer
from hpbandster.core.dispatcher import Job
from hpbandster.optimizers import BOHB

KINDS = ("a", "b", "c")
LOW, HIGH = 1, 27


class Worker:
    """Evaluates each job at once; it replaces the dispatcher, which sends jobs away."""

    def __init__(
        self, callback: Callable[[Job], None], *, compute: Callable[..., float], **_: object
    ) -> None:
        self.callback = callback
        self.compute = compute

    def run(self) -> None:
        """Do nothing; the library calls it in a thread of its own."""

    def number_of_workers(self) -> int:
        return 1

    def submit_job(self, key: object, **kwargs: Any) -> None:
        job: Any = Job(key, **kwargs)
        job.result = {"loss": self.compute(kwargs["config"], kwargs["budget"]), "info": {}}
        self.callback(job)


def loop(loss: Callable[..., float], seed: int, count: int) -> list[tuple[float, float]]:
    """Run so many brackets; return the fidelity and the loss of each trial, in their order."""
    trials: list[tuple[float, float]] = []

    def compute(config: dict[str, Any], budget: float) -> float:
        value = loss(config["x"], config["rate"], config["depth"], config["kind"])
        trials.append((float(budget), value))
        return value

    space = ConfigurationSpace(seed=seed)
    space.add(
        Float("x", (-5.0, 10.0)),
        Float("rate", (1e-4, 1.0), log=True),
        Integer("depth", (1, 12)),
        Categorical("kind", KINDS),
    )
    np.random.seed(seed)  # noqa: NPY002  # the library draws from it
    worker = partial(Worker, compute=compute)
    with TemporaryDirectory() as folder, patch("hpbandster.core.master.Dispatcher", worker):
        master = BOHB(
            space,
            min_budget=LOW,
            max_budget=HIGH,
            run_id="bare",
            working_directory=folder,
            job_queue_sizes=(0, 1),
        )
        master.run(n_iterations=count)
    return trials


loops: dict[str, Callable[..., list[float]]] = {}
brackets = {"bohb": loop}
