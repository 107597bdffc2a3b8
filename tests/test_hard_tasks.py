"""The hardest tasks of the conformance suite: each finds a strategy that breaks there alone."""

from collections.abc import Sequence

import numpy as np
import pytest
from conforming import races

from hpobench import Config, Identity, Pending, Proposal, Strategy, Trial
from hpobench.commands.conformance.promise import Finding
from hpobench.commands.conformance.strategies import STRATEGY_PROMISES
from hpobench.registry.entry import Entry


class Sane(Strategy):
    """Draws at random."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return Proposal(self.task.space.sample(self.rng))


class Few(Sane):
    """Has room for few parameters."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        np.zeros(10)[len(self.task.space) - 1]
        return super().ask(pending)


class Filling(Sane):
    """Has room for few parameters that are inactive."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        config = self.task.space.sample(self.rng)
        np.zeros(5)[len(self.task.space) - len(config)]
        return Proposal(config)


class Stepwise(Sane):
    """Divides its budget into steps between the first and the last evaluation."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        self.step = 1 / (self.task.budget - 1)
        return super().ask(pending)


class Handy(Sane):
    """Counts what is pending on the fingers of one hand."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        "abcde"[len(pending)]
        return super().ask(pending)


class Standardising(Sane):
    """Divides by the variance of two different values, which is 0 where they are tiny."""

    last: float | None = None

    def tell(self, trial: Trial) -> None:
        if not trial.failed and self.last is not None and trial.value != self.last:
            self.scale = 1 / ((trial.value - self.last) * (trial.value - self.last))
        if not trial.failed:
            self.last = trial.value


class Averaging(Sane):
    """Goes from what failed towards what did not, as if all values were numbers."""

    good: Config | None = None

    def tell(self, trial: Trial) -> None:
        config = trial.proposal.config
        if not trial.failed:
            self.good = config
        elif self.good is not None:
            for name, value in config.items():
                _ = value + self.good[name]  # type: ignore[operator]  # it is what is wrong


def judged(kind: type[Strategy], key: str) -> Finding:
    (promise,) = (each for each in STRATEGY_PROMISES if each.key == key)
    return promise.judged(races(Entry(Identity(kind.__name__.lower(), "1"), kind(), None)))


@pytest.mark.parametrize(
    ("kind", "key", "where"),
    [
        (Few, "kinds", "forty reals, 1 worker"),
        (Filling, "conditions", "forty parameters of mixed kinds, epochs, 1 worker"),
        (Stepwise, "budget", "three reals, 1 worker, a budget of 1"),
        (Handy, "workers", "three reals, epochs and gradients, 8 workers"),
        (Standardising, "enormous", "three reals, values around 1e-300, 1 worker"),
        (Averaging, "failures", "mixed kinds, epochs, every other value infinite, 1 worker"),
    ],
)
def test_a_hard_task_finds_who_breaks_there(kind: type[Strategy], key: str, where: str) -> None:
    finding = judged(kind, key)
    assert (finding.mark, finding.where) == ("broken", where), finding
    assert judged(Sane, key).mark == "ok"
