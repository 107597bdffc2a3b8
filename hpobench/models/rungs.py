"""Brackets and ladders: which trainings go on to a higher fidelity, and which end.

A *rung* holds the trials of one fidelity. In a *bracket* a rung waits for its last trial, and then
the best of the rung are trained longer (successive halving). A *ladder* does not wait: whenever a
trial ends, it may become clear that it, or another one, is trained longer (asynchronous halving).
"""

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from ..space import Config
from ..strategy import Task, Unsupported
from ..trial import Fidelity, Proposal, Trial

WIDEST = 1_000
"""The highest fidelity is at most so many times the lowest one used: a run may have 1000 trials for
each evaluation of its budget, and a bracket of cheaper trials would never reach its end."""


def needed_fidelity(task: Task) -> Fidelity:
    """Return the fidelity of a task, or raise Unsupported where it has none."""
    if task.fidelity is None:
        raise Unsupported("needs a fidelity")
    return task.fidelity


@dataclass
class Bracket:
    """One race from many configurations at a low fidelity to few at the highest."""

    rungs: Sequence[float]
    """The fidelities, the lowest first."""
    sizes: list[int]
    """How many configurations each rung has; later rungs shrink where too many trials failed."""
    resumes: bool
    """Whether a training is continued at the next rung; otherwise it is started afresh."""
    keeps: bool = True
    """Whether a rung trains the best of the rung below; otherwise all of its configurations are
    drawn anew."""
    rung: int = 0
    unbegun: int = field(init=False)
    """How many configurations of the present rung are still to be drawn."""
    queue: list[Proposal] = field(default_factory=list[Proposal])
    pending: list[Proposal] = field(default_factory=list[Proposal])
    told: list[Trial] = field(default_factory=list[Trial])
    """The trials of the present rung that were told."""

    def __post_init__(self) -> None:
        self.unbegun = self.sizes[0]

    @property
    def ready(self) -> bool:
        """Whether there is something to propose now."""
        return bool(self.queue) or self.unbegun > 0

    def cost(self) -> Fraction:
        """Return what the bracket costs in all, in evaluations at the highest fidelity."""
        fidelities = [Fraction(0), *map(Fraction, self.rungs)]
        continued = self.resumes and self.keeps
        steps = [upper - lower * continued for lower, upper in pairwise(fidelities)]
        total = sum(size * step for size, step in zip(self.sizes, steps, strict=True))
        return Fraction(total) / fidelities[-1]

    def propose(self, draw: Callable[[], Config]) -> Proposal:
        """Return the next proposal; `draw` makes the configuration where a training begins."""
        if self.queue:
            proposal = self.queue.pop(0)
        else:
            self.unbegun -= 1
            proposal = Proposal(draw(), self.rungs[self.rung])
        self.pending.append(proposal)
        return proposal

    def tell(self, trial: Trial) -> None:
        """Take in the result of one of the pending trials."""
        self.pending.remove(trial.proposal)
        self.told.append(trial)
        if not self.ready and not self.pending and self.rung < len(self.rungs) - 1:
            self.rung += 1
            if self.keeps:
                self._promote()
            else:
                self.unbegun = self.sizes[self.rung]
            self.told = []

    def _promote(self) -> None:
        valid = [trial for trial in self.told if not trial.failed]
        self.sizes[self.rung :] = [min(size, len(valid)) for size in self.sizes[self.rung :]]
        best = sorted(valid, key=lambda trial: trial.value)[: self.sizes[self.rung]]
        fidelity = self.rungs[self.rung]
        self.queue = [
            Proposal(t.proposal.config, fidelity, resume=t.id if self.resumes else None)
            for t in best
        ]


class Brackets:
    """The brackets of a run, which together keep within the budget."""

    def __init__(self, task: Task, eta: int) -> None:
        """Begin with no bracket; raises Unsupported where the task has no fidelity."""
        fidelity = needed_fidelity(task)
        self.rungs = fidelity.rungs(eta, WIDEST)
        self._eta = eta
        self._resumes = fidelity.resumes
        self._left = Fraction(str(task.budget))
        """The budget without the trials that no bracket proposed."""
        self._opened: list[Bracket] = []
        self._cycle = 0
        """How many brackets Hyperband has come past; see `hyperband`."""

    def ready(self) -> Bracket | None:
        """Return the oldest bracket that has something to propose; None: a new one is due."""
        return next((bracket for bracket in self._opened if bracket.ready), None)

    def tell(self, trial: Trial) -> Bracket | None:
        """Take in a result; return the trial's bracket, None if no bracket proposed it."""
        for bracket in self._opened:
            if trial.proposal in bracket.pending:
                bracket.tell(trial)
                return bracket
        self._left -= Fraction(str(trial.cost))
        return None

    def single(self) -> Bracket | None:
        """Open a bracket of one training, to the highest fidelity; None: it is not paid."""
        return self._open([1], keeps=True)

    def halving(self) -> Bracket | None:
        """Open the deepest bracket that the rest of the budget pays and that ends with one."""
        for depth in range(len(self.rungs) - 1, -1, -1):
            if opened := self._open([self._eta**k for k in range(depth, -1, -1)], keeps=True):
                return opened
        return None

    def hyperband(self, *, keeps: bool = True) -> Bracket | None:
        """Open Hyperband's next bracket, or where that is too dear, the next one that is not.

        Where the rest of the budget pays none of them, it is spent as by `halving`.
        """
        table = hyperband_sizes(len(self.rungs), self._eta)
        for step in range(len(table)):
            if opened := self._open(table[(self._cycle + step) % len(table)], keeps=keeps):
                self._cycle += step + 1
                return opened
        return self.halving()

    def _open(self, sizes: Sequence[int], *, keeps: bool) -> Bracket | None:
        """Open a bracket that ends at the highest rung; None: the budget does not pay it."""
        bracket = Bracket(self.rungs[-len(sizes) :], list(sizes), self._resumes, keeps)
        if bracket.cost() > self._left - sum(each.cost() for each in self._opened):
            return None
        self._opened.append(bracket)
        return bracket


