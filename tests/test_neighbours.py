"""Tests of the neighbours of configurations."""

import numpy as np
import pytest

from hpobench import Categorical, Float, Int, Ordinal, Parameter, Space, Value
from hpobench.models.neighbours import full_row, neighbour, stepped


@pytest.mark.parametrize(
    ("parameter", "value", "step", "expected"),
    [
        (Float(0.0, 10.0), 4.0, 0.25, 6.5),
        (Float(0.0, 10.0), 9.0, 0.25, 10.0),
        (Float(1e-4, 1.0, log=True), 1e-2, -0.25, 1e-3),
        (Int(0, 9), 4, 0.3, 7),
        (Int(0, 9), 4, 1e-9, 5),
        (Int(0, 9), 4, -1e-9, 3),
        (Int(0, 9), 9, 0.2, 9),
        (Int(1, 500, log=True), 1, 1e-3, 2),
        (Ordinal((16, 32, 64)), 16, 0.01, 32),
        (Ordinal((16, 32, 64)), 16, 0.7, 64),
        (Ordinal((16, 32, 64)), 16, -0.7, 16),
    ],
)
def test_a_step_moves_by_at_least_one_value_and_ends_at_the_end(
    parameter: Float | Int | Ordinal, value: Value, step: float, expected: float
) -> None:
    assert stepped(parameter, value, step) == pytest.approx(expected)


@pytest.mark.parametrize(
    "parameter",
    [
        Float(0.0, 1.0),
        Int(1, 3, log=True),
        Ordinal((True, 1, 1.0)),
        Categorical(("a", "b", "c")),
        Categorical((True, 1)),
    ],
)
def test_a_neighbour_is_another_value_whichever_the_value_is(parameter: Parameter) -> None:
    rng = np.random.default_rng(0)
    for unit in np.linspace(0.0, 1.0, 13):
        value = parameter.decode(float(unit))
        found = [neighbour(parameter, value, 0.1, rng) for _ in range(8)]
        assert all(repr(other) != repr(value) for other in found)
        assert all(parameter.check(other) == other for other in found)


def test_every_other_category_is_drawn_equally_often() -> None:
    rng = np.random.default_rng(0)
    found = [neighbour(Categorical((1, 2, 3, 4)), 2, 0.1, rng) for _ in range(900)]
    assert {value: round(found.count(value) / 100) for value in (1, 2, 3, 4)} == {
        1: 3, 2: 0, 3: 3, 4: 3,
    }  # fmt: skip


def test_a_single_value_has_no_neighbour() -> None:
    rng = np.random.default_rng(0)
    assert neighbour(Categorical(("only",)), "only", 0.1, rng) == "only"
    assert neighbour(Ordinal((8,)), 8, 0.1, rng) == 8


def test_a_full_row_keeps_what_is_active_and_draws_the_rest() -> None:
    space = Space(
        {
            "model": Categorical(("svm", "net")),
            "gamma": Float(0.0, 1.0, when={"model": ("svm",)}),
            "layers": Int(1, 9, when={"model": ("net",)}),
        }
    )
    rows = [
        full_row(space, {"model": "net", "layers": 3}, np.random.default_rng(i)) for i in (0, 1)
    ]
    assert all(space.active(row) == {"model": "net", "layers": 3} for row in rows)
    assert rows[0]["gamma"] != rows[1]["gamma"]
