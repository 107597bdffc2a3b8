"""An XGBoost evaluation costs at most 1.10 times the bare training on the same data."""

import importlib
from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from hpobench import Config, Problem, Proposal, Stream

PROBLEMS: tuple[Problem, ...] = importlib.import_module("hpobench.problems.boosting").problems
CONFIGURATIONS = 12
REPEATS = 3


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_an_evaluation_over_the_bare_training(
    benchmark: BenchmarkFixture, problem: Problem
) -> None:
    assert problem.fidelity is not None
    rounds = int(problem.fidelity.high)
    training: Any = problem.start(Stream(("instance", problem.name, 0)).rng()).evaluate
    models = [candidate.model for candidate in training.candidates]

    def evaluate(config: Config) -> None:
        training(Proposal(config, rounds), Stream(("training", 0)), None)

    def train_barely(config: Config) -> None:
        for model in models:
            bare_training(model, config, rounds)

    benchmark(evaluate, problem.space.default())
    rng = np.random.default_rng(0)
    seconds = np.zeros(2)
    for config in [problem.space.sample(rng) for _ in range(CONFIGURATIONS)]:
        seconds += fastest(config, evaluate, train_barely)
    print(
        f"\n{problem.name}: {seconds[0] / seconds[1]:.3f} of the bare training's time (bar: 1.10)"
    )


def bare_training(model: Any, config: Config, rounds: int) -> None:  # the edge of XGBoost
    import xgboost

    parameters = {name.replace("-", "_"): value for name, value in config.items()}
    model.train.set_base_margin(model.begin.train)
    fixed = {"nthread": 1, "tree_method": "hist", **objective(model.classes)}
    xgboost.train({**parameters, **fixed}, model.train, rounds)


def objective(classes: int | None) -> dict[str, object]:
    if classes is None:
        return {"objective": "reg:squarederror"}
    if classes == 2:
        return {"objective": "binary:logistic"}
    return {"objective": "multi:softprob", "num_class": classes}


def fastest(config: Config, *works: Callable[[Config], None]) -> list[float]:
    """Return the processor time of the fastest repeat of each work; the works take turns."""
    times: list[list[float]] = []
    for _ in range(REPEATS):
        turns: list[float] = []
        for work in works:
            began = process_time()
            work(config)
            turns.append(process_time() - began)
        times.append(turns)
    return [min(column) for column in zip(*times, strict=True)]
