"""When each run got its incumbents: the exact steps that curves on a grid only sample."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..runner.finished_run import FinishedRun, FloatArray
from .axes import Place
from .history import History, hold


@dataclass(frozen=True, slots=True)
class Steps:
    """Every change of an incumbent of every run, one after the other; arrays are (steps,)."""

    shape: tuple[int, int, int]
    """How many strategies, problems and seeds there are."""
    run: NDArray[np.intp]
    """Which run it is of, by its place in an array of that shape, flat; ascending."""
    costs: FloatArray
    """What the run had spent by then, in evaluations at the highest fidelity."""
    finished: FloatArray
    """When it was, on the simulated clock."""
    thinking: FloatArray
    """How many real seconds the strategy itself had taken by then, to suggest and to be told."""
    values: FloatArray
    """The incumbent's value."""
    scores: FloatArray
    """The incumbent's score; it may be above the one before."""

    def over(self, problems: list[int]) -> "Steps":
        """Return the steps of the runs on some of the problems."""
        strategies, _, seeds = self.shape
        shape = (strategies, len(problems), seeds)
        places = np.full(self.shape, -1, dtype=np.intp)
        places[:, problems] = np.arange(np.prod(shape), dtype=np.intp).reshape(shape)
        run = places.ravel()[self.run]
        kept = np.flatnonzero(run >= 0)
        kept = kept[np.argsort(run[kept], kind="stable")]
        rest = {each.name: getattr(self, each.name)[kept] for each in fields(self)[2:]}
        return Steps(shape, run[kept], **rest)

    def first_at(self, measured: FloatArray, kept: FloatArray, targets: FloatArray) -> FloatArray:
        """Return when each run first held its targets or less, (*shape, targets).

        `measured` (steps,) is what time is told by: costs, finished, ...; `kept`, values or scores,
        are (steps,); `targets` are (problems, seeds, targets). inf where a run never did, or has no
        step.
        """
        _, problems, seeds = self.shape
        wanted = targets.reshape(problems * seeds, -1)[self.run % (problems * seeds)]
        found = np.full((int(np.prod(self.shape)), targets.shape[-1]), np.inf)
        for column in range(targets.shape[-1]):
            reached = kept <= wanted[:, column]
            np.minimum.at(found[:, column], self.run[reached], measured[reached])
        return found.reshape(*self.shape, -1)

    def held(self, measured: FloatArray, kept: FloatArray, at: FloatArray) -> FloatArray:
        """Return what each run held by then, (*shape, grid); nan: nothing yet, or no run.

        `measured` and `kept`, values or scores, are (steps,); `at` (problems, grid) rises.
        """
        _, problems, seeds = self.shape
        found = np.full((int(np.prod(self.shape)), at.shape[1]), np.nan)
        runs, starts = np.unique(self.run, return_index=True)
        ends = [*starts[1:].tolist(), len(self.run)]
        for run, start, end in zip(runs.tolist(), starts.tolist(), ends, strict=True):
            problem = run // seeds % problems
            found[run] = hold(measured[start:end], kept[start:end], at[problem])
        return found.reshape(*self.shape, -1)


@dataclass(frozen=True, slots=True)
class Totals:
    """What each run came to use; arrays are (strategies, problems, seeds), nan: no run."""

    spent: FloatArray
    """Evaluations at the highest fidelity."""
    makespan: FloatArray
    """The simulated time from the start to the end of the last trial."""
    busy: FloatArray
    """The simulated time of all workers that they evaluated."""
    thinking: FloatArray
    """The strategy's own real seconds."""

    def over(self, problems: list[int]) -> "Totals":
        """Return what the runs on some of the problems came to use."""
        return Totals(**{each.name: getattr(self, each.name)[:, problems] for each in fields(self)})


class Followed:
    """The steps and totals of runs that are followed one by one."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self._shape = shape
        self._parts = dict[int, FloatArray]()
        self._totals = np.full((4, *shape), np.nan)

    def add(self, run: FinishedRun, past: History, place: Place) -> None:
        """Add a run, which stands at this place of the shape."""
        changed = np.flatnonzero(np.diff(past.best, prepend=-1))
        thinking = np.cumsum(np.nan_to_num(run.ask_seconds) + np.nan_to_num(run.tell_seconds))
        rows = (past.costs, run.finished, thinking, past.values, past.scores)
        flat = int(np.ravel_multi_index(place, self._shape))
        self._parts[flat] = np.stack([row[changed] for row in rows])
        spent, makespan, own = (row[-1:].sum() for row in rows[:3])
        self._totals[(slice(None), *place)] = spent, makespan, run.busy.sum(), own

    def steps(self) -> Steps:
        """Return the steps of all runs, in the order of their places."""
        runs = sorted(self._parts)
        table = np.concatenate([np.empty((5, 0)), *(self._parts[run] for run in runs)], axis=1)
        lengths = [self._parts[run].shape[1] for run in runs]
        return Steps(self._shape, np.repeat(np.array(runs, dtype=np.intp), lengths), *table)

    def totals(self) -> Totals:
        """Return what the runs came to use."""
        return Totals(*self._totals)
