"""Which rows to train on and which to choose by: where rows are few, they take turns."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.int64]

FEW = 2400
"""With fewer rows than these, a single split says too little, so that they are cross-validated."""
FOLDS = 3


def parts(train: Rows, validation: Rows) -> list[tuple[Rows, Rows]]:
    """Return, for each model, the rows that it learns from and those that it is chosen by.

    All rows keep their order, so the first of the rows to learn from are a random subset.
    """
    known = np.concatenate([train, validation])
    if len(known) >= FEW:
        return [(train, validation)]
    folds = np.array_split(known, FOLDS)
    return [(np.concatenate([*folds[:i], *folds[i + 1 :]]), fold) for i, fold in enumerate(folds)]


def averaged(results: Sequence[Mapping[str, float]]) -> tuple[float, float, dict[str, float]]:
    """Return the value, the score and the measures: each is the mean over the folds' results.

    The results have the same keys; those of the value and the score are `value` and `score`.
    """
    means = {name: fmean(result[name] for result in results) for name in results[0]}
    return means.pop("value"), means.pop("score"), means
