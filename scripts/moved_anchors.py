"""Rebuild the anchors of problems with moved ranges: `python scripts/moved_anchors.py [NAME...]`.

Without names, the script rebuilds those that are missing or belong to another version of their
problem, for every problem whose ranges can be moved. Where ranges are moved, the reference stays,
but random search does not fare equally well in all instances. So a pool of random evaluations is
drawn for each instance, as scripts/anchors.py does it. To keep the files small, they hold the
regrets of random search, with few digits, and none of the other facts about a pool.
"""

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits

from hpobench import Problem, registry
from hpobench.cards import anchor_entries
from hpobench.cards.anchors import anchored, anchors, moved_anchors
from hpobench.cards.card import Anchors
from hpobench.cards.survey import pool
from hpobench.errors import InputError

FOLDER = Path(__file__).parents[1] / "problems" / "data" / "anchors"
DIGITS = 4
"""The significant digits of regrets."""


def movable() -> dict[str, Problem]:
    """Return our problems whose ranges can be moved, as they are then, by their names."""
    found: dict[str, Problem] = {}
    for name in registry.problems():
        try:
            (entry,) = registry.find_problems(f"{name}+moved")
        except InputError:
            continue
        found[name] = entry.item
    return found


def instance(problem: Problem, place: int, reference: float) -> dict[str, object]:
    """Return the entry of an instance; its scores are left out where they are the values."""
    points = pool(problem, place)
    values, scores = [each.value for each in points], [each.score for each in points]
    found: dict[str, object] = {"values": kept(anchored(values, values, reference))}
    if scores != values:
        found["scores"] = kept(anchored(values, scores, reference))
    return found


def kept(scale: Anchors) -> dict[str, object]:
    """Return what a file keeps of anchors."""
    random = float(f"{scale.random:.{anchor_entries.DIGITS}g}")
    length = random - scale.reference
    regrets = [float(f"{(held - scale.reference) / length:.{DIGITS}g}") for held in scale.curve]
    return {"random": random, "regrets": regrets}


def rebuild(problems: Sequence[Problem], folder: Path) -> None:
    """Draw the pools of problems, and write their files of anchors."""
    start = time.perf_counter()
    for problem in problems:
        known = anchors(problem.base, problem.version)
        assert known is not None, "scripts/anchors.py comes first"
        (scale,) = known.values
        with threadpool_limits(limits=1):
            entries = [
                instance(problem, place, scale.reference) for place in range(problem.instances)
            ]
        head = {
            "problem": problem.name,
            "version": problem.version,
            "reference": scale.reference,
            "evaluations": scale.evaluations,
        }
        anchor_entries.write(folder / f"{problem.name}.json", head, "instances", entries)
        print(f"{time.perf_counter() - start:6.0f} s  {problem.name}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Rebuild the anchors of moved problems.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--output", type=Path, default=FOLDER, help="the folder to write to")
    options = parser.parse_args()
    problems = movable()
    for name in options.names:
        if name not in problems:
            parser.error(f"its ranges can't be moved, those of {', '.join(problems)} can: {name}")
    os.environ["OMP_NUM_THREADS"] = "1"
    options.output.mkdir(exist_ok=True)
    wanted = [
        problem
        for name, problem in problems.items()
        if name in options.names
        or (not options.names and moved_anchors(name, problem.version) is None)
    ]
    rebuild(wanted, options.output)


if __name__ == "__main__":
    main()
