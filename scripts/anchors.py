"""Rebuild the frozen anchors in problems/data/anchors: `python scripts/anchors.py [NAME...]`.

Anchors are what regret is measured by. Without names, the script rebuilds those that are missing
or belong to another version of their problem.

For each instance it draws a *pool*: random evaluations at the highest fidelity. If the instances
share the uniform measure, it does so for the problem's textbook form only. Where no optimum is
known, a hill climb goes on from the best value of the pool, and then a descent where the problem
gives gradients. The reference of values is the best value of all, and the reference of scores is
the score of that same configuration. An evaluation that fails counts as the worst of the pool, in
value and in score. Other findings about the pool are kept as facts.

`--curves` only draws the pools again, which is the cheap part. If the quantiles, the failures and
the medians of a pool equal those in the file to nine digits (processors round differently), the
file gets the pool's curves of random search, and nothing else in it changes.
"""

import argparse
import json
import math
import multiprocessing
import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from hpobench import Problem, registry
from hpobench.cards import anchor_entries
from hpobench.cards.anchor_entries import of_best, of_pool, references
from hpobench.cards.anchors import anchors
from hpobench.cards.points import with_failures_as_worst
from hpobench.cards.survey import Survey, importance, pool, ranking, survey

FOLDER = Path(__file__).parents[1] / "problems" / "data" / "anchors"
ALIKE = 1e-9
"""The largest relative difference between the facts of a pool on two machines."""
KINDS = ("values", "scores")


def surveyed(name: str, place: int) -> Survey:
    """Survey an instance of a problem; one that has a textbook form is surveyed in that form."""
    problem = registry.problems()[name]
    with threadpool_limits(limits=1):
        return survey(problem.textbook or problem, place)


def redrawn(name: str, place: int, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Draw the pool of an instance again; return the instance's entry with the pool's new curves.

    `kept` is the entry in the file. Raises ValueError if its facts are not those of this pool.
    """
    problem = registry.problems()[name]
    with threadpool_limits(limits=1):
        seen = pool(problem.textbook or problem, place)
    failures = sum(math.isnan(point.value) for point in seen)
    scales = (kept["values"]["reference"], kept["scores"]["reference"])
    made = of_pool(with_failures_as_worst(seen), failures, scales)
    if not np.allclose(facts_of_pool(made), facts_of_pool(kept), rtol=ALIKE, atol=0.0):
        raise ValueError(f"the pool of {name}, instance {place}, is not the one of the file")
    drawn = {kind: made[kind] | {"random": kept[kind]["random"]} for kind in KINDS}
    return {**kept, **drawn}


def facts_of_pool(entry: Mapping[str, Any]) -> list[float]:
    """Return the numbers in an instance's entry that describe its pool, without the curves."""
    randoms = [entry[kind]["random"] for kind in KINDS]
    return [entry["pool"], entry["failures"], *entry["quantiles"], *randoms]


def instance(seen: Survey) -> dict[str, Any]:
    """Return the entry of an instance in the file."""
    return {
        "best": of_best(seen.best, seen.evaluations),
        "noise": float(f"{seen.noise:.4g}"),
        **of_pool(seen.pool, seen.failures, references(seen.best, seen.optimum)),
    }


def facts(problem: Problem, surveys: Sequence[Survey]) -> dict[str, object]:
    """Return the facts about a problem as a whole for its file."""
    shares, explained = importance(problem, surveys)
    durations = [point.duration for each in surveys for point in each.pool]
    return {
        "ranking": rough(ranking(problem.fidelity, surveys)) if problem.fidelity else {},
        "importance": rough(shares),
        "explained": round(explained, 3),
        "durations": [round(d, 3) for d in np.nanquantile(durations, (0.1, 0.5, 0.9)).tolist()],
    }


def rough(numbers: dict[str, float]) -> dict[str, float]:
    return {name: round(number, 3) for name, number in numbers.items()}


def write(
    path: Path, problem: Problem, known: Mapping[str, object], entries: Sequence[Mapping[str, Any]]
) -> None:
    """Write a problem's file, with one line for each instance."""
    head = {"problem": problem.name, "version": problem.version, "facts": known}
    anchor_entries.write(path, head, "instances", entries)


def rebuild(problems: Sequence[Problem], folder: Path, workers: ProcessPoolExecutor) -> None:
    """Survey problems, and write their files of anchors."""
    start = time.perf_counter()
    work: list[tuple[Problem, list[Future[Survey]]]] = []
    for problem in problems:
        places = 1 if problem.textbook else problem.instances
        work.append(
            (problem, [workers.submit(surveyed, problem.name, place) for place in range(places)])
        )
    for problem, futures in work:
        surveys = [future.result() for future in futures]
        known = facts(problem.textbook or problem, surveys)
        write(folder / f"{problem.name}.json", problem, known, [instance(s) for s in surveys])
        print(f"{time.perf_counter() - start:6.0f} s  {problem.name}", flush=True)


def redraw(problems: Sequence[Problem], folder: Path, workers: ProcessPoolExecutor) -> None:
    """Draw the pools of problems again, and write their curves into the files."""
    start = time.perf_counter()
    work: list[tuple[Problem, dict[str, Any], list[Future[dict[str, Any]]]]] = []
    for problem in problems:
        path = FOLDER / f"{problem.name}.json"
        kept = json.loads(path.read_text(encoding="utf-8"))
        futures = [
            workers.submit(redrawn, problem.name, place, each)
            for place, each in enumerate(kept["instances"])
        ]
        work.append((problem, kept["facts"], futures))
    for problem, known, futures in work:
        try:
            entries = [future.result() for future in futures]
        except ValueError as error:
            print(error, flush=True)
            continue
        write(folder / f"{problem.name}.json", problem, known, entries)
        print(f"{time.perf_counter() - start:6.0f} s  {problem.name}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Rebuild the frozen anchors.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--jobs", type=int, default=2, help="how many processes; default: 2")
    parser.add_argument("--output", type=Path, default=FOLDER, help="the folder to write to")
    parser.add_argument("--curves", action="store_true", help="only draw the pools again")
    options = parser.parse_args()
    problems = registry.problems()
    for name in options.names:
        if name not in problems:
            parser.error(f"no such problem, there are {', '.join(problems)}: {name}")
    wanted = [
        problem
        for problem in problems.values()
        if problem.name in options.names
        or (not options.names and anchors(problem.name, problem.version) is None)
    ]
    os.environ["OMP_NUM_THREADS"] = "1"
    options.output.mkdir(exist_ok=True)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=spawn) as workers:
        (redraw if options.curves else rebuild)(wanted, options.output, workers)


if __name__ == "__main__":
    main()
