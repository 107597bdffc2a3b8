"""Problems that come with a person's prior: a good one, a weak one, or a misleading one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from ..guards import is_a_persons
from ..parameter import Categorical, Parameter, Value, default_of
from ..prior import Belief, Normal, Weights
from ..problem import Instance, Problem
from ..seeds import Stream
from ..space import Config, Space
from ..trial import Proposal
from .fitting import NO_MINIMISER, UnfitError

Kind: TypeAlias = Literal["good", "weak", "misleading"]
KINDS: tuple[Kind, ...] = ("good", "weak", "misleading")
EDGE = 0.05
"""How far from the end of a range a configuration at the far end is."""
DRAWS = 31
"""How many random configurations a bad one is chosen from, beside that at the far end."""
CHEAP = 1e-3
"""The most seconds of an evaluation for which a bad configuration is searched."""


@dataclass(frozen=True, slots=True)
class Person:
    """How far off a person is, and how sure."""

    error: float
    """The standard deviation of the distance from the right coordinate to the belief's centre."""
    wrong: float
    """How likely the person is to believe in any other category."""
    deviation: float
    """The standard deviation of the belief itself."""
    weight: float
    """The weight of the category that is believed in; every other one has the weight 1."""


# Deviations and weights are those that NePS, the library of PriorBand, has for a high confidence
# (0.125 and 6), a medium one (0.25) and a low one (2).
PERSONS: Mapping[Kind, Person] = {
    "good": Person(0.1, 0.0, 0.125, 6.0),
    "weak": Person(0.25, 0.5, 0.25, 2.0),
    "misleading": Person(0.0, 0.0, 0.125, 6.0),
}


def with_prior(problem: Problem, kind: Kind, known: Sequence[Config] = ()) -> Problem:
    """Give a problem beliefs about where good configurations are, other ones in each instance.

    A *good* prior is around a good configuration: the instance's minimiser or, if it knows none,
    one of `known`, drawn by the instance. A belief about a number is a normal density of the
    standard deviation 0.125 in the unit interval, whose centre is off by a normal error of 0.1; the
    good category has 6 times the weight of any other. A *weak* prior is around it, too, but has the
    deviation 0.25, is off by 0.25, and doubles the weight of a category, which in half of the cases
    is another one. A *misleading* prior is as sure as a good one, but around a bad configuration,
    at the far end of each range and with other categories; where an evaluation takes at most a
    millisecond, 31 random configurations are evaluated as well, and it is around the one of all
    with the highest score, a failure being the highest. What is inactive in the configuration has
    no belief. Evaluations stay as they are, and a strategy may ignore the prior.
    """
    return replace(problem, start=_Start(problem, kind, tuple(known)))


@dataclass(frozen=True, slots=True)
class _Start:
    problem: Problem
    kind: Kind
    known: tuple[Config, ...]

    def __call__(self, rng: np.random.Generator) -> Instance:
        instance, space = self.problem.start(rng), self.problem.space
        centre = instance.minimiser
        if centre is None:
            if not self.known:
                raise UnfitError(
                    f"its prior would be around a good configuration, and {NO_MINIMISER}"
                )
            centre = self.known[rng.integers(len(self.known))]
        if self.kind == "misleading":
            centre = self._bad(instance, centre, rng)
        return replace(instance, beliefs=beliefs(space, centre, PERSONS[self.kind], rng))

    def _bad(self, instance: Instance, good: Config, rng: np.random.Generator) -> Config:
        space, seconds = self.problem.space, self.problem.about.seconds
        far = far_end(space, good, rng)
        if seconds is None or seconds > CHEAP:
            return far
        every = [far, *space.decode_all(rng.random((DRAWS, len(space))))]
        return every[int(np.argmax([self._score(instance, each) for each in every]))]

    def _score(self, instance: Instance, config: Config) -> float:
        """Return the score of a configuration; infinity where its evaluation fails."""
        fidelity = self.problem.fidelity.high if self.problem.fidelity else None
        try:
            score = instance.evaluate(Proposal(config, fidelity), Stream(("prior",)), None).reported
        except BaseException as raised:  # whatever a problem raises fails the evaluation
            if is_a_persons(raised):
                raise
            return math.inf
        return math.inf if math.isnan(score) else score


def beliefs(
    space: Space, centre: Config, person: Person, rng: np.random.Generator
) -> Mapping[str, Belief]:
    """Draw a belief about each parameter that is active in a configuration."""
    return {name: _belief(space[name], value, person, rng) for name, value in centre.items()}


def far_end(space: Space, config: Config, rng: np.random.Generator) -> Config:
    """Return a configuration at the far end of each range, and with any other categories."""
    row: Config = {}
    for name, parameter in space.items():
        value = config.get(name, default_of(parameter))
        if isinstance(parameter, Categorical):
            row[name] = parameter.values[_other(parameter, parameter.index(value), rng)]
        else:
            unit = parameter.encode(value)  # type: ignore[arg-type]  # its own value
            row[name] = parameter.decode(1 - EDGE if unit < 0.5 else EDGE)
    return space.active(row)


def _belief(parameter: Parameter, value: Value, person: Person, rng: np.random.Generator) -> Belief:
    if isinstance(parameter, Categorical):
        place = parameter.index(value)
        if rng.random() < person.wrong:
            place = _other(parameter, place, rng)
        weights = [1.0] * len(parameter.values)
        weights[place] = person.weight
        return Weights(tuple(weights))
    unit = parameter.encode(value)  # type: ignore[arg-type]  # its own value
    centre = unit + person.error * rng.standard_normal()
    return Normal(min(max(centre, 0.0), 1.0), person.deviation)


def _other(parameter: Categorical, place: int, rng: np.random.Generator) -> int:
    """Draw the place of another value; the only one's, where there is no other."""
    others = [i for i in range(len(parameter.values)) if i != place]
    return others[rng.integers(len(others))] if others else place