def hyperband_sizes(rungs: int, eta: int) -> list[list[int]]:
    """Return the sizes of each bracket's rungs, the deepest bracket first (Li et al., 2018).

    >>> hyperband_sizes(3, 3)
    [[9, 3, 1], [5, 1], [3]]
    """
    table: list[list[int]] = []
    for depth in range(rungs - 1, -1, -1):
        first = -(-rungs * eta**depth // (depth + 1))  # rounded up: algorithm 1
        table.append([first // eta**rung for rung in range(depth + 1)])
    return table


@dataclass
class Ladder:
    """The rungs of trainings that go on as soon as enough others are known.

    A failed trial counts among those of its rung, but it never goes on.
    """

    rungs: Sequence[float]
    """The fidelities, the lowest first."""
    eta: int
    resumes: bool
    """Whether a training is continued at the next rung; otherwise it is started afresh."""
    counts: list[int] = field(init=False)
    """How many trials each rung has had, the failed ones among them."""
    ranked: list[list[tuple[float, int]]] = field(init=False)
    """The value and the id of the trials of each rung that did not fail, the best first."""
    promoted: list[set[int]] = field(init=False)
    """The ids of the trials of each rung that go on."""
    trials: dict[int, Trial] = field(default_factory=dict[int, Trial])
    """The trials by id."""

    def __post_init__(self) -> None:
        self.counts = [0] * len(self.rungs)
        self.ranked = [[] for _ in self.rungs]
        self.promoted = [set() for _ in self.rungs]

    def tell(self, trial: Trial) -> int | None:
        """Take in a result; return its rung, None if its fidelity is that of no rung."""
        if trial.proposal.fidelity not in self.rungs:
            return None
        rung = self.rungs.index(trial.proposal.fidelity)
        self.counts[rung] += 1
        self.trials[trial.id] = trial
        if not trial.failed:
            insort(self.ranked[rung], (trial.value, trial.id))
        return rung

    def promotable(self, top: int) -> Trial | None:
        """Return the trial that is to go on next, to a rung up to `top`; None: there is none.

        That is the best of the highest rung in which one of the best 1/eta does not go on yet
        (Li et al., 2020, algorithm 2).
        """
        for rung in range(top - 1, -1, -1):
            best = self.ranked[rung][: self.counts[rung] // self.eta]
            for _, id_ in best:
                if id_ not in self.promoted[rung]:
                    return self.trials[id_]
        return None

    def survives(self, trial: Trial, rung: int) -> bool:
        """Tell whether a trial of a rung is to go on: among the best 1/eta so far, rounded up."""
        survivors = self.ranked[rung][: -(-self.counts[rung] // self.eta)]
        return rung < len(self.rungs) - 1 and (trial.value, trial.id) in survivors

    def finalist(self) -> Trial | None:
        """Return the best trial of the highest rung in which one does not go on yet, or None.

        Those of the very highest rung can't go on.
        """
        for rung in range(len(self.rungs) - 2, -1, -1):
            for _, id_ in self.ranked[rung]:
                if id_ not in self.promoted[rung]:
                    return self.trials[id_]
        return None

    def promote(self, trial: Trial) -> Proposal:
        """Return the proposal by which a trial goes on to the next rung."""
        return self._going_on(trial, self._rung(trial) + 1)

    def finish(self, trial: Trial) -> Proposal:
        """Return the proposal by which a trial goes on to the highest rung."""
        return self._going_on(trial, len(self.rungs) - 1)

    def _going_on(self, trial: Trial, rung: int) -> Proposal:
        self.promoted[self._rung(trial)].add(trial.id)
        resume = trial.id if self.resumes else None
        return Proposal(trial.proposal.config, self.rungs[rung], resume)

    def _rung(self, trial: Trial) -> int:
        assert trial.proposal.fidelity is not None
        return self.rungs.index(trial.proposal.fidelity)
