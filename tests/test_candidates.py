"""Tests of candidates in a mixed space, and of climbs from them."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pytest

from hpobench import Categorical, Config, Float, Int, Ordinal, Space
from hpobench.models.ascents import KEPT, Maximiser, repeated
from hpobench.models.candidates import FEW, Candidates, exchanges
from hpobench.models.features import Features
from hpobench.parameter import Units
from hpobench.space import key_of

SPACE = Space(
    {
        "model": Categorical(("net", "forest", None)),
        "rate": Float(1e-5, 1.0, log=True, when={"model": ("net",)}),
        "layers": Int(1, 4, when={"model": ("net",)}),
        "batch": Ordinal((8, 16, 64)),
        "decay": Float(0.0, 1.0),
    }
)
FEATURES = Features(SPACE)


def _candidates(space: Space, count: int = 64) -> Candidates:
    rng = np.random.default_rng(0)
    return Candidates(Features(space), rng, rng.random((count, len(space))))


def test_candidates_are_the_coordinates_of_values() -> None:
    drawn = _candidates(SPACE)
    row = drawn.spread()[:2]
    for rows in (
        drawn.spread(),
        drawn.near(row, 50),
        drawn.sparse(row, 50),
        drawn.single(row[0], 50),
    ):
        assert not np.isnan(rows).any()
        snapped = FEATURES.activated(rows)
        assert np.array_equal(snapped, FEATURES.snap(rows), equal_nan=True)
        expected = SPACE.encode_all([SPACE.decode(row) for row in rows])
        assert np.allclose(snapped, expected, rtol=0, atol=1e-12, equal_nan=True)


def test_shifted_candidates_spread_as_evenly_as_those_of_the_cube() -> None:
    space = Space({name: Float(0.0, 1.0) for name in "ab"})
    cube = (np.stack(np.meshgrid(range(8), range(8)), axis=-1).reshape(-1, 2) + 0.5) / 8
    drawn = Candidates(Features(space), np.random.default_rng(0), cube)
    first, second = drawn.spread(), drawn.spread()
    assert not np.array_equal(first, second)
    for rows in (first, second):
        cells = {tuple(cell) for cell in np.floor(((rows - rows[0]) % 1.0 + 1e-9) * 8 % 8)}
        assert len(cells) == 64


def test_a_single_candidate_differs_in_one_parameter_and_a_sparse_one_in_few() -> None:
    space = Space({str(i): Float(0.0, 1.0) for i in range(100)})
    drawn = _candidates(space)
    row = drawn.spread()[0]
    assert ((drawn.single(row, 200) != row).sum(axis=1) == 1).all()
    changes = (drawn.sparse(row[None], 400) != row).sum(axis=1)
    assert changes.mean() == pytest.approx(FEW, rel=0.1)


def test_inactive_parameters_get_values_and_active_ones_keep_theirs() -> None:
    rows = SPACE.encode_all([{"model": "forest", "batch": 8, "decay": 0.5}])
    filled = _candidates(SPACE).filled(rows)
    assert not np.isnan(filled).any()
    assert np.array_equal(FEATURES.activated(filled), rows, equal_nan=True)


def test_features_tell_the_snapped_rows_that_they_come_from() -> None:
    rows = FEATURES.snap(np.random.default_rng(0).random((50, len(SPACE))))
    np.testing.assert_array_equal(FEATURES.snapped(FEATURES.points(rows)), rows)


def test_exchanges_are_all_neighbours_in_one_discrete_parameter() -> None:
    configs: list[Config] = [
        {"model": "net", "rate": 0.01, "layers": 2, "batch": 8, "decay": 0.5},
        {"model": "forest", "batch": 64, "decay": 0.5},
    ]
    rows = _candidates(SPACE).filled(SPACE.encode_all(configs))
    neighbours, owners = exchanges(FEATURES, rows)
    # Two other models, three other numbers of layers and two other batches; no layers in a forest.
    assert np.bincount(owners).tolist() == [2 + 3 + 2, 2 + 2]
    for neighbour, owner in zip(neighbours, owners, strict=True):
        (place,) = np.flatnonzero(neighbour != rows[owner])
        assert not FEATURES.real[place]
    decoded = [SPACE.decode(row) for row in FEATURES.activated(neighbours)]
    found = {(owner, key_of(config)) for owner, config in zip(owners, decoded, strict=True)}
    assert len(found) == len(neighbours)


@pytest.mark.parametrize("parameter", [Int(1, 300, log=True), Int(-(2**60), 2**60), Int(0, 99999)])
def test_a_wide_parameter_moves_by_steps_and_over_a_grid(parameter: Int) -> None:
    space = Space({"a": parameter})
    features = Features(space)
    middle = parameter.decode(0.5)
    neighbours, _ = exchanges(features, space.encode_all([{"a": middle}]))
    values = {space.decode(row)["a"] for row in neighbours}
    assert 8 <= len(values) <= 17
    assert middle not in values
    assert {parameter.low, parameter.high} <= values


@dataclass(frozen=True)
class _Bowl:
    """An acquisition function: minus the squared distance to a point of features."""

    summit: Units

    def scores(self, points: Units) -> Units:
        squares: Units = -((points - self.summit) ** 2).sum(axis=1)
        return squares

    def slopes(self, points: Units) -> tuple[Units, Units]:
        return self.scores(points), -2.0 * (points - self.summit)


def test_the_highest_climbs_end_at_the_summit_of_a_mixed_space() -> None:
    summit: Config = {"model": "net", "rate": 0.003, "layers": 3, "batch": 16, "decay": 0.7}
    points = FEATURES.points(SPACE.encode_all([summit]))
    maximiser = Maximiser(
        FEATURES, _Bowl(points[0]), np.full(7, 0.5), _nothing, np.zeros(5), np.ones(5)
    )
    rows, scores = maximiser.climbed(_candidates(SPACE).spread()[:20])
    highest = np.argsort(-scores)[:KEPT]
    assert scores[highest] == pytest.approx(0.0, abs=1e-6)
    for row in FEATURES.activated(rows[highest]):
        config = SPACE.decode(row)
        assert (config["model"], config["layers"], config["batch"]) == ("net", 3, 16)
        assert config["decay"] == pytest.approx(0.7, abs=1e-3)


def test_climbs_pass_over_what_is_known() -> None:
    space = Space({"a": Int(1, 9), "b": Categorical(("x", "y"))})
    features = Features(space)
    points = features.points(space.encode_all([{"a": 5, "b": "x"}]))
    known = {space.encode({"a": 5, "b": "x"}).tobytes()}
    maximiser = Maximiser(
        features,
        _Bowl(points[0]),
        np.ones(3),
        repeated(known, features),
        np.zeros(2),
        np.ones(2),
    )
    starts = space.encode_all([{"a": a, "b": b} for a, b in itertools.product((1, 5, 9), "xy")])
    rows, scores = maximiser.climbed(starts)
    # From 5, y every exchange is worse, but for the one that is known.
    ends = {tuple(space.decode(row).values()) for row in rows}
    assert ends <= {(4, "x"), (6, "x"), (5, "y")}
    assert np.isfinite(scores).all()
    assert math.isinf(maximiser.scores(space.encode_all([{"a": 5, "b": "x"}]))[0])


def _nothing(rows: Units) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.zeros(len(rows), dtype=np.bool_)
