"""What is to be minimised.

A problem is a light value that can be made and listed without any work; its data is read in
`start`, once a run, in the process where the run runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .errors import shown
from .library import Library
from .scalars import is_mapping, is_name, number
from .seeds import Stream
from .space import Config, Space
from .trial import Fidelity, Proposal, only


@dataclass(frozen=True, slots=True, init=False)
class Evaluation:
    """What evaluating a proposal yields.

    >>> Evaluation(0.3, score=0.4).value, Evaluation(values=(0.3, 12.0)).values
    (0.3, (0.3, 12.0))
    """

    values: tuple[float, ...]
    """What the strategy is told, one an objective."""
    score: float | None
    """What is reported, of the very same model; None: the value."""
    measures: Mapping[str, float]
    """What else is worth keeping."""
    duration: float | None
    """Simulated time of the training from its start to this fidelity, in units of a typical full
    evaluation; of a continued one, too: the runner takes off what has passed. None: the cost."""
    gradient: Mapping[str, float] | None
    """The gradient of the value, by the unit-cube coordinates of the active real parameters, on
    request."""
    checkpoint: object
    """What a longer training of the same configuration continues from; None: nothing is kept."""

    def __init__(
        self,
        value: float | None = None,
        score: float | None = None,
        measures: Mapping[str, float] | None = None,
        duration: float | None = None,
        *,
        gradient: Mapping[str, float] | None = None,
        checkpoint: object = None,
        values: tuple[float, ...] | None = None,
    ) -> None:
        """Keep the value of the only objective, or the `values` of several; raises ValueError."""
        if (value is None) == (values is None):
            raise ValueError("an evaluation has a value, or values where there are several")
        keep = object.__setattr__  # it is frozen
        keep(self, "values", (value,) if values is None else values)
        keep(self, "score", score)
        keep(self, "measures", {} if measures is None else measures)
        keep(self, "duration", duration)
        keep(self, "gradient", gradient)
        keep(self, "checkpoint", checkpoint)

    @property
    def value(self) -> float:
        """The value of the only objective; raises ValueError where there are several."""
        return only(self.values)

    @property
    def reported(self) -> float:
        """The score, or the value of an evaluation that has none."""
        return self.value if self.score is None else self.score


class Evaluate(Protocol):
    """Evaluates a proposal, whose fidelity is set wherever the problem has one.

    The stream is that of this training: epoch e draws from `stream.rng(e)`, so that a training
    continued from a checkpoint equals one that ran straight through. The checkpoint is what an
    earlier evaluation of the same training left, or None: then the training starts afresh.
    A gradient is computed if `proposal.gradient`. What it raises fails the trial, with its reason.
    """

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation: ...


@dataclass(frozen=True, slots=True)
class Examples:
    """The rows of a classification, for who trains models of its own: without a test label."""

    features: NDArray[np.float64]
    """(rows, features)"""
    labels: NDArray[np.int64]
    """(rows,): 0 to classes - 1."""
    parts: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]
    """A model is fitted for each: the rows that it learns from, and those that value it."""
    test: NDArray[np.float64]
    """(test rows, features): what is reported is of these."""
    classes: int


class Judge(Protocol):
    """Evaluates a part's model by its probabilities, (validation rows then test rows, classes).

    Raises ValueError where they are none.
    """

    def __call__(self, part: int, probabilities: NDArray[np.float64], /) -> Evaluation: ...


@dataclass(frozen=True, slots=True)
class Data:
    """What a problem shows to systems, and how it judges their models."""

    rows: Examples
    judge: Judge


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem with everything drawn that the seed decides: the split, the flips."""

    evaluate: Evaluate
    optimum: float | None = None
    """The lowest score there is; None where nobody knows."""
    data: Data | None = None
    """For systems; None: it has no rows to show."""


Start = Callable[[np.random.Generator], Instance]


