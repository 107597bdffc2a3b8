"""A sample of runs in which every strategy and every problem occurs, drawn by a number."""

import math
from collections.abc import Collection, Sequence
from itertools import zip_longest

from ...errors import InputError
from ...seeds import Stream
from ...trial import Run


def sampled(runs: Sequence[Run], share: float, draw: int, idle: Collection[Run]) -> list[Run]:
    """Return a share of the runs, rounded up, in the order in which they were given.

    First come runs until every strategy and every problem has one, even if these are more than the
    share; then one run of each strategy on each problem in turn. All else is luck, which is fixed
    by the `draw`. The `idle` runs, which have no trial, come after others that do as well. Raises
    InputError where the share is none.
    """
    if not 0 < share <= 1:
        raise InputError(f"--sample must be above 0 and at most 1, as in 0.05: {share:g}")
    wanted = math.ceil(round(share * len(runs), 9))
    shuffled = Stream(("verify", draw)).rng().permutation(len(runs))
    drawn = sorted((runs[place] for place in shuffled.tolist()), key=lambda run: run in idle)
    chosen = dict.fromkeys(_cover(drawn, idle))
    for run in _in_turn(drawn):
        if len(chosen) >= wanted:
            break
        chosen[run] = None
    return [run for run in runs if run in chosen]


def _cover(runs: Sequence[Run], idle: Collection[Run]) -> list[Run]:
    """Return few runs in which every strategy and every problem occurs.

    Runs that bring both come before runs that bring one, so that few are needed.
    """
    strategies, problems, found = set[object](), set[object](), list[Run]()
    active = [run for run in runs if run not in idle]
    for both, there in ((True, active), (False, active), (False, runs)):
        for run in there:
            new = (run.strategy not in strategies) + (run.problem not in problems)
            if new == 2 or (new and not both):
                strategies.add(run.strategy)
                problems.add(run.problem)
                found.append(run)
    return found


def _in_turn(runs: Sequence[Run]) -> list[Run]:
    """Return the runs in rounds, in each of which every strategy on every problem has one."""
    pairs = dict[object, list[Run]]()
    for run in runs:
        pairs.setdefault((run.strategy, run.problem), []).append(run)
    rounds = zip_longest(*pairs.values())
    return [run for each in rounds for run in each if run is not None]
