"""The life of a trial: proposed, pending, done, kept. Each stage is its own type."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from .errors import shown
from .scalars import is_number, scalar
from .space import Config


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How thoroughly a configuration can be evaluated, e.g. 1 to 81 epochs."""

    low: float
    high: float
    unit: str = "epochs"
    integer: bool = True
    """Whether only whole numbers make sense."""
    resumes: bool = True
    """Whether a training can be continued; where not, each one starts afresh."""

    def __post_init__(self) -> None:
        low, high = (_real("fidelity", end) for end in (self.low, self.high))
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)
        if not 0 < low < high < math.inf:
            raise ValueError(f"a fidelity needs 0 < low < high: [{shown(low)}, {shown(high)}]")
        if self.integer and not (low == int(low) and high == int(high)):
            raise ValueError(f"a fidelity of whole numbers needs whole ends: [{low!r}, {high!r}]")

    def check(self, fidelity: float) -> float:
        """Return the fidelity, or raise ValueError where no evaluation can have it."""
        real = _real("fidelity", fidelity)
        if not self.low <= real <= self.high:
            raise ValueError(
                f"the fidelity must be in [{self.low:g}, {self.high:g}] {self.unit}: {shown(real)}"
            )
        if self.integer and real != int(real):
            raise ValueError(f"the fidelity must be a whole number of {self.unit}: {real!r}")
        return int(real) if self.integer else real

    def rungs(self, eta: int, widest: float = math.inf) -> list[float]:
        """Return high / eta^k for k = ..., 1, 0, whole where only whole numbers make sense.

        As far as the lowest fidelity allows, and not below high / widest.
        """
        lowest = max(self.low, self.high / widest)
        if self.integer:
            lowest = math.ceil(lowest)
        rungs: list[float] = [self.high]
        while (rung := self.high / eta ** len(rungs)) >= lowest * (1 - 1e-9):
            rungs.append(round(rung) if self.integer else max(rung, lowest))
        return rungs[::-1]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a strategy wants evaluated."""

    config: Config
    fidelity: float | None = None
    """None: the highest."""
    resume: int | None = None
    """The id of the trial whose training it continues; None: a training from the start."""
    gradient: bool = False
    """Whether the value's gradient is wanted, too."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A proposal that some worker is evaluating now."""

    id: int
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Trial:
    """A proposal and what came of it, as the strategy is told."""

    id: int
    proposal: Proposal
    values: tuple[float, ...]
    """One an objective, each to be minimised; nan where the evaluation failed."""
    cost: float
    """In evaluations at the highest fidelity."""
    gradient: Mapping[str, float] | None = None
    """By the unit-cube coordinates of the active real parameters; None unless it was asked for."""

    @property
    def value(self) -> float:
        """The value of the only objective; raises ValueError where there are several."""
        return only(self.values)

    @property
    def failed(self) -> bool:
        """Whether the evaluation gave no value."""
        return math.isnan(self.values[0])


@dataclass(frozen=True, slots=True)
class Record:
    """A trial as it is kept, with what its strategy never sees."""

    trial: Trial
    score: float
    """What is reported: held-out or noise-free; nan where the evaluation failed."""
    measures: Mapping[str, float]
    """What else is worth keeping, such as error rates."""
    finished: float
    """On the simulated clock, in units of a typical evaluation at the highest fidelity."""
    measured: dict[str, float] = field(default_factory=dict[str, float])
    """Real seconds and bytes, added as they are known; they steer nothing and are in no digest."""
    error: str | None = None
    """Why the evaluation failed; None where it did not."""
    duration: float = 0.0
    """Simulated time of its training, from the start to its fidelity."""
    traceback: str = field(default="", compare=False)
    """Of the error; kept beside what was measured, it is in no digest."""

    @property
    def values(self) -> tuple[float, ...]:
        """The values that the strategy was told."""
        return self.trial.values

    @property
    def value(self) -> float:
        """The value of the only objective; raises ValueError where there are several."""
        return self.trial.value

    @property
    def failed(self) -> bool:
        """Whether the evaluation gave no value."""
        return self.trial.failed


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of a strategy or a problem: what tells one run from another."""

    name: str
    """The spec in its canonical spelling, e.g. `asha:eta=4`."""
    version: str
    """A number for ours; the digest of the source for one that comes from a path."""
    path: str | None = field(default=None, compare=False)
    """Where its source lies on this machine, for one that comes from a path."""


@dataclass(frozen=True, slots=True)
class Run:
    """One strategy on one problem with one seed, under one budget."""

    strategy: Identity
    problem: Identity
    seed: int
    budget: Fraction
    """In evaluations at the highest fidelity."""
    workers: int = 1
    """Simulated ones."""


Reason: TypeAlias = Literal["complete", "exhausted", "unsupported", "failed"]


@dataclass(frozen=True, slots=True)
class Stop:
    """How a run ended."""

    reason: Reason
    """complete: the budget is spent; exhausted: the strategy had nothing more to propose, its
    incumbent stands; unsupported: it can't do such a task; failed: it broke."""
    detail: str = ""
    """Why, for unsupported and failed."""
    traceback: str = field(default="", compare=False)
    """Of the error; kept beside what was measured, it is in no digest."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run that ended, with its records in the order of completion."""

    run: Run
    stop: Stop
    records: tuple[Record, ...]


def only(values: tuple[float, ...]) -> float:
    """Return the value of the only objective, or raise ValueError where there are several."""
    if len(values) == 1:
        return values[0]
    raise ValueError(f"there is no single value, but one for each objective: {shown(values)}")


def _real(what: str, value: object) -> float:
    """Return a real number as Python's own, or raise ValueError."""
    plain = scalar(value)
    if not is_number(plain):
        raise ValueError(f"the {what} must be a finite number: {shown(value)}")
    return plain
