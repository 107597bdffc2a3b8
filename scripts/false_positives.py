"""Measure how often the report's tests tell strategies apart that are the same.

`python scripts/false_positives.py` simulates studies as scripts/simulation.py draws them, in three
ways: strategies that are identical, two strategies whose names are swapped at random, problem by
problem, though one of them is better, and strategies that are equal on average, of which two lost
most of their seeds. The tests are made by the functions that the report calls.
"""

import argparse

import numpy as np
from simulation import ADVANTAGE, KINDS, Kind, error, instances, levels, noise, show, study

from hpobench import statistics
from hpobench.statistics import ALPHA, FloatArray

PROBLEMS = (8, 12, 20)
FEW = (1, 3, 5, 6, 7)
"""Numbers of problems that are too few for claims about new ones."""
SEEDS = 10
SLOW = 0.25
"""The share of the draws for all tests together."""
STRATEGIES = 6
"""How many strategies there are where all are compared."""
CERTAIN = 0.95
"""The probability from which on a Bayesian verdict is one."""
PAIRED = ("signed-rank", "by chances", "sign", "Bayes")
"""Tests of two strategies over problems."""
WITHIN = ("any problem", "these problems")
"""Tests of two strategies' runs; the first one is of each problem, after Holm."""
AMONG = ("Friedman", "Iman-Davenport", "Nemenyi", "Dunn", "any of 5", "any of 15")
"""Tests of all strategies; the last two are signed-rank tests after Holm."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure false positives of tests.")
    parser.add_argument("--draws", type=int, default=4000, help="studies for each design")
    draws: int = parser.parse_args().draws
    few = int(SLOW * draws)
    print(f"False positives in %; nominal 5; standard error {error(ALPHA, few):.1f}")
    show("identical strategies", [*PAIRED, *WITHIN, *AMONG])
    for kind in KINDS[::2]:
        for problems in (*FEW, *PROBLEMS):
            rng = np.random.default_rng([problems, KINDS.index(kind)])
            show(f"{problems}, {SEEDS}, {kind}", identical(problems, few, rng, kind=kind))
    print(f"Standard error {error(ALPHA, draws):.1f}")
    show("swapped names", PAIRED)
    for kind in KINDS:
        for problems in (*FEW, *PROBLEMS):
            rng = np.random.default_rng([problems, KINDS.index(kind)])
            show(f"{problems}, {SEEDS}, {kind}", swapped(problems, draws, rng, kind=kind))
    show("equal, missing seeds", ["signed-rank", "any of 5", "any of 15"])
    for kind in KINDS:
        for problems in PROBLEMS:
            rng = np.random.default_rng([problems, KINDS.index(kind)])
            show(f"{problems}, {SEEDS}, {kind}", unbalanced(problems, draws, rng, kind=kind))


def identical(
    problems: int, draws: int, rng: np.random.Generator, *, kind: Kind
) -> tuple[float, ...]:
    """Return how often identical strategies are told apart, by all tests."""
    runs = noise(rng, (STRATEGIES, problems, SEEDS, draws), kind=kind)
    runs += levels(problems, SEEDS, draws, rng)
    where = instances(problems, SEEDS)
    strata = (np.arange(problems)[:, None] * SEEDS + where).ravel()
    means, chances = _measured(runs, problems)
    rejected = np.zeros(len(PAIRED) + len(WITHIN) + len(AMONG))
    for draw in range(draws):
        one, other, mean = runs[0, ..., draw], runs[1, ..., draw], means[..., draw]
        by_problem = statistics.by_problem(one, other, where)
        rejected += (
            *_paired(mean, chances[..., draw]),
            bool(np.any(by_problem <= ALPHA)),
            statistics.stratified_rank_sum(one.ravel(), other.ravel(), strata) <= ALPHA,
            *_among(mean),
        )
    return tuple(rejected / draws)


def swapped(
    problems: int, draws: int, rng: np.random.Generator, *, kind: Kind
) -> tuple[float, ...]:
    """Return how often two strategies differ whose names are swapped on random problems."""
    _, runs = study(2, problems, SEEDS, draws, rng, kind=kind)
    runs[0] -= ADVANTAGE
    runs += levels(problems, SEEDS, draws, rng)
    exchanged = rng.random((problems, 1, draws)) < 0.5
    means, chances = _measured(np.where(exchanged, runs[::-1], runs), problems)
    rejected = np.zeros(len(PAIRED))
    for draw in range(draws):
        rejected += _paired(means[..., draw], chances[..., draw])
    return tuple(rejected / draws)


def unbalanced(
    problems: int, draws: int, rng: np.random.Generator, *, kind: Kind
) -> tuple[float, ...]:
    """Return how often strategies differ that are equal on average, where seeds are missing."""
    _, runs = study(STRATEGIES, problems, SEEDS, draws, rng, kind=kind)
    runs += levels(problems, SEEDS, draws, rng)
    runs[1, :, 3:], runs[2, ::2, 1:] = np.nan, np.nan
    means = statistics.instance_means(runs, instances(problems, SEEDS))
    rejected = np.zeros(3)
    for draw in range(draws):
        differences = statistics.differences(means[..., draw])
        family, pairs = statistics.against(differences, 0), statistics.all_pairs(differences)
        rejected += (
            np.nanmean(family.raw <= ALPHA) * STRATEGIES / (STRATEGIES - 1),  # its own is nan
            np.any(family.adjusted <= ALPHA),
            np.any(pairs.adjusted <= ALPHA),
        )
    return tuple(rejected / draws)


def _measured(runs: FloatArray, problems: int) -> tuple[FloatArray, FloatArray]:
    """Return means within instances, and the chance of the first to be better on each problem."""
    where = instances(problems, SEEDS)
    ranks = statistics.instance_ranks(runs[:2], where, np.zeros(where.shape))[0]
    better = statistics.mean_over(2 - ranks, axis=1)  # of two, a rank is 1 + P(worse)
    return statistics.instance_means(runs, where), better


def _paired(means: FloatArray, chances: FloatArray) -> tuple[bool, ...]:
    """Return which tests over problems tell the first two strategies apart."""
    differences = statistics.differences(means[:2])[0, 1]
    verdict = statistics.signed_rank_posterior(differences, draws=400)
    return (
        statistics.wilcoxon(differences) <= ALPHA,
        statistics.wilcoxon(0.5 - chances) <= ALPHA,
        statistics.sign_test(differences) <= ALPHA,
        max(verdict.better, verdict.worse) >= CERTAIN,
    )


def _among(means: FloatArray) -> tuple[bool, ...]:
    """Return which tests of all strategies tell any apart."""
    table = statistics.common_means(means)
    omnibus, problems = statistics.friedman(table), table.shape[1]
    ranks = (np.argsort(np.argsort(table, axis=0), axis=0) + 1).mean(axis=1)
    differences = statistics.differences(means)
    return (
        omnibus.p <= ALPHA,
        omnibus.f_p <= ALPHA,
        bool(np.ptp(ranks) >= statistics.nemenyi_difference(STRATEGIES, problems)),
        bool(
            np.abs(ranks - ranks[0]).max()
            >= statistics.bonferroni_dunn_difference(STRATEGIES, problems)
        ),
        bool(np.any(statistics.against(differences, 0).adjusted <= ALPHA)),
        bool(np.any(statistics.all_pairs(differences).adjusted <= ALPHA)),
    )


if __name__ == "__main__":
    main()
