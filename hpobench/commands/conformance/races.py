"""The runs of a strategy that its promises are about, each made once."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TypeAlias

from ...hosting.placement import drawn_by
from ...problem import Problem
from ...processes.global_state import restored
from ...runner import run
from ...runner.budget_rules import CHANGED, CONTINUED, NO_FIDELITY, NO_GRADIENT, RECOMMENDED
from ...strategy import Strategy
from ...trial import First, Proposal, Record, Stop, Trial
from .allowance import Allowance
from .by_hand import ByHand
from .promise import Broken, Fingerprint, Inapplicable, Skipped
from .tasks import EASIEST_FIRST, TASKS, simpler

BUDGET = 12
"""Evaluations of a run: enough for a design and some steps, and few enough for a hundred runs."""
FEW = 5
"""Evaluations of a run of a strategy that thinks long."""
LONG = 1.5
"""Seconds of suggesting in 12 evaluations; a strategy that takes more thinks long."""
WELL = "a run that goes on until its budget is spent, or until ask returns None"
"""The right end of a run."""
RUN = "a run"
"""The kind of work, for the allowance, that a run is."""
Wish: TypeAlias = tuple[str, int, int]
"""The task's name, the workers and the budget of a run that another process is to make."""
FAULTS = {
    NO_GRADIENT: "gradients",
    NO_FIDELITY: "fidelity",
    CONTINUED: "fidelity",
    CHANGED: "given",
    RECOMMENDED: "recommend",
    "recommend ": "recommend",
}
"""The promise that is broken, whatever the task, where a run fails for a reason that begins so."""


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
        """Seconds of `ask` and `tell`, without the longest `ask`, which may import a library."""
        asked = [record.measured.get("ask", 0.0) for record in self.records]
        told = [record.measured.get("tell", 0.0) for record in self.records]
        return sum(asked) + sum(told) - max(asked, default=0.0)

    @property
    def proposals(self) -> list[Proposal]:
        return [record.trial.proposal for record in self.records]

    @property
    def trials(self) -> list[str]:
        """The trials as texts, because nan equals nan and 1 differs from True there."""
        return [_text(record.trial) for record in self.records]


