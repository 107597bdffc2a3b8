"""What a comparison came to: a verdict of a word or two, and the same at length."""

from typing import Literal, TypeAlias

import numpy as np

from ..statistics import ALPHA
from .comparisons import Comparison
from .words import percent

TEST = "two-sided Wilcoxon signed-rank test"
LEVEL = percent(ALPHA)
"""The level of every test, before any correction."""
Verdict: TypeAlias = Literal[
    "better",
    "not told apart",
    "differs",
    "worse",
    "better here",
    "worse here",
    "too few",
    "n/a",
]
"""What a comparison came to, as it is told. With "too few" problems no result could have been
significant; "better here": nor could it, but the runs on these very problems tell the two apart;
"n/a": the two share no problem that is tested."""
TOO_FEW: Verdict = "too few"
"""The verdict where no result could have been significant."""
HERE: tuple[Verdict, Verdict] = ("better here", "worse here")
"""The verdicts that hold for the very problems that were run, and for no others."""


def verdict(each: Comparison) -> Verdict:
    """Say what the primary test found, and whether it could have found anything."""
    ahead = each.superiority.chance > 0.5
    if each.adjusted <= ALPHA:
        if each.gain > 0 or (np.isnan(each.gain) and ahead):
            return "better" if ahead else "differs"
        return "worse" if each.superiority.chance < 0.5 else "differs"
    if each.possible:
        return "not told apart"
    if each.here.p <= ALPHA and each.superiority.chance != 0.5:
        return HERE[0] if ahead else HERE[1]
    return TOO_FEW if each.problems else "n/a"


def in_words(each: Comparison) -> str:
    """Say at length what the primary test found."""
    shared, found = each.superiority.problems, verdict(each)
    match found:
        case "n/a":
            lacking = "problem in common has anchors" if shared else "instance in common"
            return f"n/a (no {lacking})"
        case "too few" | "better here" | "worse here":
            anchored = "" if each.problems == shared else " with anchors"
            here = f", {found.split()[0]} on these alone" if found in HERE else ""
            return f"too few shared problems{anchored} ({each.problems}){here}"
        case "differs":
            return "differs: better by mean or by chance, not by both"
        case _:
            return found


def first_level(tests: int) -> str:
    """Return the level at which the smallest p of so many tests is significant, after Holm."""
    return f"{LEVEL}/{tests}, Holm's first step" if tests > 1 else LEVEL
