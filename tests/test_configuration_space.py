"""The conversion to ConfigSpace and back; skipped where ConfigSpace is not installed."""

import numpy as np
import pytest

from hpobench import Categorical, Float, Int, Ordinal, Parameter, Space
from hpobench.adapters.configuration_space import ConfigurationSpace

pytest.importorskip("ConfigSpace")
pytestmark = pytest.mark.peers

CONDITIONS = Space(
    {
        "model": Categorical((None, True, 1, "1")),
        "depth": Int(1, 3),
        "size": Ordinal((None, 4, 4.0)),
        "rate": Float(1e-6, 1.0, log=True, when={"model": (True, "1"), "depth": (2, 3)}),
        "width": Ordinal((8, 16, 32), default=16, when={"size": (4.0,)}),
        "steps": Int(1, 1000, log=True, when={"width": (8, 32), "model": (None, 1)}),
        "only": Ordinal((5,), when={"steps": tuple(range(1, 100))}),
    }
)
either = pytest.mark.parametrize("integers", [False, True], ids=["ordinals", "integers"])


@either
def test_the_same_parameters_are_active_on_both_sides(integers: bool) -> None:  # noqa: FBT001  # pytest passes it
    crossing = ConfigurationSpace(CONDITIONS, 0, ordinals_as_integers=integers)
    sampled = [crossing.inward(each) for each in crossing.native.sample_configuration(500)]
    for config in sampled:
        assert CONDITIONS.check(config) == config
    assert {name for config in sampled for name in config} == set(CONDITIONS)
    rng = np.random.default_rng(0)
    for config in (CONDITIONS.sample(rng) for _ in range(500)):
        assert set(crossing.outward(config)) == set(config)


@pytest.mark.parametrize(
    "parameter",
    [
        Float(1e-6, 1.0, log=True),
        Float(1e-30, 1e-20, log=True),
        Float(1e-20, 1e20, log=True),
        Float(-1 / 3, 1 / 3),
        Float(1 / 3, 2 / 3, log=True),
        Float(0.0, 1e-15),
        Float(1.0, 1.0 + 1e-9),
        Float(-1e12, 1e12),
    ],
    ids=str,
)
def test_a_real_range_crosses_with_its_ends_and_what_is_between(parameter: Float) -> None:
    crossing = ConfigurationSpace(Space({"p": parameter}), 0)
    for end in (parameter.low, parameter.high):
        assert crossing.inward(crossing.outward({"p": end})) == {"p": end}
    for unit in np.linspace(0.01, 0.99, 50).tolist():
        value = parameter.decode(unit)
        found = crossing.inward(crossing.outward({"p": value}))["p"]
        assert parameter.encode(found) == pytest.approx(parameter.encode(value), abs=1e-6)  # type: ignore[arg-type]  # a float
    values = [crossing.inward(each)["p"] for each in crossing.native.sample_configuration(200)]
    units = [parameter.encode(value) for value in values]  # type: ignore[arg-type]  # floats
    assert np.quantile(units, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.15)


@either
@pytest.mark.parametrize(
    "parameter",
    [Int(-3, 4), Int(1, 50, log=True), Ordinal((None, 1, True, "1")), Categorical((1, 1.0, False))],
    ids=str,
)
def test_every_value_of_a_choice_crosses_and_is_drawn(parameter: Parameter, integers: bool) -> None:  # noqa: FBT001  # pytest passes it
    crossing = ConfigurationSpace(Space({"p": parameter}), 0, ordinals_as_integers=integers)
    wanted = {repr(parameter.decode(unit)) for unit in np.linspace(0, 1, 2000).tolist()}
    drawn = crossing.native.sample_configuration(2000)
    assert {repr(crossing.inward(each)["p"]) for each in drawn} == wanted
    for unit in np.linspace(0, 1, 200).tolist():
        value = parameter.decode(unit)
        assert repr(crossing.inward(crossing.outward({"p": value}))["p"]) == repr(value)


def test_an_ordinal_is_ordered_and_a_categorical_is_not() -> None:
    space = Space({"o": Ordinal(("a", "b", "c")), "c": Categorical(("a", "b", "c"))})
    native = ConfigurationSpace(space, 0).native
    assert native["o"].ORDERABLE
    assert not native["c"].ORDERABLE
    assert ConfigurationSpace(space, 0, ordinals_as_integers=True).native["o"].upper == 2


def test_the_library_refuses_what_is_out_of_a_range() -> None:
    crossing = ConfigurationSpace(Space({"n": Int(1, 5)}), 0)
    with pytest.raises(ValueError, match="n"):
        crossing.outward({"n": 6})
