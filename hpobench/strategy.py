"""What a strategy is told, and what it must answer."""

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np

from .library import Library
from .prior import Prior
from .space import Config, Space
from .trial import Fidelity, Pending, Proposal, Trial


@dataclass(frozen=True, slots=True)
class Task:
    """All that a strategy may know of a problem; it knows neither the name nor the optimum."""

    space: Space
    fidelity: Fidelity | None
    """The fidelities that can be asked for; None: every evaluation is a full one."""
    budget: float
    """The budget of the run, in evaluations at the highest fidelity."""
    workers: int
    """How many trials may be pending at once."""
    gradients: bool = False
    """Whether a proposal may ask for the gradient."""
    objectives: tuple[str, ...] = ("value",)
    """The names of what is minimised, in the order of a trial's values."""
    limits: Mapping[str, float] = field(default_factory=dict[str, float])
    """The bounds that measures must not exceed, by the measure's name; a trial that did not fail
    tells each of these measures."""
    prior: Prior | None = None
    """What a person believes of where good configurations are; None: nobody believes anything."""


ONE_OBJECTIVE = "supports only one objective"
NO_LIMITS = "does not support limits of measures"
"""Why a task is unsupported by what knows neither several objectives nor limits."""


FAMILIES = (
    "random",
    "grid",
    "manual",
    "default",
    "local",
    "evolutionary",
    "bayesian",
    "gradient",
    "multi-fidelity",
    "mixed",
)
"""The kinds of methods, of which a strategy may say that it is one.

In words: no use of earlier results; all combinations of some levels; a person, or a script in a
person's place; no search at all; steps from the best so far; generations that vary and select; a
model of the values; derivatives; cheap evaluations first, whatever proposes them; a choice among
several of these.
"""


class Unsupported(Exception):  # noqa: N818  # it is an answer, not an error
    """Raised by `setup` where a strategy can't do a task; the text says why: "needs gradients"."""


class Entrant(ABC):  # noqa: B024  # strategies and systems have different abstract methods
    """A strategy or a system that takes part in a comparison.

    A subclass that has hyperparameters is a dataclass whose fields are the hyperparameters; their
    values are scalars of JSON. Facts about the subclass are class attributes without a type. The
    first paragraph of its docstring describes it in lists and reports.
    """

    version: int = 1
    """A number that is raised whenever the proposals change."""
    citation: str = ""
    """The publication that describes it."""
    family: str = ""
    """Which of FAMILIES its method belongs to first of all; empty: to none, or it does not say."""
    plans_for_budget: bool = False
    """Whether its proposals depend on the budget; then the first part of a run is not a run with a
    smaller budget."""
    evaluations: float = math.inf
    """The most evaluations that it asks for, for planning."""
    library: Library | None = None
    """The library that it wraps; None: it is native."""
    irreproducible: str = ""
    """In which cases the same seed may give other proposals; empty: in none."""

    def close(self) -> None:  # noqa: B027  # most of them have nothing to give back
        """Give back what the run took, such as threads, processes and folders, at its end."""


class Strategy(Entrant):
    """Proposes configurations and learns from their results; `setup` makes its state."""

    several_objectives: bool = False
    """Whether it can minimise several objectives at once."""
    knows_limits: bool = False
    """Whether it respects the limits of measures."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        """Start a new run; raises Unsupported if the strategy can't do the task."""
        if len(task.objectives) > 1 and not self.several_objectives:
            raise Unsupported(ONE_OBJECTIVE)
        if task.limits and not self.knows_limits:
            raise Unsupported(NO_LIMITS)
        self.task = task
        self.rng = rng

    @abstractmethod
    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        """Propose the next trial, or return None.

        While trials are pending, None means that the strategy waits for one of them to finish;
        otherwise it ends the run. Trials are numbered in the order of the proposals, from 0, or
        from 1 where a trial was told before the first proposal.
        """

    def tell(self, trial: Trial) -> None:  # not every strategy learns
        """Learn the result of a trial; trials are told in the order in which they finish.

        Before the first `ask`, a trial may be told that the strategy did not propose: number 0, at
        the highest fidelity. It is the problem's default, which all strategies are given where fair
        starts are wanted, and its cost counts. So a strategy takes a trial by what it holds, and
        finds in it a configuration that it might not have chosen.
        """

    def recommend(self) -> Config | None:
        """Return the configuration to use after this run; None: the incumbent's.

        The incumbent is the trial with the lowest value. Where values are noisy, it may have been
        lucky, and a strategy may know better, as by the mean of a model. The configuration need not
        have been a trial. This is asked once, when the last trial was told and the run has ended
        without an error, before `close`.
        """
        return None


def fields_of(entrant: object) -> dict[str, Any]:
    """Return the hyperparameters of a strategy or a system: its fields, by name."""
    if not is_dataclass(entrant):
        return {}
    return {field.name: getattr(entrant, field.name) for field in fields(entrant)}


def luck_of(entrant: Entrant) -> tuple[str, str]:
    """Return the class's name and the fields as JSON, which name the stream of its luck."""
    return type(entrant).__name__, json.dumps(fields_of(entrant))
