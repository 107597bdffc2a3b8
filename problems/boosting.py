"""XGBoost on tables: 10 hyperparameters, boosting rounds as the fidelity."""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hpobench import (
    Categorical,
    Config,
    Description,
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Int,
    Ordinal,
    Problem,
    Proposal,
    Space,
    Stream,
    Value,
)
from hpobench.training import ALIKE
from hpobench.training.boosting import Floats, Model, Progress, prepare, start, train
from hpobench.training.data import Dataset, read, split
from hpobench.training.folds import averaged

SPACE = Space(
    {
        "learning-rate": Float(0.01, 0.5, log=True, default=0.3),
        "max-depth": Int(2, 10, default=6),
        "min-child-weight": Float(0.1, 10.0, log=True, default=1.0),
        "gamma": Ordinal((0.0, 0.001, 0.01, 0.1, 1.0), default=0.0),
        "subsample": Float(0.4, 1.0, default=1.0),
        "colsample-bytree": Float(0.4, 1.0, default=1.0),
        "reg-alpha": Ordinal((0.0, 0.001, 0.01, 0.1, 1.0), default=0.0),
        "reg-lambda": Float(0.01, 10.0, log=True, default=1.0),
        "grow-policy": Categorical(("depthwise", "lossguide"), default="depthwise"),
        "max-leaves": Int(4, 64, log=True, when={"grow-policy": ("lossguide",)}),
    }
)
FEW_ROWS = 3000
"""With fewer rows than these, the value is that of a cross-validation."""
FOLDS = 3
BLOCKS = (9, 27, 81, 243)
"""The rounds at which a block of rounds with one seed ends: the rungs of successive halving."""
TYPICAL_WORK = 2.34
"""The median of `_work` over random configurations."""

Rows: TypeAlias = NDArray[np.int64]
Target: TypeAlias = NDArray[np.float64] | NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A model, and the targets of its held-out rows: those to choose by, and those to test."""

    model: Model
    validation: Target
    test: Target


@dataclass(frozen=True, slots=True)
class Boosting:
    """Starts XGBoost on a table: draws the rows to train on, to choose by and to report on."""

    table: str
    rounds: Fidelity
    most: int | None = None
    """How many rows are used at most; None: all."""

    def __call__(self, rng: np.random.Generator) -> Instance:
        table = read(self.table)
        rows = split(len(table.target), rng, most=self.most)
        parts = [(rows.train, rows.validation)]
        if len(table.target) < FEW_ROWS:
            known = np.concatenate([rows.train, rows.validation])
            parts = [(np.setdiff1d(known, fold), fold) for fold in np.array_split(known, FOLDS)]
        candidates = [_candidate(table, *part, rows.test) for part in parts]
        return Instance(_Training(tuple(candidates), self.rounds))


@dataclass(frozen=True, slots=True)
class _Training:
    """Trains a model for each fold; value, score and measures are means over the folds."""

    candidates: tuple[_Candidate, ...]
    rounds: Fidelity

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        rounds = int(proposal.fidelity or self.rounds.high)
        models = [candidate.model for candidate in self.candidates]
        margins, progress = train(
            models,
            {name.replace("-", "_"): value for name, value in proposal.config.items()},
            checkpoint if isinstance(checkpoint, Progress) else start(models),
            rounds,
            ends=BLOCKS,
            stream=stream,
        )
        results = [_measured(c, m.held) for c, m in zip(self.candidates, margins, strict=True)]
        value, score, measures = averaged(results)
        duration = rounds / self.rounds.high * _work(proposal.config) / TYPICAL_WORK
        return Evaluation(
            value, score=score, measures=measures, duration=duration, checkpoint=progress
        )


def _candidate(table: Dataset, training: Rows, validation: Rows, test: Rows) -> _Candidate:
    """Make a fold's model; a real target gets mean 0 and variance 1 over the training rows."""
    target = table.target
    if table.classes is None:
        target = (target - target[training].mean()) / target[training].std()
    held = np.concatenate([validation, test])
    model = prepare(table.features, target, table.classes, training, held)
    return _Candidate(model, target[validation], target[test])


def _measured(candidate: _Candidate, margins: Floats) -> dict[str, float]:
    """Return a fold's value and score, with an error rate or a share of variance (R2) for each."""
    losses = _squares if candidate.model.classes is None else _log_losses
    kind = "r2" if candidate.model.classes is None else "error"
    chosen = len(candidate.validation)
    value, validation = losses(margins[:chosen], candidate.validation)
    score, test = losses(margins[chosen:], candidate.test)
    return {"value": value, "score": score, f"validation-{kind}": validation, f"test-{kind}": test}


def _squares(margins: Floats, target: Target) -> tuple[float, float]:
    """Return the root of the mean squared error, and the share of variance explained (R2)."""
    error = float(np.mean((margins - target) ** 2))
    return error**0.5, 1 - error / float(target.var())


