"""The tables of ends: mean regrets at the checkpoints, and raw scores."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..scores import CHECKPOINTS, at_checkpoints, problem_means
from ..statistics import against, new_problems, within_problems
from ..tables import NONE, Cell, Column, Table, number, text
from .comparisons import ALPHA
from .over_budget import SCALE
from .rankings import NO_MEANS, with_half
from .study import Study

Mark: TypeAlias = Literal["best", "near", ""]
"""Whether a mean is the lowest of its column, or not significantly above it."""

_PLANS = "*"
_PLANNED = (
    f" {_PLANS} plans for its budget: its earlier columns are read from runs planned for the whole."
)


def final(study: Study) -> Table | str:
    """List the mean regrets at the checkpoints, the comparator first; or say why not."""
    members, who = study.scaled(), study.complete
    if not members or not who:
        return f"Mean regret at four shares of the budget: n/a, {NO_MEANS}."
    curves = at_checkpoints(study.runs("scores", who, members), study.table.shares)
    general, here = new_problems(curves), within_problems(curves)
    means = problem_means(study.table.scores.bounded)[np.ix_(who, members)]
    marks = _marks(at_checkpoints(means, study.table.shares))
    order = sorted(range(len(who)), key=lambda i: (who[i] != study.control, general.mean[i, -1]))
    rows = [
        (
            text(study.names[who[i]] + _PLANS * study.cards[who[i]].plans_for_budget),
            *(
                _marked(with_half(general.mean[i, c], general.low[i, c], general.high[i, c]), mark)
                for c, mark in enumerate(marks[i])
            ),
            number((here.high[i, -1] - here.low[i, -1]) / 2),
        )
        for i in order
    ]
    shares = [f"{share:.0%}" for share in CHECKPOINTS]
    return Table(
        name="final-regret",
        title="Mean regret at four shares of the budget",
        caption=_caption(study, members, general.method),
        columns=(
            Column("Strategy", "l"),
            *(Column(s.replace("%", " %"), parts=(s, f"{s} half-width")) for s in shares),
            Column("these \N{PLUS-MINUS SIGN}"),
        ),
        rows=tuple(rows),
    )


def scores(study: Study) -> Table:
    """List the final raw scores, a row a problem."""
    who = np.flatnonzero(study.ran.any(axis=1)).tolist()
    held = study.table.scores.held[..., -1]
    rows = [
        (
            text(study.table.problems[p].identity.name),
            *(_mean_and_deviation(held[s, p]) for s in who),
        )
        for p in study.problems
    ]
    return Table(
        name="final-scores",
        title="Final scores, raw",
        caption=(
            "Score of the last incumbent in the problem's own unit: mean over seeds (standard "
            f"deviation over seeds), over {study.scope(study.problems)}; runs that failed are "
            "left out here. No band, no test. \N{EN DASH}: no run."
        ),
        columns=(
            Column("Problem", "l"),
            *(Column(study.names[s], parts=(study.names[s], f"{study.names[s]} sd")) for s in who),
        ),
        rows=tuple(rows),
    )


def _caption(study: Study, members: Sequence[int], method: str) -> str:
    who = study.complete
    plans = any(study.cards[s].plans_for_budget for s in who)
    clipped = int(study.table.scores.clipped[np.ix_(who, members)].sum())
    beaten = study.table.scores.beaten[np.ix_(who, members)].sum(axis=0)
    records = [
        study.table.problems[p].identity.name
        for p, runs in zip(members, beaten, strict=True)
        if runs
    ]
    named = f" ({', '.join(records)})" if records else ""
    return (
        f"Mean over {study.scope(members)} of the test regret of the incumbent ({SCALE}; "
        f"winsorised to [\N{MINUS SIGN}1, 2], which changed {clipped} final runs; a run that "
        "failed or holds nothing yet counts as 2), \N{PLUS-MINUS SIGN} half-width of the 95 % "
        f"interval for new problems ({_interval_name(method)}). Last column: half-width for these "
        "problems alone (bootstrap of seeds within problems). Bold: lowest of its column; "
        "underlined: not significantly worse than it (Wilcoxon on per-problem means, Holm, "
        f"{ALPHA:g}; the lowest is chosen by the data). Below the reference, a new best: on "
        f"{len(records)} of {len(members)} "
        f"problems{named}.{_PLANNED if plans else ''}{study.absent()}"
    )


def _marked(cell: Cell, mark: Mark) -> Cell:
    return replace(cell, bold=mark == "best", underlined=mark == "near")


def _mean_and_deviation(held: NDArray[np.float64]) -> Cell:
    there = held[~np.isnan(held)]
    if not there.size:
        return text(NONE)
    deviation = float(np.std(there, ddof=1)) if there.size > 1 else np.nan
    shown = f"{there.mean():.4g}" + ("" if np.isnan(deviation) else f" ({deviation:.2g})")
    return Cell(shown.replace("-", "\N{MINUS SIGN}"), (float(there.mean()), deviation))


def _marks(means: NDArray[np.float64]) -> list[list[Mark]]:
    """Mark the lowest mean of (strategies, problems, checkpoints), and what no test separates."""
    marks: list[list[Mark]] = [[""] * means.shape[2] for _ in means]
    for c in range(means.shape[2]):
        averages = means[..., c].mean(axis=1)
        best = int(np.argmin(averages))
        if np.all(averages == averages[best]):
            continue
        adjusted = against(means[..., c], best).adjusted
        for s, p in enumerate(adjusted):
            if averages[s] == averages[best]:
                marks[s][c] = "best"
            elif p > ALPHA:
                marks[s][c] = "near"
    return marks


def _interval_name(method: str) -> str:
    names = {
        "two-level bootstrap": "two-level percentile bootstrap, B = 10,000",
        "t": "Student's t on per-problem means, as under 20 problems",
        "none": "n/a under 8 problems",
    }
    return names[method]
