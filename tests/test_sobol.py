"""Tests of Sobol's sequence."""

from importlib import import_module

import numpy as np
import pytest

from hpobench import Categorical, Float, Space, Task, Units

Sobol = import_module("hpobench.strategies.sobol").Sobol

CUBE = Space({name: Float(0.0, 1.0) for name in "abcde"})


def _points(count: int, seed: int, budget: float = 100.0) -> Units:
    strategy = Sobol()
    strategy.setup(Task(CUBE, None, budget, 1), np.random.default_rng(seed))
    return np.array([list(strategy.ask([]).config.values()) for _ in range(count)])


@pytest.mark.parametrize("count", [16, 64, 256])
def test_each_of_n_equal_shares_of_every_parameter_holds_one_of_the_first_n_points(
    count: int,
) -> None:
    shares = np.floor(_points(count, seed=0) * count)
    assert np.array_equal(np.sort(shares, axis=0), np.repeat(np.arange(count)[:, None], 5, axis=1))


def test_the_points_are_more_even_than_random_ones() -> None:
    from scipy.stats import qmc

    random = [qmc.discrepancy(np.random.default_rng(i).random((50, 5))) for i in range(20)]
    assert max(qmc.discrepancy(_points(50, seed)) for seed in range(20)) < min(random)


def test_a_seed_fixes_the_points_and_another_gives_others() -> None:
    assert np.array_equal(_points(100, seed=3), _points(100, seed=3))
    assert not np.any(_points(100, seed=3) == _points(100, seed=4))


def test_a_point_does_not_depend_on_the_budget() -> None:
    assert np.array_equal(_points(20, 0, budget=20), _points(200, 0, budget=200)[:20])


def test_inactive_parameters_are_left_out() -> None:
    space = Space(
        {
            "model": Categorical(("svm", "forest")),
            "gamma": Float(1e-5, 1.0, log=True, when={"model": ("svm",)}),
        }
    )
    strategy = Sobol()
    strategy.setup(Task(space, None, 10, 1), np.random.default_rng(0))
    configs = [strategy.ask([]).config for _ in range(64)]
    assert all(space.check(config) == config for config in configs)
    assert sum(len(config) for config in configs) == 32 * 1 + 32 * 2