def _log_losses(margins: Floats, target: Target) -> tuple[float, float]:
    """Return the mean log-loss, and the share of rows that are misclassified."""
    if margins.ndim == 1:
        margins = np.column_stack([np.zeros_like(margins), margins])
    scores = margins.astype(np.float64)
    scores -= scores.max(axis=1, keepdims=True)
    right = scores[np.arange(len(target)), target]
    loss = np.log(np.exp(scores).sum(axis=1)) - right
    return float(loss.mean()), float(np.mean(scores.argmax(axis=1) != target))


def _work(config: Config) -> float:
    """Return about how much processor time a round takes, in arbitrary units.

    Measured over random configurations, it grows about with the cube root of a product: the number
    of leaves that a tree may have, times the share of columns that it sees.
    """
    leaves = min(2 ** _number(config["max-depth"]), _number(config.get("max-leaves", math.inf)))
    return float(np.cbrt(leaves * _number(config["colsample-bytree"])))


def _number(value: Value) -> float:
    assert isinstance(value, int | float)
    return value


LOG_LOSS, RMSE = "log-loss", "RMSE in standard deviations of the target"


def _problem(
    start: Boosting,
    task: str,
    licence: str,
    *,
    loss: str,
    shape: tuple[int, int],
    seconds: float,
    version: int = 1,
    held_out: bool = False,
    control: str = "",
) -> Problem:
    """Describe a problem; `shape` is the numbers of rows and features of its table."""
    rows, features = shape
    judged = f"{FOLDS}-fold cross-validation" if rows < FEW_ROWS else "validation"
    used = f"{rows} rows" if start.most is None else f"{start.most} rows of {rows}"
    return Problem(
        name=f"xgboost-{start.table}",
        version=version,
        space=SPACE,
        start=start,
        fidelity=start.rounds,
        instances=5,
        about=Description(
            family="xgboost",
            trained=True,
            seconds=seconds,
            held_out=held_out,
            control=control,
            summary=(
                f"XGBoost {task} ({used}, {features} features) with {start.rounds.high:g} rounds at"
                f" most; the value is the {judged} {loss}, the score is the test {loss}."
            ),
            citation="Chen and Guestrin (2016), XGBoost: a scalable tree boosting system, KDD",
            defaults="XGBoost's own: https://xgboost.readthedocs.io/en/stable/parameter.html",
            licence=licence,
        ),
    )


LONG = Fidelity(9, 243, "rounds")
SHORT = Fidelity(3, 81, "rounds")
BRIEF = Fidelity(1, 27, "rounds")

problems = (
    _problem(
        Boosting("airfoil", SHORT),
        "predicts the noise of an airfoil",
        "CC BY 4.0: UCI 291, Airfoil Self-Noise",
        loss=RMSE,
        shape=(1503, 5),
        version=2,
        seconds=0.08,
    ),
    _problem(
        Boosting("california", LONG, most=4000),
        "predicts the price of houses in California",
        "none stated: 1990 US census, Pace and Barry (1997), StatLib",
        loss=RMSE,
        shape=(20640, 8),
        control=ALIKE,
        seconds=0.23,
    ),
    _problem(
        Boosting("concrete", LONG),
        "predicts the strength of concrete",
        "CC BY 4.0: UCI 165, Concrete Compressive Strength",
        loss=RMSE,
        shape=(1030, 8),
        held_out=True,
        control=ALIKE,
        seconds=0.3,
    ),
    _problem(
        Boosting("electrical-grid", SHORT, most=1500),
        "predicts how stable an electrical grid is",
        "CC BY 4.0: UCI 471, Electrical Grid Stability (simulated)",
        loss=RMSE,
        shape=(10000, 12),
        version=2,
        held_out=True,
        seconds=0.11,
    ),
    _problem(
        Boosting("letter", BRIEF, most=4000),
        "tells 26 letters by statistics of their pixels",
        "CC BY 4.0: UCI 59, Letter Recognition",
        loss=LOG_LOSS,
        shape=(20000, 16),
        held_out=True,
        seconds=0.22,
    ),
    _problem(
        Boosting("phoneme", LONG),
        "tells nasal from oral sounds",
        "none stated: ELENA project, phoneme (OpenML 1489)",
        loss=LOG_LOSS,
        shape=(5404, 5),
        control=ALIKE,
        seconds=0.17,
    ),
    _problem(
        Boosting("satimage", SHORT, most=3000),
        "tells six kinds of ground by satellite pictures",
        "CC BY 4.0: UCI 146, Statlog (Landsat Satellite)",
        loss=LOG_LOSS,
        shape=(6435, 36),
        seconds=0.28,
    ),
    _problem(
        Boosting("segment", SHORT, most=1200),
        "tells seven kinds of texture in outdoor pictures",
        "CC BY 4.0: UCI 147, Statlog (Image Segmentation)",
        loss=LOG_LOSS,
        shape=(2310, 19),
        held_out=True,
        control=ALIKE,
        seconds=0.48,
    ),
    _problem(
        Boosting("vehicle", SHORT),
        "tells four vehicles by their silhouettes",
        "CC BY 4.0: UCI 149, Statlog (Vehicle Silhouettes)",
        loss=LOG_LOSS,
        shape=(846, 18),
        seconds=0.24,
    ),
)
