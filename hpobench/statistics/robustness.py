"""Who is first if results are looked at in another way: summed up otherwise, or without a part."""

from collections.abc import Callable

import numpy as np

from .arrays import BoolArray, FloatArray
from .tests import SAME


def without_each(
    summary: Callable[[FloatArray], FloatArray], runs: FloatArray, groups: BoolArray
) -> FloatArray:
    """Sum up all runs, and the runs without each group of problems: (1 + groups, strategies).

    Runs are (problems, seeds, strategies), nan where there is none; `groups` (groups, problems) say
    which problems are left out together. The summary maps the runs of some problems to a number a
    strategy. A strategy that lacks runs on one of these problems has none: its number would be over
    other problems than those of the rest.
    """
    missing = np.asarray(np.isnan(runs).all(axis=1))
    choices: BoolArray = np.concatenate([np.ones((1, len(runs)), dtype=bool), ~groups])
    return np.stack(
        [np.where(missing[kept].any(axis=0), np.nan, summary(runs[kept])) for kept in choices]
    )


def leaders(values: FloatArray) -> BoolArray:
    """Tell which strategies have the lowest number, of (..., strategies).

    Those that differ from the lowest by a rounding error lead, too; nan never leads.
    """
    lowest = np.fmin.reduce(values, axis=-1, keepdims=True)
    return np.asarray(values <= lowest + SAME)
