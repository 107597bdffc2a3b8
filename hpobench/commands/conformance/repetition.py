"""What every strategy promises about runs with the same seed, in this process and in another."""

from collections.abc import Sequence

from ...problem import Problem
from ...strategy import fields_of
from .by_hand import WORKERS
from .differences import difference
from .promise import Broken, Inapplicable, Skipped
from .races import RUN, Races, run_name
from .tasks import EASIEST_FIRST, EVERYTHING, TASKS, USUAL

REPEATS = "the same: draw all luck from the rng that setup gets"
AFRESH = "the same: setup makes all of its state afresh"
VALID = "None, or a configuration: a value for each active parameter, and for no other"
PLANS = "the same, or plans_for_budget = True in its class"


def repeats(races: Races) -> None:
    for task in races.allowance.over(RUN, races.sound(*TASKS.values())):
        same(races, run_name(task.name), races.run(task).trials, races.again(task).trials)
    for task in races.allowance.over(RUN, races.sound(*USUAL, workers=WORKERS), times=2):
        first, again = (make(task, workers=WORKERS).trials for make in (races.run, races.again))
        same(races, run_name(task.name, WORKERS), first, again)


def repeats_elsewhere(races: Races) -> None:
    tasks, whole = _repeating(races), races.budget
    wishes = [(task.name, 1, whole) for task in tasks] + [(tasks[0].name, WORKERS, whole)]
    wishes = list(races.allowance.as_many(RUN, wishes))
    here, there = races.fingerprint(wishes), races.elsewhere(wishes)
    for place, trials in here.items():
        same(races, place, trials, there[place], when="in another process")


def repeats_after_a_run(races: Races) -> None:
    for task in races.allowance.over(RUN, _repeating(races), times=2):
        strategy = races.fresh()
        before = fields_of(strategy)
        races.again(task, strategy=strategy)
        if fields_of(strategy) != before:
            raise Skipped("a run changes its fields, which decide its luck")
        second = races.again(task, strategy=strategy)
        if second.failure:
            raise Broken(run_name(task.name), second.failure, AFRESH)
        first, again = races.run(task).trials, second.trials
        same(races, run_name(task.name), first, again, when="after a second setup", right=AFRESH)


def prefix(races: Races) -> None:
    if races.strategy.plans_for_budget:
        raise Inapplicable("its class says plans_for_budget = True")
    tasks = _repeating(races)
    short = races.budget // 2
    for task in races.allowance.over(RUN, tasks):
        longer, shorter = races.run(task).trials, races.run(task, budget=short).trials
        beginning = longer[: len(shorter)]
        when = f"with a budget of {short}"
        same(races, run_name(task.name), beginning, shorter, when=when, right=PLANS)


def another_seed(races: Races) -> str:
    task = EVERYTHING if races.run(EVERYTHING).ended_well else races.home()
    long = 3 * races.budget  # a strategy that starts from the default takes time to leave it
    races.allowance.need(RUN, times=6)
    one, two = (races.run(task, seed=seed, budget=long) for seed in (0, 1))
    if one.trials != two.trials:
        return "Another seed gives another run."
    return (
        "Another seed gives the same run: right only for a strategy without luck. Others draw from"
        " the rng that setup is given."
    )


def recommends(races: Races) -> str:
    for task in races.allowance.over(RUN, EASIEST_FIRST):
        if races.owner(task) == "recommend":
            raise Broken(run_name(task.name), races.run(task).failure, VALID)
    asked = [task for task in _repeating(races) if races.run(task).stop.recommendation is not None]
    for task in races.allowance.over(RUN, asked):
        first, again = (repr(make(task).stop.recommendation) for make in (races.run, races.again))
        if first != again and not races.strategy.irreproducible:
            raise Broken(run_name(task.name), f"first {first}, then {again}", REPEATS)
    return "" if asked else "it recommends nothing here: its incumbent stands"


def same(
    races: Races,
    where: str,
    one: Sequence[str],
    two: Sequence[str],
    *,
    when: str = "then",
    right: str = REPEATS,
) -> None:
    """Raise Broken where two runs differ, or Skipped where the strategy says that they may."""
    if list(one) == list(two):
        return
    if races.strategy.irreproducible:
        raise Inapplicable(f"its class says irreproducible = {races.strategy.irreproducible!r}")
    raise Broken(where, difference(one, two, when), right)


def _repeating(races: Races) -> list[Problem]:
    """Return the usual tasks, or raise Skipped where not even one process repeats a run."""
    tasks = races.sound(*USUAL)
    if not races.repeats:
        raise Skipped("already in one process the same seed gives different runs")
    return tasks
