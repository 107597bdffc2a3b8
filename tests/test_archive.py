"""Tests of the archive, by which nothing is proposed twice."""

import math

import numpy as np

from hpobench import Categorical, Float, Int, Ordinal, Space
from hpobench.models.archive import Archive, first_unknown

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


def test_the_first_unknown_configuration_is_one_of_the_rows_or_else_any_that_is_left() -> None:
    space, rng = (
        Space({"a": Int(1, 500, log=True), "b": Categorical(("x", "y"))}),
        np.random.default_rng(0),
    )
    every = [{"a": a, "b": b} for a in range(1, 501) for b in ("x", "y")]
    rows = space.encode_all(every)
    known = {row.tobytes() for row in rows[:-2]}
    assert first_unknown(space, rows, known, rng) == {"a": 500, "b": "x"}
    assert first_unknown(space, rows[:9], known, rng) in every[-2:]
    assert first_unknown(space, rows, {row.tobytes() for row in rows}, rng) is None


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


def test_a_real_number_between_neighbours_has_two_values() -> None:
    space = Space({"x": Float(1.0, math.nextafter(1.0, 2.0))})
    archive, rng = Archive(space), np.random.default_rng(0)
    for _ in range(2):
        config = archive.fresh(rng)
        assert config is not None
        archive.propose(config)
    assert archive.fresh(rng) is None


def test_a_huge_range_of_whole_numbers_is_not_gone_through_to_its_end() -> None:
    space = Space({"n": Int(-(10**17), 10**17), "kind": Categorical(("a", "b"))})
    assert Archive(space).fresh(np.random.default_rng(0)) is not None
