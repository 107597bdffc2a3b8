"""What is said of the test of two strategies: what it found, and what further runs would settle."""

import numpy as np

from ..errors import counted
from ..statistics import ALPHA, FEWEST_PROBLEMS, problems_needed
from ..statistics.settling import MOST
from .looks.tables import decimals, probability
from .verdicts import TEST
from .versus import Versus


def tested(found: Versus) -> str:
    """Say what the test found, and which test it is."""
    if found.reach == "nothing":
        return f"n/a: {_lacking(found)}"
    shown = probability(found.p).text
    if found.reach == "new problems":
        what = "regrets" if found.by_regret else "chances"
        return f"{shown}, {TEST} on {what}{_disagreement(found)}"
    return f"{shown}, rank-sum test of the runs within problems and instances{_disagreement(found)}"


def _lacking(found: Versus) -> str:
    """Say why there is no test."""
    takes = f"a test over problems takes {problems_needed(1)}"
    if _enough_for_tests(found):
        return f"{takes} with anchors ({found.gain.problems} now)"
    return f"{takes}, and one of these runs more seeds"


def _enough_for_tests(found: Versus) -> bool:
    """Whether there is a test over problems as soon as more of them have anchors."""
    return len(found.problems) >= FEWEST_PROBLEMS


def _disagreement(found: Versus) -> str:
    """Say why the test and the interval disagree; empty where they agree."""
    effect, even = found.effect
    if np.isnan(effect.low):
        return ""
    excluded = not effect.low <= even <= effect.high
    if excluded == (found.p <= ALPHA):
        return ""
    if effect.reach != found.reach:
        why = "it is for these problems alone"
    elif found.by_regret or found.reach == "new problems":
        why = "a few large differences move means, not ranks"
    else:
        why = "it is approximate, and p is exact"
    return f"; the interval {'excludes' if excluded else 'holds'} {even:g}: {why}"


def settled(found: Versus) -> str:
    """Say what further runs would settle it."""
    if found.p <= ALPHA and found.reach == "new problems":
        return "these runs"
    if found.conclusion == "equal":
        return "these runs: practically equal"
    if found.reach == "new problems":
        return _settled_over_problems(found)
    if _enough_for_tests(found):
        return f"at least {FEWEST_PROBLEMS} problems with anchors"
    return f"{_settled_here(found)}; to speak of others, at least {FEWEST_PROBLEMS} problems"


def _settled_here(found: Versus) -> str:
    """Say how many seeds would show it on these very problems."""
    if found.p <= ALPHA:
        return "already shown on these problems"
    if found.reach == "nothing":
        return f"a test of these runs takes {needs(found)}"
    seeds, now = found.seeds_here, f"({found.seeds} now)"
    if np.isinf(seeds):
        return "no number of seeds on these problems, as the chance is one half"
    if seeds <= found.seeds:
        return f"a few more seeds on these problems {now}"
    return (
        f"about {counted(int(seeds), 'seed')} on each of these problems {now}, if P(better) stays"
        f" {decimals(found.chance.mean, 2)}"
    )


def _settled_over_problems(found: Versus) -> str:
    """Say how many problems or seeds the test over problems would take."""
    more, there = found.settled, len(found.problems)
    if there < FEWEST_PROBLEMS:
        problems = f"at least {FEWEST_PROBLEMS} problems ({there} now)"
    elif more.problems <= there:
        problems = f"a few more problems of this kind ({there} now)"
    elif np.isfinite(more.problems):
        problems = f"about {counted(int(more.problems), 'problem')} of this kind ({there} now)"
    else:
        problems = f"no number of problems up to {MOST:,}"
    if np.isnan(more.seeds):
        return problems
    if np.isinf(more.seeds):
        return f"{problems}; more seeds alone will not do"
    return f"{problems}, or {counted(int(more.seeds), 'seed')} on each of as many"


def needs(found: Versus) -> str:
    """Say how many seeds a test of the runs on one problem takes."""
    needs = sorted({each.needs for each in found.problems})
    return f"{needs[0]} to {needs[-1]} seeds" if needs[1:] else counted(needs[0], "seed")
