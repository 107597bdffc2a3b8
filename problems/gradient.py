"""Problems that give gradients: ridge regression by groups of features, an unrolled training."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hpobench import Evaluation, Float, Instance, Problem, Proposal, Space, Stream
from hpobench.data import read, split
from hpobench.training.ridge import GroupRidge, prepare
from hpobench.training.unrolled import Descent, Floats, Net, Rows

FARTHEST = 4.0
"""Deviations; features are clipped to so much, for california's have far outliers."""

GROUPS = (
    "linear", "products", "income", "age", "rooms", "bedrooms", "population", "occupancy",
    "latitude", "longitude", "broad", "narrow",
)  # fmt: skip
RIDGE_ROWS = 2500
WAVES = 12
"""Of each feature by itself."""
JOINT_WAVES = 100
"""Of all features together, at each of the two bandwidths."""
OWN_FREQUENCY, BROAD, NARROW = 1.5, 0.3, 1.0
"""Standard deviations of the waves' frequencies, in radians over a feature's deviation."""
RIDGE = Space({f"decay-{group}": Float(1e-2, 1e6, log=True, default=1.0) for group in GROUPS})

EPOCHS, BATCHES = 30, 4
"""Full passes over the training rows, and steps in each."""
HIDDEN = 32
UNROLLED = Space(
    {
        "hidden-rate": Float(1e-3, 1.0, log=True, default=1e-2),
        "output-rate": Float(1e-3, 1.0, log=True, default=1e-2),
        "hidden-decay": Float(1e-6, 1e-1, log=True, default=1e-4),
        "output-decay": Float(1e-6, 1e-1, log=True, default=1e-4),
        "hidden-scale": Float(0.1, 3.0, log=True, default=1.0),
        "output-scale": Float(0.1, 3.0, log=True, default=1.0),
        "momentum": Float(0.0, 0.98, default=0.9),
        "final-rate": Float(1e-2, 1.0, log=True, default=1.0),
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a regression."""

    features: Floats
    """(rows, features)"""
    target: Floats
    """(rows,), in standard deviations of the training rows."""


@dataclass(frozen=True, slots=True)
class Regression:
    """Fits a ridge regression and weighs it."""

    ridge: GroupRidge
    validation: Part
    test: Part

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        weights, slopes = self.ridge.fit(_settings(RIDGE, proposal))
        rest = self.validation.features @ weights - self.validation.target
        value, score = _rms(rest), _rms(self.test.features @ weights - self.test.target)
        measures = {
            "validation-r2": 1.0 - value**2 / float(self.validation.target.var()),
            "test-r2": 1.0 - score**2 / float(self.test.target.var()),
        }
        if not proposal.gradient:
            return Evaluation(value, score, measures)
        pull = self.validation.features.T @ rest / (len(rest) * value)
        return Evaluation(value, score, measures, gradient=_by_unit(RIDGE, proposal, slopes(pull)))


@dataclass(frozen=True, slots=True)
class Classification:
    """Trains a net by gradient descent and weighs it."""

    net: Net
    training: Rows
    validation: Rows
    test: Rows

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        settings = _settings(UNROLLED, proposal)
        descent = Descent(self.net, self.net.draw(stream.rng("init")), self._batches(stream))
        if not proposal.gradient:
            return self._weigh(descent.train(settings), None)
        weights, slopes = descent.train_with_slopes(settings)
        derivatives = slopes(self.net.gradient(weights, self.validation))
        return self._weigh(weights, _by_unit(UNROLLED, proposal, derivatives))

    def _batches(self, stream: Stream) -> list[Rows]:
        return [
            self.training[rows]
            for epoch in range(EPOCHS)
            for rows in np.array_split(stream.rng(epoch).permutation(len(self.training)), BATCHES)
        ]

    def _weigh(self, weights: Floats, gradient: dict[str, float] | None) -> Evaluation:
        return Evaluation(
            self.net.loss(weights, self.validation),
            self.net.loss(weights, self.test),
            {
                "validation-error": self.net.error(weights, self.validation),
                "test-error": self.net.error(weights, self.test),
            },
            gradient=gradient,
        )


def start_ridge(rng: np.random.Generator) -> Instance:
    """Draw the rows and the waves of a regression on california."""
    table = read("california")
    rows = split(len(table.target), rng, most=RIDGE_ROWS)
    groups = [
        group - group[rows.train].mean(axis=0)
        for group in _expand(_scaled(table.features, rows.train), rng)
    ]
    target = (table.target - table.target[rows.train].mean()) / table.target[rows.train].std()
    features = np.hstack(groups)
    validation, test = (Part(features[part], target[part]) for part in (rows.validation, rows.test))
    ridge = prepare([group[rows.train] for group in groups], target[rows.train])
    return Instance(Regression(ridge, validation, test))


def start_unrolled(rng: np.random.Generator) -> Instance:
    """Draw the rows of a classification on satimage."""
    table = read("satimage")
    assert table.classes is not None
    rows = split(len(table.target), rng)
    features = _scaled(table.features, rows.train)
    inputs = np.column_stack([features, np.ones(len(features))])
    examples = Rows(inputs, np.eye(table.classes)[table.target.astype(np.int64)])
    net = Net(inputs.shape[1], HIDDEN, table.classes)
    return Instance(
        Classification(net, examples[rows.train], examples[rows.validation], examples[rows.test])
    )


def _scaled(features: Floats, known: NDArray[np.int64]) -> Floats:
    """Scale features by the median and the quartiles of known rows, and clip what lies far out.

    A normal distribution would get the deviation 1; its quartiles lie at 0.6745.
    """
    first, median, third = np.quantile(features[known], (0.25, 0.5, 0.75), axis=0)
    scaled: Floats = (features - median) / ((third - first) / (2.0 * 0.6745))
    return scaled.clip(-FARTHEST, FARTHEST)


def _expand(features: Floats, rng: np.random.Generator) -> list[Floats]:
    """Return the GROUPS of features: what is given, its products, and random waves of it.

    A wave is cos(w'x + b) with normal w and uniform b (Rahimi and Recht, 2007, algorithm 1).
    """

    def waves(inputs: Floats, number: int, frequency: float) -> Floats:
        slopes = frequency * rng.standard_normal((inputs.shape[1], number))
        waves: Floats = np.cos(inputs @ slopes + rng.uniform(0.0, 2.0 * math.pi, number))
        return waves

    left, right = np.triu_indices(features.shape[1])
    single = [waves(column[:, np.newaxis], WAVES, OWN_FREQUENCY) for column in features.T]
    joint = [waves(features, JOINT_WAVES, frequency) for frequency in (BROAD, NARROW)]
    return [features, features[:, left] * features[:, right], *single, *joint]


def _settings(space: Space, proposal: Proposal) -> Floats:
    return np.array([proposal.config[name] for name in space], dtype=np.float64)


def _by_unit(space: Space, proposal: Proposal, derivatives: Floats) -> dict[str, float]:
    """Turn derivatives by the parameters into those by their unit-cube coordinates."""
    gradient: dict[str, float] = {}
    for (name, parameter), derivative in zip(space.items(), derivatives.tolist(), strict=True):
        value = proposal.config[name]
        assert isinstance(parameter, Float)
        assert isinstance(value, float)
        width = parameter.high - parameter.low
        if parameter.log:
            width = value * math.log(parameter.high / parameter.low)
        gradient[name] = derivative * width
    return gradient


def _rms(rest: Floats) -> float:
    return math.sqrt(float(rest @ rest) / len(rest))


problems = (
    Problem(
        name="ridge-california",
        version=1,
        space=RIDGE,
        start=start_ridge,
        gradient_cost=1.25,  # one factorisation serves both
        instances=5,
        family="gradient",
        trained=True,
        seconds=0.001,
        summary=(
            "Ridge regression on 2500 rows of california with a weight decay for each of 12 groups "
            "of features: linear ones, products, random waves; the value is the validation RMSE in "
            "standard deviations, the score the test RMSE."
        ),
        reference=(
            "Bengio (2000), Gradient-based optimization of hyperparameters, Neural Computation "
            "12(8); Rahimi and Recht (2007), Random features for large-scale kernel machines, "
            "NeurIPS. Defaults: scikit-learn's Ridge (alpha=1.0)."
        ),
        licence="none stated: 1990 US census, Pace and Barry (1997), StatLib",
    ),
    Problem(
        name="unrolled-satimage",
        version=1,
        space=UNROLLED,
        start=start_unrolled,
        gradient_cost=3.0,  # the training, and a reverse pass of twice its work
        instances=5,
        family="gradient",
        trained=True,
        seconds=0.06,
        summary=(
            "120 steps of gradient descent with momentum on a net of 32 tanh units, trained on "
            "satimage with rates, weight decays and initial scales by layer; the value is the "
            "validation log-loss, the score the test log-loss."
        ),
        reference=(
            "Maclaurin, Duvenaud and Adams (2015), Gradient-based hyperparameter optimization "
            "through reversible learning, ICML. Defaults: Keras' SGD (learning_rate=0.01), "
            "scikit-learn's MLPClassifier (momentum=0.9, alpha=1e-4 as the weight decays, a "
            "constant rate), the scales of Glorot and Bengio (2010)."
        ),
        licence="CC BY 4.0: UCI 146, Statlog (Landsat Satellite)",
    ),
)
