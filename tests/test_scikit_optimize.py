"""scikit-optimize: the library alone repeats its proposal until it is told a value."""

import importlib.util

import numpy as np
import pytest

from hpobench import Float, Pending, Proposal, Space, Task, Trial, registry

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(importlib.util.find_spec("skopt") is None, reason="no scikit-optimize here"),
]

SPACE = Space({"x": Float(-5.0, 10.0), "y": Float(-5.0, 10.0)})


def test_what_is_pending_is_not_proposed_again() -> None:
    strategy = registry.strategies()["skopt-gp"]
    strategy.setup(Task(SPACE, None, 13.0, 2), np.random.default_rng(0))
    pending: list[Pending] = []
    points: set[tuple[object, ...]] = set()
    for number in range(13):
        proposal = strategy.ask(pending)
        assert isinstance(proposal, Proposal)
        points.add(tuple(proposal.config.values()))
        pending.append(Pending(number, proposal))
        if number != 11:  # so two in a row are asked for, from the model
            told = pending.pop(0)
            strategy.tell(Trial(told.id, told.proposal, (told.id % 5.0,), 1.0))
    strategy.close()
    assert len(points) == 13
