"""What tuning gains on the neural problems: the best of 40 random draws against the default."""

from statistics import fmean
from typing import Any

import pytest
from threadpoolctl import threadpool_limits

from hpobench import Proposal, Stream, registry

DRAWS = 40
BARS = {
    "mlp-letter": 0.147,
    "mlp-phoneme": 0.073,
    "mlp-satimage": 0.033,
    "mlp-california": 0.080,
}
"""The least gain on each problem, in validation error or in standard deviations of the target."""


@pytest.mark.parametrize("name", BARS)
def test_the_best_of_forty_random_draws_against_the_default(benchmark: Any, name: str) -> None:
    errors: list[list[float]] = []

    def search() -> None:
        errors.extend(searched(name, i) for i in range(registry.problems()[name].instances))

    with threadpool_limits(limits=1):
        benchmark.pedantic(search, rounds=1)
    default, least, chosen = (fmean(column) for column in zip(*errors, strict=True))
    print(f"\n{name}, best of {DRAWS} over {len(errors)} splits: {default:.3f} to {least:.3f},")
    print(f"gain {default - least:.3f} (bar: {BARS[name]}); by value {default - chosen:.3f}")


def searched(name: str, split: int) -> list[float]:
    """Return the default's error, the draws' lowest error, and that of the lowest value."""
    problem = registry.problems()[name]
    instance = problem.start(Stream(("instance", name, split)).rng())
    rng = Stream(("draws", name, split)).rng()
    configs = [problem.space.default(), *(problem.space.sample(rng) for _ in range(DRAWS))]
    results = [
        instance.evaluate(Proposal(config), Stream(("training", name, split, i)), None)
        for i, config in enumerate(configs)
    ]
    default, *draws = (result.measures.get("validation-error", result.value) for result in results)
    values = [result.value for result in results[1:]]
    return [default, min(draws), draws[values.index(min(values))]]
