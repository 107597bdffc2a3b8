"""What a report must know of a strategy and of a problem, so that it needs neither installed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..parameter import Value
from ..problem import Description
from ..trial import Fidelity, Identity

SPLITS = ("development", "held-out")
OWN = "own"
"""What a user's own problem is called instead: nobody put it on a side."""
IMPORTANT = 0.05
"""The share of the variance from which on a parameter counts as important."""


@dataclass(frozen=True, slots=True)
class StrategyCard:
    """What is said of a strategy."""

    identity: Identity
    summary: str
    citation: str
    plans_for_budget: bool
    fields: Mapping[str, Value]
    """Its hyperparameters, those at their defaults included."""
    irreproducible: str = ""
    """Where the same seed may give other proposals; empty: nowhere."""
    system: bool = False
    """Whether it trains models of its own, and is so no strategy to be ranked."""
    source: str | None = None
    """The text of the file it came from, empty where there is none; None where it is one of ours.
    """
    given: str = ""
    """The spec, as it was typed, that names its file; empty for one of ours, or without a file."""

    @property
    def repeats(self) -> str:
        """Where the same seed gives the same proposals, as its author declares it."""
        return f"not for {self.irreproducible}" if self.irreproducible else "yes"


@dataclass(frozen=True, slots=True)
class Anchors:
    """Two frozen points of a problem's scale, and random search between them."""

    reference: float
    """What counts as 0: the optimum, or the best that is known."""
    random: float
    """What counts as 1: the median of one random evaluation."""
    evaluations: tuple[int, ...] = ()
    """Where the curve is known: from 1 up to the size of the pool, rising."""
    curve: tuple[float, ...] = ()
    """What random search is expected to hold after so many evaluations; straight in between."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the survey behind the anchors found out; where instances differ, the mean over them."""

    random: int
    """How many random configurations were evaluated."""
    searched: int
    """Of how many evaluations of an instance the best known is the best, where no optimum is."""
    failures: float
    """The share of random configurations that fail."""
    noise: float
    """The standard deviation of the default's value, trained again and again."""
    quantiles: Mapping[str, float]
    """Of the value of one random evaluation."""
    ranking: Mapping[str, float]
    """By fidelity, Spearman's correlation of its ranking with that of the highest fidelity."""
    importance: Mapping[str, float]
    """By parameter, its total share of the variance of a random configuration's rank."""
    explained: float
    """How much of that variance the model behind the shares explains (R2); 1: no model."""
    durations: tuple[float, float, float]
    """The simulated time of a full evaluation: the quantiles 0.1, 0.5 and 0.9."""

    @property
    def important(self) -> int:
        """How many parameters are important."""
        return sum(share >= IMPORTANT for share in self.importance.values())


@dataclass(frozen=True, slots=True)
class Separation:
    """How well a problem tells a fixed panel of strategies apart."""

    p: float
    """Of the Kruskal-Wallis test of their final scores, after Holm over all problems."""
    share: float
    """Of the variance of the scores' ranks, what lies between strategies (eta squared)."""
    strategies: tuple[str, ...]
    seeds: int
    budget: float


@dataclass(frozen=True, slots=True)
class ProblemCard:
    """What is said of a problem."""

    identity: Identity
    about: Description
    dimensions: Mapping[str, int]
    """How many parameters of each kind: float, int, ordinal, categorical."""
    conditional: int
    """How many of them depend on another."""
    fidelity: Fidelity | None
    gradient_cost: float | None
    instances: int
    optimum: float | None
    """The lowest score, where it is known and the same in every instance."""
    objectives: tuple[str, ...] = ("value",)
    """The names of what is minimised."""
    limits: Mapping[str, float] = field(default_factory=dict[str, float])
    """The bounds that measures must not exceed."""
    anchors_version: str = ""
    """The version of the anchors; empty where there are none."""
    value_anchors: tuple[Anchors, ...] = ()
    """The anchors of values: one an instance, or a single one that all share; empty: none."""
    score_anchors: tuple[Anchors, ...] = ()
    """The anchors of scores, likewise."""
    split: str = SPLITS[0]
    """development: strategies may be tuned on it; held-out: claims are made on it; or OWN."""
    facts: Facts | None = None
    separation: Separation | None = None
    source: str | None = None
    """The text of the file it came from, empty where there is none; None where it is one of ours.
    """
    given: str = ""
    """The spec, as it was typed, that names its file; empty for one of ours, or without a file."""
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    """The space in JSON."""
