"""Measure what strategies owe to where they begin: `python scripts/start_bias.py [STRATEGY...]`.

Each native strategy runs on the development problems whose ranges can be moved, and on the same
problems with `+moved`, with equal budgets and seeds; runs that are in the folder of results already
are not made again. Its *start bias* is its mean final regret with `+moved` less that without. Where
ranges stay, an instance keeps the optimum's distance from the centre, so a strategy that begins at
a lucky distance is flattered. The script writes hpobench/cards/start_bias.json.

With names of strategies, the other entries in the file stay.
"""

import argparse
import json
import math
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np

from hpobench.cards.start_bias import FILE
from hpobench.commands.running import perform_and_report
from hpobench.errors import InputError
from hpobench.experiment import Experiment, plan
from hpobench.registry import find_problems, problem_groups, strategies, strategy_groups
from hpobench.registry.describing import problem_card
from hpobench.scores import Scores, grid, random_curves, scored
from hpobench.statistics import new_problems
from hpobench.store import Store

OUTPUT = Path(__file__).parents[1] / "hpobench" / "cards" / FILE
SEEDS, BUDGET = 20, 25
OPTION = "+moved"
DIGITS = 4
"""The decimal places of regrets."""


def movable() -> tuple[str, ...]:
    """Return the names of the development problems whose ranges can be moved."""
    found: list[str] = []
    for name in problem_groups()["development"]:
        try:
            find_problems(name + OPTION)
        except InputError:
            continue
        found.append(name)
    return tuple(found)


def measured(folder: Path, experiment: Experiment) -> dict[str, dict[str, float | None]]:
    """Return the entries of the experiment's strategies for the file, by name."""
    planned = plan(experiment)
    runs = [each for each in Store(folder).finished() if each.run in planned.runs]
    entrants = sorted({each.run.strategy for each in runs}, key=lambda each: each.name)
    cards = [problem_card(entry) for entry in planned.problems]
    return entries(scored(runs, entrants, cards, grid(Fraction(BUDGET))), BUDGET)


def entries(table: Scores, budget: int) -> dict[str, dict[str, float | None]]:
    """Return the entry of each strategy that has runs of all seeds, with `+moved` and without.

    A strategy is compared on the problems where it has them. Regrets are winsorised as in reports,
    and a run that failed counts as the worst.
    """
    places = {card.identity.name: p for p, card in enumerate(table.problems)}
    pairs = [(places[name], places[name + OPTION]) for name in places if name + OPTION in places]
    fixed, moved = np.array(pairs).T
    final = table.reported.bounded[..., -1]  # (strategies, problems, seeds)
    expected = random_curves(table, "scores")[:, budget - 1]
    found: dict[str, dict[str, float | None]] = {}
    for s, entrant in enumerate(table.strategies):
        both = np.stack((final[s, fixed], final[s, moved]))  # (2, problems, seeds)
        ran = ~np.isnan(both).any(axis=(0, 2))
        if not ran.any():
            continue
        bias = new_problems((both[1] - both[0])[ran])
        found[entrant.name] = {
            "version": int(entrant.version),
            "problems": int(ran.sum()),
            "fixed": rounded(float(both[0, ran].mean())),
            "moved": rounded(float(both[1, ran].mean())),
            "low": rounded(float(bias.low)),
            "high": rounded(float(bias.high)),
            "random": rounded(float((expected[moved] - expected[fixed])[ran].mean())),
        }
    return found


def rounded(number: float) -> float | None:
    return None if math.isnan(number) else round(number, DIGITS)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the start bias of native strategies.")
    parser.add_argument("names", nargs="*", metavar="STRATEGY", help="default: all native ones")
    parser.add_argument("--results", type=Path, default=Path("results/start-bias"))
    parser.add_argument("--output", type=Path, default=OUTPUT, help="the file to write")
    parser.add_argument("--jobs", type=int, default=None, help="how many processes")
    options = parser.parse_args()
    names = movable()
    experiment = Experiment(
        "start-bias",
        tuple(options.names or strategy_groups()["native"]),
        (*names, *(name + OPTION for name in names)),
        tuple(range(SEEDS)),
        budget=BUDGET,
    )
    status = perform_and_report(experiment, options.results, options.jobs)
    if status:
        sys.exit(status)
    kept = {}
    if options.names and options.output.exists():
        kept = json.loads(options.output.read_text(encoding="utf-8"))["strategies"]
    kept |= measured(options.results, experiment)
    found = {name: kept[name] for name in strategies() if name in kept}
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(entry)}" for name, entry in found.items())
    head = json.dumps({"seeds": SEEDS, "budget": BUDGET, "problems": names})
    options.output.write_text(f'{head[:-1]}, "strategies": {{\n{lines}\n}}}}\n', encoding="utf-8")
    print(lines)


if __name__ == "__main__":
    main()
