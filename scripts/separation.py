"""Measure how well problems tell strategies apart: `python scripts/separation.py [NAME...]`.

A fixed panel of strategies runs on every problem, with equal budgets and seeds; runs that are in
the folder of results already are not made again. The script writes problems/data/separation.json.
It holds, for each problem, two results for the final scores of the runs: the p-value of the
Kruskal-Wallis test, corrected by Holm's method over all problems, and the share of the variance of
ranks that lies between strategies. Scores are normalised by the anchors of their instance, and
taken relative to its mean.

With names, the other entries in the file stay. The p-values of the named problems are multiplied by
the number of all problems (Bonferroni), which never makes them lower than Holm's method does.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from hpobench.cards.card import ProblemCard
from hpobench.commands.running import perform_and_report
from hpobench.experiment import Experiment, plan
from hpobench.registry import problems
from hpobench.registry.describing import problem_card
from hpobench.scores import grid, scored
from hpobench.statistics import holm, separation
from hpobench.store import Store

FILE = Path(__file__).parents[1] / "problems" / "data" / "separation.json"
PANEL = (
    "random-search",
    "bayesian-optimization",
    "genetic-algorithm",
    "manual-search",
    "successive-halving",
)
SEEDS, BUDGET = 20, 25
ENOUGH, LEVEL = 0.15, 0.05
"""A problem separates the panel with at least this share and a p-value below this level."""


def measured(folder: Path, experiment: Experiment) -> dict[str, dict[str, object]]:
    """Return the entries of the experiment's problems for the file, by name."""
    planned = plan(experiment)
    runs = [each for each in Store(folder).finished() if each.run in planned.runs]
    strategies = sorted({each.run.strategy for each in runs}, key=lambda each: each.name)
    cards = [problem_card(entry) for entry in planned.problems]
    table = scored(runs, strategies, cards, grid(runs[0].run.budget))
    final = table.reported.unbounded[..., -1]
    found: dict[str, dict[str, object]] = {}
    raw: list[float] = []
    for p, card in enumerate(table.problems):
        done = final[:, p, table.planned[p]]
        ran = [s for s in range(len(table.strategies)) if not np.isnan(done[s]).any()]
        places = [split(card, seed) for seed in np.flatnonzero(table.planned[p]).tolist()]
        p_value, share = separation([done[s] for s in ran], places)
        raw.append(p_value)
        found[card.identity.name] = {
            "version": int(card.identity.version),
            "share": round(share, 3),
            "strategies": [table.strategies[s].name for s in ran],
            "seeds": int(table.planned[p].sum()),
        }
    corrected = holm(np.array(raw))
    if len(raw) < len(problems()):
        corrected = np.minimum(np.array(raw) * len(problems()), 1.0)
    for entry, adjusted in zip(found.values(), corrected.tolist(), strict=True):
        entry["p"] = float(f"{adjusted:.3g}")
    return found


def split(card: ProblemCard, seed: int) -> int:
    """Return the instance that a seed draws; instances that differ only in flips count as one."""
    return seed % len(card.score_anchors)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how well problems separate strategies.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="names of problems; default: all")
    parser.add_argument("--results", type=Path, default=Path("results/separation"))
    parser.add_argument("--output", type=Path, default=FILE, help="the file to write")
    parser.add_argument("--jobs", type=int, default=None, help="how many processes")
    options = parser.parse_args()
    names = tuple(options.names or problems())
    experiment = Experiment("separation", PANEL, names, tuple(range(SEEDS)), budget=BUDGET)
    status = perform_and_report(experiment, options.results, options.jobs)
    if status:
        sys.exit(status)
    kept = json.loads(options.output.read_text(encoding="utf-8"))["problems"]
    kept |= measured(options.results, experiment)
    found = {name: kept[name] for name in problems() if name in kept}
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(entry)}" for name, entry in found.items())
    options.output.write_text(
        f'{{"budget": {BUDGET}, "problems": {{\n{lines}\n}}}}\n', encoding="utf-8"
    )
    named = {name for name, problem in problems().items() if problem.about.control}
    apart = {n for n, e in found.items() if e["p"] < LEVEL and e["share"] >= ENOUGH}
    rest = set(found) - named
    print(f"{len(apart & rest)} of {len(rest)} problems separate the panel; these do not:")
    for name in sorted(rest - apart) + sorted(named):
        print(f"  {name}{' (control)' if name in named else ''}: {found[name]}")


if __name__ == "__main__":
    main()
