"""Freeze-thaw Bayesian optimisation: each chunk goes to the best training, or a new one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hpobench import Pending, Proposal, Strategy, Task, Trial, Units, check_whole
from hpobench.models.archive import Archive
from hpobench.models.designs import design_size, first_rows
from hpobench.models.features import Features
from hpobench.models.learning_curves import CurveModel, Observations, fit_curves
from hpobench.models.rungs import needed_fidelity
from hpobench.models.spending import Spending

CHUNKS = 8
"""A training consists of at most so many chunks."""
LEAST_TARGET, MOST_TARGET = -4.0, -1.0
"""The range of the logarithm, to base 10, of how far the target lies below the best value, as a
share of the median value's distance from it (Rakotoarison et al., 2024)."""
OBSERVATIONS = 96
"""The process observes at most so many values: the best ones and the latest ones, half and half."""
GROWTH = 1.3
"""The process is fitted anew when it observes so many times more values than at the last fit."""
RADII = (0.1, 0.03, 0.01)
"""Standard deviations of the steps, in the unit cube, from a good point to candidates near it."""
INCUMBENTS = 5
"""How many of the best configurations have candidates around them."""


@dataclass(eq=False)
class _Curve:
    """A training as far as it has come."""

    row: Units
    """The encoded configuration, (d,); nan where a parameter is inactive."""
    trial: Trial
    """The trial that was told last."""
    fidelities: list[float] = field(default_factory=list[float])
    values: list[float] = field(default_factory=list[float])
    goes_on: bool = True
    """Whether it did not fail, and is not complete."""


