"""What the results say in words: who wins, how sure that is, and what could not be seen."""

from collections.abc import Sequence
from typing import get_args

import numpy as np

from ..cards.digits import significant
from ..errors import counted
from ..statistics import (
    ALPHA,
    FEWEST_PROBLEMS,
    LITTLE,
    POWER,
    FloatArray,
    Superiority,
    all_pairs,
    problems_needed,
    smallest_p,
    split_rejections,
    superiority,
    swap_rejections,
)
from ..statistics.calibration import DRAWS
from . import gaps
from .compared import Compared
from .comparisons import Comparison, Comparisons, nobody
from .intervals import SURE, named
from .looks.tables import NONE, decimals, said_of_p
from .rankings import bracketed
from .verdicts import LEVEL, TEST, Verdict, first_level, in_words, verdict
from .words import NAMED, all_of, listed, percent, some_of


def sentences(compared: Compared, found: Comparisons) -> tuple[str, ...]:
    """Return the answer in a few paragraphs, from the winner to the limits."""
    return (
        *gaps.sentences(compared),
        winner(compared),
        _against_comparator(compared, found),
        power_line(compared, found),
    )


def power_line(compared: Compared, found: Comparisons) -> str:
    """Say what the primary tests can find with so many problems and seeds."""
    tested = [each for each in found.every if each.problems]
    if not tested:
        return "Power: n/a, there is nothing to test."
    most = max(each.problems for each in tested)
    shared = _span([each.problems for each in tested])
    size = (
        f"N = {shared} (problems{_with_anchors(compared)} that a strategy shares with "
        f"{compared.comparator}), "
        f"S = {_span(_runs(compared))} (seeds of a strategy on one of them)"
    )
    least = (
        f"the smallest p that a {TEST} can give is 2^(1\N{MINUS SIGN}N) = "
        f"{significant(float(smallest_p(most)), 3)}"
    )
    if not any(each.possible for each in tested):
        level = first_level(found.tests)
        return f"Power: {size}; {least}, above {level}: nothing here can be significant."
    words = f"Power: {size}, {counted(found.tests, 'test')} in the primary family; {least}"
    by = f"by such a test at {first_level(found.tests)}"
    return f"{words}; {_detectable(compared, tested)} {by}.{_seeds_or_problems(found)}"


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"


def _runs(compared: Compared) -> list[int]:
    """Return how many runs each strategy has on each tested problem, where it has any."""
    counts = compared.scores.took_place[:, compared.tested].sum(axis=2)
    return [int(count) for count in counts[counts > 0]]


def _detectable(compared: Compared, tested: Sequence[Comparison]) -> str:
    """Say how large a difference must be that the tests would find."""
    finds = sorted(
        (each.detectable, compared.names[each.strategy])
        for each in tested
        if np.isfinite(each.detectable)
    )
    if not finds:
        return f"no difference would be found with a probability of {percent(POWER)}"
    (least, first), (most, last) = finds[0], finds[-1]
    of = "a difference in mean regret"
    if not compared.scaled:
        of = "a chance to be better that differs from one half by"
    if decimals(least) == decimals(most):
        size = f"{of} {'of ' * bool(compared.scaled)}{decimals(least)}"
    else:
        size = (
            f"{of} from {decimals(least)} ({first}) to {decimals(most)} "
            f"({last}), by how much it varies from problem to problem,"
        )
    return f"{size} would be found with a probability of {percent(POWER)}"


def _seeds_or_problems(found: Comparisons) -> str:
    """Say how much of the variance of a difference is the luck of seeds."""
    spread = found.components
    if spread is None or not np.isfinite(spread.noise) or not spread.spread > 0:
        return ""
    share = min(spread.noise / spread.seeds / spread.spread, 1.0)
    words = f" Of the variance of a difference, {percent(share)} is the luck of seeds"
    if share <= LITTLE:
        return f"{words}: more problems would help more than more seeds."
    if not np.isfinite(spread.enough_seeds):
        return f"{words}."
    return (
        f"{words}; {spread.enough_seeds:.0f} seeds a problem would bring that to {percent(LITTLE)}."
    )


