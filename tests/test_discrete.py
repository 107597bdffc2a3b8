"""Problems whose numbers have only a few values left."""

import pytest

from hpobench import Categorical, Description, Float, Int, Ordinal, Problem, Space, plain
from hpobench.wrappers.discrete import discrete

SPACE = Space(
    {
        "kind": Categorical(("p", "q")),
        "depth": Int(1, 9),
        "rate": Float(1e-4, 1.0, log=True, default=3e-3),
        "share": Float(-1.0, 3.0, when={"kind": ("p",)}),
        "width": Int(1, 1000, log=True, default=90, when={"depth": (8, 9)}),
        "trees": Int(10, 110),
        "folds": Int(2, 5),
        "order": Ordinal((3, 1, 2)),
    }
)
PROBLEM = Problem(
    "own",
    1,
    SPACE,
    plain(lambda _: 1.0, 1.0),
    gradient_cost=2.0,
    about=Description(gradient_memory=3.0, proof="Seen."),
)


def reduced(count: int) -> Space:
    return discrete(PROBLEM, count).space


def values(name: str, count: int) -> tuple[object, ...]:
    parameter = reduced(count)[name]
    assert isinstance(parameter, Ordinal)
    return parameter.values


def test_values_are_spread_evenly_with_both_ends() -> None:
    assert values("share", 5) == (-1.0, 0.0, 1.0, 2.0, 3.0)
    assert values("rate", 5) == pytest.approx((1e-4, 1e-3, 1e-2, 1e-1, 1.0))
    assert values("trees", 5) == (10, 35, 60, 85, 110)
    assert values("width", 4) == (1, 10, 100, 1000)
    assert (values("rate", 3)[0], values("rate", 3)[-1]) == (1e-4, 1.0)


def test_values_keep_their_kind() -> None:
    assert {type(value) for value in values("share", 5)} == {float}
    assert {type(value) for value in values("trees", 5)} == {int}
    for name in ("rate", "trees", "width"):
        for value in values(name, 7):
            SPACE[name].check(value)  # type: ignore[arg-type]  # it is one


def test_whole_numbers_that_coincide_are_one_value() -> None:
    assert values("width", 20)[:5] == (1, 2, 3, 4, 6)
    assert len(values("width", 20)) < 20


def test_what_has_no_more_values_and_what_others_depend_on_stays() -> None:
    space = reduced(4)
    for name in ("kind", "depth", "folds", "order"):
        assert space[name] is SPACE[name]
    assert isinstance(reduced(3)["folds"], Ordinal)


def test_conditions_stay() -> None:
    space = reduced(4)
    assert {name: dict(p.when) for name, p in space.items()} == {
        name: dict(p.when) for name, p in SPACE.items()
    }
    assert list(space.default()) == list(SPACE.default())


def test_the_default_becomes_the_nearest_the_lower_on_ties() -> None:
    assert reduced(5)["rate"].default == values("rate", 5)[1]
    assert reduced(4)["width"].default == 100
    assert reduced(2)["share"].default == -1.0
    assert reduced(5)["share"].default == 1.0


def test_no_gradient_and_no_optimum_is_promised() -> None:
    import numpy as np

    wrapped = discrete(PROBLEM, 5)
    assert (wrapped.gradient_cost, wrapped.about.gradient_memory, wrapped.about.proof) == (
        None,
        None,
        "",
    )
    assert wrapped.start(np.random.default_rng(0)).optimum is None


def test_where_there_is_nothing_to_reduce_it_is_refused() -> None:
    choices = Problem("own", 1, Space({"a": Ordinal((1, 2)), "b": Int(1, 5)}), plain(lambda _: 1.0))
    with pytest.raises(ValueError, match="it has no number of more than 5 values"):
        discrete(choices, 5)
