"""The runs of a strategy that its promises are about, each made once."""

from collections.abc import Callable, Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TypeAlias

from ...hosting.placement import drawn_by
from ...problem import Problem
from ...processes.global_state import restored
from ...runner import run
from ...strategy import Strategy
from ...trial import Record, Stop, Trial
from .allowance import Allowance
from .by_hand import ByHand
from .promise import Fingerprint, Skipped
from .tasks import EASIEST_FIRST, TASKS, simpler

BUDGET = 12
"""Evaluations of a run: enough for a design and some steps, and few enough for a hundred runs."""
FEW = 5
"""Evaluations of a run of a strategy that thinks long."""
LONG = 1.5
"""Seconds of thinking in 12 evaluations from which on it thinks long."""
RUN = "a run"
"""What the allowance calls a run."""
Wish: TypeAlias = tuple[str, int, int]
"""A run that is wanted: the name of its task, the workers, the budget."""
FAULTS = {
    "asked for a gradient, which the problem does not give": "gradients",
    "proposed a fidelity, which the problem does not have": "fidelity",
    "the strategy continued": "fidelity",
}
"""What the reason of a failed run says where it breaks a promise that is not about its task."""


@dataclass(frozen=True, slots=True)
class RunOfTask:
    """A run that has ended."""

    records: tuple[Record, ...]
    stop: Stop

    @property
    def ended_well(self) -> bool:
        return self.stop.reason in {"complete", "exhausted"} and bool(self.records)

    @property
    def failure(self) -> str:
        """Why the run is no good; empty: it ended well, or the strategy does not support it."""
        if self.ended_well or self.stop.reason == "unsupported":
            return ""
        return self.stop.detail or "the run ended without a single proposal"

    @property
    def thinking(self) -> float:
        """Seconds of suggesting and learning, without the longest, which may import a library."""
        asked = [record.measured.get("ask", 0.0) for record in self.records]
        told = [record.measured.get("tell", 0.0) for record in self.records]
        return sum(asked) + sum(told) - max(asked, default=0.0)

    @property
    def trials(self) -> list[str]:
        """The trials as text, in which nan are alike and 1 is unlike True."""
        return [_text(record.trial) for record in self.records]


def raced(
    strategy: Strategy,
    problem: Problem,
    *,
    budget: float,
    workers: int = 1,
    seed: int = 0,
    luck: tuple[str, str] | None = None,
    allowance: Allowance | None = None,
) -> RunOfTask:
    """Run a strategy to the end; raises OutOfTime where an allowance is spent before."""
    records: list[Record] = []
    race = run(strategy, problem, budget=budget, workers=workers, seed=seed, luck=luck)
    with closing(race):
        for record in race:
            records.append(record)
            if allowance is not None:
                allowance.check()
    assert race.stop is not None
    return RunOfTask(tuple(records), race.stop)


