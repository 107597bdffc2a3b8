"""Problems that give gradients: a ridge regression by groups of features, an unrolled training."""

import math
from dataclasses import dataclass

import numpy as np

from hpobench import Description, Evaluation, Float, Instance, Problem, Proposal, Space, Stream
from hpobench.training.coordinates import by_unit, settings
from hpobench.training.data import read, split
from hpobench.training.features import scaled, waves
from hpobench.training.ridge import GroupRidge, prepare
from hpobench.training.unrolled import Descent, Floats, Net, Rows

GROUPS = (
    "linear", "products", "income", "age", "rooms", "bedrooms", "population", "occupancy",
    "latitude", "longitude", "broad", "narrow",
)  # fmt: skip
RIDGE_ROWS = 2500
WAVES = 12
"""How many waves there are of each feature by itself."""
JOINT_WAVES = 100
"""How many waves there are of all features together, at each of the two bandwidths."""
OWN_FREQUENCY, BROAD, NARROW = 1.5, 0.3, 1.0
"""Standard deviations of the waves' frequencies, in radians per unit of a scaled feature."""
RIDGE = Space({f"decay-{group}": Float(1e-2, 1e6, log=True, default=1.0) for group in GROUPS})

EPOCHS, BATCHES = 30, 4
"""Full passes over the training rows, and the steps in each pass."""
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
    """Fits a ridge regression and evaluates it."""

    ridge: GroupRidge
    validation: Part
    test: Part

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        weights, slopes = self.ridge.fit(settings(RIDGE, proposal))
        rest = self.validation.features @ weights - self.validation.target
        value, score = _rms(rest), _rms(self.test.features @ weights - self.test.target)
        measures = {
            "validation-r2": 1.0 - value**2 / float(self.validation.target.var()),
            "test-r2": 1.0 - score**2 / float(self.test.target.var()),
        }
        if not proposal.gradient:
            return Evaluation(value, score=score, measures=measures)
        pull = self.validation.features.T @ rest / (len(rest) * value)
        return Evaluation(
            value, score=score, measures=measures, gradient=by_unit(RIDGE, proposal, slopes(pull))
        )


@dataclass(frozen=True, slots=True)
class Classification:
    """Trains a net by gradient descent and evaluates it."""

    net: Net
    training: Rows
    validation: Rows
    test: Rows

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        hyperparameters = settings(UNROLLED, proposal)
        descent = Descent(self.net, self.net.draw(stream.rng("init")), self._batches(stream))
        if not proposal.gradient:
            return self._judge(descent.train(hyperparameters), None)
        weights, slopes = descent.train_with_slopes(hyperparameters)
        derivatives = slopes(self.net.gradient(weights, self.validation))
        return self._judge(weights, by_unit(UNROLLED, proposal, derivatives))

    def _batches(self, stream: Stream) -> list[Rows]:
        return [
            self.training[rows]
            for epoch in range(EPOCHS)
            for rows in np.array_split(stream.rng(epoch).permutation(len(self.training)), BATCHES)
        ]

    def _judge(self, weights: Floats, gradient: dict[str, float] | None) -> Evaluation:
        return Evaluation(
            self.net.loss(weights, self.validation),
            score=self.net.loss(weights, self.test),
            measures={
                "validation-error": self.net.error(weights, self.validation),
                "test-error": self.net.error(weights, self.test),
            },
            gradient=gradient,
        )


def start_ridge(rng: np.random.Generator) -> Instance:
    """Draw the rows and the waves of a regression on california."""
    table = read("california")
    rows = split(len(table.target), rng, most=RIDGE_ROWS)
    used = np.concatenate([rows.train, rows.validation, rows.test])
    features, target = table.features[used], table.target[used]
    train, *held = np.split(
        np.arange(len(used)), np.cumsum([len(rows.train), len(rows.validation)])
    )
    groups = [group - group[train].mean(axis=0) for group in _expand(scaled(features, train), rng)]
    target = (target - target[train].mean()) / target[train].std()
    joined = np.hstack(groups)
    validation, test = (Part(joined[part], target[part]) for part in held)
    ridge = prepare([group[train] for group in groups], target[train])
    return Instance(Regression(ridge, validation, test))


def start_unrolled(rng: np.random.Generator) -> Instance:
    """Draw the rows of a classification on satimage."""
    table = read("satimage")
    assert table.classes is not None
    rows = split(len(table.target), rng)
    features = scaled(table.features, rows.train)
    inputs = np.column_stack([features, np.ones(len(features))])
    examples = Rows(inputs, np.eye(table.classes)[table.target.astype(np.int64)])
    net = Net(inputs.shape[1], HIDDEN, table.classes)
    return Instance(
        Classification(net, examples[rows.train], examples[rows.validation], examples[rows.test])
    )


def _expand(features: Floats, rng: np.random.Generator) -> list[Floats]:
    """Return the GROUPS of features: the given ones, their products, and random waves of them."""
    left, right = np.triu_indices(features.shape[1])
    single = [waves(column[:, np.newaxis], WAVES, OWN_FREQUENCY, rng) for column in features.T]
    joint = [waves(features, JOINT_WAVES, frequency, rng) for frequency in (BROAD, NARROW)]
    return [features, features[:, left] * features[:, right], *single, *joint]


def _rms(rest: Floats) -> float:
    return math.sqrt(float(rest @ rest) / len(rest))


problems = (
    Problem(
        name="ridge-california",
        version=1,
        space=RIDGE,
        start=start_ridge,
        gradient_cost=1.25,  # the factorisation is shared; a pass over validation rows is added
        instances=5,
        about=Description(
            gradient_memory=1.9,
            family="gradient",
            trained=True,
            seconds=0.001,
            summary=(
                "Ridge regression on 2500 rows of california with a weight decay for each of 12"
                " groups of features (linear ones, products, random waves); the value is the"
                " validation RMSE in standard deviations of the target, the score is the test RMSE."
            ),
            citation=(
                "Bengio (2000), Gradient-based optimization of hyperparameters, Neural Computation "
                "12(8); Rahimi and Recht (2007), Random features for large-scale kernel machines, "
                "NeurIPS"
            ),
            defaults="scikit-learn's Ridge (alpha=1.0)",
            licence="none stated: 1990 US census, Pace and Barry (1997), StatLib",
        ),
    ),
    Problem(
        name="unrolled-satimage",
        version=1,
        space=UNROLLED,
        start=start_unrolled,
        gradient_cost=3.0,  # the reverse passes are as many, each with twice the work
        instances=5,
        about=Description(
            gradient_memory=48.0,
            family="gradient",
            trained=True,
            seconds=0.12,
            summary=(
                "120 steps of gradient descent with momentum on a net of 32 tanh units, trained on "
                "satimage with a rate, a weight decay and an initial scale for each layer; the "
                "value is the validation log-loss, the score is the test log-loss."
            ),
            citation=(
                "Maclaurin, Duvenaud and Adams (2015), Gradient-based hyperparameter optimization "
                "through reversible learning, ICML"
            ),
            defaults=(
                "Keras' SGD (learning_rate=0.01), scikit-learn's MLPClassifier (momentum=0.9,"
                " alpha=1e-4 as the weight decays, a constant rate), the scales of Glorot and"
                " Bengio (2010)"
            ),
            licence="CC BY 4.0: UCI 146, Statlog (Landsat Satellite)",
        ),
    ),
)
