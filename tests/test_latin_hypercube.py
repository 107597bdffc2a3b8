"""Tests of the strategy that evaluates Latin hypercubes."""

from importlib import import_module

import numpy as np
import pytest

from hpobench import Categorical, Config, Float, Int, Proposal, Space, Strategy, Task, Trial, Units

LatinHypercube = import_module("hpobench.strategies.latin_hypercube").LatinHypercube

CUBE = Space({name: Float(0.0, 1.0) for name in "abc"})


def _started(space: Space, budget: float, seed: int = 0, block: int | None = None) -> Strategy:
    strategy: Strategy = LatinHypercube(block=block)
    strategy.setup(Task(space, None, budget, 1), np.random.default_rng(seed))
    return strategy


def _configs(strategy: Strategy, count: int) -> list[Config]:
    return [proposal.config for _ in range(count) if (proposal := strategy.ask([])) is not None]


def _points(count: int, budget: float, seed: int = 0, block: int | None = None) -> Units:
    return CUBE.encode_all(_configs(_started(CUBE, budget, seed, block), count))


def _is_latin(points: Units) -> bool:
    shares = np.sort(np.floor(points * len(points)), axis=0)
    return np.array_equal(shares, np.repeat(np.arange(len(points))[:, None], 3, axis=1))


@pytest.mark.parametrize("budget", [1.0, 7.0, 30.5])
def test_each_of_as_many_shares_as_evaluations_holds_one_point(budget: float) -> None:
    assert _is_latin(_points(int(budget), budget))


def test_blocks_are_hypercubes_of_their_own_whatever_the_budget() -> None:
    points = _points(16, 16, block=8)
    assert _is_latin(points[:8])
    assert _is_latin(points[8:])
    assert not _is_latin(points)
    assert np.array_equal(points[:10], _points(10, 10, block=8))


def test_a_result_that_was_granted_leaves_a_smaller_hypercube() -> None:
    strategy = _started(CUBE, 9)
    strategy.tell(Trial(0, Proposal(CUBE.default()), (1.0,), 1.0))
    assert _is_latin(CUBE.encode_all(_configs(strategy, 8)))


def test_a_point_is_uniform_within_its_share() -> None:
    within = np.concatenate([_points(4, 4, seed).ravel() * 4 % 1 for seed in range(50)])
    assert np.abs(np.sort(within) - np.linspace(0, 1, len(within))).max() < 0.07


def test_nothing_is_proposed_twice_and_at_the_end_of_the_space_the_run_ends() -> None:
    space = Space(
        {
            "kind": Categorical(("a", "b", "c")),
            "n": Int(1, 3, when={"kind": ("a",)}),
            "flag": Categorical((True, 1)),
        }
    )
    configs = [repr(config) for config in _configs(_started(space, 50), 50)]
    assert len(set(configs)) == len(configs) == (3 + 1 + 1) * 2


def test_a_seed_fixes_the_points_and_another_gives_others() -> None:
    assert np.array_equal(_points(20, 20, seed=3), _points(20, 20, seed=3))
    assert not np.any(_points(20, 20, seed=3) == _points(20, 20, seed=4))


@pytest.mark.parametrize("block", [0, 2.0, 1025])
def test_a_block_that_can_not_be_is_refused(block: object) -> None:
    with pytest.raises(ValueError, match=r"block must be .*from 1 to 1024, or null: "):
        LatinHypercube(block=block)
