"""Tests of the archive, by which nothing is proposed twice."""

import math

import numpy as np
import pytest

from hpobench import Categorical, Config, Float, Int, Ordinal, Space
from hpobench.models.archive import Archive

FINITE = Space(
    {
        "model": Categorical(("svm", "net", "none")),
        "kernel": Categorical(("rbf", "linear"), when={"model": ("svm",)}),
        "layers": Int(1, 3, when={"model": ("net",)}),
        "width": Ordinal((8, 16, 32), when={"layers": (2, 3)}),
        "flag": Categorical((True, 1, 1.0, None)),
    }
)


def test_every_configuration_of_a_finite_space_is_drawn_once() -> None:
    for seed in range(10):
        archive, rng = Archive(FINITE), np.random.default_rng(seed)
        count = (2 + (1 + 2 * 3) + 1) * 4
        for _ in range(count):
            config = archive.fresh(rng)
            assert config is not None
            assert FINITE.check(config) == config
            assert config not in archive
            archive.propose(config)
        assert len(archive) == count
        assert archive.fresh(rng) is None


def test_the_first_new_configuration_is_one_of_the_rows_or_else_any_that_is_left() -> None:
    space = Space({"a": Int(1, 500, log=True), "b": Categorical(("x", "y"))})
    archive, rng = Archive(space), np.random.default_rng(0)
    every: list[Config] = [{"a": a, "b": b} for a in range(1, 501) for b in ("x", "y")]
    rows = space.encode_all(every)
    for config in every[:-2]:
        archive.propose(config)
    assert archive.first_new(rows, rng) == {"a": 500, "b": "x"}
    assert archive.first_new(rows[:9], rng) in every[-2:]
    for config in every[-2:]:
        archive.propose(config)
    assert archive.first_new(rows, rng) is None


def test_a_row_between_known_numbers_is_not_new() -> None:
    space = Space({"x": Float(1.0, math.nextafter(1.0, 2.0))})
    archive, rows = Archive(space), np.array([[0.1], [0.2], [0.8]])
    assert archive.propose(space.decode(rows[0])) == space.decode(rows[1]) == {"x": 1.0}
    assert archive.first_new(rows, np.random.default_rng(0)) == {"x": math.nextafter(1.0, 2.0)}


def test_values_are_known_once_they_are_told() -> None:
    archive = Archive(FINITE)
    config = archive.propose(FINITE.default())
    assert config in archive
    assert archive.value(config) is None
    archive.tell(dict(config), 2.5)
    assert archive.value(config) == 2.5
    assert archive.value({**config, "flag": 1.0}) is None
    archive.tell(config, math.nan)
    assert archive.propose(config) is config
    assert len(archive) == 1


@pytest.mark.parametrize(
    ("parameter", "count"),
    [
        (Float(1.0, math.nextafter(1.0, 2.0)), 2),
        (Float(-5e-324, 5e-324), 3),
        (Float(1.0, 1.0 + 50 * 2**-52), 51),
        (Float(1e15, 1e15 + 50, log=True), 401),
    ],
)
def test_every_float_of_a_narrow_range_is_drawn_once(parameter: Float, count: int) -> None:
    archive, rng = Archive(Space({"x": parameter})), np.random.default_rng(0)
    found = [archive.propose(config) for config in iter(lambda: archive.fresh(rng), None)]
    assert len({config["x"] for config in found}) == len(found) == count


def test_a_huge_range_of_whole_numbers_is_not_gone_through_to_its_end() -> None:
    space = Space({"n": Int(-(10**17), 10**17), "kind": Categorical(("a", "b"))})
    assert Archive(space).fresh(np.random.default_rng(0)) is not None
