"""Tests of Parzen densities."""

import math

import numpy as np
import pytest
from scipy.stats import truncnorm

from hpobench import Categorical, Float, Int, Ordinal, Space
from hpobench.models.features import Features
from hpobench.models.parzen import Axes, Parzen, parzen, scott_widths

NUMBERS = Space({"x": Float(0.0, 1.0), "n": Int(1, 9, log=True), "size": Ordinal((1, 2, 4))})
NESTED = Space(
    {
        "model": Categorical(("svm", "net", "tree")),
        "gamma": Float(1e-5, 1.0, log=True, when={"model": ("svm", "net")}),
        "depth": Int(1, 6, when={"model": ("tree",)}),
    }
)


def _density(space: Space, count: int) -> Parzen:
    rng = np.random.default_rng(5)
    rows = Features(space).snap(rng.random((count, len(space))))
    return parzen(Axes(space), rows, rng.random(count), 0.2, 0.1)


def _grid(space: Space, size: int) -> np.ndarray:
    middles = (np.arange(size) + 0.5) / size
    axes = np.meshgrid(*[middles] * len(space), indexing="ij")
    return Features(space).snap(np.column_stack([axis.ravel() for axis in axes]))


@pytest.mark.parametrize("count", [0, 1, 6])
@pytest.mark.parametrize("space", [NESTED, NUMBERS], ids=["nested", "numbers"])
def test_the_mean_density_over_the_unit_cube_is_one(space: Space, count: int) -> None:
    densities = np.exp(_density(space, count).log_density(_grid(space, 24)))
    assert densities.mean() == pytest.approx(1.0, abs=0.02)
    assert (densities.std() > 0.05) == (count > 0)


def test_a_kernel_of_numbers_is_a_truncated_normal_or_its_mean_over_a_cell() -> None:
    widths = np.array([0.2, 0.3, 0.4])
    centre = NUMBERS.encode({"x": 0.9, "n": 2, "size": 4})
    density = Parzen(Axes(NUMBERS), centre[None], widths, np.array([1.0, 0.0]))
    row = NUMBERS.encode({"x": 0.7, "n": 5, "size": 2})
    x, n, size = (
        truncnorm(-at / width, (1 - at) / width, at, width)
        for at, width in zip(centre, widths, strict=True)
    )
    low, high = (math.log(v / 0.5) / math.log(9.5 / 0.5) for v in (4.5, 5.5))
    expected = (
        x.logpdf(0.7)
        + math.log((n.cdf(high) - n.cdf(low)) / (high - low))
        + math.log((size.cdf(2 / 3) - size.cdf(1 / 3)) * 3)
    )
    assert density.log_density(row[None]) == pytest.approx([expected], abs=5e-3)


def test_a_choice_is_kept_or_drawn_anew() -> None:
    space = Space({"kind": Categorical(("a", "b", "c", "d"))})
    rows = space.encode_all([{"kind": "b"}, {"kind": "b"}, {"kind": "c"}])
    density = parzen(Axes(space), rows, np.ones(3), 0.1, 0.03)
    assert density.widths == pytest.approx([4 / (2 * (4 + 4))])  # 3 kernels and the uniform one
    of_each = np.exp(density.log_density(space.encode_all([{"kind": k} for k in "abcd"]))) / 4
    kept, other = 0.75 + 0.25 / 4, 0.25 / 4
    assert of_each == pytest.approx(
        np.array([3 * other, 2 * kept + other, kept + 2 * other, 3 * other]) / 4 + 0.25 / 4
    )


def test_a_huge_range_of_whole_numbers_is_like_a_real_one() -> None:
    whole, real = Space({"x": Int(0, 2**53)}), Space({"x": Float(0.0, 1.0)})
    logs = [
        Parzen(Axes(space), np.array([[0.3]]), np.array([0.05]), np.ones(2) / 2).log_density(
            np.linspace(0.0, 1.0, 50)[:, None]
        )
        for space in (whole, real)
    ]
    assert logs[0] == pytest.approx(logs[1], abs=5e-3)


@pytest.mark.parametrize("space", [NESTED, NUMBERS], ids=["nested", "numbers"])
def test_samples_have_the_density(space: Space) -> None:
    density, features = _density(space, 4), Features(space)
    rng = np.random.default_rng(1)
    drawn = features.snap(density.sample(10_000, rng))
    uniform = features.snap(rng.random((10_000, len(space))))
    weights = np.exp(density.log_density(uniform))
    for column in range(len(space)):
        for cut in (0.2, 0.4, 0.6, 0.8):  # a comparison with nan is false
            expected = np.mean(weights * (uniform[:, column] < cut))
            assert np.mean(drawn[:, column] < cut) == pytest.approx(expected, abs=0.03)


def test_widths_follow_scotts_rule_with_a_floor_and_half_a_cell() -> None:
    axes = Axes(NUMBERS)
    assert scott_widths(axes, 7, 0.8, 0.03) == pytest.approx([0.8 * 8 ** (-1 / 7)] * 3)
    assert scott_widths(axes, 7, 0.01, 0.03) == pytest.approx([0.03, 0.5 / 9, 0.5 / 3])


def test_a_parameter_that_a_kernel_lacks_is_uniform_there() -> None:
    rows = NESTED.encode_all([{"model": "tree", "depth": 2}])
    density = Parzen(Axes(NESTED), rows, np.full(3, 0.1), np.array([1.0, 0.0]))
    asked = NESTED.encode_all([{"model": "svm", "gamma": g} for g in (1e-4, 0.1)])
    assert density.log_density(asked) == pytest.approx([math.log(0.1)] * 2)
