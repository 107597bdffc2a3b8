"""FLAML's CFO when it has nothing left to suggest, and when trials fail."""

import math
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from hpobench import Categorical, Float, Space, Strategy, Task, Trial
from hpobench.registry import strategies

flaml: Any = pytest.importorskip("flaml")
pytestmark = pytest.mark.peers


def begun(space: Space) -> Strategy:
    strategy = strategies()["flaml-cfo"]
    strategy.setup(Task(space, None, 50.0, 1), np.random.default_rng(0))
    return strategy


def test_it_ends_where_the_library_ends_in_a_small_space() -> None:
    space = Space({"a": Categorical((None, True, 1)), "b": Categorical(("u", "v"))})
    strategy = begun(space)
    seen: list[float] = []
    while proposal := strategy.ask([]):
        seen.append(float(space.encode(proposal.config) @ [3.0, 1.0]))
        strategy.tell(Trial(len(seen) - 1, proposal, (seen[-1],), 1.0))

    tune = import_module("flaml.tune")
    domains = {"a": tune.choice(["None", "True", "1"]), "b": tune.choice(["u", "v"])}
    theirs: list[float] = []

    def evaluate(config: dict[str, str]) -> dict[str, float]:
        places = ["None", "True", "1"].index(config["a"]), ["u", "v"].index(config["b"])
        theirs.append(float((places[0] + 0.5) / 3 * 3.0 + (places[1] + 0.5) / 2))
        return {"value": theirs[-1]}

    seed = int(np.random.default_rng(0).integers(2**31 - 1))
    search = flaml.CFO(metric="value", mode="min", space=domains, seed=seed)
    tune.run(evaluate, search_alg=search, num_samples=50, verbose=0)
    assert seen == pytest.approx(theirs)
    assert 1 < len(seen) <= 6


def test_it_starts_from_the_first_trial_that_did_not_fail() -> None:
    strategy = begun(Space({"x": Float(0.0, 1.0)}))
    places: list[Any] = []
    for number in range(8):
        proposal = strategy.ask([])
        assert proposal
        places.append(proposal.config["x"])
        value = math.nan if number < 5 else float(number)
        strategy.tell(Trial(number, proposal, (value,), 1.0))
    steps = [place - places[5] for place in places[6:]]
    assert steps[0] == pytest.approx(-steps[1])
    assert abs(steps[0]) == pytest.approx(0.1)
