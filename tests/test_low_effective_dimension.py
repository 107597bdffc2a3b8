"""Random search against grid search where few parameters matter (Bergstra and Bengio, 2012).

With 64 evaluations a grid has 4 levels of each of Hartmann's 3 parameters. Where those 3 are hidden
among 15, it has only 2 levels of 6 parameters, and it can't know which 6 it should vary.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from hpobench import registry
from hpobench.runner import run

BUDGET = 64
SEEDS = 30
EMBEDDED, PLAIN = "hartmann-3-embedded", "hartmann-3"


@cache
def regrets(strategy: str, problem: str) -> NDArray[np.float64]:
    """Return how far from the optimum each seed ends, shape (seeds,)."""
    searcher = registry.find_strategies(strategy)[0].item
    searched = registry.find_problems(problem)[0].item
    optimum = searched.start(np.random.default_rng(0)).optimum
    assert optimum is not None
    return np.array(
        [
            min(record.score for record in run(searcher, searched, budget=BUDGET, seed=seed))
            - optimum
            for seed in range(SEEDS)
        ]
    )


def p_value(problem: str) -> float:
    """Return how likely random search would do so well by chance alone, by the paired rank test."""
    from scipy.stats import wilcoxon

    pairs = regrets("random-search", problem), regrets("grid-search", problem)
    return float(wilcoxon(*pairs, alternative="less").pvalue)


def test_random_search_beats_a_grid_where_three_of_fifteen_matter() -> None:
    assert p_value(EMBEDDED) < 1e-6
    wins = regrets("random-search", EMBEDDED) < regrets("grid-search", EMBEDDED)
    assert wins.mean() > 0.9


def test_random_search_does_not_beat_a_grid_where_all_three_matter() -> None:
    assert p_value(PLAIN) > 0.5


def test_what_does_not_matter_costs_a_grid_dear_and_random_search_nothing() -> None:
    lost = {
        strategy: np.median(regrets(strategy, EMBEDDED)) - np.median(regrets(strategy, PLAIN))
        for strategy in ("random-search", "grid-search")
    }
    assert lost["random-search"] < 0.1
    assert lost["grid-search"] > 1.0
