"""What the results say in words: who wins, how sure that is, and what could not be seen."""

import numpy as np

from ..scores import problem_means
from ..statistics import all_pairs, split_rejections, swap_rejections
from ..tables import decimals
from .at_the_end import NO_COMPARATOR
from .comparisons import ALPHA, Comparisons
from .rankings import NO_MEANS, final_means, verdict
from .study import COMPARATOR, Study, plural


def sentences(study: Study, found: Comparisons) -> tuple[str, ...]:
    """Return the answer in a few paragraphs, from the winner to the limits."""
    return (_winner(study), _against_random(study, found), power_line(found))


def power_line(found: Comparisons) -> str:
    """Say what tests of so many problems can find."""
    power, spread = found.power, found.components
    if power is None or spread is None:
        return "Power: n/a, there is nothing to test."
    size = f"P = {spread.problems}, S = {spread.seeds:.3g}"
    least = f"the smallest p that can be had is 2^(1\N{MINUS SIGN}P) = {power.smallest_p:.2g}"
    tests = plural(power.family, "test")
    if not power.can_reject:
        return (
            f"Power: {size}, {tests} in the primary family; {least}, above "
            f"{ALPHA:g}/{power.family}: nothing here can be significant."
        )
    detectable = (
        "the difference that would be found is n/a"
        if np.isnan(power.detectable)
        else f"a difference in mean regret of {decimals(power.detectable)} would be found with a "
        "probability of 80 %"
    )
    return f"Power: {size}, {tests} in the primary family; {least}; {detectable}."


def calibration(study: Study, found: Comparisons) -> str:
    """Say how often the test rejects where nothing is to be found, on these very data."""
    members, control = study.scaled(), study.control
    if control is None or not members or not found.every:
        return f"Calibration: n/a, it needs {COMPARATOR}, another strategy and anchors."
    runs = study.table.scores.bounded[control, members, :, -1]
    first_seeds = runs[:, : int((~np.isnan(runs)).sum(axis=1).min())]
    means = problem_means(study.table.scores.bounded)[..., -1][:, members]
    first = next((s for s in study.order if s != control), control)
    both = ~np.isnan(means[[control, first]]).any(axis=0)
    split = split_rejections(first_seeds[~np.isnan(first_seeds).any(axis=1)])
    swap = swap_rejections(means[control, both], means[first, both])
    if np.isnan(split) and np.isnan(swap):
        return "Calibration: n/a under 8 problems, where the exact test is too coarse."
    halves = "n/a with one seed" if np.isnan(split) else f"{split:.1%}".replace("%", " %")
    return (
        "Calibration on these data, nominal 5 %: the test rejects in "
        f"{halves} of 1,000 splits of the seeds of {COMPARATOR} into two halves, and in "
        f"{f'{swap:.1%}'.replace('%', ' %')} of 1,000 draws in which {COMPARATOR} and "
        f"{study.names[first]} swap their names at random, problem by problem."
    )


def _winner(study: Study) -> str:
    members, who = study.scaled(), study.complete
    if not members or not who:
        return f"Which wins: n/a, {NO_MEANS}."
    means = final_means(study, who, members)
    order = study.order[: len(who)]
    first, half = means[order[0]]
    interval = "" if np.isnan(half) else f" \N{PLUS-MINUS SIGN} {decimals(half)}"
    words = (
        f"{study.names[order[0]]} has the lowest mean final regret: {decimals(first)}{interval}, "
        f"over {study.scope(members)}, after {plural_budget(study)}."
    )
    if len(order) == 1:
        return f"{words} It is the only strategy with runs on every problem."
    return f"{words} {_how_sure(study, order, members)}"


def _how_sure(study: Study, order: list[int], members: list[int]) -> str:
    """Say from whom the first of the order is told apart, by tests of all pairs."""
    means = problem_means(study.table.scores.bounded)[np.ix_(order, members)][..., -1]
    adjusted = all_pairs(means).adjusted[0, 1:]
    apart = [study.names[s] for s, p in zip(order[1:], adjusted, strict=True) if p <= ALPHA]
    alike = [study.names[s] for s, p in zip(order[1:], adjusted, strict=True) if not p <= ALPHA]
    tests = (
        f"Wilcoxon on per-problem means, Holm over all {len(order) * (len(order) - 1) // 2} pairs"
    )
    if not apart:
        return f"No other strategy is significantly worse than it ({tests})."
    if not alike:
        return f"Every other strategy is significantly worse than it ({tests})."
    return (
        f"Significantly worse than it are {listed(apart)} ({tests}); not told apart are "
        f"{listed(alike)}."
    )


def _against_random(study: Study, found: Comparisons) -> str:
    if study.control is None:
        return f"Against random search: n/a, {NO_COMPARATOR}."
    if not found.every:
        return f"Against random search: n/a, {COMPARATOR} is the only strategy."
    by_verdict: dict[str, list[str]] = {}
    for each in found.every:
        by_verdict.setdefault(verdict(each), []).append(study.names[each.strategy])
    parts = [f"{what}: {listed(names)}" for what, names in by_verdict.items()]
    return f"Against {COMPARATOR}, the one comparison declared beforehand: {'; '.join(parts)}."


def plural_budget(study: Study) -> str:
    """Say the budget: "25 evaluations"."""
    shown = f"{study.budget:g}"
    return f"{shown} evaluation" if study.budget == 1 else f"{shown} evaluations"


def listed(names: list[str]) -> str:
    """Join names as a sentence does.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
