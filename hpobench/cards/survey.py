"""A survey of a problem: random evaluations, a longer search, and the facts that they show.

The results are frozen in the files of anchors. Nothing here is chosen by a score on test data.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..parameter import Categorical, Float, Units
from ..problem import Instance, Problem
from ..seeds import Stream, of_instance
from ..space import Config, Space
from ..trial import Fidelity, Proposal

CHEAP_POOL, TRAINED_POOL = 2_000, 300
"""Random evaluations of each instance: of a cheap problem, and of one that trains models."""
CLIMB = 200
"""Evaluations in each part of the longer search, which takes place where no optimum is known."""
REPEATS = 8
"""How often the default configuration is evaluated to measure the noise."""
ETA = 3
"""The ratio of the fidelities (rungs) at which the value of a training is noted."""
SOBOL = 1_024
"""The base points of the sensitivity indices: a power of two."""


@dataclass(frozen=True, slots=True)
class Point:
    """A configuration and its results; value and score are nan if the evaluation failed."""

    config: Config
    value: float
    score: float
    duration: float = math.nan
    """The simulated time of the full evaluation."""
    lower: tuple[float, ...] = ()
    """The values at the rungs below the highest, nan where the evaluation had failed."""


Evaluator = Callable[[Config], Point]


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
    instance, luck = _begun(problem, place)
    evaluate, rng = evaluator(problem, instance, luck, rungs_of(problem)), luck.rng()
    seen = _random(problem, evaluate, rng)
    size, pool = len(seen), with_failures_as_worst(seen)
    best = min(pool, key=lambda point: point.value)
    if instance.optimum is None:
        best, size = climb(problem.space, evaluate, best, rng), size + CLIMB
        if problem.gradient_cost is not None:
            descent = replace(luck, keys=(*luck.keys, "descent"))
            best, size = descend(problem.space, instance, descent, best), size + CLIMB
    default = [evaluate(problem.space.default()).value for _ in range(REPEATS)]
    return Survey(
        tuple(pool),
        sum(math.isnan(point.value) for point in seen),
        best,
        size,
        instance.optimum,
        float(np.std(default, ddof=1)) if len(set(default)) > 1 else 0.0,
    )


def pool(problem: Problem, place: int) -> list[Point]:
    """Draw only the pool with which a survey of the instance begins, the same points again.

    Each training goes to the highest fidelity at once; value and score are nan where it failed.
    """
    instance, luck = _begun(problem, place)
    evaluate = evaluator(problem, instance, luck, rungs_of(problem)[-1:])
    return _random(problem, evaluate, luck.rng())


def evaluator(
    problem: Problem, instance: Instance, luck: Stream, rungs: Sequence[float | None]
) -> Evaluator:
    """Return a function that evaluates a configuration at these rungs, each time with new luck."""
    count = 0

    def evaluate(config: Config) -> Point:
        nonlocal count
        stream = replace(luck, keys=(*luck.keys, count))
        count += 1
        values: list[float] = []
        score, duration, checkpoint = math.nan, math.nan, None
        try:
            for step in rungs:
                evaluation = instance.evaluate(Proposal(config, step), stream, checkpoint)
                values.append(evaluation.value)
                checkpoint = evaluation.checkpoint
                score = evaluation.reported
                duration = 1.0 if evaluation.duration is None else evaluation.duration
        except Exception as error:  # noqa: BLE001  # an exception fails the evaluation, as in a run
            print(f"{problem.name}: {error!r} at {config!r}", flush=True)  # noqa: T201  # who rebuilds anchors has to know
        finite = len(values) == len(rungs) and math.isfinite(values[-1]) and math.isfinite(score)
        values += [math.nan] * (len(rungs) - len(values))
        value, score = (values[-1], score) if finite else (math.nan, math.nan)
        return Point(config, value, score, duration, tuple(values[:-1]))

    return evaluate


def with_failures_as_worst(pool: Sequence[Point]) -> list[Point]:
    """Give each failure the highest value and the highest score of the pool."""
    done = [point for point in pool if not math.isnan(point.value)]
    value, score = max(point.value for point in done), max(point.score for point in done)
    return [
        replace(point, value=value, score=score) if math.isnan(point.value) else point
        for point in pool
    ]


def climb(space: Space, evaluate: Evaluator, best: Point, rng: np.random.Generator) -> Point:
    """Climb from `best` by normal steps in the unit cube, wider after success; return the best."""
    step = 0.1
    for _ in range(CLIMB):
        config = best.config
        while config == best.config:
            config = neighbour(space, best.config, step, rng)
        point = evaluate(config)
        if point.value < best.value:
            best, step = point, min(1.5 * step, 0.3)
        else:
            step = max(0.95 * step, 0.01)
    return best


def neighbour(space: Space, config: Config, step: float, rng: np.random.Generator) -> Config:
    """Move about a third of the coordinates, at least one; inactive ones are drawn anew."""
    units = space.encode(config)
    fresh = rng.random(len(units))
    moves = rng.random(len(units)) < 1 / 3
    moves[rng.integers(len(units))] = True
    nominal = np.array([isinstance(parameter, Categorical) for parameter in space.values()])
    stepped = np.where(
        nominal, fresh, np.clip(units + step * rng.standard_normal(len(units)), 0, 1)
    )
    return space.decode(np.where(np.isnan(units), fresh, np.where(moves, stepped, units)))


def descend(space: Space, instance: Instance, stream: Stream, best: Point) -> Point:
    """Descend along the active real parameters by L-BFGS-B, with one luck; return the best."""
    from scipy.optimize import minimize

    place = space.encode(best.config)
    real = np.array([isinstance(parameter, Float) for parameter in space.values()])
    free = real & ~np.isnan(place)

    def evaluate(units: Units) -> tuple[float, Units]:
        nonlocal best
        place[free] = units
        config = space.decode(place)
        found = instance.evaluate(Proposal(config, gradient=True), stream, None)
        if found.value < best.value:
            best = Point(config, found.value, found.reported)
        slopes = found.gradient or {}
        return found.value, np.array([slopes[n] for n, f in zip(space, free, strict=True) if f])

    bounds = [(0.0, 1.0)] * int(free.sum())
    minimize(
        evaluate, place[free], jac=True, bounds=bounds, method="L-BFGS-B", options={"maxfun": CLIMB}
    )
    return best


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


def _begun(problem: Problem, place: int) -> tuple[Instance, Stream]:
    """Return an instance, and the stream of random numbers for its survey."""
    instance = problem.start(of_instance(problem.base, place).rng())
    return instance, Stream(("anchors", problem.name, place))


def rungs_of(problem: Problem) -> Sequence[float | None]:
    """Return the fidelities at which the value of a training is noted; None: a full evaluation."""
    return problem.fidelity.rungs(ETA) if problem.fidelity else [None]


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
