"""What reports call their intervals and bands, and how often these cover in simulations."""

from typing import Literal, TypeAlias

import numpy as np

from ..statistics import (
    CONFIDENCE,
    FEWEST_PROBLEMS,
    FEWEST_SEEDS,
    Bounds,
    FloatArray,
    Interval,
    Method,
    method_for_new,
    new_problems,
    within_problems,
)
from ..statistics.summaries import QUARTILES
from .words import percent

SURE = percent(CONFIDENCE)
"""The share of intervals that are to hold the truth."""
MIDDLE = f"{100 * QUARTILES[0]:.0f} to {percent(QUARTILES[-1])}"
"""The shares at the quartiles, between which the middle half lies."""
COVERAGE: dict[Method, str] = {
    "t over problems": "92 to 96 %",
    "t over seeds": "88 to 96 %",
    "score over seeds": "94 to 98 %",
}
"""How often intervals of 95 % cover the truth, by scripts/coverage.py: Student's t over problems
with 8 and with 20 problems, the other two with 1 to 20, each with 5 and with 10 seeds. The lowest
shares are those of logarithms and of exponential noise: over the seeds of one problem it is the
lowest of all.
"""
Summary: TypeAlias = Literal[
    "jackknife",
    "order statistics",
    "interpolated order statistics",
    "lost without",
    "portfolio",
    "mixed model",
    "slope",
    "range",
    "distribution",
]
"""What is bounded otherwise than a mean."""
COVERAGE_OF: dict[Summary, str] = {
    "jackknife": "93 to 95 %",
    "order statistics": "95 to 99 %",
    "interpolated order statistics": "94 to 95 %",
    "lost without": "75 to 88 %",
    "portfolio": "76 to 91 %",
    "mixed model": "94 to 97 %",
    "slope": "96 to 97 %",
    "range": "96 to 100 %",
    "distribution": "79 to 96 %",
}
"""How often their intervals of 95 % cover the truth, by the same simulations; a portfolio's are
those of the best pair of four strategies that are equal, a range's those of strategies that hardly
differ."""
_NAMES: dict[Method, str] = {
    "t over problems": "Student's t on per-problem means",
    "t over seeds": "Student's t over the seeds within each problem",
    "score over seeds": "Newcombe's over seeds",
}
RULE = (
    f"from {FEWEST_PROBLEMS} problems on {_NAMES['t over problems']}, below none; it covered "
    f"{COVERAGE['t over problems']} in simulations"
)
"""Which interval for new problems a mean has, by the number of its problems."""


def for_new(problems: int) -> str:
    """Say which interval stands in brackets after a mean over so many problems."""
    method = method_for_new(problems)
    if method == "none":
        return f"no interval for new problems, as under {FEWEST_PROBLEMS} problems"
    return f"its {SURE} interval for new problems in brackets ({named(method)})"


def named(method: Method) -> str:
    """Return a method's name and how often it covers."""
    return f"{_NAMES[method]}; it covered {COVERAGE[method]} in simulations"


def band(runs: FloatArray, bounds: Bounds, *, of: str = "seeds") -> tuple[Interval, str]:
    """Return the mean of (problems, seeds, ...) runs with a band, and the band's name.

    The band is for new problems where there are enough problems, else for these problems alone
    where there are enough seeds; else it is nan. `of`: what the second axis holds instead of seeds.
    """
    interval = new_problems(runs, bounds)
    if not np.all(np.isnan(interval.low)):
        return interval, f"pointwise {SURE}, for new problems like these, {named(interval.method)}"
    interval = within_problems(runs, bounds)
    if not np.all(np.isnan(interval.low)):
        return interval, (
            f"pointwise {SURE}, {named(interval.method)}; it speaks of these problems alone, too "
            "few to speak of others"
        )
    return interval, (
        f"n/a, since fewer than {FEWEST_SEEDS} {of} on fewer than {FEWEST_PROBLEMS} problems "
        "bound nothing"
    )
