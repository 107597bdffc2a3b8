"""PASHA: asynchronous successive halving whose highest rung is raised if need be."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hpobench import Pending, Proposal, Strategy, Task, Trial, check_whole
from hpobench.models.rungs import WIDEST, Ladder, needed_fidelity
from hpobench.models.spending import Spending
from hpobench.space import key_of

PERCENTILE = 90
"""The percentile of the differences between curves that cross twice (Bohdal et al., 2023)."""


@dataclass
class PASHA(Strategy):
    """Trains like ASHA, but only as long as longer trainings still change the ranking.

    It needs a fidelity. It begins as ASHA does, with the two lowest fidelities as its rungs. When
    the ranking of the configurations of the upper rung differs from their ranking one rung below,
    the next higher fidelity becomes the upper rung. Two configurations may change places if their
    values one rung below differ by at most a tolerance. That is estimated from noise: it is the
    90th percentile of the difference between two configurations whose curves have crossed at least
    twice, or 0 if there are none.

    The last of the budget goes to the best configuration of the highest rung, which is then trained
    to the highest fidelity, and to further ones if that leaves enough. So there may be no result at
    the highest fidelity before the end of the run. Where the problem can continue trainings, they
    are continued. A failed trial is never continued.
    """

    citation = (
        "Bohdal, Balles, Wistuba, Ermis, Archambeau and Zappella (2023), PASHA: efficient HPO and"
        " NAS with progressive resource allocation, ICLR"
    )
    family = "multi-fidelity"
    plans_for_budget = True

    eta: int = 3
    """One of so many configurations is kept, and it is trained so many times longer."""

    def __post_init__(self) -> None:
        check_whole("eta", self.eta, least=2)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        fidelity = needed_fidelity(task)
        rungs = fidelity.rungs(self.eta, WIDEST)
        self.ladder = Ladder(rungs, self.eta, fidelity.resumes)
        self.spending = Spending(task)
        self.top = min(1, len(rungs) - 1)
        """The highest rung that is used."""
        self.curves: dict[tuple[object, ...], list[float]] = {}
        """The value of each configuration at each rung; nan where it is not known."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        space, rungs = self.task.space, self.ladder.rungs
        trial = self.ladder.promotable(self.top)
        passed = 0.0 if trial is None else trial.proposal.fidelity or 0.0
        reached = rungs[0] if trial is None else rungs[rungs.index(passed) + 1]
        cost = (reached - passed * self.ladder.resumes) / rungs[-1]
        final = 1.0 - rungs[0] * self.ladder.resumes / rungs[-1]
        if self.spending.left(pending) - cost < final:
            return None if pending else self._final()
        if trial is not None:
            return self.ladder.promote(trial)
        return Proposal(space.sample(self.rng), rungs[0])

    def _final(self) -> Proposal | None:
        """Propose the best configuration that is not trained to the highest fidelity, if any."""
        trial = self.ladder.finalist()
        if trial is None:
            return Proposal(self.task.space.sample(self.rng), self.ladder.rungs[-1])
        proposal = self.ladder.finish(trial)
        return proposal if self.spending.cost(proposal) <= self.spending.left(()) else None

    def tell(self, trial: Trial) -> None:
        self.spending.tell(trial)
        rung = self.ladder.tell(trial)
        if rung is None:
            return
        unknown = [math.nan] * len(self.ladder.rungs)
        value = math.inf if trial.failed else trial.value
        self.curves.setdefault(key_of(trial.proposal.config), unknown)[rung] = value
        if rung in (self.top - 1, self.top) and self.top < len(self.ladder.rungs) - 1:
            curves = np.array(list(self.curves.values()))[:, : self.top + 1]
            self.top += not agrees(curves[~np.isnan(curves).any(axis=1)])


def agrees(curves: NDArray[np.float64]) -> bool:
    """Tell whether the last two rungs rank configurations alike, within the tolerance.

    `curves` are values, shape (configurations, rungs). They rank alike if at each place of the last
    rung's ranking stands a configuration whose value one rung below differs by at most the
    tolerance from that of the configuration at this place of the ranking there.
    """
    if len(curves) < 2:
        return True
    before = curves[:, -2]
    there = before[np.argsort(curves[:, -1], kind="stable")]
    with np.errstate(over="ignore"):
        apart = np.abs(there - np.sort(before))
    return bool((apart <= tolerance(curves)).all())


def tolerance(curves: NDArray[np.float64]) -> float:
    """Return the PERCENTILE of the last difference between curves that cross twice; 0 if none do.

    `curves` are values, shape (configurations, rungs); failed ones do not count.
    """
    if curves.shape[1] < 3:  # two curves that cross twice have three points
        return 0.0
    valid = curves[np.isfinite(curves).all(axis=1)]
    one, other = np.triu_indices(len(valid), 1)
    with np.errstate(over="ignore"):
        differences = valid[one] - valid[other]
    signs = np.sign(differences)
    crossings = (signs[:, 1:] * signs[:, :-1] < 0).sum(axis=1)
    last = np.abs(differences[crossings >= 2, -1])
    return float(np.percentile(last, PERCENTILE)) if len(last) else 0.0
