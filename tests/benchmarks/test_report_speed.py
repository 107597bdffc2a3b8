"""What the report of a large folder of results costs, all but the drawing of its figures."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from cards import problem_card, strategy_card

from hpobench import Identity, Proposal, Record, Run, Trial
from hpobench.cards.anchors import anchored
from hpobench.cards.card import ProblemCard
from hpobench.store import Store
from hpobench.store.run_file import RunFile
from hpobench.trial import Stop

STRATEGIES, PROBLEMS, SEEDS, TRIALS = 20, 20, 10, 100
NAMES = ("random-search", *(f"made-up-{number:02}" for number in range(1, STRATEGIES)))
FAMILIES = ("synthetic", "neural", "xgboost", "architecture")
PARAMETERS = 10
FAILING = 0.01
"""The share of evaluations that fail."""
REPORT = """
import json, resource, sys
from pathlib import Path
from hpobench.commands.report import make_report
from hpobench.report import making

making.rendered, making.MANY = (lambda exhibit, venue, subject: exhibit.caption), sys.maxsize
make_report(Path(sys.argv[1]), Path(sys.argv[2]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


def problem(number: int) -> ProblemCard:
    """Return the card of a problem with an instance a seed, each with a curve of its own."""
    rng = np.random.default_rng([1, number])
    pools = rng.exponential(size=(SEEDS, 1000)) + rng.exponential(size=(SEEDS, 1))
    scales = [anchored(pool.tolist(), pool.tolist(), 0.0) for pool in pools]
    family = FAMILIES[number % len(FAMILIES)]
    return problem_card(f"problem-{number:02}", scales, family=family, instances=SEEDS)


def records(strategy: int, number: int, seed: int) -> list[Record]:
    """Make the trials of a run: better strategies draw lower values, and scores are near values."""
    rng = np.random.default_rng([strategy, number, seed])
    values = rng.exponential(1 + strategy / STRATEGIES, TRIALS) + 0.1
    scores = values + (0.05 * rng.exponential(size=TRIALS) if number % 2 else 0.0)
    units = rng.random((TRIALS, PARAMETERS)).tolist()
    asks = rng.exponential(1e-3, TRIALS).tolist()
    values[rng.random(TRIALS) < FAILING] = np.nan
    made = list[Record]()
    for at, (value, score) in enumerate(zip(values.tolist(), scores.tolist(), strict=True)):
        config = {f"parameter-{i}": unit for i, unit in enumerate(units[at])}
        error = "FloatingPointError: overflow" if np.isnan(value) else None
        trial = Trial(at, Proposal(config), (value,), 1.0)
        measured = {"ask": asks[at], "evaluate": 0.01, "tell": 1e-5}
        made.append(Record(trial, score, {"error": score}, at + 1.0, measured, error, 1.0))
    return made


def filled(folder: Path) -> Store:
    """Make a folder of results as sessions make them, of made-up numbers."""
    store = Store(folder)
    with store.writing(Fraction(TRIALS), 1):
        cards = [problem(number) for number in range(PROBLEMS)]
        for card in cards:
            store.put_card(card)
        for s, name in enumerate(NAMES):
            store.put_card(strategy_card(name))
            for p, card in enumerate(cards):
                for seed in range(SEEDS):
                    run = Run(Identity(name, "1"), card.identity, seed, Fraction(TRIALS))
                    with RunFile(store.path(run), run) as file:
                        for record in records(s, p, seed):
                            file.append(record)
                        file.seal(Stop("complete"), TRIALS, {"seconds": 1.0})
    return store


def test_a_report_of_400_000_trials(benchmark: Any, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    filled(folder)
    costs = list[list[float]]()

    def report() -> None:
        command = [sys.executable, "-c", REPORT, str(folder), str(folder / "report")]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # ours
        costs.append(json.loads(done.stdout.splitlines()[-1]))

    benchmark.pedantic(report, rounds=3)
    seconds, megabytes = np.median(costs, axis=0)
    trials = STRATEGIES * PROBLEMS * SEEDS * TRIALS
    print(f"\n{trials:,} trials: {seconds:.1f} s of the processor (bar: 12)")
    print(f"at most {megabytes:.0f} MB of memory (bar: 500)")
