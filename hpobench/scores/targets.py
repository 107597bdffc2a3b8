"""When runs reached targets: what random search is expected to hold after so many evaluations."""

from dataclasses import dataclass

import numpy as np

from ..runner.finished_run import FloatArray
from .scored import Kind, Scores, anchors

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
    most = FURTHEST * float(scores.budgets.max(initial=1.0))
    efforts = tuple(each for each in EFFORTS if each <= most)
    levels = np.full((len(scores.problems), len(scores.seeds), len(efforts)), np.nan)
    for p, card in enumerate(scores.problems):
        for r, seed in enumerate(scores.seeds):
            known = anchors(card, seed, kind)
            if known is not None and known.curve:
                levels[p, r] = np.interp(efforts, known.evaluations, known.curve, right=np.nan)
    steps = scores.steps
    held = steps.values if kind == "values" else steps.scores
    times = steps.first_at(steps.costs, held, levels)
    times = np.where((scores.status == "failed")[..., None], np.inf, times)
    there = scores.took_place[..., None] & ~np.isnan(levels)
    return Targets(efforts, np.where(there, times, np.nan))
