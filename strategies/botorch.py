"""BoTorch: Bayesian optimisation, put together as in its tutorials."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hpobench import (
    Categorical,
    Config,
    Library,
    Parameter,
    Pending,
    Proposal,
    Trial,
    Value,
    check_whole,
)
from hpobench.adapters import Adapter
from hpobench.adapters.own_torch import OwnTorch
from hpobench.parameter import default_of


@dataclass
class BoTorch(Adapter):
    """Evaluates where BoTorch's Gaussian process has the highest logarithm of expected improvement.

    The model works in the unit cube. A number or an ordinal has one coordinate; a categorical
    parameter has one for each of its values, and the value with the highest coordinate is taken.
    The model is told the configuration that was evaluated, not the point that was rounded to it. An
    inactive parameter has its default value. The first proposals come from a Sobol sequence. While
    trials are pending, the improvement is that beyond what they may bring, by Monte Carlo.
    """

    citation = (
        "Balandat et al. (2020), BoTorch: a framework for efficient Monte-Carlo Bayesian"
        " optimization, NeurIPS; Ament, Daulton, Eriksson, Balandat and Bakshy (2023), Unexpected"
        " improvements to expected improvement for Bayesian optimization, NeurIPS"
    )
    family = "bayesian"
    library = Library("botorch", ("botorch>=0.18", "torch>=2.6"))

    initial: int = 10
    """How many Sobol points precede the first model."""
    restarts: int = 10
    """From how many points the acquisition function is ascended."""
    samples: int = 512
    """Out of how many points those to ascend from are chosen."""

    def __post_init__(self) -> None:
        check_whole("initial", self.initial, least=2)
        check_whole("restarts", self.restarts, least=1)
        check_whole("samples", self.samples, least=self.restarts)

    def begin(self, seed: int) -> None:
        import torch

        space = self.task.space
        self.defaults = {name: default_of(parameter) for name, parameter in space.items()}
        self.widths = [_width(parameter) for parameter in space.values()]
        self.sobol = torch.quasirandom.SobolEngine(sum(self.widths), scramble=True, seed=seed)
        self.own_torch = OwnTorch(seed)
        self.double = torch.double
        self.points: list[Any] = []
        self.values: list[float] = []

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        if len(self.suggestions) < self.initial or len(self.values) < 2:
            point = self.sobol.draw(1, dtype=self.double)[0]
        else:
            with self.own_torch():
                point = self._best([self.suggestions[each.id] for each in pending])
        config = self.inward(point)
        return self.outward(config), Proposal(config)

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        self.points.append(suggestion)
        self.values.append(-value)

    def outward(self, config: Config) -> Any:
        import torch

        full = self.defaults | config
        rows = [_coordinates(each, full[name]) for name, each in self.task.space.items()]
        return torch.tensor([unit for row in rows for unit in row], dtype=torch.double)

    def inward(self, suggested: Any) -> Config:
        rows = [row.tolist() for row in suggested.split(self.widths)]
        space = self.task.space
        values = [_value(each, row) for each, row in zip(space.values(), rows, strict=True)]
        return space.active(dict(zip(space, values, strict=True)))

    def _best(self, pending: list[Any]) -> Any:
        """Fit the process and return the point with the highest acquisition."""
        import torch
        from botorch.acquisition import LogExpectedImprovement, qLogExpectedImprovement
        from botorch.fit import fit_gpytorch_mll
        from botorch.models import SingleTaskGP
        from botorch.optim import optimize_acqf
        from gpytorch.mlls import ExactMarginalLogLikelihood

        values = torch.tensor(self.values, dtype=torch.double)[:, None]
        model = SingleTaskGP(torch.stack(self.points), values)
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
        if pending:
            taken = torch.stack(pending)
            acquisition = qLogExpectedImprovement(model, values.max(), X_pending=taken)
        else:
            acquisition = LogExpectedImprovement(model, values.max())
        ends = torch.tensor([[0.0], [1.0]], dtype=torch.double).expand(2, sum(self.widths))
        best, _ = optimize_acqf(acquisition, ends, 1, self.restarts, self.samples)
        return best[0]


def _width(parameter: Parameter) -> int:
    return len(parameter.values) if isinstance(parameter, Categorical) else 1


def _coordinates(parameter: Parameter, value: Value) -> list[float]:
    if isinstance(parameter, Categorical):
        place = parameter.index(value)
        return [float(i == place) for i in range(len(parameter.values))]
    return [parameter.encode(value)]  # type: ignore[arg-type]  # the space checked its kind


def _value(parameter: Parameter, coordinates: list[float]) -> Value:
    if isinstance(parameter, Categorical):
        return parameter.values[coordinates.index(max(coordinates))]
    return parameter.decode(coordinates[0])


strategies = {"botorch-logei": BoTorch()}
