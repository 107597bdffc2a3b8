"""What every strategy promises where it is told a trial before it is first asked."""

from .promise import Broken
from .races import RUN, Races, run_name
from .repetition import same
from .tasks import ALL_FAIL, EVERYTHING, NESTED_PLAIN

TOLD = "the default told first"
TAKES = "take any trial in tell, by the configuration and the value that it holds"


def copes_with_first(races: Races) -> None:
    """Check runs that begin with the default's result, also where it failed."""
    tasks = races.sound(EVERYTHING, NESTED_PLAIN, ALL_FAIL)
    for task in races.allowance.over(RUN, tasks, times=2):
        told, where = races.run(task, first="default"), f"{run_name(task.name)}, {TOLD}"
        if told.failure:
            raise Broken(where, told.failure, TAKES)
        if task is tasks[0] and races.repeats:
            again = races.again(task, first="default")
            same(races, where, told.trials, again.trials)


def heeds_first(races: Races) -> str:
    """Tell whether what is proposed depends on the trial that was told first."""
    task = EVERYTHING if races.run(EVERYTHING).ended_well else races.home()
    long = 3 * races.budget  # longer than most designs, which depend on nothing
    races.allowance.need(RUN, times=6)
    plainly = races.run(task, budget=long).proposals
    told = races.run(task, budget=long, first="default").proposals[1:]
    if not told or told != plainly[: len(told)]:
        return "What it proposes depends on the trial that it is told before it is first asked."
    return (
        "It proposes the same, told the default first or not: right only for a strategy that does"
        " not learn, or not yet from so few trials."
    )
