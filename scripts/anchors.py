"""Rebuild the frozen anchors in problems/data/anchors: `python scripts/anchors.py [NAME...]`.

Without names, those that are missing or of another version of their problem. For each instance a
pool of random evaluations at the highest fidelity is drawn; of a problem whose instances share the
uniform measure, for its textbook form alone. Where no optimum is known, a hill climb goes on from
the pool's best value, and the reference is the best value of all; the reference of scores is the
score of that very configuration. Test scores choose nothing. An evaluation that fails counts as
the worst of the pool, in value and in score.
"""

import argparse
import json
import math
import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from hpobench import Categorical, Config, Instance, Problem, Proposal, Space, Stream, registry
from hpobench.anchors import anchored, anchors
from hpobench.card import Anchors

FOLDER = Path(__file__).parents[1] / "problems" / "data" / "anchors"
CHEAP_POOL, TRAINED_POOL = 2_000, 300
CLIMB = 300
"""Evaluations of the longer search, where no optimum is known."""
DIGITS = 12


@dataclass(frozen=True, slots=True)
class Point:
    """A configuration and what came of it; value and score are nan where it failed."""

    config: Config
    value: float
    score: float


def survey_of(name: str, place: int) -> dict[str, object]:
    """Do what `survey` does, for a problem that goes to another process by its name."""
    return survey(registry.problems()[name], place)


def survey(problem: Problem, place: int) -> dict[str, object]:
    """Return what the file says of an instance."""
    problem = problem.textbook or problem
    name = problem.name
    size = TRAINED_POOL if problem.trained else CHEAP_POOL
    with threadpool_limits(limits=1):
        instance = problem.start(Stream(("instance", name, place)).rng())
        evaluate = evaluator(problem, instance, Stream(("anchors", name, place)))
        rng = Stream(("anchors", name, place)).rng()
        pool = [evaluate(problem.space.sample(rng)) for _ in range(size)]
        failures = sum(math.isnan(point.value) for point in pool)
        pool = with_failures_as_worst(pool)
        best, evaluations = min(pool, key=lambda point: point.value), size
        if instance.optimum is None:
            best = climb(problem.space, evaluate, best, rng)
            evaluations += CLIMB
    values = [point.value for point in pool]
    scores = [point.score for point in pool]
    known = instance.optimum
    return {
        "pool": size,
        "failures": failures,
        "best": {**asdict(best), "evaluations": evaluations},
        "values": entry(anchored(values, values, best.value if known is None else known)),
        "scores": entry(anchored(values, scores, best.score if known is None else known)),
    }


def evaluator(problem: Problem, instance: Instance, luck: Stream) -> Callable[[Config], Point]:
    """Return what evaluates configurations at the highest fidelity, each with luck of its own."""
    fidelity = problem.fidelity.high if problem.fidelity else None
    count = 0

    def evaluate(config: Config) -> Point:
        nonlocal count
        stream = replace(luck, keys=(*luck.keys, count))
        count += 1
        try:
            evaluation = instance.evaluate(Proposal(config, fidelity), stream, None)
        except Exception as error:  # noqa: BLE001  # it fails the evaluation, as in a run
            print(f"{problem.name}: {error!r} at {config!r}", flush=True)
            return Point(config, math.nan, math.nan)
        score = evaluation.value if evaluation.score is None else evaluation.score
        if math.isfinite(evaluation.value) and math.isfinite(score):
            return Point(config, evaluation.value, score)
        return Point(config, math.nan, math.nan)

    return evaluate


def with_failures_as_worst(pool: list[Point]) -> list[Point]:
    """Give each failure the highest value and the highest score of the pool."""
    done = [point for point in pool if not math.isnan(point.value)]
    value, score = max(point.value for point in done), max(point.score for point in done)
    return [
        replace(point, value=value, score=score) if math.isnan(point.value) else point
        for point in pool
    ]


def climb(
    space: Space, evaluate: Callable[[Config], Point], best: Point, rng: np.random.Generator
) -> Point:
    """Return the best of a hill climb by normal steps in the unit cube, widened on success."""
    step = 0.1
    for _ in range(CLIMB):
        config = best.config
        while config == best.config:
            config = neighbour(space, best.config, step, rng)
        point = evaluate(config)
        if point.value < best.value:
            best, step = point, min(1.5 * step, 0.3)
        else:
            step = max(0.95 * step, 0.01)
    return best


def neighbour(space: Space, config: Config, step: float, rng: np.random.Generator) -> Config:
    """Move about a third of the coordinates, at least one; what is inactive is drawn anew."""
    units = space.encode(config)
    fresh = rng.random(len(units))
    moves = rng.random(len(units)) < 1 / 3
    moves[rng.integers(len(units))] = True
    nominal = np.array([isinstance(parameter, Categorical) for parameter in space.values()])
    stepped = np.where(
        nominal, fresh, np.clip(units + step * rng.standard_normal(len(units)), 0, 1)
    )
    return space.decode(np.where(np.isnan(units), fresh, np.where(moves, stepped, units)))


def entry(scale: Anchors) -> dict[str, object]:
    """Return anchors as JSON, the curve rounded; null stands for nan."""
    curve = [None if math.isnan(y) else float(f"{y:.{DIGITS}g}") for y in scale.curve]
    return {"reference": scale.reference, "random": scale.random, "curve": curve}


def write(folder: Path, problem: Problem, instances: list[dict[str, object]]) -> None:
    """Write a problem's file, a line an instance."""
    head = json.dumps({"problem": problem.name, "version": problem.version})
    lines = ",\n".join(json.dumps(instance) for instance in instances)
    path = folder / f"{problem.name}.json"
    part = path.with_suffix(".part")
    part.write_text(f'{head[:-1]}, "instances": [\n{lines}\n]}}\n', encoding="utf-8")
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
        work: list[tuple[Problem, list[Future[dict[str, object]]]]] = []
        for problem in wanted:
            places = 1 if problem.textbook else problem.instances
            futures = [pool.submit(survey_of, problem.name, place) for place in range(places)]
            work.append((problem, futures))
        for problem, futures in work:
            write(options.output, problem, [future.result() for future in futures])
            print(f"{time.perf_counter() - start:6.0f} s  {problem.name}", flush=True)


if __name__ == "__main__":
    main()
