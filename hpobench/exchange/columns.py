"""Columns of a table of several runs: what each row has, and what only some of the rows have."""

import json
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TypeAlias, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..parameter import Value
from ..store.run_table import Part, Values

Column: TypeAlias = NDArray[np.generic] | pd.api.extensions.ExtensionArray
Codes: TypeAlias = NDArray[np.intp]
Number = TypeVar("Number", np.int64, np.float64, np.bool_)


def named(names: Sequence[str], lengths: Sequence[int]) -> Column:
    """Return a column in which each name stands as often as its length says."""
    codes, categories = _coded(names)
    return pd.Categorical.from_codes(np.repeat(codes, lengths), categories)


def texts(values: Sequence[str | None]) -> Column:
    """Return a column of texts; None is missing."""
    return pd.Categorical.from_codes(*_coded(values))


def whole(values: NDArray[np.float64]) -> Column:
    """Return a column of whole numbers; nan is missing."""
    return pd.arrays.IntegerArray(np.nan_to_num(values).astype(np.int64), np.isnan(values))


def sparse(parts: Sequence[Mapping[str, Part]], lengths: Sequence[int]) -> dict[str, Column]:
    """Put the parts that runs have under the same name into one column for each name.

    `lengths` are the numbers of rows of the runs. The names stand in the order in which they occur.
    """
    starts = np.cumsum([0, *lengths])
    gathered = dict[str, list[tuple[NDArray[np.intp], Values]]]()
    for start, of_run in zip(starts, parts, strict=False):
        for name, part in of_run.items():
            gathered.setdefault(name, []).append((part.places + start, part.values))
    return {
        name: filled(
            np.concatenate([places for places, _ in found]),
            [values for _, values in found],
            int(starts[-1]),
        )
        for name, found in gathered.items()
    }


def filled(places: NDArray[np.intp], values: Sequence[Values], rows: int) -> Column:
    """Return a column of so many rows with the values, one after the other, at these places.

    Numbers become whole numbers if all of them are, and else real ones; truth values and texts stay
    what they are. Where values are of several kinds, None included, those that are no texts become
    texts, as JSON; if they could then be taken for others, as 1 for "1", all become JSON. Elsewhere
    the column is missing.
    """
    kinds = set(chain.from_iterable(map(_kinds, values)))
    missing = np.ones(rows, bool)
    missing[places] = False
    if kinds == {int}:
        counts = _placed(np.zeros(rows, np.int64), places, values)
        return pd.arrays.IntegerArray(counts, missing) if missing.any() else counts
    if kinds == {bool}:
        truths = _placed(np.zeros(rows, np.bool_), places, values)
        return pd.arrays.BooleanArray(truths, missing) if missing.any() else truths
    if kinds <= {int, float}:
        return _placed(np.full(rows, np.nan), places, values)
    codes = np.full(rows, -1)
    codes[places], categories = _coded(_said(list(chain.from_iterable(map(_listed, values)))))
    return pd.Categorical.from_codes(codes, categories)


def _said(values: list[Value]) -> list[str]:
    """Return a text for each value, different ones for different values."""
    plain = [each if isinstance(each, str) else json.dumps(each) for each in values]
    exact = [json.dumps(each) for each in values]
    return plain if len(set(plain)) == len(set(exact)) else exact


def _coded(values: Sequence[Value]) -> "tuple[Codes, pd.Index[str]]":
    """Return the place of each text in an index of all of them; -1 for None."""
    codes, categories = pd.factorize(np.array(values, dtype=object))
    return codes, pd.Index(categories, dtype=str)


def _placed(
    column: NDArray[Number], places: NDArray[np.intp], values: Sequence[Values]
) -> NDArray[Number]:
    """Put values at their places of a column, and return it."""
    column[places] = np.concatenate([np.asarray(each, column.dtype) for each in values])
    return column


def _kinds(values: Values) -> set[type]:
    if isinstance(values, np.ndarray):
        return {int if values.dtype.kind == "i" else float}
    return set(map(type, values))


def _listed(values: Values) -> list[Value]:
    return values if isinstance(values, list) else values.tolist()
