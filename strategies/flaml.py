"""FLAML: its frugal searches, asked and told as `flaml.tune.run` does."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from hpobench import Categorical, Config, Float, Int, Library, Parameter, Pending, Proposal, Trial
from hpobench.adapters import Adapter, Flat

FLAML = "flaml>=2.7"
TRIES = 100
"""How often a suggestion is asked for in a row: `tune.run`'s default for `max_failure`."""


class Flaml(Adapter):
    """A searcher with the library's defaults, without a low-cost start; a subclass makes it.

    It is told of a trial's cost nothing, as in `tune.run` with a number of samples and no time
    limit. A parameter goes by its place, since FLAML reads signs into names; an ordinal is an
    ordered choice of places, a categorical one without order. FLAML knows a trial by what it
    suggested, and so goes on from its own numbers even where a condition makes them irrelevant.
    """

    knows_failures = True

    @abstractmethod
    def searcher(self, space: dict[str, Any], seed: int) -> Any:
        """Make the searcher."""

    def begin(self, seed: int) -> None:
        self.flat = Flat(self.task.space)
        self.domains = {
            _key(place): _domain(parameter)
            for place, parameter in enumerate(self.task.space.values())
        }
        self.search = self.searcher(self.domains, seed)
        self.asked = 0

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal] | None:
        for _ in range(TRIES):
            self.asked += 1
            suggested = self.search.suggest(str(self.asked))
            if suggested is not None:
                return (str(self.asked), suggested), Proposal(self.inward(suggested))
        return None

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        key, suggested = suggestion
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
    """FLAML's CFO steps from the best so far in a random direction, or else the opposite one.

    It starts at a random configuration; where the steps have become too small to find better ones,
    it starts again at another.
    """

    citation = (
        "Wu, Wang and Huang (2021), Frugal optimization for cost-related hyperparameters, AAAI; in"
        " FLAML (Wang, Wu, Weimer and Zhu, 2021, MLSys)"
    )
    library = Library("flaml", (FLAML,))

    def searcher(self, space: dict[str, Any], seed: int) -> Any:
        return import_module("flaml").CFO(metric="value", mode="min", space=space, seed=seed)


@dataclass
class BlendSearch(Flaml):
    """FLAML's BlendSearch shares the trials between CFO's local searches and a global one.

    The global one is Optuna's tree-structured Parzen estimator, whose good proposals local searches
    start from. How many trials there are to be, the budget, is known to it.
    """

    citation = (
        "Wang, Wu, Huang and Saied (2021), Economical hyperparameter optimization with blended"
        " search strategy, ICLR; in FLAML (Wang, Wu, Weimer and Zhu, 2021, MLSys)"
    )
    library = Library("flaml-blendsearch", (FLAML, "optuna>=2.8,<=3.6.1"), shared=False)
    plans_for_budget = True

    def searcher(self, space: dict[str, Any], seed: int) -> Any:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.CRITICAL)
        samples = int(self.task.budget)
        return import_module("flaml").BlendSearch(
            metric="value", mode="min", space=space, seed=seed, num_samples=samples
        )


strategies = {"flaml-cfo": CFO(), "flaml-blendsearch": BlendSearch()}
