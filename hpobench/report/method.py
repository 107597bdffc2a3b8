"""What every report says of its method, and how to make its results again."""

import shlex
from collections.abc import Mapping, Sequence

from ..page import Code, Facts, Item
from ..scores import RESOLUTION
from ..statistics import FEWEST_SEEDS
from .descriptions import machines
from .intervals import COVERAGE, RULE
from .over_budget import SCALE, ZERO
from .study import Study

METHOD: tuple[str, ...] = (
    (
        "Incumbent: the configuration with the lowest value told to the strategy at the highest "
        "fidelity so far, the first on ties. What is reported is the score of that very model: "
        "on held-out test data, or without noise. The lowest score is never chosen."
    ),
    (
        "Cost: 1 is one evaluation at the highest fidelity; a part of the fidelity costs that "
        "part, continuing a training costs the difference, a gradient its multiple. Incumbents "
        "are step functions of the cost: nothing is interpolated."
    ),
    (
        "Regret: (score \N{MINUS SIGN} reference) / (random \N{MINUS SIGN} reference), with "
        f"frozen anchors a problem's instance: {SCALE}. {ZERO} It does not depend on which "
        "strategies are compared. Means, tests and intervals use it winsorised to "
        "[\N{MINUS SIGN}1, 2]."
    ),
    (
        "A seed draws the same instance, the split of the data or the flips of the space, for "
        "every strategy, and nothing else that they share. Runs are compared on the same instance: "
        "chances and ranks are over all pairs of runs there, differences are of means there; then "
        "they are averaged over the instances that both strategies have, then over problems. Raw "
        f"scores are ranked; those that differ by no more than {RESOLUTION:g} of the instance's "
        "scale, or by rounding, tie."
    ),
    (
        "The problem is the unit of analysis: seeds are averaged within a problem first, and "
        "tests and intervals are over problems. Fixed by hpobench, whatever comes out: the mean "
        "regret at the whole budget, and one family of tests, each strategy against random search "
        "(Wilcoxon signed-rank, two-sided, Holm over those with enough problems to reject by "
        "themselves). All else is secondary."
    ),
    (
        f"Intervals for new problems, of means, differences, chances and ranks alike: {RULE}. The "
        "bootstrap is taken where it is the wider. Intervals for these problems alone: Student's t "
        "over the seeds within each problem, with Satterthwaite's degrees of freedom, from "
        f"{FEWEST_SEEDS} seeds on; it covered {COVERAGE['t over seeds']}. The simulations had up "
        "to 20 problems of 5 and 10 seeds, whose effects and noise were normal or exponential; "
        "nominal is 95 %."
    ),
    (
        "A run that failed counts as the worst everywhere, and is never dropped, but where no run "
        "of anybody on a problem holds a score: that problem counts in nothing. A pair that "
        "cannot be, such as a method that needs gradients on a problem without, is unsupported "
        "and has no number."
    ),
)
"""In the order of reading."""


def reproduction(study: Study, sessions: Sequence[Mapping[str, object]]) -> tuple[Item, ...]:
    """Return the commands that make these results again, and the machines that made them."""
    found = machines(sessions)
    commands = tuple(line for group in _groups(study) for line in _command(study, *group))
    return (
        (
            "The same seeds give the same runs, for any number of processes. Of the results in a "
            "folder DIR, the last command makes this report again, byte for byte."
        ),
        Code((*commands, "", "python -m hpobench report DIR")),
        Facts(
            f"Where it was run: {len(sessions)} sessions"
            if len(sessions) != 1
            else "Where it was run",
            found or {"n/a": "no session was recorded"},
        ),
    )


def _groups(study: Study) -> list[tuple[int, list[str]]]:
    """Return the problems by their number of seeds."""
    groups: dict[int, list[str]] = {}
    for p, card in enumerate(study.table.problems):
        groups.setdefault(int(study.table.planned[p].sum()), []).append(card.identity.name)
    return sorted(groups.items())


def _command(study: Study, seeds: int, problems: Sequence[str]) -> list[str]:
    workers = study.setting[1]
    words = ["python -m hpobench all"]
    cards = (*study.cards, *(study.apart.cards if study.apart else ()))
    words += [f"-s {shlex.quote(card.identity.name)}" for card in cards]
    words += [f"-p {shlex.quote(name)}" for name in problems]
    words += [f"--seeds {seeds}", f"--budget {study.setting[0]}", f"--workers {workers}"]
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) > 74:
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" {word}"
    return lines
