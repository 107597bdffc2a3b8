"""Parameters as Optuna's distributions, and values as it can tell them apart."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from ..parameter import Float, Int, Parameter, Value, typed

Description: TypeAlias = Mapping[str, Any]
"""Of a parameter in JSON, as by `Space.to_json`."""

EXACT = 2**53
"""Up to here a float holds every whole number; Optuna keeps numbers as floats."""


def distribution(description: Description) -> Any:  # noqa: ANN401  # Optuna's
    """Return the distribution of a parameter."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if "values" in description:
        return CategoricalDistribution(labels(description["values"]))
    low, high, log = description["low"], description["high"], description["log"]
    if _is_whole(description):
        return IntDistribution(low, high, log=log)
    return FloatDistribution(float(low), float(high), log=log)


def outward(description: Description, value: Value) -> Value:
    """Turn a value into what Optuna is told."""
    if "values" in description:
        values = description["values"]
        places = [typed(each) for each in values]
        return labels(values)[places.index(typed(value))]
    return value if _is_whole(description) else float(value)  # type: ignore[arg-type]  # a number


def inward(parameter: Parameter, value: Value) -> Value:
    """Do the inverse of `outward`, but for whole numbers beyond EXACT; raises ValueError."""
    if isinstance(parameter, Float | Int):
        return parameter.check(value)
    for label, each in zip(labels(parameter.values), parameter.values, strict=True):
        if typed(label) == typed(value):
            return each
    return parameter.check(value)


def labels(values: Sequence[Value]) -> list[Value]:
    """Return a value for each, no two of them equal: themselves, or as JSON where 1 meets True.

    >>> labels(["adam", None]), labels([1, True, "1"])
    (['adam', None], ['1', 'true', '"1"'])
    """
    if len(set(values)) == len(values):
        return list(values)
    return [json.dumps(value) for value in values]


def _is_whole(description: Description) -> bool:
    """Tell whether it is a whole number that Optuna can hold."""
    if description["kind"] != "int":
        return False
    return max(abs(int(description["low"])), abs(int(description["high"]))) <= EXACT
