"""An epoch of a perceptron takes at most half the time of scikit-learn's, on one thread."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from hpobench import Stream
from hpobench.training.data import read
from hpobench.training.networks import Recipe, begin, one_hot, train
from hpobench.training.perceptron import Net

ROWS = 3600
EPOCHS = 5
"""How many epochs are timed together."""


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")  # it has few epochs on purpose
@pytest.mark.parametrize("table", ["letter", "satimage", "phoneme"])
@pytest.mark.parametrize(
    ("widths", "batch_size"),
    [((100,), 200), ((100,), 50), ((16,), 25), ((64, 64), 100), ((128, 128, 128), 100)],
    ids=str,
)
def test_an_epoch_against_scikit_learn(
    benchmark: BenchmarkFixture, table: str, widths: tuple[int, ...], batch_size: int
) -> None:
    """Both nets are in float32; one epoch of theirs is subtracted, which takes its start out."""
    data = read(table)
    features = data.features[:ROWS]
    x = ((features - features.mean(axis=0)) / features.std(axis=0)).astype(np.float32)
    labels = data.target[:ROWS].astype(np.int64)
    targets = one_hot(labels, int(labels.max()) + 1)
    net = Net((x.shape[1], *widths, targets.shape[1]))
    recipe = Recipe(EPOCHS, batch_size=batch_size)
    stream = Stream(("benchmark",))
    state = begin(net.draw(stream.rng("init")))
    settings: dict[str, Any] = {"hidden_layer_sizes": widths, "batch_size": batch_size}

    def ours() -> None:
        train(net, recipe, state, x, targets, epochs=EPOCHS, stream=stream)

    def theirs(epochs: int) -> None:
        MLPClassifier(**settings, max_iter=epochs, n_iter_no_change=99).fit(x, labels)

    with threadpool_limits(limits=1):
        other = fastest(lambda: theirs(1 + EPOCHS)) - fastest(lambda: theirs(1))
        ratio = fastest(ours) / other
        benchmark(ours)
    print(f"\n{table}, {widths}, batches of {batch_size}: {ratio:.3f} of scikit-learn's (bar: 0.5)")


def fastest(action: Callable[[], None]) -> float:
    """Return the least processor time of several runs, in seconds."""
    seconds = []
    for _ in range(5):
        began = time.process_time()
        action()
        seconds.append(time.process_time() - began)
    return min(seconds)
