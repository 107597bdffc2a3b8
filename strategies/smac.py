"""SMAC3: the proposals of its facades for black boxes and for hyperparameters."""

import logging
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hpobench import Config, Library, Pending, Proposal, Trial
from hpobench.adapters import Adapter
from hpobench.adapters.configuration_space import ConfigurationSpace


class SMAC(Adapter):
    """One of SMAC3's facades, with its defaults, on a deterministic scenario.

    A scenario is SMAC's description of the task. It has as many trials as the budget has whole
    evaluations, which limits the initial design to a quarter of them. Every proposal is at the
    highest fidelity. An ordinal keeps its order, a categorical parameter has none, and conditions
    stay conditions. The library iterates over sets of configurations, so a seed fixes a run only
    together with PYTHONHASHSEED.
    """

    library = Library("smac", ("smac>=2.4", "ConfigSpace>=1.2"))
    plans_for_budget = True

    @abstractmethod
    def facade(self) -> Any:
        """Return the facade's class."""

    def begin(self, seed: int) -> None:
        from smac import Scenario
        from smac.runhistory import TrialValue

        logging.getLogger("smac").setLevel(logging.CRITICAL)
        self.folder = TemporaryDirectory()
        self.space = ConfigurationSpace(self.task.space, seed)
        scenario = Scenario(
            self.space.native,
            output_directory=Path(self.folder.name),
            deterministic=True,
            n_trials=max(1, int(self.task.budget)),
            seed=seed,
        )
        self.optimiser = self.facade()(scenario, logging_level=False)
        self.value: Any = TrialValue

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal] | None:
        from smac.main.exceptions import ConfigurationSpaceExhaustedException

        try:
            suggestion = self.optimiser.ask()
        except (StopIteration, ConfigurationSpaceExhaustedException):
            return None
        return suggestion, Proposal(self.inward(suggestion.config))

    def adopt(self, config: Config) -> Any:
        from smac.runhistory import TrialInfo

        return TrialInfo(self.outward(config), seed=0)  # the seed of a deterministic scenario

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        self.optimiser.tell(suggestion, self.value(cost=value), save=False)

    def outward(self, config: Config) -> Any:
        return self.space.outward(config)

    def inward(self, suggested: Any) -> Config:
        return self.space.inward(suggested)

    def close(self) -> None:
        folder: TemporaryDirectory[str] | None = getattr(self, "folder", None)
        if folder is not None:
            folder.cleanup()


@dataclass
class BlackBox(SMAC):
    """SMAC3's black-box facade: a Gaussian process with expected improvement.

    The first proposals are a scrambled Sobol sequence: 8 for each parameter, but at most a quarter
    of the budget. Later about one proposal in twelve is random.
    """

    citation = (
        "Lindauer, Eggensperger, Feurer, Biedenkapp, Deng, Benjamins, Ruhkopf, Sass and Hutter"
        " (2022), SMAC3: a versatile Bayesian optimization package for hyperparameter optimization,"
        " JMLR 23(54)"
    )
    family = "bayesian"

    def facade(self) -> Any:
        from smac import BlackBoxFacade

        return BlackBoxFacade


@dataclass
class HyperparameterOptimisation(SMAC):
    """SMAC3's facade for hyperparameters: a random forest with expected improvement.

    The first proposals are a scrambled Sobol sequence: 10 for each parameter, but at most a quarter
    of the budget. Later one proposal in five is random. The forest models the logarithm of scaled
    values and is grown anew after every 8 proposals.
    """

    citation = (
        "Hutter, Hoos and Leyton-Brown (2011), Sequential model-based optimization for general"
        " algorithm configuration, LION 5; in SMAC3 (Lindauer et al., 2022, JMLR 23(54))"
    )
    family = "bayesian"

    def facade(self) -> Any:
        from smac import HyperparameterOptimizationFacade

        return HyperparameterOptimizationFacade


strategies = {"smac-bb": BlackBox(), "smac-hpo": HyperparameterOptimisation()}
