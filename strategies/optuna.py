"""Optuna: the proposals of its samplers, with conditions by define-by-run."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hpobench import Config, Float, Int, Library, Ordinal, Parameter, Pending, Proposal, Trial
from hpobench.adapters import Adapter, Number, from_number, to_number

OPTUNA = "optuna>=5.0"


class Optuna(Adapter):
    """An Optuna study with the library's defaults; a subclass makes the sampler.

    An ordinal becomes a whole number, the position of its value, and a categorical parameter a
    choice among the positions, without an order. An inactive parameter is not suggested at all.
    """

    citation = (
        "Akiba, Sano, Yanase, Ohta and Koyama (2019), Optuna: a next-generation hyperparameter"
        " optimization framework, KDD"
    )
    library = Library("optuna", (OPTUNA,))
    knows_failures = True

    @abstractmethod
    def sampler(self, seed: int) -> Any:
        """Make the sampler."""

    def begin(self, seed: int) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.CRITICAL)
        self.study = optuna.create_study(sampler=self.sampler(seed))
        self.failure = optuna.trial.TrialState.FAIL

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        trial = self.study.ask()
        return trial, Proposal(self.inward(trial))

    def adopt(self, config: Config) -> Any:
        space = self.task.space
        numbers = {name: to_number(space[name], value) for name, value in config.items()}
        self.study.enqueue_trial(numbers)
        trial = self.study.ask()
        self.inward(trial)  # so that the trial has its parameters
        return trial

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        if trial.failed:
            self.study.tell(suggestion, state=self.failure)
        else:
            self.study.tell(suggestion, value)

    def outward(self, config: Config) -> Any:
        from optuna.trial import FixedTrial

        space = self.task.space
        return FixedTrial({name: to_number(space[name], value) for name, value in config.items()})

    def inward(self, suggested: Any) -> Config:
        config: Config = {}
        for name, parameter in self.task.space.items():
            if self.task.space.is_active(name, config):
                config[name] = from_number(parameter, _suggested(suggested, name, parameter))
        return config


def _suggested(trial: Any, name: str, parameter: Parameter) -> Number:
    number: Number
    if isinstance(parameter, Float):
        number = trial.suggest_float(name, parameter.low, parameter.high, log=parameter.log)
    elif isinstance(parameter, Int):
        number = trial.suggest_int(name, parameter.low, parameter.high, log=parameter.log)
    elif isinstance(parameter, Ordinal):
        number = trial.suggest_int(name, 0, len(parameter.values) - 1)
    else:
        number = trial.suggest_categorical(name, range(len(parameter.values)))
    return number


@dataclass
class TreeParzen(Optuna):
    """Optuna's tree-structured Parzen estimator: proposes what good trials have and bad have not.

    The first 10 proposals are random.
    """

    citation = (
        "Bergstra, Bardenet, Bengio and Kégl (2011), Algorithms for hyper-parameter optimization,"
        " NeurIPS; in Optuna (Akiba et al., 2019, KDD)"
    )
    family = "bayesian"

    def sampler(self, seed: int) -> Any:
        from optuna.samplers import TPESampler

        return TPESampler(seed=seed)


@dataclass
class GaussianProcess(Optuna):
    """Optuna's Gaussian process, with the logarithm of expected improvement.

    The first 10 proposals are random. Later, parameters that are not active in every trial are
    still drawn at random.
    """

    family = "bayesian"
    library = Library("optuna-gp", (OPTUNA, "torch>=2.6"))

    def sampler(self, seed: int) -> Any:
        from optuna.samplers import GPSampler

        return GPSampler(seed=seed)


@dataclass
class CovarianceMatrixAdaptation(Optuna):
    """Optuna's CMA-ES, an evolution strategy that adapts the covariance of its steps.

    Categorical parameters, and parameters that are not active in every trial, are drawn at random.
    """

    citation = (
        "Hansen and Ostermeier (2001), Completely derandomized self-adaptation in evolution"
        " strategies, Evolutionary Computation 9(2); in Optuna (Akiba et al., 2019, KDD)"
    )
    family = "evolutionary"
    library = Library("optuna-cma-es", (OPTUNA, "cmaes>=0.12"))

    def sampler(self, seed: int) -> Any:
        from optuna.samplers import CmaEsSampler

        return CmaEsSampler(seed=seed, warn_independent_sampling=False)


@dataclass
class Genetic(Optuna):
    """Optuna's NSGA-II as a genetic algorithm on a single objective.

    The first 50 proposals are random.
    """

    citation = (
        "Deb, Pratap, Agarwal and Meyarivan (2002), A fast and elitist multiobjective genetic"
        " algorithm: NSGA-II, IEEE Transactions on Evolutionary Computation 6(2); in Optuna"
        " (Akiba et al., 2019, KDD)"
    )
    family = "evolutionary"

    def sampler(self, seed: int) -> Any:
        from optuna.samplers import NSGAIISampler

        return NSGAIISampler(seed=seed)


strategies = {
    "optuna-tpe": TreeParzen(),
    "optuna-gp": GaussianProcess(),
    "optuna-cma-es": CovarianceMatrixAdaptation(),
    "optuna-nsga-ii": Genetic(),
}
