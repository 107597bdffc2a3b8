"""Doses and responses: final regrets along one option of problems, or along the workers."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from ...runner.finished_run import FinishedRun
from ...statistics import FloatArray, mean_over, new_problems
from .. import bounds
from ..appendix.other_runs import ends
from ..appendix.workers import by_workers
from ..captioned_figure import CaptionedFigure
from ..compared import Compared
from ..figures import lines
from ..figures.lines import Chart, Line
from ..gaps import left_out
from ..intervals import SURE
from ..looks import markup
from ..over_budget import banded, whose_intervals
from ..scale import SCALE
from .cells import points

WITHOUT = "without"
"""What stands for a problem that lacks the option."""


def doses(compared: Compared, runs: Sequence[FinishedRun]) -> tuple[CaptionedFigure, ...]:
    """Draw a figure for each option of which problems have several values, and for workers.

    `runs` are all runs, whatever their setting.
    """
    return (*_options(compared), *_workers(compared, runs))


def _options(compared: Compared) -> Iterator[CaptionedFigure]:
    names = {compared.scores.problems[p].identity.name: p for p in compared.scaled}
    for option, series in along(names).items():
        labels = sorted({label for each in series for label in each}, key=_amount)
        kept = [each for each in series if each.keys() == set(labels)]
        if not kept or len(labels) < 2:
            continue
        final = mean_over(compared.scores.reported.bounded[..., -1], axis=2)
        where = [[each[label] for each in kept] for label in labels]
        means = np.array([final[:, there] for there in where])
        problems = [p for each in kept for p in each.values()]
        caption = (
            f"Mean final test regret ({SCALE}; lower is better) of the same problems with several "
            f"values of {option}: {len(kept)} of them, {compared.scope(problems)}."
        )
        yield from _figure(compared, (option, labels), means, where, caption)


def along(names: Mapping[str, int]) -> dict[str, list[dict[str, int]]]:
    """Return for each option the problems that differ in nothing else, by the option's value.

    `names` are the problems' full names with their positions. A problem without the option stands
    for WITHOUT. Problems of one value alone are left out.
    """
    found = defaultdict[tuple[str, str], dict[str, int]](dict)
    for name, p in names.items():
        first, *options = name.split("+")
        for i, each in enumerate(options):
            option, equals, value = each.partition("=")
            rest = "+".join([first, *options[:i], *options[i + 1 :]])
            if equals and not math.isnan(_amount(value)):
                found[option, rest][value] = p
                if rest in names:
                    found[option, rest][WITHOUT] = names[rest]
    series = defaultdict[str, list[dict[str, int]]](list)
    for (option, _), places in found.items():
        if len(places) > 1:
            series[option].append(places)
    return dict(series)


def _amount(value: str) -> float:
    """Return what values are sorted by; nan: the value is no number."""
    if value == WITHOUT:
        return -math.inf
    try:
        return float(value)
    except ValueError:
        return math.nan


def _workers(compared: Compared, runs: Sequence[FinishedRun]) -> Iterator[CaptionedFigure]:
    found = by_workers(compared, runs)
    if len(found) < 2 or not compared.scaled:
        return
    numbers = sorted(found)
    regrets = np.full((len(numbers), *compared.scores.status.shape), np.nan)
    for i, number in enumerate(numbers):
        scores, where = ends(compared, found[number])
        regrets[i][where] = scores.reported.bounded[..., -1]
    there = ~np.isnan(regrets).any(axis=0)
    means = mean_over(np.where(there, regrets, np.nan), axis=3)[:, :, compared.scaled]
    kept = np.asarray(~np.isnan(means).all(axis=(0, 1)))
    if not kept.any():
        return
    problems = [p for p, some in zip(compared.scaled, kept.tolist(), strict=True) if some]
    caption = (
        f"Mean final test regret ({SCALE}; lower is better) of runs of the same budget and seeds "
        f"with several numbers of workers, over {compared.scope(problems)}."
    )
    labels = [str(each) for each in numbers]
    yield from _figure(
        compared, ("workers", labels), means[..., kept], [problems] * len(numbers), caption
    )


def _figure(
    compared: Compared,
    doses: tuple[str, Sequence[str]],
    means: FloatArray,
    where: Sequence[Sequence[int]],
    caption: str,
) -> Iterator[CaptionedFigure]:
    """Yield the figure of mean regrets (doses, strategies, problems), if any strategy has all.

    `doses`: what they are of, and the label of each. `where`: the problems of each.
    """
    what, labels = doses
    drawn = _lines(compared, means, where)
    if not drawn:
        return
    chart = Chart(
        drawn,
        what.capitalize(),
        "Mean final regret",
        ticks={float(dose): label for dose, label in enumerate(labels)},
        with_intervals=(*banded(compared, [*drawn]), compared.comparator),
    )
    yield CaptionedFigure(
        name=f"along-{markup.file_name(what)}",
        title=f"Final regrets along {what}",
        caption=(
            f"{caption} Bands ({whose_intervals(compared)}): {SURE} intervals for new "
            f"problems, where there are enough. No test.{left_out(compared, drawn)}"
        ),
        draw=partial(lines.draw, [chart], compared.looks),
        headings=(what, "strategy", "regret", "low", "high"),
        numbers=[(labels[int(dose)], name, *rest) for name, dose, *rest in points(drawn)],
    )


def _lines(
    compared: Compared, means: FloatArray, where: Sequence[Sequence[int]]
) -> dict[str, Line]:
    """Return the means with intervals of each strategy that has runs on all problems at all doses.

    `means` and `where` are those of `_figure`.
    """
    found = [
        new_problems(each.T[:, None], bounds.of_regrets(compared.scores, there))
        for each, there in zip(means, where, strict=True)
    ]
    centres, lows, highs = (
        np.stack(each, axis=1)
        for each in zip(*((each.mean, each.low, each.high) for each in found), strict=True)
    )
    x = np.arange(len(means), dtype=float)
    return {
        compared.names[s]: Line(x, centres[s], lows[s], highs[s])
        for s in compared.order
        if not np.isnan(means[:, s]).any()
    }
