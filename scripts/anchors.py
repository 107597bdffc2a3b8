"""Rebuild the frozen anchors in problems/data/anchors: `python scripts/anchors.py [NAME...]`.

Anchors are what regret is measured by. Without names, the script rebuilds those that are missing
or belong to another version of their problem.

For each instance it draws a *pool*: random evaluations at the highest fidelity. If the instances
share the uniform measure, it does so for the problem's textbook form only. Where no optimum is
known, a hill climb goes on from the best value of the pool, and then a descent where the problem
gives gradients. The reference of values is the best value of all, and the reference of scores is
the score of that same configuration. An evaluation that fails counts as the worst of the pool, in
value and in score. Other findings about the pool are kept as facts.

`--from DIR...` takes in what sealed runs in folders of results found on trained problems: a lower
value at the highest fidelity becomes the best that is known, once the same training made again has
it, too. `--search` searches for lower values by our strongest strategies, each from the best that
is known, and writes the file after each search; those that were made are not made again. Nothing
else in the files changes, so values are never worse, and the survey's own best stays beside.

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
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from hpobench import Problem, registry
from hpobench.cards import anchor_entries
from hpobench.cards.anchor_entries import of_best, of_pool, references
from hpobench.cards.anchors import anchors
from hpobench.cards.points import with_failures_as_worst
from hpobench.cards.survey import Survey, importance, pool, ranking, survey
from hpobench.commands.anchoring.best_known import (
    Search,
    improved,
    in_folders,
    is_so,
    searched,
    searches,
)
from hpobench.errors import InputError
from hpobench.experiment import preset

FOLDER = Path(__file__).parents[1] / "problems" / "data" / "anchors"
Content: TypeAlias = dict[str, Any]
ALIKE = 1e-9
"""The largest relative difference between the facts of a pool on two machines."""
KINDS = ("values", "scores")
STRONGEST = ("bayesian-optimization", "trust-region", "local-search", "hypergradient")
"""The strategies that search; one that needs gradients does so where there are some."""
SEEDS = 3
"""How many searches each strategy makes on an instance."""
TIMES = 10
"""The budget of a search, in budgets of the preset for papers."""


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


def content_of(folder: Path, problem: Problem) -> Content:
    """Return the content of a problem's file; of the committed one, if the folder has none."""
    paths = (each / f"{problem.name}.json" for each in (folder, FOLDER))
    path = next(each for each in paths if each.exists())
    content: Content = json.loads(path.read_text(encoding="utf-8"))
    return content


def put(folder: Path, problem: Problem, content: Content) -> None:
    """Write the content of a problem's file."""
    head = {key: content[key] for key in content if key != "instances"}
    path = folder / f"{problem.name}.json"
    anchor_entries.write(path, head, "instances", content["instances"])


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
    work: list[tuple[Problem, Content, list[Future[dict[str, Any]]]]] = []
    for problem in problems:
        kept = content_of(FOLDER, problem)
        futures = [
            workers.submit(redrawn, problem.name, place, each)
            for place, each in enumerate(kept["instances"])
        ]
        work.append((problem, kept, futures))
    for problem, kept, futures in work:
        try:
            entries = [future.result() for future in futures]
        except ValueError as error:
            print(error, flush=True)
            continue
        put(folder, problem, {**kept, "instances": entries})
        print(f"{time.perf_counter() - start:6.0f} s  {problem.name}", flush=True)


def take_in(problems: Sequence[Problem], folder: Path, results: Sequence[Path]) -> None:
    """Take in what sealed runs found, where the same training made again has that value, too."""
    wanted = {problem.name: problem for problem in problems}
    for (name, place), found in in_folders(results, wanted).items():
        problem, kept = wanted[name], content_of(folder, wanted[name])
        before = kept["instances"][place]["best"]["value"]
        for best in (each for each in found if each.point.value < before):
            said = f"{name} {place}: {before:.6g} -> {best.point.value:.6g}, {best.strategy}"
            if not is_so(best, problem):
                print(f"{said}: left out, for the training made again has another result")
                continue
            kept["instances"][place] = improved(kept["instances"][place], best)
            put(folder, problem, kept)
            print(said)
            break


