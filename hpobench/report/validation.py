"""Validation against test: what strategies are told, what it is worth, and what is lost again."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..errors import counted
from ..scores import CHECKPOINTS, NO_PROGRESS, Kind
from ..statistics import FloatArray, mean_over
from ..statistics.summaries import mean, quantiles
from .captioned_figure import CaptionedFigure, missing
from .compared import Compared
from .figures import validation
from .figures.validation import FURTHEST, Path
from .gaps import left_out
from .looks.tables import NONE, Cell, Column, Table, count, number, text
from .scale import SCALE, ZERO
from .words import percent

_HIGH = 0.9
"""The quantile of the share lost that is listed."""
_KINDS: tuple[Kind, ...] = ("values", "scores")
_HEADINGS = ("strategy", "what", "budget", "validation", "test")


def against_validation(compared: Compared) -> CaptionedFigure:
    """Draw the incumbents' test regret less their validation regret, and their overtuning."""
    name, title = "validation-and-test", "Validation against test"
    members = with_test_score(compared)
    if not members:
        return missing(
            name, title, "no problem has anchors, and a test score that differs from the value"
        )
    who = np.flatnonzero(compared.ran[:, members].all(axis=1)).tolist()
    if not who:
        return missing(name, title, "no strategy has a run on every problem with a test score")
    later = np.flatnonzero(compared.scores.shares >= CHECKPOINTS[0])
    paths = _paths(compared, who, members, later)
    gained = sum(int(np.sum(~np.isnan(path.overtuning))) for path in paths.values())
    caption = (
        "Left: mean regret of the incumbent on test less that on validation, each on its own scale "
        f"({SCALE}), over {compared.scope(members)}, whose score differs from the value told. "
        "Right: share of runs whose relative overtuning is at most so much: 0 is none, and from 1 "
        "on all that was gained on test is lost. No band: means and all runs."
        f"{left_out(compared, paths)}"
    )
    notes = (
        f"{ZERO} On validation it is the optimum or the best value known. Left: from "
        f"{percent(CHECKPOINTS[0])} of the budget on. Right: how much worse on test the last "
        "incumbent is than the best on test that the run had before, over what that one had "
        "gained on the first incumbent (Schneider et al., 2025); of the "
        f"{counted(gained, 'run')} that gained anything on test. Lines end at 1; the "
        f"axis ends at {FURTHEST:g} at the latest."
    )
    draw = partial(validation.draw, compared.spent[later], paths, compared.looks)
    numbers = _numbers(compared.spent[later], paths)
    return CaptionedFigure(name, title, caption, draw, notes, _HEADINGS, numbers)


def _paths(
    compared: Compared, who: Sequence[int], members: Sequence[int], points: NDArray[np.intp]
) -> dict[str, Path]:
    """Return what is drawn of each strategy at points of the grid, the best on test first."""
    told, tested = (
        np.asarray(
            mean_over(compared.scores.quantity(kind).bounded, axis=2)[np.ix_(who, members)].mean(
                axis=1
            )
        )
        for kind in _KINDS
    )
    for i, s in enumerate(who):
        told[i, : compared.begins(s, members)] = tested[i, : compared.begins(s, members)] = np.nan
    lost = compared.overtuning.relative[np.ix_(who, members)].reshape(len(who), -1)
    order = np.argsort(tested[:, -1], kind="stable").tolist()
    return {
        compared.names[who[i]]: Path(told[i, points], tested[i, points], lost[i]) for i in order
    }


def _numbers(spent: FloatArray, paths: Mapping[str, Path]) -> list[tuple[object, ...]]:
    """Return the numbers of the paths over the budget that was spent, (grid,)."""
    numbers: list[tuple[object, ...]] = []
    for strategy, path in paths.items():
        numbers += [
            (strategy, "path", float(cost), float(v), float(t))
            for cost, v, t in zip(spent, path.validation, path.test, strict=True)
        ]
        losses = np.sort(path.overtuning[~np.isnan(path.overtuning)])
        numbers += [
            (strategy, "relative overtuning of a run", np.nan, np.nan, float(x)) for x in losses
        ]
    return numbers


def overtuned(compared: Compared) -> tuple[Table, ...]:
    """List how often and how far runs were overtuned; nothing where no problem can show it."""
    members = with_test_score(compared)
    who = [s for s in compared.order if compared.ran[s, members].any()]
    if not members or not who:
        return ()
    table = Table(
        name="overtuning",
        title="Overtuning at the end of the budget",
        caption=(
            "Of each strategy's runs on the problems whose score differs from the value told "
            f"({compared.scope(members)}): lost is by how much the last incumbent is worse on test "
            "than the best incumbent before it, as a regret, mean over runs. The rest is over the "
            "runs that had gained anything on test: how many lost a part of the gain again, how "
            f"many all of it, and the share that was lost, which {percent(1 - _HIGH)} of the runs "
            "exceed. No band, no test."
        ),
        notes=(
            "Overtuning is that of Schneider et al. (AutoML 2025), relative to the run's first "
            f"incumbent. A gain below {NO_PROGRESS:g} is none. Test less validation is "
            "their meta-overfitting: by how much the last incumbent's score is above the value "
            "that the strategy was told of it, over the scale of the score's regret, mean over the "
            f"runs on {counted(len(_in_one_unit(compared, members)), 'problem')}, which are ours "
            "and have value and score in one unit."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Runs"),
            Column("Test less validation"),
            Column("Lost"),
            Column("Gained"),
            Column("Lost a part (%)"),
            Column("Lost all (%)"),
            Column(f"Share lost, {percent(_HIGH)}"),
        ),
        rows=tuple((text(compared.names[s]), *_overtuned(compared, s, members)) for s in who),
    )
    return (table,)


def with_test_score(compared: Compared) -> list[int]:
    """Return the problems with regrets of values and of scores, where the two are not the same."""
    values, scores = compared.scores.told.held, compared.scores.reported.held
    differs = np.any((values != scores) & ~np.isnan(scores), axis=(0, 2, 3))
    return [p for p in compared.scaled_both if differs[p]]


def _overtuned(compared: Compared, s: int, members: Sequence[int]) -> tuple[Cell, ...]:
    """Sum up the overtuning of a strategy's runs on some problems."""
    lost, shares = (
        each[s, members][~np.isnan(each[s, members])]
        for each in (compared.overtuning.absolute, compared.overtuning.relative)
    )
    worse = compared.overtuning.meta[s, _in_one_unit(compared, members)]
    above = number(mean(worse[~np.isnan(worse)]))
    counts = (count(lost.size), above, number(mean(lost)), count(shares.size))
    if not shares.size:
        return (*counts, *[Cell(NONE, (np.nan,))] * 3)
    return (
        *counts,
        number(100 * float(np.mean(shares > 0)), 1),
        number(100 * float(np.mean(shares >= 1)), 1),
        number(float(quantiles(shares, [_HIGH])[0]), 2),
    )


def _in_one_unit(compared: Compared, problems: Sequence[int]) -> list[int]:
    """Return the problems whose value and score are the same quantity: those that are ours.

    A user's own problem may report a score of another kind than the value that it tells.
    """
    return [p for p in problems if compared.scores.problems[p].source is None]
