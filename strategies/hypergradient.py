"""Gradient descent on the hyperparameters, from several starts (Bengio, 2000)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from hpobench import Config, Float, Pending, Proposal, Strategy, Task, Trial, Units, Unsupported


@dataclass
class Hypergradient(Strategy):
    """Descends the gradient by Adam in the unit cube, from the default, then from random points.

    A descent that stalls or fails gives way to one from a new point; a free worker begins one more.
    Discrete parameters are drawn at the start of a descent and stay.
    """

    reference: ClassVar[str] = (
        "Bengio (2000), Gradient-based optimization of hyperparameters, Neural Computation 12(8); "
        "Maclaurin, Duvenaud and Adams (2015), Gradient-based hyperparameter optimization through "
        "reversible learning, ICML; Franceschi et al. (2017), Forward and reverse gradient-based "
        "hyperparameter optimization, ICML; the steps: Kingma and Ba (2015), Adam, ICLR"
    )

    rate: float = 0.1
    """The length of a step along each coordinate, as a share of its range."""
    momentum: float = 0.8
    """How much of the gradient's running mean is kept at each step; Adam's beta 1."""
    memory: float = 0.95
    """How much of the squared gradient's running mean is kept at each step; Adam's beta 2."""
    patience: int = 4
    """After so many steps without progress a descent ends."""
    progress: float = 0.01
    """A step makes progress if it lowers the best value by this share of all that was gained."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        if not task.gradients:
            raise Unsupported("needs gradients")
        self.descents: list[_Descent] = []
        self.begun = False

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        descent = next((d for d in self.descents if d.asked is None), None) or self._begin()
        space = self.task.space
        descent.asked = space.decode(descent.place)
        real = any(isinstance(space[name], Float) for name in descent.asked)
        return Proposal(dict(descent.asked), gradient=real)

    def tell(self, trial: Trial) -> None:
        descent = next(d for d in self.descents if d.asked == trial.proposal.config)
        descent.asked = None
        if math.isfinite(trial.value) and trial.gradient:
            descent.learn(trial.value, self._vector(trial.gradient), self)
        else:
            descent.stalled = self.patience
        if descent.stalled >= self.patience:
            self.descents.remove(descent)

    def _begin(self) -> "_Descent":
        space = self.task.space
        place = self.rng.random(len(space)) if self.begun else space.encode(space.default())
        self.begun = True
        self.descents.append(_Descent(place))
        return self.descents[-1]

    def _vector(self, gradient: Mapping[str, float]) -> Units:
        return np.array([gradient.get(name, 0.0) for name in self.task.space])


@dataclass(eq=False)
class _Descent:
    """One descent: where it is, and what Adam remembers."""

    place: Units
    """(d,): coordinates in the unit cube; nan where a parameter is inactive."""
    asked: Config | None = None
    """What is being evaluated for it; None: nothing."""
    first: float = math.nan
    best: float = math.inf
    stalled: int = 0
    """How many steps ago it last made progress."""
    steps: int = 0
    mean: Units = field(default_factory=lambda: np.zeros(1))
    square: Units = field(default_factory=lambda: np.zeros(1))

    def learn(self, value: float, gradient: Units, adam: Hypergradient) -> None:
        """Take a step from the place that was evaluated (Kingma and Ba, algorithm 1)."""
        if self.steps == 0:
            self.first = value
        enough = adam.progress * (self.first - self.best) if self.steps else 0.0
        self.stalled = 0 if value < self.best - enough else self.stalled + 1
        self.best = min(self.best, value)
        self.steps += 1
        self.mean = adam.momentum * self.mean + (1.0 - adam.momentum) * gradient
        self.square = adam.memory * self.square + (1.0 - adam.memory) * gradient**2
        direction = self.mean / (1.0 - adam.momentum**self.steps)
        spread = np.sqrt(self.square / (1.0 - adam.memory**self.steps))
        length = np.divide(direction, spread, out=np.zeros_like(spread), where=spread > 0.0)
        self.place = np.clip(self.place - adam.rate * length, 0.0, 1.0)
