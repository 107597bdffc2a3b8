"""BoTorch as its tutorials drive it."""

import math
from collections.abc import Callable

import torch
from botorch.acquisition import LogExpectedImprovement
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.optim import optimize_acqf
from botorch.utils.sampling import draw_sobol_samples
from gpytorch.mlls import ExactMarginalLogLikelihood

KINDS = ("a", "b", "c")
INITIAL = 10
LOW, HIGH = math.log(1e-4), math.log(1.0)
Config = tuple[float, float, int, str]


def decode(point: torch.Tensor) -> Config:
    """Turn a point of the cube into a configuration."""
    x, rate, depth, *kinds = point.tolist()
    depth = 1 + min(int(12 * depth), 11)
    rate = math.exp(LOW + rate * (HIGH - LOW)) if rate > 0 else 1e-4  # the exact low end
    return -5.0 + 15.0 * x, rate, depth, KINDS[kinds.index(max(kinds))]


def encode(config: Config) -> torch.Tensor:
    """Turn a configuration into the point that stands for it."""
    x, rate, depth, kind = config
    numbers = [(x + 5.0) / 15.0, (math.log(rate) - LOW) / (HIGH - LOW), (depth - 0.5) / 12]
    return torch.tensor([*numbers, *(float(kind == each) for each in KINDS)], dtype=torch.double)


def loop(loss: Callable[..., float], seed: int, trials: int) -> list[float]:
    """Evaluate Sobol points; then fit, ascend the acquisition and evaluate, again and again."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    bounds = torch.tensor([[0.0] * 6, [1.0] * 6], dtype=torch.double)
    configs = [decode(point) for point in draw_sobol_samples(bounds, INITIAL, 1, seed=seed)[:, 0]]
    losses = [loss(*config) for config in configs]
    while len(losses) < trials:
        values = -torch.tensor(losses, dtype=torch.double)[:, None]
        model = SingleTaskGP(torch.stack([encode(config) for config in configs]), values)
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
        acquisition = LogExpectedImprovement(model, best_f=values.max())
        best, _ = optimize_acqf(acquisition, bounds, q=1, num_restarts=10, raw_samples=512)
        configs.append(decode(best[0]))
        losses.append(loss(*configs[-1]))
    return losses[:trials]


loops = {"botorch-logei": loop}
