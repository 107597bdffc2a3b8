"""How long a suggestion takes: at most 50 milliseconds at 100 trials in 6 dimensions."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from hpobench import Float, Proposal, Space, Task, Trial

BayesianOptimization = import_module(
    "hpobench.strategies.bayesian_optimization"
).BayesianOptimization


@pytest.mark.parametrize("trials", [25, 100])
def test_a_suggestion_in_six_dimensions(benchmark: Any, trials: int) -> None:
    space = Space({name: Float(0.0, 1.0) for name in "abcdef"})
    strategy = BayesianOptimization(initial=0)
    rng = np.random.default_rng(0)
    strategy.setup(Task(space, None, 200, 1), rng)
    centre = rng.random(6)
    for i, unit in enumerate(rng.random((trials, 6))):
        value = float(np.sin(3 * ((unit - centre) ** 2).sum()))
        strategy.tell(Trial(i, Proposal(space.decode(unit)), (value,), 1.0))
    with threadpool_limits(1):
        benchmark(strategy.ask, ())
    milliseconds = 1e3 * benchmark.stats.stats.median
    print(f"\na suggestion after {trials} trials: {milliseconds:.1f} ms (bar: 50 at 100)")
