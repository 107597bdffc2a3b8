"""Measure how often the report's intervals hold the truth.

`python scripts/coverage.py` simulates studies whose truth is known, as scripts/simulation.py draws
them. The intervals are made by the functions that the report calls. The results are written down in
hpobench/report/intervals.py. What a number is worth that depends on the number of seeds, such as
what would be lost without a strategy, is its mean over many problems with as many seeds.
"""

import argparse
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from simulation import (
    ADVANTAGE,
    KINDS,
    SPLITS,
    Kind,
    covers,
    effects,
    error,
    instances,
    levels,
    noise,
    show,
    study,
)

from hpobench import statistics
from hpobench.scores import area_over_curve, logarithmic
from hpobench.statistics import Bounds, FloatArray, Interval, mean_over

DESIGNS = ((8, 5), (8, 10), (20, 5), (20, 10))
"""Numbers of problems and of seeds, as pairs."""
FEW = ((1, 5), (1, 10), (4, 5), (4, 10), (7, 5), (7, 10))
"""Numbers of problems and of seeds where the problems are too few for claims about new ones."""
RIVALS = 4
"""How many strategies there are where others matter."""
LEVEL = 0.4
"""The mean of regrets that are cut off at 0."""
SLOW = 0.25
"""The share of the draws for intervals that are made one by one."""
_MANY = 100_000
"""How many problems make the truth where it has no formula."""
_GRID = np.arange(1.0, 17.0)
"""Where curves are read, in evaluations."""
Measure = Callable[[int, int, int, np.random.Generator, Kind], float]
"""Returns the share of intervals that hold the truth, by the numbers of problems, of seeds and of
draws, the luck and the kind."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the coverage of intervals.")
    parser.add_argument("--draws", type=int, default=4000, help="studies for each design")
    draws: int = parser.parse_args().draws
    print(
        f"Coverage of 95 % intervals in %; standard error {error(0.95, draws):.1f}, and "
        f"{error(0.95, int(SLOW * draws)):.1f} of those marked *"
    )
    for title, designs, fast, slow in (
        ("for new problems", DESIGNS, FAST, ONE_BY_ONE),
        ("for these problems", (*FEW, *DESIGNS), FAST_HERE, ONE_BY_ONE_HERE),
    ):
        measures = {**fast, **{f"{name}*": each for name, each in slow.items()}}
        show(title, [*measures])
        for kind in KINDS:
            for problems, seeds in designs:
                row = list[str | float]()
                for name, measure in measures.items():
                    rng = np.random.default_rng([problems, seeds, KINDS.index(kind)])
                    size = int(SLOW * draws) if name.endswith("*") else draws
                    row.append(measure(problems, seeds, size, rng, kind))
                show(f"{problems}, {seeds}, {kind}", row)


def mean(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Mean regrets, their curves, and whatever else is a mean of runs."""
    _, runs = study(1, problems, seeds, draws, rng, kind=kind)
    return covers(statistics.new_problems(runs[0]), 0.0)