def raced(
    strategy: Strategy,
    problem: Problem,
    *,
    budget: float,
    workers: int = 1,
    seed: int = 0,
    first: First = "none",
    luck: tuple[str, str] | None = None,
    allowance: Allowance | None = None,
) -> RunOfTask:
    """Run a strategy to the end; raises OutOfTime where its allowance is spent before that."""
    records: list[Record] = []
    race = run(strategy, problem, budget=budget, workers=workers, seed=seed, first=first, luck=luck)
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
    """The strategy as it was found, which has not run."""
    hosted: Strategy
    """The strategy that is run: the same, or its stand-in where it runs in another environment."""
    elsewhere: Callable[[Sequence[Wish]], Fingerprint]
    """Returns what `fingerprint` returns in another process."""
    allowance: Allowance
    thinks_long: bool | None = None
    """Whether its runs are short, since it thinks long; None: no run has told it yet."""
    _kept: dict[tuple[str, int, int, float, First], RunOfTask] = field(
        default_factory=dict[tuple[str, int, int, float, First], RunOfTask]
    )
    _driven: dict[str, ByHand] = field(default_factory=dict[str, ByHand])
    _repeats: bool | None = None
    """Whether a second run is the same; None: it is not known yet."""

    @property
    def budget(self) -> int:
        """The evaluations of a run, fewer for a strategy that thinks long."""
        return FEW if self.thinks_long else BUDGET

    def fresh(self) -> Strategy:
        """Return a copy of the strategy that has not run."""
        return deepcopy(self.hosted)

    def run(
        self,
        task: Problem,
        *,
        workers: int = 1,
        seed: int = 0,
        budget: float | None = None,
        first: First = "none",
    ) -> RunOfTask:
        """Return the run of a task by a fresh copy of the strategy, which is made only once.

        `budget`: None for the usual one.
        """
        evaluations = budget or self.budget
        key = (task.name, workers, seed, evaluations, first)
        if key not in self._kept:
            self._kept[key] = self.again(
                task, workers=workers, seed=seed, budget=evaluations, first=first
            )
            if self.thinks_long is None and self._kept[key].ended_well:
                self.thinks_long = self._kept[key].thinking > LONG
        return self._kept[key]

    def exposed(
        self,
        task: Problem,
        *,
        workers: int = 1,
        seed: int = 0,
        budget: float | None = None,
        first: First = "none",
        strategy: Strategy | None = None,
    ) -> RunOfTask:
        """Run a task anew, and undo nothing of what that does to the process.

        `budget`: None for the usual one; `strategy`: None for a fresh copy.
        """
        with self.allowance.measured(RUN):
            return raced(
                strategy or self.fresh(),
                task,
                budget=budget or self.budget,
                workers=workers,
                seed=seed,
                first=first,
                luck=drawn_by(self.strategy),
                allowance=self.allowance,
            )

    again = restored()(exposed)
    """Runs a task anew as `exposed` does, and undoes what that does to the state that the whole
    process shares."""

    def by_hand(self, task: Problem) -> ByHand:
        """Return how the strategy was driven by hand on a task, which is done only once."""
        if task.name not in self._driven:
            hand = ByHand(self.fresh(), task, self.budget)
            with restored(), self.allowance.measured(RUN):
                hand.go()
            self._driven[task.name] = hand
        return self._driven[task.name]

    @property
    def remark(self) -> str:
        """How much less is checked of a strategy that thinks long; empty: nothing less."""
        return f"{FEW} evaluations a run" if self.thinks_long else ""

    @property
    def repeats(self) -> bool:
        """Whether a second run of the simplest task with the same seed is the same run."""
        if self._repeats is None:
            task = self.home()
            self._repeats = self.again(task).trials == self.run(task).trials
        return self._repeats

    def home(self) -> Problem:
        """Return the simplest task on which a run ends well, or raise Skipped."""
        for task in self.allowance.over(RUN, EASIEST_FIRST):
            if self.run(task).ended_well:
                return task
        raise Skipped("it runs to the end on no task")

    def sound(self, *tasks: Problem, workers: int = 1) -> list[Problem]:
        """Return those of the tasks on which a run ends well, at least one, or raise Skipped.

        Where there is none, it is the simplest task on which one does, with as many workers.
        """
        home = self.home()
        for some in (tasks, (home,)):
            found = [
                task
                for task in self.allowance.over(RUN, some)
                if self.run(task, workers=workers).ended_well
            ]
            if found:
                return found
        raise Skipped("it supports none of the tasks for this, or its runs fail there already")

    def fingerprint(self, wishes: Sequence[Wish]) -> Fingerprint:
        """Return the trials of some runs, by the names that `run_name` gives them."""
        return {
            run_name(task, workers): self.run(TASKS[task], workers=workers, budget=budget).trials
            for task, workers, budget in wishes
        }

    def supported(self, tasks: Iterable[Problem], workers: int = 1) -> str:
        """Run the tasks, and return a remark on those that the strategy does not support.

        Raises Broken where a run fails by what its task demands beside simpler ones, Inapplicable
        where the strategy supports none of the tasks, and Skipped where no run tells anything.
        """
        refusals, well = dict[str, None](), 0
        for task in self.allowance.over(RUN, list(tasks)):
            made = self.run(task, workers=workers)
            well += made.ended_well
            if made.failure and self.is_about(task, workers):
                raise Broken(run_name(task.name, workers), made.failure, WELL)
            if made.stop.reason == "unsupported":
                refusals[made.stop.detail] = None
        told = "; ".join(
            f"it {each}" if each.startswith("needs ") else f"it says: {each}" for each in refusals
        )
        if well:
            return f"on some tasks {told}" if told else ""
        if told:
            raise Inapplicable(told)
        raise Skipped("its runs already fail on simpler tasks, or break another promise")

    def owner(self, task: Problem) -> str:
        """Return the promise that a failed run breaks whatever its task; empty: none."""
        failure = self.run(task).failure
        return next((key for text, key in FAULTS.items() if failure.startswith(text)), "")

    def is_about(self, task: Problem, workers: int = 1) -> bool:
        """Tell whether a run fails by what its task demands beside simpler ones.

        With several workers, only those simpler tasks count that a single worker can do.
        """
        if self.owner(task):
            return False
        easier = simpler(task)
        if workers > 1:
            easier = [each for each in easier if not self.run(each).failure]
        return not any(self.run(each, workers=workers).failure for each in easier)


def run_name(task: str, workers: int = 1) -> str:
    """Return the name, for people, of the run of a task."""
    return f"{task}, {workers} worker{'s' if workers > 1 else ''}"


def _text(trial: Trial) -> str:
    """Return all of a trial but its id, as text."""
    asked = trial.proposal
    more = f"resume {asked.resume}, gradient {asked.gradient}, {trial.gradient}"
    values = ", ".join(map(repr, trial.values))
    return f"{asked.config} at {asked.fidelity}: {values} ({more})"
