"""Gradient boosting in blocks of rounds: a continued training equals one without a break.

They are equal to the bit. XGBoost draws rows and columns from generators that live in a booster and
are not saved with it: a booster that is loaded and trained further differs from one that was never
saved. Here each block of rounds is a booster of its own, with a seed of its own. It starts from the
margin (`base_margin`) at which the blocks before it left every row. The state of a training is then
its margins, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..seeds import Stream

Floats: TypeAlias = NDArray[np.float32]
Matrix: TypeAlias = Any
"""An xgboost.DMatrix; naming it would mean importing XGBoost, which is slow."""


@dataclass(frozen=True, slots=True)
class Margins:
    """The predictions of a model so far, before the link function, for its rows.

    The shape is (rows,) for a regression and for two classes, otherwise (rows, classes).
    """

    train: Floats
    held: Floats


@dataclass(frozen=True, slots=True)
class Model:
    """The rows that a model learns from, and those that are held out from it."""

    train: Matrix
    held: Matrix
    classes: int | None
    """None: a regression."""
    begin: Margins
    """The margins before the first round, as XGBoost has them: the mean for a regression, the
    logarithm of the odds for two classes, the centred logarithms of the shares for more classes."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training of one or more models is, at the end of a block."""

    rounds: int
    margins: tuple[Margins, ...]
    """The margins of each model."""


def prepare(
    features: NDArray[np.float64],
    target: NDArray[np.float64] | NDArray[np.int64],
    classes: int | None,
    train: NDArray[np.int64],
    held: NDArray[np.int64],
) -> Model:
    """Make the model that learns from the `train` rows of a table and predicts the `held` rows."""
    from xgboost import DMatrix

    known = target[train]
    base = _log_odds(known, classes) if classes else np.asarray(known.mean(), np.float32)
    begin = Margins(*(np.broadcast_to(base, (len(rows), *base.shape)) for rows in (train, held)))
    matrix = DMatrix(features[train], known, nthread=1)
    return Model(matrix, DMatrix(features[held], nthread=1), classes, begin)


def start(models: Sequence[Model]) -> Progress:
    """Return the progress of a training that has not begun."""
    return Progress(0, tuple(model.begin for model in models))


def train(
    models: Sequence[Model],
    parameters: Mapping[str, object],
    progress: Progress,
    rounds: int,
    *,
    ends: Sequence[int],
    stream: Stream,
) -> tuple[tuple[Margins, ...], Progress]:
    """Train until `rounds`; return the margins there, and the progress at the last end of a block.

    `ends` are the rounds at which blocks end, in rising order; the last one is not below `rounds`.
    The block that begins after round r draws from `stream.rng(r)`. The parameters have XGBoost's
    names.
    """
    margins = progress.margins
    while progress.rounds < rounds:
        end = next(end for end in ends if end > progress.rounds)
        seeds = stream.rng(progress.rounds).integers(2**31, size=len(models)).tolist()
        margins = tuple(
            _block(model, parameters, begun, min(end, rounds) - progress.rounds, seed)
            for model, begun, seed in zip(models, progress.margins, seeds, strict=True)
        )
        if end > rounds:
            break
        progress = Progress(end, margins)
    return margins, progress


def _block(
    model: Model, parameters: Mapping[str, object], margins: Margins, rounds: int, seed: int
) -> Margins:
    from xgboost import Booster

    model.train.set_base_margin(margins.train)
    model.held.set_base_margin(margins.held)
    fixed = {"tree_method": "hist", "nthread": 1, "seed": seed, **_objective(model.classes)}
    booster = Booster({**parameters, **fixed}, [model.train])
    for i in range(rounds):
        booster.update(model.train, i)
    return Margins(
        booster.predict(model.train, output_margin=True),
        booster.predict(model.held, output_margin=True),
    )


def _objective(classes: int | None) -> dict[str, object]:
    """Return the settings of XGBoost's loss; `base_score` is neutral, as the margins hold it."""
    if classes is None:
        return {"objective": "reg:squarederror", "base_score": 0.0}
    if classes == 2:
        return {"objective": "binary:logistic", "base_score": 0.5}
    return {"objective": "multi:softprob", "num_class": classes, "base_score": 0.5}


def _log_odds(labels: NDArray[np.float64] | NDArray[np.int64], classes: int) -> Floats:
    shares = np.log(np.bincount(labels.astype(np.int64), minlength=classes) / len(labels))
    odds = shares[1] - shares[0] if classes == 2 else shares - shares.mean()
    return np.asarray(odds, np.float32)
