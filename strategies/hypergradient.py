"""Gradient descent on the hyperparameters, from several starts (Bengio, 2000)."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import (
    Config,
    Float,
    Pending,
    Proposal,
    Strategy,
    Task,
    Trial,
    Units,
    Unsupported,
    check_real,
    check_whole,
)
from hpobench.models.archive import Archive
from hpobench.models.descents import Adam, QuasiNewton, Rule, SignSteps
from hpobench.models.neighbours import full_row, neighbour

RULES: Mapping[str, Callable[[float], Rule]] = {
    "rprop": SignSteps,
    "adam": Adam,
    "l-bfgs-b": QuasiNewton,
}
SHORT = 3
"""So many evaluations each descent has before the best of them goes on."""
PROGRESS = 0.01
"""An evaluation makes progress if it lowers the best value by this share of the gain so far."""
LOCAL = 0.5
"""How often a descent begins beside the best configuration, where there are discrete parameters."""
SPREAD = 0.2
"""The standard deviation of a step of a discrete number, as a share of its range."""


@dataclass
class Hypergradient(Strategy):
    """Descends the gradient in the unit cube, from the default and from random points.

    It needs a problem that gives gradients, and asks for one with each evaluation, at the cost that
    the problem states. A few descents begin together, the very first one at the default. After
    three evaluations of each, the one with the lowest value goes on until it stalls or fails, then
    the next best; when all have ended, as many begin anew. A free worker begins one more.

    The real parameters move by `rule`. Discrete ones stay in a descent; every second descent, by
    chance, begins at the best configuration with one of them changed. If nothing real is active, no
    gradient is asked for. A descent begins at the default even if it was told first, as its
    gradient is not known yet, unless it failed or no parameter is real.
    """

    version = 2
    citation = (
        "Bengio (2000), Gradient-based optimization of hyperparameters, Neural Computation 12(8); "
        "Maclaurin, Duvenaud and Adams (2015), Gradient-based hyperparameter optimization through "
        "reversible learning, ICML; Franceschi et al. (2017), Forward and reverse gradient-based "
        "hyperparameter optimization, ICML; the steps: Riedmiller and Braun (1993), A direct "
        "adaptive method for faster backpropagation learning: the RPROP algorithm, ICNN; Kingma and"
        " Ba (2015), Adam, ICLR; Byrd, Lu, Nocedal and Zhu (1995), A limited memory algorithm for "
        "bound constrained optimization, SIAM Journal on Scientific Computing 16(5)"
    )
    family = "gradient"

    rule: str = "rprop"
    """How a descent steps: rprop (by the signs of the slopes), adam or l-bfgs-b."""
    starts: int = 2
    """How many descents begin together."""
    rate: float = 0.2
    """The length of the first step along a coordinate, as a share of its range; Adam keeps it."""
    patience: int = 4
    """A descent ends after so many evaluations without progress."""

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"rule must be {', '.join(RULES)}: {self.rule!r}")
        check_whole("starts", self.starts, least=1)
        check_real("rate", self.rate, least=0, most=0.5, above=True)
        check_whole("patience", self.patience, least=1)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        if not task.gradients:
            raise Unsupported("needs gradients")
        self.archive = Archive(task.space)
        self.descents: list[_Descent] = []
        self.asked: dict[str, _Descent] = {}
        """The descents whose configuration is being evaluated, by that configuration as JSON."""
        self.left = self.starts
        """How many descents are yet to begin together."""
        self.begun = False
        """Whether no descent is to begin at the default any more."""
        self.best: Config = {}
        """The configuration with the lowest value so far; empty: there is none."""
        self.lowest = math.inf

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        descent = self._next()
        if descent is None:
            return None
        config = self.archive.propose(descent.config)
        self.asked[json.dumps(config)] = descent
        return Proposal(dict(config), gradient=self._has_slope(config))

    def tell(self, trial: Trial) -> None:
        config = trial.proposal.config
        self.archive.tell(config, trial.value)
        if trial.value < self.lowest:
            self.best, self.lowest = dict(config), trial.value
        descent = self.asked.pop(json.dumps(config), None)
        if descent is None:
            self.begun = trial.failed or not self._has_slope(config)
            return
        slopes = np.array([(trial.gradient or {}).get(name, 0.0) for name in self.task.space])
        place = descent.step(trial.value, slopes)
        if place is None or descent.stalled >= self.patience:
            self.descents.remove(descent)
        else:
            descent.place, descent.config = place, self.task.space.decode(place)

    def _next(self) -> "_Descent | None":
        """Return the descent that is to go on, or a new one; None: nothing is left."""
        busy = list(self.asked.values())
        free = [descent for descent in self.descents if descent not in busy]
        young = [descent for descent in free if descent.evaluations < SHORT]
        if young:
            return young[0]
        if self.left == 0 and free:
            return min(free, key=lambda descent: descent.best)
        if not self.descents:
            self.left = self.starts
        return self._begin()

    def _begin(self) -> "_Descent | None":
        config = self._start() if self.begun else self.task.space.default()
        if config is None:
            return None
        self.begun = True
        self.left = max(self.left - 1, 0)
        # an inactive parameter, which has no coordinate, stays in the middle
        place = np.nan_to_num(self.task.space.encode(config), nan=0.5)
        self.descents.append(_Descent(config, place, RULES[self.rule](self.rate)))
        return self.descents[-1]

    def _start(self) -> Config | None:
        """Return a new configuration: random, or the best one with a discrete parameter changed."""
        space = self.task.space
        discrete = [name for name in self.best if not isinstance(space[name], Float)]
        if discrete and self.rng.random() < LOCAL:
            name = discrete[int(self.rng.random() * len(discrete))]
            value = neighbour(space[name], self.best[name], SPREAD, self.rng)
            config = space.active({**full_row(space, self.best, self.rng), name: value})
            if config not in self.archive:
                return config
        return self.archive.fresh(self.rng)

    def _has_slope(self, config: Config) -> bool:
        return any(isinstance(self.task.space[name], Float) for name in config)


@dataclass(eq=False)
class _Descent:
    """One descent: where it is, by which rule it goes on, and its progress."""

    config: Config
    """The configuration that is evaluated next or now."""
    place: Units
    """The configuration's coordinates in the unit cube, (d,)."""
    rule: Rule
    evaluations: int = 0
    first: float = math.nan
    """The value at the start; nan before it is known."""
    best: float = math.inf
    stalled: int = 0
    """How many evaluations in a row have made no progress."""
    scale: float = 0.0
    """What values and slopes are divided by, so that no square overflows; 0 before it is known."""

    def step(self, value: float, slopes: Units) -> Units | None:
        """Take in a value and its gradient, (d,); return where to go next, None: nowhere."""
        if self.evaluations == 0:
            self.first = self.best = value
            self.scale = max(abs(value), float(np.abs(slopes).max())) or 1.0
        else:
            enough = PROGRESS * (self.first - self.best)
            self.stalled = 0 if value < self.best - enough else self.stalled + 1
            self.best = min(self.best, value)
        self.evaluations += 1
        return self.rule.step(self.place, value / self.scale, slopes / self.scale)
