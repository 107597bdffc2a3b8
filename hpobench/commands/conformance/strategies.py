"""What every strategy promises."""

from collections.abc import Callable, Sequence

from ...errors import shown
from ...parameter import Float
from ...problem import Problem
from .by_hand import WORKERS
from .objectives import limits, several_objectives
from .promise import Broken, Promise, Skipped
from .races import RUN, WELL, Races, run_name
from .repetition import (
    another_seed,
    prefix,
    recommends,
    repeats,
    repeats_after_a_run,
    repeats_elsewhere,
)
from .tasks import (
    CONDITIONAL,
    EASIEST_FIRST,
    ENORMOUS,
    EVERYTHING,
    FAILURES,
    FIDELITY,
    GRADIENTS,
    KINDS,
    MIXED_PLAIN,
    NARROW,
    PLAIN,
    TASKS,
    TIES,
    USUAL,
    WITH_EPOCHS,
    WITH_GRADIENTS,
)
from .told_first import copes_with_first, heeds_first
from .traces import closes, fields, untouched


def runs(races: Races) -> str | None:
    failures: dict[str, str] = {}
    for task in races.allowance.over(RUN, EASIEST_FIRST):
        run = races.run(task)
        if run.ended_well:
            return None
        failures[task.name] = "" if races.owner(task) == "given" else run.failure
    for name, failure in failures.items():
        if failure:
            raise Broken(run_name(name), failure, WELL)
    if any(races.run(task).failure for task in EASIEST_FIRST if task.name in failures):
        raise Skipped("its runs break another promise")
    if races.allowance.left_out:
        raise Skipped(f"{races.allowance.left_out}, and it supports none of the tasks tried")
    reason = shown(races.run(PLAIN).stop.detail)
    raise Broken("every task", f"Unsupported: {reason}", "a strategy that supports some task")


def copes(tasks: Sequence[Problem]) -> Callable[[Races], str | None]:
    """Return the check that a run ends well on each of the tasks that the strategy supports."""

    def check(races: Races) -> str | None:
        races.home()
        return races.supported(tasks)

    return check


