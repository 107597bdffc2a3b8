"""PriorBand (Mallik et al., 2023)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import (
    Categorical,
    Config,
    Pending,
    Proposal,
    Strategy,
    Task,
    Trial,
    Units,
    check_whole,
)
from hpobench.models.archive import ATTEMPTS, Archive
from hpobench.models.rungs import Bracket, Brackets
from hpobench.prior import Belief, Normal, Prior, Weights
from hpobench.space import Space
from hpobench.strategy import Unsupported

CHANGED = 0.5
"""The probability that a parameter differs from the incumbent's."""
SPREAD = 0.25
"""The standard deviation of a changed number, where its range is 1."""


@dataclass
class Priorband(Strategy):
    """Hyperband whose configurations are random, from a person's prior, or near the incumbent.

    It needs a fidelity and a prior. The first trial is the most likely configuration of the prior,
    at the highest fidelity. After that come the brackets of Hyperband. Where one begins at rung r,
    counted from 0 for the lowest fidelity, a configuration is random with probability
    1 / (1 + eta^r), and otherwise it comes from the prior, until a fidelity has had eta trials.
    From then on the prior shares its probability with the incumbent, the best trial of the highest
    such fidelity, in proportion to the densities of the two at the best 1/eta trials there. So a
    prior that misleads is soon left. A configuration near the incumbent differs from it in about
    half of the parameters: a number by a normal step, a category to another one.

    The library of the authors takes the best trial of any fidelity. A prior that misleads was left
    sooner by ours in development, since its own first trial is not the incumbent.

    Failed trials are never continued and do not count. Where the problem can continue trainings,
    those that are kept are continued. No configuration begins again while there are others.
    """

    citation = (
        "Mallik, Bergman, Hvarfner, Stoll, Janowski, Lindauer, Nardi and Hutter (2023), PriorBand:"
        " practical hyperparameter optimization in the age of deep learning, NeurIPS"
    )
    family = "multi-fidelity"
    plans_for_budget = True

    eta: int = 3
    """One of so many configurations is kept, and it is trained so many times longer."""

    def __post_init__(self) -> None:
        check_whole("eta", self.eta, least=2)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.brackets = Brackets(task, self.eta)
        if task.prior is None:
            raise Unsupported("needs a prior")
        self.prior = task.prior
        self.archive = Archive(task.space)
        self.valid: dict[float, list[tuple[float, int]]] = {r: [] for r in self.brackets.rungs}
        """For each fidelity, the value and the number of the trials that did not fail."""
        self.rows: dict[int, Units] = {}
        """The encoded configuration, (d,), of each of these trials, by its number."""
        self.begun = False
        """Whether the prior's most likely configuration has had its turn."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if not self.begun:
            self.begun = True
            centre = self.prior.centre()
            if centre not in self.archive and (single := self.brackets.single()):
                return single.propose(lambda: self.archive.propose(centre))
        bracket = self.brackets.ready() or self.brackets.hyperband()
        return None if bracket is None else bracket.propose(lambda: self._config(bracket))

    def tell(self, trial: Trial) -> None:
        self.brackets.tell(trial)
        config, fidelity = trial.proposal.config, trial.proposal.fidelity
        self.archive.tell(config, trial.value)
        # A trial without a fidelity is at the highest one.
        valid = self.valid.get(self.brackets.rungs[-1] if fidelity is None else fidelity)
        if valid is not None and not trial.failed:
            valid.append((trial.value, trial.id))
            self.rows[trial.id] = self.task.space.encode(config)

    def _config(self, bracket: Bracket) -> Config:
        """Return a configuration with which a bracket begins."""
        rung = self.brackets.rungs.index(bracket.rungs[0])
        luck = self.rng.random() * (1 + self.eta**rung)  # below 1 with the chance to be random
        if luck >= 1 and (found := self._fresh(self._source())):
            return found
        fresh = self.archive.fresh(self.rng)
        return self.task.space.sample(self.rng) if fresh is None else self.archive.propose(fresh)

    def _fresh(self, draw: Callable[[], Config]) -> Config | None:
        """Draw until there is a configuration that has not begun yet; None: there was none."""
        for _ in range(ATTEMPTS):
            if (config := draw()) not in self.archive:
                return self.archive.propose(config)
        return None

    def _source(self) -> Callable[[], Config]:
        """Choose between the prior and the incumbent."""
        enough = [each for each in self.valid.values() if len(each) >= self.eta]
        if enough:
            best = sorted(enough[-1])[: len(enough[-1]) // self.eta]
            rows = np.array([self.rows[identity] for _, identity in best])
            share = prior_share(self.prior, around(self.task.space, rows[0]), rows)
            if self.rng.random() >= share:
                return lambda: self._near(rows[0])
        return lambda: self.prior.sample(self.rng)

    def _near(self, centre: Units) -> Config:
        """Change some coordinates of a configuration, (d,); nan: what is inactive there."""
        row = centre.copy()
        changed = self.rng.random(len(row)) < CHANGED
        for column, parameter in enumerate(self.task.space.values()):
            luck = self.rng.random()
            if np.isnan(row[column]):
                row[column] = luck  # it may become active
            elif changed[column] and isinstance(parameter, Categorical):
                # The others' shares of the unit interval follow its own one, cyclically.
                count = len(parameter.values)
                row[column] = (row[column] + (1 + int(luck * (count - 1))) / count) % 1.0
            elif changed[column]:
                row[column] = Normal(row[column], SPREAD).coordinate(luck)
        return self.task.space.decode(row)


def around(space: Space, row: Units) -> Prior:
    """Return the density of what is near an encoded configuration, (d,).

    A number is as if it were always changed. A category that changes in half of the cases, to any
    of n - 1 others, is n - 1 times as likely to stay as to become one of them. What is inactive
    may be anywhere.
    """
    beliefs: dict[str, Belief] = {}
    for (name, parameter), unit in zip(space.items(), row.tolist(), strict=True):
        if np.isnan(unit):
            continue
        if isinstance(parameter, Categorical):
            weights = [1.0] * len(parameter.values)
            weights[int(unit * len(weights))] = max(len(weights) - 1.0, 1.0)
            beliefs[name] = Weights(tuple(weights))
        else:
            beliefs[name] = Normal(unit, SPREAD)
    return Prior(space, beliefs)


def prior_share(prior: Prior, near: Prior, best: Units) -> float:
    """Return the prior's share of the probability that it has together with the incumbent.

    It is S / (S + T), where S is the sum of the prior's densities at the best configurations,
    (k, d), the best first, with the weights k, k - 1, ..., 1, and T that of the densities near the
    incumbent (Mallik et al., 2023, section 5).
    """
    weights = np.log(np.arange(len(best), 0, -1.0))
    one, other = (
        float(np.logaddexp.reduce(weights + density.log_density(best))) for density in (prior, near)
    )
    return float(np.exp(one - np.logaddexp(one, other)))
