"""Strategies with fidelities, driven without the runner on a function of the configuration."""

import itertools
from collections import Counter
from collections.abc import Callable

import numpy as np

from hpobench import (
    Categorical,
    Config,
    Fidelity,
    Float,
    Pending,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
)

SPACE = Space({"x": Float(0.0, 1.0), "kind": Categorical(("a", "b"))})
Function = Callable[[Config, float], float]
"""Returns the value of a configuration at a fidelity."""


def x_of(config: Config, _fidelity: float = 0.0) -> float:
    """Return the value of x, whatever the fidelity."""
    return float(config["x"])  # type: ignore[arg-type]  # a real number


def started(
    strategy: Strategy, budget: float, fidelity: Fidelity, *, workers: int = 1, seed: int = 0
) -> Strategy:
    """Return the strategy, set up for a run in SPACE."""
    strategy.setup(Task(SPACE, fidelity, budget, workers), np.random.default_rng(seed))
    return strategy


def asked(strategy: Strategy) -> Proposal:
    """Return the next proposal, which there must be, while nothing is pending."""
    proposal = strategy.ask([])
    assert proposal is not None
    return proposal


def driven(
    strategy: Strategy,
    budget: float,
    fidelity: Fidelity,
    function: Function = x_of,
    *,
    workers: int = 1,
) -> list[Trial]:
    """Drive a run to its end, in which the worker that began first finishes first."""
    started(strategy, budget, fidelity, workers=workers)
    pending: list[Pending] = []
    trials: dict[int, Trial] = {}
    left = budget + 1e-9
    for identity in itertools.count():
        proposal = strategy.ask(pending) if left > 0 else None
        if proposal is not None:
            left -= cost_of(proposal, trials, fidelity)
            if left > 0:
                pending.append(Pending(identity, proposal))
        if not pending:
            return list(trials.values())
        if proposal is None or left <= 0 or len(pending) == workers:
            done = pending.pop(0)
            trials[done.id] = _evaluated(done, trials, fidelity, function)
            strategy.tell(trials[done.id])
    raise AssertionError


def cost_of(proposal: Proposal, trials: dict[int, Trial], fidelity: Fidelity) -> float:
    """Return what a proposal costs, after checking that it is possible."""
    reached = proposal.fidelity
    assert reached is not None
    assert fidelity.check(reached) == reached
    assert SPACE.check(proposal.config) == proposal.config
    if proposal.resume is None:
        return reached / fidelity.high
    before = trials[proposal.resume].proposal
    assert before.config == proposal.config
    assert before.fidelity is not None
    assert before.fidelity < reached
    assert fidelity.resumes
    return (reached - before.fidelity) / fidelity.high


def _evaluated(
    done: Pending, trials: dict[int, Trial], fidelity: Fidelity, function: Function
) -> Trial:
    reached = done.proposal.fidelity
    assert reached is not None
    value = function(done.proposal.config, reached)
    return Trial(done.id, done.proposal, (value,), cost_of(done.proposal, trials, fidelity))


def sizes(trials: list[Trial]) -> dict[float, int]:
    """Return how many trials each fidelity has had."""
    return dict(Counter(t.proposal.fidelity for t in trials if t.proposal.fidelity is not None))


def spent(trials: list[Trial]) -> float:
    """Return the sum of the trials' costs."""
    return sum(trial.cost for trial in trials)


def unpaid_twice(trials: list[Trial], fidelity: Fidelity) -> bool:
    """Tell whether no configuration's epochs were paid twice."""
    paid = dict[str, float]()
    for trial in trials:
        key = repr(trial.proposal.config)
        paid[key] = paid.get(key, 0.0) + trial.cost
    reached = {
        repr(t.proposal.config): (t.proposal.fidelity or 0.0) / fidelity.high
        for t in sorted(trials, key=lambda trial: trial.proposal.fidelity or 0.0)
    }
    return all(paid[key] <= reached[key] + 1e-9 for key in paid)
