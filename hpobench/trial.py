"""The stages of a trial, each a type of its own: proposal, pending, trial, record."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

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
    """Whether a training can be continued; if not, every training starts from the beginning."""

    def __post_init__(self) -> None:
        low, high = (_real("fidelity", end) for end in (self.low, self.high))
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)
        if not 0 < low < high < math.inf:
            raise ValueError(f"a fidelity needs 0 < low < high: [{shown(low)}, {shown(high)}]")
        if self.integer and not (low == int(low) and high == int(high)):
            raise ValueError(f"a fidelity of whole numbers needs whole ends: [{low!r}, {high!r}]")

    def check(self, fidelity: float) -> float:
        """Return a fidelity as Python's own number, or raise ValueError if it is not possible."""
        real = _real("fidelity", fidelity)
        if not self.low <= real <= self.high:
            raise ValueError(
                f"the fidelity must be in [{self.low:g}, {self.high:g}] {self.unit}: {shown(real)}"
            )
        if self.integer and real != int(real):
            raise ValueError(f"the fidelity must be a whole number of {self.unit}: {real!r}")
        return int(real) if self.integer else real

    def rungs(self, eta: int, widest: float = math.inf) -> list[float]:
        """Return the fidelities high / eta^k for k = ..., 1, 0, from the lowest to the highest.

        None of them is below `low` or below high / widest. They are rounded where only whole
        numbers make sense.
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
    """The fidelity to train to; None: the highest."""
    resume: int | None = None
    """The id of the trial whose training is continued; None: a training starts anew."""
    gradient: bool = False
    """Whether the gradient of the value is wanted, too."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A proposal that some worker is evaluating now."""

    id: int
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Trial:
    """A proposal and its result, as the strategy is told."""

    id: int
    proposal: Proposal
    values: tuple[float, ...]
    """The value of each objective, to be minimised; nan if the evaluation failed."""
    cost: float
    """The cost in evaluations at the highest fidelity."""
    gradient: Mapping[str, float] | None = None
    """For each active real parameter, the derivative of the value by the parameter's coordinate in
    the unit cube; None unless it was asked for."""
    measures: Mapping[str, float] = field(default_factory=dict[str, float])
    """The measures that the task limits, by name, as the strategy is told them; empty if the
    evaluation failed, and in a Record, which has all measures itself."""
    duration: float | None = None
    """The simulated time of the whole training, from its start to this fidelity, as the strategy is
    told it, also where the evaluation failed; the unit is the time of a typical evaluation at the
    highest fidelity. It is never measured. None in a Record, which has it itself."""

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
    """A trial as it is kept, with the results that its strategy never sees."""

    trial: Trial
    score: float
    """The number that is reported, on held-out data or without noise; nan if it failed."""
    measures: Mapping[str, float]
    """Other numbers that are worth keeping, such as error rates, by name."""
    finished: float
    """When the trial finished on the simulated clock; the unit is the time of a typical evaluation
    at the highest fidelity."""
    measured: dict[str, float] = field(default_factory=dict[str, float])
    """Real seconds and bytes, by name. No decision depends on them, and no digest covers them."""
    error: str | None = None
    """Why the evaluation failed; None if it did not."""
    duration: float = 0.0
    """The simulated time of the whole training, from its start to this fidelity."""
    traceback: str = field(default="", compare=False)
    """The traceback of the error. It is kept beside `measured`, and no digest covers it."""

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
    """The identity of a strategy or a problem; results of different identities stay apart."""

    name: str
    """The spec in its canonical spelling, e.g. `asha:eta=4`."""
    version: str
    """For one of ours a number, with the versions of its library and its options; for one from a
    path, the digest of its source."""
    path: str | None = field(default=None, compare=False)
    """Where its source lies on this machine; None: it is one of ours."""


First: TypeAlias = Literal["none", "default"]
"""What a strategy is told before it is first asked: nothing, or the result of the problem's default
configuration, as trial 0."""
FIRST: tuple[First, ...] = ("none", "default")
"""All that a strategy may be told first."""


class Setting(NamedTuple):
    """What runs must have in common to be compared with each other on a problem."""

    budget: Fraction
    """The budget of a run, in evaluations at the highest fidelity."""
    workers: int
    """How many workers evaluate at once on the simulated clock."""
    first: First


@dataclass(frozen=True, slots=True)
class Run:
    """One strategy on one problem with one seed, under one budget."""

    strategy: Identity
    problem: Identity
    seed: int
    budget: Fraction
    """The budget in evaluations at the highest fidelity."""
    workers: int = 1
    """How many workers evaluate at once on the simulated clock."""
    first: First = "none"
    """What the strategy is told before it is first asked."""

    @property
    def setting(self) -> Setting:
        """What the run must have in common with those that it is compared with."""
        return Setting(self.budget, self.workers, self.first)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The configuration that a strategy recommended at the end of its run, and what it is worth."""

    config: Config
    score: float
    """The number that is reported of it; nan if its evaluation failed, or there was none."""
    anew: bool
    """Whether it was evaluated for this, at the highest fidelity and at no cost; otherwise it is
    the incumbent's configuration with the incumbent's score, or nobody evaluates recommendations,
    as where a user's own function is minimised."""
    error: str | None = None
    """Why the evaluation failed; None if it did not, or there was none."""


Reason: TypeAlias = Literal["complete", "exhausted", "unsupported", "failed"]


@dataclass(frozen=True, slots=True)
class Stop:
    """How a run ended."""

    reason: Reason
    """complete: the budget is spent; exhausted: the strategy had nothing more to propose, and its
    incumbent stands; unsupported: the strategy can't do such a task; failed: an error ended it."""
    detail: str = ""
    """Why the run is unsupported or failed; empty otherwise."""
    traceback: str = field(default="", compare=False)
    """The traceback of the error. It is kept beside what was measured; no digest covers it."""
    recommendation: Recommendation | None = None
    """What the strategy recommended at the end; None: nothing, so that its incumbent stands."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run that has ended, with its records in the order of completion."""

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
