"""The claims that textbooks make, with what the runs say of each, in a table."""

from dataclasses import replace

import numpy as np

from ..cards.card import ProblemCard
from ..statistics import FEWEST_PROBLEMS, FEWEST_SEEDS
from ..strategy import FAMILIES
from .claims import Claim, Finding, found
from .compared import Compared
from .intervals import COVERAGE_OF, RULE, SURE
from .looks.tables import NONE, Cell, Column, Table, count, text
from .names import RANDOM_SEARCH
from .rankings import bracketed
from .scale import SCALE
from .words import spelled

_ITSELF = ()
"""Stands for random search itself among the sides of a claim."""
_TUNING = tuple(each for each in FAMILIES if each != "default")
_AUTOMATED = tuple(each for each in _TUNING if each != "manual")
_NAMED = 8
"""The most strategies of one side that are named; of more, their number is given."""


def _trains_from_default(card: ProblemCard) -> bool:
    """Tell whether a problem trains models and says where its default configuration is from."""
    return card.about.trained and bool(card.about.defaults)


CLAIMS = (
    Claim(
        words="Random search beats grid search",
        source="Bergstra and Bengio (2012, JMLR 13)",
        measured="regret of grid search less that of random search",
        better=_ITSELF,
        worse=("grid",),
        quantity="regret",
    ),
    Claim(
        words="... and the more so, the more hyperparameters there are",
        source="Bergstra and Bengio (2012, JMLR 13)",
        measured="growth of that difference when the number of hyperparameters doubles",
        better=_ITSELF,
        worse=("grid",),
        quantity="regret",
        per_doubling=True,
    ),
    Claim(
        words="Bayesian optimisation needs fewer evaluations than random search",
        source="Turner et al. (2021, PMLR 133)",
        measured="budget that random search needs, over the one needed for the same score",
        better=("bayesian",),
        worse=_ITSELF,
        quantity="budget",
    ),
    Claim(
        words="Gradients, where they exist, are the most efficient",
        source="Maclaurin, Duvenaud and Adams (2015, ICML)",
        measured="mean regret of all others less that with gradients, whose cost is charged",
        better=("gradient",),
        worse=tuple(each for each in _TUNING if each != "gradient"),
        quantity="regret",
        where=lambda card: card.gradient_cost is not None,
        problems="problems with gradients",
    ),
    Claim(
        words="Evolution improves over generations",
        source="Eiben and Smith (2015, Introduction to evolutionary computing)",
        measured="fall of the mean regret of what is tried, from the first to the last quarter of "
        "the budget, beyond random search's",
        better=("evolutionary",),
        worse=_ITSELF,
        quantity="progress",
    ),
    Claim(
        words="Tuning beats defaults on test data",
        source="Probst, Boulesteix and Bischl (2019, JMLR 20)",
        measured="test regret of the default configuration less the mean one after tuning",
        better=_TUNING,
        worse=("default",),
        quantity="regret",
        where=_trains_from_default,
        problems="problems that train a model and say where its defaults come from",
    ),
    Claim(
        words="Automated tuning beats manual tuning",
        source="Snoek, Larochelle and Adams (2012, NeurIPS)",
        measured="regret of manual search less the mean one of automated strategies",
        better=_AUTOMATED,
        worse=("manual",),
        quantity="regret",
    ),
    Claim(
        words="Successive halving and its kin save budget",
        source="Jamieson and Talwalkar (2016, AISTATS)",
        measured="budget that random search needs, over the one needed for the same score",
        better=("multi-fidelity",),
        worse=_ITSELF,
        quantity="budget",
        where=lambda card: card.fidelity is not None,
        problems="problems with a fidelity",
    ),
)
_NOTES = (
    "Strategies stand for a claim by the family that their cards name, fixed before any run: the "
    "mean over all of them that have a run, never the best one. Runs are compared seed by seed, "
    "and so on the same instance. A budget ratio is the strategy's whole budget over what it had "
    f"spent when it first held what {RANDOM_SEARCH} ends with; where that ends better, the inverse "
    "with the roles exchanged; its mean is geometric. What is tried: the values of all "
    "configurations evaluated at the highest fidelity, as regrets. Intervals for new problems like "
    f"these: {RULE}; of a slope, HC3 with Student's t, from {FEWEST_PROBLEMS} problems on, which "
    f"covered {COVERAGE_OF['slope']}. With fewer problems an interval speaks of these problems "
    f"alone (Student's t over at least {FEWEST_SEEDS} seeds on each), and so does its verdict. A "
    "run that failed counts as the worst."
)


