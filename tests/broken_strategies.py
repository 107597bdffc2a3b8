"""Strategies each of which breaks one promise, by the name that the promise has."""

import math
import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hpobench import (
    Config,
    Int,
    Pending,
    Proposal,
    Strategy,
    Task,
    Trial,
    Unsupported,
)

HELPERS: list["subprocess.Popen[bytes]"] = []
"""The processes of Warm, of which only the last one may still run."""


@dataclass
class Sane(Strategy):
    """Draws at random, as all of the others would but for what is wrong with them."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return Proposal(self.task.space.sample(self.rng))


@dataclass
class Refuses(Sane):
    """Supports nothing."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        raise Unsupported("needs a miracle")


@dataclass
class Halves(Sane):
    """Takes the range of a single whole number for an even one."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        for parameter in task.space.values():
            if len(task.space) == 1 and isinstance(parameter, Int):
                assert (parameter.high - parameter.low) % 2 == 0, "the range is odd"


@dataclass
class Whimsical(Sane):
    """Recommends whatever comes, another configuration each time."""

    def recommend(self) -> Config:
        return self.task.space.sample(np.random.default_rng())


@dataclass
class Blunt(Sane):
    """Recommends a value for every parameter, in spaces with conditions, too."""

    def recommend(self) -> Config:
        return {name: each.decode(0.5) for name, each in self.task.space.items()}


@dataclass
class Renames(Sane):
    """Takes a parameter for itself out of the space when it recommends."""

    def recommend(self) -> None:
        self.task.space._parameters.popitem()  # noqa: SLF001  # it is what is wrong


@dataclass
class Greatest(Sane):
    """Compares the values of a configuration, which may be numbers and texts."""

    def tell(self, trial: Trial) -> None:
        _ = max(trial.proposal.config.values())  # type: ignore[type-var]  # it is what is wrong


@dataclass
class Unwhole(Sane):
    """Knows no whole numbers."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        assert not any(isinstance(each, Int) for each in task.space.values()), "a whole number"


@dataclass
class Unconditional(Sane):
    """Counts on a value for every parameter."""

    def tell(self, trial: Trial) -> None:
        for name in self.task.space:
            _ = trial.proposal.config[name]


@dataclass
class Scales(Sane):
    """Divides by the number of values less one."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        for parameter in task.space.values():
            _ = 1 / (len(getattr(parameter, "values", (0, 1))) - 1)


@dataclass
class Shallow(Sane):
    """Never trains to the end."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        fidelity = self.task.fidelity
        low = None if fidelity is None else fidelity.low
        return Proposal(self.task.space.sample(self.rng), low)


@dataclass
class Steep(Sane):
    """Asks for gradients wherever it is."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return Proposal(self.task.space.sample(self.rng), gradient=True)


@dataclass
class Unfailing(Sane):
    """Counts on values that are numbers."""

    def tell(self, trial: Trial) -> None:
        assert not math.isnan(trial.value), "no value"


@dataclass
class Squares(Sane):
    """Squares what it is told."""

    def tell(self, trial: Trial) -> None:
        _ = trial.value**2


@dataclass
class Differs(Sane):
    """Divides by the spread of the last six values, where there are several parameters."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.values: list[float] = []

    def tell(self, trial: Trial) -> None:
        self.values.append(trial.value)
        last = self.values[-6:]
        if len(last) == 6 and len(self.task.space) > 2 and not math.isnan(trial.value):
            _ = 1 / (max(last) - min(last))


@dataclass
class Planned(Sane):
    """Draws as many configurations as the budget has whole evaluations, and counts on that."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.plan = [task.space.sample(rng) for _ in range(int(task.budget))]

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return Proposal(self.plan.pop(0))


@dataclass
class Learns(Sane):
    """Keeps what it learns in a field."""

    step: float = 0.5

    def tell(self, trial: Trial) -> None:
        self.step *= 0.9


@dataclass
class Clears(Sane):
    """Empties the list of what is pending."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if isinstance(pending, list):
            pending.clear()
        return super().ask(pending)


@dataclass
class Pollutes(Sane):
    """Sets an environment variable."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        os.environ["BROKEN_STRATEGY"] = "1"


@dataclass
class Lingers(Sane):
    """Begins a thread that goes on for a while."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        threading.Thread(target=time.sleep, args=(5.0,), name="lingering", daemon=True).start()


