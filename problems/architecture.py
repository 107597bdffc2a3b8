"""Architectures of small nets: which first layer (the stem), how many blocks, what each does."""

import math
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, get_args

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
    Value,
)
from hpobench.training.blocks import Architecture, Block, Normalisation
from hpobench.training.convolution import Convolution, Reduction
from hpobench.training.data import Dataset, read, split
from hpobench.training.folds import averaged
from hpobench.training.layers import Floats, Function
from hpobench.training.networks import Recipe, State, log_loss, one_hot, train_folds
from hpobench.training.settings import real, whole

EPOCHS = Fidelity(1, 27)
BATCH_SIZE = 64
DEPTH = 3
"""The most blocks that a net has."""
FUNCTIONS: tuple[Function, ...] = get_args(Function)
NORMALISATIONS: tuple[Normalisation, ...] = get_args(Normalisation)
REDUCTIONS: tuple[Reduction, ...] = get_args(Reduction)


def _blocks() -> dict[str, Parameter]:
    """Return the parameters of all blocks; a block's are active in nets that have it."""
    blocks: dict[str, Parameter] = {"depth": Int(1, DEPTH, default=1)}
    for i in range(1, DEPTH + 1):
        when = {} if i == 1 else {"depth": tuple(range(i, DEPTH + 1))}
        blocks |= {
            f"width-{i}": Int(16, 128, log=True, default=100, when=when),
            f"activation-{i}": Categorical(FUNCTIONS, default="relu", when=when),
            f"normalisation-{i}": Categorical(NORMALISATIONS, default="none", when=when),
            f"skip-{i}": Categorical(("none", "residual"), default="none", when=when),
        }
    return blocks


TRAINING: dict[str, Parameter] = {
    "learning-rate": Float(1e-3, 3e-2, log=True, default=1e-3),
    "weight-decay": Float(1e-4, 1.0, log=True, default=1e-4),
    "dropout": Float(0.0, 0.3, default=0.0),
}
STEM: dict[str, Parameter] = {
    "stem": Categorical(("pixels", "convolution"), default="pixels"),
    "channels": Ordinal((4, 8, 16), default=8, when={"stem": ("convolution",)}),
    "reduction": Categorical(REDUCTIONS, default="none", when={"stem": ("convolution",)}),
}
TABLES = Space(_blocks() | TRAINING)
PICTURES = Space(STEM | _blocks() | TRAINING)
SIDE = 8
"""The length of a picture's sides, in pixels."""
FEW_ROWS = 3000
"""With fewer rows than these, the value is that of a cross-validation with two folds."""

Rows: TypeAlias = NDArray[np.int64]
Option = TypeVar("Option")


@dataclass(frozen=True, slots=True)
class Search:
    """Starts nets on a table: draws the rows to train on, to choose by and to report on."""

    table: str
    space: Space
    typical_work: float
    """The median of `Training.work` over random configurations; kept, because it takes long."""

    def __call__(self, rng: np.random.Generator) -> Instance:
        table = read(self.table)
        rows = split(len(table.target), rng)
        parts = [(rows.train, rows.validation)]
        if len(table.target) < FEW_ROWS:
            one, other = np.array_split(np.concatenate([rows.train, rows.validation]), 2)
            parts = [(one, other), (other, one)]
        folds = tuple(_fold(table, *part, rows.test) for part in parts)
        return Instance(Training(folds, table.classes or 0, self.typical_work))


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table."""

    features: Floats
    """(rows, features), scaled by the training rows."""
    labels: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fold:
    """The rows that a net learns from, and those that are held out from it."""

    training: Part
    validation: Part
    test: Part


@dataclass(frozen=True, slots=True)
class Training:
    """Trains a net for each fold; value, score and measures are means over the folds."""

    folds: tuple[Fold, ...]
    classes: int
    typical_work: float
    """The median of `work` over random configurations."""

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        config, epochs = proposal.config, int(proposal.fidelity or EPOCHS.high)
        net = self._net(config)
        states = train_folds(
            net,
            _recipe(config),
            checkpoint,
            [(f.training.features, one_hot(f.training.labels, self.classes)) for f in self.folds],
            draw=net.begin,
            epochs=epochs,
            stream=stream,
        )
        results = [_judge(net, *pair) for pair in zip(self.folds, states, strict=True)]
        value, score, measures = averaged(results)
        if math.isnan(value):
            raise FloatingPointError("the training diverged: the validation loss is not a number")
        return Evaluation(
            value,
            score=score,
            measures={**measures, "parameters": float(net.parameters)},
            duration=self.work(config) / self.typical_work * epochs / EPOCHS.high,
            checkpoint=states if epochs < EPOCHS.high else None,
        )

    def work(self, config: Config) -> float:
        """Return about how many nanoseconds of processor time an epoch takes on all folds."""
        net = self._net(config)
        sizes = [len(fold.training.labels) for fold in self.folds]
        return sum(net.work(rows, math.ceil(rows / BATCH_SIZE)) for rows in sizes)

    def _net(self, config: Config) -> Architecture:
        return _architecture(config, self.folds[0].training.features.shape[1], self.classes)


def _architecture(config: Config, inputs: int, classes: int) -> Architecture:
    stem = None
    if config.get("stem") == "convolution":
        channels = whole(config, "channels")
        stem = Convolution(SIDE, channels, _one_of(REDUCTIONS, config["reduction"]))
    blocks = tuple(_block(config, i) for i in range(1, whole(config, "depth") + 1))
    return Architecture(inputs, blocks, classes, stem)


def _block(config: Config, i: int) -> Block:
    return Block(
        whole(config, f"width-{i}"),
        _one_of(FUNCTIONS, config[f"activation-{i}"]),
        _one_of(NORMALISATIONS, config[f"normalisation-{i}"]),
        config[f"skip-{i}"] == "residual",
    )


def _recipe(config: Config) -> Recipe:
    return Recipe(
        int(EPOCHS.high),
        real(config, "learning-rate"),
        "cosine",
        BATCH_SIZE,
        weight_decay=real(config, "weight-decay"),
        dropout=real(config, "dropout"),
    )


def _judge(net: Architecture, fold: Fold, state: State) -> dict[str, float]:
    """Return a fold's value and score, and the error rates on its validation and test rows."""
    parts = {"validation": fold.validation, "test": fold.test}
    unknown = np.concatenate([part.features for part in parts.values()])
    outputs = net.predict(state.parameters, fold.training.features, unknown)
    held = np.split(outputs, [len(fold.validation.labels)])
    losses = [log_loss(o, part.labels) for o, part in zip(held, parts.values(), strict=True)]
    errors = {
        f"{name}-error": float(np.mean(o.argmax(axis=1) != parts[name].labels))
        for name, o in zip(parts, held, strict=True)
    }
    return {"value": losses[0], "score": losses[1], **errors}


