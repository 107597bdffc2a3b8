"""FLAML's AutoML: its own learners and its own search, on the rows of a problem."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hpobench import Config, Examples, HandIn, Library, System
from hpobench.adapters.contained import Contained, untouched


@dataclass
class AutoML(System):
    """FLAML's AutoML chooses and tunes boosted trees, forests and linear models of its own.

    CFO tunes each of these learners, from cheap configurations on. The settings that differ from
    FLAML's defaults are these: the rows are split as the problem says, the problem computes the
    losses, trials are counted instead of seconds, nothing stops early, nothing is fitted again at
    the end, and everything runs on one thread. FLAML fixes the seeds of most learners, so little
    but the search varies with our seed. The learners see the features as they are.
    """

    citation = (
        "Wang, Wu, Weimer and Zhu (2021), FLAML: a fast and lightweight AutoML library, MLSys"
    )
    library = Library(
        "flaml-automl",
        ("flaml>=2.7", "lightgbm>=4", "xgboost>=2,<3", "scikit-learn", "pandas"),
        shared=False,
    )

    def train(self, rows: Examples, trials: int, rng: np.random.Generator, fitted: HandIn) -> None:
        seed = int(rng.integers(2**31 - 1))
        with untouched(), Contained()():
            import_module("flaml").AutoML().fit(
                task="classification",
                metric=_Metric(rows, fitted),
                max_iter=trials,
                time_budget=-1,
                seed=seed,
                n_jobs=1,
                early_stop=False,
                retrain_full=False,
                auto_augment=False,
                log_file_name="",
                verbose=0,
                **_split(rows),
            )


def _split(rows: Examples) -> dict[str, Any]:
    """Return FLAML's arguments for the parts: cross-validation for several, a holdout for one."""
    features, labels = rows.features, rows.labels
    (learned, valued), *more = rows.parts
    if more:
        splitter = _Splitter(rows)
        return {"X_train": features, "y_train": labels, "eval_method": "cv", "split_type": splitter}
    return {
        "X_train": features[learned],
        "y_train": labels[learned],
        "X_val": features[valued],
        "y_val": labels[valued],
        "eval_method": "holdout",
    }


class _Splitter:
    """The problem's parts, in the form of one of scikit-learn's splitters."""

    shuffle = False

    def __init__(self, rows: Examples) -> None:
        self._rows = rows

    def get_n_splits(self) -> int:
        return len(self._rows.parts)

    def split(self, features: NDArray[np.float64]) -> Iterator[tuple[Any, Any]]:
        return iter(self._rows.parts)


class _Metric:
    """The function that FLAML calls for the loss of each fitted model, one part after the other."""

    def __init__(self, rows: Examples, fitted: HandIn) -> None:
        self._rows, self._fitted, self._fits = rows, fitted, 0

    def __call__(
        self,
        valued_by: Any,
        _valued_labels: Any,
        estimator: Any,
        _labels: Any,
        _learned: Any,
        _learned_labels: Any,
        _valued_weight: Any,
        _learned_weight: Any,
        config: Any,
        *_groups: Any,
    ) -> tuple[float, dict[str, float]]:
        part = self._fits % len(self._rows.parts)
        self._fits += 1
        own = self._rows.features[self._rows.parts[part][1]]
        if not np.array_equal(valued_by, own):
            raise ValueError(f"FLAML evaluated a model on other rows than those of part {part}")
        probabilities = estimator.predict_proba(np.concatenate([own, self._rows.test]))
        value = self._fitted(part, _told(estimator, config), np.asarray(probabilities, dtype=float))
        return (math.inf if math.isnan(value) else value), {}


def _told(estimator: Any, config: Any) -> Config:
    """Return the learner's name and FLAML's settings of it, as values that JSON can hold."""
    learner = type(estimator).__name__.removesuffix("Estimator")
    own = {
        name: value.item() if hasattr(value, "item") else value for name, value in config.items()
    }
    return {"learner": learner, **own}


strategies = {"flaml-automl": AutoML()}
