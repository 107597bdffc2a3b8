"""What a trial costs over pipes, compared with one in this process."""

import statistics
import sys
from time import perf_counter
from typing import Any

from hpobench import Problem, Strategy, registry
from hpobench.hosting.client import Remote, serving
from hpobench.runner import run

TRIALS, ROUNDS = 1_000, 5


def seconds(strategy: Strategy, problem: Problem) -> float:
    """Return the seconds that asking and telling take in a run, without the process's start."""
    records = list(run(strategy, problem, budget=TRIALS))
    return sum(record.measured["ask"] + record.measured["tell"] for record in records)


def test_a_trial_over_pipes(benchmark: Any) -> None:
    problem = registry.problems()["hartmann-6"]
    home = registry.strategies()["random-search"]
    away = Remote(serving(sys.executable, home))
    extra: list[float] = []

    def both() -> None:
        extra.append((seconds(away, problem) - seconds(home, problem)) / TRIALS)

    benchmark._timer = perf_counter  # noqa: SLF001  # two processes: the time on the wall
    benchmark.pedantic(both, rounds=ROUNDS, warmup_rounds=1)
    milliseconds = statistics.median(extra) * 1e3
    print(f"\nthe protocol: {milliseconds:.3f} ms a trial over calling at home (bar: 0.5)")
