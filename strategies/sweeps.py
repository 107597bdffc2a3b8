"""The engine behind the sweeps of Weights & Biases: its Bayesian search, without an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hpobench import (
    Categorical,
    Config,
    Float,
    Int,
    Library,
    Parameter,
    Pending,
    Proposal,
    Trial,
    Unsupported,
)
from hpobench.adapters import Adapter, Flat


@dataclass
class Bayes(Adapter):
    """The Bayesian search of Weights & Biases' sweeps: a Gaussian process, expected improvement.

    The first 2 proposals are random, and so is each one for which the fitted length-scale is at its
    bound; every other proposal is the best of 1000 random candidates. An ordinal becomes a whole
    number, the position of its value, and a categorical parameter a choice among the positions. An
    inactive parameter has its default value. A failed trial counts as the worst value so far, and
    as 0 before any trial has succeeded.
    """

    citation = (
        "Biewald (2020), Experiment tracking with Weights and Biases; the method in Jones, Schonlau"
        " and Welch (1998), Efficient global optimization of expensive black-box functions, Journal"
        " of Global Optimization 13"
    )
    family = "bayesian"
    library = Library("sweeps", ("sweeps>=0.3",), shared=False)
    """The engine pins numpy 1, so it has an environment of its own."""
    knows_failures = True
    uses_global_generators = True

    def begin(self, seed: int) -> None:
        import sweeps

        self.sweeps: Any = sweeps
        self.flat = Flat(self.task.space)
        parameters = {name: _described(each) for name, each in self.task.space.items()}
        if all("value" in each for each in parameters.values()):
            raise Unsupported("needs a parameter that can have more than one value")
        self.sweep = {
            "method": "bayes",
            "metric": {"name": "value", "goal": "minimize"},
            "parameters": parameters,
        }
        self.runs: list[Any] = []

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        run = self.sweeps.next_run(self.sweep, self.runs)
        config = self.inward(run.config)
        run.config = self.outward(config)
        self.runs.append(run)
        return run, Proposal(config)

    def adopt(self, config: Config) -> Any:
        run = self.sweeps.SweepRun(config=self.outward(config))
        self.runs.append(run)
        return run

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        if trial.failed:
            suggestion.state = self.sweeps.RunState.failed
        else:
            suggestion.state = self.sweeps.RunState.finished
            suggestion.summary_metrics = {"value": value}

    def outward(self, config: Config) -> Any:
        return {name: {"value": each} for name, each in self.flat.outward(config).items()}

    def inward(self, suggested: Any) -> Config:
        return self.flat.inward({name: each["value"] for name, each in suggested.items()})


def _described(parameter: Parameter) -> dict[str, Any]:
    if isinstance(parameter, Float | Int):
        plain, logarithmic = "uniform", "log_uniform_values"
        if isinstance(parameter, Int):
            plain, logarithmic = "int_uniform", "q_log_uniform_values"
        kind = logarithmic if parameter.log else plain
        return {"distribution": kind, "min": parameter.low, "max": parameter.high}
    last = len(parameter.values) - 1
    if last == 0:
        return {"value": 0}
    if isinstance(parameter, Categorical):
        return {"values": list(range(last + 1))}
    return {"distribution": "int_uniform", "min": 0, "max": last}


strategies = {"sweeps-bayes": Bayes()}
