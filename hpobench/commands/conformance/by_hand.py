"""Asking and telling a strategy without the runner, in the hardest order that is allowed."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ...errors import described
from ...guards import is_a_persons
from ...json_forms import (
    pending_from_json,
    pending_to_json,
    task_from_json,
    task_to_json,
    trial_from_json,
    trial_to_json,
)
from ...prior import Prior
from ...problem import Instance, Problem
from ...runner.budget_rules import RECOMMENDED, Fault, accepted, cost, limited
from ...runner.threads import one_thread
from ...seeds import Stream
from ...strategy import Strategy, Task
from ...trial import Pending, Proposal, Trial

Thing = TypeVar("Thing")
WORKERS = 4
"""How many trials may be pending at once."""


@dataclass(slots=True)
class ByHand:
    """Drives a strategy with four workers: three trials end together, the last begun first.

    The strategy gets copies that went through JSON, as a strategy in another process does.
    """

    strategy: Strategy
    problem: Problem
    proposals: int
    """How many proposals the strategy is asked for at most."""
    beside: int = 0
    """How many proposals it made while other trials were pending."""
    repeated: int = 0
    """How many of these were the same as one that was pending."""
    changed: str = ""
    """The first thing that the strategy was given and has changed; empty: it changed nothing."""
    failure: str = ""
    """What it raised, or what was wrong with a proposal; empty: nothing went wrong."""
    _pending: list[Pending] = field(default_factory=list[Pending])
    _told: list[tuple[Trial, Trial]] = field(default_factory=list[tuple[Trial, Trial]])
    """The trials that it was told, each with a copy made before that."""
    _passed: dict[int, float] = field(default_factory=dict[int, float])
    """The fidelity of each trial that it was told, by the trial's id."""

    def go(self) -> None:
        """Ask and tell to the end, and ask what it recommends, or stop at the first failure."""
        try:
            self._go()
        except BaseException as error:
            if is_a_persons(error):
                raise
            self.failure = str(error) if isinstance(error, Fault) else described(error)

    def _go(self) -> None:
        problem, stream = self.problem, Stream(("by hand",))
        instance = problem.start(stream.rng("instance"))
        task = Task(
            problem.space,
            problem.fidelity,
            float(self.proposals),
            WORKERS,
            problem.gradient_cost is not None,
            problem.objectives,
            problem.limits,
            None if instance.beliefs is None else Prior(problem.space, instance.beliefs),
        )
        task = _through_json(task, task_to_json, task_from_json)
        before = repr(task)
        try:
            with one_thread():
                self.strategy.setup(task, stream.rng("strategy"))
                self._ask_and_tell(instance)
                self._recommend()
        finally:
            self.strategy.close()
        self._compare("the task", repr(task), before)

    def _ask_and_tell(self, instance: Instance) -> None:
        asked = 0
        while asked < self.proposals:
            proposal = self._asked()
            if proposal is not None:
                self._pending.append(Pending(asked, proposal))
                asked += 1
            if not self._pending:
                return
            if proposal is None:
                self._tell(self._pending.pop(), instance)
            elif len(self._pending) == WORKERS:
                while len(self._pending) > 1:  # one is still pending when it is asked again
                    self._tell(self._pending.pop(), instance)

    def _asked(self) -> Proposal | None:
        shown = [_through_json(each, pending_to_json, pending_from_json) for each in self._pending]
        before = deepcopy(shown)
        asked = self.strategy.ask(shown)
        self._compare("the pending trials", shown, before)
        if asked is None:
            return None
        proposal = accepted(asked, self.problem)
        if self._pending:
            self.beside += 1
            self.repeated += repr(proposal) in [repr(each.proposal) for each in self._pending]
        return proposal

    def _tell(self, done: Pending, instance: Instance) -> None:
        evaluation = instance.evaluate(done.proposal, Stream(("by hand", done.id)), None)
        resume = done.proposal.resume
        passed = 0.0 if resume is None else self._passed.get(resume, 0.0)
        self._passed[done.id] = done.proposal.fidelity or 0.0
        spent = float(cost(done.proposal, passed, self.problem))
        whole = float(cost(done.proposal, 0.0, self.problem))
        trial = Trial(
            done.id,
            done.proposal,
            evaluation.values,
            spent,
            evaluation.gradient,
            limited(evaluation.measures, self.problem),
            whole if evaluation.duration is None else evaluation.duration,
        )
        given = _through_json(trial, trial_to_json, trial_from_json)
        before = deepcopy(given)
        self._told.append((given, before))
        self.strategy.tell(given)
        self._compare("the trial that it was told", given, before)

    def _recommend(self) -> None:
        """Ask what it recommends; no trial that it was ever told may have changed by then."""
        best = self.strategy.recommend()
        for given, before in self._told:
            self._compare("a trial that it was told", given, before)
        if best is not None:
            accepted(Proposal(best), self.problem, as_=RECOMMENDED)

    def _compare(self, what: str, after: object, before: object) -> None:
        if not self.changed and repr(after) != repr(before):
            self.changed = what


def _through_json(
    thing: Thing,
    written: Callable[[Thing], object],
    read: Callable[[Mapping[str, Any]], Thing],
) -> Thing:
    """Return a copy of a thing that was written as JSON and read again."""
    return read(json.loads(json.dumps(written(thing))))
