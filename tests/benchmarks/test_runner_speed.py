"""What a trial costs beyond the strategy and the evaluation: the runner, the clock, the file."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import count
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from hpobench import (
    Categorical,
    Config,
    Float,
    Identity,
    Int,
    Pending,
    Problem,
    Proposal,
    Run,
    Space,
    Strategy,
    plain,
)
from hpobench.runner import run
from hpobench.store.run_file import RunFile, named
from hpobench.trial import Stop

SPACE = Space(
    {
        "rate": Float(1e-5, 1.0, log=True),
        "share": Float(0, 1),
        "momentum": Float(0, 0.99),
        "units": Int(1, 1_000, log=True),
        "depth": Int(1, 9),
        "kind": Categorical(("relu", "tanh", None)),
    }
)
TRIALS = 2_000


def free(config: Config) -> float:
    return float(config["share"] or 0.0)


class Prepared(Strategy):
    """Proposes the configurations that it was given."""

    def __init__(self, proposals: Iterator[Proposal]) -> None:
        self.proposals = proposals

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        return next(self.proposals)


def test_a_trial_of_a_prepared_strategy_on_a_free_function_with_its_file(
    benchmark: Any,
    tmp_path: Path,
) -> None:
    problem = Problem("free", 1, SPACE, plain(free))
    cell = Run(Identity("prepared", "1"), Identity("free", "1"), 0, Fraction(TRIALS))
    rng = np.random.default_rng(0)
    proposals = [Proposal(SPACE.sample(rng)) for _ in range(TRIALS)]

    rounds = count()

    def race() -> None:
        with RunFile(tmp_path / str(next(rounds)) / named(cell), cell) as file:
            written = 0
            for record in run(Prepared(iter(proposals)), problem, budget=TRIALS):
                file.append(record)
                written += 1
            file.seal(Stop("complete"), TRIALS, {})
        assert written == TRIALS

    benchmark._timer = process_time  # noqa: SLF001  # there is no other way to set one benchmark's timer
    benchmark.pedantic(race, rounds=15, warmup_rounds=1)
    microseconds = benchmark.stats.stats.median / TRIALS * 1e6
    print(f"\nrunner and file: {microseconds:.1f} microseconds a trial (bar: 60)")


def test_journaling_a_trial_with_the_syncs_of_each_second(benchmark: Any, tmp_path: Path) -> None:
    """This is what a trial's line costs in real time: encoded, hashed, written, and synced."""
    many = 25 * TRIALS
    problem = Problem("free", 1, SPACE, plain(free))
    cell = Run(Identity("prepared", "1"), Identity("free", "1"), 0, Fraction(many))
    rng = np.random.default_rng(0)
    proposals = [Proposal(SPACE.sample(rng)) for _ in range(TRIALS)]
    records = list(run(Prepared(iter(proposals)), problem, budget=TRIALS))
    rounds = count()

    def journal() -> None:
        with RunFile(tmp_path / str(next(rounds)) / named(cell), cell) as file:
            for _ in range(many // TRIALS):
                for record in records:
                    file.append(record)

    benchmark.pedantic(journal, rounds=5, warmup_rounds=1)
    microseconds = benchmark.stats.stats.median / many * 1e6
    print(f"\njournaling: {microseconds:.1f} microseconds a trial (bar: 50)")
