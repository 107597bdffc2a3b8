"""A survey of a problem: random evaluations, a longer search, and the facts that they show.

The results are frozen in the files of anchors. Nothing here is chosen by a score on test data.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..parameter import Units
from ..problem import Problem
from ..seeds import Stream, of_instance
from ..trial import Fidelity
from .longer_search import longer_search
from .points import (
    ETA,
    Evaluator,
    Point,
    begun,
    evaluator,
    rungs_of,
    with_failures_as_worst,
)

CHEAP_POOL, TRAINED_POOL = 2_000, 300
"""Random evaluations of each instance: of a cheap problem, and of one that trains models."""
CLIMB = 200
"""Evaluations in each part of the longer search, which takes place where no optimum is known."""
REPEATS = 8
"""How often the default configuration is evaluated to measure the noise."""
SOBOL = 1_024
"""The base points of the sensitivity indices: a power of two."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The results of a survey of one instance."""

    pool: tuple[Point, ...]
    """Random configurations; those that failed have the highest value and score of all."""
    failures: int
    best: Point
    """The point with the lowest value in the pool and the longer search."""
    evaluations: int
    """The number of evaluations in the pool and the longer search together."""
    optimum: float | None
    noise: float
    """The standard deviation of the default configuration's value when it is evaluated again."""


def survey(problem: Problem, place: int) -> Survey:
    """Survey the instance of a problem with the number `place`, with luck of its own."""
    instance, luck = begun(problem, place)
    evaluate, rng = evaluator(problem, instance, luck, rungs_of(problem)), luck.rng()
    seen = _random(problem, evaluate, rng)
    drawn = with_failures_as_worst(seen)
    best, searched = longer_search(problem, instance, luck, drawn, evaluate, rng=rng, steps=CLIMB)
    default = [evaluate(problem.space.default()).value for _ in range(REPEATS)]
    return Survey(
        tuple(drawn),
        sum(math.isnan(point.value) for point in seen),
        best,
        len(seen) + searched,
        instance.optimum,
        float(np.std(default, ddof=1)) if len(set(default)) > 1 else 0.0,
    )


def pool(problem: Problem, place: int) -> list[Point]:
    """Draw only the pool with which a survey of the instance begins, the same points again.

    Each training goes to the highest fidelity at once; value and score are nan where it failed.
    """
    instance, luck = begun(problem, place)
    evaluate = evaluator(problem, instance, luck, rungs_of(problem)[-1:])
    return _random(problem, evaluate, luck.rng())


def ranking(fidelity: Fidelity, surveys: Sequence[Survey]) -> dict[str, float]:
    """Return how well the ranking of configurations at each lower fidelity predicts the highest.

    The measure is Spearman's rank correlation over a pool, averaged over the instances. A value at
    a lower fidelity that is not finite counts as the worst.
    """
    from scipy.stats import spearmanr

    found: dict[str, float] = {}
    for i, level in enumerate(fidelity.rungs(ETA)[:-1]):
        correlations = []
        for each in surveys:
            low = np.array([point.lower[i] for point in each.pool])
            low[~np.isfinite(low)] = np.inf
            full = [point.value for point in each.pool]
            correlations.append(float(spearmanr(low, full).statistic))
        found[f"{level:g}"] = float(np.mean(correlations))
    return found


def importance(problem: Problem, surveys: Sequence[Survey]) -> tuple[dict[str, float], float]:
    """Return each parameter's share of the variance, and how much of it the model explains.

    The shares are total sensitivity indices (Saltelli et al., 2010, Computer Physics Communications
    181(2)) of the rank of a configuration among random ones, in the unit cube. For a cheap problem
    the ranks are those of noise-free scores, and the second number is 1. For a trained one, a
    random forest predicts the ranks of values, and the second number is its R2 on the rows that
    each of its trees has not seen.
    """
    from scipy.stats import sobol_indices, uniform

    rank, explained = (
        _modelled(problem, surveys) if problem.about.trained else _known(problem, surveys)
    )
    found = sobol_indices(
        func=lambda units: rank(units.T),
        n=SOBOL,
        dists=[uniform()] * len(problem.space),  # type: ignore[list-item]  # it has what is needed
        rng=Stream(("importance", problem.name)).rng(),
    )
    shares = np.clip(found.total_order, 0.0, None)
    return dict(zip(problem.space, shares.tolist(), strict=True)), explained


def _random(problem: Problem, evaluate: Evaluator, rng: np.random.Generator) -> list[Point]:
    """Evaluate the random configurations of a pool; value and score are nan where one fails."""
    size = TRAINED_POOL if problem.about.trained else CHEAP_POOL
    return [evaluate(problem.space.sample(rng)) for _ in range(size)]


Ranks = Callable[[Units], Units]


def _known(problem: Problem, surveys: Sequence[Survey]) -> tuple[Ranks, float]:
    (one, *_) = surveys
    ordered = np.sort([point.score for point in one.pool])
    instance = problem.start(of_instance(problem.base, 0).rng())
    luck = Stream(("importance", problem.name))
    evaluate = evaluator(problem, instance, luck, rungs_of(problem))

    def rank(units: Units) -> Units:
        scores = [evaluate(config).score for config in problem.space.decode_all(units)]
        return np.asarray(np.searchsorted(ordered, scores) / len(ordered))

    return rank, 1.0


def _modelled(problem: Problem, surveys: Sequence[Survey]) -> tuple[Ranks, float]:
    from scipy.stats import rankdata
    from sklearn.ensemble import RandomForestRegressor

    space = problem.space
    configs = [point.config for each in surveys for point in each.pool]
    ranks = np.concatenate(
        [rankdata([point.value for point in each.pool]) / len(each.pool) for each in surveys]
    )
    forest = RandomForestRegressor(
        300, min_samples_leaf=2, max_features=0.5, oob_score=True, random_state=0
    )
    forest.fit(np.nan_to_num(space.encode_all(configs), nan=-1.0), ranks)

    def rank(units: Units) -> Units:
        found = np.nan_to_num(space.encode_all(space.decode_all(units)), nan=-1.0)
        return np.asarray(forest.predict(found))

    return rank, float(forest.oob_score_)