def fidelity(races: Races) -> str | None:
    right = (
        "fidelity= only where the task has one; resume= only where its fidelity resumes, and only"
        " a trial that was told"
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
                "at least one to the highest fidelity within the budget: the report needs it",
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
    whole = races.budget
    for task in races.allowance.over(RUN, tasks, times=3):
        for amount in (0.5, 1, whole + 0.5, whole):
            run = races.run(task, budget=amount)
            where = f"{run_name(task.name)}, a budget of {amount:g}"
            if run.stop.reason == "failed":
                raise Broken(where, run.stop.detail, f"{WELL}, asked as long as anything is left")
            spent = sum(record.trial.cost for record in run.records)
            if spent > most + 1e-9:
                seen = f"{spent:g} evaluations, though its class says evaluations = {most:g}"
                raise Broken(where, seen, "no more than it declares: the plan counts on it")


def workers(races: Races) -> str:
    remark = races.supported(races.sound(*TASKS.values()), WORKERS)
    for task in races.allowance.over(RUN, races.sound(EVERYTHING, MIXED_PLAIN, workers=WORKERS)):
        if failure := races.run(task, workers=2 * WORKERS).failure:
            raise Broken(run_name(task.name, 2 * WORKERS), failure, WELL)
    for task in races.allowance.over(RUN, races.sound(*USUAL, workers=WORKERS)):
        if failure := races.by_hand(task).failure:
            where = f"{run_name(task.name, WORKERS)}, the last one begun ends first"
            raise Broken(where, failure, WELL)
    return remark


def looks_at_pending(races: Races) -> str:
    """Say whether it proposes what is pending, where no real comes twice by chance.

    Up to half of the proposals may be repeated: a strategy may evaluate each configuration twice,
    to average over its luck.
    """
    reals = races.sound(PLAIN, WITH_EPOCHS, WITH_GRADIENTS, EVERYTHING, workers=WORKERS)
    for task in races.allowance.over(RUN, reals):
        if not any(isinstance(each, Float) for each in task.space.values()):
            raise Skipped("it supports no task for this")
        hand = races.by_hand(task)
        if hand.beside <= WORKERS:
            raise Skipped("it proposes too seldom while others are pending")
        if hand.repeated > max(hand.beside / 2, WORKERS):
            return (
                f"{hand.repeated} of {hand.beside} proposals are the same as one that is pending"
                f" ({run_name(task.name, WORKERS)}): ask is told what is pending."
            )
    return "It proposes something else than what is pending."


def given(races: Races) -> None:
    right = "work on copies: dict(config), list(pending)"
    for task in races.allowance.over(RUN, EASIEST_FIRST):
        if races.owner(task) == "given":
            raise Broken(run_name(task.name), races.run(task).failure, right)
    for task in races.allowance.over(RUN, races.sound(*USUAL, workers=WORKERS)):
        hand = races.by_hand(task)
        if hand.changed:
            raise Broken(run_name(task.name, WORKERS), f"it changed {hand.changed}", right)


STRATEGY_PROMISES: Sequence[Promise[Races]] = (
    Promise("runs", "It runs to the end on at least one of the small tasks.", runs),
    Promise(
        "kinds",
        "It works with every kind of parameter, alone and together, and with many.",
        copes(KINDS),
    ),
    Promise(
        "conditions",
        "It works where parameters exist only for some values of others.",
        copes(CONDITIONAL),
    ),
    Promise(
        "narrow", "It works with a single possible value, and with extreme ranges.", copes(NARROW)
    ),
    Promise(
        "fidelity", "It works with fidelities (shorter trainings), and makes a full one.", fidelity
    ),
    Promise(
        "gradients", "It asks for gradients only where the task has them, and works.", gradients
    ),
    Promise(
        "objectives",
        "It works with several objectives, or says that it does not.",
        several_objectives,
    ),
    Promise("limits", "It works with limits of measures, or says that it does not.", limits),
    Promise("failures", "It works where trials fail, some or all of them.", copes(FAILURES)),
    Promise(
        "enormous",
        "It works with values of the size of 1e300 and 1e-300, of both signs.",
        copes(ENORMOUS),
    ),
    Promise("ties", "It works where all values are the same.", copes(TIES)),
    Promise(
        "budget",
        "It works with budgets like 0.5 and 1, and spends no more than it declares.",
        budget,
    ),
    Promise("fields", "Its fields are its hyperparameters, and no run changes them.", fields),
    Promise("given", "It changes nothing that it is given: task, trials, pending trials.", given),
    Promise(
        "untouched",
        "It leaves the process as it was: environment, folders, random state.",
        untouched,
    ),
    Promise("close", "It leaves no thread and no process behind when its run has ended.", closes),
    Promise(
        "again",
        "Set up a second time with the same seed, it makes the same run.",
        repeats_after_a_run,
    ),
    Promise("elsewhere", "In another process the same seed gives the same run.", repeats_elsewhere),
    Promise("prefix", "With a smaller budget, its run begins in the same way.", prefix),
    Promise("seed", "Another seed gives another run.", another_seed, informs=True),
    Promise(
        "pending",
        "It proposes something else than what is being evaluated (pending).",
        looks_at_pending,
        informs=True,
    ),
    Promise(
        "workers",
        "It works with four and eight trials at once, whichever of them ends first.",
        workers,
    ),
    Promise(
        "first",
        "It goes on from a trial that it is told before it is first asked.",
        copes_with_first,
    ),
    Promise(
        "heeds",
        "What it proposes depends on the trial that it is told first.",
        heeds_first,
        informs=True,
    ),
    Promise("repeats", "The same seed gives the same run again.", repeats),
    Promise(
        "recommend",
        "What it recommends at the end, if anything, is valid, and the same for the same seed.",
        recommends,
    ),
)


def _faultless(races: Races, key: str, right: str) -> None:
    """Raise Broken where a run of whatever task has failed by breaking the promise of this key."""
    races.home()
    for task in races.allowance.over(RUN, EASIEST_FIRST):
        if races.owner(task) == key:
            raise Broken(run_name(task.name), races.run(task).failure, right)
