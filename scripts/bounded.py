"""Every interval of the report, on made-up studies: the share of them that hold the truth."""

from collections.abc import Callable, Mapping

import numpy as np
from simulation import ADVANTAGE, Design, covers, noise
from truths import (
    RIVALS,
    areas,
    gaps,
    improvability,
    log_areas,
    logs,
    pair,
    true_chance,
    truth,
)

from hpobench import statistics
from hpobench.statistics import Bounds, FloatArray, Interval

Measure = Callable[[Design], float]
"""Returns the share of intervals that hold the truth."""


def mean(design: Design) -> float:
    """Mean regrets, their curves, and whatever else is a mean of runs."""
    _, runs = design.studies(1, design.luck)
    return covers(statistics.new_problems(runs[0]), 0.0)


def gain(design: Design) -> float:
    """Differences of mean regrets on the same instances."""
    _, runs = design.compared(2, design.luck)
    means = statistics.instance_means(runs, design.instances)
    return covers(statistics.new_problems(means[0] - means[1]), 0.0)


def rank(design: Design) -> float:
    """Mean ranks of three strategies."""
    _, runs = design.compared(3, design.luck)
    ranks = statistics.instance_ranks(runs, design.instances, np.zeros(runs.shape[1:3]))
    return covers(statistics.new_problems(ranks[0]), 2.0)


def chance(design: Design) -> float:
    """Chances that a run is better than another strategy's."""
    _, runs = design.compared(2, design.luck)
    runs[0] -= ADVANTAGE
    ranks = statistics.instance_ranks(runs, design.instances, np.zeros(runs.shape[1:3]))
    certain = Bounds(np.zeros(design.problems), np.ones(design.problems))
    found = statistics.new_problems(2 - ranks[0], certain)  # of two, a rank is 1 + P(worse)
    return covers(found, true_chance(design.kind))


def of_runs(what: str, number: Callable[[FloatArray], FloatArray]) -> Measure:
    """Means of a number of each run."""

    def measure(design: Design) -> float:
        _, runs = design.studies(1, design.luck)
        found = statistics.new_problems(number(runs[0]))
        return covers(found, truth(what, design.seeds, design.kind))

    return measure


def middle(design: Design) -> float:
    """Interquartile means."""
    _, runs = design.studies(1, design.luck)
    found = statistics.jackknife(statistics.interquartile_mean, runs[0])
    return covers(found, truth("IQM", design.seeds, design.kind))


def behind(design: Design) -> float:
    """Improvabilities."""
    _, runs = design.studies(RIVALS, design.luck)
    means = np.moveaxis(gaps(runs.mean(axis=2)), 0, 1)
    found = statistics.jackknife(improvability, means, least=0.0, most=1.0)
    first = Interval(found.mean[0], found.low[0], found.high[0], found.method)
    return covers(first, truth("improvability", design.seeds, design.kind))


def lost(design: Design) -> float:
    """Frontier advantages: what is lost without a strategy."""
    _, runs = design.studies(RIVALS, design.luck)
    advantages = statistics.frontier_advantage(gaps(runs.mean(axis=2)))
    found = statistics.new_problems(advantages[0][:, None])
    return covers(found, truth("lost without", design.seeds, design.kind))


def best_pair(design: Design) -> float:
    """Mean regrets of the pair of equal strategies that is best by the same runs."""
    _, runs = design.studies(RIVALS, design.luck)
    regrets = np.stack([pair(runs[..., draw]) for draw in range(design.draws)], axis=1)
    found = statistics.new_problems(regrets[:, None])
    return covers(found, truth("pair", design.seeds, design.kind))


def median(design: Design) -> float:
    """Medians over problems of mean regrets."""
    _, runs = design.studies(1, design.luck)
    found = [statistics.median_interval(column) for column in runs[0].mean(axis=1).T]
    true = truth("median", design.seeds, design.kind)
    return float(np.mean([each.low <= true <= each.high for each in found]))


def speedup(design: Design) -> float:
    """Median speed-ups."""
    _, runs = design.studies(1, design.luck)
    factors = np.exp(runs[0].mean(axis=1))
    found = [statistics.censored_median(column, column) for column in factors.T]
    true = np.exp(truth("median", design.seeds, design.kind))
    return float(np.mean([each.low <= true <= each.high for each in found]))


