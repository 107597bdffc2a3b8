"""Adapters: strategies that a library decides for."""

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..library import Library
from ..space import Config
from ..strategy import Strategy, Task, Unsupported
from ..trial import Pending, Proposal, Trial
from .contained import Contained, untouched

_BEGUN: set[type] = set()
"""The classes of the adapters whose library this process has imported."""


class Adapter(Strategy):
    """Proposes what a library suggests, and tells it what came of the suggestions.

    A subclass says how to begin, to suggest and to observe. Its library is imported in `begin`,
    never before. Unless the library knows failures, a failed trial is told as the worst value so
    far, and one that fails before any trial has succeeded is held back until one does. A trial that
    is told before the first suggestion is adopted, in the library's own way, or ignored.
    """

    library: Library  # pyright: ignore[reportIncompatibleVariableOverride]  # never assigned
    parallel = True
    """Whether the library can suggest while trials are pending."""
    needs_fidelity = False
    """Whether the library can only do tasks with a fidelity."""
    knows_failures = False
    """Whether the library is told of a failed trial as such, with the value nan."""
    uses_global_generators = False
    """Whether the library draws from the global random generators of numpy or `random`."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.check(task)
        seed = int(rng.integers(2**31 - 1))
        self.contained = Contained(seed if self.uses_global_generators else None)
        self.suggestions: list[Any] = []
        """What the library suggested or adopted, in the order of the trials' ids; None: ignored."""
        self.held: list[Trial] = []
        """Trials that the library has not been told of yet."""
        self.worst = -math.inf
        with untouched():
            if type(self) not in _BEGUN:  # an import may draw: no run must differ by it
                with Contained()():
                    self.begin(seed)
                self.close()
                _BEGUN.add(type(self))
            with self.contained():
                self.begin(seed)

    def check(self, task: Task) -> None:
        """Raise Unsupported where it is known without the library that it can't do a task."""
        if task.workers > 1 and not self.parallel:
            raise Unsupported("needs to know each trial's value before the next, one at a time")
        if task.fidelity is None and self.needs_fidelity:
            raise Unsupported("needs a fidelity")

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        with self.contained():
            answer = self.suggest(pending)
        if answer is None:
            return None
        suggestion, proposal = answer
        self.suggestions.append(suggestion)
        return proposal

    def tell(self, trial: Trial) -> None:
        if trial.id == len(self.suggestions):  # it was told first
            with self.contained():
                self.suggestions.append(self.adopt(trial.proposal.config))
        if self.suggestions[trial.id] is None:
            return
        self.held.append(trial)
        if not trial.failed:
            self.worst = max(self.worst, trial.value)
        if self.worst == -math.inf and not self.knows_failures:
            return
        with self.contained():
            for each in self.held:
                value = self.worst if each.failed and not self.knows_failures else each.value
                self.observe(self.suggestions[each.id], each, value)
        self.held.clear()

    @abstractmethod
    def begin(self, seed: int) -> None:
        """Import the library and make its optimiser for the task; the seed is below 2^31."""

    @abstractmethod
    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal] | None:
        """Return what the library suggests, in its own form and as a proposal; None: nothing."""

    def adopt(self, config: Config) -> Any:
        """Return what stands for a suggestion where a configuration was not suggested.

        It is given to `observe` with the value. None: the library can't be told of such a trial.
        """
        return self.outward(config)

    @abstractmethod
    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        """Tell the library the value of its suggestion; it may stand for a failure."""

    @abstractmethod
    def outward(self, config: Config) -> Any:
        """Turn a configuration into the library's form; it is called after `begin`."""

    @abstractmethod
    def inward(self, suggested: Any) -> Config:
        """Turn a configuration in the library's form into ours; it is called after `begin`."""
