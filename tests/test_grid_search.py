"""Tests of grid search."""

import itertools
import json
from collections.abc import Iterable, Mapping
from importlib import import_module

import numpy as np
import pytest

from hpobench import Categorical, Config, Float, Int, Ordinal, Parameter, Space, Task, Value

GridSearch = import_module("hpobench.strategies.grid_search").GridSearch

UNIT = Float(0.0, 1.0)
MODELS = Space(
    {
        "model": Categorical(("svm", "forest", "none")),
        "kernel": Categorical(("rbf", "poly"), when={"model": ("svm",)}),
        "gamma": Float(1e-4, 1.0, log=True, when={"kernel": ("rbf",)}),
        "degree": Int(2, 5, when={"kernel": ("poly",)}),
        "trees": Int(1, 500, log=True, when={"model": ("forest",)}),
        "scale": Categorical((True, False)),
    }
)


def _grid(
    parameters: Mapping[str, Parameter], budget: float, seed: int = 0, **fields: object
) -> list[Config]:
    """Return the configurations that are proposed within the budget, in their order."""
    space = Space(parameters)
    strategy = GridSearch(**fields)
    strategy.setup(Task(space, None, budget, 1), np.random.default_rng(seed))
    configs: list[Config] = []
    while len(configs) < int(budget) and (proposal := strategy.ask([])) is not None:
        configs.append(space.check(proposal.config))
    return configs


def _set(configs: Iterable[Mapping[str, Value]]) -> set[str]:
    """Return configurations as texts: 1, 1.0 and True differ, rounding errors don't show."""
    rounded = [
        {k: round(v, 9) if isinstance(v, float) else v for k, v in c.items()} for c in configs
    ]
    return {json.dumps(config, sort_keys=True) for config in rounded}


def _levels(configs: list[Config], name: str) -> list[Value]:
    return list({json.dumps(c[name]): c[name] for c in configs if name in c}.values())


@pytest.mark.parametrize("budget", [6, 7])
def test_a_small_grid_is_the_product_of_its_levels(budget: int) -> None:
    configs = _grid({"x": UNIT, "kind": Categorical(("a", "b"))}, budget)
    expected = [{"x": x, "kind": kind} for x in (1 / 6, 1 / 2, 5 / 6) for kind in ("a", "b")]
    assert len(configs) == 6
    assert _set(configs) == _set(expected)


