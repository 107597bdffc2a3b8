"""What a strategy is told, and what it must answer."""

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar

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


class Unsupported(Exception):  # noqa: N818  # it is an answer, not an error
    """Raised by `setup` where a strategy can't do a task, with the reason: "needs gradients"."""


class Strategy(ABC):
    """Proposes configurations and learns from what becomes of them.

    A subclass is a dataclass; its fields are its hyperparameters, JSON scalars all. `setup` makes
    its state. Its docstring's first sentence is what the report says of it.
    """

    version: ClassVar[int] = 1
    """Raised with every change of what it proposes."""
    reference: ClassVar[str] = ""
    """Where it was published."""
    colour: ClassVar[str | None] = None
    """A colour's name in `style.py`; None: the report picks a free one."""
    plans_for_budget: ClassVar[bool] = False
    """Whether its proposals depend on the budget: a prefix is no run of a smaller one."""
    seconds: ClassVar[float] = 1e-4
    """A typical suggestion's on one core, to plan with."""
    evaluations: ClassVar[float] = math.inf
    """How many it asks for at most, to plan with."""
    library: ClassVar[Library | None] = None
    """What it wraps; None: it is native."""
    irreproducible: ClassVar[str] = ""
    """Where the same seed may give other proposals; empty: nowhere."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        """Start a run afresh; raises Unsupported where it can't."""
        self.task = task
        self.rng = rng

    @abstractmethod
    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        """Propose the next trial; None: wait for a pending one, or, with none pending, stop.

        Trials are numbered in the order in which they are proposed, from 0.
        """

    def tell(self, trial: Trial) -> None:  # noqa: B027  # not every strategy learns
        """Learn what became of a trial, in the order of completion."""

    def key(self) -> tuple[str, str]:
        """Return what its luck is drawn by: the name of its class, and its fields as JSON."""
        return type(self).__name__, json.dumps(settings(self))

    def close(self) -> None:  # noqa: B027  # not every strategy holds something
        """End the run: give back what `setup` took, such as threads, processes and folders."""


def settings(strategy: object) -> dict[str, Any]:
    """Return the fields of a strategy by name: its hyperparameters."""
    if not is_dataclass(strategy):
        return {}
    return {field.name: getattr(strategy, field.name) for field in fields(strategy)}
