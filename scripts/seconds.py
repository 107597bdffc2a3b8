"""Measure how right a plan is: `python scripts/seconds.py [PRESET] [-s SPEC] [-p SPEC]`.

The script makes the runs of a preset one after the other in this process. It prints how many
seconds each problem's evaluations take, how many seconds the rest of a run takes with each
strategy, and how many all runs take together, each beside the number in the plan. Seconds are
given for each full evaluation that was paid for. A problem's number is a mean over strategies,
which may choose configurations that take longer than random ones.
"""

import argparse
import math
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench.experiment import Experiment, Plan, plan, preset, with_changes
from hpobench.experiment.estimates import suggestion
from hpobench.registry import resolve_entrant, resolve_problem
from hpobench.runner import run as race
from hpobench.seeds import seeds_in
from hpobench.strategy import Strategy
from hpobench.trial import Run


@dataclass(frozen=True)
class Took:
    """The seconds that a run took."""

    run: Run
    paid: float
    """The cost of all trials, in evaluations at the highest fidelity."""
    inside: float
    """The seconds in evaluations."""
    beside: float
    """The processor seconds outside of evaluations: the start, the strategy and the runner."""
    planned: float
    """The seconds that the plan gives the run."""

    @property
    def whole(self) -> float:
        return self.inside + self.beside


def took(run: Run, planned: float) -> Took:
    """Make a run, and return the seconds that it took."""
    began, paid, inside = time.process_time(), 0.0, 0.0
    problem, strategy = resolve_problem(run.problem).item, resolve_entrant(run.strategy).item
    assert isinstance(strategy, Strategy), "a system is not timed"
    for record in race(strategy, problem, budget=run.budget, workers=run.workers, seed=run.seed):
        paid += record.trial.cost
        inside += record.measured["evaluate"]
    return Took(run, paid, inside, time.process_time() - began - inside, planned)


def report(planned: Plan, runs: Sequence[Took]) -> None:
    """Print what was measured beside what the plan says."""
    by_problem, by_strategy = defaultdict[str, list[Took]](list), defaultdict[str, list[Took]](list)
    for each in runs:
        by_problem[each.run.problem.name].append(each)
        by_strategy[each.run.strategy.name].append(each)
    print(f"{'an evaluation of':34} measured      said  off by   runs take  as planned")
    for problem in planned.problems:
        some = by_problem[problem.identity.name]
        found = sum(c.inside for c in some) / sum(c.paid for c in some)
        declared = problem.item.about.seconds
        line(problem.identity.name, found, math.nan if declared is None else declared, some)
    print(f"{'a suggestion of':34}")
    for strategy in planned.strategies:
        some = by_strategy[strategy.identity.name]
        found = sum(c.beside for c in some) / max(sum(c.paid for c in some), 1.0)
        line(strategy.identity.name, found, suggestion(strategy), some)
    everything, said = sum(c.whole for c in runs), sum(c.planned for c in runs)
    print(f"all runs: {everything:.1f} s, planned: {said:.1f} s, factor {said / everything:.2f}")


def line(name: str, found: float, said: float, runs: Sequence[Took]) -> None:
    whole, planned = sum(c.whole for c in runs), sum(c.planned for c in runs)
    print(
        f"{name:34} {found:8.5f}  {said:8.5f}  {said / found if found else np.inf:6.2f}"
        f"   {whole:8.2f} s  {planned:8.2f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how right a plan is.")
    parser.add_argument("preset", nargs="?", default="standard", help="default: standard")
    parser.add_argument("--seeds", default="1", help="as in all; default: 1")
    parser.add_argument("-s", "--strategies", action="append", help="a spec; can be repeated")
    parser.add_argument("-p", "--problems", action="append", help="a spec; can be repeated")
    options = parser.parse_args()
    experiment: Experiment = with_changes(
        preset(options.preset),
        strategies=options.strategies,
        problems=options.problems,
        seeds=seeds_in(options.seeds),
        budget=None,
        workers=None,
        first=None,
    )
    planned = plan(experiment)
    report(planned, [took(run, seconds) for run, seconds in planned.runs.items()])


if __name__ == "__main__":
    main()