@pytest.mark.parametrize(
    ("dimensions", "budget", "levels"),
    [
        (1, 7, [7]),
        (2, 25, [5, 5]),
        (2, 29, [5, 5]),
        (2, 30, [5, 6]),
        (3, 100, [4, 5, 5]),
        (4, 100, [3, 3, 3, 3]),
        (10, 25, [1, 1, 1, 1, 1, 1, 2, 2, 2, 3]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_the_levels_are_spread_as_evenly_as_the_budget_allows(
    dimensions: int, budget: int, levels: list[int]
) -> None:
    configs = _grid({f"x{i}": UNIT for i in range(dimensions)}, budget)
    assert sorted(len(_levels(configs, f"x{i}")) for i in range(dimensions)) == levels
    assert len(_set(configs)) == len(configs) == np.prod(levels)


def test_what_does_not_vary_keeps_its_default_and_the_seed_decides_which() -> None:
    parameters = {f"x{i}": Float(0.0, 1.0, default=0.1) for i in range(10)}
    varied: set[str] = set()
    for seed in range(20):
        configs = _grid(parameters, 25, seed)
        fixed = [name for name in parameters if len(_levels(configs, name)) == 1]
        assert all(config[name] == 0.1 for config in configs for name in fixed)
        varied |= set(parameters) - set(fixed)
    assert varied == set(parameters)


def test_levels_are_the_middles_of_equal_shares_on_the_scale_of_the_parameter() -> None:
    configs = _grid({"rate": Float(1e-4, 1.0, log=True)}, 2)
    assert sorted(_levels(configs, "rate"), key=float) == pytest.approx([1e-3, 1e-1])  # type: ignore[arg-type]  # real numbers


@pytest.mark.parametrize(
    "parameter",
    [Int(1, 4), Int(1, 4, log=True), Int(3, 30, log=True), Ordinal(("s", "m", "l"))],
)
def test_a_grid_that_can_hold_every_value_does_and_stops(parameter: Parameter) -> None:
    configs = _grid({"size": parameter}, 100)
    assert len(configs) == len(_set(configs))
    everything = (
        range(parameter.low, parameter.high + 1) if isinstance(parameter, Int) else ("s", "m", "l")
    )
    assert set(_levels(configs, "size")) == set(everything)


def test_an_ordinal_that_cannot_have_all_values_has_spread_ones() -> None:
    configs = _grid({"size": Ordinal((1, 2, 4, 8, 16, 32)), "x": UNIT}, 9)
    assert set(_levels(configs, "size")) == {2, 8, 32}


def test_a_categorical_has_all_its_values_or_its_default_alone() -> None:
    kinds = Categorical((None, True, 1, "1", 1.5), default="1")
    assert len(_levels(_grid({"kind": kinds}, 5), "kind")) == 5
    assert _levels(_grid({"kind": kinds}, 4), "kind") == ["1"]


@pytest.mark.parametrize("budget", [1, 2, 5, 11, 25, 100])
@pytest.mark.parametrize("seed", range(3))
def test_a_conditional_grid_has_every_combination_of_active_levels_once(
    budget: int, seed: int
) -> None:
    configs = _grid(MODELS, budget, seed)
    assert len(_set(configs)) == len(configs)
    levels = [_levels(configs, name) or [None] for name in MODELS]
    product = [dict(zip(MODELS, row, strict=True)) for row in itertools.product(*levels)]
    assert _set(configs) == _set(map(_active, product))


def _active(row: Config) -> Config:
    svm, rbf = row["model"] == "svm", row["kernel"] == "rbf"
    kept = {
        "model": True,
        "kernel": svm,
        "gamma": svm and rbf,
        "degree": svm and not rbf,
        "trees": row["model"] == "forest",
        "scale": True,
    }
    return {name: value for name, value in row.items() if kept[name]}


def test_what_others_depend_on_varies_first() -> None:
    for seed in range(10):
        configs = _grid(MODELS, 4, seed)
        assert set(_levels(configs, "model")) == {"svm", "forest", "none"}


def test_what_no_combination_makes_active_does_not_grow() -> None:
    choice = Categorical(("off", "on", "auto"))
    space: dict[str, Parameter] = {"choice-0": choice, "choice-1": choice}
    space |= {f"x-{i}": Float(0.0, 1.0, when={f"choice-{i}": ("on",)}) for i in range(2)}
    for seed in range(5):
        configs = _grid(space, 5, seed)
        assert 3 <= len(configs) <= 5  # one choice has its values, the other its default
        assert len(_set(configs)) == len(configs)
    assert _grid(space, 2) == [{"choice-0": "off", "choice-1": "off"}]


def test_a_users_levels_hold_for_every_number_whatever_the_budget() -> None:
    configs = _grid(
        {"x": UNIT, "n": Int(1, 9), "kind": Categorical(("a", "b", "c", "d"))}, 1000, levels=3
    )
    expected = itertools.product((1 / 6, 1 / 2, 5 / 6), (2, 5, 8), "abcd")
    assert _set(configs) == _set(
        dict(zip(("x", "n", "kind"), row, strict=True)) for row in expected
    )
    some = _grid(
        {"x": UNIT, "n": Int(1, 9), "kind": Categorical(("a", "b", "c", "d"))}, 20, levels=3
    )
    assert _set(some) < _set(configs)
    assert len(_set(some)) == 20


def test_a_grid_larger_than_memory_is_drawn_from_without_repetition() -> None:
    configs = _grid({f"x{i}": UNIT for i in range(40)}, 300, levels=4)
    assert len(_set(configs)) == 300


def test_no_corner_is_favoured_by_the_first_quarter() -> None:
    space = Space({"x": UNIT, "y": UNIT})
    quarters = [space.encode_all(_grid(space, 100, seed)[:25]) for seed in range(30)]
    means = [quarter.mean(axis=0) for quarter in quarters]
    assert np.allclose(np.mean(means, axis=0), 0.5, atol=0.05)
    assert np.abs(np.array(means) - 0.5).max() < 0.25


def test_a_seed_fixes_the_order_and_another_gives_another() -> None:
    assert _grid(MODELS, 50, seed=1) == _grid(MODELS, 50, seed=1)
    one, other = (_grid({"x": UNIT, "y": UNIT}, 25, seed) for seed in (1, 2))
    assert one != other
    assert _set(one) == _set(other)


@pytest.mark.parametrize("levels", [0, 1, 1_001, -2, 2.0, True, "3"])
def test_a_number_of_levels_that_makes_no_grid_is_refused(levels: object) -> None:
    with pytest.raises(
        ValueError, match=f"levels must be a whole number, from 2 to [0-9]+, or null: {levels!r}"
    ):
        GridSearch(levels=levels)
