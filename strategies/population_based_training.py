"""Population-based training (Jaderberg et al., 2017), of configurations that stay the same."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import (
    Categorical,
    Config,
    Float,
    Int,
    Ordinal,
    Parameter,
    Pending,
    Proposal,
    Strategy,
    Task,
    Trial,
    Units,
    check_real,
    check_whole,
)
from hpobench.models.population import Points, rank_value
from hpobench.models.rungs import needed_fidelity
from hpobench.models.spending import Spending
from hpobench.space import key_of

FACTORS = (0.8, 1.25)
"""A number is multiplied by one of these where a configuration is explored."""
ANEW = 0.25
"""The probability that a parameter is drawn anew instead."""
QUANTILES = 3
"""The worst of so many parts of the population is replaced by variants of the best part."""
ROUNDS = 1.5
"""The budget pays at least so many trainings for each member."""


@dataclass(eq=False)
class _Member:
    """A training of the population."""

    config: Config
    steps: int = 0
    """How many of its steps were told."""
    trial: int | None = None
    """The id of the trial that was told last; None: there was none."""


@dataclass
class PopulationBasedTraining(Strategy):
    """Trains a population in steps; variants of the best third take the place of the worst third.

    It needs a fidelity. The population begins with random configurations, each of which is trained
    step by step. A member whose value after a step is in the worst third of the last ones that were
    seen after this step gives up its place; so does one whose training is complete. In its place
    begins a variant of a random one of the best third, after the same step: each parameter is drawn
    anew with probability 1/4, otherwise a number is multiplied by 0.8 or 1.25, an ordinal moves to
    a neighbour, and a category is kept.

    In the original, the variant continues the training of its parent, and the result is a schedule
    of hyperparameters. Here the result of a run is a configuration that can be trained by itself,
    so a variant is trained from the beginning. Where the problem can continue trainings, the steps
    of one configuration continue each other. The population is smaller where the budget does not
    pay 1.5 trainings for each member, and a member gives up its place only if the budget pays the
    new training, and the completion of all others, too. A failed trial is the worst.
    """

    citation = (
        "Jaderberg, Dalibard, Osindero, Czarnecki, Donahue, Razavi, Vinyals, Green, Dunning,"
        " Simonyan, Fernando and Kavukcuoglu (2017), Population based training of neural networks,"
        " arXiv 1711.09846"
    )
    family = "evolutionary"
    plans_for_budget = True

    population: int = 10
    """The most members that there are at a time."""
    interval: float = 0.2
    """The length of a step, as a share of a whole training."""

    def __post_init__(self) -> None:
        check_whole("population", self.population, least=1)
        check_real("interval", self.interval, least=0.001, most=1)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        fidelity = needed_fidelity(task)
        self.resumes = fidelity.resumes
        ends = np.arange(self.interval, 1.0 - self.interval / 2.0, self.interval) * fidelity.high
        ends = np.maximum(np.round(ends) if fidelity.integer else ends, fidelity.low)
        self.ends = [*np.unique(ends[ends < fidelity.high]).tolist(), fidelity.high]
        """The fidelities after each step."""
        self.whole = self._remaining(_Member({}))
        """What a training costs in all its steps, in evaluations at the highest fidelity."""
        self.size = max(min(self.population, int(task.budget / (ROUNDS * self.whole))), 1)
        self.spending = Spending(task)
        self.points = Points(task.space, rng)
        self.members: dict[tuple[object, ...], _Member] = {}
        """The members by their configurations."""
        self.queue: list[_Member] = []
        """The members that wait for a worker."""
        self.seen: list[list[tuple[float, int, Config]]] = [[] for _ in self.ends]
        """After each step, the last values, with trials and configurations: one for each member."""
        for _ in range(self.size):
            self._begin(self.points.fresh(self.points.random, ()))

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if not self.queue:
            return None
        member = self.queue.pop(0)
        resume = member.trial if self.resumes else None
        return Proposal(member.config, self.ends[member.steps], resume)

    def tell(self, trial: Trial) -> None:
        self.spending.tell(trial)
        config, fidelity = trial.proposal.config, trial.proposal.fidelity
        self.points.tell(config, trial.value)
        if fidelity not in self.ends:
            return
        step = self.ends.index(fidelity)
        self.seen[step].append((rank_value(trial.value), trial.id, config))
        del self.seen[step][: -self.size]
        member = self.members.get(key_of(config))
        if member is None or member.steps != step:
            return  # it proposed another trial, or none
        member.steps, member.trial = step + 1, trial.id
        complete = member.steps == len(self.ends)
        if complete or self._is_bad(trial, step):
            others = sum(self._remaining(each) for each in self.members.values() if each != member)
            if self.spending.left(()) - others >= self.whole:
                del self.members[key_of(config)]
                self._begin(self._variant(step))
                return
        if complete or trial.failed:
            del self.members[key_of(config)]
        else:
            self.queue.append(member)

    def _begin(self, config: Config | None) -> None:
        """Let a configuration become a member; None: there is none left."""
        if config is not None:
            self.members[key_of(config)] = _Member(config)
            self.queue.append(self.members[key_of(config)])

    def _remaining(self, member: _Member) -> float:
        """Return what a member's steps cost from the last one told on."""
        steps = np.diff([0.0, *self.ends]) if self.resumes else np.array(self.ends)
        return float(steps[member.steps :].sum() / self.ends[-1])

    def _is_bad(self, trial: Trial, step: int) -> bool:
        """Tell whether a trial is in the worst third of the last ones after this step."""
        seen, value = self.seen[step], rank_value(trial.value)
        as_bad = sum(other >= value for other, id_, _ in seen if id_ != trial.id)
        return trial.failed or as_bad < len(seen) // QUANTILES

    def _variant(self, step: int) -> Config | None:
        """Return a new configuration like one of the best third after this step (explore)."""
        best = sorted(self.seen[step], key=lambda each: each[:2])
        parents = [each for each in best[: -(-len(best) // QUANTILES)] if each[0] < math.inf]
        if not parents:
            return self.points.fresh(self.points.random, ())
        _, _, parent = parents[self.rng.integers(len(parents))]
        point = self.points.point(parent)
        return self.points.fresh(lambda: self._explored(point), ())

    def _explored(self, point: Units) -> Units:
        explored = [
            self.rng.random() if self.rng.random() < ANEW else self._perturbed(parameter, unit)
            for parameter, unit in zip(self.task.space.values(), point.tolist(), strict=True)
        ]
        return np.array(explored)

    def _perturbed(self, parameter: Parameter, unit: float) -> float:
        factor = FACTORS[self.rng.integers(2)]
        up = 1 if factor > 1.0 else -1
        match parameter:
            case Float():
                value = parameter.decode(unit) * factor
                return parameter.encode(min(max(value, parameter.low), parameter.high))
            case Int():
                before = parameter.decode(unit)
                after = round(before * factor)
                whole = before + up if after == before else after
                return parameter.encode(min(max(whole, parameter.low), parameter.high))
            case Ordinal():
                return min(max(unit + up / len(parameter.values), 0.0), 1.0)
            case Categorical():
                return unit