def search(
    problems: Sequence[Problem], folder: Path, strategies: Sequence[str], seeds: int, budget: int
) -> None:
    """Search for lower values, the cheapest problems first; each search is written at once."""
    start = time.perf_counter()
    for problem in sorted(problems, key=lambda each: each.about.seconds or 0.0):
        for place in range(problem.instances):
            for wanted in searches(strategies, problem, place, seeds=seeds, budget=budget):
                said = search_once(problem, folder, place, wanted)
                if said:
                    print(f"{time.perf_counter() - start:6.0f} s  {said}", flush=True)


def search_once(problem: Problem, folder: Path, place: int, wanted: Search) -> str:
    """Make a search, and write what it found; return what is said. Empty: it was made before."""
    kept = content_of(folder, problem)
    made = kept.setdefault("searches", [[] for _ in kept["instances"]])[place]
    if any(each | asdict(wanted) == each for each in made):
        return ""
    entry = kept["instances"][place]
    before = entry["best"]["value"]
    found, evaluations = searched(wanted, problem, entry["best"]["config"])
    made.append({**asdict(wanted), "evaluations": evaluations})
    said = f"{problem.name} {place}, {wanted.strategy}: {before:.6g}"
    if found is not None and found.point.value < before:
        kept["instances"][place] = improved(entry, found)
        said += f" -> {found.point.value:.6g}"
    put(folder, problem, kept)
    return said


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description="Rebuild the frozen anchors.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--jobs", type=int, default=2, help="how many processes; default: 2")
    parser.add_argument("--output", type=Path, default=FOLDER, help="the folder to write to")
    parser.add_argument("--curves", action="store_true", help="only draw the pools again")
    parser.add_argument(
        "--from",
        dest="results",
        nargs="+",
        type=Path,
        metavar="DIR",
        help="only take in what the runs in these folders of results found",
    )
    parser.add_argument("--search", action="store_true", help="only search for lower values")
    parser.add_argument("--strategies", nargs="+", default=STRONGEST, help="what searches")
    parser.add_argument("--seeds", type=positive, default=SEEDS, help="searches of each strategy")
    budget = int(TIMES * preset("paper").budget)
    help_ = f"evaluations of each search; default: {budget}"
    parser.add_argument("--budget", type=positive, default=budget, help=help_)
    return parser


def positive(text: str) -> int:
    """Return a whole number, 1 or more, that an option is given; raises ValueError otherwise."""
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


def wanted_of(options: argparse.Namespace) -> list[Problem]:
    """Return the problems that are asked for; raises InputError where a name is that of none."""
    problems = registry.problems()
    for name in options.names:
        if name not in problems:
            raise InputError(f"no such problem, there are {', '.join(problems)}: {name}")
    named = [problem for problem in problems.values() if problem.name in options.names]
    if not (options.results or options.search):
        lacking = [each for each in problems.values() if anchors(each.name, each.version) is None]
        return named or lacking
    exact = [each.name for each in named if not each.about.trained]
    if exact:
        raise InputError(f"it trains no models, so no better best is taken in: {exact[0]}")
    return [each for each in named or problems.values() if each.about.trained]


def main() -> None:
    parser = arguments()
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        wanted = wanted_of(options)
        options.output.mkdir(exist_ok=True)
        if options.results:
            take_in(wanted, options.output, options.results)
        if options.search:
            search(wanted, options.output, options.strategies, options.seeds, options.budget)
    except InputError as error:
        parser.error(str(error))
    if options.results or options.search:
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=spawn) as workers:
        (redraw if options.curves else rebuild)(wanted, options.output, workers)


if __name__ == "__main__":
    main()
