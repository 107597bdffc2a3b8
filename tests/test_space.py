"""Parameters and spaces: what every strategy and problem relies on."""

import enum
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpobench import Categorical, Config, Float, Int, Ordinal, Parameter, Space, Value
from hpobench.errors import shown

PARAMETERS: list[Parameter] = [
    Float(-5, 10),
    Float(1e-8, 3e5, log=True),
    Float(0.1, 0.3),
    Int(-3, 12),
    Int(1, 100_000, log=True),
    Int(0, 1),
    Ordinal((16, 32, 64)),
    Categorical(("relu", None, True, 1, 1.0)),
]
NESTED = Space(
    {
        "model": Categorical(("svm", "forest")),
        "kernel": Categorical(("rbf", "linear"), when={"model": ("svm",)}),
        "gamma": Float(1e-5, 1.0, log=True, when={"kernel": ("rbf",)}),
        "trees": Int(1, 100, log=True, when={"model": ("forest",)}),
        "scale": Categorical((True, False, None)),
    }
)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=str)
def test_both_ends_decode_exactly_and_nothing_goes_past_them(parameter: Parameter) -> None:
    low, high = parameter.decode(0.0), parameter.decode(1.0)
    if isinstance(parameter, Float | Int):
        assert (low, high) == (parameter.low, parameter.high)
    else:
        assert (low, high) == (parameter.values[0], parameter.values[-1])
    assert parameter.decode(-0.5) == low
    assert parameter.decode(1.5) == high


@pytest.mark.parametrize("parameter", PARAMETERS, ids=str)
@given(unit=st.floats(0, 1))
def test_a_value_survives_encoding(parameter: Parameter, unit: float) -> None:
    value = parameter.decode(unit)
    place = parameter.encode(value)  # type: ignore[arg-type]  # its own value
    assert 0 <= place <= 1
    again = parameter.decode(place)
    assert type(again) is type(value)
    if isinstance(parameter, Float):
        assert place == pytest.approx(unit, abs=1e-9)
    else:
        assert again == value


@pytest.mark.parametrize("parameter", PARAMETERS, ids=str)
def test_a_column_decodes_as_its_entries_do(parameter: Parameter) -> None:
    units = np.concatenate([np.random.default_rng(1).random(500), [0, 1, -1, 2, 1e-300]])
    column = parameter.decode_column(units)
    entries = [parameter.decode(unit) for unit in units.tolist()]
    assert column == entries
    assert [type(value) for value in column] == [type(value) for value in entries]


@pytest.mark.parametrize("parameter", [p for p in PARAMETERS if not isinstance(p, Float)], ids=str)
def test_each_value_has_an_equal_share_unless_it_is_logarithmic(parameter: Parameter) -> None:
    units = (np.arange(9_600) + 0.5) / 9_600
    column = [repr(value) for value in parameter.decode_column(units)]
    counts = {value: column.count(value) for value in dict.fromkeys(column)}
    if isinstance(parameter, Int) and parameter.log:
        # the value k has the share log((k + 1/2) / (k - 1/2)) of the whole
        assert counts["1"] / 9_600 == pytest.approx(math.log(3) / math.log(200_001), abs=2e-4)
    else:
        assert max(counts.values()) - min(counts.values()) <= 1


def test_inactive_parameters_are_dropped_however_deep() -> None:
    assert NESTED.decode(np.array([0.0, 0.0, 0.5, 0.5, 0.0])).keys() == {
        "model",
        "kernel",
        "gamma",
        "scale",
    }
    assert NESTED.decode(np.array([0.9, 0.0, 0.5, 0.5, 0.0])) == {
        "model": "forest",
        "trees": 7,  # the middle of log 0.5 to log 100.5
        "scale": True,
    }


def test_rows_decode_as_single_points_do() -> None:
    units = np.random.default_rng(2).random((300, len(NESTED)))
    assert NESTED.decode_all(units) == [NESTED.decode(unit) for unit in units]


def test_encoding_is_nan_just_where_a_parameter_is_inactive() -> None:
    rng = np.random.default_rng(3)
    for _ in range(100):
        config = NESTED.sample(rng)
        encoded = NESTED.encode(config)
        active = [name for name, unit in zip(NESTED, encoded, strict=True) if not math.isnan(unit)]
        assert active == list(config)
        filled = np.where(np.isnan(encoded), 0.123, encoded)
        assert NESTED.check(NESTED.decode(filled)) == pytest.approx(config)


