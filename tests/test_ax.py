"""What is special about Ax's strategy."""

from importlib import import_module

import numpy as np
import pytest

from hpobench import Categorical, Float, Pending, Space, Strategy, Task, Trial

pytest.importorskip("ax.api")
pytestmark = pytest.mark.peers
Ax = import_module("hpobench.strategies.ax").Ax


def _begun(space: Space, workers: int) -> Strategy:
    strategy: Strategy = Ax()
    strategy.setup(Task(space, None, 20, workers), np.random.default_rng(0))
    return strategy


def test_after_the_initial_trials_it_waits_for_values() -> None:
    strategy = _begun(Space({"x": Float(0.0, 1.0)}), workers=8)
    pending: list[Pending] = []
    while (proposal := strategy.ask(pending)) is not None:
        pending.append(Pending(len(pending), proposal))
    assert len(pending) == 5
    for each in pending:
        strategy.tell(Trial(each.id, each.proposal, (1.0,), 1.0))
    assert strategy.ask([]) is not None


def test_the_run_ends_where_nothing_is_left() -> None:
    strategy = _begun(Space({"kind": Categorical((None,))}), workers=1)
    only = strategy.ask([])
    assert only is not None
    strategy.tell(Trial(0, only, (1.0,), 1.0))
    assert strategy.ask([]) is None


def test_a_range_too_narrow_for_ax_is_searched_all_the_same() -> None:
    space = Space({"decay": Float(1e-9, 1e-5, log=True)})
    strategy = _begun(space, workers=8)
    decays: list[float] = []
    for _ in range(5):
        proposal = strategy.ask([])
        assert proposal is not None
        decay = space.check(proposal.config)["decay"]
        assert isinstance(decay, float)
        decays.append(decay)
    assert min(decays) < 1e-8
    assert max(decays) > 1e-6
