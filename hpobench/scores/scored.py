"""Arrange runs on common axes and normalise what they held."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..cards.card import Anchors, ProblemCard
from ..runner.finished_run import FinishedRun, FloatArray
from ..trial import Identity
from .axes import budgets_of, places, problems_of, seeds_of, strategies_of
from .history import history, hold
from .steps import Followed, Steps, Totals

Kind: TypeAlias = Literal["values", "scores"]
Status: TypeAlias = Literal["complete", "exhausted", "unsupported", "failed", "missing"]

CHECKPOINTS = (0.10, 0.25, 0.50, 1.00)
"""The shares of the budget at which tables read the curves."""
BOUNDS = (-1.0, 2.0)
"""Where regrets are winsorised: at one scale below the reference, and one above a random
evaluation."""
_NOISE = 1e-9
"""The rounding error of the normalisation: regrets closer than this are the same."""
RESOLUTION = 1e-8
"""Runs on one instance whose regrets are no further apart than this tie (as in HPO-B)."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """The incumbents' values or their scores; curves are (strategies, problems, seeds, grid)."""

    held: FloatArray
    """Raw curves; nan before the first incumbent and where there is no run."""
    regrets: FloatArray
    """Curves of regrets, not winsorised; nan where `held` is, and where the instance has no scale:
    its card has no anchors, or a random evaluation's is not above the reference's."""
    bounded: FloatArray
    """Curves of regrets, winsorised to BOUNDS; the upper bound where a run failed (throughout) or
    holds nothing yet; nan where a run is unsupported or missing, or its instance has no scale."""
    unbounded: FloatArray
    """Curves of regrets; inf where a run failed or holds nothing yet; nan where there is no run or
    no scale."""
    comparable: FloatArray
    """Raw curves that tell which of two runs on one instance is better: what is held; inf where a
    run failed or holds nothing yet; nan without a run."""
    resolution: FloatArray
    """(problems, seeds): differences of `comparable` up to this are no differences. It is a share
    of the instance's frozen scale; 0 where the instance has none."""
    clipped: NDArray[np.int64]
    """(strategies, problems, 2): how many runs' final regrets are below and above BOUNDS."""
    beaten: NDArray[np.int64]
    """(strategies, problems): how many runs end at the highest fidelity, below the reference."""

    def over(self, problems: list[int]) -> "Quantity":
        """Return the quantity on some of the problems."""
        arrays = {each.name: getattr(self, each.name) for each in fields(self)}
        resolution = arrays.pop("resolution")[problems]
        parts = {name: array[:, problems] for name, array in arrays.items()}
        return Quantity(**parts, resolution=resolution)


