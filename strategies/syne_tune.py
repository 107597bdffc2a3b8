"""Syne Tune: the proposals of its schedulers; ASHA also decides which trainings go on."""

import logging
from abc import abstractmethod
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from hpobench import (
    Config,
    Float,
    Int,
    Library,
    Ordinal,
    Parameter,
    Pending,
    Proposal,
    Trial,
)
from hpobench.adapters import Adapter, Flat

VALUE, RESOURCE = "value", "resource"
SILENCE = logging.NullHandler()
"""The root logger's handler during a run: without any handler, Syne Tune would add one for good."""


class SyneTune(Adapter):
    """One of Syne Tune's schedulers, with its defaults; a subclass makes the scheduler.

    An ordinal becomes a whole number, the position of its value, and a categorical parameter a
    choice among the positions, without an order. An inactive parameter has its default value. A
    failed trial is reported as an error, and the scheduler forgets it. The library draws from the
    global random generators, too; they have another seed than the library's own, or both would draw
    the same.
    """

    library = Library("syne-tune", ("syne-tune>=0.16", "huggingface_hub>=1.0"))
    knows_failures = True
    uses_global_generators = True

    @abstractmethod
    def scheduler(self, space: dict[str, Any], seed: int) -> Any:
        """Make the scheduler."""

    def begin(self, seed: int) -> None:
        logging.getLogger().addHandler(SILENCE)
        from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler

        self.flat = Flat(self.task.space)
        self.domains = {name: _domain(each) for name, each in self.task.space.items()}
        self.base: Any = self.scheduler(self.domains, seed + 1)
        self.search = AskTellScheduler(self.base)

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        suggestion = self.search.ask()
        return suggestion, Proposal(self.inward(suggestion.config))

    def adopt(self, config: Config) -> Any:
        from syne_tune.backend.trial_status import Trial as Suggestion

        number = self.search.trial_counter
        self.search.trial_counter += 1
        return Suggestion(number, self.outward(config), datetime.now(UTC))

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        if trial.failed:
            self.base.on_trial_error(suggestion)
            return
        told = replace(suggestion, config=self.outward(trial.proposal.config))
        self.search.tell(told, {VALUE: value})

    def close(self) -> None:
        logging.getLogger().removeHandler(SILENCE)

    def outward(self, config: Config) -> dict[str, Any]:
        numbers = self.flat.outward(config)
        for name, number in numbers.items():
            if not self.domains[name].is_valid(number):
                raise ValueError(f"Syne Tune's {self.domains[name]!r} lacks: {number!r}")
        return numbers

    def inward(self, suggested: Any) -> Config:
        return self.flat.inward(suggested)


def _domain(parameter: Parameter) -> Any:
    from syne_tune import config_space

    if isinstance(parameter, Float):
        uniform = config_space.loguniform if parameter.log else config_space.uniform
        return uniform(parameter.low, parameter.high)
    if isinstance(parameter, Int):
        uniform = config_space.lograndint if parameter.log else config_space.randint
        return uniform(parameter.low, parameter.high)
    if isinstance(parameter, Ordinal):
        return config_space.randint(0, len(parameter.values) - 1)
    return config_space.choice(list(range(len(parameter.values))))


@dataclass
class DensityRatio(SyneTune):
    """Syne Tune's BORE proposes what a classifier takes most surely for one of the best quarter.

    The classifier looks at 500 random candidates. The first 6 proposals are random.
    """

    citation = (
        "Tiao, Klein, Seeger, Bonilla, Archambeau and Ramos (2021), BORE: Bayesian optimization by"
        " density-ratio estimation, ICML; in Syne Tune (Salinas et al., 2022, AutoML Conference)"
    )
    family = "bayesian"

    def scheduler(self, space: dict[str, Any], seed: int) -> Any:
        from syne_tune.optimizer.baselines import BORE

        return BORE(space, metric=VALUE, random_seed=seed)


