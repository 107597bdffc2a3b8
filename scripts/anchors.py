"""Rebuild the frozen anchors in problems/data/anchors: `python scripts/anchors.py [NAME...]`.

Without names, those that are missing or of another version of their problem. For each instance a
pool of random evaluations at the highest fidelity is drawn; of a problem whose instances share the
uniform measure, for its textbook form alone. Where no optimum is known, a hill climb goes on from
the pool's best value, and a descent from there where there are gradients; the reference is the best
value of all, and the reference of scores is the score of that very configuration. An evaluation
that fails counts as the worst of the pool, in value and in score. What the pool tells besides is
kept as facts.

`--curves` draws the pools alone again, the cheap part: where their quantiles, failures and medians
are those of the file, to nine digits, for processors round otherwise, the file gets their curves of
random search, and nothing else of it changes.
"""

import argparse
import json
import math
import multiprocessing
import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from hpobench import Problem, registry
from hpobench.cards.anchors import QUANTILES, anchored, anchors
from hpobench.cards.card import Anchors
from hpobench.cards.survey import (
    Point,
    Survey,
    importance,
    pool,
    ranking,
    survey,
    with_failures_as_worst,
)

FOLDER = Path(__file__).parents[1] / "problems" / "data" / "anchors"
DIGITS = 12
ALIKE = 1e-9
"""How far the facts of a pool may be from those of the same pool on another machine, relatively."""
KINDS = ("values", "scores")


def surveyed(name: str, place: int) -> Survey:
    """Survey an instance of a problem, or its textbook form."""
    problem = registry.problems()[name]
    with threadpool_limits(limits=1):
        return survey(problem.textbook or problem, place)


def redrawn(name: str, place: int, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the file says of an instance, with the curves of its pool, drawn again.

    Raises ValueError where it is another pool.
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
    """Return what an instance's entry tells of its pool beside the curves."""
    randoms = [entry[kind]["random"] for kind in KINDS]
    return [entry["pool"], entry["failures"], *entry["quantiles"], *randoms]


def instance(seen: Survey) -> dict[str, Any]:
    """Return what the file says of an instance."""
    best, known = seen.best, seen.optimum
    scales = (best.value, best.score) if known is None else (known, known)
    return {
        "best": {
            "config": best.config,
            "value": best.value,
            "score": best.score,
            "evaluations": seen.evaluations,
        },
        "noise": float(f"{seen.noise:.4g}"),
        **of_pool(seen.pool, seen.failures, scales),
    }


def of_pool(
    points: Sequence[Point], failures: int, references: tuple[float, float]
) -> dict[str, Any]:
    """Return what the file says of a pool, on the scales that begin at the references."""
    values, scores = [point.value for point in points], [point.score for point in points]
    of_values, of_scores = references
    return {
        "pool": len(points),
        "failures": failures,
        "quantiles": rounded(np.quantile(values, QUANTILES).tolist()),
        "values": scale(anchored(values, values, of_values)),
        "scores": scale(anchored(values, scores, of_scores)),
    }


def facts(problem: Problem, surveys: Sequence[Survey]) -> dict[str, object]:
    """Return what the file says of the problem as a whole."""
    shares, explained = importance(problem, surveys)
    durations = [point.duration for each in surveys for point in each.pool]
    return {
        "ranking": rough(ranking(problem.fidelity, surveys)) if problem.fidelity else {},
        "importance": rough(shares),
        "explained": round(explained, 3),
        "durations": [round(d, 3) for d in np.nanquantile(durations, (0.1, 0.5, 0.9)).tolist()],
    }


def scale(found: Anchors) -> dict[str, object]:
    """Return anchors as JSON, the curve rounded."""
    return {**asdict(found), "curve": rounded(found.curve)}


def rounded(numbers: Sequence[float]) -> list[float]:
    return [float(f"{y:.{DIGITS}g}") for y in numbers]


def rough(numbers: dict[str, float]) -> dict[str, float]:
    return {name: round(number, 3) for name, number in numbers.items()}


def write(
    path: Path, problem: Problem, known: Mapping[str, object], entries: Sequence[Mapping[str, Any]]
) -> None:
    """Write a problem's file, a line an instance."""
    head = json.dumps({"problem": problem.name, "version": problem.version, "facts": known})
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    part = path.with_suffix(".part")
    part.write_text(f'{head[:-1]}, "instances": [\n{lines}\n]}}\n', encoding="utf-8")
    part.replace(path)


def rebuild(problems: Sequence[Problem], folder: Path, workers: ProcessPoolExecutor) -> None:
    """Survey problems, and write their files."""
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
    """Give the files of problems the curves of their pools, drawn again."""
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
    parser.add_argument("--jobs", type=int, default=2, help="how many processes: 2")
    parser.add_argument("--output", type=Path, default=FOLDER, help="the folder to write to")
    parser.add_argument("--curves", action="store_true", help="draw the pools again, no more")
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