@dataclass(frozen=True, slots=True)
class Description:
    """What is to be said of a problem: its card holds it, and no run reads it."""

    family: str = "own"
    """The kind of problem, e.g. synthetic, xgboost, neural, automl."""
    summary: str = ""
    """One sentence: what is tuned, on what, and what the value and the score are."""
    citation: str = ""
    """The publication that describes it."""
    defaults: str = ""
    """Where its default configuration comes from."""
    proof: str = ""
    """How its optimum is known: proved, or published by whom; empty: it is not known."""
    licence: str = ""
    """The licence of its data; empty where there is none."""
    held_out: bool = False
    """Whether strategies are judged on it and never tuned on it; its table or function decides."""
    control: str = ""
    """Why it is kept though it does not tell strategies apart; empty: it has to."""
    trained: bool = False
    """Whether an evaluation trains a model: it is dear, and there are few instances."""
    seconds: float = 1e-4
    """The time of a typical full evaluation on one core, to plan with."""
    gradient_memory: float | None = None
    """The peak memory of an evaluation with its gradient, in megabytes beyond the data's."""

    def __post_init__(self) -> None:
        for name in ("family", "summary", "citation", "defaults", "proof", "licence", "control"):
            _check_text(name, getattr(self, name))
        for name in ("held_out", "trained"):
            truth: object = getattr(self, name)
            if type(truth) is not bool:
                raise ValueError(f"a problem's {name} must be True or False: {shown(truth)}")
        _check_positive("seconds", self.seconds)
        if self.gradient_memory is not None:
            _check_positive("gradient_memory", self.gradient_memory)


@dataclass(frozen=True, slots=True)
class Problem:
    """A space, and a way to evaluate its configurations; `about` says what both are."""

    name: str
    version: int
    space: Space
    start: Start
    """Draws an instance; reads the data."""
    fidelity: Fidelity | None = None
    """None: every evaluation is a full one."""
    gradient_cost: float | None = None
    """The cost of an evaluation with its gradient over one without; None: gives no gradients."""
    instances: int = 1
    """How many there are; a seed's instance is the seed modulo their number."""
    objectives: tuple[str, ...] = ("value",)
    """The names of what is minimised, in the order of an evaluation's values."""
    limits: Mapping[str, float] = field(default_factory=dict[str, float])
    """The bounds that measures must not exceed, by the measure's name."""
    library: Library | None = None
    """The library that it needs beyond what comes with hpobench; None: none."""
    textbook: "Problem | None" = None
    """The published form, where the instances differ from it."""
    about: Description = field(default_factory=Description)

    def __post_init__(self) -> None:
        _check_text("name", self.name)
        for name, kind in (
            ("space", Space),
            ("start", Callable),
            ("fidelity", Fidelity | None),
            ("textbook", Problem | None),
            ("about", Description),
        ):
            given: object = getattr(self, name)
            if not isinstance(given, kind):  # type: ignore[arg-type]  # Callable is an abstract class
                raise ValueError(f"a problem's {name} is none: {shown(given)}")
        if type(self.instances) is not int or self.instances < 1:
            raise ValueError(f"a problem's instances must be 1 or more: {shown(self.instances)}")
        if self.gradient_cost is not None:
            _check_positive("gradient_cost", self.gradient_cost)
        names = self.objectives
        if type(names) is not tuple or not names or not all(map(is_name, names)):
            raise ValueError(f"a problem's objectives must be a tuple of names: {shown(names)}")
        if len(set(names)) < len(names):
            raise ValueError(f"a problem's objectives must differ: {shown(names)}")
        if not is_mapping(self.limits) or not all(map(is_name, self.limits)):
            raise ValueError(f"a problem's limits must be bounds by name: {shown(self.limits)}")
        for name, bound in self.limits.items():
            number(f"problem's limit of {name!r}", bound)

    @property
    def base(self) -> str:
        """Its name without options, which change neither an instance nor a training's luck."""
        return self.name.partition("+")[0]


@dataclass(frozen=True, slots=True)
class _Plain:
    """Evaluates a plain function of the configuration; picklable if the function is."""

    function: Callable[[Config], float]
    optimum: float | None

    def __call__(self, rng: np.random.Generator) -> Instance:  # noqa: ARG002  # no luck
        return Instance(self._evaluate, self.optimum)

    def _evaluate(self, proposal: Proposal, *_: object) -> Evaluation:
        return Evaluation(number("value", self.function(proposal.config)))


def plain(function: Callable[[Config], float], optimum: float | None = None) -> Start:
    """Make a `start` of a function without noise, fidelity or gradient."""
    return _Plain(function, optimum)


def _check_text(name: str, text: object) -> None:
    if not isinstance(text, str):
        raise ValueError(f"a problem's {name} must be a text: {shown(text)}")


def _check_positive(name: str, value: object) -> None:
    if number(f"problem's {name}", value) < 0:
        raise ValueError(f"the problem's {name} must be positive: {value}")
