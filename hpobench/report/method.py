"""The sentences that every report says of its method."""

from collections.abc import Mapping

from ..cards.groups import functions
from ..scores import RESOLUTION
from ..statistics import FEWEST_SEEDS
from .compared import Compared
from .intervals import COVERAGE, RULE, SURE
from .looks.style import power
from .over_budget import WINSORISED
from .scale import SCALE, ZERO

_MEASURED: Mapping[str, str] = {
    "Incumbent": (
        "the configuration with the lowest value told to the strategy at the "
        "highest fidelity so far, the first on ties. What is reported is the score of that "
        "very model: on held-out test data, or without noise, where a problem has either. The "
        "lowest score is never chosen."
    ),
    "Cost": (
        "1 is one evaluation at the highest fidelity; a part of the fidelity costs that "
        "part, continuing a training costs the difference, a gradient its multiple. Incumbents "
        "are step functions of the cost: nothing is interpolated."
    ),
    "Regret": (
        "(score \N{MINUS SIGN} reference) / (random \N{MINUS SIGN} reference), with "
        f"frozen anchors for each instance of a problem: {SCALE}. {ZERO} It does not depend on "
        f"which strategies are compared. Means, tests and intervals use it {WINSORISED}."
    ),
    "Seeds": (
        "a seed draws the same instance, the split of the data or the flips of the space, for "
        "every strategy, and nothing else that they share. Runs are compared on the same "
        "instance: chances and ranks are over all pairs of runs there, differences are of "
        "means there; then they are averaged over the instances that both strategies have, "
        "then over problems. Raw scores are ranked; those that differ by no more than "
        f"{power(RESOLUTION)} of the instance's scale, or by rounding, tie."
    ),
}
"""What is measured, and on what scale, by the word that it explains."""
_ONE_COST = (
    "1 is one evaluation. Incumbents are step functions of the cost: nothing is interpolated."
)
"""What a cost is where each evaluation costs the same."""
_BOUNDED: Mapping[str, str] = {
    "Intervals": (
        "for new problems, they are alike for means, differences, chances and ranks: "
        f"{RULE}. "
        "Means of problems vary by problems and by the luck of seeds, so these intervals hold "
        "both. Every interval and band ends where its quantity does: no regret is below 0 where "
        "the optimum is known, no rank below 1. Intervals for these problems alone: Student's t "
        "over the seeds within each problem, "
        f"with Satterthwaite's degrees of freedom, from {FEWEST_SEEDS} seeds on; it covered "
        f"{COVERAGE['t over seeds']}. The simulations had up to 20 problems of 5 and 10 seeds, "
        f"whose effects and noise were normal or exponential; nominal is {SURE}."
    ),
    "Failures": (
        "a run that failed counts as the worst everywhere, and is never dropped, but where no "
        "run of anybody on a problem holds a score: that problem counts in nothing. A pair "
        "that cannot be, such as a method that needs gradients on a problem without, is "
        "unsupported and has no number."
    ),
}
"""How intervals are made, and what failures count."""


def method(compared: Compared) -> dict[str, str]:
    """Return what a report says of its method, by the word that it explains, in order.

    What its runs have no part in is left out: regrets without anchors, parts of an evaluation where
    each costs the same.
    """
    said = {**_MEASURED, "Tests": _tests(compared), **_BOUNDED}
    if not compared.scaled:
        del said["Regret"]
    if not costs_differ(compared):
        said["Cost"] = _ONE_COST
    return said


def costs_differ(compared: Compared) -> bool:
    """Return whether evaluations cost differently, by their fidelity or for a gradient."""
    cards = compared.scores.problems
    return any(card.fidelity is not None or card.gradient_cost is not None for card in cards)


def _tests(compared: Compared) -> str:
    """Say what is tested, and what was fixed beforehand."""
    measure = (
        "the mean regret" if compared.scaled else "the chance to be better, for want of regrets,"
    )
    fixed = "Fixed by hpobench, whatever comes out"
    if not compared.against_random:
        fixed = "Of the most weight, as this report was asked for it"
    variants = ""
    if len({*functions(compared.scores.problems)}) < len(compared.scores.problems):
        variants = (
            " Variants of a function, such as one with noise or with options, are a problem each, "
            "though they are not independent: p-values are lower and intervals narrower than over "
            "as many functions. Where the page looks for problems like one's own, and at "
            "properties of problems, a function counts once."
        )
    return (
        "the problem is the unit of analysis: seeds are averaged within a problem first, and "
        f"tests and intervals are over problems. {fixed}: {measure} at the whole budget, and one "
        f"family of tests, each strategy against {compared.comparator} (Wilcoxon signed-rank, "
        "two-sided, Holm over those with enough problems to reject by themselves). All else is "
        f"secondary.{variants}"
    )
