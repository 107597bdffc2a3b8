"""What a report must know of a strategy and of a problem, so that it needs neither installed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .parameter import Value
from .trial import Fidelity, Reference


@dataclass(frozen=True, slots=True)
class StrategyCard:
    """What is said of a strategy."""

    identity: Reference
    summary: str
    reference: str
    colour: str | None
    """A colour's name in `style.py`; None: the report picks a free one."""
    plans_for_budget: bool
    fields: Mapping[str, Value]
    """Its hyperparameters, those at their defaults included."""
    source: str | None = None
    """The text of the file it came from; None where it is one of ours."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Two frozen points of a problem's scale, and random search between them."""

    reference: float
    """What counts as 0: the optimum, or the best that is known."""
    random: float
    """What counts as 1: the median of one random evaluation."""
    curve: tuple[float, ...] = ()
    """Entry m-1: what random search is expected to hold after m evaluations."""


@dataclass(frozen=True, slots=True)
class ProblemCard:
    """What is said of a problem."""

    identity: Reference
    family: str
    summary: str
    reference: str
    licence: str
    dimensions: Mapping[str, int]
    """How many parameters of each kind: float, int, ordinal, categorical."""
    conditional: int
    """How many of them depend on another."""
    fidelity: Fidelity | None
    gradient_cost: float | None
    instances: int
    optimum: float | None
    """The lowest score, where it is known and the same in every instance."""
    anchors: str = ""
    """The version of the anchors; empty where there are none."""
    values: tuple[Anchors, ...] = ()
    """The anchors of values: one an instance, or a single one that all share; empty: none."""
    scores: tuple[Anchors, ...] = ()
    """The anchors of scores, likewise."""
    source: str | None = None
    """The text of the file it came from; None where it is one of ours."""
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    """The space in JSON."""