def mixed(design: Design) -> float:
    """Differences in the mixed model, where a third of the runs is missing."""
    rng = design.luck
    _, runs = design.studies(3, rng)
    runs += rng.normal(0, 0.5, (1, design.problems, 1, design.draws))
    runs[rng.random(runs.shape) < 1 / 3] = np.nan
    models = [statistics.mixed_model(runs[..., draw]) for draw in range(design.draws)]
    ends = [model.difference(0, 2)[1:] for model in models if model is not None]
    return float(np.mean([low <= 0 <= high for low, high in ends]))


def slope(design: Design) -> float:
    """Slopes of effects over the number of hyperparameters, on which their spread depends, too."""
    rng = design.luck
    _, runs = design.studies(1, rng)
    held = list[bool]()
    for column in runs[0].mean(axis=1).T:
        doublings = np.log2(rng.integers(2, 21, size=design.problems))
        found = statistics.slope(doublings, column * (0.5 + doublings / 4))
        if not np.isnan(found.low):
            held.append(found.low <= 0 <= found.high)
    return float(np.mean(held))


def places(strategies: int, apart: float, who: slice) -> Measure:
    """Ranges of places of some of the strategies, which differ by so much each from the next."""

    def measure(design: Design) -> float:
        _, runs = design.studies(strategies, design.luck)
        runs += apart * np.arange(strategies)[:, None, None, None]
        true = np.arange(1, strategies + 1)
        held = 0.0
        for draw in range(design.draws):
            found = statistics.rank_ranges(np.moveaxis(runs[..., draw], 0, 2), replicates=500)
            held += float(np.mean(((found.best <= true) & (true <= found.worst))[who]))
        return held / design.draws

    return measure


def mean_here(design: Design) -> float:
    """Mean regrets on given problems."""
    drawn, runs = design.studies(1, design.luck)
    return covers(statistics.within_problems(runs[0]), drawn[0, :, 0].mean(axis=0))


def gain_here(design: Design) -> float:
    """Differences of regrets on given problems, seed by seed."""
    drawn, runs = design.studies(2, design.luck)
    true = (drawn[0] - drawn[1])[:, 0].mean(axis=0)
    return covers(statistics.within_problems(runs[0] - runs[1]), true)


def profile_here(design: Design) -> float:
    """Shares of runs at or below a regret of 0, on given problems."""
    drawn, runs = design.studies(1, design.luck)
    found = statistics.score_profile(runs[0], np.zeros(1))
    blur = np.sort(noise(np.random.default_rng(97), (20_000,), kind=design.kind))
    true = (np.searchsorted(blur, -drawn[0, :, 0]) / blur.size).mean(axis=0)
    return float(np.mean((found.low[:, 0] <= true) & (true <= found.high[:, 0])))


def chance_here(design: Design) -> float:
    """Chances to be better on given problems."""
    drawn, runs = design.compared(2, design.luck)
    runs[0] -= ADVANTAGE
    blur = noise(np.random.default_rng(97), (2, 20_000), kind=design.kind)
    gaps_of_runs = np.sort(blur[0] - blur[1])  # the first is better below the difference
    lead = ADVANTAGE - drawn[0, :, 0] + drawn[1, :, 0]
    true = (np.searchsorted(gaps_of_runs, lead) / gaps_of_runs.size).mean(axis=0)
    where, tied = design.instances, np.zeros(runs.shape[1:3])
    held = 0
    for draw in range(design.draws):
        both = runs[..., draw]
        won = statistics.chances(both, where, tied)[0, 1]
        found = statistics.these_problems(both[0], both[1], where, won)
        held += found.low <= true[draw] <= found.high
    return held / design.draws


NEW: Mapping[str, Measure] = {
    "mean": mean,
    "gain": gain,
    "rank": rank,
    "P(better)": chance,
    "gap": of_runs("gap", gaps),
    "geometric": of_runs("geometric", logs),
    "AOCC": of_runs("AOCC", areas),
    "AOCC, log": of_runs("AOCC, log", log_areas),
    "IQM": middle,
    "improvability": behind,
    "lost without": lost,
    "median": median,
    "speed-up": speedup,
    "slope": slope,
}
"""Intervals for new problems."""
NEW_SLOW: Mapping[str, Measure] = {
    "best pair": best_pair,
    "mixed model": mixed,
    "places": places(RIVALS, ADVANTAGE / 2, slice(None)),
    "close places": places(RIVALS, 1e-3, slice(None)),
    "best of 10": places(10, 1e-3, slice(1)),
}
"""Intervals for new problems that take longer."""
HERE: Mapping[str, Measure] = {"mean": mean_here, "gain": gain_here}
"""Intervals for these problems."""
HERE_SLOW: Mapping[str, Measure] = {"P(better)": chance_here, "profile": profile_here}
"""Intervals for these problems that take longer."""
