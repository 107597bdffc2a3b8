"""Variants of a strategy against the strategy as it is by default: what each setting is worth."""

from functools import partial

import numpy as np

from ...statistics import ROPE, new_problems
from .. import bounds
from ..captioned_figure import CaptionedFigure
from ..compared import Compared
from ..figures import intervals
from ..figures.intervals import Column, Row
from ..intervals import RULE, SURE
from ..scale import SCALE


def variants(compared: Compared) -> tuple[CaptionedFigure, ...]:
    """Draw the difference in mean regret of each variant to its default; nothing without any."""
    pairs = _pairs(compared)
    if not compared.scaled or not pairs:
        return ()
    means, ends = compared.final_means, bounds.of_gains(compared.scores, compared.scaled)
    rows = list[Row]()
    problems = list[int]()
    for default, variant in pairs:
        worse = means[variant] - means[default]
        found = new_problems(worse[..., None], ends)
        problems.append(int((~np.isnan(worse)).any(axis=1).sum()))
        mean, low, high = (float(each[0]) for each in (found.mean, found.low, found.high))
        rows.append(Row(compared.names[variant], mean, low, high, f"({problems[-1]})"))
    column = Column(rows, "Regret less that of the default", neutral=0.0, shaded=(-ROPE, ROPE))
    bases = dict.fromkeys(compared.names[default] for default, _ in pairs)
    return (
        CaptionedFigure(
            name="variants",
            title="Variants against the default",
            caption=(
                f"Mean final test regret of variants less that of {', '.join(bases)} with all "
                f"settings at their defaults ({SCALE}; below 0 the variant is better), on the same "
                "instances, over the problems that both have runs on (their number in brackets), "
                f"of {compared.scope(compared.scaled)}. Bar: {SURE} interval for new problems like "
                f"these; a hollow mark has none. Shaded: differences of at most {ROPE:g}."
            ),
            draw=partial(intervals.draw, [column], compared.looks),
            notes=f"{RULE} Each interval is for itself, without a correction for their number.",
            headings=("variant", "default", "difference", "low", "high", "problems"),
            numbers=[
                (row.strategy, compared.names[default], row.centre, row.low, row.high, number)
                for row, (default, _), number in zip(rows, pairs, problems, strict=True)
            ],
        ),
    )


def _pairs(compared: Compared) -> list[tuple[int, int]]:
    """Return each default with each of its variants, in the order of the ranking."""
    there = {compared.called[s]: s for s in compared.order}
    found = [
        (there[name.partition(":")[0]], s)
        for name, s in there.items()
        if ":" in name and name.partition(":")[0] in there
    ]
    return sorted(found, key=lambda pair: compared.order.index(pair[0]))
