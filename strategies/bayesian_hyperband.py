"""BOHB: Hyperband whose configurations come from Parzen densities (Falkner et al., 2018)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import (
    Config,
    Pending,
    Proposal,
    Strategy,
    Task,
    Trial,
    Units,
    check_real,
    check_whole,
)
from hpobench.models.archive import Archive
from hpobench.models.features import Features
from hpobench.models.parzen import FLOOR, Axes, bad_density, by_ratio, good_first, parzen
from hpobench.models.rungs import Brackets

GOOD = 0.15
"""The share of a rung's trials that count as good."""
WIDTH = 0.1
"""The factor in the widths of good kernels, as a share of a number's range."""
WIDER = 3.0
"""The candidates come from kernels that are so many times wider (Falkner et al., 2018)."""


@dataclass
class BayesianHyperband(Strategy):
    """Hyperband whose configurations come from densities of good and bad trials: BOHB's method.

    It needs a fidelity, and has the brackets of Hyperband. A configuration that begins is random
    with probability `random`. Otherwise it is the best of some candidates, by two Parzen densities
    at the highest fidelity that has had at least d + 2 trials, for d parameters: of the best 15 %
    of these trials, and of the others. The candidates come from the good density with kernels three
    times as wide, and the one with the highest ratio of good to bad is proposed.

    The densities are those of our tree-structured Parzen estimator, joint over all parameters, with
    equal weights, and not the library's. Failed trials rank last and are never continued. Pending
    trials count as bad. Where the problem can continue trainings, those that are kept are
    continued. No configuration begins again while there are others.
    """

    citation = (
        "Falkner, Klein and Hutter (2018), BOHB: robust and efficient hyperparameter optimization"
        " at scale, ICML; with the densities of Watanabe (2023), Tree-structured Parzen estimator:"
        " understanding its algorithm components and their roles for better empirical performance,"
        " arXiv 2304.11127"
    )
    family = "multi-fidelity"
    plans_for_budget = True

    eta: int = 3
    """One of so many configurations is kept, and it is trained so many times longer."""
    random: float = 1 / 3
    """The probability that a configuration is random although there are densities."""
    candidates: int = 64
    """How many candidates are drawn from the good density."""

    def __post_init__(self) -> None:
        check_whole("eta", self.eta, least=2)
        check_real("random", self.random, least=0, most=1)
        check_whole("candidates", self.candidates, least=1)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.brackets = Brackets(task, self.eta)
        self.archive = Archive(task.space)
        self.features = Features(task.space)
        self.axes = Axes(task.space)
        self.rows: dict[float, list[Units]] = {rung: [] for rung in self.brackets.rungs}
        """For each fidelity, the encoded configurations told, (d,) each."""
        self.values: dict[float, list[float]] = {rung: [] for rung in self.brackets.rungs}

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        bracket = self.brackets.ready() or self.brackets.hyperband()
        return None if bracket is None else bracket.propose(lambda: self._config(pending))

    def tell(self, trial: Trial) -> None:
        self.brackets.tell(trial)
        config, fidelity = trial.proposal.config, trial.proposal.fidelity
        self.archive.tell(config, trial.value)
        if fidelity in self.rows:
            self.rows[fidelity].append(self.task.space.encode(config))
            self.values[fidelity].append(trial.value)

    def _config(self, pending: Sequence[Pending]) -> Config:
        """Return a configuration that begins now."""
        space = self.task.space
        rung = None if self.rng.random() < self.random else self._modelled()
        if rung is not None:
            waiting = space.encode_all([one.proposal.config for one in pending])
            for row in self._promising(rung, waiting):
                config = space.decode(row)
                if config not in self.archive:
                    return self.archive.propose(config)
        fresh = self.archive.fresh(self.rng)
        return space.sample(self.rng) if fresh is None else self.archive.propose(fresh)

    def _modelled(self) -> float | None:
        """Return the highest fidelity that has had enough trials, not all failed; None: none."""
        enough = len(self.task.space) + 2
        for rung in reversed(self.brackets.rungs):
            if len(self.values[rung]) >= enough and not np.isnan(self.values[rung]).all():
                return rung
        return None

    def _promising(self, rung: float, waiting: Units) -> Units:
        """Return candidates, shape (m, d), the one with the highest ratio of densities first."""
        values = np.array(self.values[rung])
        order, count = good_first(values, GOOD)
        rows, equal = np.array(self.rows[rung])[order], np.ones(count)
        good = parzen(self.axes, rows[:count], equal, WIDTH, FLOOR)
        wide = parzen(self.axes, rows[:count], equal, WIDER * WIDTH, WIDER * FLOOR)
        bad = bad_density(self.axes, np.vstack([rows[count:], waiting]), WIDTH)
        return by_ratio(self.features.snap(wide.sample(self.candidates, self.rng)), good, bad)
