"""The tables of results: the ranking, the primary comparison, the final regrets, all scores."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..scores import CHECKPOINTS, at_checkpoints, problem_means
from ..statistics import against, mean_ranks, new_problems, within_problems
from ..tables import NONE, Cell, Column, Table, count, decimals, number, probability, text
from .comparisons import ALPHA, Comparison, Comparisons
from .over_budget import SCALE
from .study import COMPARATOR, Study

Mark: TypeAlias = Literal["best", "near", ""]
"""Whether a mean is the lowest of its column, or not significantly above it."""

NO_MEANS = "no problem has anchors, or no strategy has runs on every problem"
_PLANS = "*"
_PLANNED = (
    f" {_PLANS} plans for its budget: its earlier columns are read from runs planned for the whole."
)


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
        f"on per-problem means, two-sided, Holm over {len(found.every)}. Speed-up: evaluations of "
        "random search, as expected from its anchors, that one evaluation is worth; geometric "
        "mean over problems, > where a bound."
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


def final(study: Study) -> Table | str:
    """List the mean regrets at the checkpoints, the comparator first; or say why not."""
    members, who = study.scaled(), study.complete
    if not members or not who:
        return f"Mean regret at four shares of the budget: n/a, {NO_MEANS}."
    curves = at_checkpoints(study.runs("scores", who, members), study.table.shares)
    general, here = new_problems(curves), within_problems(curves)
    means = problem_means(study.table.scores.bounded)[np.ix_(who, members)]
    marks = _marks(at_checkpoints(means, study.table.shares))
    order = sorted(range(len(who)), key=lambda i: (who[i] != study.control, general.mean[i, -1]))
    rows = [
        (
            text(study.names[who[i]] + _PLANS * study.cards[who[i]].plans_for_budget),
            *(
                _with_half(general.mean[i, c], general.low[i, c], general.high[i, c], marks[i][c])
                for c in range(len(CHECKPOINTS))
            ),
            number((here.high[i, -1] - here.low[i, -1]) / 2),
        )
        for i in order
    ]
    plans = any(study.cards[s].plans_for_budget for s in who)
    beaten = study.table.scores.beaten[np.ix_(who, members)]
    records = int((beaten.sum(axis=0) > 0).sum())
    return Table(
        name="final-regret",
        title="Mean regret at four shares of the budget",
        caption=(
            f"Mean over {study.scope(members)} of the test regret of the incumbent ({SCALE}; "
            f"winsorised to [\N{MINUS SIGN}1, 2], which changed {_clipped(study, who, members)} "
            "final runs), \N{PLUS-MINUS SIGN} half-width of the 95 % interval for new problems "
            f"({_interval_name(general.method)}). Last column: half-width for these problems "
            "alone (bootstrap of seeds within problems). Bold: lowest of its column; underlined: "
            f"not significantly worse than it (Wilcoxon on per-problem means, Holm, {ALPHA:g}; "
            f"the lowest is chosen by the data). Below the reference, a new best: {records} of "
            f"{len(members)} problems.{_PLANNED if plans else ''}{study.absent()}"
        ),
        columns=(
            Column("Strategy", "l"),
            *(
                Column(
                    f"{share:.0%}".replace("%", " %"), parts=(f"{share:.0%}", f"{share:.0%} half")
                )
                for share in CHECKPOINTS
            ),
            Column("these \N{PLUS-MINUS SIGN}"),
        ),
        rows=tuple(rows),
    )


def scores(study: Study) -> Table:
    """List the final raw scores, a row a problem."""
    who = np.flatnonzero(study.ran.any(axis=1)).tolist()
    held = study.table.scores.held[..., -1]
    rows = [
        (
            text(study.table.problems[p].identity.name),
            *(_mean_and_deviation(held[s, p]) for s in who),
        )
        for p in study.problems
    ]
    return Table(
        name="final-scores",
        title="Final scores, raw",
        caption=(
            "Score of the last incumbent in the problem's own unit: mean over seeds (standard "
            f"deviation over seeds), over {study.scope(study.problems)}; runs that failed are "
            "left out here. No band, no test. \N{EN DASH}: no run."
        ),
        columns=(
            Column("Problem", "l"),
            *(Column(study.names[s], parts=(study.names[s], f"{study.names[s]} sd")) for s in who),
        ),
        rows=tuple(rows),
    )


def verdict(each: Comparison) -> str:
    """Say what the primary test found."""
    if np.isnan(each.adjusted):
        return "n/a: no common problem with a scale"
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
        nothing if np.isnan(mean) else _with_half(mean, mean - half, mean + half),
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


def _with_half(mean: float, low: float, high: float, mark: Mark = "") -> Cell:
    half = (high - low) / 2
    shown = decimals(mean)
    if not np.isnan(half):
        shown += f" \N{PLUS-MINUS SIGN} {decimals(half)}"
    return Cell(shown, (float(mean), float(half)), bold=mark == "best", underlined=mark == "near")


def _mean_and_deviation(held: NDArray[np.float64]) -> Cell:
    there = held[~np.isnan(held)]
    if not there.size:
        return text(NONE)
    deviation = float(np.std(there, ddof=1)) if there.size > 1 else np.nan
    shown = f"{there.mean():.4g}" + ("" if np.isnan(deviation) else f" ({deviation:.2g})")
    return Cell(shown.replace("-", "\N{MINUS SIGN}"), (float(there.mean()), deviation))


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


def _marks(means: NDArray[np.float64]) -> list[list[Mark]]:
    """Mark the lowest mean of (strategies, problems, checkpoints), and what no test separates."""
    marks: list[list[Mark]] = [[""] * means.shape[2] for _ in means]
    for c in range(means.shape[2]):
        best = int(np.argmin(means[..., c].mean(axis=1)))
        adjusted = against(means[..., c], best).adjusted
        for s, p in enumerate(adjusted):
            if s == best:
                marks[s][c] = "best"
            elif p > ALPHA:
                marks[s][c] = "near"
    return marks


def _clipped(study: Study, who: Sequence[int], members: Sequence[int]) -> int:
    return int(study.table.scores.clipped[np.ix_(who, members)].sum())


def _interval_name(method: str) -> str:
    names = {
        "two-level bootstrap": "two-level percentile bootstrap, B = 10,000",
        "t": "Student's t on per-problem means, as under 20 problems",
        "none": "n/a under 8 problems",
    }
    return names[method]