def _fold(table: Dataset, training: Rows, validation: Rows, test: Rows) -> Fold:
    """Scale the features: a table's to mean 0 and variance 1, a picture's so that black stays 0."""
    known = table.features[training]
    if table.name == "digits":
        centre, spread = 0.0, np.sqrt(np.mean(known**2))
    else:
        centre, spread = known.mean(axis=0), known.std(axis=0)
    features = ((table.features - centre) / spread).astype(np.float32)
    labels = table.target.astype(np.int64)
    return Fold(*(Part(features[rows], labels[rows]) for rows in (training, validation, test)))


def _one_of(options: tuple[Option, ...], value: Value) -> Option:
    return options[options.index(value)]


def _problem(
    start: Search,
    *,
    task: str,
    value: str,
    score: str,
    licence: str,
    held_out: bool,
    seconds: float,
) -> Problem:
    return Problem(
        name=f"architecture-{start.table}",
        version=1,
        space=start.space,
        start=start,
        fidelity=EPOCHS,
        instances=5,
        about=Description(
            family="architecture",
            trained=True,
            seconds=seconds,
            summary=f"{task}; the value is {value}, the score is {score}.",
            citation=(
                "He et al. (2016), Deep Residual Learning for Image Recognition, CVPR; Ioffe &"
                " Szegedy (2015), Batch Normalization, ICML; Ba et al. (2016), Layer Normalization;"
                " Loshchilov & Hutter (2019), Decoupled Weight Decay Regularization, ICLR."
            ),
            defaults=(
                "scikit-learn's MLPClassifier (hidden_layer_sizes, activation, learning_rate_init; "
                "alpha as the weight decay): one block without normalisation, skip or dropout."
            ),
            licence=licence,
            held_out=held_out,
        ),
    )


problems = (
    _problem(
        Search("phoneme", TABLES, 7_097_907.76),
        task="A net of blocks that tells nasal from oral sounds (5404 rows, 60 % to train on)",
        value="the validation log-loss",
        score="the test log-loss",
        licence="none stated: ELENA project, phoneme (OpenML 1489)",
        held_out=False,
        seconds=0.42,
    ),
    _problem(
        Search("vehicle", TABLES, 1_711_750.44),
        task="A net of blocks that tells four vehicles by their silhouettes (846 rows)",
        value="the log-loss in 2-fold cross-validation",
        score="the mean of the two nets' test log-losses",
        licence="CC BY 4.0: UCI 149, Statlog (Vehicle Silhouettes)",
        held_out=False,
        seconds=0.12,
    ),
    _problem(
        Search("digits", PICTURES, 6_232_621.52),
        task="A net of blocks, with or without a convolution, that reads digits (1797 pictures)",
        value="the log-loss in 2-fold cross-validation",
        score="the mean of the two nets' test log-losses",
        licence="CC BY 4.0: UCI 80, Optical Recognition of Handwritten Digits; with scikit-learn",
        held_out=True,
        seconds=0.45,
    ),
)