def gain(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Differences of mean regrets on the same instances."""
    runs = _compared(2, problems, seeds, draws, rng, kind)
    means = statistics.instance_means(runs, instances(problems, seeds))
    return covers(statistics.new_problems(means[0] - means[1]), 0.0)


def rank(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Mean ranks of three strategies."""
    runs = _compared(3, problems, seeds, draws, rng, kind)
    where = instances(problems, seeds)
    ranks = statistics.instance_ranks(runs, where, np.zeros(where.shape))
    return covers(statistics.new_problems(ranks[0]), 2.0)


def chance(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Chances that a run is better than another strategy's."""
    runs = _compared(2, problems, seeds, draws, rng, kind)
    runs[0] -= ADVANTAGE
    where = instances(problems, seeds)
    better = 2 - statistics.instance_ranks(runs, where, np.zeros(where.shape))[0]  # 1 + P(worse)
    certain = Bounds(np.zeros(problems), np.ones(problems))
    return covers(statistics.new_problems(better, certain), _chance(kind))


def gap(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Optimality gaps: regrets cut off at 0."""
    _, runs = study(1, problems, seeds, draws, rng, kind=kind)
    found = statistics.new_problems(np.maximum(LEVEL + runs[0], 0.0))
    return covers(found, _truth("gap", seeds, kind))


def geometric(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Geometric means of regrets: means of their logarithms, raised to a floor."""
    _, runs = study(1, problems, seeds, draws, rng, kind=kind)
    return covers(statistics.new_problems(_logs(runs[0])), _truth("geometric", seeds, kind))


def area(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Areas over the curve, as they are."""
    _, runs = study(1, problems, seeds, draws, rng, kind=kind)
    found = statistics.new_problems(_areas(runs[0], by_log=False))
    return covers(found, _truth("area", seeds, kind))


def log_area(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Areas over the curve, by logarithms."""
    _, runs = study(1, problems, seeds, draws, rng, kind=kind)
    found = statistics.new_problems(_areas(runs[0], by_log=True))
    return covers(found, _truth("log area", seeds, kind))


def middle(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Interquartile means."""
    _, runs = study(1, problems, seeds, draws, rng, kind=kind)
    found = statistics.jackknife(statistics.interquartile_mean, runs[0])
    return covers(found, _truth("middle", seeds, kind))


def behind(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Improvabilities."""
    means = _regrets(problems, seeds, draws, rng, kind)
    found = statistics.jackknife(_improvability, np.moveaxis(means, 0, 1), least=0.0, most=1.0)
    first = Interval(found.mean[0], found.low[0], found.high[0], found.method)
    return covers(first, _truth("behind", seeds, kind))


def lost(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Frontier advantages: what is lost without a strategy."""
    means = _regrets(problems, seeds, draws, rng, kind)
    found = statistics.new_problems(statistics.frontier_advantage(means)[0][:, None])
    return covers(found, _truth("lost", seeds, kind))


def pair(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Mean regrets of the pair of strategies that is best by the same runs."""
    _, runs = study(RIVALS, problems, seeds, draws, rng, kind=kind)
    halves = runs[:, :, ::2].mean(axis=2), runs[:, :, 1::2].mean(axis=2)
    regrets = np.empty((problems, draws))
    for draw in range(draws):
        best = statistics.best_portfolios([half[..., draw] for half in halves], 2)
        assert best is not None
        regrets[:, draw] = best.regrets
    return covers(statistics.new_problems(regrets[:, None]), _truth("pair", seeds, kind))


def median(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Medians over problems of mean regrets."""
    _, runs = study(1, problems, seeds, draws, rng, kind=kind)
    truth, held = _truth("median", seeds, kind), 0
    for column in runs[0].mean(axis=1).T:
        found = statistics.median_interval(column)
        held += found.low <= truth <= found.high
    return held / draws


def speedup(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Median speed-ups, of seeds that are drawn again as those of scores are."""
    _, runs = study(1, problems, seeds, draws, rng, kind=kind)
    truth, held = np.exp(_truth("median", seeds, kind)), 0
    chosen = np.random.default_rng(0).integers(seeds, size=(500, seeds))
    for draw in range(draws):
        known = np.exp(runs[0, :, :, draw].mean(axis=1))
        drawn = np.exp(runs[0, :, :, draw][:, chosen].mean(axis=2))
        found = statistics.censored_median(known, known, drawn, drawn, replicates=2000)
        held += found.low <= truth <= found.high
    return held / draws


def mixed(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Differences in the mixed model, where a third of the runs is missing."""
    _, runs = study(3, problems, seeds, draws, rng, kind=kind)
    runs += rng.normal(0, 0.5, (1, problems, 1, draws))
    runs[rng.random(runs.shape) < 1 / 3] = np.nan
    held, fitted = 0, 0
    for draw in range(draws):
        model = statistics.mixed_model(runs[..., draw])
        if model is not None:
            _, low, high = model.difference(0, 2)
            fitted, held = fitted + 1, held + (low <= 0 <= high)
    return held / max(fitted, 1)


def slope(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Slopes of effects over the number of hyperparameters, on which their spread depends, too."""
    _, runs = study(1, problems, seeds, draws, rng, kind=kind)
    held, bounded = 0, 0
    for column in runs[0].mean(axis=1).T:
        doublings = np.log2(rng.integers(2, 21, size=problems))
        found = statistics.slope(doublings, column * (0.5 + doublings / 4))
        if not np.isnan(found.low):
            bounded, held = bounded + 1, held + (found.low <= 0 <= found.high)
    return held / max(bounded, 1)


def places(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Ranges of places, of strategies that differ a little: the place of a random one of them."""
    _, runs = study(RIVALS, problems, seeds, draws, rng, kind=kind)
    runs += ADVANTAGE / 2 * np.arange(RIVALS)[:, None, None, None]
    held = 0.0
    for draw in range(draws):
        found = statistics.rank_ranges(np.moveaxis(runs[..., draw], 0, 2), replicates=1000)
        truth = np.arange(1, RIVALS + 1)
        held += float(np.mean((found.best <= truth) & (truth <= found.worst)))
    return held / draws


def close(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Ranges of places, of strategies that hardly differ."""
    _, runs = study(RIVALS, problems, seeds, draws, rng, kind=kind)
    runs += 1e-3 * np.arange(RIVALS)[:, None, None, None]
    held = 0.0
    for draw in range(draws):
        found = statistics.rank_ranges(np.moveaxis(runs[..., draw], 0, 2), replicates=1000)
        truth = np.arange(1, RIVALS + 1)
        held += float(np.mean((found.best <= truth) & (truth <= found.worst)))
    return held / draws


def mean_here(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Mean regrets on given problems."""
    drawn, runs = study(1, problems, seeds, draws, rng, kind=kind)
    return covers(statistics.within_problems(runs[0]), drawn[0, :, 0].mean(axis=0))


def gain_here(problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind) -> float:
    """Differences of regrets on given problems, seed by seed."""
    drawn, runs = study(2, problems, seeds, draws, rng, kind=kind)
    truth = (drawn[0] - drawn[1])[:, 0].mean(axis=0)
    return covers(statistics.within_problems(runs[0] - runs[1]), truth)


def chance_here(
    problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind
) -> float:
    """Chances to be better on given problems."""
    drawn, runs = study(2, problems, seeds, draws, rng, kind=kind)
    runs += levels(problems, seeds, draws, rng)
    runs[0] -= ADVANTAGE
    blur = noise(rng, (2, 20_000), kind=kind)
    gaps = np.sort(blur[0] - blur[1])  # the first is better where the gap is below the difference
    lead = ADVANTAGE - drawn[0, :, 0] + drawn[1, :, 0]
    truth = (np.searchsorted(gaps, lead) / gaps.size).mean(axis=0)
    where, tied = instances(problems, seeds), np.zeros((problems, seeds))
    held = 0
    for draw in range(draws):
        both = runs[..., draw]
        won = statistics.chances(both, where, tied)[0, 1]
        found = statistics.these_problems(both[0], both[1], where, won)
        held += found.low <= truth[draw] <= found.high
    return held / draws


FAST: Mapping[str, Measure] = {
    "mean": mean,
    "gain": gain,
    "rank": rank,
    "P(better)": chance,
    "gap": gap,
    "geometric": geometric,
    "AOCC": area,
    "AOCC, log": log_area,
    "IQM": middle,
    "improvability": behind,
    "lost without": lost,
}
"""Intervals for new problems, of all draws at once."""
ONE_BY_ONE: Mapping[str, Measure] = {
    "pair": pair,
    "median": median,
    "speed-up": speedup,
    "mixed model": mixed,
    "slope": slope,
    "places": places,
    "close places": close,
}
"""Intervals for new problems, that are made one by one."""
FAST_HERE: Mapping[str, Measure] = {"mean": mean_here, "gain": gain_here}
"""Intervals for these problems, of all draws at once."""
ONE_BY_ONE_HERE: Mapping[str, Measure] = {"P(better)": chance_here}
"""Intervals for these problems, that are made one by one."""


def _compared(
    strategies: int, problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind
) -> FloatArray:
    """Draw runs whose instances have levels."""
    _, runs = study(strategies, problems, seeds, draws, rng, kind=kind)
    return runs + levels(problems, seeds, draws, rng)


def _regrets(
    problems: int, seeds: int, draws: int, rng: np.random.Generator, kind: Kind
) -> FloatArray:
    """Draw mean regrets of equal strategies, cut off at 0, (strategies, problems, draws)."""
    _, runs = study(RIVALS, problems, seeds, draws, rng, kind=kind)
    return np.maximum(LEVEL + runs.mean(axis=2), 0.0)


def _improvability(means: FloatArray) -> FloatArray:
    return statistics.improvability(np.moveaxis(means, 0, 1))


def _logs(runs: FloatArray) -> FloatArray:
    return np.log10(np.maximum(LEVEL + runs, 1e-3))


def _areas(runs: FloatArray, *, by_log: bool) -> FloatArray:
    """Return areas over curves that fall from 1 at a rate of their own to a level of their own."""
    end = np.clip(LEVEL + runs, 1e-3, 1.0)[..., None]
    curves = end ** (np.log(_GRID) / np.log(_GRID[-1]))
    shown = logarithmic(curves) if by_log else curves
    return area_over_curve(shown, _GRID, by_log=by_log)


@cache
def _truth(what: str, seeds: int, kind: Kind) -> float:
    """Compute the mean, or the median, over many problems of what an interval is to hold."""
    rng = np.random.default_rng(99)
    _, runs = study(RIVALS, _MANY, seeds, 1, rng, kind=kind)
    runs = runs[..., 0]
    match what:
        case "gap":
            return float(np.maximum(LEVEL + runs, 0.0).mean())
        case "geometric":
            return float(_logs(runs).mean())
        case "area" | "log area":
            return float(_areas(runs[0], by_log=what == "log area").mean())
        case "middle":
            return float(np.mean([statistics.interquartile_mean(each) for each in runs]))
        case "behind":
            return float(statistics.improvability(np.maximum(LEVEL + runs.mean(axis=2), 0)).mean())
        case "lost":
            return float(
                statistics.frontier_advantage(np.maximum(LEVEL + runs.mean(axis=2), 0.0)).mean()
            )
        case "pair":
            halves = runs[:2, :, ::2].mean(axis=2), runs[:2, :, 1::2].mean(axis=2)
            both = statistics.best_portfolios(halves, 2)
            assert both is not None
            return float(both.regrets.mean())
        case _:
            return float(np.median(runs.mean(axis=2)))


@cache
def _chance(kind: Kind) -> float:
    """Estimate by simulation the chance that a run of the better strategy has the lower value."""
    rng = np.random.default_rng(98)
    shifts = effects(rng, (2, 1_000_000), kind=kind)
    first, second = shifts + noise(rng, shifts.shape, kind=kind)
    return float(np.mean(first - ADVANTAGE < second))


if __name__ == "__main__":
    main()
