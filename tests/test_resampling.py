"""Resamples have the spread of problems and seeds, and equal arguments give equal ones."""

import numpy as np
import pytest

from hpobench.statistics import FloatArray
from hpobench.statistics.resampling import resampled_means

NAN = float("nan")


def suite(seed: int, problems: int, seeds: int) -> FloatArray:
    """Draw runs (problems, seeds, 1) of problems and seeds that differ."""
    rng = np.random.default_rng(seed)
    levels = rng.normal(0, 0.15, (problems, 1, 1))
    return levels + rng.normal(0, 0.3, (problems, seeds, 1))


def test_resamples_have_the_spread_of_problems_and_seeds() -> None:
    runs = suite(1, 40, 10)
    between, within = runs.mean(axis=1).var() / 40, runs.var(axis=1).mean() / 400
    found = resampled_means(runs)
    assert found.std() == pytest.approx(np.sqrt(between + within), rel=0.05)
    assert found.mean() == pytest.approx(runs.mean(), abs=0.003)


def test_problems_and_seeds_without_runs_change_nothing_but_luck() -> None:
    runs = suite(6, 9, 4)
    padded = np.pad(runs, ((1, 1), (2, 1), (0, 0)), constant_values=NAN)
    whole, part = resampled_means(runs), resampled_means(padded)
    assert part.mean() == pytest.approx(whole.mean(), abs=0.01)
    assert part.std() == pytest.approx(whole.std(), rel=0.05)
    assert np.isnan(resampled_means(np.full((3, 2, 1), NAN), replicates=5)).all()


def test_a_column_is_resampled_alike_alone_and_among_others() -> None:
    runs = np.concatenate([suite(seed, 9, 4) for seed in range(300)], axis=-1)
    together, alone = (resampled_means(each, replicates=100) for each in (runs, runs[..., 299:]))
    assert together[:, 299] == pytest.approx(alone[:, 0])


def test_equal_arguments_give_equal_bytes_and_another_seed_others() -> None:
    runs = suite(7, 9, 4)
    first, again = (resampled_means(runs, replicates=200) for _ in range(2))
    other = resampled_means(runs, replicates=200, seed=1)
    assert first.tobytes() == again.tobytes() != other.tobytes()
