"""Parameters as Optuna's distributions, and their values in a form that Optuna keeps apart."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from ..parameter import Float, Int, Parameter, Value, typed

Description: TypeAlias = Mapping[str, Any]
"""A parameter as `Space.to_json` describes it."""

EXACT = 2**53
"""A float holds every whole number up to this one exactly; Optuna keeps numbers as floats."""


def distribution(description: Description) -> Any:  # noqa: ANN401  # Optuna's
    """Return Optuna's distribution for a parameter."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if "values" in description:
        return CategoricalDistribution(labels(description["values"]))
    low, high, log = description["low"], description["high"], description["log"]
    if _is_whole(description):
        return IntDistribution(low, high, log=log)
    return FloatDistribution(float(low), float(high), log=log)


def outward(description: Description, value: Value) -> Value:
    """Turn a parameter's value into the value that Optuna is told."""
    if "values" in description:
        values = description["values"]
        places = [typed(each) for each in values]
        return labels(values)[places.index(typed(value))]
    return value if _is_whole(description) else float(value)  # type: ignore[arg-type]  # a number


def inward(parameter: Parameter, value: Value) -> Value:
    """Turn a value that `outward` returned back into the parameter's, or raise ValueError.

    A whole number beyond EXACT comes back changed.
    """
    if isinstance(parameter, Float | Int):
        return parameter.check(value)
    for label, each in zip(labels(parameter.values), parameter.values, strict=True):
        if typed(label) == typed(value):
            return each
    return parameter.check(value)


def labels(values: Sequence[Value]) -> list[Value]:
    """Return different labels for values: themselves or, if some are equal as 1 and True, as JSON.

    >>> labels(["adam", None]), labels([1, True, "1"])
    (['adam', None], ['1', 'true', '"1"'])
    """
    if len(set(values)) == len(values):
        return list(values)
    return [json.dumps(value) for value in values]


def _is_whole(description: Description) -> bool:
    """Tell whether a parameter has whole numbers that Optuna can hold exactly."""
    if description["kind"] != "int":
        return False
    return max(abs(int(description["low"])), abs(int(description["high"]))) <= EXACT
