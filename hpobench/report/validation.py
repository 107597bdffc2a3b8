"""Validation against test: what strategies see, what it is worth, and what is lost again."""

from functools import partial

import numpy as np

from ..scores import CHECKPOINTS, NO_PROGRESS, overtuning
from ..statistics import mean_over
from ..statistics.summaries import mean, quantiles
from .captioned_figure import CaptionedFigure, missing
from .compared import Compared
from .figures import validation
from .figures.validation import FURTHEST, Path
from .looks.style import Array
from .looks.tables import NONE, Cell, Column, Table, count, number, text
from .over_budget import SCALE, ZERO
from .words import percent

_HIGH = 0.9
"""The quantile of what was lost that is listed."""


def against_validation(compared: Compared) -> CaptionedFigure:
    """Draw the incumbents' test against their validation regret, and overtuning."""
    name, title = "validation-and-test", "Validation against test"
    scores, members = compared.scores, _with_test_score(compared)
    if not members:
        return missing(name, title, "no problem has a test score apart from the value, and anchors")
    who = np.flatnonzero(compared.ran[:, members].all(axis=1)).tolist()
    if not who:
        return missing(name, title, "no strategy has a run on every problem with a test score")
    told, tested = (
        np.asarray(
            mean_over(scores.quantity(kind).bounded, axis=2)[np.ix_(who, members)].mean(axis=1)
        )
        for kind in ("values", "scores")
    )
    for i, s in enumerate(who):
        told[i, : compared.begins(s, members)] = tested[i, : compared.begins(s, members)] = np.nan
    lost = overtuning(scores).relative[np.ix_(who, members)][..., -1].reshape(len(who), -1)
    order = np.argsort(tested[:, -1], kind="stable").tolist()
    later = np.flatnonzero(compared.scores.shares >= CHECKPOINTS[0])
    paths = {compared.names[who[i]]: Path(told[i, later], tested[i, later], lost[i]) for i in order}
    caption = (
        "Left: mean regret of the incumbent on test less that on validation, each on its own scale "
        f"({SCALE}), over {compared.scope(members)}, whose score differs from the value told. "
        "Right: share of runs whose relative overtuning is at most so much: 0 is none, and from 1 "
        "on all that was gained on test is lost. No band: means and all runs."
    )
    notes = (
        f"{ZERO} On validation it is the optimum or the best value known. Left: from "
        f"{percent(CHECKPOINTS[0])} of the budget on. Right: how much worse on test the last "
        "incumbent is than the best on test that the run had before, over what that one had "
        "gained on the first incumbent (Schneider et al., 2025); of the "
        f"{int(np.sum(~np.isnan(lost)))} runs that gained anything on test. Lines end at 1; the "
        f"axis ends at {FURTHEST:g} at the latest."
    )
    numbers: list[tuple[object, ...]] = []
    for strategy, path in paths.items():
        numbers += [
            (strategy, "path", float(spent), float(v), float(t))
            for spent, v, t in zip(compared.spent[later], path.validation, path.test, strict=True)
        ]
        losses = np.sort(path.overtuning[~np.isnan(path.overtuning)])
        numbers += [
            (strategy, "relative overtuning of a run", np.nan, np.nan, float(x)) for x in losses
        ]
    headings = ("strategy", "what", "budget", "validation", "test")
    draw = partial(validation.draw, compared.spent[later], paths, compared.looks)
    return CaptionedFigure(name, title, caption, draw, notes, headings, numbers)


def overtuned(compared: Compared) -> tuple[Table, ...]:
    """List how often and how far runs were overtuned; nothing where no problem can show it."""
    members = _with_test_score(compared)
    who = [s for s in compared.order if compared.ran[s, members].any()]
    if not members or not who:
        return ()
    found = overtuning(compared.scores)
    ends = np.ix_(who, members)
    relative, absolute = (
        each[ends][..., -1].reshape(len(who), -1) for each in (found.relative, found.absolute)
    )
    rows = (
        (text(compared.names[s]), *_overtuned(relative[i], absolute[i])) for i, s in enumerate(who)
    )
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
            f"incumbent. A gain below {NO_PROGRESS:g} is none."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Runs"),
            Column("Lost"),
            Column("Gained"),
            Column("Lost a part (%)"),
            Column("Lost all (%)"),
            Column(f"Share lost, {percent(_HIGH)}"),
        ),
        rows=tuple(rows),
    )
    return (table,)


def _overtuned(relative: Array, absolute: Array) -> tuple[Cell, ...]:
    """Sum up the overtuning (runs,) of a strategy."""
    lost, shares = absolute[~np.isnan(absolute)], relative[~np.isnan(relative)]
    counts = (count(lost.size), number(mean(lost)), count(shares.size))
    if not shares.size:
        return (*counts, *[Cell(NONE, (np.nan,))] * 3)
    return (
        *counts,
        number(100 * float(np.mean(shares > 0)), 1),
        number(100 * float(np.mean(shares >= 1)), 1),
        number(float(quantiles(shares, [_HIGH])[0]), 2),
    )


def _with_test_score(compared: Compared) -> list[int]:
    """Return the problems with both scales, whose incumbents' score is not always their value."""
    values, scores = compared.scores.told.held, compared.scores.reported.held
    differs = np.any((values != scores) & ~np.isnan(scores), axis=(0, 2, 3))
    return [p for p in compared.scaled("values") if p in compared.scaled("scores") and differs[p]]