@dataclass(slots=True)
class Races:
    """A strategy, and its runs on the small tasks."""

    strategy: Strategy
    """As it was found: it has not run."""
    hosted: Strategy
    """What runs it: itself, or its stand-in where its library has an environment of its own."""
    elsewhere: Callable[[Sequence[Wish]], Fingerprint]
    """What another process makes of `fingerprint`."""
    allowance: Allowance
    budget: int = 0
    """Evaluations of a run; 0 before the first one has told how long it takes."""
    _kept: dict[tuple[str, int, int, float], RunOfTask] = field(
        default_factory=dict[tuple[str, int, int, float], RunOfTask]
    )
    _driven: dict[str, ByHand] = field(default_factory=dict[str, ByHand])
    _repeats: bool | None = None
    """None: it is not known yet."""

    def fresh(self) -> Strategy:
        """Return a copy of the strategy that has not run."""
        return deepcopy(self.hosted)

    def run(
        self, task: Problem, *, workers: int = 1, seed: int = 0, budget: float | None = None
    ) -> RunOfTask:
        """Return the first run of a task by a fresh copy, which is made once."""
        evaluations = budget or self.budget or BUDGET
        key = (task.name, workers, seed, evaluations)
        if key not in self._kept:
            self._kept[key] = self.again(task, workers=workers, seed=seed, budget=evaluations)
            if not self.budget and self._kept[key].ended_well:
                self.budget = FEW if self._kept[key].thinking > LONG else BUDGET
        return self._kept[key]

    def again(
        self,
        task: Problem,
        *,
        workers: int = 1,
        seed: int = 0,
        budget: float | None = None,
        strategy: Strategy | None = None,
    ) -> RunOfTask:
        """Run a task anew, by a fresh copy unless it is said by which strategy.

        What it does to the state that all of the process share is put back afterwards.
        """
        with restored(), self.allowance.measured(RUN):
            return raced(
                strategy or self.fresh(),
                task,
                budget=budget or self.budget or BUDGET,
                workers=workers,
                seed=seed,
                luck=drawn_by(self.strategy),
                allowance=self.allowance,
            )

    def exposed(self, task: Problem) -> RunOfTask:
        """Run a task anew by a fresh copy, and put nothing back of what it does."""
        with self.allowance.measured(RUN):
            budget, luck = self.budget or BUDGET, drawn_by(self.strategy)
            return raced(self.fresh(), task, budget=budget, luck=luck)

    def by_hand(self, task: Problem) -> ByHand:
        """Return how it was driven by hand, which is done once a task."""
        if task.name not in self._driven:
            hand = ByHand(self.fresh(), task, self.budget or BUDGET)
            with restored(), self.allowance.measured(RUN):
                hand.go()
            self._driven[task.name] = hand
        return self._driven[task.name]

    @property
    def remark(self) -> str:
        return f"{FEW} evaluations a run" if self.budget == FEW else ""

    @property
    def repeats(self) -> bool:
        """Whether a second run with the same seed is the same, on the simplest task."""
        if self._repeats is None:
            task = self.home()
            self._repeats = self.again(task).trials == self.run(task).trials
        return self._repeats

    def home(self) -> Problem:
        """Return the simplest task on which a run ends well, or raise Skipped."""
        for task in self.allowance.over(RUN, EASIEST_FIRST):
            if self.run(task).ended_well:
                return task
        raise Skipped("it runs on no task")

    def sound(self, *tasks: Problem, workers: int = 1) -> list[Problem]:
        """Return those of the tasks on which a run ends well, at least one, or raise Skipped."""
        self.home()
        found = [
            task
            for task in self.allowance.over(RUN, tasks)
            if self.run(task, workers=workers).ended_well
        ]
        if found:
            return found
        raise Skipped("none of its runs that this is about ends well, or it supports none of them")

    def fingerprint(self, wishes: Sequence[Wish]) -> Fingerprint:
        """Return the trials of some runs, by what they are called."""
        return {
            run_name(task, workers): self.run(TASKS[task], workers=workers, budget=budget).trials
            for task, workers, budget in wishes
        }

    def is_about(self, task: Problem) -> bool:
        """Tell whether a failure of a run is about what is special about its task."""
        plain = simpler(task)
        return self.owner(task) == "" and (plain is None or not self.run(plain).failure)

    def owner(self, task: Problem) -> str:
        """Return the promise that a failed run breaks whatever its task; empty: none."""
        failure = self.run(task).failure
        return next((key for text, key in FAULTS.items() if text in failure), "")


def run_name(task: str, workers: int = 1) -> str:
    """Return what a run is called where something is found in it."""
    return f"{task}, {workers} worker{'s' if workers > 1 else ''}"


def _text(trial: Trial) -> str:
    """Return all of a trial but its id."""
    asked = trial.proposal
    more = f"resume {asked.resume}, gradient {asked.gradient}, {trial.gradient}"
    return f"{asked.config} at {asked.fidelity}: {trial.value!r} ({more})"
