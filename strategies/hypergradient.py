"""Gradient descent on the hyperparameters, from several starts (Bengio, 2000)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hpobench import Config, Float, Pending, Proposal, Strategy, Task, Trial, Units, Unsupported


@dataclass
class Hypergradient(Strategy):
    """Descends the gradient by Adam in the unit cube, from the default, then from random points.

    It needs a problem that gives gradients. A descent that stalls or fails is followed by one from
    a new point; a free worker begins one more descent. Discrete parameters keep the values that
    they have at the start of a descent. If the default was told first, a descent
    still begins there, as its gradient is not known yet, unless it failed or no parameter is real.
    """

    citation = (
        "Bengio (2000), Gradient-based optimization of hyperparameters, Neural Computation 12(8); "
        "Maclaurin, Duvenaud and Adams (2015), Gradient-based hyperparameter optimization through "
        "reversible learning, ICML; Franceschi et al. (2017), Forward and reverse gradient-based "
        "hyperparameter optimization, ICML; the steps: Kingma and Ba (2015), Adam, ICLR"
    )
    family = "gradient"

    rate: float = 0.1
    """The length of a step along each coordinate, as a share of its range."""
    momentum: float = 0.8
    """How much of the gradient's running mean is kept at each step; Adam's beta 1."""
    memory: float = 0.95
    """How much of the squared gradient's running mean is kept at each step; Adam's beta 2."""
    patience: int = 4
    """A descent ends after so many steps without progress."""
    progress: float = 0.01
    """A step makes progress if it lowers the best value by this share of the gain so far."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        if not task.gradients:
            raise Unsupported("needs gradients")
        self.descents: list[_Descent] = []
        self.begun = False

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        descent = next((d for d in self.descents if not d.asked), None) or self._begin()
        descent.asked = True
        return Proposal(dict(descent.config), gradient=self._has_slope(descent.config))

    def tell(self, trial: Trial) -> None:
        config = trial.proposal.config
        descent = next((d for d in self.descents if d.asked and d.config == config), None)
        if descent is None:
            self.begun = trial.failed or not self._has_slope(config)
            return
        descent.asked = False
        if math.isfinite(trial.value) and trial.gradient:
            self._step(descent, trial.value, trial.gradient)
        else:
            descent.stalled = self.patience
        if descent.stalled >= self.patience:
            self.descents.remove(descent)

    def _has_slope(self, config: Config) -> bool:
        return any(isinstance(self.task.space[name], Float) for name in config)

    def _begin(self) -> "_Descent":
        space = self.task.space
        config = space.sample(self.rng) if self.begun else space.default()
        self.begun = True
        self.descents.append(_Descent(config, space.encode(config)))
        return self.descents[-1]

    def _step(self, descent: "_Descent", value: float, gradient: Mapping[str, float]) -> None:
        space = self.task.space
        descent.judge(value, self.progress)
        slopes = np.array([gradient.get(name, 0.0) for name in space])
        descent.move(slopes, self.rate, self.momentum, self.memory)
        descent.config = space.decode(descent.place)


@dataclass(eq=False)
class _Descent:
    """One descent: its configuration, its progress, and the running means of Adam."""

    config: Config
    """The configuration that is evaluated next or now."""
    place: Units
    """The configuration's coordinates in the unit cube, (d,); nan where a parameter is inactive."""
    asked: bool = False
    """Whether the configuration is being evaluated."""
    first: float = math.nan
    """The value at the start; nan before it is known."""
    best: float = math.inf
    stalled: int = 0
    """How many steps in a row have made no progress."""
    steps: int = 0
    mean: Units = field(default_factory=lambda: np.zeros(1))
    square: Units = field(default_factory=lambda: np.zeros(1))

    def judge(self, value: float, progress: float) -> None:
        if math.isnan(self.first):
            self.first = self.best = value
            return
        enough = progress * (self.first - self.best)
        self.stalled = 0 if value < self.best - enough else self.stalled + 1
        self.best = min(self.best, value)

    def move(self, slopes: Units, rate: float, momentum: float, memory: float) -> None:
        """Take a step (Kingma and Ba, 2015, algorithm 1) that stays in the unit cube."""
        self.steps += 1
        self.mean = momentum * self.mean + (1.0 - momentum) * slopes
        self.square = memory * self.square + (1.0 - memory) * slopes**2
        direction = self.mean / (1.0 - momentum**self.steps)
        spread = np.sqrt(self.square / (1.0 - memory**self.steps))
        step = np.divide(direction, spread, out=np.zeros_like(spread), where=spread > 0.0)
        self.place = np.clip(self.place - rate * step, 0.0, 1.0)
