"""The ways in which a report can look at runs: by measure, budget and treatment of failed runs."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from ...scores import area_over_curve, checkpoints
from ...statistics import (
    BoolArray,
    FloatArray,
    instance_ranks,
    interquartile_mean,
    mean_over,
    without_each,
)
from .. import bounds
from ..compared import Compared
from ..words import percent

WORST, LEFT_OUT = "as the worst", "left out"
"""What is done with runs that failed or hold no score at their end."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of a strategy's runs by which it is placed; lower is better."""

    name: str
    runs: Callable[[Compared, list[int], BoolArray], FloatArray]
    """Measures runs at points of the grid, but for those that are left out (strategies, problems,
    seeds): (points, problems, seeds, strategies)."""
    summary: Callable[[FloatArray], FloatArray]
    shown: Callable[[float], float] = float
    """What is printed of it."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Numbers of the complete strategies, lower is better, in all ways of looking at their runs."""

    measures: tuple[Measure, ...]
    budgets: tuple[str, ...]
    """The shares of the budget, the whole one last."""
    treatments: tuple[str, ...]
    problems: tuple[int, ...]
    """The problems that there are, each of which is left out in turn; empty: there is one."""
    families: tuple[str, ...]
    """The families of these, each of which is left out in turn; empty: there is one."""
    values: FloatArray
    """(measures, budgets, treatments, 1 + problems + families, strategies): the number over all
    problems, then without each problem, then without each family; nan: it lacks runs there."""


def ways(compared: Compared) -> Ways:
    """Look at the runs of the complete strategies, of which there is one or more, in all ways.

    Where no problem has regrets, ranks alone are looked at.
    """
    members = compared.tested
    measures = _MEASURES if compared.scaled else _WITHOUT_REGRETS
    out = np.isposinf(compared.scores.reported.comparable[..., -1])
    out = out[np.ix_(compared.complete, members)]
    treatments = {WORST: np.zeros_like(out), LEFT_OUT: out} if out.any() else {WORST: out}
    points = _points(compared, members)
    families, groups = _groups(compared, members)
    values = [
        without_each(each.summary, runs, groups)
        for each, hidden in product(measures, treatments.values())
        for runs in each.runs(compared, [*points.values()], hidden)
    ]
    shape = len(measures), len(treatments), len(points), 1 + len(groups), len(compared.complete)
    return Ways(
        measures=measures,
        budgets=tuple(points),
        treatments=tuple(treatments),
        problems=tuple(members) if len(members) > 1 else (),
        families=families,
        values=np.array(values).reshape(shape).swapaxes(1, 2),
    )


def _points(compared: Compared, members: list[int]) -> dict[str, int]:
    """Return where tables read the curves, without those at which no run holds anything yet."""
    shares, held = compared.scores.shares, compared.scores.reported.held
    missing = np.isnan(held[np.ix_(compared.complete, members)])
    begun = [not missing[..., c].all() for c in range(len(shares))]
    points = [c for c in checkpoints(shares).tolist()[:-1] if c >= 0 and begun[c]]
    return {percent(float(shares[c])): c for c in [*points, len(shares) - 1]}


def _groups(compared: Compared, members: list[int]) -> tuple[tuple[str, ...], BoolArray]:
    """Return the families, and which problems are left out together: (groups, problems)."""
    if len(members) < 2:
        return (), np.zeros((0, len(members)), dtype=bool)
    of = [compared.scores.problems[p].about.family for p in members]
    families = tuple(dict.fromkeys(of))
    families = families if len(families) > 1 else ()
    alike = [[family == each for each in of] for family in families]
    rows = [*np.eye(len(members), dtype=bool).tolist(), *alike]
    return families, np.array(rows, dtype=bool)


def _regrets(compared: Compared, points: list[int], hidden: BoolArray) -> FloatArray:
    return _arranged(_curves(compared)[..., points], hidden)


def _logs(compared: Compared, points: list[int], hidden: BoolArray) -> FloatArray:
    floors = bounds.floors(compared.scores, compared.scaled)[:, None, None]
    return np.log10(np.maximum(_regrets(compared, points, hidden), floors))


def _areas(compared: Compared, points: list[int], hidden: BoolArray) -> FloatArray:
    curves, spent = _curves(compared), compared.spent
    missed = [1 - area_over_curve(curves[..., : c + 1], spent[: c + 1]) for c in points]
    return _arranged(np.stack(missed, axis=-1), hidden | np.isnan(curves[..., -1]))


def _ranks(compared: Compared, points: list[int], hidden: BoolArray) -> FloatArray:
    scores, members = compared.scores, compared.tested
    if not hidden.any():
        where = [compared.problems.index(p) for p in members]
        return _arranged(compared.instance_ranks[:, where][..., points], hidden)
    ends = scores.reported.comparable[np.ix_(compared.complete, members)][..., points]
    shown = np.where(hidden[..., None], np.nan, ends)
    ranks = instance_ranks(shown, scores.instances[members], scores.reported.resolution[members])
    return np.moveaxis(ranks, (3, 0), (0, 3))


def _curves(compared: Compared) -> FloatArray:
    return compared.scores.reported.bounded[np.ix_(compared.complete, compared.scaled)]


def _arranged(curves: FloatArray, hidden: BoolArray) -> FloatArray:
    """Return (strategies, problems, seeds, points) as (points, problems, seeds, strategies)."""
    return np.moveaxis(np.where(hidden[..., None], np.nan, curves), (3, 0), (0, 3))


def _mean(runs: FloatArray) -> FloatArray:
    return mean_over(mean_over(runs, axis=1), axis=0)


def _median(runs: FloatArray) -> FloatArray:
    return np.asarray(np.median(mean_over(runs, axis=1), axis=0))


_RANK = Measure("mean rank", _ranks, _mean)
_MEASURES = (
    Measure("mean regret", _regrets, _mean),
    _RANK,
    Measure("interquartile mean", _regrets, interquartile_mean),
    Measure("median over problems", _regrets, _median),
    Measure("geometric mean", _logs, _mean, lambda log: 10.0**log),
    Measure("area over the curve", _areas, _mean, lambda below: 1 - below),
)
"""The measures of regrets, that of the ranking first."""
_WITHOUT_REGRETS = (_RANK,)
