"""Small neural nets on tables: up to 12 hyperparameters, epochs as the fidelity."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hpobench import (
    Categorical,
    Config,
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
from hpobench.data import Table, read, split
from hpobench.training.networks import (
    Floats,
    Net,
    Recipe,
    State,
    begin,
    log_loss,
    one_hot,
    predict,
    train,
    work,
)

EPOCHS = Fidelity(1, 27)
PARAMETERS: dict[str, Parameter] = {
    "learning-rate": Float(1e-4, 1e-1, log=True, default=1e-3),
    "schedule": Categorical(("constant", "cosine"), default="constant"),
    "batch-size": Ordinal((25, 50, 100, 200, 400), default=200),
    "beta-1": Float(0.5, 0.99, default=0.9),
    "weight-decay": Float(1e-5, 1.0, log=True, default=1e-4),
    "dropout": Float(0.0, 0.5, default=0.0),
    "activation": Categorical(("relu", "tanh"), default="relu"),
    "depth": Int(1, 3, default=1),
    "width-1": Int(8, 256, log=True, default=100),
    "width-2": Int(8, 256, log=True, default=100, when={"depth": (2, 3)}),
    "width-3": Int(8, 256, log=True, default=100, when={"depth": (3,)}),
}
REGRESSION = Space(PARAMETERS)
CLASSIFICATION = Space(PARAMETERS | {"label-smoothing": Float(0.0, 0.2, default=0.0)})
FARTHEST = 5.0
"""Standard deviations; features are clipped to so much, for california's have far outliers."""


