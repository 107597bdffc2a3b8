"""Optuna's studies as the runs of one strategy on a problem; each study is a run with its own seed.

Studies that were exported from here come back as they were, except for the strategy's identity.
Other studies get the seeds 0, 1, 2 and so on, and their trials become records in this way:

- A trial is a full evaluation: it costs 1, and its score is its value.
- A trial that failed, was pruned or has no finite value is a failed trial at the same cost.
- But if a trial was pruned at a step that is a fidelity of the problem, it is a trial at it.
- A trial that has not ended, or failed before its configuration was complete, is left out.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..errors import InputError
from ..json_forms import run_from_json
from ..parameter import Value
from ..problem import Problem
from ..registry.entry import Entry
from ..runner.budget_rules import LEAST_COST
from ..space import Config
from ..store.run_lines import stop_of
from ..store.sealed_json import UNLIKE
from ..trial import Identity, Outcome, Proposal, Record, Run, Stop, Trial
from . import records
from .distributions import inward
from .optuna import KEY

FULL = Fraction(1)


@dataclass(frozen=True, slots=True)
class Study:
    """A study after it was read."""

    name: str
    exported: Outcome | None
    """The run as it was before its export from here; None: it was not exported from here, or has
    trials that were added since."""
    records: tuple[Record, ...]
    left_out: int
    """How many trials were left out."""


def study(name: str, attributes: Any, trials: Sequence[Any], problem: Problem) -> Study:  # noqa: ANN401  # Optuna's
    """Read a study; raises InputError if a configuration is not in the problem's space."""
    if KEY in attributes and all(KEY in trial.user_attrs for trial in trials):
        outcome = _exported(name, attributes, trials)
        return Study(name, outcome, outcome.records, 0)
    ended = [trial for trial in trials if trial.state.is_finished()]
    found, spent = list[Record](), Fraction(0)
    for trial in sorted(ended, key=lambda each: (each.datetime_complete, each.number)):
        config = _config(name, trial, problem)
        if config is None:
            continue
        record = _record(trial, len(found), config, problem)
        spent += Fraction(record.trial.cost)
        found.append(replace(record, finished=float(spent)))
    return Study(name, None, tuple(found), len(trials) - len(found))


def outcomes(studies: Sequence[Study], problem: Entry[Problem], strategy: str) -> list[Outcome]:
    """Make runs of studies; the version of the strategy is the digest of all their trials.

    `strategy` is its name. Raises InputError if studies that were exported from here are not runs
    of one strategy on the problem.
    """
    exported = [each.exported for each in studies if each.exported is not None]
    if len(exported) == len(studies):
        _check_alike(exported, problem.identity)
        for each in studies:
            for record in each.records:
                _check(each.name, record.trial.id, record.trial.proposal, problem.item)
            _check_recommendation(each, problem.item)
        made = [replace(each, run=replace(each.run, problem=problem.identity)) for each in exported]
    else:
        spent = [sum(Fraction(record.trial.cost) for record in each.records) for each in studies]
        budget = Fraction(max(1, math.ceil(max(spent))))
        made = [
            Outcome(
                Run(Identity(strategy, ""), problem.identity, seed, budget),
                Stop("complete" if cost == budget else "exhausted"),
                each.records,
            )
            for seed, (each, cost) in enumerate(zip(studies, spent, strict=True))
        ]
    identity = Identity(strategy, _digest(made))
    return [replace(each, run=replace(each.run, strategy=identity)) for each in made]


def _exported(name: str, facts: Any, trials: Sequence[Any]) -> Outcome:  # noqa: ANN401  # Optuna's
    try:
        strategy = {"name": facts["strategy"], "version": facts["strategy-version"]}
        worked_on = {"name": facts["problem"], "version": facts["problem-version"]}
        run = run_from_json({**facts, "strategy": strategy, "problem": worked_on})
        found = tuple(records.from_json(trial.user_attrs[KEY]) for trial in trials)
        return Outcome(run, stop_of({**facts, "measured": {}}), found)
    except UNLIKE as error:
        raise InputError(
            f"the study {name!r} was exported from here, but was altered since: {error}"
        ) from None


