"""Problems that give gradients by the implicit function theorem: logistic regressions.

One problem has a weight decay for each group of features, the other a weight for each group of
examples.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hpobench import Description, Evaluation, Float, Instance, Problem, Proposal, Space, Stream
from hpobench.training.coordinates import by_unit, settings
from hpobench.training.data import read
from hpobench.training.features import scaled, waves
from hpobench.training.logistic import Logistic, Solution, log_losses, probabilities
from hpobench.training.unrolled import Floats, Rows

BIAS_DECAY = 1e-2
"""The weight decay of the bias, which is the feature that is always 1: hardly any."""

KINDS = {
    "place": (0, 1),
    "edge": (5, 6, 7, 8),
    "light": (9, 10, 11, 12, 16),
    "tint": (13, 14, 15, 17, 18),
}
"""The features of segment by kind, counted from 0; the other three features hardly ever change."""
FEATURE_GROUPS = (*KINDS, "squares", *(f"{kind}-waves" for kind in KINDS), "broad", "narrow")
SEGMENT_ROWS = (500, 1405)
"""The row where the training rows end, and the one where the validation rows end."""
WAVES = 4
"""How many waves there are of each kind of features."""
JOINT_WAVES = 6
"""How many waves there are of all features together, at each of the two bandwidths."""
OWN_FREQUENCY, BROAD, NARROW = 1.0, 0.3, 1.0
"""Standard deviations of the waves' frequencies, in radians per unit of a scaled feature."""
LOGISTIC_PASSES = 13
"""The median over random configurations of how many passes (steps of Newton's method) it takes."""
LOGISTIC = Space(
    {f"decay-{group}": Float(1e-3, 1e4, log=True, default=1.0) for group in FEATURE_GROUPS}
)

EXAMPLE_GROUPS, EXAMPLES = 24, 30
"""How many groups of examples there are, and how many are in each."""
WORST = 0.9
"""The share of wrong labels in the worst group; from there the shares fall quadratically to 0."""
CHOOSE_BY = 480
"""How many validation rows there are; the rows that are left are test rows."""
COMPONENTS = 30
"""How many principal components represent a picture."""
CLEANING_DECAY = 1.0
"""The weight decay of each component."""
CLEANING_PASSES = 7
"""The median over random configurations of how many passes (steps of Newton's method) it takes."""
CLEANING = Space(
    {f"weight-{group}": Float(0.0, 1.0, default=1.0) for group in range(1, EXAMPLE_GROUPS + 1)}
)


@dataclass(frozen=True, slots=True)
class Held:
    """The rows that a classification is evaluated on."""

    validation: Rows
    test: Rows

    def evaluate(
        self, solution: Solution, typical: int, gradient: dict[str, float] | None
    ) -> Evaluation:
        """Evaluate a solution; its duration is passes / typical, where a gradient is one pass."""
        value, validation_error = self._losses(solution, self.validation)
        score, test_error = self._losses(solution, self.test)
        return Evaluation(
            value,
            score=score,
            measures={"validation-error": validation_error, "test-error": test_error},
            duration=(solution.passes + (gradient is not None)) / typical,
            gradient=gradient,
        )

    def pull(self, solution: Solution) -> Floats:
        """Return the derivative of the value by the weights, (classes, features)."""
        rest = probabilities(solution.weights, self.validation.inputs) - self.validation.targets
        pull: Floats = rest.T @ self.validation.inputs / len(rest)
        return pull

    @staticmethod
    def _losses(solution: Solution, rows: Rows) -> tuple[float, float]:
        likely = (rows.inputs @ solution.weights.T).argmax(axis=1)
        error = float(np.mean(likely != rows.targets.argmax(axis=1)))
        return float(log_losses(solution.weights, rows).mean()), error


@dataclass(frozen=True, slots=True)
class Regularised:
    """Fits a logistic regression with a weight decay for each group of features."""

    training: Rows
    widths: NDArray[np.int64]
    """(groups,): how many features each group has, in their order."""
    held: Held

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        decays = np.append(np.repeat(settings(LOGISTIC, proposal), self.widths), BIAS_DECAY)
        solution = Logistic(self.training, np.ones(len(self.training)), decays).solve()
        if not proposal.gradient:
            return self.held.evaluate(solution, LOGISTIC_PASSES, None)
        by_decay = solution.slopes(self.held.pull(solution))[1]
        by_group = np.add.reduceat(by_decay[:-1], np.cumsum(self.widths) - self.widths)
        return self.held.evaluate(solution, LOGISTIC_PASSES, by_unit(LOGISTIC, proposal, by_group))


