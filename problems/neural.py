"""Small neural nets on tables: up to 12 hyperparameters, epochs as the fidelity."""

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
    Parameter,
    Problem,
    Proposal,
    Space,
    Stream,
)
from hpobench.training.data import Dataset, read, split
from hpobench.training.folds import Rows, averaged, parts
from hpobench.training.networks import Floats, Recipe, State, log_loss, one_hot, train_folds
from hpobench.training.perceptron import Net, predict, work
from hpobench.training.settings import real, whole

PARAMETERS: dict[str, Parameter] = {
    "learning-rate": Float(5e-4, 5e-2, log=True, default=1e-3),
    "schedule": Categorical(("constant", "cosine"), default="constant"),
    "batch-size": Ordinal((10, 25, 50, 100, 200), default=200),
    "beta-1": Float(0.5, 0.99, default=0.9),
    "weight-decay": Float(1e-5, 1e-1, log=True, default=1e-4),
    "dropout": Float(0.0, 0.3, default=0.0),
    "activation": Categorical(("relu", "tanh"), default="relu"),
    "depth": Int(1, 3, default=1),
    "width-1": Int(32, 256, log=True, default=100),
    "width-2": Int(32, 256, log=True, default=100, when={"depth": (2, 3)}),
    "width-3": Int(32, 256, log=True, default=100, when={"depth": (3,)}),
}
REGRESSION = Space(PARAMETERS)
CLASSIFICATION = Space(PARAMETERS | {"label-smoothing": Float(0.0, 0.2, default=0.0)})
REGRESSIONS = ("california", "electrical-grid")
SHORT, LONG = Fidelity(1, 9), Fidelity(1, 27)
FARTHEST = 3.0
"""Features are clipped to so many standard deviations, which then count as 1."""

