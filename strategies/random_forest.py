"""Bayesian optimisation with a forest of extremely randomised trees as its model."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hpobench import (
    Categorical,
    Pending,
    Proposal,
    Strategy,
    Task,
    Trial,
    Units,
    check_real,
    check_whole,
)
from hpobench.models.acquisition import log_expected_improvement
from hpobench.models.designs import design_size, first_rows
from hpobench.models.features import CENTRE, Features
from hpobench.models.forest import Forest, grow
from hpobench.models.told import Told

LEAST = 2
"""Nodes with fewer trials than this are leaves."""
SHARE = 0.1
"""What is added to values before their logarithm: this share of the median's distance from the
best."""
FLOOR = 1e-3
"""The least standard deviation of a prediction, as a share of the values' own."""
CLIMBERS = 5
"""How many of the best trials, and of the best random configurations, a local search starts at."""
STEPS = 4
"""The most steps of a local search."""
DRAWS = 4
"""How many neighbours of a configuration differ in one and the same number."""
SPREAD = 0.2
"""The standard deviation of the step to a neighbour, as a share of a number's range."""
ABSENT = -1.0
"""The coordinate that stands for an inactive choice, which is none of its values'."""


@dataclass
class RandomForest(Strategy):
    """Evaluates where a forest of random trees expects the most improvement on the best so far.

    The first configurations form a Latin hypercube. Before each later proposal, the strategy grows
    a forest of extremely randomised trees on the logarithms of how far all values lie above the
    best. It proposes the configuration with the highest expected improvement (Jones, Schonlau and
    Welch, 1998) among random ones and those that a local search passes. The search starts at the
    best trials and at the best random configurations, and goes to the best neighbour while that is
    an improvement; a neighbour differs in the value of one parameter. Every now and then a proposal
    is random. This is SMAC's method (Hutter et al., 2011) with other trees.

    A failed trial counts as the worst value seen. A pending trial counts as the value that the
    forest expects of it. No configuration is proposed twice; when there is none left, the strategy
    stops.
    """

    citation = (
        "Hutter, Hoos and Leyton-Brown (2011), Sequential model-based optimization for general"
        " algorithm configuration, LION 5; with the trees of Geurts, Ernst and Wehenkel (2006),"
        " Extremely randomized trees, Machine Learning 63"
    )
    family = "bayesian"

    initial: int | None = None
    """How many proposals precede the first forest; None: number of parameters + 1, in [5, 10]."""
    trees: int = 30
    """How many trees a forest has."""
    candidates: int = 256
    """How many random configurations are candidates."""
    random: float = 0.1
    """The probability that a proposal is random."""

    def __post_init__(self) -> None:
        check_whole("initial", self.initial, least=0, null=True)
        check_whole("trees", self.trees, least=1)
        check_whole("candidates", self.candidates, least=1)
        check_real("random", self.random, least=0, most=1)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.features = Features(task.space)
        self.absent = np.where(self.features.choice, ABSENT, CENTRE)
        self.moved, self.target = _moves(task)
        count = design_size(len(task.space), self.initial)
        self.told = Told(task.space, first_rows(self.features, count, rng), rng)

    def tell(self, trial: Trial) -> None:
        self.told.tell(trial)

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return self.told.propose(pending, self._promising)

    def _promising(self, waiting: Units) -> Units:
        """Return candidates, shape (m, d), the one of the highest expected improvement first.

        There are none where the proposal is to be random.
        """
        if self.rng.random() < self.random:
            return waiting[:0]
        targets = logarithms(np.array(self.told.values))
        forest = self._grown(np.array(self.told.rows), targets)
        if len(waiting):
            means, _ = forest.predict(self._points(waiting))
            believed = np.concatenate([targets, means])
            forest = self._grown(np.vstack([*self.told.rows, waiting]), believed)
        best = float(targets.min())
        rows = self.features.snap(self.rng.random((self.candidates, len(self.task.space))))
        scores = self._scores(rows, forest, best)
        trials = np.array(self.told.rows)[np.argsort(targets, kind="stable")[:CLIMBERS]]
        first = np.argsort(-scores, kind="stable")[:CLIMBERS]
        climbers = np.vstack([rows[first], trials])
        # a trial is left at once, since it can't be proposed again
        heights = np.append(scores[first], np.full(len(trials), -np.inf))
        passed, found = self._climbed(climbers, heights, forest, best)
        order = np.argsort(-np.append(found, scores), kind="stable")
        return np.vstack([passed, rows])[order]

    def _grown(self, rows: Units, targets: NDArray[np.float64]) -> Forest:
        points = self._points(rows)
        return grow(points, targets, self.features.choice, self.rng, trees=self.trees, least=LEAST)

    def _points(self, rows: Units) -> Units:
        return np.where(np.isnan(rows), self.absent, rows)

    def _scores(self, rows: Units, forest: Forest, best: float) -> NDArray[np.float64]:
        means, deviations = forest.predict(self._points(rows))
        return log_expected_improvement(means, np.maximum(deviations, FLOOR), best)[0]

    def _climbed(
        self, rows: Units, heights: NDArray[np.float64], forest: Forest, best: float
    ) -> tuple[Units, NDArray[np.float64]]:
        """Climb from rows (s, d) of these scores; return the rows that it passes, and theirs."""
        passed, found = [rows[:0]], [heights[:0]]
        for _ in range(STEPS):
            near = self._neighbours(rows)
            scores = self._scores(near, forest, best)
            tops = scores.reshape(len(rows), -1).argmax(axis=1)
            tops += np.arange(len(rows)) * (len(near) // len(rows))
            tops = tops[scores[tops] > heights]
            if not len(tops):
                break
            rows, heights = near[tops], scores[tops]
            passed.append(rows)
            found.append(heights)
        return np.vstack(passed), np.concatenate(found)

    def _neighbours(self, rows: Units) -> Units:
        """Return the neighbours of rows (s, d), row after row, with as many for each.

        A number moves by a normal step, but at least to its next value. A choice takes each of its
        values, so that one neighbour is the configuration itself.
        """
        rows = np.where(np.isnan(rows), self.rng.random(rows.shape), rows)
        units = rows[:, self.moved]
        steps = SPREAD * self.rng.standard_normal(units.shape)
        steps = np.copysign(np.maximum(np.abs(steps), self.features.steps[self.moved]), steps)
        stepped = np.clip(units + steps, 0.0, 1.0)
        near = np.repeat(rows[:, None], len(self.moved), axis=1)
        near[:, np.arange(len(self.moved)), self.moved] = np.where(
            np.isnan(self.target), stepped, self.target
        )
        return self.features.snap(near.reshape(-1, rows.shape[1]))


def _moves(task: Task) -> tuple[NDArray[np.int64], Units]:
    """Return for each neighbour which parameter differs, and its coordinate; nan: it is drawn."""
    moved: list[int] = []
    target: list[float] = []
    for place, parameter in enumerate(task.space.values()):
        if isinstance(parameter, Categorical):
            moved += [place] * len(parameter.values)
            target += [parameter.encode(value) for value in parameter.values]
        else:
            moved += [place] * DRAWS
            target += [math.nan] * DRAWS
    return np.array(moved), np.array(target)


def logarithms(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log(value - best + SHARE·(median - best)), standardised, for values (n,).

    The order of the values is kept. nan becomes the worst value, and infinite values become the
    nearest finite ones. Where half of the values equal the best one, the standard deviation takes
    the place of the median's distance.
    """
    finite = values[np.isfinite(values)]
    least, most = (finite.min(), finite.max()) if len(finite) else (-1.0, 1.0)
    values = np.clip(np.where(np.isnan(values), np.inf, values), least, most)
    values = values / (np.abs(values).max() or 1.0)
    excess = values - values.min()
    logs = np.log(excess + SHARE * (float(np.median(excess)) or float(excess.std()) or 1.0))
    standard: NDArray[np.float64] = (logs - logs.mean()) / (float(logs.std()) or 1.0)
    return standard
