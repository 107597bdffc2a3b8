"""Runs of strategies without the runner, on a cube and on a mixed space."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from hpobench import Categorical, Config, Float, Int, Ordinal, Space, Strategy, Task, Trial, Units

CUBE = Space({name: Float(0.0, 1.0) for name in "abcde"})
MIXED = Space(
    {
        "model": Categorical(("svm", "forest")),
        "gamma": Float(1e-5, 1.0, log=True, when={"model": ("svm",)}),
        "trees": Int(1, 500, log=True, when={"model": ("forest",)}),
        "width": Ordinal((1, 2, 4, 8)),
        "flag": Categorical((True, 1, None)),
    }
)
Function = Callable[[Config], float]


def strategy_class(module: str, name: str) -> Callable[..., Any]:
    """Return the class of one of our strategies, which is called with its fields."""
    found: Callable[..., Any] = getattr(import_module(f"hpobench.strategies.{module}"), name)
    return found


def begun(strategy: Strategy, space: Space, budget: int = 100, seed: int = 0) -> Strategy:
    """Set a strategy up for a space, and return it."""
    strategy.setup(Task(space, None, budget, 1), np.random.default_rng([seed, 17]))
    return strategy


def trials_of(
    strategy: Strategy, space: Space, function: Function, budget: int, seed: int = 0
) -> list[Trial]:
    """Return the trials of a run, one after another, to its end."""
    begun(strategy, space, budget, seed)
    trials: list[Trial] = []
    while len(trials) < budget and (proposal := strategy.ask([])) is not None:
        assert space.check(proposal.config) == proposal.config
        trials.append(Trial(len(trials), proposal, (function(proposal.config),), 1.0))
        strategy.tell(trials[-1])
    return trials


def evaluated(
    strategy: Strategy, function: Function, count: int
) -> tuple[list[Config], list[float]]:
    """Ask and tell a strategy that was set up, at most so often; return what came of it."""
    configs: list[Config] = []
    values: list[float] = []
    while len(configs) < count and (proposal := strategy.ask([])) is not None:
        configs.append(proposal.config)
        values.append(function(proposal.config))
        strategy.tell(Trial(len(configs), proposal, (values[-1],), 1.0))
    return configs, values


def units(trials: list[Trial], space: Space = CUBE) -> Units:
    """Return the encoded configurations of trials, (n, d)."""
    return space.encode_all([trial.proposal.config for trial in trials])


def sphere(seed: int) -> Function:
    """Return a bowl in CUBE, with its lowest point at a random place."""
    centre = np.random.default_rng(seed).uniform(0.2, 0.8, 5)
    return lambda config: float(np.sum((CUBE.encode(config) - centre) ** 2))


def constant(_: Config) -> float:
    """Return the same value for every configuration."""
    return 1.0


def keys(trials: list[Trial]) -> list[str]:
    """Return what tells configurations apart, types included."""
    return [json.dumps(trial.proposal.config) for trial in trials]