@dataclass
class Remembers(Sane):
    """Goes on where the run before ended."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.runs = getattr(self, "runs", 0) + 1
        rng.random(self.runs)


@dataclass
class Local(Sane):
    """Draws what depends on the process."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, np.random.default_rng([os.getpid(), int(rng.integers(100))]))


@dataclass
class Thrifty(Sane):
    """Draws otherwise under another budget, and does not say so."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        rng.random(int(task.budget))


@dataclass
class Unaware(Sane):
    """Never asks how many objectives there are, and looks at the only value."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        self.task, self.rng, self.best = task, rng, math.inf

    def tell(self, trial: Trial) -> None:
        if not self.task.limits:
            self.best = min(self.best, trial.value)


@dataclass
class Careless(Unaware):
    """Runs on tasks of several objectives, whatever the values are, and does not say so."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        if task.limits:
            raise Unsupported("needs a task without limits")
        super().setup(task, rng)

    def tell(self, trial: Trial) -> None:
        pass


@dataclass
class Summing(Sane):
    """Says that it knows several objectives, and counts on values of them all."""

    several_objectives = True

    def tell(self, trial: Trial) -> None:
        assert len(trial.values) == 1 or not trial.failed, "no value"


@dataclass
class Boasting(Sane):
    """Says that it knows several objectives, and refuses them."""

    several_objectives = True

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        if len(task.objectives) > 1:
            raise Unsupported("needs one objective")
        super().setup(task, rng)


@dataclass
class Unlimited(Sane):
    """Takes a limit for none."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(replace(task, limits={}), rng)


@dataclass
class Bounded(Sane):
    """Says that it knows limits, and looks for one of another name."""

    knows_limits = True

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.bound = task.limits["memory"] if task.limits else math.inf


@dataclass
class Climbs(Sane):
    """Knows several objectives and limits, and stays near the best by the first objective."""

    several_objectives = knows_limits = True

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.best = math.inf

    def tell(self, trial: Trial) -> None:
        if self.worth(trial.values) < self.best:
            self.best = self.worth(trial.values)
            self.rng.random()

    def worth(self, values: Sequence[float]) -> float:
        return values[0]


@dataclass
class Weighs(Climbs):
    """Minimises the sum of the objectives."""

    def worth(self, values: Sequence[float]) -> float:
        return sum(values)


@dataclass
class Restrained(Weighs):
    """Stays near the best trial of those that keep the limits."""

    def tell(self, trial: Trial) -> None:
        limits = self.task.limits
        if all(trial.measures.get(name, math.inf) <= limits[name] for name in limits):
            super().tell(trial)


@dataclass
class Cautious(Sane):
    """Draws at random, and recommends the last trial that kept the limits, if any did."""

    knows_limits = True

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.last: Config | None = None

    def tell(self, trial: Trial) -> None:
        if all(trial.measures[name] <= bound for name, bound in self.task.limits.items()):
            self.last = dict(trial.proposal.config)

    def recommend(self) -> Config | None:
        return self.last


@dataclass
class Sole(Sane):
    """Knows several objectives alone, without limits."""

    several_objectives = True

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        if len(task.objectives) == 1:
            raise Unsupported("needs several objectives")
        super().setup(task, rng)


@dataclass
class Crowded(Sane):
    """Counts on being told of a whole number before it is asked for another one."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        assert not (pending and any(isinstance(each, Int) for each in self.task.space.values()))
        return super().ask(pending)


@dataclass
class Stubborn(Sane):
    """Proposes the same until it is told what became of it."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.next: Config = task.space.sample(rng)

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return Proposal(dict(self.next))

    def tell(self, trial: Trial) -> None:
        self.next = self.task.space.sample(self.rng)


@dataclass
class Lonely(Sane):
    """Counts on being told before it is asked again."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        assert not pending, "not told yet"
        return super().ask(pending)


@dataclass
class Fickle(Sane):
    """Draws from a generator that nobody seeds."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, np.random.default_rng())


@dataclass
class Honest(Fickle):
    """Draws from a generator that nobody seeds, and says so."""

    irreproducible = "its luck is its own"


@dataclass
class Global(Sane):
    """Draws from numpy's global generator."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, np.random.default_rng(np.random.randint(2**31)))  # noqa: NPY002  # it is what is wrong


@dataclass
class Few(Sane):
    """Declares fewer evaluations than it asks for."""

    evaluations = 3


class Bare(Sane):
    """Has what would be a field, were it a dataclass."""

    step: float = 0.5


@dataclass
class Levels(Sane):
    """Proposes a fidelity where there is none."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return Proposal(self.task.space.sample(self.rng), fidelity=1)


