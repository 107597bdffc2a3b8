"""Measure how often the report's intervals hold the truth, and how often its tests err.

`python scripts/coverage.py` simulates studies whose truth is known. A strategy has an effect of its
own on each problem, and each run has noise. Both are normal, or the effects are exponential, or
both are. Where strategies are compared, each instance also has a level of its own, which it adds to
all runs on it. The intervals and the tests are made by the functions that the report calls. The
results are written down in hpobench/report/intervals.py.
"""

import argparse
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hpobench import statistics
from hpobench.statistics import ALPHA, FloatArray, Interval

Kind: TypeAlias = Literal["normal", "exponential effects", "exponential"]
"""The distributions of effects and noise: both normal, only the effects exponential, or both
exponential."""

INTERACTION, NOISE, SPLIT = 0.15, 0.3, 0.6
"""Standard deviations of a strategy's effect on a problem, of a run's noise, and of an instance's
level."""
SPLITS = 5
"""How many instances a problem has; a seed draws the one with its number modulo this."""
ADVANTAGE = 0.2
"""How much lower one strategy's values are where the chance to be better is estimated."""
DESIGNS = ((8, 5), (8, 10), (20, 5), (20, 10))
"""Numbers of problems and of seeds, as pairs."""
KINDS: tuple[Kind, ...] = ("normal", "exponential effects", "exponential")
FEW = ((1, 5), (1, 10), (4, 5), (4, 10))
"""Numbers of problems and of seeds where the problems are too few for claims about new ones."""
MEASURED = (
    *("mean, new", "gain, new", "rank, new", "P(better), new", "mean, these"),
    "P(better), these",
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure coverage and false positives.")
    parser.add_argument("--draws", type=int, default=4000, help="studies for each design")
    draws: int = parser.parse_args().draws
    print(f"Coverage of 95 % intervals in %; standard error {_error(0.95, draws):.1f}")
    _print("problems, seeds, effects", *MEASURED)
    for kind in KINDS:
        for problems, seeds in DESIGNS:
            rng = np.random.default_rng([problems, seeds, KINDS.index(kind)])
            covered = coverage(problems, seeds, draws, rng, kind=kind)
            _print(_label(problems, seeds, kind=kind), *covered)
        for problems, seeds in FEW:
            rng = np.random.default_rng([problems, seeds, KINDS.index(kind)])
            effects, runs = _study(1, problems, seeds, draws, rng, kind=kind)
            these = statistics.within_problems(runs[0])
            share = _covers(these, effects[0, :, 0].mean(axis=0))
            better = coverage_of_chances(problems, seeds, min(draws, 1000), rng, kind=kind)
            _print(_label(problems, seeds, kind=kind), *("",) * 4, share, better)
    print(
        "False positives in %: six equal strategies, of which two lost most of their seeds;"
        f" standard error {_error(0.05, draws):.1f}"
    )
    _print("problems, seeds, effects", "one test", "any of five", "any of 15 pairs")
    for kind in KINDS:
        for problems in (8, 12, 20):
            rng = np.random.default_rng([problems, KINDS.index(kind)])
            rates = false_positives(problems, 10, draws, rng, kind=kind)
            _print(_label(problems, 10, kind=kind), *rates)


def coverage(
    problems: int, seeds: int, draws: int, rng: np.random.Generator, *, kind: Kind
) -> list[float]:
    """Return the shares of intervals that hold the truth, in the order of MEASURED."""
    effects, runs = _study(3, problems, seeds, draws, rng, kind=kind)
    instances = _instances(problems, seeds)
    levels = rng.normal(0, SPLIT, (problems, SPLITS, draws))[:, np.arange(seeds) % SPLITS]
    compared = runs + levels
    means = statistics.instance_means(compared, instances)
    tied = np.zeros(instances.shape)
    ranks = statistics.instance_ranks(compared, instances, tied)
    compared[0] -= ADVANTAGE
    better = 2 - statistics.instance_ranks(compared[:2], instances, tied)[0]  # 1 + P(worse)
    return [
        _covers(statistics.new_problems(runs[0]), 0.0),
        _covers(statistics.new_problems(means[0] - means[1]), 0.0),
        _covers(statistics.new_problems(ranks[0]), 2.0),
        _covers(statistics.new_problems(better), _chance(rng, kind=kind)),
        _covers(statistics.within_problems(runs[0]), effects[0, :, 0].mean(axis=0)),
    ]


def coverage_of_chances(
    problems: int, seeds: int, draws: int, rng: np.random.Generator, *, kind: Kind
) -> float:
    """Return the share of intervals for the chance to be better that hold it, on given problems."""
    effects, runs = _study(2, problems, seeds, draws, rng, kind=kind)
    levels = rng.normal(0, SPLIT, (problems, SPLITS, draws))[:, np.arange(seeds) % SPLITS]
    runs += levels
    runs[0] -= ADVANTAGE
    noise = _noise(rng, (2, 20_000), kind=kind)
    gaps = np.sort(noise[0] - noise[1])  # the first is better where the gap is below the difference
    lead = ADVANTAGE - effects[0, :, 0] + effects[1, :, 0]
    truth = (np.searchsorted(gaps, lead) / gaps.size).mean(axis=0)
    instances, tied = _instances(problems, seeds), np.zeros((problems, seeds))
    covered = 0
    for draw in range(draws):
        both = runs[..., draw]
        chance = statistics.chances(both, instances, tied)[0, 1]
        found = statistics.these_problems(both[0], both[1], instances, chance)
        covered += found.low <= truth[draw] <= found.high
    return covered / draws


def false_positives(
    problems: int, seeds: int, draws: int, rng: np.random.Generator, *, kind: Kind
) -> list[float]:
    """Return how often tests tell equal strategies apart; instances differ, and seeds are missing.

    The three rates are those of a single test, of any test against the first strategy after Holm's
    correction, and of any test among all pairs after Holm's correction.
    """
    _, runs = _study(6, problems, seeds, draws, rng, kind=kind)
    runs += rng.normal(0, SPLIT, (problems, SPLITS, draws))[:, np.arange(seeds) % SPLITS]
    runs[1, :, 3:], runs[2, ::2, 1:] = np.nan, np.nan
    means = statistics.instance_means(runs, _instances(problems, seeds))
    rejected = np.zeros(3)
    for draw in range(draws):
        differences = statistics.differences(means[..., draw])
        family, pairs = statistics.against(differences, 0), statistics.all_pairs(differences)
        rejected += (
            np.nanmean(family.raw <= ALPHA) * 6 / 5,  # the first one's own entry is nan
            np.any(family.adjusted <= ALPHA),
            np.any(pairs.adjusted <= ALPHA),
        )
    return [float(each) for each in rejected / draws]


def _study(
    strategies: int, problems: int, seeds: int, draws: int, rng: np.random.Generator, *, kind: Kind
) -> tuple[FloatArray, FloatArray]:
    """Draw effects (strategies, problems, 1, draws) and runs (strategies, problems, seeds, draws).

    On average over problems, all strategies are equal.
    """
    effects = _effects(rng, (strategies, problems, 1, draws), kind=kind)
    return effects, effects + _noise(rng, (strategies, problems, seeds, draws), kind=kind)


def _effects(rng: np.random.Generator, shape: tuple[int, ...], *, kind: Kind) -> FloatArray:
    return _drawn(rng, INTERACTION, shape, skewed=kind != "normal")


def _noise(rng: np.random.Generator, shape: tuple[int, ...], *, kind: Kind) -> FloatArray:
    return _drawn(rng, NOISE, shape, skewed=kind == "exponential")


def _drawn(
    rng: np.random.Generator, spread: float, shape: tuple[int, ...], *, skewed: bool
) -> FloatArray:
    """Draw numbers with the mean 0 and the standard deviation `spread`."""
    return rng.exponential(spread, shape) - spread if skewed else rng.normal(0, spread, shape)


def _instances(problems: int, seeds: int) -> NDArray[np.int64]:
    return np.tile(np.arange(seeds) % SPLITS, (problems, 1))


def _chance(rng: np.random.Generator, *, kind: Kind) -> float:
    """Estimate by simulation the chance that a run of the better strategy has the lower value."""
    effects = _effects(rng, (2, 1_000_000), kind=kind)
    first, second = effects + _noise(rng, effects.shape, kind=kind)
    return float(np.mean(first - ADVANTAGE < second))


def _covers(found: Interval, truth: FloatArray | float) -> float:
    return float(np.mean((found.low <= truth) & (truth <= found.high)))


def _error(share: float, draws: int) -> float:
    return 100 * float(np.sqrt(share * (1 - share) / draws))


def _label(problems: int, seeds: int, *, kind: Kind) -> str:
    return f"{problems}, {seeds}, {kind}"


def _print(label: str, *entries: str | float) -> None:
    shown = [each if isinstance(each, str) else f"{100 * each:.1f}" for each in entries]
    print(f"{label:28}" + "".join(f"{each:>17}" for each in shown))


if __name__ == "__main__":
    main()
