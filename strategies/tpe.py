"""A tree-structured Parzen estimator: what good configurations have and bad ones have not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hpobench import Pending, Proposal, Strategy, Task, Trial, Units, check_real, check_whole
from hpobench.models.designs import design_size, first_rows
from hpobench.models.features import Features
from hpobench.models.parzen import FLOOR, Axes, bad_density, by_ratio, good_first, parzen
from hpobench.models.told import Told


@dataclass
class TPE(Strategy):
    """Proposes what good trials have and bad trials have not, by two Parzen densities.

    The first configurations form a Latin hypercube. Later, the best `good` of the trials make one
    density, and all others make another: a mixture of kernels, one at each configuration, which are
    joint kernels over all parameters, and a uniform one. The strategy draws candidates from the
    good density and proposes the one with the highest ratio of good to bad, which expects the most
    improvement (Bergstra et al., 2011, section 4). A good trial's kernel weighs as much as its
    value lies below the best bad one's, and bad kernels weigh the same.

    Failed trials rank last. Pending trials count as bad, so that workers stay apart. No
    configuration is proposed twice; when there is none left, the strategy stops.
    """

    citation = (
        "Bergstra, Bardenet, Bengio and Kégl (2011), Algorithms for hyper-parameter optimization,"
        " NeurIPS; with the weights and the floor of Watanabe (2023), Tree-structured Parzen"
        " estimator: understanding its algorithm components and their roles for better empirical"
        " performance, arXiv 2304.11127"
    )
    family = "bayesian"

    initial: int | None = None
    """How many proposals precede the first densities; None: number of parameters + 1, in [5,
    10]."""
    good: float = 0.15
    """The share of the trials that count as good, rounded up."""
    candidates: int = 24
    """How many candidates are drawn from the good density."""
    width: float = 0.1
    """The factor in the widths of good kernels, as a share of a number's range."""

    def __post_init__(self) -> None:
        check_whole("initial", self.initial, least=0, null=True)
        check_real("good", self.good, least=0, most=1, above=True)
        check_whole("candidates", self.candidates, least=1)
        check_real("width", self.width, least=0, above=True)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.features = Features(task.space)
        self.axes = Axes(task.space)
        count = design_size(len(task.space), self.initial)
        self.told = Told(task.space, first_rows(self.features, count, rng), rng)

    def tell(self, trial: Trial) -> None:
        self.told.tell(trial)

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return self.told.propose(pending, self._promising)

    def _promising(self, waiting: Units) -> Units:
        """Return candidates, shape (m, d), the one with the highest ratio of densities first."""
        values = np.array(self.told.values)
        order, count = good_first(values, self.good)
        rows = np.array(self.told.rows)[order]
        weights = improvements(values[order], count)
        good = parzen(self.axes, rows[:count], weights, self.width, FLOOR)
        bad = bad_density(self.axes, np.vstack([rows[count:], waiting]), self.width)
        candidates = self.features.snap(good.sample(self.candidates, self.rng))
        return by_ratio(candidates, good, bad)


def improvements(ordered: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the weights, shape (count,), of the best values among all, ordered with nan last.

    A weight is how far a value lies below the best one that is not good, as a share of the largest
    such difference. They are equal where there is no such value, or no difference.
    """
    largest = np.finfo(np.float64).max
    values = np.clip(ordered[: count + 1], -largest, largest)
    values = values / (np.abs(values).max() or 1.0)
    gains = values[-1] - values[:count]
    if len(values) <= count or not gains.max() > 0.0:
        return np.ones(count)
    shares: NDArray[np.float64] = gains / gains.max()
    return shares
