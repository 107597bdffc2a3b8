"""What is special about BoTorch's strategy."""

from importlib import import_module

import numpy as np
import pytest

from hpobench import Categorical, Float, Pending, Proposal, Space, Strategy, Task, Trial

torch = pytest.importorskip("torch")
pytest.importorskip("botorch")
pytestmark = pytest.mark.peers
BoTorch = import_module("hpobench.strategies.botorch").BoTorch

SPACE = Space({"x": Float(0.0, 1.0), "kind": Categorical((True, 1, None))})


def _begun(told: int, workers: int = 1) -> Strategy:
    """Return a strategy that was told some trials; the best have x near 0.3 and the kind 1."""
    strategy: Strategy = BoTorch(initial=4)
    strategy.setup(Task(SPACE, None, 20, workers), np.random.default_rng(0))
    for i in range(told):
        proposal = strategy.ask([])
        assert proposal is not None
        strategy.tell(Trial(i, proposal, (_value(proposal),), 1.0))
    return strategy


def _value(proposal: Proposal) -> float:
    x, kind = proposal.config["x"], proposal.config["kind"]
    assert isinstance(x, float)
    return (x - 0.3) ** 2 + (type(kind) is not int)


def test_torch_keeps_its_generator_and_threads() -> None:
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    torch.set_num_threads(2)
    try:
        assert _begun(4).ask([]) is not None
        assert torch.get_num_threads() == 2
        assert torch.equal(torch.get_rng_state(), state)
    finally:
        torch.set_num_threads(threads)


def test_the_model_finds_the_best_of_numbers_and_categories() -> None:
    strategy = _begun(12)
    last = [strategy.suggestions[i] for i in range(8, 12)]  # type: ignore[attr-defined]  # an adapter's
    configs = [strategy.inward(point) for point in last]  # type: ignore[attr-defined]  # an adapter's
    assert min(_value(Proposal(config)) for config in configs) < 1e-3


def test_only_what_is_pending_is_not_proposed_again() -> None:
    strategy = _begun(4, workers=3)
    first, again = strategy.ask([]), strategy.ask([])
    assert first is not None
    apart = strategy.ask([Pending(4, first)])
    assert again is not None
    assert apart is not None
    assert _distance(first, again) < 1e-3
    assert _distance(first, apart) > 0.1


def _distance(one: Proposal, other: Proposal) -> float:
    return float(np.abs(SPACE.encode(one.config) - SPACE.encode(other.config)).max())