@dataclass(frozen=True)
class Scores:
    """What the runs of every strategy hold on every problem, for every seed, over the budget."""

    strategies: tuple[Identity, ...]
    """The strategies with at least one run, in the order given."""
    problems: tuple[ProblemCard, ...]
    """The problems with at least one run, in the order of the cards."""
    seeds: tuple[int, ...]
    """The seeds of all problems, ascending; a problem may have been given fewer: see `planned`."""
    shares: FloatArray
    """(grid,): the shares of the budget at which curves are read, ascending, ending at 1."""
    budgets: FloatArray
    """(problems,): the budgets in evaluations at the highest fidelity."""
    status: NDArray[np.str_]
    """(strategies, problems, seeds): the Status of each run."""
    told: Quantity
    """The incumbents' values, which the strategies were told."""
    reported: Quantity
    """The incumbents' scores, which are reported."""
    lowest: FloatArray
    """(strategies, problems, seeds): the lowest score, raw, that any incumbent of the run had; nan
    where no incumbent has a score."""
    first: FloatArray
    """(strategies, problems, seeds): the score, raw, of the run's first incumbent that has one; nan
    where no incumbent has a score."""
    recommended: FloatArray
    """(strategies, problems, seeds): the score, raw, of what the strategy recommended at the end of
    the run; inf where its evaluation failed; nan where it recommended nothing."""
    steps: Steps
    """Every change of an incumbent, exactly when it was."""
    totals: Totals
    """What each run came to use."""

    @cached_property
    def took_place(self) -> NDArray[np.bool_]:
        """(strategies, problems, seeds): whether there is a run, failed ones included."""
        return ~np.isin(self.status, ("missing", "unsupported"))

    @cached_property
    def planned(self) -> NDArray[np.bool_]:
        """(problems, seeds): whether any strategy has a run there.

        Where none has, the problem was given fewer seeds; elsewhere "missing" means unfinished.
        """
        return np.asarray(np.any(self.status != "missing", axis=0))

    @cached_property
    def instances(self) -> NDArray[np.int64]:
        """(problems, seeds): the instance of the problem, its split or flips, that the seed draws.

        Runs are compared on the same instance: instances differ in difficulty.
        """
        sizes = np.array([max(card.instances, 1) for card in self.problems], dtype=np.int64)
        return np.array(self.seeds, dtype=np.int64)[None] % sizes[:, None]

    @cached_property
    def costs(self) -> FloatArray:
        """(problems, grid): the shares in evaluations at the highest fidelity."""
        return self.budgets[:, None] * self.shares

    def over(self, problems: Sequence[int]) -> "Scores":
        """Return the scores on some of the problems, in their order; all strategies stay."""
        chosen = list(problems)
        return replace(
            self,
            problems=tuple(self.problems[p] for p in chosen),
            budgets=self.budgets[chosen],
            status=self.status[:, chosen],
            told=self.told.over(chosen),
            reported=self.reported.over(chosen),
            lowest=self.lowest[:, chosen],
            first=self.first[:, chosen],
            recommended=self.recommended[:, chosen],
            steps=self.steps.over(chosen),
            totals=self.totals.over(chosen),
        )

    def quantity(self, kind: Kind) -> Quantity:
        """Return the values or the scores."""
        return self.told if kind == "values" else self.reported

    def seeds_by_instance(self, problem: int) -> list[int]:
        """Return how many seeds each instance of a problem was given."""
        drawn = self.instances[problem, self.planned[problem]]
        return [int(count) for count in np.unique(drawn, return_counts=True)[1]]


def grid(budget: Fraction) -> FloatArray:
    """Return the shares to read curves at: whole evaluations, or hundredths, and CHECKPOINTS.

    >>> grid(Fraction(4)).tolist()
    [0.1, 0.25, 0.5, 0.75, 1.0]
    """
    steps = float(min(budget, Fraction(100)))
    whole = np.arange(1.0, int(steps) + 1) / steps
    return np.unique(np.round(np.concatenate([whole, np.array(CHECKPOINTS)]), 12))


def scored(
    runs: Sequence[FinishedRun],
    strategies: Sequence[Identity],
    cards: Sequence[ProblemCard],
    shares: FloatArray,
) -> Scores:
    """Arrange runs on common axes; `shares` (grid,) ascend to 1, as from `grid`.

    A run that spent less than its budget holds its incumbent to the end. Raises ValueError where a
    run's strategy or problem is not given, or two runs that are one run or differ in their setting.
    """
    present, problems = strategies_of(runs, strategies), problems_of(runs, cards)
    seeds = seeds_of(runs)
    where, budgets = places(runs, present, problems, seeds), budgets_of(runs, problems)
    shape = len(present), len(problems), len(seeds)
    status, full = np.full(shape, "missing", dtype="U11"), np.zeros(shape, dtype=bool)
    told, reported = np.full((2, *shape, len(shares)), np.nan)
    lowest, first, recommended = np.full((3, *shape), np.nan)
    followed = Followed(shape)
    for run, place in zip(runs, where, strict=True):
        status[place] = run.stop.reason
        if run.stop.reason == "unsupported":
            continue
        past, spent = history(run, problems[place[1]].fidelity), budgets[place[1]] * shares
        followed.add(run, past, place)
        full[place] = past.full[-1:].any()
        told[place] = hold(past.costs, past.values, spent)
        reported[place] = hold(past.costs, past.scores, spent)
        lowest[place] = hold(past.costs, np.fmin.accumulate(past.scores), spent[-1:])[0]
        first[place], recommended[place] = _first(past.scores), _recommended(run)
    return Scores(
        strategies=present,
        problems=problems,
        seeds=seeds,
        shares=shares,
        budgets=budgets,
        status=status,
        told=_quantity(told, status, full, scales(problems, seeds, "values")),
        reported=_quantity(reported, status, full, scales(problems, seeds, "scores")),
        lowest=lowest,
        first=first,
        recommended=recommended,
        steps=followed.steps(),
        totals=followed.totals(),
    )


