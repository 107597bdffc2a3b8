"""What every strategy promises."""

import inspect
import json
from collections.abc import Callable, Iterable, Sequence

from ...errors import shown
from ...problem import Problem
from ...processes.global_state import restored
from ...scalars import is_scalar
from ...strategy import fields_of
from .by_hand import WORKERS
from .promise import Broken, Promise, Skipped
from .races import BUDGET, RUN, Races, run_name
from .repetition import another_seed, prefix, repeats, repeats_after_a_run, repeats_elsewhere
from .surroundings import started, watched
from .tasks import (
    CONDITIONAL,
    EASIEST_FIRST,
    ENORMOUS,
    EVERYTHING,
    FAILURES,
    FIDELITY,
    GRADIENTS,
    KINDS,
    NARROW,
    NESTED_PLAIN,
    PLAIN,
    TASKS,
    TIES,
    USUAL,
    WITH_EPOCHS,
    WITH_GRADIENTS,
)

WELL = "a run that goes on until its budget is spent, or until ask returns None"


def runs(races: Races) -> str | None:
    failures: dict[str, str] = {}
    for task in races.allowance.over(RUN, EASIEST_FIRST):
        race = races.run(task)
        if race.ended_well:
            return None
        failures[task.name] = race.failure
    for name, failure in failures.items():
        if failure:
            raise Broken(run_name(name), failure, WELL)
    if races.allowance.left_out:
        raise Skipped(f"{races.allowance.left_out}, and it supports none of these tasks")
    reason = shown(races.run(PLAIN).stop.detail)
    raise Broken("every task", f"Unsupported: {reason}", "a strategy that supports some task")


def copes(tasks: Sequence[Problem]) -> Callable[[Races], str | None]:
    """Return the check that a run on each of the tasks ends well, unless it is not supported."""

    def check(races: Races) -> str | None:
        races.home()
        refusals: dict[str, None] = {}
        well = 0
        for task in races.allowance.over(RUN, tasks):
            race = races.run(task)
            well += race.ended_well
            if race.failure and races.is_about(task):
                raise Broken(run_name(task.name), race.failure, WELL)
            if race.stop.reason == "unsupported":
                refusals[race.stop.detail] = None
        if not well and refusals:
            raise Skipped(_listed(refusals))
        if not well:
            raise Skipped("its runs break on simpler tasks, or another promise, already")
        return f"on some tasks {_listed(refusals)}" if refusals else ""

    return check


def fidelity(races: Races) -> str | None:
    right = (
        "a fidelity only where there is one; resume only where it resumes, a trial that was told"
    )
    _faultless(races, "fidelity", right)
    remark = copes(FIDELITY)(races)
    for task in races.sound(*FIDELITY):
        assert task.fidelity is not None
        reached = [each.trial.proposal.fidelity or 0.0 for each in races.run(task).records]
        if max(reached) < task.fidelity.high:
            raise Broken(
                run_name(task.name),
                f"the longest of {len(reached)} trainings went to {max(reached):g} of"
                f" {task.fidelity.high:g} {task.fidelity.unit}",
                "one to the highest fidelity within the budget: the report asks for it",
            )
    return remark


def gradients(races: Races) -> str | None:
    right = "gradient=True only where task.gradients is true"
    _faultless(races, "gradients", right)
    remark = copes(GRADIENTS)(races)
    asked = any(
        record.trial.proposal.gradient
        for task in races.sound(*GRADIENTS)
        for record in races.run(task).records
    )
    return "; ".join(filter(None, (remark, "" if asked else "it asks for none")))


def budget(races: Races) -> None:
    """Check budgets that are not whole, and the evaluations that the class declares."""
    tasks, most = races.sound(*USUAL), races.strategy.evaluations
    whole = races.budget or BUDGET
    for task in races.allowance.over(RUN, tasks, times=2):
        for amount in (0.5, whole + 0.5, whole):
            race = races.run(task, budget=amount)
            where = f"{run_name(task.name)}, a budget of {amount:g}"
            if race.stop.reason == "failed":
                raise Broken(where, race.stop.detail, f"{WELL}, asked as long as anything is left")
            spent = sum(record.trial.cost for record in race.records)
            if spent > most + 1e-9:
                seen = f"{spent:g} evaluations, though its class says evaluations = {most:g}"
                raise Broken(where, seen, "no more than it declares: the plan counts on it")


def workers(races: Races) -> None:
    refusals, well = dict[str, None](), 0
    for task in races.allowance.over(RUN, races.sound(*TASKS.values())):
        race = races.run(task, workers=WORKERS)
        well += race.ended_well
        if race.failure:
            raise Broken(run_name(task.name, WORKERS), race.failure, WELL)
        if race.stop.reason == "unsupported":
            refusals[race.stop.detail] = None
    if refusals and not well:
        raise Skipped(_listed(refusals))
    for task in races.allowance.over(RUN, races.sound(*USUAL, workers=WORKERS)):
        if failure := races.by_hand(task).failure:
            where = f"{run_name(task.name, WORKERS)}, the last one begun ends first"
            raise Broken(where, failure, WELL)