def _check_alike(exported: Sequence[Outcome], problem: Identity) -> None:
    """Raise InputError unless all are runs of one strategy on the problem under one budget."""
    runs = [each.run for each in exported]
    for said, values in (
        ("problem", {run.problem.name for run in runs}),
        ("strategy", {run.strategy.name for run in runs}),
        ("version of the strategy", {run.strategy.version for run in runs}),
        ("version of the problem", {run.problem.version for run in runs}),
        ("budget", {str(run.budget) for run in runs}),
        ("number of workers", {str(run.workers) for run in runs}),
        ("first trial", {run.first for run in runs}),
    ):
        if len(values) > 1:
            raise InputError(
                f"the studies must have the same {said}; choose some by their names, as in"
                f" --study '{_pattern(runs[0])}': {', '.join(sorted(values))}"
            )
    for said, theirs, given in (
        ("problem", runs[0].problem.name, problem.name),
        ("version of the problem", runs[0].problem.version, problem.version),
    ):
        if theirs != given:
            raise InputError(
                f"the studies were made with another {said} than --problem: {theirs}, not {given}"
            )


def _pattern(run: Run) -> str:
    """Return the pattern of the names that the runs of a strategy on a problem were exported by."""
    return f"{run.problem.name}/{run.strategy.name}/*"


def _config(name: str, trial: Any, problem: Problem) -> Config | None:  # noqa: ANN401  # Optuna's
    """Return a trial's configuration; None: the trial failed before it was complete."""
    space, config = problem.space, Config()
    given: dict[str, Value] = dict(trial.params)
    for key, value in given.items():
        try:
            config[key] = inward(space[key], value) if key in space else value
        except ValueError as error:
            raise _outside(name, f"trial {trial.number}", problem, f"{key!r} {error}") from None
    whole = all(key in config for key in space if space.is_active(key, config))
    if not whole and trial.state.name != "COMPLETE":
        return None
    return _check(name, trial.number, Proposal(config), problem)


def _check(name: str, number: int, proposal: Proposal, problem: Problem) -> Config:
    try:
        if problem.fidelity is not None and proposal.fidelity is not None:
            problem.fidelity.check(proposal.fidelity)
        return problem.space.check(proposal.config)
    except ValueError as error:
        raise _outside(name, f"trial {number}", problem, str(error)) from None


def _check_recommendation(study: Study, problem: Problem) -> None:
    best = None if study.exported is None else study.exported.stop.recommendation
    if best is None:
        return
    try:
        problem.space.check(best.config)
    except ValueError as error:
        raise _outside(study.name, "the recommendation", problem, str(error)) from None


def _outside(name: str, what: str, problem: Problem, reason: str) -> InputError:
    return InputError(
        f"{what} of the study {name!r} lies outside the space of {problem.name}: {reason}"
    )


def _record(trial: Any, place: int, config: Config, problem: Problem) -> Record:  # noqa: ANN401  # Optuna's
    level, value = _result(trial, problem)
    failed = value is None or not math.isfinite(value)
    reason = f"{trial.state.name.lower()} in Optuna, with the value {value}"
    share = FULL
    if problem.fidelity is not None and level is not None:
        share = max(Fraction(level) / Fraction(problem.fidelity.high), LEAST_COST)
    told = math.nan if value is None or failed else value
    seconds = {} if trial.duration is None else {"evaluate": trial.duration.total_seconds()}
    return Record(
        Trial(place, Proposal(config, level), (told,), float(share)),
        score=told,
        measures={},
        finished=0.0,
        measured=seconds,
        error=reason if failed else None,
        duration=float(share),
    )


def _result(trial: Any, problem: Problem) -> tuple[float | None, float | None]:  # noqa: ANN401  # Optuna's
    """Return the fidelity and the value of a trial that ended; None stands for a missing one."""
    level = None if problem.fidelity is None else problem.fidelity.high
    if trial.state.name != "PRUNED":
        return level, trial.value
    step = _step(trial, problem)
    return (level, None) if step is None else (step, trial.intermediate_values[trial.last_step])


def _step(trial: Any, problem: Problem) -> float | None:  # noqa: ANN401  # Optuna's
    """Return the fidelity at which a trial was pruned; None: its last step is no fidelity."""
    if problem.fidelity is None or trial.last_step is None:
        return None
    try:
        return problem.fidelity.check(trial.last_step)
    except ValueError:
        return None


def _digest(made: Sequence[Outcome]) -> str:
    content = [
        [each.run.seed, *(records.to_json(replace(r, measured={})) for r in each.records)]
        for each in made
    ]
    return hashlib.blake2b(json.dumps(content).encode(), digest_size=6).hexdigest()