@dataclass(frozen=True, slots=True)
class Perceptron:
    """A perceptron on a table; draws the rows to train on, to choose by and to report on."""

    table: str
    most: int | None = None
    """How many rows are used at most; None: all."""

    def __call__(self, rng: np.random.Generator) -> Instance:
        table = read(self.table)
        rows = split(len(table.target), rng, most=self.most)
        training, validation, test = (
            _part(table, part, rows.train) for part in (rows.train, rows.validation, rows.test)
        )
        sizes = table.features.shape[1], table.classes
        space = REGRESSION if table.classes is None else CLASSIFICATION
        units = Stream(("typical",)).rng().random((99, len(space)))
        works = [_work(config, *sizes, len(rows.train)) for config in space.decode_all(units)]
        typical = float(np.median(works))
        return Instance(Training(table.classes, training, validation, test, typical))


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table."""

    features: Floats
    """(rows, features), in standard deviations of the training rows."""
    target: NDArray[np.float64] | NDArray[np.int64]
    """(rows,): class labels, or real numbers in standard deviations of the training rows."""


@dataclass(frozen=True, slots=True)
class Training:
    """Trains a perceptron for some epochs; its state is the checkpoint."""

    classes: int | None
    """None: a regression."""
    training: Part
    validation: Part
    test: Part
    typical_work: float
    """The median over random configurations."""

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        config, epochs = proposal.config, int(proposal.fidelity or EPOCHS.high)
        rows, inputs = self.training.features.shape
        net = _net(config, inputs, self.classes)
        state = train(
            net,
            _recipe(config),
            _state(checkpoint) or begin(net, stream.rng("init")),
            self.training.features,
            self._targets(config),
            epochs=epochs,
            stream=stream,
        )
        value, measures = self._judge(net, state, self.validation, "validation")
        if math.isnan(value):
            raise FloatingPointError("the training diverged: the validation loss is not a number")
        score, more = self._judge(net, state, self.test, "test")
        share = _work(config, inputs, self.classes, rows) / self.typical_work
        return Evaluation(
            value,
            score,
            {**measures, **more, "parameters": float(net.parameters)},
            duration=share * epochs / EPOCHS.high,
            checkpoint=state if epochs < EPOCHS.high else None,
        )

    def _targets(self, config: Config) -> Floats:
        """Return what the outputs should be, (rows, outputs)."""
        target = self.training.target
        if self.classes is None:
            return target[:, np.newaxis].astype(np.float32)
        labels = target.astype(np.int64, copy=False)
        return one_hot(labels, self.classes, _real(config, "label-smoothing"))

    def _judge(
        self, net: Net, state: State, part: Part, name: str
    ) -> tuple[float, dict[str, float]]:
        """Return the loss, and the error rate or R2 that is measured with it."""
        outputs = predict(net, state.parameters, part.features).astype(np.float64)
        if self.classes is None:
            square = float(np.mean((outputs[:, 0] - part.target) ** 2))
            return math.sqrt(square), {f"{name}-r2": 1.0 - square / float(part.target.var())}
        labels = part.target.astype(np.int64, copy=False)
        error = float(np.mean(outputs.argmax(axis=1) != labels))
        return log_loss(outputs, labels), {f"{name}-error": error}


def _net(config: Config, inputs: int, classes: int | None) -> Net:
    widths = (_whole(config, f"width-{i}") for i in range(1, _whole(config, "depth") + 1))
    return Net(
        (inputs, *widths, classes or 1),
        "squared" if classes is None else "cross-entropy",
        "tanh" if config["activation"] == "tanh" else "relu",
    )


def _recipe(config: Config) -> Recipe:
    return Recipe(
        int(EPOCHS.high),
        _real(config, "learning-rate"),
        "cosine" if config["schedule"] == "cosine" else "constant",
        _whole(config, "batch-size"),
        _real(config, "beta-1"),
        weight_decay=_real(config, "weight-decay"),
        dropout=_real(config, "dropout"),
    )


def _work(config: Config, inputs: int, classes: int | None, rows: int) -> float:
    return work(_net(config, inputs, classes), _recipe(config), rows)


def _state(checkpoint: object) -> State | None:
    assert checkpoint is None or isinstance(checkpoint, State)
    return checkpoint


def _real(config: Config, name: str) -> float:
    value = config[name]
    assert isinstance(value, float)
    return value


def _whole(config: Config, name: str) -> int:
    value = config[name]
    assert isinstance(value, int)
    return value


def _part(table: Table, rows: NDArray[np.int64], training: NDArray[np.int64]) -> Part:
    known, target = table.features[training], table.target
    spread = known.std(axis=0)
    spread[spread == 0.0] = 1.0
    features = (table.features[rows] - known.mean(axis=0)) / spread
    if table.classes is None:
        target = (target - target[training].mean()) / target[training].std()
    return Part(features.clip(-FARTHEST, FARTHEST).astype(np.float32), target[rows])


def _problem(table: str, most: int, space: Space, licence: str) -> Problem:
    loss = "RMSE in standard deviations" if space is REGRESSION else "log-loss"
    return Problem(
        name=f"mlp-{table}",
        version=1,
        space=space,
        start=Perceptron(table, most),
        fidelity=EPOCHS,
        instances=5,
        family="neural",
        trained=True,
        seconds=0.1,
        summary=(
            f"A multi-layer perceptron trained by AdamW on {most} rows of {table}, 60 % of them to "
            f"train on; the value is the validation {loss}, the score the test {loss}."
        ),
        reference=(
            "Loshchilov & Hutter (2019), Decoupled Weight Decay Regularization, ICLR. Defaults: "
            "scikit-learn's MLPClassifier (learning_rate_init, batch_size, beta_1, activation, "
            "hidden_layer_sizes; alpha as the weight decay), no dropout, no label smoothing."
        ),
        licence=licence,
    )


problems = (
    _problem("letter", 6000, CLASSIFICATION, "CC BY 4.0: UCI 59, Letter Recognition"),
    _problem("phoneme", 5404, CLASSIFICATION, "none stated: ELENA project, phoneme (OpenML 1489)"),
    _problem(
        "california",
        6000,
        REGRESSION,
        "none stated: 1990 US census, Pace and Barry (1997), StatLib",
    ),
)
