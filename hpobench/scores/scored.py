"""Arrange runs on common axes and normalise what they held."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..cards.card import Anchors, ProblemCard
from ..runner.finished_run import FinishedRun, FloatArray
from ..trial import Identity
from .axes import budgets_of, places, problems_of, seeds_of, strategies_of
from .history import history, hold

Kind: TypeAlias = Literal["values", "scores"]
Status: TypeAlias = Literal["complete", "exhausted", "unsupported", "failed", "missing"]

CHECKPOINTS = (0.10, 0.25, 0.50, 1.00)
"""Shares of the budget at which tables read the curves; the last one is the headline."""
BOUNDS = (-1.0, 2.0)
"""Where regrets are winsorised: one scale below the reference, one above a random evaluation."""
_NOISE = 1e-9
"""Regrets closer than this are the same: the rounding error of the normalisation."""
RESOLUTION = 1e-8
"""Runs on one instance whose regrets are no further apart than this tie (as in HPO-B)."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of the incumbents; its curves are (strategies, problems, seeds, grid)."""

    held: FloatArray
    """Raw; nan before the first incumbent and where there is no run."""
    regrets: FloatArray
    """Normalised, unbounded; nan as above, and where the instance has no scale: its card has no
    anchors, or a random evaluation's is not above the reference's."""
    bounded: FloatArray
    """Regrets winsorised to BOUNDS; the upper bound where a run failed (throughout) or holds
    nothing yet; nan where a run is unsupported or missing, or its instance has no scale."""
    unbounded: FloatArray
    """Regrets; inf where a run failed or holds nothing yet; nan without a run or a scale."""
    comparable: FloatArray
    """Raw, to tell which of two runs on one instance is better: what is held; inf where a run
    failed or holds nothing yet; nan without a run."""
    resolution: FloatArray
    """(problems, seeds): differences of `comparable` up to this are no differences. A share of the
    instance's frozen scale; 0 where it has none."""
    clipped: NDArray[np.int64]
    """(strategies, problems, 2): runs whose final regret is below and above BOUNDS."""
    beaten: NDArray[np.int64]
    """(strategies, problems): runs that end at the highest fidelity, below the reference."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the runs of every strategy hold on every problem, for every seed, over the budget."""

    strategies: tuple[Identity, ...]
    """Those with at least one run, in the order given."""
    problems: tuple[ProblemCard, ...]
    """Those with at least one run, in the order of the cards."""
    seeds: tuple[int, ...]
    """Of all problems together, ascending; a problem may have been given fewer: see `planned`."""
    shares: FloatArray
    """(grid,): of the budget, ascending, ending at 1."""
    budgets: FloatArray
    """(problems,): in evaluations at the highest fidelity."""
    status: NDArray[np.str_]
    """(strategies, problems, seeds): a Status each."""
    told: Quantity
    """The incumbents' values, which the strategies were told."""
    reported: Quantity
    """The incumbents' scores, which are reported."""
    lowest: FloatArray
    """(strategies, problems, seeds, grid): the lowest score that an incumbent so far had, raw; nan
    before the first one and where there is no run."""
    first: FloatArray
    """(strategies, problems, seeds, 1): the score of the first incumbent that has one; else nan."""

    @property
    def took_place(self) -> NDArray[np.bool_]:
        """(strategies, problems, seeds): whether there is a run, failed ones included."""
        return ~np.isin(self.status, ("missing", "unsupported"))

    @property
    def planned(self) -> NDArray[np.bool_]:
        """(problems, seeds): whether any strategy has a run there.

        Where none has, the problem was given fewer seeds; elsewhere "missing" means unfinished.
        """
        return np.asarray(np.any(self.status != "missing", axis=0))

    @property
    def instances(self) -> NDArray[np.int64]:
        """(problems, seeds): the instance of each problem, its split or flips, that a seed draws.

        Runs are compared on the same instance: instances differ in difficulty.
        """
        sizes = np.array([max(card.instances, 1) for card in self.problems], dtype=np.int64)
        return np.array(self.seeds, dtype=np.int64)[None] % sizes[:, None]

    @property
    def costs(self) -> FloatArray:
        """(problems, grid): the shares in evaluations at the highest fidelity."""
        return self.budgets[:, None] * self.shares

    def quantity(self, kind: Kind) -> Quantity:
        """Return what the kind names."""
        return self.told if kind == "values" else self.reported


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

    A run that spent less than its budget holds its incumbent to the end. Raises ValueError where
    two runs fill one place, where a problem's runs differ in budget or workers, or where one is of
    none of the strategies or has no card of its problem.
    """
    present, problems = strategies_of(runs, strategies), problems_of(runs, cards)
    seeds = seeds_of(runs)
    where, budgets = places(runs, present, problems, seeds), budgets_of(runs, problems)
    shape = len(present), len(problems), len(seeds)
    status, full = np.full(shape, "missing", dtype="U11"), np.zeros(shape, dtype=bool)
    told, reported, lowest = np.full((3, *shape, len(shares)), np.nan)
    first = np.full((*shape, 1), np.nan)
    for run, place in zip(runs, where, strict=True):
        status[place] = run.stop.reason
        if run.stop.reason == "unsupported":
            continue
        past, spent = history(run, problems[place[1]].fidelity), budgets[place[1]] * shares
        full[place] = past.full[-1:].any()
        told[place] = hold(past.costs, past.values, spent)
        reported[place] = hold(past.costs, past.scores, spent)
        lowest[place] = hold(past.costs, np.fmin.accumulate(past.scores), spent)
        first[place] = next(iter(past.scores[~np.isnan(past.scores)]), np.nan)
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
    )


def at_checkpoints(curves: FloatArray, shares: FloatArray) -> FloatArray:
    """Read curves (..., grid) at CHECKPOINTS: (..., checkpoints)."""
    columns = np.searchsorted(shares, np.array(CHECKPOINTS) + _NOISE, side="right") - 1
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
    """Return the scales' zeros and lengths, (problems, seeds, 1) each; nan where there is none."""
    zero = np.full((len(problems), len(seeds), 1), np.nan)
    length = zero.copy()
    for p, card in enumerate(problems):
        for r, seed in enumerate(seeds):
            found = anchors(card, seed, kind)
            if found is not None and found.random > found.reference:
                zero[p, r], length[p, r] = found.reference, found.random - found.reference
    return zero, length


def _quantity(
    held: FloatArray,
    status: NDArray[np.str_],
    full: NDArray[np.bool_],
    scales: tuple[FloatArray, FloatArray],
) -> Quantity:
    zero, length = scales
    with np.errstate(over="ignore"):  # enormous values are infinitely far from any scale
        regrets = (held - zero) / length
    ran = np.isin(status, ("complete", "exhausted", "failed"))[..., None]
    worst = ran & ((status == "failed")[..., None] | np.isnan(held))
    scaled = np.broadcast_to(np.isfinite(length), held.shape)
    final = regrets[..., -1]
    return Quantity(
        held=held,
        regrets=regrets,
        bounded=np.where(worst & scaled, BOUNDS[1], np.clip(regrets, *BOUNDS)),
        unbounded=np.where(worst & scaled, np.inf, regrets),
        comparable=np.where(worst, np.inf, held),
        resolution=np.where(np.isfinite(length), RESOLUTION * length, 0.0)[..., 0],
        clipped=np.stack([(final < BOUNDS[0]).sum(axis=2), (final > BOUNDS[1]).sum(axis=2)], -1),
        beaten=(full & (final < -_NOISE)).sum(axis=2),
    )
