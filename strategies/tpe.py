"""A tree-structured Parzen estimator: what good configurations have and bad ones have not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hpobench import Pending, Proposal, Strategy, Task, Trial, Units, check_real, check_whole
from hpobench.models.archive import Archive
from hpobench.models.designs import latin_hypercube
from hpobench.models.features import Features
from hpobench.models.parzen import Axes, parzen

MOST_GOOD = 25
"""The most trials that count as good."""
BAD_WIDTH = 0.5
"""The factor of the bad kernels' widths, as a share of the good kernels' factor."""
FLOOR = 0.03
"""The least width of a number's kernel, as a share of its range (Watanabe, 2023)."""


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
        default = min(max(len(task.space) + 1, 5), 10)
        count = default if self.initial is None else self.initial
        self.design = list(self.features.snap(latin_hypercube(count, len(task.space), rng)))
        self.archive = Archive(task.space)
        self.rows: list[Units] = []
        """The encoded configurations told, (d,) each; nan where a parameter is inactive."""
        self.values: list[float] = []

    def tell(self, trial: Trial) -> None:
        self.rows.append(self.task.space.encode(trial.proposal.config))
        self.values.append(trial.value)
        self.archive.tell(trial.proposal.config, trial.value)

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        rows = iter(self.design)
        if len(self.archive) >= len(self.design) and not np.isnan(self.values).all():
            waiting = self.task.space.encode_all([one.proposal.config for one in pending])
            rows = iter(self._promising(waiting))
        configs = (self.task.space.decode(row) for row in rows)
        config = next((each for each in configs if each not in self.archive), None)
        config = config or self.archive.fresh(self.rng)
        return None if config is None else Proposal(self.archive.propose(config))

    def _promising(self, waiting: Units) -> Units:
        """Return candidates, shape (m, d), the one with the highest ratio of densities first."""
        values = np.array(self.values)
        order = np.argsort(values, kind="stable")  # nan comes last
        count = min(math.ceil(self.good * len(values)), MOST_GOOD, int(np.sum(~np.isnan(values))))
        rows = np.array(self.rows)[order]
        weights = improvements(values[order], count)
        good = parzen(self.axes, rows[:count], weights, self.width, FLOOR)
        others = np.vstack([rows[count:], waiting])
        bad = parzen(self.axes, others, np.ones(len(others)), BAD_WIDTH * self.width, FLOOR)
        candidates = self.features.snap(good.sample(self.candidates, self.rng))
        ratios = good.log_density(candidates) - bad.log_density(candidates)
        return candidates[np.argsort(-ratios, kind="stable")]


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
