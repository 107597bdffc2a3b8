"""Runs for tests, and functions that perform them."""

import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from hpobench import Run
from hpobench.experiment.local.pool import Isolation, Pool
from hpobench.experiment.one_run import Done
from hpobench.experiment.perform import perform
from hpobench.registry import find_problems, find_strategies, strategies
from hpobench.runner import run
from hpobench.store import Store


def planned(strategy: str, problem: str, seed: int = 0, budget: int = 3) -> Run:
    """Return the run of the first strategy and the first problem that the specs name."""
    return Run(
        find_strategies(strategy)[0].identity,
        find_problems(problem)[0].identity,
        seed,
        Fraction(budget),
    )


def value_of(path: Path) -> float:
    """Return the value of the default configuration of the problem in a file."""
    (entry,) = find_problems(str(path))
    (record,) = run(strategies()["default"], entry.item, budget=1)
    assert record.error is None
    return record.trial.value


def performed(
    runs: Sequence[Run],
    folder: Path,
    *,
    jobs: int = 2,
    limit: float = 60,
    retries: int = 1,
    isolation: Isolation | None = None,
    trial_limit: float | None = None,
    memory: int | None = None,
) -> dict[Run, Done]:
    """Perform runs into a folder, and return what became of each."""
    store = Store(folder)
    with (
        store.writing(runs[0].budget, 1),
        Pool(
            *(runs, folder),
            jobs=jobs,
            limit=limit,
            trial_limit=trial_limit,
            memory=memory,
            isolation=isolation,
        ) as pool,
    ):
        steps = perform(runs, store, pool, retries=retries)
        return {done.run: done for step in steps for done in step.done}


class Clock:
    """The clock that runs' limits are measured by; a test can put it forward instead of waiting."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead = 0.0
        monkeypatch.setattr("hpobench.experiment.local.pool.monotonic", self)

    def __call__(self) -> float:
        return time.monotonic() + self._ahead

    def put_forward(self, seconds: float) -> None:
        self._ahead += seconds
