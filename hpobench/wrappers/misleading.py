"""Problems whose low fidelities say clearly something else than the highest."""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..parameter import Float, Units
from ..problem import Evaluate, Evaluation, Instance, Problem, Start
from ..seeds import Stream
from ..space import Config, Space
from ..trial import Fidelity, Proposal

WAVES = 64
"""How many cosines make a field."""
SAMPLE = 1000
"""How many random configurations a field's mean and standard deviation are set by."""


def misleading(problem: Problem, deviation: float) -> Problem:
    """Add a smooth field over the space to the value, the less of it the higher the fidelity.

    At the fidelity z the field is multiplied by 1 - z / highest, so it is 0 at the highest. Over
    the space its mean is about 0, and its standard deviation is about `deviation`. Each instance
    has its own field. Scores stay as they are. Raises ValueError where the problem has no fidelity.
    """
    if problem.fidelity is None:
        raise ValueError("a low fidelity can't mislead, it has no fidelity")
    start = _Start(problem.start, problem.space, problem.fidelity, deviation)
    return replace(problem, start=start)


@dataclass(frozen=True, slots=True)
class Field:
    """A sum of cosines over the unit cube (Rahimi and Recht, 2007, random features).

    Inactive parameters stand at the centre.
    """

    space: Space
    waves: Units
    """The frequencies of the waves along each coordinate, in radians, (waves, d)."""
    phases: Units
    """The phases of the waves, in radians, (waves,)."""
    mean: float = 0.0
    factor: float = 1.0

    def value(self, config: Config) -> float:
        """Return the height of the field at a configuration."""
        heights = np.cos(self._angles(self.space.encode(config)))
        return self.factor * (float(heights.sum()) - self.mean)

    def gradient(self, config: Config) -> dict[str, float]:
        """Return the slopes of the field along the coordinates of the active real parameters."""
        slopes = -self.factor * np.sin(self._angles(self.space.encode(config))) @ self.waves
        return {
            name: float(slope)
            for (name, parameter), slope in zip(self.space.items(), slopes, strict=True)
            if name in config and isinstance(parameter, Float)
        }

    def standardised(self, configs: list[Config], deviation: float) -> "Field":
        """Return the field scaled to mean 0 and a standard deviation over some configurations."""
        heights = np.cos(self._angles(self.space.encode_all(configs))).sum(axis=1)
        return replace(self, mean=float(heights.mean()), factor=deviation / float(heights.std()))

    def _angles(self, units: Units) -> Units:
        return np.nan_to_num(units, nan=0.5) @ self.waves.T + self.phases


def field(space: Space, deviation: float, rng: np.random.Generator) -> Field:
    """Draw a field that goes up and down about once across the cube, in any direction."""
    size = len(space)
    waves = rng.normal(0.0, 2 * math.pi / math.sqrt(size), (WAVES, size))
    drawn = Field(space, waves, rng.uniform(0.0, 2 * math.pi, WAVES))
    return drawn.standardised(space.decode_all(rng.random((SAMPLE, size))), deviation)


@dataclass(frozen=True, slots=True)
class _Start:
    start: Start
    space: Space
    fidelity: Fidelity
    deviation: float

    def __call__(self, rng: np.random.Generator) -> Instance:
        instance = self.start(rng)
        drawn = field(self.space, self.deviation, rng)
        return replace(instance, evaluate=_Evaluate(instance.evaluate, drawn, self.fidelity.high))


@dataclass(frozen=True, slots=True)
class _Evaluate:
    evaluate: Evaluate
    field: Field
    high: float

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        evaluation = self.evaluate(proposal, stream, checkpoint)
        if proposal.fidelity is None or proposal.fidelity == self.high:
            return evaluation
        share = 1 - proposal.fidelity / self.high
        gradient = evaluation.gradient
        if gradient is not None:
            slopes = self.field.gradient(proposal.config)
            gradient = {name: slope + share * slopes[name] for name, slope in gradient.items()}
        value = evaluation.value + share * self.field.value(proposal.config)
        return replace(evaluation, values=(value,), score=evaluation.reported, gradient=gradient)
