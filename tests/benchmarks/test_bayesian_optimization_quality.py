"""How near Bayesian optimisation comes to known optima, and how long it takes."""

from typing import Any

import numpy as np
import pytest

from hpobench import registry
from hpobench.runner import run

SEEDS, EVALUATIONS = 20, 60


@pytest.mark.parametrize("name", ["branin", "hartmann-6"])
def test_regret_after_sixty_evaluations(
    benchmark: Any,
    name: str,
) -> None:
    strategy, problem = registry.strategies()["bayesian-optimization"], registry.problems()[name]
    regrets: list[float] = []

    def races() -> None:
        for seed in range(SEEDS):
            records = run(strategy, problem, budget=EVALUATIONS, seed=seed)
            optimum = problem.start(np.random.default_rng()).optimum
            assert optimum is not None
            regrets.append(min(record.trial.value for record in records) - optimum)

    benchmark.pedantic(races, rounds=1)
    found = np.array(regrets)
    near, nearer = np.mean(found <= 0.13), np.mean(found <= 0.01)
    print(f"\n{name}, {EVALUATIONS} evaluations, {SEEDS} seeds: median {np.median(found):.1e},")
    print(f"at most 0.13 in {near:.0%} of the seeds, at most 0.01 in {nearer:.0%}")
