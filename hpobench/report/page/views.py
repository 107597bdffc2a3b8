"""The views that the page's script draws: where they stand, and which printed figures they are."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...cards.start_bias import LARGE


@dataclass(frozen=True, slots=True)
class View:
    """A view of the page."""

    name: str
    title: str
    caption: str
    """What it shows, in a line."""
    how: str
    """How its numbers are computed."""
    touched: str = ""
    """The caption where the page is read with a finger; empty: the same, with "tap" for "click"."""
    wide: bool = False
    """Whether it takes a line of its own on paper, where others stand side by side."""


_T = (
    "Mean over problems of means over seeds, each regret cut to [\N{MINUS SIGN}1, 2]; a run that "
    "failed or holds nothing yet counts as 2."
)
_CAPTION = (
    "Mean regret of the best configuration so far; lower is better. Bands: 95 % intervals of the "
    "first one and of what all are compared with."
)
CURVES = View(
    "curves",
    "Over the budget",
    f"{_CAPTION} Click a line to hold it, a name to leave it out.",
    f"{_T} Band: pointwise 95 % interval for new problems, Student's t on per-problem means, from "
    "8 problems on. Logarithmic: the geometric mean, each run raised to the floor of its problem. "
    "Time: what is held by the time at which the comparator's mean run on the problem has spent "
    "so much of its budget, half an evaluation added; with seconds an evaluation, the strategies' "
    "own seconds count too. The linear axis ends above the highest line; a band may go beyond it.",
    f"{_CAPTION} Tap the chart to read it, a name to see what it is.",
)
GRANTED = "default-granted"
"""The view that is there only where runs of both settings are."""
VIEWS: Mapping[str, tuple[View, ...]] = {
    "budget": (
        View(
            "standings-over-budget",
            "Who leads when",
            "Mean rank over the budget; 1 is best.",
            "Ranks are expected over all pairings of runs on the same instance, ties averaged, "
            "among the strategies shown that have runs on every problem of the group.",
        ),
    ),
    "comparison": (
        View(
            "matrix",
            "Who beats whom",
            "Chance, in percent, that a run of the row's strategy is better than one of the "
            "column's. A dot: told apart by a test that is corrected for all pairs. The ranking's "
            "“better” and “worse” are corrected for fewer tests, those against one strategy alone, "
            "so they can stand where there is no dot.",
            "Over all pairs of runs on the same instance, ties counted half; mean over the "
            "problems that both share. A dot: told apart by Wilcoxon signed-rank on per-problem "
            "differences, Holm over all pairs of strategies with runs on every problem of the "
            "group, 5 %. No p is given where the problems are too few for any to be significant.",
            wide=True,
        ),
        View(
            "robustness",
            "Does it hang on a problem?",
            "Mean regret without one problem at a time: the span of all such means.",
            "Line: from the lowest to the highest mean that leaving out one problem gives; mark: "
            "the mean of all. A strategy that leads only with one problem shows here.",
        ),
        View(
            "complement",
            "Which two complete each other",
            "Mean regret if the better of the two were chosen for each problem. Where a pair's is "
            "not lower than that of the best strategy alone, the second one adds nothing to it. "
            "Here both halves of the seeds count alike, so “alone” can differ from the ranking.",
            "Which of the two is better on a problem is chosen by every other seed, and counts "
            "with the rest, both ways, so that luck makes no strategy complete another. That "
            "choice can be wrong: where the two are about equal, luck makes it, and on average "
            "a mean of theirs is held. So a pair can have a higher regret than the best one "
            "alone. Of an odd number of seeds the smaller half counts as much as the greater.",
        ),
        View(
            "adds",
            "What each adds to the best one",
            "How much mean regret falls if the better of it and the best one is chosen for each "
            "problem. Below 0 it rises, as wrong choices cost more than right ones gain. Best on: "
            "among the strategies that ran on all of these problems.",
            "Chosen for each problem as for pairs, so that it can be wrong, with a 95 % interval "
            "for new problems (Student's t) from 8 problems on; hollow marks have none. Best on: "
            "the problems on which the strategy has the lowest mean regret of all, ties included.",
        ),
        View(
            GRANTED,
            "The default granted against withheld",
            "How much mean regret falls where every strategy is first told the default's result.",
            "Mean over problems of means over the seeds that both settings share, at the end of "
            "the budget, with its 95 % interval for new problems (Student's t) from 8 problems on; "
            "hollow marks have none. The default is evaluated first and charged. No test is made.",
        ),
    ),
    "each-problem": (
        View(
            "problems",
            "The problems",
            "Click a heading to sort, a problem to see its card, curves and seeds. Best: of all "
            "strategies that ran on the problem, whether or not they ran on the others.",
            "Best: the strategy with the lowest mean regret on the problem. Gain: by how much "
            "that is below the comparator's. No test is made on a single problem.",
            wide=True,
        ),
        View(
            "where",
            "Where each wins",
            "Regret gained on the comparator, by property of the problems; right is better. In "
            "brackets: the number of problems, as in “20 of 23” where some are variants of one "
            "function, which count once, or lack runs.",
            "Mean over the problems of the property of the difference of mean regrets on the same "
            "instances, with its 95 % interval for new problems (Student's t) from 8 problems on; "
            "hollow marks have none. Variants of a function, such as one with noise and one "
            "without, count as one problem: their differences are averaged first, so these means "
            "differ from those over all problems. Groups of fewer than 3 are left out. These are "
            "looked at after the fact: no test is made.",
        ),
    ),
    "validation": (
        View(
            "overtuning",
            "Overtuning",
            "How much of what it had gained on test each run lost again, a mark for each: at 0 "
            "nothing, at 1 all of it; beyond, it ended worse on test than it began. Beside it: how "
            "many runs lost anything.",
            "Relative overtuning (Schneider et al., 2025) of the runs that had gained anything on "
            "test, over the problems of the group whose score differs from the value told. Marks "
            "of runs that lost more than twice their gain stand at 2.",
        ),
    ),
    "time": (
        View(
            "own-time",
            "Quality against own time",
            "Mean regret against the seconds that a strategy thinks in a run.",
            f"{_T} Own seconds: what suggesting and being told took, the median over the runs on "
            "all problems; they depend on the machine.",
        ),
    ),
    "runs": (
        View(
            "conduct",
            "Conduct",
            "How runs ended, what failed, and what the strategies took beside evaluations.",
            "Evaluations that failed are counted over the problems of the group; seconds are "
            "medians over the runs on all problems, and so is the peak memory of the process that "
            "made a run, with all that it had loaded. Proposed again: proposals that are equal to "
            "an earlier one of their run.",
            wide=True,
        ),
        View(
            "start-bias",
            "Start bias",
            "By how much a strategy's mean regret rises where the optimum is moved away from where "
            "its first trials happen to lie. Above 0, problems as they are flatter it, and "
            f"{LARGE}; where the interval holds 0, no bias is shown.",
            "Mean final regret on development functions with moved ranges less that without, "
            "measured beforehand and not in these runs, with its 95 % interval.",
        ),
    ),
}
"""The views by the section in which they stand, but for those of the first screen."""
TWINS = (
    "regret",
    "mean-rank",
    "final-ranks",
    "validation-and-test",
    "final-by-problem",
    "regret-by-problem",
    "regret-by-family",
    "against-",
    "rank-ranges",
    "summaries",
    "targets-by-cost",
    "speed-up-curves",
    "pairs-matrix",
    "rank-stability",
    "quality-and-time",
    "suggestion-seconds",
    "quantile-curves",
    "portfolio-regrets",
    "variants",
    "along-",
    "worker-efficiency",
)
"""How the names begin of figures that views show anew, or that are for papers; with a script they
are folded."""
