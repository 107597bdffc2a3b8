"""What every strategy promises about several objectives and limits of measures."""

from collections.abc import Sequence

from ...errors import counted
from ...problem import Problem
from ...strategy import Strategy
from .promise import Broken, Skipped
from .races import RUN, WELL, Races, RunOfTask, run_name
from .tasks import (
    FIRST_ELSEWHERE,
    LIMITED,
    LIMITED_ELSEWHERE,
    LIMITS,
    OBJECTIVES,
    PLAIN,
    SECOND_ELSEWHERE,
    TWO_OBJECTIVES,
)


def several_objectives(races: Races) -> str:
    """Check tasks of two objectives, and which objectives the proposals depend on."""
    remark = _answered(races, OBJECTIVES, TWO_OBJECTIVES)
    if not races.strategy.several_objectives:
        return remark
    usual = races.run(TWO_OBJECTIVES)
    others = _altered(races, usual, (FIRST_ELSEWHERE, SECOND_ELSEWHERE))
    differ = [other.proposals != usual.proposals for other in others]
    if len(set(differ)) < 2:
        return remark
    first = differ[0]
    seen = f"its proposals depend on the {'first' if first else 'second'} objective alone"
    return "; ".join(filter(None, (remark, seen)))


def limits(races: Races) -> str:
    """Check tasks with a limit, and whether anything depends on which trials keep it."""
    remark = _answered(races, LIMITS, LIMITED)
    if not races.strategy.knows_limits:
        return remark
    usual = races.run(LIMITED)
    for other in _altered(races, usual, (LIMITED_ELSEWHERE,)):
        if (other.proposals, other.stop) == (usual.proposals, usual.stop):
            count = counted(len(usual.proposals), "proposal")
            seen = f"its first {count} are the same whether trials keep the limit or not"
            return "; ".join(filter(None, (remark, seen)))
    return remark


def _altered(races: Races, usual: RunOfTask, tasks: Sequence[Problem]) -> list[RunOfTask]:
    """Run tasks that differ from the usual run's in what trials tell; none where runs can't show.

    They can't if the usual run did not end well, if the same seed gives different runs, or if there
    is no time.
    """
    if not (usual.ended_well and races.repeats and races.allowance.fits(RUN, times=len(tasks))):
        return []
    return [races.again(task) for task in tasks]


def _answered(races: Races, tasks: Sequence[Problem], plain: Problem) -> str:
    """Check that a strategy does the tasks that its class says it can do, and refuses the others.

    `plain`: the one of the tasks that demands least. A strategy that can do PLAIN, and whose class
    says that it can do this one, must not refuse it.
    """
    races.home()
    said = [task for task in tasks if not _unsaid(races.strategy, task)]
    refusal = _refused(races, [task for task in tasks if task not in said])
    if not said:
        return refusal
    answer = races.run(plain).stop
    if plain in said and answer.reason == "unsupported" and races.run(PLAIN).ended_well:
        seen = f"Unsupported: {answer.detail}, though its class says that it can do this"
        raise Broken(run_name(plain.name), seen, WELL)
    return races.supported(said)


def _refused(races: Races, tasks: Sequence[Problem]) -> str:
    """Check that a strategy refuses tasks, and return why; raises Skipped where none is refused."""
    reasons: list[str] = []
    for task in races.allowance.over(RUN, tasks):
        run, unsaid = races.run(task), _unsaid(races.strategy, task)
        if run.stop.reason == "unsupported":
            reasons.append(run.stop.detail)
        elif races.is_about(task):
            seen = run.failure or f"a run, though its class does not say {unsaid} = True"
            right = (
                "Unsupported, which super().setup(task, rng) raises; or, if it can do this,"
                f" {unsaid} = True in its class"
            )
            raise Broken(run_name(task.name), seen, right)
    if tasks and not reasons:
        raise Skipped("its runs already fail on simpler tasks")
    return f"Unsupported: {reasons[0]}" if reasons else ""


def _unsaid(strategy: Strategy, task: Problem) -> str:
    """Return what a task demands that the strategy does not say it can do; empty: nothing."""
    if len(task.objectives) > 1 and not strategy.several_objectives:
        return "several_objectives"
    return "knows_limits" if task.limits and not strategy.knows_limits else ""
