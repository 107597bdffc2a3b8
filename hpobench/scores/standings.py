"""Arrange runs on common axes and normalise what they held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..cards.card import Anchors, ProblemCard
from ..trial import Identity, Outcome
from .history import FloatArray, History, history, hold

Kind: TypeAlias = Literal["values", "scores"]
Status: TypeAlias = Literal["complete", "exhausted", "unsupported", "failed", "missing"]
_Cell: TypeAlias = tuple[Identity, Identity, int]

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
    losses: FloatArray
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
class Standings:
    """Where every strategy stands on every problem, for every seed, over the budget."""

    strategies: tuple[Identity, ...]
    """By name, then version, whatever the order of the outcomes."""
    problems: tuple[ProblemCard, ...]
    """Those with at least one outcome, in the order of the cards."""
    seeds: tuple[int, ...]
    """Of all problems together, ascending; a problem may have been given fewer: see `planned`."""
    shares: FloatArray
    """(grid,): of the budget, ascending, ending at 1."""
    budgets: FloatArray
    """(problems,): in evaluations at the highest fidelity."""
    status: NDArray[np.str_]
    """(strategies, problems, seeds): a Status each."""
    histories: Mapping[tuple[int, int, int], History]
    """By positions on the first three axes; none where a run is unsupported or missing."""
    values: Quantity
    """What the strategies were told."""
    scores: Quantity
    """What is reported."""

    @property
    def planned(self) -> NDArray[np.bool_]:
        """(problems, seeds): whether any strategy has an outcome there.

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
        return self.values if kind == "values" else self.scores


def grid(budget: Fraction) -> FloatArray:
    """Return the shares to read curves at: whole evaluations, or hundredths, and CHECKPOINTS.

    >>> grid(Fraction(4)).tolist()
    [0.1, 0.25, 0.5, 0.75, 1.0]
    """
    steps = float(min(budget, Fraction(100)))
    whole = np.arange(1.0, int(steps) + 1) / steps
    return np.unique(np.round(np.concatenate([whole, np.array(CHECKPOINTS)]), 12))


def standings(
    outcomes: Sequence[Outcome], cards: Sequence[ProblemCard], shares: FloatArray
) -> Standings:
    """Arrange the outcomes on common axes; `shares` (grid,) ascend to 1, as from `grid`.

    A run that spent less than its budget holds its incumbent to the end. Raises ValueError where
    two outcomes fill one cell, where a problem's runs differ in budget or workers, or where a
    problem has no card.
    """
    cells = _cells(outcomes)
    strategies = tuple(sorted({cell[0] for cell in cells}, key=lambda s: (s.name, s.version)))
    problems = _present(cards, {cell[1] for cell in cells})
    seeds = tuple(sorted({cell[2] for cell in cells}))
    budgets = np.array([_budget(card, outcomes) for card in problems])
    status, histories = _arranged(cells, strategies, problems, seeds)
    values, scores = np.full((2, *status.shape, len(shares)), np.nan)
    full = np.zeros(status.shape, dtype=bool)
    for (s, p, r), run in histories.items():
        full[s, p, r] = run.full[-1:].any()
        values[s, p, r] = hold(run.costs, run.values, budgets[p] * shares)
        scores[s, p, r] = hold(run.costs, run.scores, budgets[p] * shares)
    return Standings(
        strategies=strategies,
        problems=problems,
        seeds=seeds,
        shares=shares,
        budgets=budgets,
        status=status,
        histories=histories,
        values=_quantity(values, status, full, _scales(problems, seeds, "values")),
        scores=_quantity(scores, status, full, _scales(problems, seeds, "scores")),
    )


def problem_means(runs: FloatArray) -> FloatArray:
    """Average (strategies, problems, seeds, ...) over the seeds: (strategies, problems, ...).

    Over those with a number; nan where none has. Meant for `bounded`, where a run that took place
    always has one if its instance has a scale.
    """
    there = ~np.isnan(runs)
    count = there.sum(axis=2)
    total = np.where(there, runs, 0.0).sum(axis=2)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def at_checkpoints(curves: FloatArray, shares: FloatArray) -> FloatArray:
    """Read curves (..., grid) at CHECKPOINTS: (..., checkpoints)."""
    columns = np.searchsorted(shares, np.array(CHECKPOINTS) + _NOISE, side="right") - 1
    return np.where(columns >= 0, curves[..., columns], np.nan)


def anchors(card: ProblemCard, seed: int, kind: Kind) -> Anchors | None:
    """Return the anchors of the seed's instance; None where the card has none."""
    every = card.values if kind == "values" else card.scores
    if not every:
        return None
    return every[0] if len(every) == 1 else every[seed % card.instances]


def _cells(outcomes: Sequence[Outcome]) -> dict[_Cell, Outcome]:
    cells: dict[_Cell, Outcome] = {}
    for outcome in outcomes:
        run = outcome.run
        cell = (run.strategy, run.problem, run.seed)
        if cell in cells:
            raise ValueError(
                "a strategy, a problem and a seed must name one outcome: "
                f"{run.strategy.name}, {run.problem.name}, {run.seed}"
            )
        cells[cell] = outcome
    return cells


def _arranged(
    cells: Mapping[_Cell, Outcome],
    strategies: Sequence[Identity],
    problems: Sequence[ProblemCard],
    seeds: Sequence[int],
) -> tuple[NDArray[np.str_], dict[tuple[int, int, int], History]]:
    """Return how each run ended, (strategies, problems, seeds), and the histories there are."""
    status = np.full((len(strategies), len(problems), len(seeds)), "missing", dtype="U11")
    histories: dict[tuple[int, int, int], History] = {}
    for s, p, r in np.ndindex(*status.shape):
        outcome = cells.get((strategies[s], problems[p].identity, seeds[r]))
        if outcome is None:
            continue
        status[s, p, r] = outcome.stop.reason
        if outcome.stop.reason != "unsupported":
            histories[s, p, r] = history(outcome.records, problems[p].fidelity)
    return status, histories


def _present(cards: Sequence[ProblemCard], needed: set[Identity]) -> tuple[ProblemCard, ...]:
    missing = needed - {card.identity for card in cards}
    if missing:
        raise ValueError(f"no card for the problem: {min(problem.name for problem in missing)}")
    return tuple(card for card in cards if card.identity in needed)


def _budget(card: ProblemCard, outcomes: Sequence[Outcome]) -> float:
    """Return what all runs of a problem share, or raise ValueError where they do not."""
    runs = [outcome.run for outcome in outcomes if outcome.run.problem == card.identity]
    budgets, workers = {run.budget for run in runs}, {run.workers for run in runs}
    if len(budgets) > 1:
        found = ", ".join(str(budget) for budget in sorted(budgets))
        raise ValueError(f"the runs of {card.identity.name} must have one budget: {found}")
    if len(workers) > 1:
        raise ValueError(
            f"the runs of {card.identity.name} must have one number of workers: {sorted(workers)}"
        )
    return float(budgets.pop())


def _scales(
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
        losses=np.where(worst & scaled, np.inf, regrets),
        comparable=np.where(worst, np.inf, held),
        resolution=np.where(np.isfinite(length), RESOLUTION * length, 0.0)[..., 0],
        clipped=np.stack([(final < BOUNDS[0]).sum(axis=2), (final > BOUNDS[1]).sum(axis=2)], -1),
        beaten=(full & (final < -_NOISE)).sum(axis=2),
    )
