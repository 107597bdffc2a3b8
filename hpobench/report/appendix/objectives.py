"""How good runs are in two objectives at once, on problems for which there is no other measure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...runner.finished_run import FinishedRun
from ...scores import CHECKPOINTS, at_checkpoints, both_values, front, hypervolume_regrets
from ...scores.fronts import BEYOND
from ...statistics import FloatArray
from ...statistics.summaries import QUARTILES, quantiles
from ..compared import Compared
from ..intervals import MIDDLE
from ..looks.tables import Cell, Column, Table, count, decimals, number, text
from ..words import percent, some_of
from .other_runs import alike

MEASURE = (
    "Hypervolume regret: the share of what all runs on the problem together dominate that a run "
    "does not"
)
"""What is measured, in a clause."""
HOW = (
    "Hypervolume (Zitzler and Thiele, 1998) is the area between the evaluations of a run at the "
    "highest fidelity and a reference point. The scale of each objective is 0 at the best and 1 at "
    "the worst value of the front of all runs that the report compares on the problem, whatever "
    f"their seed; the reference point is {BEYOND:g} in both, so that the ends of the front count "
    "(Ishibuchi et al., 2018). So the measure depends on who takes part. Runs that failed dominate "
    "nothing, and neither do evaluations beyond the reference point."
)
"""How that is measured."""


@dataclass(frozen=True)
class AtOnce:
    """What runs on a problem with two objectives came to; strategies are named by positions."""

    problem: int
    """The position of the problem in the scores."""
    fronts: Mapping[int, Sequence[FloatArray]]
    """The front of each run, (front, 2), by strategy, the best strategy first."""
    regrets: Mapping[int, FloatArray]
    """The hypervolume regrets of the runs over the budget, (runs, grid), by strategy, likewise;
    empty: the front of all runs is a single point, so that there is no scale."""
    idle: Sequence[int]
    """The strategies of the report without any run there, unsupported ones included."""


def at_once(compared: Compared, runs: Sequence[FinishedRun]) -> tuple[AtOnce, ...]:
    """Return what runs came to on each problem with two objectives and no limit.

    `runs` are all runs, whatever their setting. Problems are left out if no run has a value there.
    """
    cards = compared.scores.problems
    two = [p for p in compared.void if len(cards[p].objectives) == 2 and not cards[p].limits]
    here = alike(compared, runs, compared.setting) if two else []
    took_place = [each for each in here if each.stop.reason != "unsupported"]
    found = [
        _found(compared, p, [each for each in took_place if each.run.problem == cards[p].identity])
        for p in two
    ]
    return tuple(each for each in found if each is not None)


def _found(compared: Compared, p: int, runs: Sequence[FinishedRun]) -> AtOnce | None:
    """Return what runs on a problem came to; None: none of them has a value."""
    card = compared.scores.problems[p]
    points = [both_values(each, card.fidelity) for each in runs]
    best = front(np.concatenate(points or [np.empty((0, 2))]))
    if not len(best):
        return None
    by_strategy: dict[int, list[int]] = {}
    for i, each in enumerate(runs):
        by_strategy.setdefault(compared.scores.strategies.index(each.run.strategy), []).append(i)
    regrets = {
        s: np.array(
            [hypervolume_regrets(points[i], runs[i].costs, best, compared.spent) for i in own]
        )
        for s, own in by_strategy.items()
        if len(best) > 1
    }
    order = sorted(by_strategy, key=lambda s: (_typical(regrets.get(s)), compared.names[s]))
    return AtOnce(
        p,
        {s: [front(points[i]) for i in by_strategy[s]] for s in order},
        {s: regrets[s] for s in order if s in regrets},
        [s for s in range(len(compared.names)) if s not in by_strategy],
    )


def _typical(regrets: FloatArray | None) -> tuple[float, float]:
    """Return the median and the mean of what runs end with, by which strategies are ordered."""
    if regrets is None:
        return 0.0, 0.0
    return float(np.median(regrets[:, -1])), float(regrets[:, -1].mean())


def lacking(compared: Compared, found: AtOnce) -> str:
    """Say whose runs a statement lacks; empty where it lacks none."""
    planned = int(compared.scores.planned[found.problem].sum())
    fewer = [
        f"{compared.names[s]} ({len(each)} of {planned})"
        for s, each in found.fronts.items()
        if len(each) < planned
    ]
    idle = [compared.names[s] for s in found.idle]
    said = f" Fewer runs: {some_of(fewer)}." if fewer else ""
    return said + (f" Without any run there: {some_of(idle)}." if idle else "")


def objectives_table(compared: Compared, found: Sequence[AtOnce]) -> tuple[Table, ...]:
    """List hypervolume regrets; nothing where no problem with two objectives has them."""
    every = [each for each in found if each.regrets]
    if not every:
        return ()
    table = Table(
        name="objectives",
        title="Two objectives at once",
        caption=(
            f"{MEASURE} (0: all of it, 1: nothing; lower is better), by shares of the budget: "
            f"median over the runs; in brackets {MIDDLE} of the runs at the end, which is no "
            "interval. On "
            f"{compared.scope([each.problem for each in every])}, each problem by itself: no mean "
            "over problems, no test, and no part in any other table."
            f"{_lacking(compared, every)}"
        ),
        notes=HOW,
        columns=(
            Column("Problem", "l"),
            Column("Strategy", "l"),
            Column("Runs"),
            *(Column(f"At {percent(share)}") for share in CHECKPOINTS[:-1]),
            Column(f"At {percent(CHECKPOINTS[-1])}", parts=_PARTS),
        ),
        rows=tuple(row for each in every for row in _rows(compared, each)),
    )
    return (table,)


_PARTS = (f"at {percent(CHECKPOINTS[-1])}", "lower quartile", "upper quartile")


def _rows(compared: Compared, found: AtOnce) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each strategy, the best first."""
    for s, regrets in found.regrets.items():
        read = at_checkpoints(regrets, compared.scores.shares)
        low, middle, high = quantiles(read, QUARTILES)
        end, least, most = float(middle[-1]), float(low[-1]), float(high[-1])
        yield (
            text(compared.problem_names[found.problem]),
            text(compared.names[s]),
            count(len(regrets)),
            *(number(each) for each in middle[:-1].tolist()),
            Cell(f"{decimals(end)} [{decimals(least)}, {decimals(most)}]", (end, least, most)),
        )


def _lacking(compared: Compared, every: Sequence[AtOnce]) -> str:
    """Say whose runs are lacking on which problem; empty where none are."""
    if len(every) == 1:
        return lacking(compared, every[0])
    return "".join(
        f" On {compared.problem_names[each.problem]}:{said}"
        for each in every
        if (said := lacking(compared, each))
    )
