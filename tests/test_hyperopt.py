"""Hyperopt: conditions become its own conditions, whatever their structure."""

import importlib.util
from typing import Any

import numpy as np
import pytest

from hpobench import Categorical, Float, Int, Ordinal, Space, Task, Trial, registry

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(importlib.util.find_spec("hyperopt") is None, reason="no hyperopt here"),
]

SPACE = Space(
    {
        "model": Categorical(("tree", "net")),
        "layers": Int(1, 1000, log=True, when={"model": ("net",)}),
        "warm": Ordinal((None, False, True)),
        "rate": Float(0.0, 1.0, when={"warm": (False, True), "layers": tuple(range(20, 1001))}),
        "never": Float(0.0, 1.0, when={"model": ("tree",), "layers": (1,)}),
    }
)


def test_what_is_inactive_has_no_value_in_the_library() -> None:
    strategy: Any = registry.strategies()["hyperopt-tpe"]
    strategy.setup(Task(SPACE, None, 60.0, 1), np.random.default_rng(0))
    seen: set[tuple[str, ...]] = set()
    for number in range(60):
        proposal = strategy.ask(())
        assert SPACE.check(proposal.config) == proposal.config
        values = strategy.suggestions[-1]["misc"]["vals"]
        assert {name for name, value in values.items() if value} == set(proposal.config)
        seen.add(tuple(proposal.config))
        strategy.tell(Trial(number, proposal, (number % 7.0,), 1.0))
    assert seen == {
        ("model", "warm"),
        ("model", "layers", "warm"),
        ("model", "layers", "warm", "rate"),
    }
