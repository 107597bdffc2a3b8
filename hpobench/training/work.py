"""A model of about how long a learner takes, in milliseconds on one core.

It counts rows, features, classes, trees, rounds and iterations, never time, so a duration is the
same everywhere. The factors were fitted to times measured on 50 to 1800 rows of three tables.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..space import Config
from .learners import Settings, own_settings


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of what a learner learns from and predicts."""

    rows: int
    features: int
    classes: int
    held: int
    """How many rows are predicted."""


def work(config: Config, sizes: Sizes) -> float:
    """Return a configuration's work in milliseconds; it never falls with the number of rows."""
    cells = (sizes.rows + sizes.held) * sizes.features
    if config["preprocessing"] == "components":
        share: Any = config["components-share"]
        sizes = replace(sizes, features=max(1, round(share * sizes.features)))
    preparation = {
        "none": 0.0,
        "standardise": 1.0,
        "components": 2.4,
        "quantiles": 2.8 + 2.5e-4 * cells,
    }
    learning = _LEARNERS[str(config["learner"])](own_settings(config), sizes)
    return 1.4 + preparation[str(config["preprocessing"])] + learning


def _logistic(own: Settings, sizes: Sizes) -> float:
    cells = sizes.rows * sizes.features * sizes.classes
    return float(own["iterations"] * (0.063 + 5.9e-7 * cells))


def _discriminant(_own: Settings, sizes: Sizes) -> float:
    squares = sizes.classes * sizes.features**2
    return 1.6e-4 * squares + 4e-6 * (sizes.rows + sizes.held) * sizes.features * sizes.classes


def _neighbours(_own: Settings, sizes: Sizes) -> float:
    visited = 1.5e-5 * math.sqrt(sizes.rows) + 8.4e-8 * sizes.rows
    return visited * sizes.held * sizes.features


def _svm(_own: Settings, sizes: Sizes) -> float:
    pairs = sizes.rows * (5.2e-7 * sizes.rows + 2e-7 * sizes.held)
    return 0.24 * sizes.classes**2 + pairs * sizes.features


def _tree(own: Settings, sizes: Sizes) -> float:
    levels = _levels(own, sizes.rows)
    return 1.6e-5 * sizes.rows * levels * _candidates(own, sizes) * _criterion(own)


def _forest(own: Settings, sizes: Sizes) -> float:
    rows = sizes.rows * (own["sample"] or 1.0)
    splits = rows * _levels(own, rows) * _candidates(own, sizes) * _criterion(own)
    return float(own["size"] * (0.86 + 2.1e-5 * splits + 1.6e-4 * sizes.held))


def _extra_trees(own: Settings, sizes: Sizes) -> float:
    splits = sizes.rows * _levels(own, sizes.rows) * _candidates(own, sizes)
    return float(own["size"] * (0.77 + 3.4e-6 * splits + 1.5e-4 * sizes.held))


def _xgboost(own: Settings, sizes: Sizes) -> float:
    leaves = min(2 ** own["depth"], sizes.rows / 4)
    cells = 2.4e-5 * leaves + 1.4e-6 * sizes.rows * own["depth"]
    return float(own["rounds"] * sizes.classes * (0.073 + cells * sizes.features))


def _perceptron(own: Settings, sizes: Sizes) -> float:
    batches = max(1.0, sizes.rows / 200)
    weights = own["width"] * (sizes.features + sizes.classes)
    epoch = 0.22 * batches + sizes.rows * (1.3e-7 * weights + 3e-6 * own["width"])
    return float(own["epochs"] * epoch)


_LEARNERS: Mapping[str, Callable[[Settings, Sizes], float]] = {
    "logistic": _logistic,
    "discriminant": _discriminant,
    "neighbours": _neighbours,
    "svm": _svm,
    "tree": _tree,
    "forest": _forest,
    "extra-trees": _extra_trees,
    "xgboost": _xgboost,
    "perceptron": _perceptron,
}


def _levels(own: Settings, rows: float) -> float:
    """Return about how deep a tree grows."""
    levels = max(1.0, math.log2(rows / own["leaf"]))
    return min(levels, own.get("depth") or math.inf)


def _candidates(own: Settings, sizes: Sizes) -> int:
    """Return how many features a split is chosen among."""
    match own["features"]:
        case "sqrt":
            return int(math.sqrt(sizes.features))
        case "log2":
            return max(1, int(math.log2(sizes.features)))
        case _:
            return sizes.features


def _criterion(own: Settings) -> float:
    """Return how much dearer the criterion is than gini; entropy needs logarithms."""
    return 1.5 if own["criterion"] == "entropy" else 1.0
