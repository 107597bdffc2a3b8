"""The tables of results: the ranking, the primary comparison, the final regrets, all scores."""

from collections.abc import Sequence

import numpy as np

from ..statistics import mean_ranks, new_problems
from ..tables import NONE, Cell, Column, Table, count, decimals, number, probability, text
from .comparisons import ALPHA, Comparison, Comparisons
from .over_budget import SCALE
from .study import COMPARATOR, Study

NO_MEANS = "no problem has anchors, or no strategy has runs on every problem"


def ranking(study: Study, found: Comparisons) -> Table:
    """List the strategies from the lowest mean regret up, with what is known of each."""
    members = study.scaled()
    regrets = final_means(study, study.complete, members)
    ranks = dict(zip(study.complete, _ranks(study), strict=True))
    against_random = {each.strategy: each for each in found.every}
    rows = [
        _ranked(
            study,
            s,
            place=place + 1 if s in ranks else None,
            regret=regrets.get(s, (np.nan, np.nan)),
            rank=ranks.get(s, np.nan),
            each=against_random.get(s),
        )
        for place, s in enumerate(study.order)
    ]
    return Table(
        name="ranking",
        title="The strategies, ranked by mean final regret",
        caption=(
            f"Mean final test regret ({SCALE}; lower is better) with the half-width of its 95 % "
            f"interval for new problems, mean rank, and the comparison with {COMPARATOR}, over "
            f"{study.scope(study.problems)}. A strategy without runs on some problem has no place; "
            "its comparison is over the problems it shares."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Place"),
            Column("Mean regret", parts=("mean regret", "half-width")),
            Column("Mean rank"),
            Column("P(better)"),
            Column("p (Holm)"),
            Column(f"Against {COMPARATOR}", "l"),
        ),
        rows=tuple(rows),
    )


def primary(study: Study, found: Comparisons) -> Table:
    """List the comparisons with random search: the one family of tests declared beforehand."""
    caption = (
        f"Each strategy against {COMPARATOR} at the end of the budget, over the problems that "
        f"both have runs on (P), of {study.scope(study.problems)}. P(better): chance that a run "
        "is better, ties counted half, mean over problems, with its 95 % two-level bootstrap "
        "interval. Gain: difference of mean regrets with its 95 % interval for new problems "
        "(Student's t under 20 problems). Both intervals are n/a under 8 problems. W/T/L: "
        "problems with a mean regret lower by over 0.01, equal, higher. p: Wilcoxon signed-rank "
        f"on per-problem means, two-sided, Holm over {found.tests}. Speed-up: evaluations of "
        "random search, as expected from its anchors, that one evaluation is worth; geometric "
        f"mean over problems, > where a bound.{study.scope_of_regrets()}"
    )
    return Table(
        name="against-random-search",
        title=f"Each strategy against {COMPARATOR} (primary comparison)",
        caption=caption,
        columns=(
            Column("Strategy", "l"),
            Column("P"),
            Column("P(better)", parts=("chance", "chance low", "chance high")),
            Column("Gain", parts=("gain", "gain low", "gain high")),
            Column("W/T/L", parts=("wins", "ties", "losses")),
            Column("p"),
            Column("p (Holm)"),
            Column("Speed-up"),
        ),
        rows=tuple(_compared(study, each) for each in found.every),
    )


def verdict(each: Comparison) -> str:
    """Say what the primary test found."""
    if np.isnan(each.adjusted):
        return "n/a (no anchors in common)"
    if each.adjusted > ALPHA:
        return "not told apart"
    if each.gain > 0 and each.superiority.chance > 0.5:
        return "better"
    if each.gain < 0 and each.superiority.chance < 0.5:
        return "worse"
    return "differs: better by mean or by chance, not by both"


def _ranked(
    study: Study,
    s: int,
    *,
    place: int | None,
    regret: tuple[float, float],
    rank: float,
    each: Comparison | None,
) -> tuple[Cell, ...]:
    mean, half = regret
    nothing = text(NONE)
    return (
        text(study.names[s]),
        nothing if place is None else count(place),
        nothing if np.isnan(mean) else with_half(mean, mean - half, mean + half),
        nothing if np.isnan(rank) else number(rank, 2),
        nothing if each is None else number(each.superiority.chance, 2),
        nothing if each is None else probability(each.adjusted),
        nothing if each is None else text(verdict(each)),
    )


def _compared(study: Study, each: Comparison) -> tuple[Cell, ...]:
    chance = each.superiority
    tally = (each.wins, each.ties, each.losses)
    bound = ">" if each.censored else ""
    return (
        text(study.names[each.strategy]),
        count(chance.problems),
        _bounded(chance.chance, chance.low, chance.high, 2),
        _bounded(each.gain, each.gain_low, each.gain_high, 3),
        Cell("/".join(map(str, tally)), tally),
        probability(each.raw),
        probability(each.adjusted),
        Cell(bound + decimals(each.speedup, 1), (each.speedup,)),
    )


def _bounded(mean: float, low: float, high: float, digits: int) -> Cell:
    interval = f" [{decimals(low, digits)}, {decimals(high, digits)}]"
    shown = decimals(mean, digits) + ("" if np.isnan(low) else interval)
    return Cell(shown, (mean, low, high))


def with_half(mean: float, low: float, high: float) -> Cell:
    """Return a cell of a mean and half the width of its interval."""
    half = (high - low) / 2
    shown = decimals(mean)
    if not np.isnan(half):
        shown += f" \N{PLUS-MINUS SIGN} {decimals(half)}"
    return Cell(shown, (float(mean), float(half)))


def final_means(
    study: Study, who: Sequence[int], members: Sequence[int]
) -> dict[int, tuple[float, float]]:
    """Return each strategy's mean final regret and its half-width."""
    if not members or not who:
        return dict.fromkeys(who, (np.nan, np.nan))
    interval = new_problems(study.runs("scores", who, members)[..., -1])
    halves = (interval.high - interval.low) / 2
    return {s: (float(interval.mean[i]), float(halves[i])) for i, s in enumerate(who)}


def _ranks(study: Study) -> list[float]:
    ranks = mean_ranks(study.losses(study.complete, study.problems)[..., -1])
    return [float(rank) for rank in ranks]
