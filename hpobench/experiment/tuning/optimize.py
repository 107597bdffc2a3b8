"""Minimising a user's own function with any strategy: `hpobench.optimize`."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

from ...errors import InputError, shown
from ...hosting.placement import drawn_by, hosted
from ...problem import Evaluation, Problem
from ...registry.entry import Entry
from ...registry.finding import find_strategies
from ...runner.budget_rules import Diverged
from ...runner.race import Race
from ...runner.race import run as begin
from ...scalars import is_number, is_scalar, whole
from ...space import Config, Space
from ...store.trials_file import TrialsFile
from ...strategy import Strategy, fields_of
from ...trial import FIRST, First, Identity, Record, Run
from .optimized import Optimized
from .own_function import OwnFunction, pickled, problem_of
from .processes import Processes, leave_if_imported
from .real_workers import Here, Place, RealWorkers


def optimize(
    function: Callable[[Config], float | Evaluation],
    space: Space,
    strategy: str | Strategy,
    *,
    evaluations: int = 40,
    workers: int = 1,
    seed: int = 0,
    first: First = "none",
    file: str | Path | None = None,
    trial_limit: float | None = None,
) -> Optimized:
    """Minimise a function of a configuration, and return its trials and the best of them.

    `function` returns the value, or an Evaluation; whatever it raises makes the trial a failed one.
    `strategy` is a spec, such as "tpe" or "./mine.py:step=0.3", or a Strategy. With one worker, the
    function is called here; with more, in so many processes of their own, so that they must be able
    to import it. `seed` decides all luck of the strategy, not that of the function. `first`:
    "default" evaluates the default configuration before the strategy is asked. `file` keeps each
    trial when it ends; the same call goes on from there, with no evaluation made twice, and so does
    one with more evaluations unless the strategy plans for their number. `trial_limit`: the seconds
    that an evaluation may take; one that takes longer is ended with its process, and has failed, so
    that even one worker has a process of its own then. None: as many as it likes. Raises InputError
    where this can't be done, and where the strategy fails.
    """
    if workers != 1 or trial_limit is not None:
        leave_if_imported()
    _check(function, space, first, trial_limit)
    evaluations = _whole("evaluations", evaluations, 1)
    workers, seed = _whole("workers", workers, 1), _whole("seed", seed, 0)
    problem, own = problem_of(function, space), OwnFunction(function)
    entry = _entry(strategy)
    run = Run(
        entry.identity,
        Identity(problem.name, str(problem.version)),
        seed,
        Fraction(evaluations),
        workers,
        first,
    )
    with ExitStack() as stack:
        place: Place = Here(problem, own)
        if workers > 1 or trial_limit is not None:
            data = pickled(problem, own)
            processes = Processes(data, min(workers, evaluations), trial_limit)
            place = stack.enter_context(processes)
        kept: TrialsFile | None = None
        if file is not None:
            may_grow = not entry.item.plans_for_budget
            kept = stack.enter_context(TrialsFile(Path(file), run, space, may_grow=may_grow))
        return _optimized(entry.item, problem, run, place, kept)


def _optimized(
    strategy: Strategy, problem: Problem, run: Run, place: Place, file: TrialsFile | None
) -> Optimized:
    recorded: Mapping[int, Record] = {} if file is None else file.recorded
    race = begin(
        hosted(strategy),
        problem,
        budget=run.budget,
        workers=run.workers,
        seed=run.seed,
        first=run.first,
        recorded=recorded,
        luck=drawn_by(strategy),
        employ=lambda problem, _: RealWorkers(problem, place, recorded),
    )
    trials = list[Record]()
    try:
        for record in race:
            trials.append(record)
            if file is not None:
                file.append(record)
    except Diverged as difference:
        raise InputError(f"the trials of the file can't go on: {difference}") from None
    found = _checked(race, tuple(trials), run.strategy.name)
    if len(trials) < len(recorded):
        raise InputError("the trials of the file can't go on: the strategy ends before they do")
    return found


def _checked(race: Race, trials: tuple[Record, ...], strategy: str) -> Optimized:
    """Return what was found, or raise InputError where the strategy failed."""
    stop = race.stop
    assert stop is not None, "the race has ended"
    best = stop.recommendation
    found = Optimized(trials, None if best is None else best.config)
    match stop.reason:
        case "unsupported":
            raise InputError(f"{strategy} can't optimise this function: it {stop.detail}")
        case "failed":
            raise InputError(f"{strategy} failed after {found!r}: {stop.detail}")
        case "complete" | "exhausted":
            return found


def _entry(strategy: object) -> Entry[Strategy]:
    """Return the only strategy that is meant, or raise InputError."""
    if isinstance(strategy, Strategy):
        fields = fields_of(strategy)
        for key, value in fields.items():
            if not is_scalar(value):
                raise InputError(f"the strategy's field {key!r} is no JSON scalar: {shown(value)}")
        text = ",".join(f"{key}={value!r}" for key, value in fields.items())
        name = type(strategy).__name__
        identity = Identity(f"{name}:{text}" if text else name, str(strategy.version))
        return Entry(identity, strategy)
    if not isinstance(strategy, str):
        raise InputError(
            f"strategy must be a spec, such as 'tpe', or a Strategy: {shown(strategy)}"
        )
    found = find_strategies(strategy)
    if len(found) > 1:
        names = ", ".join(each.identity.name for each in found)
        raise InputError(f"{strategy!r} names {len(found)} strategies, choose one of them: {names}")
    return found[0]


def _check(function: object, space: object, first: object, trial_limit: object) -> None:
    if not callable(function):
        raise InputError(f"function must be a function of a configuration: {shown(function)}")
    if not isinstance(space, Space):
        raise InputError(f"space must be a Space: {shown(space)}")
    if first not in FIRST:
        raise InputError(f"first must be {' or '.join(map(repr, FIRST))}: {shown(first)}")
    if trial_limit is not None and not (is_number(trial_limit) and trial_limit > 0):
        raise InputError(f"trial_limit must be positive, in seconds: {shown(trial_limit)}")


def _whole(name: str, number: object, least: int) -> int:
    try:
        return whole(name, number, least=least)
    except ValueError as error:
        raise InputError(str(error)) from None
