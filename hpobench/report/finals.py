"""The tables of what runs end with: mean regrets at shares of the budget, and raw scores."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..cards.digits import padded, telling
from ..errors import counted
from ..scores import CHECKPOINTS, at_checkpoints, checkpoints
from ..statistics import (
    ALPHA,
    FEWEST_SEEDS,
    FloatArray,
    all_pairs,
    new_problems,
    problems_needed,
    within_problems,
)
from ..statistics.summaries import deviation, mean
from . import bounds
from .compared import Compared
from .gaps import absent
from .intervals import SURE, for_new, named
from .looks.tables import NONE, Cell, Column, Table, decimals, text
from .over_budget import WINSORISED, WORST
from .rankings import bracketed
from .scale import SCALE, ZERO
from .verdicts import LEVEL
from .words import percent, spelled

Mark: TypeAlias = Literal["best", "near", ""]
"""Whether a mean is the lowest of its column ("best"), or not significantly above it ("near")."""

_FEWER = "*"
_FEWER_SEEDS = (
    f" {_FEWER}2: the mean of 2 seeds, where another strategy has more, since runs failed, hold no"
    " score or are missing; likewise for other numbers."
)
_DIGITS = range(4, 11)
"""How many digits a mean score may have: as few as tell the lowest from the rest; beyond these,
digits are rounding errors."""
PLANS = "*"
"""What stands after the name of a strategy that plans for its budget."""
PLANNED = (
    f" {PLANS} plans for its budget: its earlier columns are read from runs planned for the whole."
)


def final(compared: Compared) -> Table | str:
    """List the mean regrets at the checkpoints, the comparator first; or say why there are none."""
    members, who = compared.scaled, compared.complete
    if not members or not who:
        reason = compared.no_regrets or "no strategy has runs on every problem"
        return f"Mean regret at {spelled(len(CHECKPOINTS))} shares of the budget: n/a, {reason}."
    curves = at_checkpoints(compared.runs("scores", who, members), compared.scores.shares)
    ends = bounds.of_regrets(compared.scores, members)
    general, here = new_problems(curves, ends), within_problems(curves[..., -1], ends)
    begun = _begun(compared, who, members)
    marks = _marks(compared, general.mean, begun)
    order = sorted(
        range(len(who)), key=lambda i: (who[i] != compared.comparator_position, general.mean[i, -1])
    )
    rows = [
        (
            text(compared.names[who[i]] + PLANS * compared.cards[who[i]].plans_for_budget),
            *(
                _marked(bracketed(general.mean[i, c], general.low[i, c], general.high[i, c]), mark)
                if begun[i, c]
                else Cell(NONE, (np.nan, np.nan, np.nan))
                for c, mark in enumerate(marks[i])
            ),
            _between(here.low[i], here.high[i]),
        )
        for i in order
    ]
    shares = [(percent(share), f"{share:.0%}") for share in CHECKPOINTS]
    return Table(
        name="final-regret",
        title=f"Mean regret at {spelled(len(CHECKPOINTS))} shares of the budget",
        caption=_caption(compared, members),
        notes=_notes(compared, members),
        columns=(
            Column("Strategy", "l"),
            *(Column(shown, parts=(s, f"{s} low", f"{s} high")) for shown, s in shares),
            Column("100 %, these problems", parts=("these low", "these high")),
        ),
        rows=tuple(rows),
    )


def scores(compared: Compared) -> Table | str:
    """List the final raw scores, with a row for each problem; or say why there are none."""
    if not compared.problems:
        return f"Final scores: n/a, {compared.no_regrets}."
    who = [s for s in compared.order if compared.ran[s].any()]
    scores = compared.scores
    held = np.where(scores.status == "failed", np.nan, scores.reported.held[..., -1])
    most = (~np.isnan(held)).sum(axis=2).max(axis=0).tolist()
    rows = [
        (
            text(compared.problem_names[p]),
            *_means_and_deviations(held[who, p], most[p]),
        )
        for p in compared.problems
    ]
    fewer = any(_FEWER in cell.text for row in rows for cell in row[1:])
    return Table(
        name="final-scores",
        title="Final scores, raw",
        caption=(
            "Score of the last incumbent in the problem's own unit: mean over seeds (standard "
            f"deviation over seeds), over {compared.scope(compared.problems)}; runs that failed "
            f"are left out here. No band, no test. \N{EN DASH}: no run with a score. A mean has "
            f"{spelled(_DIGITS.start)} digits, or more where the lowest takes them to differ from "
            f"the rest.{_FEWER_SEEDS if fewer else ''}"
        ),
        columns=(
            Column("Problem", "l"),
            *(
                Column(name, parts=(name, f"{name} sd", f"{name} seeds"))
                for name in (compared.names[s] for s in who)
            ),
        ),
        rows=tuple(rows),
    )


def _caption(compared: Compared, members: Sequence[int]) -> str:
    return (
        f"Mean test regret of the incumbent over {compared.scope(members)} ({SCALE}), with its "
        f"{SURE} interval for new problems; “these problems”: for these alone. Bold: lowest of "
        f"its column, if not all are; {_underlined(len(compared.complete), len(members))} "
        f"{_records(compared, members)}{absent(compared)}"
    )


def _notes(compared: Compared, members: Sequence[int]) -> str:
    who = compared.complete
    plans = any(compared.cards[s].plans_for_budget for s in who)
    clipped = int(compared.scores.reported.clipped[np.ix_(who, members)].sum())
    return (
        f"{WINSORISED.capitalize()}, which changed {counted(clipped, 'final run')}; a run "
        f"that failed or holds nothing yet counts as {WORST}. Means: with {for_new(len(members))}. "
        "\N{EN DASH}: nothing has been evaluated by then. “These problems”: "
        f"{named('t over seeds')}; none under {FEWEST_SEEDS} seeds. Underlined: by Wilcoxon on "
        f"per-problem differences, Holm over all pairs, {ALPHA:g}, as the lowest is chosen by the "
        "data. "
        f"{ZERO}{PLANNED if plans else ''}"
    )


def _underlined(strategies: int, problems: int) -> str:
    """Say what an underline means, or why there is none."""
    tests = strategies * (strategies - 1) // 2
    if problems < problems_needed(max(tests, 1)):
        needed = problems_needed(max(tests, 1))
        return (
            f"no Wilcoxon test at {LEVEL} could have told any other from it, since "
            f"{counted(tests, 'test')} on per-problem means would need {needed} problems."
        )
    return "underlined: not significantly worse than it."


def _records(compared: Compared, members: Sequence[int]) -> str:
    """Say on which problems a value is below the best known; none is where the optimum is known."""
    open_ended = [p for p in members if compared.scores.problems[p].optimum is None]
    if not open_ended:
        return "The optimum of each is known."
    beaten = compared.scores.told.beaten.sum(axis=0)
    records = [compared.problem_names[p] for p in open_ended if beaten[p]]
    named_problems = f" ({', '.join(records)})" if records else ""
    return (
        "A value (not a test score) below the best known: on "
        f"{len(records)} of the {counted(len(open_ended), 'problem')} without a known optimum"
        f"{named_problems}."
    )


def _marked(cell: Cell, mark: Mark) -> Cell:
    return replace(cell, bold=mark == "best", underlined=mark == "near")


def _between(low: float, high: float) -> Cell:
    bounds = (float(low), float(high))
    if np.isnan(low):
        return Cell(NONE, bounds)
    return Cell(f"[{decimals(bounds[0])}, {decimals(bounds[1])}]", bounds)


def _means_and_deviations(held: FloatArray, most: int) -> list[Cell]:
    """Return each strategy's mean over seeds and its deviation, of (strategies, seeds) scores.

    A strategy with fewer than the `most` seeds is marked.
    """
    there = [each[~np.isnan(each)] for each in held]
    means = [mean(each) for each in there if each.size]
    lowest = [each == min(means) for each in means]
    forms = ([padded(each, digits) for each in means] for digits in _DIGITS)
    shown = iter(telling(forms, lowest))
    return [
        _mean_and_deviation(next(shown), each, most) if each.size else text(NONE) for each in there
    ]


def _mean_and_deviation(shown: str, there: FloatArray, most: int) -> Cell:
    spread = deviation(there)
    shown += f" ({padded(spread, 2)})" if np.isfinite(spread) else ""
    mark = f" {_FEWER}{there.size}" if there.size < most else ""
    return Cell(shown.replace("-", "\N{MINUS SIGN}") + mark, (mean(there), spread, there.size))


def _begun(compared: Compared, who: Sequence[int], members: Sequence[int]) -> NDArray[np.bool_]:
    """Tell at which checkpoints a strategy's runs hold anything, (strategies, checkpoints)."""
    held = compared.scores.reported.held[np.ix_(who, members)]
    failed = compared.scores.status[np.ix_(who, members)] == "failed"
    holds = (~np.isnan(held)).any(axis=(1, 2)) | failed.all(axis=(1, 2))[:, None]
    return np.asarray(at_checkpoints(holds.astype(float), compared.scores.shares) == 1)


def _marks(compared: Compared, averages: FloatArray, begun: NDArray[np.bool_]) -> list[list[Mark]]:
    """Mark the lowest of mean regrets (strategies, checkpoints), and those no test tells from it.

    Means that print the same are the same; where all of a checkpoint are, none is marked.
    """
    marks: list[list[Mark]] = [[""] * len(CHECKPOINTS) for _ in averages]
    for c, column in enumerate(checkpoints(compared.scores.shares).tolist()):
        shown = [decimals(each) for each in averages[:, c]]
        rivals = np.flatnonzero(begun[:, c]).tolist()
        if len({shown[i] for i in rivals}) < 2:
            continue
        best = min(rivals, key=lambda i: averages[i, c])
        chosen = [compared.complete[i] for i in rivals]
        tests = all_pairs(compared.differences_at(column)[np.ix_(chosen, chosen)])
        lowest = rivals.index(best)
        for i, p, possible in zip(
            rivals, tests.adjusted[lowest], tests.possible[lowest], strict=True
        ):
            if shown[i] == shown[best]:
                marks[i][c] = "best"
            elif p > ALPHA and possible:
                marks[i][c] = "near"
    return marks