def looks_at_pending(races: Races) -> None:
    """Check tasks where no configuration comes twice by chance.

    A strategy that evaluates each configuration twice, to average over its luck, repeats half.
    """
    reals = races.sound(PLAIN, WITH_EPOCHS, WITH_GRADIENTS, EVERYTHING, workers=WORKERS)
    for task in races.allowance.over(RUN, reals):
        hand = races.by_hand(task)
        if hand.beside <= WORKERS:
            raise Skipped("it is asked too seldom to tell")
        if hand.repeated > max(hand.beside / 2, WORKERS):
            raise Broken(
                run_name(task.name, WORKERS),
                f"{hand.repeated} of {hand.beside} proposals are the same as one that is pending",
                "at most half: ask is told what is pending, so as to propose something else",
            )


def given(races: Races) -> None:
    right = "work on copies: dict(config), list(pending)"
    for task in races.allowance.over(RUN, races.sound(*USUAL, workers=WORKERS)):
        hand = races.by_hand(task)
        if hand.changed:
            raise Broken(run_name(task.name, WORKERS), f"it changed {hand.changed}", right)


def untouched(races: Races) -> None:
    for task in races.allowance.over(RUN, races.sound(EVERYTHING, NESTED_PLAIN, PLAIN), times=2):
        for seed in (1, 2):
            with watched(seed) as changes:
                race = races.exposed(task)
            if changes.found:
                raise Broken(
                    run_name(task.name),
                    f"it changed {changes}",
                    "leave it as it was; draw luck from rng, write into tempfile's folders and"
                    " remove them in close",
                )
            if races.repeats and race.trials != races.run(task).trials:
                raise Broken(
                    run_name(task.name),
                    "the seeds of Python's or numpy's global generators change the proposals",
                    "draw luck from the rng that setup gets",
                )


def closes(races: Races) -> None:
    task = races.home()
    races.again(task)  # what is imported may begin something, once
    with restored():
        before = started()
        races.exposed(task)
        left = [what for each, what in started().items() if each not in before]
    if left:
        raise Broken(run_name(task.name), f"it left {left[0]}", "close ends what setup began")


def fields(races: Races) -> None:
    if races.hosted is not races.strategy:
        raise Skipped("it runs in an environment of its own, where its fields are not seen")
    kind, strategy = type(races.strategy), races.fresh()
    undecorated = [
        name
        for name, note in inspect.get_annotations(kind).items()
        if "__dataclass_fields__" not in vars(kind) and "ClassVar" not in str(note)
        if name in vars(kind)  # what has no value may be a note on its state
    ]
    if undecorated:
        raise Broken(
            kind.__name__,
            f"{undecorated[0]} is no field: @dataclass is missing above the class",
            f"a dataclass, whose fields are in its name, as in {kind.__name__.lower()}:"
            f"{undecorated[0]}=...",
        )
    before = fields_of(strategy)
    races.again(races.home(), strategy=strategy)
    for name, value in fields_of(strategy).items():
        if not is_scalar(value) or json.dumps(value) != json.dumps(before.get(name)):
            raise Broken(
                run_name(races.home().name),
                f"a run made {name} {shown(value)}, it was {shown(before.get(name))}",
                "fields are its hyperparameters; keep state under names that setup makes",
            )


STRATEGY_PROMISES: Sequence[Promise[Races]] = (
    Promise("runs", "It supports some task, and runs on it to the end.", runs),
    Promise("kinds", "It copes with every kind of parameter, alone and together.", copes(KINDS)),
    Promise("conditions", "It copes with parameters that depend on others.", copes(CONDITIONAL)),
    Promise("narrow", "It copes with one value, and with extreme ranges.", copes(NARROW)),
    Promise("fidelity", "It copes with fidelities, and trains one to the highest.", fidelity),
    Promise("gradients", "It asks for gradients only where there are, and copes.", gradients),
    Promise("failures", "It copes with trials that fail.", copes(FAILURES)),
    Promise("enormous", "It copes with values around -1e300 and 1e300.", copes(ENORMOUS)),
    Promise("ties", "It copes with values that are all the same.", copes(TIES)),
    Promise("budget", "It copes with a budget that is not whole, and keeps to its own.", budget),
    Promise("fields", "Its fields are its hyperparameters, which no run changes.", fields),
    Promise("given", "It leaves what it is given as it was: task, trials, pending.", given),
    Promise("untouched", "It leaves what all of the process share as it was.", untouched),
    Promise("close", "It leaves no thread and no process behind.", closes),
    Promise("again", "A second setup begins afresh.", repeats_after_a_run),
    Promise("elsewhere", "The same seed gives the same run in another process.", repeats_elsewhere),
    Promise("prefix", "Under a smaller budget a run begins the same.", prefix),
    Promise("seed", "Another seed gives another run.", another_seed, informs=True),
    Promise("pending", "It proposes something else than what is pending.", looks_at_pending),
    Promise("workers", "It copes with four workers, whoever ends first.", workers),
    Promise("repeats", "The same seed gives the same run again.", repeats),
)


def _listed(refusals: Iterable[str]) -> str:
    """Say what a strategy answered, most often what it needs."""
    return "; ".join(
        f"it {each}" if each.startswith("needs ") else f"it says: {each}" for each in refusals
    )


def _faultless(races: Races, key: str, right: str) -> None:
    """Raise Broken where a run has failed that breaks the promise of this key."""
    races.home()
    for task in races.allowance.over(RUN, EASIEST_FIRST):
        if races.owner(task) == key:
            raise Broken(run_name(task.name), races.run(task).failure, right)
