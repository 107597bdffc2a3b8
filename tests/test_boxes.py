"""Tests of boxes around a configuration."""

import numpy as np
import pytest

from hpobench import Categorical, Float, Int, Space
from hpobench.models.boxes import around
from hpobench.models.features import Features

SPACE = Space(
    {
        "x": Float(0.0, 1.0),
        "y": Float(0.0, 1.0),
        "n": Int(1, 1000, log=True),
        **{f"c{i}": Categorical(tuple("abcde")) for i in range(4)},
    }
)
FEATURES = Features(SPACE)
CENTRE = SPACE.encode({"x": 0.5, "y": 0.5, "n": 2, **{f"c{i}": "a" for i in range(4)}})


def test_the_sides_are_in_proportion_to_the_length_scales() -> None:
    box = around(FEATURES, CENTRE, 0.1, np.array([1.0, 4.0, 2.0, 2.0, 2.0, 2.0, 2.0]))
    assert (box.high - box.low)[:2] == pytest.approx([0.05, 0.2])


def test_a_box_ends_at_the_ends_of_the_range() -> None:
    box = around(FEATURES, CENTRE, 1.6, np.ones(7))
    assert (box.low[:2].tolist(), box.high[:2].tolist()) == ([0.0, 0.0], [1.0, 1.0])


def test_the_smaller_the_box_the_fewer_choices_differ() -> None:
    rows = np.tile(CENTRE, (5, 1))
    for i in range(5):
        rows[i, 3 : 3 + i] = 0.5
    for length, held in ((1.6, 5), (0.5, 3), (0.01, 2)):
        box = around(FEATURES, CENTRE, length, np.ones(7))
        assert box.holds(rows).tolist() == [True] * held + [False] * (5 - held)


def test_a_whole_number_can_move_to_its_nearest_value_and_an_inactive_one_does_not_matter() -> None:
    box = around(FEATURES, CENTRE, 0.01, np.ones(7))
    rows = np.tile(CENTRE, (4, 1))
    for row, n in zip(rows, (3, 1, 4), strict=False):
        row[2] = SPACE.encode({**SPACE.decode(CENTRE), "n": n})[2]
    rows[3, 2] = np.nan
    assert box.holds(rows).tolist() == [True, False, False, True]
