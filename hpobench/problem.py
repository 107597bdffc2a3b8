"""Problems: what is to be minimised.

A problem can be made and listed without any work. `start` reads its data, once for each run, in the
process that makes the run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .errors import shown
from .library import Library
from .prior import Belief
from .scalars import is_mapping, is_name, number, text, truth, whole
from .seeds import Stream
from .space import Config, Space
from .trial import Fidelity, Proposal, only


@dataclass(frozen=True, slots=True, init=False)
class Evaluation:
    """The result of evaluating a proposal.

    >>> Evaluation(0.3, score=0.4).value, Evaluation(values=(0.3, 12.0)).values
    (0.3, (0.3, 12.0))
    """

    values: tuple[float, ...]
    """The value of each objective, which the strategy is told."""
    score: float | None
    """The number that is reported of the same model; None: the value is reported."""
    measures: Mapping[str, float]
    """Other numbers that are worth keeping, by name."""
    duration: float | None
    """The simulated time of the whole training, from its start to this fidelity, also where it was
    continued; the unit is the time of a typical full evaluation. None: it equals the cost."""
    gradient: Mapping[str, float] | None
    """For each active real parameter, the derivative of the value by the parameter's coordinate in
    the unit cube; needed only if the proposal asks for it."""
    checkpoint: object
    """The state from which a longer training of the configuration continues; None: none is kept."""

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
        """Keep the value of the only objective, or the `values` of several.

        Raises ValueError unless exactly one of the two is given, and `values` are a sequence.
        """
        if (value is None) == (values is None):
            raise ValueError("an evaluation needs a value or, for several objectives, values")
        keep = object.__setattr__  # it is frozen
        keep(self, "values", (value,) if values is None else _values(values))
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
        """The score or, if there is none, the value."""
        return self.value if self.score is None else self.score


class Evaluate(Protocol):
    """Evaluates a proposal, whose fidelity is set wherever the problem has one.

    `stream` is the luck of this training: epoch e draws from `stream.rng(e)`, so that a training
    continued from a checkpoint equals one that ran straight through. `checkpoint` is the state that
    an earlier evaluation of the training left; None: the training starts from the beginning. The
    gradient is computed if `proposal.gradient` is true. An exception fails the trial.
    """

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation: ...


@dataclass(frozen=True, slots=True)
class Examples:
    """The rows of a classification task, for systems; the labels of the test rows are not in it."""

    features: NDArray[np.float64]
    """The features of the rows, (rows, features)."""
    labels: NDArray[np.int64]
    """The class of each row, (rows,): 0 to classes - 1."""
    parts: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]
    """The splits of the rows; a model is fitted for each. A part holds the numbers of the rows that
    the model learns from, and the numbers of the rows that validate it."""
    test: NDArray[np.float64]
    """The features of the rows that the score is computed on, (test rows, features)."""
    classes: int


class Judge(Protocol):
    """Evaluates the model of a part by the probabilities that it predicts.

    `probabilities`, (rows, classes), are for the part's validation rows and then for the test rows.
    Raises ValueError if they are not valid.
    """

    def __call__(self, part: int, probabilities: NDArray[np.float64], /) -> Evaluation: ...


@dataclass(frozen=True, slots=True)
class Data:
    """What a problem shows to systems, and how it judges their models."""

    rows: Examples
    judge: Judge


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem after everything that the seed decides was drawn, such as the split of its data."""

    evaluate: Evaluate
    optimum: float | None = None
    """The lowest possible score; None: it is not known."""
    data: Data | None = None
    """The rows for systems; None: the problem has none to show."""
    minimiser: Config | None = None
    """A configuration that attains the optimum; None: none is known."""
    beliefs: Mapping[str, Belief] | None = None
    """What a person believes of good configurations, by parameter; None: nothing."""


Start = Callable[[np.random.Generator], Instance]


_TEXTS = (
    "family", "summary", "citation", "defaults", "proof", "licence", "control", "variant_of",
)  # fmt: skip
"""The fields of a description that are texts."""


