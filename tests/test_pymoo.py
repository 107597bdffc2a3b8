"""What is special about pymoo's strategies."""

from importlib import import_module

import numpy as np
import pytest

from hpobench import Categorical, Float, Pending, Space, Strategy, Task, Trial

pytest.importorskip("pymoo")
pytestmark = pytest.mark.peers
strategies: dict[str, Strategy] = import_module("hpobench.strategies.pymoo").strategies

SPACE = Space({"x": Float(0.0, 1.0)})


def _begun(name: str, space: Space = SPACE) -> Strategy:
    strategy = strategies[name]
    strategy.setup(Task(space, None, 100, 20), np.random.default_rng(0))
    return strategy


@pytest.mark.parametrize("name", strategies)
def test_the_next_generation_waits_for_the_last_trial_of_the_one_before(name: str) -> None:
    strategy = _begun(name)
    pending: list[Pending] = []
    while (proposal := strategy.ask(pending)) is not None:
        pending.append(Pending(len(pending), proposal))
    assert len(pending) == 10
    while pending:
        assert strategy.ask(pending) is None
        last = pending.pop()
        strategy.tell(Trial(last.id, last.proposal, (1.0,), 1.0))
    assert strategy.ask([]) is not None


@pytest.mark.parametrize("name", strategies)
def test_no_failed_trial_outlives_one_that_succeeded(name: str) -> None:
    strategy = _begun(name)
    for i in range(51):
        proposal = strategy.ask([])
        assert proposal is not None
        x = proposal.config["x"]
        assert isinstance(x, float)
        strategy.tell(Trial(i, proposal, (float("nan") if x > 0.5 else x,), 1.0))
    survivors = strategy.evolution.pop.get("F").ravel()  # type: ignore[attr-defined]  # an adapter's
    assert len(survivors) == 10
    assert max(survivors) < 0.5


def test_the_genetic_algorithm_ends_where_nothing_is_left() -> None:
    strategy = _begun("pymoo-ga", Space({"kind": Categorical(("a", None))}))
    for i in range(2):
        proposal = strategy.ask([])
        assert proposal is not None
        strategy.tell(Trial(i, proposal, (float(i),), 1.0))
    assert strategy.ask([]) is None


def test_a_population_too_small_for_a_difference_is_refused() -> None:
    with pytest.raises(ValueError, match="population must be a whole number, 4 or more: 3"):
        type(strategies["pymoo-de"])(population=3)  # type: ignore[call-arg]  # a field of its own