def test_the_default_is_that_of_the_parameters_or_their_middle() -> None:
    space = Space(
        {
            "a": Float(0, 1, default=0.3),
            "b": Float(1, 100, log=True),
            "c": Ordinal((1, 2, 3), default=2),
            "d": Categorical(("x", "y")),
            "e": Int(1, 9, when={"d": ("y",)}),
        }
    )
    assert space.default() == {"a": 0.3, "b": pytest.approx(10), "c": 2, "d": "x"}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "'model' is missing"),
        ({"model": "tree"}, "'model' must be one of 'svm', 'forest': 'tree'"),
        ({"model": "forest", "trees": 101, "scale": None}, r"'trees' must be a whole .*: 101"),
        ({"model": "forest", "trees": True, "scale": None}, r"'trees' must be a whole .*: True"),
        ({"model": "forest", "trees": 5.0, "scale": None}, r"'trees' must be a whole .*: 5.0"),
        ({"model": "forest", "trees": 5, "scale": 1}, r"'scale' must be one of .*: 1"),
        (
            {"model": "forest", "kernel": "rbf", "trees": 5, "scale": None},
            r"'kernel' is inactive, it needs model in \('svm',\)",
        ),
        ({"model": "forest", "trees": 5, "scale": None, "depth": 1}, "no such parameter.*'depth'"),
        (
            {"model": "svm", "kernel": "rbf", "gamma": math.nan, "scale": None},
            r"'gamma' must be a number in \[1e-05, 1\]: nan",
        ),
    ],
)
def test_a_wrong_configuration_is_told_apart(config: Config, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NESTED.check(config)


def test_checking_puts_a_configuration_into_the_order_of_the_space() -> None:
    checked = NESTED.check({"scale": None, "trees": 5, "model": "forest"})
    assert list(checked) == ["model", "trees", "scale"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Float(1, 1), "must be below"),
        (lambda: Float(0, math.inf), "must be finite numbers: .0, inf."),
        (lambda: Float(0, 10**400), "must be finite numbers: .0, a whole number of 1329 bits."),
        (lambda: Float("0", 1), "must be finite numbers"),  # type: ignore[arg-type]  # what is refused
        (lambda: Float(-1e308, 1e308), "less than 1.8e308 above the low end"),
        (lambda: Int(0, 10**400), "must be whole numbers"),
        (lambda: Int(False, True), "must be whole numbers"),
        (lambda: Float(0, 1, log=True), "must be positive"),
        (lambda: Float(0, 1, default=2), "must be a number in"),
        (lambda: Int(0, 1.5), "must be whole numbers"),  # type: ignore[arg-type]  # what is refused
        (lambda: Int(0, 5, log=True), "must be positive"),
        (lambda: Float(1e15, 1e15 + 1, log=True), "too narrow to be logarithmic"),
        (lambda: Int(10**17, 10**17 + 3, log=True), "too narrow to be logarithmic"),
        (lambda: Categorical(()), "at least one"),
        (lambda: Categorical(("a", "a")), "different values"),
        (lambda: Ordinal((math.inf,)), "must be finite"),
        (lambda: Ordinal(([1],)), "must be a number, a text"),  # type: ignore[arg-type]  # what is refused
        (lambda: Categorical(("a",), default="b"), "must be one of"),
        (lambda: Space({}), "at least one parameter"),
        (lambda: Space({1: Int(0, 1)}), "a parameter's name must be 1 to 100 printable"),  # type: ignore[dict-item]  # what is refused
        (lambda: Space({"a\n": Int(0, 1)}), "a parameter's name must be 1 to 100 printable"),
        (lambda: Space({"a": 1}), "'a' must be a Float, an Int"),  # type: ignore[dict-item]  # what is refused
        (
            lambda: Space({"a": Float(0, 1, when={"b": (1,)}), "b": Int(0, 1)}),
            "'a' depends on a parameter that must stand before it: 'b'",
        ),
        (
            lambda: Space({"b": Int(0, 1), "a": Float(0, 1, when={"b": (2,)})}),
            "'a' depends on 'b', which must be a whole number",
        ),
        (
            lambda: Space({"b": Float(0, 1), "a": Float(0, 1, when={"b": (0.5,)})}),
            "'a' can't depend on a real number",
        ),
    ],
)
def test_what_can_not_be_is_refused(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=message):
        make()


