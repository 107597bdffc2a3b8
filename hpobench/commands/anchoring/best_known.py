"""Better configurations of trained problems than a survey found: from sealed runs, and by searches.

A value depends on the luck of its training, too. So what is taken as the best that is known says
from which run it is, and the same training is made again before it is taken.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...cards.anchor_entries import of_best
from ...cards.points import Point, begun, evaluated, rungs_of
from ...parameter import Categorical, Ordinal
from ...problem import Problem
from ...registry.finding import find_strategies
from ...runner.race import run
from ...runner.threads import one_thread
from ...seeds import MOST, of_training
from ...space import Config, Space, key_of
from ...store import Store
from ...trial import Record

ALIKE = 1e-6
"""The largest relative difference between the values of a training on two machines."""


@dataclass(frozen=True, slots=True)
class Found:
    """The full evaluation with the lowest value of a run, and what its luck came from."""

    point: Point
    strategy: str
    seed: int
    begun: int
    """How often the run had begun to train the configuration before."""
    evaluations: int
    """How many evaluations the run made."""


def lowest(strategy: str, seed: int, records: Sequence[Record], problem: Problem) -> Found | None:
    """Return what is lowest in a run on a problem; None: no full evaluation has value and score.

    `strategy` and `seed` are those of the run, and `records` are all of its trials.
    """
    counts = Counter[tuple[object, ...]]()
    trainings, best = dict[int, int](), None
    for record in sorted(records, key=lambda each: each.trial.id):
        proposal = record.trial.proposal
        if proposal.resume is None:
            key = key_of(proposal.config)
            trainings[record.trial.id] = counts[key]
            counts[key] += 1
        else:
            trainings[record.trial.id] = trainings[proposal.resume]
        full = proposal.fidelity in (None, problem.fidelity.high if problem.fidelity else None)
        if not (full and math.isfinite(record.value) and math.isfinite(record.score)):
            continue
        if best is None or record.value < best.point.value:
            point = Point(proposal.config, record.value, record.score)
            again = trainings[record.trial.id]
            best = Found(point, strategy, seed, again, len(records))
    return best


def in_folders(
    folders: Iterable[Path], problems: Mapping[str, Problem]
) -> dict[tuple[str, int], list[Found]]:
    """Return what the sealed runs in folders of results found, the lowest values first.

    The keys are the name of a problem and the number of an instance. `problems` holds those that
    are of interest, by name; runs on other versions of them are left out. Raises InputError where
    a folder holds no results.
    """
    found = dict[tuple[str, int], list[Found]]()
    for folder in folders:
        store = Store(folder, touched=False)
        store.check(new=False)
        for outcome in store.outcomes():
            made = outcome.run
            problem = problems.get(made.problem.name)
            if problem is None or made.problem.version != str(problem.version):
                continue
            best = lowest(made.strategy.name, made.seed, outcome.records, problem)
            if best is not None:
                place = problem.name, made.seed % problem.instances
                found.setdefault(place, []).append(best)
    return {place: sorted(each, key=lambda one: one.point.value) for place, each in found.items()}


def is_so(found: Found, problem: Problem) -> bool:
    """Tell whether the training that a run found has the same value and score when made again."""
    instance, _ = begun(problem, found.seed % problem.instances)
    config = found.point.config
    luck = of_training(problem.base, found.seed, config, found.begun)
    with one_thread():
        made = evaluated(problem, instance, luck, rungs_of(problem)[-1:], config)
    return all(
        math.isclose(there, here, rel_tol=ALIKE)
        for there, here in ((found.point.value, made.value), (found.point.score, made.score))
    )


def improved(entry: Mapping[str, Any], found: Found) -> dict[str, Any]:
    """Return the entry of an instance with another best; the best of the survey is kept beside it.

    Regret is 0 at the value and at the score of the new one. Pools and their curves stay.
    """
    luck = {"strategy": found.strategy, "seed": found.seed, "begun": found.begun}
    first = {
        "best": {**of_best(found.point, found.evaluations), "found": luck},
        "surveyed": entry.get("surveyed", entry["best"]),
    }
    references = {"values": found.point.value, "scores": found.point.score}
    scales = {kind: entry[kind] | {"reference": zero} for kind, zero in references.items()}
    return {**first, **{key: entry[key] for key in entry if key not in first}, **scales}


@dataclass(frozen=True, slots=True)
class Search:
    """A run of one of our strategies that begins at the best configuration that is known."""

    strategy: str
    version: str
    seed: int
    """One that no experiment can have, so that its luck is that of no run."""
    budget: int
    """In evaluations at the highest fidelity."""


def searches(
    strategies: Iterable[str], problem: Problem, place: int, *, seeds: int, budget: int
) -> list[Search]:
    """Return the searches on an instance of a problem, so many of each strategy."""
    first = math.ceil(MOST / problem.instances)
    entries = [entry for spec in strategies for entry in find_strategies(spec)]
    return [
        Search(
            entry.identity.name,
            entry.identity.version,
            place + problem.instances * (first + number),
            budget,
        )
        for number in range(seeds)
        for entry in entries
    ]


def searched(wanted: Search, problem: Problem, known: Config) -> tuple[Found | None, int]:
    """Make a search; return what it found, and how many evaluations it made.

    It makes none, where the strategy does not support the problem.
    """
    (entry,) = find_strategies(wanted.strategy)
    begins = replace(problem, space=beginning_at(problem.space, known))
    race = run(entry.item, begins, budget=wanted.budget, seed=wanted.seed, first="default")
    records = list(race)
    if race.stop is not None and race.stop.reason == "failed":
        raise RuntimeError(f"{wanted.strategy} failed on {problem.name}: {race.stop.detail}")
    return lowest(wanted.strategy, wanted.seed, records, problem), len(records)


def beginning_at(space: Space, config: Config) -> Space:
    """Return a space whose default configuration is this one.

    Where None is the default, which only the first value can be, it comes first.
    """
    found = dict(space)
    for name, value in config.items():
        parameter = space[name]
        if value is None and isinstance(parameter, Ordinal | Categorical):
            others = tuple(each for each in parameter.values if each is not None)
            found[name] = replace(parameter, values=(None, *others), default=None)
        else:
            found[name] = replace(parameter, default=value)  # type: ignore[arg-type]  # its own value
    made = Space(found)
    assert made.default() == config
    return made
