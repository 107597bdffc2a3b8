"""How the time and the memory of our strategies grow with the trials told, up to 2000 of them.

The figures of docs/strategies.md are from here: the processor time of the median of 20 suggestions,
each with its `tell`, and the bytes of the pickled state, on a mixed space of six parameters. The
dearest strategies are told random trials instead of those that they proposed.
"""

import pickle
from collections.abc import Sequence
from statistics import median
from time import process_time

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from hpobench import (
    Categorical,
    Fidelity,
    Float,
    Int,
    Normal,
    Ordinal,
    Prior,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
    Unsupported,
    registry,
)

TOLD, WINDOW = (100, 500, 1000, 2000), 20
DEAR = {
    *("bayesian-optimization", "cost-aware", "gradient-enhanced", "pibo", "random-forest"),
    "trust-region",
}
NUMBERS = Space(
    {
        "rate": Float(1e-4, 1.0, log=True),
        "a": Float(0.0, 1.0),
        "b": Float(0.0, 1.0),
        "depth": Int(1, 50),
        "size": Ordinal((16, 32, 64, 128)),
    }
)
MIXED = Space({**NUMBERS, "kind": Categorical(("x", "y", "z"))})
EPOCHS = Fidelity(1, 27)


class Driver:
    """Asks a strategy and tells it the results, on the first task that it supports."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy, self.luck = strategy, np.random.default_rng(1)
        self.passed: list[float] = []
        self.took: list[float] = []
        prior = Prior(MIXED, {"rate": Normal(0.5, 0.2)})
        for space, fidelity, gradients, beliefs in (
            (MIXED, None, False, None),
            (MIXED, EPOCHS, False, None),
            (NUMBERS, None, False, None),
            (MIXED, None, True, None),
            (MIXED, None, False, prior),
            (MIXED, EPOCHS, False, prior),
        ):
            self.task = Task(space, fidelity, 2100.0, 1, gradients, prior=beliefs)
            try:
                strategy.setup(self.task, np.random.default_rng(0))
            except Unsupported:
                continue
            return

    def step(self, *, asked: bool) -> bool:
        """Ask, or draw a configuration, and tell its result; return whether there was any."""
        began, space = process_time(), self.task.space
        proposal = self.strategy.ask(()) if asked else Proposal(space.sample(self.luck))
        if proposal is None:
            return False
        thought = process_time() - began
        trial = self._trial(proposal)
        began = process_time()
        self.strategy.tell(trial)
        self.took.append(thought + process_time() - began)
        return True

    def _trial(self, asked: Proposal) -> Trial:
        space, fidelity = self.task.space, self.task.fidelity
        units = np.nan_to_num(space.encode(asked.config))
        value = float(((units - 0.37) ** 2).sum() + 0.05 * self.luck.random())
        level, cost = None, 1.0
        if fidelity is not None:
            level = asked.fidelity or fidelity.high
            passed = 0.0 if asked.resume is None else self.passed[asked.resume]
            value, cost = value + 0.3 / level, (level - passed) / fidelity.high
        self.passed.append(level or 0.0)
        slopes = {name: 0.1 for name, each in space.items() if isinstance(each, Float)}
        told = Proposal(asked.config, level, asked.resume, asked.gradient)
        number = len(self.passed) - 1
        return Trial(number, told, (value,), cost, slopes if asked.gradient else None)


def rows(name: str, told: Sequence[int]) -> list[tuple[int, float, int]]:
    """Return the trials told, the median milliseconds of a suggestion then, and the bytes."""
    driver, found = Driver(registry.strategies()[name]), []
    while len(driver.took) < told[-1] + WINDOW:
        number = len(driver.took)
        near = any(each <= number < each + WINDOW for each in told)
        if not driver.step(asked=near or name not in DEAR):
            break
        if len(driver.took) - WINDOW in told:
            seconds = median(driver.took[-WINDOW:])
            found.append((len(driver.took) - WINDOW, 1e3 * seconds, _size(driver.strategy)))
    return found


def _size(strategy: Strategy) -> int:
    """Return the bytes of the state; 0: it can't be pickled, as where it runs a coroutine."""
    try:
        return len(pickle.dumps(strategy))
    except TypeError:
        return 0


@pytest.mark.parametrize("name", registry.strategy_groups()["native"])
def test_time_and_memory_up_to_two_thousand_trials(name: str, benchmark: object) -> None:
    with threadpool_limits(1):
        found = benchmark.pedantic(rows, (name, TOLD), rounds=1)  # type: ignore[attr-defined]
    for told, milliseconds, size in found:
        print(f"\n{name}: {told} trials, {milliseconds:.3f} ms, {size / 1e3:.0f} kB", end="")
