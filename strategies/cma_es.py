"""CMA-ES for mixed spaces: an evolution strategy that adapts the distribution of its steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hpobench import (
    Categorical,
    Float,
    Int,
    Ordinal,
    Parameter,
    Pending,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
    Units,
    check_real,
    check_whole,
)
from hpobench.models.designs import latin_hypercube
from hpobench.models.features import Features, counts
from hpobench.models.population import Points, rank_value, reflected

MOST_LEVELS = 64
"""A number or an ordinal with more values than these is treated as a real number."""
LEANING = 0.5
"""How much of a category's first distribution lies on the value that the best first point has."""

BEYOND = (-1.0, 2.0)
"""The range of a real variable, which is reflected into [0, 1]; beyond it the package clips and
punishes."""


@dataclass
class CMAES(Strategy):
    """Draws configurations from a distribution that follows the better half of those it drew.

    The first `initial` configurations form a Latin hypercube. At the best of them begins CatCMA
    with margin: numbers and ordinals have a joint normal distribution, whose mean, step size and
    covariance adapt, and each category has probabilities of its own. The margin keeps every whole
    number and every category possible. A real number beyond a face of the cube is reflected.
    Whenever as many results have come as a generation has, in whatever order, the distribution is
    updated. So any number of workers can be busy.

    Only the order of values counts, and a failed trial is worse than any other. What is known is
    not evaluated again: if the distribution draws it, its value counts once more, and the next draw
    takes its turn; where that does not help, a random configuration does. Inactive parameters keep
    what was drawn for them, so that selection moves them only by chance. Results that the strategy
    did not propose count for the beginning. A distribution that has converged starts anew at a
    random point. On a finite space the strategy stops when nothing is left.
    """

    citation = (
        "Hamano, Saito, Nomura and Shirakawa (2025), CatCMA with margin: stochastic optimization"
        " for continuous, integer, and categorical variables, arXiv 2504.07884; after Hansen and"
        " Ostermeier (2001), Completely derandomized self-adaptation in evolution strategies,"
        " Evolutionary Computation 9; with the package cmaes (Nomura and Shibata,"
        " 2024, arXiv 2402.01373)"
    )
    family = "evolutionary"

    initial: int = 10
    """How many configurations precede the distribution."""
    sigma: float = 0.1
    """The first step size, as a share of the range."""
    population: int = 6
    """How many solutions a generation has."""

    def __post_init__(self) -> None:
        check_whole("initial", self.initial, least=1)
        check_real("sigma", self.sigma, least=0, most=1, above=True)
        check_whole("population", self.population, least=4)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.design: list[Units] = list(latin_hypercube(self.initial, len(task.space), rng))
        self.coordinates = Coordinates(task.space)
        self.points = Points(task.space, rng)
        self.told = 0
        self.best: tuple[float, Units] | None = None
        """The lowest value told, and its point; None: nothing was told."""
        self.distribution: Any = None
        """The CatCMAwM of the package; None: there are too few results to begin."""
        self.solutions: dict[bytes, Any] = {}
        """What the distribution has drawn and was not told, by the point."""
        self.generation: list[tuple[Any, float]] = []
        """The solutions of this generation that have a value."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        config = self.points.fresh(self._drawn, pending)
        return None if config is None else Proposal(config)

    def tell(self, trial: Trial) -> None:
        value = rank_value(trial.value)
        point = self.points.tell(trial.proposal.config, value)
        self.told += 1
        if self.best is None or value < self.best[0]:
            self.best = value, point
        solution = self.solutions.pop(point.tobytes(), None)
        if solution is not None:
            self._learn(solution, value)

    def _drawn(self) -> Units:
        if self.design and len(self.points) < self.initial:
            return self.design.pop()
        if self.distribution is None:
            if self.best is None or self.told < self.initial or not self.coordinates.count:
                return self.points.random()
            self._start(self.best[1])
        distribution: Any = self.distribution
        solution = distribution.ask()
        point = self.coordinates.point(solution)
        value = self.points.value(self.task.space.decode(point))
        if value is None:
            self.solutions[point.tobytes()] = solution
        else:
            self._learn(solution, value)
        return point

    def _start(self, point: Units) -> None:
        """Start a distribution at a point (d,)."""
        seed = int(self.rng.integers(2**31))
        self.distribution = self.coordinates.started(point, self.sigma, self.population, seed)
        self.solutions = {}

    def _learn(self, solution: Any, value: float) -> None:
        """Take a solution into the generation, and update the distribution if it is complete."""
        self.generation.append((solution, value))
        if len(self.generation) < self.population:
            return
        self.generation.sort(key=lambda each: each[1])
        # places instead of values: the penalty for leaving the cube needs finite differences
        ranked = [(each, float(place)) for place, (each, _) in enumerate(self.generation)]
        self.distribution.tell(ranked)
        self.generation = []
        if self.coordinates.numbers and self.distribution.should_stop():
            self._start(self.points.random())


class Coordinates:
    """How the coordinates of a space are divided among the kinds of variables of CatCMAwM.

    A parameter of one value is no variable. A parameter of two values is a category: a normal
    distribution has nothing to adapt there.
    """

    def __init__(self, space: Space) -> None:
        self.counts = counts(space)
        choice = Features(space).choice
        self.category = (choice & (self.counts > 1)) | (self.counts == 2)
        self.real = ~choice & (self.counts > MOST_LEVELS)
        self.whole = ~choice & ~self.real & (self.counts > 2)
        self.numbers = bool((self.real | self.whole).any())
        """Whether there is a variable with a normal distribution."""
        self.count = int((self.real | self.whole | self.category).sum())
        """How many variables there are."""
        self.categories = [int(count) for count in self.counts[self.category]]
        """How many values each category has."""
        wholes = [p for p, whole in zip(space.values(), self.whole, strict=True) if whole]
        self.levels = [_levels(parameter) for parameter in wholes]
        """The coordinates of the values of each whole variable."""

    def started(self, point: Units, sigma: float, population: int, seed: int) -> Any:
        """Return the distribution around a point (d,): a CatCMAwM of the package cmaes."""
        from cmaes import CatCMAwM

        mean = np.concatenate([point[self.real], point[self.whole]])
        return CatCMAwM(
            x_space=[BEYOND] * int(self.real.sum()) or None,
            z_space=self.levels or None,
            c_space=self.categories or None,
            population_size=population, mean=mean, sigma=sigma, cov=np.eye(len(mean)),
            cat_param=self._leaning(point[self.category]) if self.categories else None,
            seed=seed,
        )  # fmt: skip

    def point(self, solution: Any) -> Units:
        """Return the point (d,) of a solution that the distribution has drawn."""
        point = np.full(len(self.counts), 0.5)
        if self.real.any():
            point[self.real] = reflected(solution.x)
        if self.whole.any():
            point[self.whole] = solution.z
        if self.category.any():
            point[self.category] = (solution.c.argmax(axis=1) + 0.5) / self.counts[self.category]
        return point

    def _leaning(self, units: Units) -> Units:
        """Return the probabilities of values, (categories, most values): even but for `units`."""
        probabilities = np.zeros((len(self.categories), max(self.categories)))
        for row, count, unit in zip(probabilities, self.categories, units, strict=True):
            row[:count] = (1.0 - LEANING) / count
            row[min(int(unit * count), count - 1)] += LEANING
        return probabilities


def _levels(parameter: Parameter) -> list[float]:
    """Return the coordinates of the values of a number or an ordinal, in order."""
    match parameter:
        case Int():
            values = range(parameter.low, parameter.high + 1)
            return [parameter.encode(value) for value in values]
        case Ordinal() | Categorical():
            return [parameter.encode(value) for value in parameter.values]
        case Float():
            return []