def test_values_are_compared_with_their_type() -> None:
    choice = Categorical((1, True, 1.0, "1", None))
    values: list[Value] = [1, True, 1.0, "1", None]
    assert [choice.index(value) for value in values] == [0, 1, 2, 3, 4]


def test_points_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(n, 5\): \(3, 4\)"):
        NESTED.decode_all(np.zeros((3, 4)))
    with pytest.raises(ValueError, match="zip"):
        NESTED.decode(np.zeros(4))


def test_sampling_is_uniform_in_the_unit_cube() -> None:
    space = Space({"a": Float(1, 100, log=True), "b": Int(1, 4)})
    rng = np.random.default_rng(4)
    units = space.encode_all([space.sample(rng) for _ in range(4_000)])
    assert np.mean(units[:, 0]) == pytest.approx(0.5, abs=0.02)
    assert np.std(units[:, 0]) == pytest.approx(math.sqrt(1 / 12), abs=0.01)
    assert np.bincount((units[:, 1] * 4).astype(int)) == pytest.approx(1_000, abs=120)


def test_the_json_form_names_each_parameters_kind() -> None:
    assert NESTED.to_json()["gamma"] == {
        "kind": "float",
        "low": 1e-5,
        "high": 1.0,
        "log": True,
        "default": None,
        "when": {"kernel": ("rbf",)},
    }


def test_scalars_of_numpy_and_of_subclasses_are_taken_as_pythons_own() -> None:
    class Kind(str, enum.Enum):  # noqa: UP042  # people have such classes
        CALM = "calm"

    class Depth(enum.IntEnum):
        DEEP = 3

    space = Space(
        {
            "x": Float(0, 9),
            "n": Int(1, 3),
            "kind": Categorical(("calm", True)),
            "on": Ordinal((1, 2)),
        }
    )
    given = {"x": np.float32(0.5), "n": np.int64(2), "kind": Kind.CALM, "on": Depth(3)}
    with pytest.raises(ValueError, match="'on' must be one of 1, 2"):
        space.check(given)  # type: ignore[arg-type]  # none is a plain scalar
    checked = space.check({**given, "kind": np.True_, "on": np.uint8(1), "x": np.array(4)})  # type: ignore[dict-item]  # none is a plain scalar
    assert checked == {"x": 4.0, "n": 2, "kind": True, "on": 1}
    assert [type(value) for value in checked.values()] == [float, int, bool, int]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x", 10**400),
        ("x", 10**5000),
        ("x", math.nan),
        ("x", True),
        ("x", "1"),
        ("x", None),
        ("x", np.array([1.0])),
        ("x", 1j),
        ("n", 2.0),
        ("n", np.float64(2.0)),
        ("n", True),
        ("n", 10**5000),
        ("n", [2]),
        ("kind", {}),
        ("kind", 1),
    ],
    ids=shown,
)
def test_a_value_of_another_type_or_size_is_refused_in_one_line(name: str, value: object) -> None:
    space = Space({"x": Float(0, 9), "n": Int(1, 3), "kind": Categorical(("calm", True))})
    config = {**space.default(), name: value}
    with pytest.raises(ValueError, match=f"'{name}' must be") as error:
        space.check(config)  # type: ignore[arg-type]  # what is refused
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize("config", [None, [1], "x"])
def test_what_is_no_mapping_is_no_configuration(config: object) -> None:
    with pytest.raises(ValueError, match="a configuration must map names to values"):
        NESTED.check(config)  # type: ignore[arg-type]  # what is refused


@pytest.mark.parametrize(
    "parameter",
    [
        Int(0, 10**18),
        Int(-(10**30), 10**30),
        Int(1, 10**30, log=True),
        Int(2**60, 2**60 + 5),
        Int(2**53, 2**53 + 1),
        Float(1.0, math.nextafter(1.0, 2)),
        Float(1e15, 1e15 + 20, log=True),
        Float(5e-324, 1e-320, log=True),
    ],
)
def test_ends_that_are_huge_or_close_together_are_kept(parameter: Int | Float) -> None:
    units = np.linspace(0, 1, 41)
    values = [parameter.decode(unit) for unit in units.tolist()]
    assert values == parameter.decode_column(units)
    assert values == sorted(values)
    assert [parameter.check(value) for value in values] == values
    assert values[0] == parameter.low
    assert all(0 <= parameter.encode(value) <= 1 for value in values)  # type: ignore[arg-type]  # of its kind
