"""A default that is far from the problem's own."""

import pytest

from hpobench import (
    Categorical,
    Description,
    Float,
    Int,
    Ordinal,
    Parameter,
    Problem,
    Space,
    Value,
    plain,
)
from hpobench.wrappers.wrong_default import with_wrong_default


def moved(parameter: Parameter) -> Value:
    problem = Problem("own", 1, Space({"a": parameter}), plain(lambda _: 0.0))
    return with_wrong_default(problem).space.default()["a"]


@pytest.mark.parametrize(
    ("parameter", "default"),
    [
        (Float(0, 4, default=1), 4.0),
        (Float(0, 4, default=3), 0.0),
        (Float(0, 4), 4.0),
        (Float(1e-4, 1.0, log=True, default=0.1), 1e-4),
        (Float(1e-4, 1.0, log=True, default=1e-3), 1.0),
        (Float(1e-4, 1.0, log=True), 1.0),
        (Int(1, 4), 1),  # the middle of four values is the third
        (Int(1, 100, default=20), 100),
        (Int(1, 100, log=True, default=20), 1),
        (Ordinal((1, 3, 9)), 9),
        (Ordinal((1, 3, 9), default=9), 1),
        (Ordinal((1, 3, 9), default=3), 9),
        (Categorical(("a", "b"), default="b"), "a"),
        (Categorical((None, True, 1)), 1),
        (Categorical((None, True, 1), default=1), None),
        (Categorical((1, True, None)), True),  # a default of None would mean the first
        (Categorical(("a",)), "a"),
    ],
)
def test_a_default_moves_to_the_far_end_of_its_range(parameter: Parameter, default: Value) -> None:
    found = moved(parameter)
    assert found == default
    assert type(found) is type(default)


def test_a_wrong_default_respects_the_conditions() -> None:
    space = Space(
        {
            "kind": Categorical(("p", "q")),
            "p-1": Float(0, 1, default=0.2, when={"kind": ("p",)}),
            "q-1": Float(0, 1, default=0.2, when={"kind": ("q",)}),
        }
    )
    problem = Problem(
        "own",
        1,
        space,
        plain(lambda _: 0.0),
        about=Description(defaults="Ours."),
    )
    wrapped = with_wrong_default(problem)
    assert wrapped.space.default() == {"kind": "q", "q-1": 1.0}
    assert {name: dict(p.when) for name, p in wrapped.space.items()} == {
        name: dict(p.when) for name, p in space.items()
    }
    assert wrapped.about.defaults != problem.about.defaults


def test_only_the_default_changes() -> None:
    space = Space({"a": Float(1e-4, 1.0, log=True), "b": Int(1, 9), "c": Ordinal((3, 1, 2))})
    wrapped = with_wrong_default(Problem("own", 1, space, plain(lambda _: 0.0))).space
    for unit in (0.0, 0.3, 0.9):
        for name, parameter in space.items():
            assert wrapped[name].decode(unit) == parameter.decode(unit)