@dataclass
class ConformalQuantiles(SyneTune):
    """Syne Tune's CQR samples values from boosted quantiles and proposes the lowest candidate.

    Gradient boosting predicts the quantiles of a candidate's value; from the 33rd trial on,
    conformal prediction widens them. There are 2000 random candidates. The first 5 proposals are
    random.
    """

    citation = (
        "Salinas, Golebiowski, Klein, Seeger and Archambeau (2023), Optimizing hyperparameters with"
        " conformal quantile regression, ICML; in Syne Tune (Salinas et al., 2022, AutoML"
        " Conference)"
    )
    family = "bayesian"

    def scheduler(self, space: dict[str, Any], seed: int) -> Any:
        from syne_tune.optimizer.baselines import CQR

        return CQR(space, metric=VALUE, random_seed=seed)


@dataclass
class RegularisedEvolution(SyneTune):
    """Syne Tune's regularised evolution draws one parameter anew in the best of 10 recent trials.

    The 10 are drawn from the population, which is the latest trials. The proposals are random until
    the population is full; with the library's default these are the first 100.
    """

    citation = (
        "Real, Aggarwal, Huang and Le (2019), Regularized evolution for image classifier"
        " architecture search, AAAI; in Syne Tune (Salinas et al., 2022, AutoML Conference)"
    )
    family = "evolutionary"

    population_size: int = 100
    """How many of the latest trials are the population; 100 is the library's default."""

    def scheduler(self, space: dict[str, Any], seed: int) -> Any:
        from syne_tune.optimizer.baselines import REA

        return REA(space, metric=VALUE, random_seed=seed, population_size=self.population_size)


@dataclass
class AsynchronousHalving(SyneTune):
    """Syne Tune's ASHA trains random configurations, and at each rung stops all but the best third.

    It needs a fidelity. A rung is a fidelity at which trainings are compared; the rungs are at the
    lowest fidelity times 1, 3, 9, .... A training that is among the best third of those that have
    reached its rung so far goes on at once; the first one always does. The others are not taken up
    again. Where the problem can't continue a training, it is begun afresh.
    """

    citation = (
        "Li, Jamieson, Rostamizadeh, Gonina, Ben-tzur, Hardt, Recht and Talwalkar (2020), A system"
        " for massively parallel hyperparameter tuning, MLSys; in Syne Tune (Salinas et al., 2022,"
        " AutoML Conference)"
    )
    family = "multi-fidelity"
    needs_fidelity = True

    def begin(self, seed: int) -> None:
        assert self.task.fidelity is not None, "it needs one"
        self.fidelity = self.task.fidelity
        super().begin(seed)
        (bracket,) = self.base.brackets
        milestones = [rung for rung, _ in reversed(bracket.rungs) if rung < self.fidelity.high]
        self.levels = [*milestones, self.fidelity.high]
        self.going_on: deque[tuple[Any, Proposal]] = deque()
        """The trainings that may go on, until a worker takes them up."""

    def scheduler(self, space: dict[str, Any], seed: int) -> Any:
        from syne_tune.optimizer.baselines import ASHA

        limits: dict[str, Any] = {
            "max_t": self.fidelity.high,
            "grace_period": self.fidelity.low,
        }
        return ASHA(space, metric=VALUE, time_attr=RESOURCE, random_seed=seed, **limits)

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        if self.going_on:
            return self.going_on.popleft()
        suggestion, proposal = super().suggest(pending)
        self.base.on_trial_add(suggestion)
        return suggestion, replace(proposal, fidelity=self.levels[0])

    def adopt(self, config: Config) -> None:
        """Ignore a trial that is told first: it has no results at the lower rungs."""

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        from syne_tune.optimizer.scheduler import SchedulerDecision

        config, reached = trial.proposal.config, trial.proposal.fidelity
        if trial.failed:
            self.base.on_trial_error(suggestion)
            return
        decision = self.base.on_trial_result(suggestion, {VALUE: value, RESOURCE: reached})
        if decision == SchedulerDecision.STOP:
            self.base.on_trial_remove(suggestion)
            return
        level = self.levels[self.levels.index(reached) + 1]
        resume = trial.id if self.fidelity.resumes else None
        self.going_on.append((suggestion, Proposal(config, level, resume)))


strategies = {
    "syne-tune-bore": DensityRatio(),
    "syne-tune-cqr": ConformalQuantiles(),
    "syne-tune-rea": RegularisedEvolution(),
    "syne-tune-asha": AsynchronousHalving(),
}