Target: TypeAlias = NDArray[np.float64] | NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Perceptron:
    """Starts a perceptron on a table: draws the rows to train on, to choose by and to report on."""

    table: str
    epochs: Fidelity
    typical_work: float
    """The median of `Training.work` over random configurations; kept, because it takes long."""
    most: int | None = None
    """How many rows are used at most; None: all."""

    def __call__(self, rng: np.random.Generator) -> Instance:
        table = read(self.table)
        rows = split(len(table.target), rng, most=self.most)
        folds = tuple(
            Fold(*(_part(table, part, training) for part in (training, validation, rows.test)))
            for training, validation in parts(rows.train, rows.validation)
        )
        return Instance(Training(table.classes, self.epochs, folds, self.typical_work))


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table."""

    features: Floats
    """(rows, features), in [-1, 1]."""
    target: Target
    """(rows,): class labels, or real numbers in standard deviations of the training rows."""


@dataclass(frozen=True, slots=True)
class Fold:
    """The rows that a net learns from, those it is chosen by, and those that test it."""

    training: Part
    validation: Part
    test: Part


@dataclass(frozen=True, slots=True)
class Training:
    """Trains a perceptron for each fold; value, score and measures are means over the folds."""

    classes: int | None
    """None: a regression."""
    epochs: Fidelity
    folds: tuple[Fold, ...]
    typical_work: float
    """The median of `work` over random configurations."""

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        config, most = proposal.config, int(self.epochs.high)
        epochs = int(proposal.fidelity or most)
        net = self._net(config)
        states = train_folds(
            net,
            _recipe(config, most),
            checkpoint,
            [(fold.training.features, self._targets(config, fold)) for fold in self.folds],
            draw=net.draw,
            epochs=epochs,
            stream=stream,
        )
        value, score, measures = averaged(
            [
                self._judge(net, state, fold.validation, "value", "validation")
                | self._judge(net, state, fold.test, "score", "test")
                for fold, state in zip(self.folds, states, strict=True)
            ]
        )
        if math.isnan(value):
            raise FloatingPointError("the training diverged: the validation loss is not a number")
        return Evaluation(
            value,
            score=score,
            measures=measures | {"parameters": float(net.parameters)},
            duration=self.work(config) / self.typical_work * epochs / most,
            checkpoint=states if epochs < most else None,
        )

    def work(self, config: Config) -> float:
        """Return about how many nanoseconds of processor time an epoch takes on the first fold."""
        recipe, rows = _recipe(config, int(self.epochs.high)), len(self.folds[0].training.target)
        return work(self._net(config), recipe, rows)

    def _net(self, config: Config) -> Net:
        inputs = self.folds[0].training.features.shape[1]
        widths = (whole(config, f"width-{i}") for i in range(1, whole(config, "depth") + 1))
        return Net(
            (inputs, *widths, self.classes or 1),
            "squared" if self.classes is None else "cross-entropy",
            "tanh" if config["activation"] == "tanh" else "relu",
        )

    def _targets(self, config: Config, fold: Fold) -> Floats:
        """Return the outputs that the training rows of a fold should have, (rows, outputs)."""
        target = fold.training.target
        if self.classes is None:
            return target[:, np.newaxis].astype(np.float32)
        labels = target.astype(np.int64, copy=False)
        return one_hot(labels, self.classes, real(config, "label-smoothing"))

    def _judge(self, net: Net, state: State, part: Part, loss: str, name: str) -> dict[str, float]:
        """Return the loss on some rows, and the error rate or the R2 on them, by their names."""
        outputs = predict(net, state.parameters, part.features).astype(np.float64)
        if self.classes is None:
            square = float(np.mean((outputs[:, 0] - part.target) ** 2))
            explained = 1.0 - square / float(part.target.var())
            return {loss: math.sqrt(square), f"{name}-r2": explained}
        labels = part.target.astype(np.int64, copy=False)
        error = float(np.mean(outputs.argmax(axis=1) != labels))
        return {loss: log_loss(outputs, labels), f"{name}-error": error}


def _recipe(config: Config, epochs: int) -> Recipe:
    return Recipe(
        epochs,
        real(config, "learning-rate"),
        "cosine" if config["schedule"] == "cosine" else "constant",
        whole(config, "batch-size"),
        real(config, "beta-1"),
        weight_decay=real(config, "weight-decay"),
        dropout=real(config, "dropout"),
    )


def _part(table: Dataset, rows: Rows, training: Rows) -> Part:
    """Take some rows, scaled by the mean and the standard deviation of the training rows."""
    known, target = table.features[training], table.target
    spread = known.std(axis=0)
    spread[spread == 0.0] = 1.0
    features = (table.features[rows] - known.mean(axis=0)) / (FARTHEST * spread)
    if table.classes is None:
        target = (target - target[training].mean()) / target[training].std()
    return Part(features.clip(-1.0, 1.0).astype(np.float32), target[rows])


def _problem(
    start: Perceptron, *, version: int, task: str, licence: str, held_out: bool, seconds: float
) -> Problem:
    regression = start.table in REGRESSIONS
    loss = "RMSE in standard deviations" if regression else "log-loss"
    return Problem(
        name=f"mlp-{start.table}",
        version=version,
        space=REGRESSION if regression else CLASSIFICATION,
        start=start,
        fidelity=start.epochs,
        instances=5,
        about=Description(
            family="neural",
            trained=True,
            seconds=seconds,
            summary=(
                f"A multi-layer perceptron trained by AdamW {task}; the value is the validation"
                f" {loss}, the score is the test {loss}."
            ),
            citation="Loshchilov & Hutter (2019), Decoupled Weight Decay Regularization, ICLR",
            defaults=(
                "scikit-learn's MLPClassifier: learning_rate_init, batch_size, beta_1, activation,"
                " hidden_layer_sizes, alpha as the weight decay; no dropout, no label smoothing"
            ),
            licence=licence,
            held_out=held_out,
        ),
    )


problems = (
    _problem(
        Perceptron("letter", LONG, 5_349_494.4, most=4000),
        version=2,
        task="tells 26 printed letters apart (4000 rows of 20000, 16 features)",
        licence="CC BY 4.0: UCI 59, Letter Recognition",
        held_out=True,
        seconds=0.6,
    ),
    _problem(
        Perceptron("phoneme", SHORT, 6_152_257.16),
        version=2,
        task="tells nasal from oral sounds (5404 rows, 5 features)",
        licence="none stated: ELENA project, phoneme (OpenML 1489)",
        held_out=False,
        seconds=0.26,
    ),
    _problem(
        Perceptron("satimage", LONG, 4_256_192.0, most=3200),
        version=1,
        task="tells six kinds of land by satellite (3200 rows of 6435, 36 features)",
        licence="CC BY 4.0: UCI 146, Statlog (Landsat Satellite)",
        held_out=False,
        seconds=0.4,
    ),
    _problem(
        Perceptron("california", SHORT, 12_375_768.0, most=10_000),
        version=2,
        task="predicts the price of houses in California (10000 rows of 20640, 8 features)",
        licence="none stated: 1990 US census, Pace and Barry (1997), StatLib",
        held_out=False,
        seconds=0.3,
    ),
    _problem(
        Perceptron("electrical-grid", SHORT, 3_767_817.6, most=3000),
        version=1,
        task="predicts how stable an electrical grid is (3000 rows of 10000, 12 features)",
        licence="CC BY 4.0: UCI 471, Electrical Grid Stability (simulated)",
        held_out=True,
        seconds=0.1,
    ),
    _problem(
        Perceptron("digits", SHORT, 2_527_832.12),
        version=1,
        task="reads digits of 8 x 8 pixels (1797 rows, 64 features, 3-fold cross-validation)",
        licence="CC BY 4.0: UCI 80, Optical Recognition of Handwritten Digits, by scikit-learn",
        held_out=True,
        seconds=0.22,
    ),
)
