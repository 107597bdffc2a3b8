"""Second opinions on each strategy against the comparator: tests that assume something else."""

from dataclasses import dataclass

import numpy as np

from ...statistics import (
    ALPHA,
    FEWEST_PROBLEMS,
    POWER,
    ROPE,
    FloatArray,
    Settling,
    Verdict,
    against,
    by_problem,
    components,
    mean_over,
    mixed_model,
    settling,
    sign_test,
    signed_rank_posterior,
    wilcoxon,
)
from ..compared import Compared
from ..intervals import COVERAGE_OF, SURE
from ..looks.tables import NONE, Cell, Column, Table, count, decimals, probability, text
from ..rankings import bracketed
from ..words import percent

_NOTES = (
    "Likeliest: by the Bayesian signed-rank test (Benavoli et al., 2014 and 2017), how probable it "
    "is that on new problems the strategy is better more often than it is practically equal or "
    f"worse, and so on; practically equal are mean regrets within {ROPE:g}; none under "
    f"{FEWEST_PROBLEMS} problems or without regrets. It says which of the three is the likeliest, "
    "not how large the gain is, so it can be 100 where the interval of the gain holds 0. Sign: p "
    "of the sign test, which counts problems, none where they are too few for the primary test; "
    "with 8 it is so coarse that it errs in under 1 % of studies. Mixed model: difference of the "
    "two means in a linear mixed model of all strategies' runs, with problems and their "
    f"interaction with strategies at random, and its {SURE} interval by Satterthwaite, "
    f"which covered {COVERAGE_OF['mixed model']} in simulations; it takes the difficulty "
    "of missed problems into account. All pairs have the variance of all strategies together, so "
    "the interval is wider than that of the gain in the primary comparison where a pair differs "
    "by about as much on every problem. By problem: where it is better, and where worse, by "
    "a rank-sum test of its runs on the same instances, Holm over the problems with enough "
    "runs for one. Settled with: so many problems, and as many seeds as here, or so many seeds, "
    "and as many problems, with which the primary test of a study like this one would "
    f"find a difference as large as this with a probability of {percent(POWER)}, at "
    f"{percent(ALPHA)}; {NONE}: no number would; already: the test tells the two apart on these "
    "problems. No p here is corrected for the number of strategies."
)
"""How the table's numbers were made."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What else can be said of a strategy against the comparator, over the problems they share."""

    strategy: int
    verdict: Verdict
    """How probable it is that better, practically equal or worse is the likeliest of the three on
    a new problem; all nan below FEWEST_PROBLEMS, which say too little of new ones."""
    sign: float
    """The p of the sign test; nan where the problems are too few for the primary test."""
    difference: tuple[float, float, float]
    """The comparator's mean less the strategy's in the mixed model, and its interval; nan: none."""
    tested: int
    """The problems with enough runs for a test within them."""
    ahead: int
    """The problems on which the strategy is better by a test within the problem, after Holm."""
    behind: int
    """The problems on which it is worse."""
    apart: bool
    """Whether the signed-rank test tells the two apart as it is, without a correction."""
    settled: Settling
    """How many problems, and how many seeds, would tell the two apart."""


def opinions(compared: Compared) -> tuple[Opinion, ...]:
    """Judge every strategy that has a run against the comparator, in the ranking's order."""
    control = compared.comparator_position
    if control is None:
        return ()
    scores, members = compared.scores, compared.tested
    runs = scores.reported.bounded[..., -1][:, members]
    able = [s for s in compared.order if compared.ran[s, members].any()]
    model = mixed_model(runs[able]) if compared.scaled and control in able else None
    too_few = np.isnan(against(compared.tested_differences, control).adjusted)
    found = list[Opinion]()
    for s in able:
        if s == control:
            continue
        differences = compared.tested_differences[s, control]
        if np.isnan(differences).all():
            continue
        enough = (~np.isnan(differences)).sum() >= FEWEST_PROBLEMS
        ends = scores.reported.comparable[..., -1]
        p = by_problem(ends[s, members], ends[control, members], scores.instances[members])
        ahead = p <= ALPHA
        better = _chances(compared, s, control) > 0.5
        found.append(
            Opinion(
                strategy=s,
                verdict=judged(compared, s, control),
                sign=np.nan if too_few[s] else sign_test(differences),
                difference=model.difference(able.index(control), able.index(s))
                if model is not None and enough
                else (np.nan, np.nan, np.nan),
                tested=int((~np.isnan(p)).sum()),
                ahead=int((ahead & better).sum()),
                behind=int((ahead & ~better).sum()),
                apart=wilcoxon(differences) <= ALPHA,
                settled=settled(compared, s, control),
            )
        )
    return tuple(found)


