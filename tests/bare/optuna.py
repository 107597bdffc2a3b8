"""Optuna as its users drive it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import optuna
from optuna.samplers import BaseSampler, CmaEsSampler, GPSampler, NSGAIISampler, TPESampler

optuna.logging.set_verbosity(optuna.logging.CRITICAL)
KINDS = ("a", "b", "c")


def loop(
    sampler: Callable[..., BaseSampler], loss: Callable[..., float], seed: int, trials: int
) -> list[float]:
    """Ask and tell a study; return the losses in the order of the trials."""

    def objective(trial: Any) -> float:
        x = trial.suggest_float("x", -5.0, 10.0)
        rate = trial.suggest_float("rate", 1e-4, 1.0, log=True)
        depth = trial.suggest_int("depth", 1, 12)
        kind = trial.suggest_categorical("kind", KINDS)
        return loss(x, rate, depth, kind)

    study = optuna.create_study(sampler=sampler(seed=seed))
    study.optimize(objective, n_trials=trials)
    return [trial.values[0] for trial in study.trials]


loops = {
    "optuna-tpe": partial(loop, TPESampler),
    "optuna-gp": partial(loop, GPSampler),
    "optuna-cma-es": partial(loop, CmaEsSampler),
    "optuna-nsga-ii": partial(loop, NSGAIISampler),
}