def calibration(compared: Compared, found: Comparisons) -> str:
    """Say how often the test rejects on these very data where there is no difference."""
    members, position = compared.scaled, compared.comparator_position
    if position is None or not members or not found.every:
        return f"Calibration: n/a, it needs {compared.comparator}, another strategy and anchors."
    runs = compared.scores.reported.bounded[position, members, :, -1]
    first_seeds = runs[:, : int((~np.isnan(runs)).sum(axis=1).min())]
    first = next((s for s in compared.order if s != position), position)
    differences = compared.final_differences[first, position]
    split = split_rejections(first_seeds[~np.isnan(first_seeds).any(axis=1)])
    swap = swap_rejections(differences[~np.isnan(differences)])
    if np.isnan(split) and np.isnan(swap):
        reason = "where the exact test is too coarse"
        return f"Calibration: n/a under {FEWEST_PROBLEMS} problems, {reason}."
    return (
        f"Calibration on these data, nominal {LEVEL}: the test rejects in "
        f"{_share(split, 'n/a with one seed')} of {DRAWS:,} splits of the seeds of "
        f"{compared.comparator} into two halves, and in {_share(swap, 'n/a')} of {DRAWS:,} draws "
        f"in which {compared.comparator} and {compared.names[first]} swap their names at random, "
        "problem by problem."
    )


def _share(share: float, otherwise: str) -> str:
    return otherwise if np.isnan(share) else percent(share, 1)


def winner(compared: Compared) -> str:
    """Say which strategy comes first, by how much, and whom a test tells apart from it."""
    if not compared.problems:
        return f"Which wins: n/a, {compared.no_regrets}."
    said = _first_place(compared)
    return said if compared.scaled else f"{said} There are no regrets: {compared.no_regrets}."


def _first_place(compared: Compared) -> str:
    who = compared.complete
    if not who:
        return "Which wins: n/a, no strategy has runs on every problem."
    first = compared.first
    by, number = criterion(compared, first[0])
    after = f"over {compared.scope(compared.scaled or compared.problems)}, after "
    after += counted(compared.budget, "evaluation")
    names = listed([compared.names[s] for s in first])
    if len(first) == len(who) > 1:
        return (
            f"Nobody wins: all {len(who)} strategies with runs on every problem have the same "
            f"{by}, {number}, {after}."
        )
    if len(first) > 1:
        return (
            f"Nobody wins alone: {names} have the lowest {by}, {number}, {after}. "
            f"{_how_sure(compared, first)}"
        )
    words = f"{names} has the lowest {by}, {number}{_interval(compared, first[0])}, {after}."
    if len(who) == 1:
        return f"{words} It is the only strategy with runs on every problem."
    return f"{words} {_how_sure(compared, first)}"


def criterion(compared: Compared, s: int) -> tuple[str, str]:
    """Return what strategies are ordered by, and a strategy's number."""
    if compared.scaled:
        return "mean final regret", decimals(compared.final_regrets[s][0])
    of = f" of {len(compared.complete)}"
    return "mean rank", f"{decimals(compared.ranks[s], 2)}{of}"


def _interval(compared: Compared, s: int) -> str:
    _, low, high = compared.final_regrets.get(s, (np.nan, np.nan, np.nan))
    return "" if np.isnan(low) else f" [{decimals(low)}, {decimals(high)}]"


def _with_anchors(compared: Compared) -> str:
    """Return what tested problems have that others may lack."""
    return " with anchors" if compared.scaled else ""