@dataclass(frozen=True, slots=True)
class Description:
    """Facts about a problem, which its card holds and no run reads."""

    family: str = "own"
    """The kind of problem, e.g. synthetic, xgboost, neural, automl."""
    summary: str = ""
    """One sentence: what is tuned, on what, and what the value and the score are."""
    citation: str = ""
    """The publication that describes it."""
    defaults: str = ""
    """Where its default configuration comes from."""
    proof: str = ""
    """How its optimum is known: a proof, or who published it; empty: it is not known."""
    licence: str = ""
    """The licence of its data; empty: it has no data."""
    held_out: bool = False
    """Whether strategies are judged on it and never tuned on it; its table or function decides."""
    control: str = ""
    """Why it is kept although it does not tell strategies apart; empty: it has to do so."""
    trained: bool = False
    """Whether an evaluation trains a model; then it is slow, and there are few instances."""
    seconds: float | None = None
    """The seconds of a typical full evaluation on one core, for planning; None: it is not said."""
    variant_of: str = ""
    """The name of the problem of whose function it is a variant, such as one with noise, or with
    epochs; empty: its function is its own."""
    extends: bool = False
    """Whether the function goes on beyond its ranges, by their width, never below its optimum."""
    gradient_memory: float | None = None
    """The peak memory of an evaluation with gradient, in megabytes beyond those of the data."""

    def __post_init__(self) -> None:
        keep = object.__setattr__  # it is frozen
        for name in _TEXTS:
            keep(self, name, text(f"a problem's {name}", getattr(self, name)))
        for name in ("held_out", "trained", "extends"):
            keep(self, name, truth(f"a problem's {name}", getattr(self, name)))
        for name in ("seconds", "gradient_memory"):
            if getattr(self, name) is not None:
                keep(self, name, _positive(name, getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Problem:
    """A space, and a way to evaluate its configurations; `about` describes both."""

    name: str
    version: int
    space: Space
    start: Start
    """Reads the data, and draws an instance with the generator that it is given."""
    fidelity: Fidelity | None = None
    """The fidelities that can be asked for; None: every evaluation is a full one."""
    gradient_cost: float | None = None
    """The cost of an evaluation with gradient, as a multiple of one without; None: the problem
    gives no gradients."""
    instances: int = 1
    """How many instances there are; a run's instance is its seed modulo this number."""
    objectives: tuple[str, ...] = ("value",)
    """The names of what is minimised, in the order of an evaluation's values."""
    limits: Mapping[str, float] = field(default_factory=dict[str, float])
    """The bounds that measures must not exceed, by the measure's name."""
    library: Library | None = None
    """A library that it needs beyond those that come with hpobench; None: it needs no other."""
    textbook: "Problem | None" = None
    """The published form of the problem; None: the problem has no other form."""
    about: Description = field(default_factory=Description)

    def __post_init__(self) -> None:
        keep = object.__setattr__  # it is frozen
        keep(self, "name", text("a problem's name", self.name))
        for name, kind, wanted in (
            ("space", Space, "a Space"),
            ("start", Callable, "a function"),
            ("fidelity", Fidelity | None, "a Fidelity or None"),
            ("library", Library | None, "a Library or None"),
            ("textbook", Problem | None, "a Problem or None"),
            ("about", Description, "a Description"),
        ):
            given: object = getattr(self, name)
            if not isinstance(given, kind):  # type: ignore[arg-type]  # Callable is an abstract class
                raise ValueError(f"a problem's {name} must be {wanted}: {shown(given)}")
        for name in ("version", "instances"):
            keep(self, name, whole(f"a problem's {name}", getattr(self, name), least=1))
        if self.gradient_cost is not None:
            keep(self, "gradient_cost", _positive("gradient_cost", self.gradient_cost))
        names = self.objectives
        if type(names) is not tuple or not names or not all(map(is_name, names)):
            raise ValueError(f"a problem's objectives must be a tuple of names: {shown(names)}")
        if len(set(names)) < len(names):
            raise ValueError(f"a problem's objectives must differ: {shown(names)}")
        if not is_mapping(self.limits) or not all(map(is_name, self.limits)):
            raise ValueError(f"a problem's limits must map names to bounds: {shown(self.limits)}")
        found = {
            name: number(f"problem's limit of {name!r}", each) for name, each in self.limits.items()
        }
        keep(self, "limits", found)

    @property
    def base(self) -> str:
        """The name without options; options change neither an instance nor a training's luck."""
        return self.name.partition("+")[0]


@dataclass(frozen=True, slots=True)
class Plain:
    """Starts a problem that is a plain function of the configuration; picklable if that is."""

    function: Callable[[Config], float]
    optimum: float | None
    minimiser: Config | None

    def __call__(self, rng: np.random.Generator) -> Instance:  # noqa: ARG002  # no luck
        return Instance(self._evaluate, self.optimum, minimiser=self.minimiser)

    def _evaluate(self, proposal: Proposal, *_: object) -> Evaluation:
        return Evaluation(number("value", self.function(proposal.config)))


def plain(
    function: Callable[[Config], float],
    optimum: float | None = None,
    minimiser: Config | None = None,
) -> Start:
    """Make a problem's `start` from a function of the configuration that returns the value."""
    return Plain(function, optimum, minimiser)


def _values(values: object) -> tuple[float, ...]:
    """Return the values of several objectives as a tuple, or raise ValueError."""
    listed = isinstance(values, tuple | list) or (isinstance(values, np.ndarray) and values.ndim)
    if listed:
        return tuple(values)  # type: ignore[arg-type]  # it is listed
    raise ValueError(
        f"an evaluation's values must be a tuple, with a value for each objective: {shown(values)}"
    )


def _positive(name: str, value: object) -> float:
    found = number(f"problem's {name}", value)
    if found > 0:
        return found
    raise ValueError(f"the problem's {name} must be positive: {shown(value)}")
