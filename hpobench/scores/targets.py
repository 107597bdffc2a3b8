"""When runs reached targets: what random search is expected to hold after so many evaluations."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..runner.finished_run import FloatArray
from .scored import Kind, Scores, anchors, scales

EFFORTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""The evaluations of random search that targets stand for."""
FURTHEST = 10.0
"""How many budgets of random search the hardest target stands for at most."""


@dataclass(frozen=True, slots=True)
class Targets:
    """When runs reached targets of rising difficulty."""

    efforts: tuple[int, ...]
    """After how many evaluations random search is expected to hold each target."""
    times: FloatArray
    """(strategies, problems, seeds, targets): what a run had spent by then, in evaluations at the
    highest fidelity; inf where it never did; nan where there is no run or no such target."""


def targets(scores: Scores, kind: Kind = "scores") -> Targets:
    """Find when each run first held what random search is expected to hold after so much effort.

    The targets of an instance come from its frozen anchors, so they depend on nobody who takes
    part. Targets by the run length of a reference are those of Hansen et al. (2021, Optimization
    Methods and Software 36(1)). A run that failed reached none.
    """
    efforts, levels = _levels(scores, kind)
    return Targets(efforts, _first_at(scores, kind, scores.steps.costs, levels))


def targets_in_time(scores: Scores, kind: Kind = "scores") -> Targets:
    """Find when each run first held the same targets on the simulated clock, not in evaluations."""
    efforts, levels = _levels(scores, kind)
    return Targets(efforts, _first_at(scores, kind, scores.steps.finished, levels))


def reached_regrets(
    scores: Scores, tolerances: Sequence[float], kind: Kind = "scores"
) -> FloatArray:
    """Return what each run had spent when its regret first was at most each tolerance.

    (strategies, problems, seeds, tolerances), in evaluations at the highest fidelity; inf where a
    run never came so low; nan without a run or a scale. A regret of tau is the convergence test of
    More and Wild (2009, SIAM Journal on Optimization 20(1), eq. 2.2), f <= f_L + tau (f_0 - f_L),
    with the frozen reference as f_L and the median of one random evaluation as f_0.
    """
    zero, length = scales(scores.problems, scores.seeds, kind)
    return _first_at(scores, kind, scores.steps.costs, zero + length * np.array(tolerances))


def _levels(scores: Scores, kind: Kind) -> tuple[tuple[int, ...], FloatArray]:
    """Return efforts, and what random search is expected to hold after them.

    The second is (problems, seeds, efforts), nan where it is not known.
    """
    most = FURTHEST * float(scores.budgets.max(initial=1.0))
    efforts = tuple(each for each in EFFORTS if each <= most)
    levels = np.full((len(scores.problems), len(scores.seeds), len(efforts)), np.nan)
    for p, card in enumerate(scores.problems):
        for r, seed in enumerate(scores.seeds):
            known = anchors(card, seed, kind)
            if known is not None and known.curve:
                levels[p, r] = np.interp(efforts, known.evaluations, known.curve, right=np.nan)
    return efforts, levels


def _first_at(scores: Scores, kind: Kind, measured: FloatArray, levels: FloatArray) -> FloatArray:
    """Return when each run first held levels (problems, seeds, levels) by a measure (steps,)."""
    steps = scores.steps
    times = steps.first_at(measured, steps.values if kind == "values" else steps.scores, levels)
    times = np.where((scores.status == "failed")[..., None], np.inf, times)
    there = scores.took_place[..., None] & ~np.isnan(levels)
    return np.where(there, times, np.nan)