def _how_sure(compared: Compared, first: Sequence[int]) -> str:
    """Say which strategies are told apart from the first ones, by tests of all pairs."""
    who = compared.ranked
    family = all_pairs(compared.tested_differences[np.ix_(who, who)])
    rest = [s for s in who if s not in first]
    apart = [s for s in rest if all(_worse(compared, family.adjusted, who, s, f) for f in first)]
    alike = [compared.names[s] for s in rest if s not in apart]
    pairs = len(who) * (len(who) - 1) // 2
    tests = f"Wilcoxon on per-problem differences, {LEVEL}, Holm over {all_of(pairs, 'pair')}"
    it = "it" if len(first) == 1 else "them"
    if not apart:
        needed, there = problems_needed(pairs), int(family.problems.max())
        if there < needed:
            return (
                f"No other could have been told apart from {it} by a {TEST} at {LEVEL}, Holm "
                f"over {all_of(pairs, 'pair')}: that takes {needed} problems"
                f"{_with_anchors(compared)}, and no two strategies share "
                f"{f'more than {there}' if there else 'any'}."
            )
        return f"No other strategy is significantly worse than {it} ({tests})."
    if not alike:
        return f"Every other strategy is significantly worse than {it} ({tests})."
    verb = "is" if len(apart) == 1 else "are"
    return (
        f"{some_of([compared.names[s] for s in apart])} {verb} significantly worse than {it} "
        f"({tests}); not told apart: {some_of(alike)}."
    )


def _worse(compared: Compared, adjusted: FloatArray, who: Sequence[int], s: int, than: int) -> bool:
    """Tell whether a strategy with a higher mean is worse by the test and by the chance, too."""
    chance = float(superiority(compared.chances[than, s]))
    return bool(adjusted[who.index(s), who.index(than)] <= ALPHA and chance > 0.5)


def _against_comparator(compared: Compared, found: Comparisons) -> str:
    """Say what each comparison with the comparator came to."""
    if reason := nobody(compared, found):
        return f"Against {compared.comparator}: n/a, {reason}."
    by_verdict: dict[str, list[str]] = {}
    told = get_args(Verdict)
    for each in sorted(found.every, key=lambda rival: told.index(verdict(rival))):
        named = compared.names[each.strategy] + _chance(each.superiority)
        by_verdict.setdefault(in_words(each), []).append(named)
    parts = [f"{what}: {some_of(names)}" for what, names in by_verdict.items()]
    return (
        f"Against {compared.comparator}, {_why(compared)}: "
        f"{'; '.join(parts)}. "
        f"{_said_of_chances(compared, [each.superiority for each in found.every])}"
        f"{_said_of_these(compared, found)}"
    ).rstrip()


def _why(compared: Compared) -> str:
    """Say why strategies are compared with the comparator."""
    if compared.against_random:
        return "the one comparison that hpobench fixes beforehand"
    return "which this report was asked to compare with"


def _said_of_these(compared: Compared, found: Comparisons) -> str:
    """Say what the runs say of these very problems, where they are too few to speak of others."""
    few = [each for each in found.every if not np.isnan(each.here.low)]
    if not few:
        return ""
    said = [f"{compared.names[each.strategy]} {_here(each)}" for each in few]
    more = f" and {len(said) - NAMED} more" if len(said) > NAMED else ""
    return (
        " On these problems alone, and for other seeds: "
        f"{'; '.join(said[:NAMED])}{more} (chance with its {SURE} "
        f"interval, {named('score over seeds')}; exact rank-sum test within instances, Holm)."
    )


def _here(each: Comparison) -> str:
    chance = bracketed(each.superiority.chance, each.here.low, each.here.high, 2).text
    if np.isnan(each.here.p):
        return f"{chance}, too few runs for a test"
    return f"{chance}, {said_of_p(each.here.p)}"


def _chance(found: Superiority) -> str:
    """Return the chance to be better with its interval in brackets; empty where it is not known."""
    chance = bracketed(found.chance, found.low, found.high, 2).text
    return "" if chance == NONE else f" ({chance})"


def _said_of_chances(compared: Compared, every: Sequence[Superiority]) -> str:
    """Say what the numbers in brackets are; empty where there are none."""
    if not any(found.problems for found in every):
        return ""
    bounded = [not np.isnan(found.low) for found in every if found.problems]
    some = "" if all(bounded) else f" from {FEWEST_PROBLEMS} shared problems on"
    interval = (
        f"with its {SURE} interval for new problems like these{some}"
        if any(bounded)
        else f"without an interval, which takes {FEWEST_PROBLEMS} shared problems"
    )
    rival = compared.comparator
    return f"In brackets: the chance that a run is better than one of {rival}, {interval}."
