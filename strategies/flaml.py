"""FLAML: the proposals of its frugal searches, driven as `flaml.tune.run` drives them."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from hpobench import Categorical, Config, Float, Int, Library, Parameter, Pending, Proposal, Trial
from hpobench.adapters import Adapter, Flat

FLAML = "flaml>=2.7"
ADOPTED = "adopted"
"""The key of a trial that FLAML did not suggest; those of its suggestions are numbers."""
TRIES = 100
"""How often in a row a suggestion is asked for: the default of `max_failure` in `tune.run`."""


class Flaml(Adapter):
    """One of FLAML's searchers, with the library's defaults; a subclass makes the searcher.

    It is given no low-cost configuration to start at. It is not told what a trial cost, as in
    `tune.run` with a number of samples and no time limit. A parameter is called by its position in
    the space, because FLAML gives some signs in names a meaning. An ordinal becomes a choice among
    positions with an order, a categorical parameter one without an order. With a value, FLAML is
    told its own suggestion, so it goes on from its own numbers even where a condition makes some of
    them irrelevant.
    """

    knows_failures = True

    @abstractmethod
    def searcher(self, space: dict[str, Any], seed: int, **known: Any) -> Any:
        """Make the searcher; `known` are points that were evaluated before, and their values."""

    def begin(self, seed: int) -> None:
        self.flat = Flat(self.task.space)
        self.domains = {
            _key(place): _domain(parameter)
            for place, parameter in enumerate(self.task.space.values())
        }
        self.seed = seed
        self.search = self.searcher(self.domains, seed)
        self.asked = 0

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal] | None:
        for _ in range(TRIES):
            self.asked += 1
            suggested = self.search.suggest(str(self.asked))
            if suggested is not None:
                return (str(self.asked), suggested), Proposal(self.inward(suggested))
        return None

    def adopt(self, config: Config) -> Any:
        return ADOPTED, self.outward(config)

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        key, suggested = suggestion
        if key == ADOPTED:  # the searcher takes in such a value when it is made
            if not trial.failed:
                known = {"points_to_evaluate": [suggested], "evaluated_rewards": [value]}
                self.search = self.searcher(self.domains, self.seed, **known)
            return
        if trial.failed:
            self.search.on_trial_complete(key, None, error=True)
            return
        result = {"value": value, "config": suggested, "training_iteration": 0}
        self.search.on_trial_result(key, result)
        self.search.on_trial_complete(key, result)

    def outward(self, config: Config) -> dict[str, Any]:
        numbers = self.flat.outward(config).values()
        suggested = {_key(place): number for place, number in enumerate(numbers)}
        for key, number in suggested.items():
            if not self.domains[key].is_valid(number):
                raise ValueError(f"FLAML's {self.domains[key].domain_str} lacks: {number!r}")
        return suggested

    def inward(self, suggested: Any) -> Config:
        return self.flat.inward(
            {name: suggested[_key(place)] for place, name in enumerate(self.task.space)}
        )


def _key(place: int) -> str:
    return f"p{place}"


def _domain(parameter: Parameter) -> Any:
    tune = import_module("flaml.tune")
    if isinstance(parameter, Float):
        uniform = tune.loguniform if parameter.log else tune.uniform
        return uniform(parameter.low, parameter.high)
    if isinstance(parameter, Int):
        uniform = tune.lograndint if parameter.log else tune.randint
        return uniform(parameter.low, parameter.high + 1)
    ordered = not isinstance(parameter, Categorical)
    return tune.choice(list(range(len(parameter.values))), order=ordered)


@dataclass
class CFO(Flaml):
    """FLAML's CFO steps from the best so far in a random direction, or else in the opposite one.

    It starts at a random configuration. When its steps have become too small to find better
    configurations, it starts again at another random one.
    """

    citation = (
        "Wu, Wang and Huang (2021), Frugal optimization for cost-related hyperparameters, AAAI; in"
        " FLAML (Wang, Wu, Weimer and Zhu, 2021, MLSys)"
    )
    family = "local"
    library = Library("flaml", (FLAML,))

    def searcher(self, space: dict[str, Any], seed: int, **known: Any) -> Any:
        kind = import_module("flaml").CFO
        return kind(metric="value", mode="min", space=space, seed=seed, **known)


@dataclass
class BlendSearch(Flaml):
    """FLAML's BlendSearch shares the trials between CFO's local searches and a global search.

    The global search is Optuna's tree-structured Parzen estimator; local searches start from its
    good proposals. BlendSearch knows the budget, which is the number of trials to come.
    """

    citation = (
        "Wang, Wu, Huang and Saied (2021), Economical hyperparameter optimization with blended"
        " search strategy, ICLR; in FLAML (Wang, Wu, Weimer and Zhu, 2021, MLSys)"
    )
    family = "local"
    library = Library("flaml-blendsearch", (FLAML, "optuna>=2.8,<=3.6.1"), shared=False)
    plans_for_budget = True

    def searcher(self, space: dict[str, Any], seed: int, **known: Any) -> Any:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.CRITICAL)
        samples = int(self.task.budget)
        return import_module("flaml").BlendSearch(
            metric="value", mode="min", space=space, seed=seed, num_samples=samples, **known
        )


strategies = {"flaml-cfo": CFO(), "flaml-blendsearch": BlendSearch()}
