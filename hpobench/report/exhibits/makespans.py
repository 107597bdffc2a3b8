"""Regret over simulated time, of runs with one worker and with several."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

import numpy as np

from ...errors import counted
from ...runner.finished_run import FinishedRun
from ...scores import Scores, regrets_by
from ...statistics import FloatArray, new_problems
from .. import bounds
from ..appendix.in_time import Clock, clock
from ..appendix.other_runs import Where, ends
from ..appendix.workers import by_workers
from ..captioned_figure import CaptionedFigure
from ..compared import Compared
from ..figures import lines
from ..figures.lines import Chart, Line
from ..gaps import left_out
from ..intervals import SURE
from ..over_budget import WORST, banded, whose_intervals
from ..scale import SCALE
from .cells import points

_POINTS = 80
"""At how many points in time regrets are read."""


def makespans(compared: Compared, runs: Sequence[FinishedRun]) -> tuple[CaptionedFigure, ...]:
    """Draw mean regrets over simulated time, a panel for each number of workers, at most three.

    Nothing where all runs have one number of workers. `runs` are all runs, whatever their setting.
    """
    found, by = by_workers(compared, runs), clock(compared)
    if len(found) < 2 or by is None:
        return ()
    numbers = sorted(found)
    kept = dict.fromkeys((numbers[0], numbers[len(numbers) // 2], numbers[-1]))
    scored = {number: ends(compared, found[number]) for number in kept}
    longest = max(_longest(each, by.unit[where[1].ravel()]) for each, where in scored.values())
    x = np.logspace(0, np.log10(max(longest, 2.0)), _POINTS)
    regrets = in_time(compared, scored, by, x)
    lacking = np.isnan(np.stack([each[..., -1] for each in regrets.values()]))
    there = np.asarray(~lacking.any(axis=0))
    problems = [p for p in by.problems if there[:, p].any()]
    who = [s for s in compared.order if problems and there[s, problems].any(axis=1).all()]
    if not who:
        return ()
    drawn = {
        number: _lines(compared, np.where(there[..., None], each, np.nan), (who, problems), x)
        for number, each in regrets.items()
    }
    return (_figure(compared, drawn, problems),)


def in_time(
    compared: Compared, scored: Mapping[int, tuple[Scores, Where]], by: Clock, x: FloatArray
) -> dict[int, FloatArray]:
    """Return regrets by points in time, (strategies, problems, seeds, points), by workers.

    `scored` are runs by their workers, as `ends` returns them. `x` (points,) are times in units of
    an evaluation at the highest fidelity of each problem. nan: no run, or no scale.
    """
    found = dict[int, FloatArray]()
    for number, (scores, where) in scored.items():
        at = by.unit[where[1].ravel(), None] * x
        regrets = np.full((*compared.scores.status.shape, x.size), np.nan)
        regrets[where] = regrets_by(scores, scores.steps.finished, at)
        found[number] = regrets
    return found


def _longest(scores: Scores, unit: FloatArray) -> float:
    """Return how long the median run takes, in units (problems,); 0 where none is known."""
    taken = scores.totals.makespan / unit[:, None]
    known = taken[np.isfinite(taken)]
    return float(np.median(known)) if known.size else 0.0


def _lines(
    compared: Compared,
    regrets: FloatArray,
    which: tuple[Sequence[int], Sequence[int]],
    x: FloatArray,
) -> dict[str, Line]:
    """Return means with intervals; `which`: the strategies and the problems."""
    who, problems = which
    runs = np.moveaxis(regrets[np.ix_(who, problems)], 0, 2)
    mean = new_problems(runs, bounds.of_regrets(compared.scores, problems))
    return {
        compared.names[s]: Line(x, mean.mean[i], mean.low[i], mean.high[i])
        for i, s in enumerate(who)
    }


def _figure(
    compared: Compared, drawn: Mapping[int, Mapping[str, Line]], problems: Sequence[int]
) -> CaptionedFigure:
    """Return the figure of lines by strategy, by workers; all have the same strategies."""
    names = [*next(iter(drawn.values()))]
    barred = (*banded(compared, names), compared.comparator)
    limits = _limits(drawn, barred)
    charts = [
        Chart(
            each,
            f"Time, {counted(number, 'worker')}",
            "Mean regret",
            xlog=True,
            steps=True,
            limits=limits,
            with_intervals=barred,
        )
        for number, each in drawn.items()
    ]
    return CaptionedFigure(
        name="regret-by-makespan",
        title="Regret over time with several workers",
        caption=(
            f"Mean test regret of the incumbent ({SCALE}; lower is better) by simulated time, of "
            f"runs of the same budget and seeds with several numbers of workers, over "
            f"{compared.scope(problems)}. The unit of time is an evaluation at the highest "
            "fidelity of the problem; a run that has ended keeps what it holds. Bars "
            f"({whose_intervals(compared)}): pointwise {SURE} intervals for new problems, where "
            f"there are enough. No test.{left_out(compared, names)}"
        ),
        draw=partial(lines.draw, charts, compared.looks),
        notes=(
            f"The unit is that of the runs of {compared.comparator} on the problem, on average. A "
            f"run that failed or holds nothing yet counts as {WORST}. The axis ends where the "
            "median run with the fewest workers does, or later. How much of the workers' help "
            "arrives is in the figure of their efficiency."
        ),
        headings=("workers", "strategy", "time", "regret", "low", "high"),
        numbers=[(number, *row) for number, each in drawn.items() for row in points(each)],
    )


def _limits(
    drawn: Mapping[int, Mapping[str, Line]], barred: Collection[str]
) -> tuple[float, float]:
    """Return the ends of an axis that has room for all lines, and for the bars of some."""
    lines_by_name = [(name, line) for each in drawn.values() for name, line in each.items()]
    every = [line.y for _, line in lines_by_name]
    every += [
        end for name, line in lines_by_name if name in barred for end in (line.low, line.high)
    ]
    low, high = float(np.nanmin(every)), float(np.nanmax(every))
    margin = 0.05 * (high - low) + 0.01
    return low - margin, high + margin
