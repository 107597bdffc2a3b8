"""Cards: what a report must know of a strategy or a problem, so that neither need be installed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import counted
from ..parameter import Value
from ..problem import Description
from ..trial import Fidelity, Identity

SPLITS = ("development", "held-out")
"""The two sides on which our problems are."""
OWN = "own"
"""Stands for a side where a user's own problem is on neither."""
IMPORTANT = 0.05
"""A parameter with at least this share of the variance of ranks counts as important."""


@dataclass(frozen=True, slots=True)
class StartBias:
    """What a strategy owes to where it begins: its mean regrets with ranges fixed and moved.

    Where ranges are fixed, every instance of a function keeps the optimum's distance from the
    centre, and a strategy whose first trials lie at a lucky distance is flattered.
    """

    fixed: float
    """The mean final regret on the problems as they are."""
    moved: float
    """The mean final regret on the same problems with `+moved`, for the same seeds."""
    low: float | None
    """The lower end of the 95 % interval of the bias, for new problems; None: they are too few."""
    high: float | None
    random: float
    """By how much the regret of random search is expected to be higher with `+moved`."""
    problems: int
    seeds: int
    budget: float

    @property
    def bias(self) -> float:
        """By how much the mean regret is higher where ranges are moved."""
        return self.moved - self.fixed


@dataclass(frozen=True, slots=True)
class StrategyCard:
    """What a report must know of a strategy or a system."""

    identity: Identity
    summary: str
    citation: str
    plans_for_budget: bool
    fields: Mapping[str, Value]
    """Its hyperparameters, those at their defaults included."""
    family: str = ""
    """Which of the FAMILIES of methods it belongs to; empty: it does not say."""
    irreproducible: str = ""
    """In which cases the same seed may give other proposals; empty: in none."""
    several_objectives: bool = False
    """Whether it can minimise several objectives at once."""
    knows_limits: bool = False
    """Whether it respects the limits of measures."""
    system: bool = False
    """Whether it is a system, which trains models of its own and is not ranked."""
    start_bias: StartBias | None = None
    """What it owes to where it begins; None: it was not measured."""
    source: str | None = None
    """The text of the file that it came from, empty if it has no text; None: it is one of ours."""
    given: str = ""
    """The spec that names its file, as it was typed; empty: it is one of ours, or has no file."""

    @property
    def repeats(self) -> str:
        """Whether the same seed gives the same proposals, as its author declares it."""
        return f"not for {self.irreproducible}" if self.irreproducible else "yes"


@dataclass(frozen=True, slots=True)
class Anchors:
    """The two values or scores that regret is measured by, and random search's expected curve."""

    reference: float
    """Where regret is 0: the optimum, or the best that is known."""
    random: float
    """Where regret is 1: the median of one random evaluation."""
    evaluations: tuple[int, ...] = ()
    """The numbers of evaluations at which the curve is known, rising from 1 to the pool's size."""
    curve: tuple[float, ...] = ()
    """What random search is expected to hold after each of these numbers; linear in between."""

    @property
    def has_scale(self) -> bool:
        """Whether regret can be measured: a random evaluation's median is above the reference."""
        return self.random > self.reference


@dataclass(frozen=True, slots=True)
class Facts:
    """What a survey of the problem found; where instances differ, the mean over them."""

    random: int
    """How many random configurations were evaluated."""
    searched: int
    """How many evaluations the searches for the best configuration of an instance made; where they
    made more on some instances than on others, the fewest."""
    failures: float
    """The share of random configurations that fail."""
    noise: float
    """The standard deviation of the default configuration's value when it is evaluated again."""
    quantiles: Mapping[str, float]
    """The quantiles of the value of one random evaluation, by their share, e.g. "0.5"."""
    ranking: Mapping[str, float]
    """For each lower fidelity, Spearman's correlation of its ranking of configurations with the
    ranking at the highest fidelity."""
    importance: Mapping[str, float]
    """For each parameter, its total share of the variance of a random configuration's rank."""
    explained: float
    """How much of that variance the model behind the shares explains (R2); 1: no model is used."""
    durations: tuple[float, float, float]
    """The quantiles 0.1, 0.5 and 0.9 of the simulated time of a full evaluation."""

    @property
    def important(self) -> int:
        """How many parameters are important."""
        return sum(share >= IMPORTANT for share in self.importance.values())


@dataclass(frozen=True, slots=True)
class Separation:
    """How well a problem tells a fixed panel of strategies apart."""

    p: float
    """The p-value of the Kruskal-Wallis test of their final scores, corrected by Holm's method
    over all problems."""
    share: float
    """The share of the variance of the scores' ranks that lies between strategies (eta squared)."""
    strategies: tuple[str, ...]
    seeds: int
    budget: float


@dataclass(frozen=True, slots=True)
class ProblemCard:
    """What a report must know of a problem."""

    identity: Identity
    about: Description
    dimensions: Mapping[str, int]
    """How many parameters there are of each kind: float, int, ordinal, categorical."""
    conditional: int
    """How many parameters depend on another one."""
    fidelity: Fidelity | None
    gradient_cost: float | None
    instances: int
    optimum: float | None
    """The lowest possible score, the same in every instance; None: it is not known."""
    objectives: tuple[str, ...] = ("value",)
    """The names of what is minimised."""
    limits: Mapping[str, float] = field(default_factory=dict[str, float])
    """The bounds that measures must not exceed."""
    anchors_version: str = ""
    """The version of the anchors; empty where there are none."""
    value_anchors: tuple[Anchors, ...] = ()
    """The anchors of values: one for each instance, or one that all share; empty: none."""
    score_anchors: tuple[Anchors, ...] = ()
    """The anchors of scores: one for each instance, or one that all share; empty: none."""
    split: str = SPLITS[0]
    """development: strategies may be tuned on it; held-out: claims are made on it; or OWN."""
    facts: Facts | None = None
    separation: Separation | None = None
    source: str | None = None
    """The text of the file that it came from; None: it is one of ours."""
    given: str = ""
    """The spec that names its file, as it was typed; empty: it is one of ours."""
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    """The space in JSON."""

    @property
    def has_regrets(self) -> bool:
        """Whether the scores of all instances have a scale, so that each run has a regret."""
        return bool(self.score_anchors) and all(each.has_scale for each in self.score_anchors)

    @property
    def bounds(self) -> str:
        """The limits in words, such as "memory at most 0.5"; empty: it has none."""
        return ", ".join(f"{name} at most {bound:g}" for name, bound in self.limits.items())

    @property
    def unmeasured(self) -> str:
        """Why nothing that runs reach on it is compared: "has ..."; empty: it is compared."""
        has = [f"{len(self.objectives)} objectives"] * (len(self.objectives) > 1)
        has += [counted(len(self.limits), "limit")] * bool(self.limits)
        several = len(self.objectives) > 2
        none = "no regrets and, unlike for two, no hypervolumes" if several else "no regrets"
        return f"has {' and '.join(has)}, for which there are {none}" if has else ""


def spec_of(card: StrategyCard | ProblemCard) -> str:
    """Return what names a strategy or a problem on the command line; empty: nothing names it."""
    return card.identity.name if card.source is None else card.given
