"""Tests of forests of extremely randomised trees."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.ensemble import ExtraTreesRegressor

from hpobench.models.forest import Forest, grow

Array = NDArray[np.float64]
NUMBERS = np.zeros(4, dtype=np.bool_)
MIXED = np.array([False, False, True, False])


def _data(count: int, seed: int) -> tuple[Array, Array]:
    """Return points of two numbers, a choice of three values and an irrelevant number."""
    points = np.random.default_rng(seed).random((count, 4))
    points[:, 2] = (np.floor(3.0 * points[:, 2]) + 0.5) / 3.0
    lift = np.where(np.abs(points[:, 2] - 0.5) < 0.1, 0.0, 0.3)
    return points, (points[:, 0] - 0.4) ** 2 + 0.5 * points[:, 1] + lift


def _path(forest: Forest, tree: int, point: Array) -> list[int]:
    """Return the nodes that a point passes in a tree, from the root to a leaf."""
    path = [tree]
    while forest.children[path[-1]] != path[-1]:
        node = path[-1]
        unit = point[forest.columns[node]]
        apart = not forest.lower[node] < unit <= forest.upper[node]
        path.append(int(forest.children[node]) + apart)
    return path


def test_a_fully_grown_forest_knows_its_own_points() -> None:
    points, values = _data(40, 0)
    forest = grow(points, values, MIXED, np.random.default_rng(0), trees=7, least=2)
    means, deviations = forest.predict(points)
    assert means == pytest.approx(values)
    assert deviations == pytest.approx(np.zeros(40), abs=1e-7)


def test_each_node_holds_the_mean_and_the_variance_of_the_values_that_come_to_it() -> None:
    points, values = _data(25, 1)
    forest = grow(points, values, MIXED, np.random.default_rng(1), trees=3, least=4)
    for tree in range(3):
        there: dict[int, list[float]] = {}
        for point, value in zip(points, values, strict=True):
            for node in _path(forest, tree, point):
                there.setdefault(node, []).append(float(value))
        for node, held in there.items():
            assert forest.means[node] == pytest.approx(np.mean(held))
            assert forest.variances[node] == pytest.approx(np.var(held))
            assert (len(held) < 4) <= (forest.children[node] == node)


def test_a_prediction_is_the_mean_of_the_leaves_with_all_of_their_variance() -> None:
    points, values = _data(30, 2)
    forest = grow(points, values, MIXED, np.random.default_rng(2), trees=5, least=8)
    asked, _ = _data(6, 3)
    leaves = np.array([[_path(forest, tree, p)[-1] for tree in range(5)] for p in asked])
    means, deviations = forest.predict(asked)
    assert means == pytest.approx(forest.means[leaves].mean(axis=1))
    squares = (forest.variances + forest.means**2)[leaves].mean(axis=1)
    assert deviations == pytest.approx(np.sqrt(squares - means**2))


def test_it_predicts_as_well_as_the_trees_of_scikit_learn() -> None:
    points, values = _data(120, 4)
    asked, truth = _data(300, 5)
    ours, _ = grow(points, values, NUMBERS, np.random.default_rng(4), trees=50, least=2).predict(
        asked
    )
    theirs = ExtraTreesRegressor(50, random_state=0).fit(points, values).predict(asked)
    assert np.std(ours - truth) < 1.15 * np.std(theirs - truth)
    assert spearmanr(ours, theirs).statistic > 0.98


def test_a_split_by_a_choice_parts_one_value_from_the_others() -> None:
    points, values = _data(60, 6)
    forest = grow(points, values, MIXED, np.random.default_rng(6), trees=10, least=2)
    grown = forest.children != np.arange(len(forest.children))
    by_choice = grown & (forest.columns == 2)
    assert by_choice.any()
    for node in np.flatnonzero(by_choice):
        inside = (forest.lower[node] < points[:, 2]) & (points[:, 2] <= forest.upper[node])
        assert len(set(points[inside, 2])) == 1


def test_of_two_coordinates_the_one_that_explains_more_is_split_first() -> None:
    points = np.array([[a, b] for a in (0.25, 0.75) for b in (0.25, 0.75)])
    values = 10.0 * points[:, 0] + points[:, 1]
    choice = np.ones(2, dtype=np.bool_)
    forest = grow(points, values, choice, np.random.default_rng(7), trees=20, least=2)
    assert forest.columns[:20].tolist() == [0] * 20


@pytest.mark.parametrize("values", [[1.0, 3.0, 5.0], [2.0, 2.0, 2.0]])
def test_equal_points_make_a_leaf(values: list[float]) -> None:
    points = np.full((3, 4), 0.5)
    forest = grow(points, np.array(values), MIXED, np.random.default_rng(0), trees=4, least=2)
    assert forest.depth == 0
    mean, deviation = forest.predict(points[:1])
    assert mean[0] == pytest.approx(np.mean(values))
    assert deviation[0] == pytest.approx(np.std(values))
