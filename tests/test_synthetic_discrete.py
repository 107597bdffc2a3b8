"""What makes the tree, the switches and the whole numbers hard is really there."""

import importlib

import numpy as np
import pytest

from hpobench import Config, Problem, Proposal, Stream

TREE: Problem = importlib.import_module("hpobench.problems.synthetic_tree").problems[0].textbook
DISCRETE = importlib.import_module("hpobench.problems.synthetic_discrete")
SWITCHES: Problem = DISCRETE.problems[0].textbook
INTEGERS: Problem = DISCRETE.problems[1].textbook


def value(problem: Problem, config: Config) -> float:
    instance = problem.start(np.random.default_rng(0))
    return instance.evaluate(Proposal(problem.space.check(config)), Stream(("test",)), None).value


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ({"x1": 0, "x2": 0, "x4": 0.0, "r8": 0.0}, 0.1),
        ({"x1": 0, "x2": 1, "x5": 0.5, "r8": 0.25}, 0.7),
        ({"x1": 1, "x3": 0, "x6": -1.0, "r9": 0.5}, 1.8),
        ({"x1": 1, "x3": 1, "x7": 0.0, "r9": 1.0}, 1.4),
    ],
)
def test_a_leaf_of_the_tree_adds_its_own_to_what_its_side_shares(
    path: Config, expected: float
) -> None:
    assert value(TREE, path) == pytest.approx(expected)


def test_neither_the_default_nor_the_middle_of_the_tree_is_on_the_best_leaf() -> None:
    assert "x4" not in TREE.space.default()
    assert "x4" not in TREE.space.decode(np.full(len(TREE.space), 0.5))


def test_one_choice_of_the_switches_is_best_and_all_wrong_is_a_local_minimum() -> None:
    wrong: Config = {name: not on for name, on in DISCRETE.BEST_SWITCHES.items()}
    steps = [value(SWITCHES, {**wrong, name: not on}) for name, on in wrong.items()]
    assert min(steps) > value(SWITCHES, wrong) == sum(DISCRETE.FIELD)


def test_couplings_of_the_switches_join_each_to_four_others() -> None:
    neighbours = np.bincount(np.ravel(DISCRETE.PAIRS), minlength=20)
    assert set(neighbours.tolist()) == {4}
    assert len({frozenset(pair) for pair in DISCRETE.PAIRS}) == 40


@pytest.mark.parametrize("size", [-5, -1, 1, 5])
def test_only_all_whole_numbers_together_lead_down_their_valley(size: int) -> None:
    best = np.array(list(DISCRETE.BEST_INTEGERS.values()))
    signs = np.array([1, -1] * 6)

    def at(point: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
        return value(INTEGERS, dict(zip(INTEGERS.space, point.tolist(), strict=True)))

    valley = best + size * signs
    towards = -np.sign(size) * signs
    rng = np.random.default_rng(0)
    parts = [towards * (rng.permutation(12) < count) for count in range(1, 12) for _ in range(20)]
    here = at(valley)
    assert here == abs(size)
    assert min(at(valley + part) for part in parts) == here
    assert at(valley + towards) == here - 1