def judged(compared: Compared, first: int, second: int) -> Verdict:
    """Return the verdict on two strategies; all nan below FEWEST_PROBLEMS and without regrets."""
    differences = compared.tested_differences[first, second]
    enough = compared.scaled and (~np.isnan(differences)).sum() >= FEWEST_PROBLEMS
    return signed_rank_posterior(differences if enough else np.array([]))


def settled(compared: Compared, first: int, second: int) -> Settling:
    """Return how many problems, and how many seeds, would tell two strategies apart."""
    runs = compared.scores.reported.bounded[..., -1][:, compared.tested]
    pair = components(runs[[first, second]])  # nan where there are no regrets
    differences = compared.tested_differences[first, second]
    return settling(differences, 2 * pair.noise / pair.seeds, pair.seeds)


def opinions_table(compared: Compared) -> tuple[Table, ...]:
    """List the second opinions; nothing where there is nobody to compare with."""
    found = opinions(compared)
    if not found:
        return ()
    table = Table(
        name="second-opinions",
        title=f"Second opinions: each strategy against {compared.comparator}",
        caption=(
            f"Each strategy against {compared.comparator} by {_measure(compared)}, over the "
            f"problems that both have runs on, of {compared.scope(compared.tested)}: which of "
            "better, practically equal and worse is the likeliest on a new problem, and how surely "
            "so; tests that assume something else than the primary one; how many problems or seeds "
            "would tell the two apart. No band."
        ),
        notes=_NOTES,
        columns=(
            Column("Strategy", "l"),
            Column("Likeliest: better, equal, worse (%)", parts=("better", "equal", "worse")),
            Column("p (sign)"),
            Column("Gain (mixed model)", parts=("gain", "gain low", "gain high")),
            Column("By problem, better/worse", parts=("ahead", "behind", "of")),
            Column("Settled with so many problems"),
            Column("Settled with so many seeds"),
        ),
        rows=tuple(_row(compared, each) for each in found),
    )
    return (table,)


def _measure(compared: Compared) -> str:
    return "final test regrets" if compared.scaled else "its chance to be better on each"


def _chances(compared: Compared, s: int, control: int) -> FloatArray:
    """Return the chance of a strategy to end better, on each tested problem."""
    where = [compared.problems.index(p) for p in compared.tested]
    return mean_over(compared.chances[s, control][where], axis=1)


def _row(compared: Compared, each: Opinion) -> tuple[Cell, ...]:
    verdict = (each.verdict.better, each.verdict.equal, each.verdict.worse)
    return (
        text(compared.names[each.strategy]),
        Cell(
            NONE if np.isnan(verdict[0]) else ", ".join(decimals(100 * p, 0) for p in verdict),
            verdict,
        ),
        Cell(NONE, (np.nan,)) if np.isnan(each.sign) else probability(each.sign),
        bracketed(*each.difference),
        Cell(
            f"{each.ahead}/{each.behind} of {each.tested}" if each.tested else NONE,
            (each.ahead, each.behind, each.tested),
        ),
        _size(each.settled.problems, apart=each.apart),
        _size(each.settled.seeds, apart=each.apart),
    )


def _size(number: float, *, apart: bool) -> Cell:
    if apart:
        return Cell("already", (number,))
    return count(int(number)) if np.isfinite(number) else Cell(NONE, (np.nan,))