@dataclass
class FreezeThaw(Strategy):
    """Continues the training, paused or new, that is most likely to become the best one.

    It needs a fidelity. A training goes on in chunks, each of which makes it `eta` times longer,
    and is paused after each chunk. A Gaussian process models all values as a function of the
    configuration and the logarithm of the fidelity, after the trend is taken off: what a chunk
    usually changes in a training. Before each proposal a number of epochs and a target a little
    below the best value are drawn at random, and the next chunk goes to the training with the
    highest probability to pass the target after that many further epochs, of all that are paused
    and of `candidates` new configurations. So some decisions look far ahead, and others to the next
    gain. The first configurations form a Latin hypercube.

    The last of the budget goes to the training that is expected to end best, which is then
    completed. A failed trial counts as the worst value and is never continued. A pending one counts
    as what the process expects. Where the problem can continue trainings, they are continued. No
    configuration begins twice.
    """

    citation = (
        "Swersky, Snoek and Adams (2014), Freeze-thaw Bayesian optimization, arXiv 1406.3896; with"
        " the acquisition of Rakotoarison, Adriaensen, Mallik, Garibov, Bergman and Hutter (2024),"
        " In-context freeze-thaw Bayesian optimization for hyperparameter optimization, ICML"
    )
    family = "multi-fidelity"
    version = 3
    plans_for_budget = True

    eta: int = 3
    """How many times longer a chunk makes a training."""
    candidates: int = 200
    """How many new configurations are considered for each proposal."""

    def __post_init__(self) -> None:
        check_whole("eta", self.eta, least=2)
        check_whole("candidates", self.candidates, least=1)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.fidelity = needed_fidelity(task)
        self.levels = np.array(self.fidelity.rungs(self.eta)[-CHUNKS:])
        self.features = Features(task.space)
        self.spending = Spending(task)
        self.design = first_rows(self.features, design_size(len(task.space)), rng)
        self.archive = Archive(task.space)
        self.curves: dict[bytes, _Curve] = {}
        """The trainings by their configurations, each as the bytes of its row."""
        self.told: list[tuple[_Curve, int]] = []
        """All values in the order in which they were told: the training, and which of its own."""
        self.hyperparameters: NDArray[np.float64] | None = None
        """The process's hyperparameters at the last fit; None before the first one."""
        self.fitted = 0
        """How many values the process observed at the last fit."""

    def tell(self, trial: Trial) -> None:
        self.spending.tell(trial)
        self.archive.tell(trial.proposal.config, trial.value)
        row = self.task.space.encode(trial.proposal.config)
        curve = self.curves.setdefault(row.tobytes(), _Curve(row, trial))
        curve.trial = trial
        curve.fidelities.append(trial.proposal.fidelity or self.fidelity.high)
        curve.values.append(trial.value)
        curve.goes_on = not trial.failed and curve.fidelities[-1] < self.fidelity.high
        self.told.append((curve, len(curve.values) - 1))

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        left = self.spending.left(pending)
        waiting = self.task.space.encode_all([one.proposal.config for one in pending])
        for one in pending:
            self.archive.propose(one.proposal.config)
        busy = {row.tobytes() for row in waiting}
        paused = [curve for key, curve in self.curves.items() if key not in busy and curve.goes_on]
        while self.design and self.task.space.decode(self.design[0]) in self.archive:
            self.design.pop(0)
        model = None if self.design and left >= 2.0 else self._model(waiting, pending)
        if self.design or model is None:
            proposal = self._beginning([self.design.pop(0)] if self.design else [])
        else:
            proposal = self._promising(model, paused)
        if proposal is None or left - self.spending.cost(proposal) >= 1.0:
            return proposal
        return self._last(proposal, model, paused, left)

    def _last(
        self, proposal: Proposal, model: CurveModel | None, paused: list[_Curve], left: float
    ) -> Proposal | None:
        """Return the proposal, if the best training can still be completed; else its completion.

        The best training is the paused one that is expected to end best, of those whose completion
        can be paid. None: there is none.
        """
        if not paused or model is None:
            return proposal
        points = self.features.points(np.array([curve.row for curve in paused]))
        means, _ = model.predict(points, np.full(len(paused), self.fidelity.high))
        completions = [self._continuation(curve, self.fidelity.high) for curve in paused]
        costs = np.array([self.spending.cost(completion) for completion in completions])
        best = int(np.where(costs <= left, means, np.inf).argmin())
        if left - self.spending.cost(proposal) >= costs[best]:
            return proposal
        return completions[best] if costs[best] <= left else None

    def _promising(self, model: CurveModel, paused: list[_Curve]) -> Proposal | None:
        """Return the next chunk of the most promising training; None: there are none left."""
        rng, high = self.rng, self.fidelity.high
        rows = [curve.row for curve in paused]
        rows += [row for row in self._new_rows() if row.tobytes() not in self.curves]
        if not rows:
            return self._beginning([])
        reached = np.zeros(len(rows))
        reached[: len(paused)] = [curve.fidelities[-1] for curve in paused]
        horizon = np.minimum(reached + high * (1.0 - rng.random()), high)
        best = float(model.levelled.min())
        step = 10.0 ** rng.uniform(LEAST_TARGET, MOST_TARGET)
        target = best - step * (float(np.median(model.levelled)) - best)
        means, deviations = model.predict(self.features.points(np.array(rows)), horizon)
        sureness = (target - means) / deviations  # the probability rises with this
        for chosen in np.argsort(-sureness, kind="stable").tolist():
            if chosen < len(paused):
                further = self.levels[self.levels > reached[chosen]]
                return self._continuation(paused[chosen], float(further[0]))
            if self.task.space.decode(rows[chosen]) not in self.archive:
                return self._beginning([rows[chosen]])
        return self._beginning([])

    def _beginning(self, rows: list[Units]) -> Proposal | None:
        """Begin the first new one of the rows, (d,) each, or else any other; None: none is left."""
        config = self.archive.first_new(rows, self.rng)
        return None if config is None else Proposal(config, float(self.levels[0]))

    def _continuation(self, curve: _Curve, fidelity: float) -> Proposal:
        resume = curve.trial.id if self.fidelity.resumes else None
        return Proposal(curve.trial.proposal.config, fidelity, resume)

    def _model(self, waiting: Units, pending: Sequence[Pending]) -> CurveModel | None:
        """Fit or update the model; None: no trial told has a value."""
        told = self.told
        values = np.array([curve.values[i] for curve, i in told])
        if np.isnan(values).all():
            return None
        if len(told) > OBSERVATIONS:
            half = OBSERVATIONS // 2
            order = np.argsort(values[:-half], kind="stable")[:half]
            kept = [*np.sort(order), *range(len(told) - half, len(told))]
            told, values = [told[i] for i in kept], values[kept]
        identities = {id(curve): i for i, curve in enumerate(self.curves.values())}
        seen = Observations(
            self.features.groups,
            self.features.points(np.array([curve.row for curve, _ in told])),
            np.array([curve.fidelities[i] for curve, i in told]),
            values,
            np.array([identities[id(curve)] for curve, _ in told]),
        )
        span = float(self.levels[0]), self.fidelity.high
        anew = len(self.told) >= GROWTH * self.fitted
        model = fit_curves(seen, span, self.hyperparameters, anew=anew)
        if anew:
            self.hyperparameters, self.fitted = model.process.hyperparameters, len(self.told)
        if not len(waiting):
            return model
        fidelities = [one.proposal.fidelity or self.fidelity.high for one in pending]
        return model.believe(self.features.points(waiting), np.array(fidelities))

    def _uniform(self, count: int) -> Units:
        return self.features.snap(self.rng.random((count, len(self.task.space))))

    def _new_rows(self) -> Units:
        """Return random configurations, and as many near the best ones, encoded, (m, d)."""
        rng, count = self.rng, -(-self.candidates // 2)
        curves = list(self.curves.values())
        last = np.argsort([curve.values[-1] for curve in curves], kind="stable")  # nan is last
        best = np.array([curves[i].row for i in last[:INCUMBENTS]])
        centres = best[rng.integers(0, len(best), count)]
        anew = rng.random(centres.shape)
        centres = np.where(np.isnan(centres), anew, centres)
        radii = np.maximum(rng.choice(RADII, (count, 1)), self.features.steps)
        moved = np.clip(centres + radii * rng.standard_normal(centres.shape), 0.0, 1.0)
        moved = np.where(self.features.choice, anew, moved)
        chosen = rng.random(centres.shape) < max(0.5, 2.0 / len(self.features.steps))
        near = self.features.snap(np.where(chosen, moved, centres))
        return np.vstack([self._uniform(count), near])