def _first(scores: FloatArray) -> float:
    return float(next(iter(scores[~np.isnan(scores)]), np.nan))  # nan: none is known


def _recommended(run: FinishedRun) -> float:
    found = run.stop.recommendation
    return np.nan if found is None else float(np.nan_to_num(found.score, nan=np.inf))  # it failed


def checkpoints(shares: FloatArray) -> NDArray[np.intp]:
    """Return the last point of the grid (grid,) at or before each checkpoint; -1: there is none."""
    return np.searchsorted(shares, np.array(CHECKPOINTS) + _NOISE, side="right") - 1


def at_checkpoints(curves: FloatArray, shares: FloatArray) -> FloatArray:
    """Read curves (..., grid) at CHECKPOINTS: (..., checkpoints)."""
    columns = checkpoints(shares)
    return np.where(columns >= 0, curves[..., columns], np.nan)


def anchors(card: ProblemCard, seed: int, kind: Kind) -> Anchors | None:
    """Return the anchors of the seed's instance; None where the card has none."""
    every = card.value_anchors if kind == "values" else card.score_anchors
    if not every:
        return None
    return every[0] if len(every) == 1 else every[seed % card.instances]


def scales(
    problems: Sequence[ProblemCard], seeds: Sequence[int], kind: Kind
) -> tuple[FloatArray, FloatArray]:
    """Return the instances' scales, (problems, seeds, 1): zeros and lengths; nan: there is none."""
    zero = np.full((len(problems), len(seeds), 1), np.nan)
    length = zero.copy()
    for p, card in enumerate(problems):
        for r, seed in enumerate(seeds):
            found = anchors(card, seed, kind)
            if found is not None and found.has_scale:
                zero[p, r], length[p, r] = found.reference, found.random - found.reference
    return zero, length


def bounded(
    held: FloatArray, status: NDArray[np.str_], scale: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Return what runs hold, (strategies, problems, seeds, ...), as regrets winsorised to BOUNDS.

    `scale` is that of `scales`. The answer is as `Quantity.bounded` has it.
    """
    zero, length = scale
    with np.errstate(over="ignore"):  # enormous values are infinitely far from any scale
        regrets = (held - zero) / length
    return _with_worst(np.clip(regrets, *BOUNDS), BOUNDS[1], _worst(held, status), length)


def _quantity(
    held: FloatArray,
    status: NDArray[np.str_],
    full: NDArray[np.bool_],
    scales: tuple[FloatArray, FloatArray],
) -> Quantity:
    zero, length = scales
    with np.errstate(over="ignore"):  # enormous values are infinitely far from any scale
        regrets = (held - zero) / length
    worst, final = _worst(held, status), regrets[..., -1]
    return Quantity(
        held=held,
        regrets=regrets,
        bounded=bounded(held, status, scales),
        unbounded=_with_worst(regrets, np.inf, worst, length),
        comparable=np.where(worst, np.inf, held),
        resolution=np.where(np.isfinite(length), RESOLUTION * length, 0.0)[..., 0],
        clipped=np.stack([(final < BOUNDS[0]).sum(axis=2), (final > BOUNDS[1]).sum(axis=2)], -1),
        beaten=(full & (final < -_NOISE)).sum(axis=2),
    )


def _worst(held: FloatArray, status: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Return where a run took place that failed, or holds nothing yet."""
    ran = np.isin(status, ("complete", "exhausted", "failed"))[..., None]
    return np.asarray(ran & ((status == "failed")[..., None] | np.isnan(held)))


def _with_worst(
    regrets: FloatArray, most: float, worst: NDArray[np.bool_], length: FloatArray
) -> FloatArray:
    """Return regrets with `most` in the place of the worst, on instances that have a scale."""
    return np.where(worst & np.isfinite(length), most, regrets)