def findings(compared: Compared) -> tuple[Finding, ...]:
    """Return what the runs say of each of the CLAIMS."""
    return tuple(found(compared, claim) for claim in CLAIMS)


def textbook(compared: Compared) -> tuple[str | Table, ...]:
    """Say how the claims are read, and list them; without a table where none can be tested."""
    every = findings(compared)
    tested = sum(not each.untested for each in every)
    if not tested:
        why = "; ".join(dict.fromkeys(each.untested for each in every))
        none = f"None of {spelled(len(every))} claims of textbooks can be tested here: {why}."
        return (f"{none} `-s native` runs a strategy of each family; yours may name its `family`.",)
    said = (
        f"A claim is supported where the whole {SURE} interval of its effect speaks for it, not "
        "supported where the whole interval speaks against it, and undecided otherwise or without "
        "an interval."
    )
    return said, _table(compared, every, tested)


def _table(compared: Compared, every: tuple[Finding, ...], tested: int) -> Table:
    """List what came out of the claims, of which so many were tested."""
    bounded = sum(not np.isnan(each.low) for each in every)
    return Table(
        name="claims",
        title="Whether these runs bear out what textbooks say",
        caption=(
            f"{spelled(len(every)).capitalize()} claims; these runs have an effect for "
            f"{spelled(tested)} of them, and a {SURE} interval for {spelled(bounded)}, without a "
            "correction for their number. Differences above 0, and ratios "
            "(\N{MULTIPLICATION SIGN}) above 1, speak for a claim. Regrets are final test regrets "
            f"({SCALE}). Over {compared.scope(compared.problems)}, or those of them that a "
            "claim is made on."
        ),
        notes=_NOTES,
        columns=(
            Column("Claim", "p"),
            Column("What is measured", "p"),
            Column("Effect", parts=("effect", "low", "high")),
            Column("Verdict", "p"),
            Column("Problems"),
            Column("Strategies", "p"),
            Column("Source", "p"),
        ),
        rows=tuple(
            (
                text(each.claim.words),
                text(each.claim.measured),
                _effect(each),
                text(_verdict(each)),
                count(each.problems),
                text(_who(compared, each)),
                text(each.claim.source),
            )
            for each in every
        ),
    )


def _who(compared: Compared, each: Finding) -> str:
    """Name the strategies that are compared, the claim's own first."""
    if not each.better:
        return NONE
    return f"{_side(compared, each.better)} against {_side(compared, each.worse)}"


def _side(compared: Compared, strategies: tuple[int, ...]) -> str:
    """Name the strategies of one side; of many, say how many they are."""
    if len(strategies) > _NAMED:
        return f"the mean of {len(strategies)} strategies"
    names = ", ".join(compared.names[s] for s in strategies)
    return names if len(strategies) == 1 else f"the mean of {names}"


def _effect(each: Finding) -> Cell:
    """Return a cell of the effect and its interval; budgets as ratios, regrets as differences."""
    if each.claim.quantity != "budget":
        return bracketed(each.effect, each.low, each.high)
    effect, low, high = (2.0**power for power in (each.effect, each.low, each.high))
    cell = bracketed(effect, low, high, 2)
    if np.isnan(effect):
        return cell
    return replace(cell, text=f"\N{MULTIPLICATION SIGN}{cell.text}")


def _verdict(each: Finding) -> str:
    """Say what follows, and of what it speaks."""
    if each.untested:
        return f"not tested here: {each.untested}"
    if each.reach == "nothing":
        return "undecided, without an interval"
    alone = f", on {'this problem' if each.problems == 1 else 'these problems'} alone"
    return each.verdict + alone * (each.reach == "these problems")
