"""Rebuild the frozen anchors in problems/data/anchors: `python scripts/anchors.py [NAME...]`.

Without names, those that are missing or of another version of their problem. For each instance a
pool of random evaluations at the highest fidelity is drawn; of a problem whose instances share the
uniform measure, for its textbook form alone. Where no optimum is known, a hill climb goes on from
the pool's best value, and a descent from there where there are gradients; the reference is the best
value of all, and the reference of scores is the score of that very configuration. An evaluation
that fails counts as the worst of the pool, in value and in score. What the pool tells besides is
kept as facts.
"""

import argparse
import json
import math
import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from hpobench import Problem, registry
from hpobench.anchors import QUANTILES, anchored, anchors
from hpobench.card import Anchors
from hpobench.survey import Survey, importance, ranking, survey

FOLDER = Path(__file__).parents[1] / "problems" / "data" / "anchors"
DIGITS = 12


def surveyed(name: str, place: int) -> Survey:
    """Survey an instance of a problem, or its textbook form."""
    problem = registry.problems()[name]
    with threadpool_limits(limits=1):
        return survey(problem.textbook or problem, place)


def instance(seen: Survey) -> dict[str, object]:
    """Return what the file says of an instance."""
    values = [point.value for point in seen.pool]
    scores = [point.score for point in seen.pool]
    best, known = seen.best, seen.optimum
    return {
        "pool": len(values),
        "failures": seen.failures,
        "best": {
            "config": best.config,
            "value": best.value,
            "score": best.score,
            "evaluations": seen.evaluations,
        },
        "values": scale(anchored(values, values, best.value if known is None else known)),
        "scores": scale(anchored(values, scores, best.score if known is None else known)),
        "quantiles": rounded(np.quantile(values, QUANTILES).tolist()),
        "noise": float(f"{seen.noise:.4g}"),
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
    """Return anchors as JSON, the curve rounded; null stands for nan."""
    return {"reference": found.reference, "random": found.random, "curve": rounded(found.curve)}


def rounded(numbers: Sequence[float]) -> list[float | None]:
    return [None if math.isnan(y) else float(f"{y:.{DIGITS}g}") for y in numbers]


def rough(numbers: dict[str, float]) -> dict[str, float]:
    return {name: round(number, 3) for name, number in numbers.items()}


def write(folder: Path, problem: Problem, surveys: Sequence[Survey]) -> None:
    """Write a problem's file, a line an instance."""
    head = json.dumps({"problem": problem.name, "version": problem.version})
    lines = ",\n".join(json.dumps(instance(seen)) for seen in surveys)
    known = json.dumps(facts(problem.textbook or problem, surveys))
    path = folder / f"{problem.name}.json"
    part = path.with_suffix(".part")
    part.write_text(
        f'{head[:-1]}, "facts": {known}, "instances": [\n{lines}\n]}}\n', encoding="utf-8"
    )
    part.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description="Rebuild the frozen anchors.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--jobs", type=int, default=2, help="how many processes: 2")
    parser.add_argument("--output", type=Path, default=FOLDER, help="the folder to write to")
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
    start = time.perf_counter()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=spawn) as pool:
        work: list[tuple[Problem, list[Future[Survey]]]] = []
        for problem in wanted:
            places = 1 if problem.textbook else problem.instances
            futures = [pool.submit(surveyed, problem.name, place) for place in range(places)]
            work.append((problem, futures))
        for problem, futures in work:
            write(options.output, problem, [future.result() for future in futures])
            print(f"{time.perf_counter() - start:6.0f} s  {problem.name}", flush=True)


if __name__ == "__main__":
    main()