@dataclass
class Rewrites(Sane):
    """Changes the configuration that it is told."""

    def tell(self, trial: Trial) -> None:
        trial.proposal.config.clear()


@dataclass
class Hasty(Sane):
    """Continues what it has just begun, whether it was told of it or not."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.begun: list[Config] = []
        self.given = 0

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        fidelity = self.task.fidelity
        if fidelity is None or not fidelity.resumes:
            return super().ask(pending)
        if len(self.begun) % 2:
            self.begun.append(self.begun[-1])
            last = len(self.begun) - 2
            return Proposal(self.begun[last], fidelity.high, resume=last + self.given)
        self.begun.append(self.task.space.sample(self.rng))
        return Proposal(self.begun[-1], fidelity.low)

    def tell(self, trial: Trial) -> None:
        self.given += not self.begun


class Notes(Sane):
    """Says of what kind its state is, which is no field."""

    seen: list[float]

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.seen = []

    def tell(self, trial: Trial) -> None:
        self.seen.append(trial.value)


@dataclass
class Warm(Sane):
    """Keeps one process for all runs, as libraries do that begin one when they are imported."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        if not HELPERS or HELPERS[-1].poll() is not None:
            HELPERS.append(subprocess.Popen(["sleep", "60"]))  # noqa: S607  # it does nothing


@dataclass
class Unmoved(Sane):
    """Proposes the default again and again."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return None if pending else Proposal(self.task.space.default())


@dataclass
class Counted(Sane):
    """Holds what a trial cost against what it has to cost."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.spent = 0.0

    def tell(self, trial: Trial) -> None:
        fidelity, asked = self.task.fidelity, trial.proposal.fidelity
        full = 1.0 if fidelity is None or asked is None else asked / fidelity.high
        gradient = trial.proposal.gradient
        assert gradient or abs(trial.cost - full) < 1e-9 or trial.proposal.resume is not None
        self.spent += trial.cost


@dataclass
class Possessive(Sane):
    """Knows no trial but those that it has proposed."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.proposed: dict[str, Proposal] = {}

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        proposal = Proposal(self.task.space.sample(self.rng))
        self.proposed[repr(proposal.config)] = proposal
        return proposal

    def tell(self, trial: Trial) -> None:
        assert self.proposed[repr(trial.proposal.config)] is not None


@dataclass
class Startled(Possessive):
    """Loses its seed where it is told a trial that it did not propose."""

    def tell(self, trial: Trial) -> None:
        if repr(trial.proposal.config) not in self.proposed:
            self.rng = np.random.default_rng()


class Constants(Sane):
    """Has a constant, and the first value of its state, which are no fields."""

    LIMIT: Final = 3
    best: float = float("inf")

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.best = float("inf")


strategies = {
    "runs": Refuses(),
    "kinds": Halves(),
    "conditions": Unconditional(),
    "narrow": Scales(),
    "fidelity": Shallow(),
    "gradients": Steep(),
    "failures": Unfailing(),
    "enormous": Squares(),
    "ties": Differs(),
    "budget": Planned(),
    "fields": Learns(),
    "given": Clears(),
    "untouched": Pollutes(),
    "close": Lingers(),
    "again": Remembers(),
    "elsewhere": Local(),
    "prefix": Thrifty(),
    "workers": Lonely(),
    "repeats": Fickle(),
    "objectives": Summing(),
    "limits": Unlimited(),
    "recommend": Whimsical(),
    "first": Possessive(),
    # further ways to break the same
    "kinds-2": Greatest(),
    "kinds-3": Unwhole(),
    "budget-2": Few(),
    "fields-2": Bare(),
    "given-2": Renames(),
    "fidelity-2": Levels(),
    "workers-2": Hasty(),
    "workers-3": Crowded(),
    "objectives-2": Boasting(),
    "objectives-3": Careless(),
    "limits-2": Bounded(),
    "given-3": Rewrites(),
    "recommend-2": Blunt(),
    "first-2": Startled(),
    "fickle-in-both": Global(),
    "unaware": Unaware(),
    # nothing is broken
    "sane": Sane(),
    "notes": Notes(),
    "warm": Warm(),
    "honest": Honest(),
    "unmoved": Unmoved(),
    "stubborn": Stubborn(),
    "counted": Counted(),
    "constants": Constants(),
    "climbs": Climbs(),
    "weighs": Weighs(),
    "restrained": Restrained(),
    "cautious": Cautious(),
    "sole": Sole(),
}
