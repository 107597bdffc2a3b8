"""What it costs to hold as much as random search holds after some number of evaluations."""

from dataclasses import dataclass

import numpy as np

from ...scores import Kind, Scores, anchors, expected_running_time, success_rate
from ...statistics import FloatArray
from ..compared import Compared
from ..looks.tables import NONE, Cell, Column, Table, count, decimals, text
from ..words import percent

EFFORTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""The evaluations of random search that targets stand for: run-length-based targets."""
_SHOWN = 4
"""How many of them a table shows at most."""


@dataclass(frozen=True, slots=True)
class Targets:
    """When runs reached targets of rising difficulty; arrays are over all of the scores' axes."""

    efforts: tuple[int, ...]
    """What each target stands for: the evaluations after which random search is expected to hold
    it."""
    times: FloatArray
    """(strategies, problems, seeds, targets): what a run had spent by then, in evaluations at the
    highest fidelity; inf: it never reached it; nan: no run, or no such target."""

    def running(self, spent: FloatArray) -> FloatArray:
        """Return the expected running times, (strategies, problems, targets)."""
        return expected_running_time(self.times, spent)


def targets(scores: Scores, kind: Kind = "scores") -> Targets:
    """Find when each run first held what random search is expected to hold after so much effort.

    A target is a regret of each instance, from its frozen anchors, so it depends on nobody who
    takes part. Efforts beyond ten budgets are left out. Hansen et al., 2021, section 5: targets by
    the run length of a reference.
    """
    most = 10 * float(scores.budgets.max(initial=1.0))
    efforts = tuple(each for each in EFFORTS if each <= most)
    levels = np.full((len(scores.problems), len(scores.seeds), len(efforts)), np.nan)
    for p, card in enumerate(scores.problems):
        for r, seed in enumerate(scores.seeds):
            known = anchors(card, seed, kind)
            if known is not None and known.curve:
                found = np.interp(efforts, known.evaluations, known.curve, right=np.nan)
                levels[p, r] = found
    kept = scores.steps.values if kind == "values" else scores.steps.scores
    times = scores.steps.first_at(scores.steps.costs, kept, levels)
    failed = (scores.status == "failed")[..., None]
    times = np.where(failed, np.inf, times)
    return Targets(
        efforts,
        np.where(scores.took_place[..., None] & ~np.isnan(levels), times, np.nan),
    )


def targets_table(compared: Compared) -> tuple[Table, ...]:
    """List what targets cost each strategy; nothing where no problem has targets."""
    found = targets(compared.scores)
    members = [p for p in compared.scaled if not np.isnan(found.times[:, p]).all()]
    who = [s for s in compared.order if s in compared.complete]
    if not members or not who:
        return ()
    running = found.running(compared.scores.totals.spent)[:, members]
    reached = success_rate(found.times)[:, members]
    known = ~np.isnan(running[who]).all(axis=(0, 1))
    shown = [t for t in np.flatnonzero(known).tolist() if found.efforts[t] > 1][:_SHOWN]
    table = Table(
        name="targets",
        title="What it costs to hold what random search holds",
        caption=(
            "Expected running time, in evaluations, until a run holds what random search is "
            "expected to hold after so many evaluations of its own: geometric mean over the "
            "problems on which at least one run of the strategy did, and how many these are; "
            f"share of all runs that did. Over {compared.scope(members)}. No band, no test."
        ),
        notes=(
            "The expected running time is what all runs of a strategy on a problem spent until "
            "they reached the target, over how many did (Hansen et al., 2021): it counts what runs "
            "that missed the target spent in vain. It says what to expect if runs that fail are "
            "begun anew. A target that nobody reaches on some problem leaves the problem out of "
            "the mean, so read it with the number of problems."
        ),
        columns=(
            Column("Strategy", "l"),
            *(
                Column(
                    f"As random search after {found.efforts[t]}",
                    parts=(
                        f"running time {found.efforts[t]}",
                        f"problems {found.efforts[t]}",
                        f"share of runs {found.efforts[t]}",
                    ),
                )
                for t in shown
            ),
            Column("Problems"),
        ),
        rows=tuple(
            (
                text(compared.names[s]),
                *(_cell(running[s, :, t], reached[s, :, t]) for t in shown),
                count(len(members)),
            )
            for s in who
        ),
    )
    return (table,)


def _cell(running: FloatArray, reached: FloatArray) -> Cell:
    """Return a cell of running times and of the share of runs, both (problems,)."""
    there = ~np.isnan(running)
    solved = running[np.isfinite(running)]
    share = float(reached[there].mean()) if there.any() else np.nan
    if not solved.size:
        return Cell(NONE, (np.nan, 0, share))
    typical = float(np.exp(np.log(solved).mean()))
    shown = f"{decimals(typical, 1)} ({solved.size}; {percent(share)})"
    return Cell(shown, (typical, solved.size, share))
