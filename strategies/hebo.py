"""HEBO: Bayesian optimisation with warped values and several acquisition functions at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

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
)
from hpobench.adapters import Adapter, Flat
from hpobench.adapters.own_torch import OwnTorch


@dataclass
class HEBO(Adapter):
    """Fits a Gaussian process to warped values and proposes from the Pareto front of acquisitions.

    The Pareto front consists of the points that no other point beats in all acquisition functions.
    The first proposals come from a Sobol sequence, one more than there are parameters. A choice
    becomes the position of its value, without an order if it is categorical; an inactive parameter
    has its default value. While trials are pending, HEBO proposes without knowing of them.
    """

    citation = (
        "Cowen-Rivers et al. (2022), HEBO: pushing the limits of sample-efficient hyperparameter"
        " optimisation, Journal of Artificial Intelligence Research 74"
    )
    family = "bayesian"
    library = Library(
        "hebo", ("hebo>=0.3.6", "gpy>=1.13", "torch>=2.6"), shared=False, python="3.11"
    )
    uses_global_generators = True

    def begin(self, seed: int) -> None:
        self.own_torch = OwnTorch(seed)
        self.flat = Flat(self.task.space)
        with self.own_torch():
            from hebo.design_space.design_space import DesignSpace
            from hebo.optimizers import hebo

            space = DesignSpace().parse(
                [_parameter(name, each) for name, each in self.task.space.items()]
            )
            self.optimizer = hebo.HEBO(space, scramble_seed=seed)

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        with self.own_torch():
            suggested = self.optimizer.suggest()
        config = self.inward(suggested)
        return self.outward(config), Proposal(config)

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        self.optimizer.observe(suggestion, np.array([[value]]))

    def outward(self, config: Config) -> Any:
        import pandas as pd

        return pd.DataFrame([self.flat.outward(config)])

    def inward(self, suggested: Any) -> Config:
        return self.flat.inward({name: suggested[name].iloc[0] for name in self.task.space})


def _parameter(name: str, parameter: Parameter) -> dict[str, Any]:
    if isinstance(parameter, Float | Int):
        real, whole = ("pow", "pow_int") if parameter.log else ("num", "int")
        kind = real if isinstance(parameter, Float) else whole
        return {"name": name, "type": kind, "lb": parameter.low, "ub": parameter.high}
    if isinstance(parameter, Categorical):
        return {"name": name, "type": "cat", "categories": list(range(len(parameter.values)))}
    return {"name": name, "type": "int", "lb": 0, "ub": len(parameter.values) - 1}


strategies = {"hebo": HEBO()}
