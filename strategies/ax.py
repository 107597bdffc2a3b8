"""Ax: the proposals of its client, which chooses the method itself."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from hpobench import Config, Float, Int, Library, Ordinal, Parameter, Pending, Proposal, Trial
from hpobench.adapters import Adapter, Flat
from hpobench.adapters.own_torch import OwnTorch

NARROWEST = 1.5e-5
"""The width that a real range must have for Ax to take it: 100 EPS in ax.core.parameter."""


@dataclass
class Ax(Adapter):
    """Ax's default: a Gaussian process with the logarithm of noisy expected improvement.

    The first proposal is the centre of the space, the next four come from a Sobol sequence, and the
    sixth waits until values are known. Ax is given a choice as the position of its value, with an
    order if the parameter is an ordinal. It is given a real number as it is, or, if the range is
    too narrow for Ax, as its coordinate in the unit interval. In Ax every parameter has a value, an
    inactive one too; the proposal leaves the inactive ones out. A failed trial is marked as
    abandoned, so that Ax does not propose it again. The run ends when Ax finds no new
    configuration.
    """

    citation = (
        "Olson et al. (2025), Ax: a platform for adaptive experimentation, AutoML; Ament, Daulton,"
        " Eriksson, Balandat and Bakshy (2023), Unexpected improvements to expected improvement"
        " for Bayesian optimization, NeurIPS"
    )
    family = "bayesian"
    library = Library("ax", ("ax-platform>=1.3", "botorch>=0.18", "torch>=2.6"))
    knows_failures = True

    def begin(self, seed: int) -> None:
        from ax.api.client import Client
        from ax.utils.common.logger import set_stderr_log_level

        set_stderr_log_level(logging.CRITICAL)
        self.own_torch = OwnTorch(seed)
        self.flat = Flat(self.task.space)
        self.client = Client(random_seed=seed)
        self.client.configure_experiment(
            [_parameter(name, each) for name, each in self.task.space.items()]
        )
        self.client.configure_optimization(objective="-value")

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal] | None:
        from ax.exceptions.core import DataRequiredError, SearchSpaceExhausted

        try:
            with self.own_torch():
                trials = self.client.get_next_trials(1)
        except (DataRequiredError, SearchSpaceExhausted):
            return None
        for index, numbers in trials.items():
            return index, Proposal(self.inward(numbers))
        return None

    def adopt(self, config: Config) -> Any:
        return self.client.attach_trial(self.outward(config))

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        if trial.failed:
            self.client.mark_trial_abandoned(suggestion)
        else:
            self.client.complete_trial(suggestion, {"value": value})

    def outward(self, config: Config) -> Any:
        numbers = self.flat.outward(config)
        return {
            name: each.encode(numbers[name]) if _is_narrow(each) else numbers[name]
            for name, each in self.task.space.items()
        }

    def inward(self, suggested: Any) -> Config:
        numbers = {
            name: each.decode(suggested[name]) if _is_narrow(each) else suggested[name]
            for name, each in self.task.space.items()
        }
        return self.flat.inward(numbers)


def _is_narrow(parameter: Parameter) -> TypeGuard[Float]:
    return isinstance(parameter, Float) and parameter.high - parameter.low < NARROWEST


def _parameter(name: str, parameter: Parameter) -> Any:
    from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig

    if _is_narrow(parameter):
        return RangeParameterConfig(name, (0.0, 1.0), "float")
    if isinstance(parameter, Float | Int):
        kind = "float" if isinstance(parameter, Float) else "int"
        scaling = "log" if parameter.log else "linear"
        return RangeParameterConfig(name, (parameter.low, parameter.high), kind, scaling=scaling)
    places = list(range(len(parameter.values)))
    return ChoiceParameterConfig(name, places, "int", isinstance(parameter, Ordinal))


strategies = {"ax": Ax()}
