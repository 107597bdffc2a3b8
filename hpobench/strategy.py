"""What a strategy is told, and what it must answer."""

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np

from .library import Library
from .space import Space
from .trial import Fidelity, Pending, Proposal, Trial


@dataclass(frozen=True, slots=True)
class Task:
    """All that a strategy may know of a problem: not its name, not its optimum."""

    space: Space
    fidelity: Fidelity | None
    """None: every evaluation is a full one."""
    budget: float
    """In evaluations at the highest fidelity."""
    workers: int
    """How many trials may be pending at once."""
    gradients: bool = False
    """Whether a proposal may ask for the gradient."""
    objectives: tuple[str, ...] = ("value",)
    """The names of what is minimised, in the order of a trial's values."""
    limits: Mapping[str, float] = field(default_factory=dict[str, float])
    """The bounds that measures must not exceed, by the measure's name."""


class Unsupported(Exception):  # noqa: N818  # it is an answer, not an error
    """Raised by `setup` where a strategy can't do a task, with the reason: "needs gradients"."""


class Entrant(ABC):  # noqa: B024  # what it must do differs
    """Takes part in the comparison: a strategy, or a system.

    A subclass with hyperparameters is a dataclass; its fields are those, JSON scalars all. What it
    says of itself are plain class attributes, without a type. The first sentence of its docstring
    is what the report says of it.
    """

    version: int = 1
    """The number that is raised with every change of what it proposes."""
    citation: str = ""
    """The publication that describes it."""
    plans_for_budget: bool = False
    """Whether its proposals depend on the budget: a prefix is no run of a smaller one."""
    evaluations: float = math.inf
    """The most evaluations that it asks for, to plan with."""
    library: Library | None = None
    """The library that it wraps; None: it is native."""
    irreproducible: str = ""
    """Where the same seed may give other proposals; empty: nowhere."""

    def close(self) -> None:  # noqa: B027  # not every one holds something
        """End the run: give back what it took, such as threads, processes and folders."""


class Strategy(Entrant):
    """Proposes configurations and learns from what becomes of them; `setup` makes its state."""

    several_objectives: bool = False
    """Whether it can minimise several objectives at once."""
    knows_limits: bool = False
    """Whether it takes heed of measures that are limited."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        """Start a run afresh; raises Unsupported where it can't."""
        if len(task.objectives) > 1 and not self.several_objectives:
            raise Unsupported("knows one objective alone")
        if task.limits and not self.knows_limits:
            raise Unsupported("knows no limits of measures")
        self.task = task
        self.rng = rng

    @abstractmethod
    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        """Propose the next trial; None: wait for a pending one, or, with none pending, stop.

        Trials are numbered in the order in which they are proposed, from 0.
        """

    def tell(self, trial: Trial) -> None:  # not every strategy learns
        """Learn what became of a trial, in the order of completion."""


def fields_of(entrant: object) -> dict[str, Any]:
    """Return the fields of a strategy or a system by name: its hyperparameters."""
    if not is_dataclass(entrant):
        return {}
    return {field.name: getattr(entrant, field.name) for field in fields(entrant)}


def luck_of(entrant: Entrant) -> tuple[str, str]:
    """Return the name of its class and its fields as JSON: what its luck is drawn by."""
    return type(entrant).__name__, json.dumps(fields_of(entrant))