@dataclass(frozen=True, slots=True)
class Weighted:
    """Fits a logistic regression with a weight for each group of examples."""

    training: Rows
    """The training rows, in the order of the groups."""
    held: Held

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        shares = np.repeat(settings(CLEANING, proposal), EXAMPLES)
        decays = np.full(self.training.inputs.shape[1], CLEANING_DECAY)
        decays[-1] = BIAS_DECAY
        solution = Logistic(self.training, shares, decays).solve()
        if not proposal.gradient:
            return self.held.evaluate(solution, CLEANING_PASSES, None)
        by_share = solution.slopes(self.held.pull(solution))[0]
        by_group = by_share.reshape(EXAMPLE_GROUPS, EXAMPLES).sum(axis=1)
        return self.held.evaluate(solution, CLEANING_PASSES, by_unit(CLEANING, proposal, by_group))


def start_logistic(rng: np.random.Generator) -> Instance:
    """Draw the rows and the waves of a classification on segment."""
    table = read("segment")
    parts = np.split(rng.permutation(len(table.target)), SEGMENT_ROWS)
    kinds = [scaled(table.features[:, columns], parts[0]) for columns in KINDS.values()]
    features = np.hstack(kinds)
    groups = [
        *kinds,
        features**2,
        *(waves(kind, WAVES, OWN_FREQUENCY, rng) for kind in kinds),
        *(waves(features, JOINT_WAVES, frequency, rng) for frequency in (BROAD, NARROW)),
    ]
    training, *held = _parted(np.hstack(groups), table.target.astype(np.int64), parts)
    widths = np.array([group.shape[1] for group in groups])
    return Instance(Regularised(training, widths, Held(*held)))


def start_cleaning(rng: np.random.Generator) -> Instance:
    """Draw the rows of a classification on digits, and the wrong labels of those to train on."""
    table = read("digits")
    ends = (EXAMPLE_GROUPS * EXAMPLES, EXAMPLE_GROUPS * EXAMPLES + CHOOSE_BY)
    parts = np.split(rng.permutation(len(table.target)), ends)
    pictures = table.features - table.features[parts[0]].mean(axis=0)
    axes = np.linalg.svd(pictures[parts[0]], full_matrices=False)[2][:COMPONENTS]
    components = pictures @ axes.T
    components /= components[parts[0]].std()
    target = table.target.astype(np.int64)
    target[parts[0]] = _mislabelled(target[parts[0]], int(target.max()) + 1, rng)
    training, *held = _parted(components, target, parts)
    return Instance(Weighted(training, Held(*held)))


def _mislabelled(
    labels: NDArray[np.int64], classes: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Make the first labels of each group wrong; chance decides which group gets which share."""
    shares = WORST * rng.permutation(np.linspace(0.0, 1.0, EXAMPLE_GROUPS) ** 2)
    wrong = np.arange(EXAMPLES) < (shares * EXAMPLES).round()[:, np.newaxis]
    other = (labels + rng.integers(1, classes, len(labels))) % classes
    return np.where(wrong.ravel(), other, labels)


def _parted(
    features: Floats, labels: NDArray[np.int64], parts: Sequence[NDArray[np.int64]]
) -> list[Rows]:
    """Return the examples of each part; the last feature is 1, for the bias."""
    inputs = np.column_stack([features, np.ones(len(features))])
    examples = Rows(inputs, np.eye(labels.max() + 1)[labels])
    return [examples[part] for part in parts]


problems = (
    Problem(
        name="logistic-segment",
        version=1,
        space=LOGISTIC,
        start=start_logistic,
        gradient_cost=1.08,  # 13 passes are typical, and the gradient takes one more
        instances=5,
        about=Description(
            gradient_memory=4.7,
            family="gradient",
            held_out=True,
            trained=True,
            seconds=0.09,
            summary=(
                "Logistic regression on 500 rows of segment with a weight decay for each of 11"
                " groups of features (linear ones, squares, random waves); the value is the"
                " validation log-loss, the score is the test log-loss."
            ),
            citation=(
                "Bengio (2000), Gradient-based optimization of hyperparameters, Neural Computation "
                "12(8); Rahimi and Recht (2007), Random features for large-scale kernel machines, "
                "NeurIPS"
            ),
            defaults="scikit-learn's LogisticRegression (C=1.0)",
            licence="CC BY 4.0: UCI 147, Statlog (Image Segmentation)",
        ),
    ),
    Problem(
        name="cleaning-digits",
        version=1,
        space=CLEANING,
        start=start_cleaning,
        gradient_cost=1.14,  # 7 passes are typical, and the gradient takes one more
        instances=5,
        about=Description(
            gradient_memory=3.5,
            family="gradient",
            held_out=True,
            trained=True,
            seconds=0.033,
            summary=(
                "Logistic regression on 720 digits, some of them mislabelled, with a weight for"
                " each of 24 groups of examples; the value is the validation log-loss, the score"
                " is the test log-loss, both on correct labels."
            ),
            citation=(
                "Franceschi, Donini, Frasconi and Pontil (2017), Forward and reverse gradient-based"
                " hyperparameter optimization, ICML, section 5.1"
            ),
            defaults="every example counts alike, as if all labels were right",
            licence=(
                "CC BY 4.0: UCI 80, Optical Recognition of Handwritten Digits (by scikit-learn)"
            ),
        ),
    ),
)
