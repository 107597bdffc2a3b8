"""Hartmann's functions, four wells of unequal depth: plain, with noise, and in disguise."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hpobench import Description, Evaluation, Fidelity, Instance, Problem, Proposal
from hpobench.wrappers.instances import instances
from hpobench.wrappers.noise import noisy
from hpobench.wrappers.vectors import DEFAULTS, SECONDS, Vector, box, config, on_box, vector

WEIGHTS = (1.0, 1.2, 3.0, 3.2)
WELLS_3 = (
    ((3.0, 10.0, 30.0), (0.3689, 0.1170, 0.2673)),
    ((0.1, 10.0, 35.0), (0.4699, 0.4387, 0.7470)),
    ((3.0, 10.0, 30.0), (0.1091, 0.8732, 0.5547)),
    ((0.1, 10.0, 35.0), (0.03815, 0.5743, 0.8828)),
)
"""The sharpness of each well along each coordinate, and its centre."""
WELLS_6 = (
    ((10.0, 3.0, 17.0, 3.5, 1.7, 8.0), (0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886)),
    ((0.05, 10.0, 17.0, 0.1, 8.0, 14.0), (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991)),
    ((3.0, 3.5, 1.7, 10.0, 17.0, 8.0), (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650)),
    ((17.0, 8.0, 0.05, 10.0, 0.1, 14.0), (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381)),
)
OPTIMUM_3 = -3.8627821478207558
OPTIMUM_6 = -3.3223680114155148
"""The optima are published as -3.86278 and -3.32237; these numbers and the points below were
computed as roots of the gradient."""
POINT_3 = (0.11461433858967197, 0.5556488499718569, 0.8525469535208657)
POINT_6 = (
    0.20168951100670543,
    0.15001069182345797,
    0.476873974221897,
    0.2753324304940561,
    0.31165161660011326,
    0.6573005340656203,
)
EPOCHS = Fidelity(1, 81, "epochs")
DEVIATION = 0.1

SOURCE = "Dixon and Szegö (1978), Towards global optimisation 2; "
REFERENCE_3 = SOURCE + ("on [0, 1]^3, the optimum -3.86278 at (0.114614, 0.555649, 0.852547)")
REFERENCE_6 = SOURCE + (
    "on [0, 1]^6, the optimum -3.32237 at (0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573)"
)
PROOF_3 = "published; of 1 000 local searches from random starts 618 ended there, none below"
PROOF_6 = "published; of 1 000 local searches from random starts 664 ended there, none below"


def hartmann_3(x: Vector) -> float:
    """Return Hartmann's function in three dimensions.

    >>> round(hartmann_3(POINT_3), 5)
    -3.86278
    """
    return _wells(x, WELLS_3)


def hartmann_6(x: Vector) -> float:
    """Return Hartmann's function in six dimensions.

    >>> round(hartmann_6(POINT_6), 5)
    -3.32237
    """
    return _wells(x, WELLS_6)


def embedded(x: Vector) -> float:
    """Return Hartmann's function of the third, eighth and thirteenth coordinate alone."""
    return _wells((x[2], x[7], x[12]), WELLS_3)


def learning_curve(x: Vector, epochs: float) -> tuple[float, float]:
    """Return the value after so many epochs, and the one at the end, which is Hartmann's function.

    The value falls from 0.5 by a power law (Domhan et al., 2015), at a rate that grows with the
    third coordinate, from 0 on. The lowest end needs a middling rate, so the curves cross.
    """
    end = hartmann_6(x)
    rate = 0.2 + max(x[2], 0.0)  # in a moved box, the coordinate may be negative
    least = (1.0 + EPOCHS.high) ** -rate
    left = ((1.0 + epochs) ** -rate - least) / (1.0 - least)
    return end + (0.5 - end) * left, end


def _wells(x: Vector, wells: Sequence[tuple[Vector, Vector]]) -> float:
    total = 0.0
    for weight, (sharpness, centre) in zip(WEIGHTS, wells, strict=True):
        columns = zip(x, sharpness, centre, strict=True)
        total -= weight * math.exp(-sum([a * (v - p) * (v - p) for v, a, p in columns]))
    return total


@dataclass(frozen=True, slots=True)
class _Trainings:
    """Starts the problem of learning curves; the score is the end of a curve."""

    def __call__(self, rng: np.random.Generator) -> Instance:
        return Instance(self._evaluate, OPTIMUM_6, minimiser=config(POINT_6))

    def _evaluate(self, proposal: Proposal, *_: object) -> Evaluation:
        assert proposal.fidelity is not None
        value, score = learning_curve(vector(proposal.config), proposal.fidelity)
        return Evaluation(value, score=score)


_hartmann_6 = on_box(
    "hartmann-6",
    hartmann_6,
    ((0, 1),) * 6,
    optimum=OPTIMUM_6,
    minimiser=POINT_6,
    summary="Hartmann's function of 6 real parameters: four wells of unequal depth.",
    citation=REFERENCE_6,
    proof=PROOF_6,
    extends=True,  # all wells get deeper towards their centres, which lie inside
)

_embedded = on_box(
    "hartmann-3-embedded",
    embedded,
    ((0, 1),) * 15,
    optimum=OPTIMUM_3,
    minimiser=tuple(POINT_3[(2, 7, 12).index(i)] if i in (2, 7, 12) else 0.5 for i in range(15)),
    summary="Hartmann's function of 3 among 15 real parameters; the others do nothing.",
    citation=REFERENCE_3,
    proof=PROOF_3 + ", over the 3 that matter",
    extends=True,
)

_textbook = (
    on_box(
        "hartmann-3",
        hartmann_3,
        ((0, 1),) * 3,
        optimum=OPTIMUM_3,
        minimiser=POINT_3,
        summary="Hartmann's function of 3 real parameters: four wells of unequal depth.",
        citation=REFERENCE_3,
        proof=PROOF_3,
        extends=True,
    ),
    _hartmann_6,
    replace(_embedded, about=replace(_embedded.about, variant_of="hartmann-3")),
    replace(
        noisy(_hartmann_6, DEVIATION),
        name="hartmann-6-noisy",
        about=replace(
            _hartmann_6.about,
            summary=(
                "Hartmann's function of 6 real parameters; its value has normal noise of the"
                f" standard deviation {DEVIATION}, its score has none."
            ),
            variant_of=_hartmann_6.name,
        ),
    ),
    Problem(
        "hartmann-6-epochs",
        1,
        box(((0, 1),) * 6),
        _Trainings(),
        fidelity=EPOCHS,
        about=Description(
            family="synthetic",
            seconds=SECONDS,
            summary=(
                "Learning curves of 81 epochs that end at Hartmann's function of 6 real parameters"
                " and cross on their way; the score is a curve's end."
            ),
            citation=(
                REFERENCE_6
                + "; the curves after Domhan, Springenberg and Hutter (2015), Speeding up"
                " automatic hyperparameter optimization of deep neural networks by extrapolation of"
                " learning curves, IJCAI"
            ),
            defaults=DEFAULTS,
            proof=PROOF_6 + "; a curve ends at that function",
            variant_of=_hartmann_6.name,
            extends=True,
        ),
    ),
)

problems = tuple(instances(problem) for problem in _textbook)
