"""FLAML as its users drive it."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

flaml = import_module("flaml")  # flaml does not mark what it exports
tune = import_module("flaml.tune")


def loop(
    searcher: Callable[..., Any], loss: Callable[..., float], seed: int, trials: int
) -> list[float]:
    """Run a searcher; return the losses in the order of the trials."""
    space = {
        "x": tune.uniform(-5.0, 10.0),
        "rate": tune.loguniform(1e-4, 1.0),
        "depth": tune.randint(1, 13),
        "kind": tune.choice(["a", "b", "c"]),
    }
    losses: list[float] = []

    def evaluate(config: dict[str, Any]) -> dict[str, float]:
        losses.append(loss(**config))
        return {"loss": losses[-1]}

    algorithm = searcher(metric="loss", mode="min", space=space, seed=seed)
    tune.run(evaluate, search_alg=algorithm, num_samples=trials, verbose=0)
    return losses


loops = {
    "flaml-cfo": partial(loop, flaml.CFO),
    "flaml-blendsearch": partial(loop, flaml.BlendSearch),
}
