"""What a report counts of runs beside their scores: evaluations, failures, seconds, learners."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..runner.finished_run import NO_VALUE, FinishedRun
from ..scores import Scores, ask_seconds, tried
from ..scores.axes import Place, places
from ..statistics import FloatArray
from ..statistics.summaries import median
from .looks.tables import NONE

Pair: TypeAlias = tuple[int, int]
"""The positions of a strategy and of a problem."""


@dataclass(frozen=True, slots=True)
class Tallies:
    """What is counted of runs; the entries of mappings are in the order of the runs."""

    evaluations: NDArray[np.int64]
    """(strategies, problems): how many evaluations took place, failed ones included."""
    errors: Mapping[Pair, Counter[str]]
    """How many evaluations failed, by their reason, for each pair with any that failed."""
    details: Mapping[Place, str]
    """Why a run failed or is unsupported."""
    learners: Mapping[Pair, Counter[str]]
    """How many of the last incumbents have each learner, where configurations were kept."""
    ask_seconds: tuple[FloatArray, ...]
    """The real seconds of suggestions, (runs, trials), for each strategy."""
    duplicates: NDArray[np.int64]
    """(strategies, problems): how many proposals were equal to an earlier one of their run."""
    peak_memory: tuple[float, ...]
    """The median of the peak memory of the processes that made the runs of each strategy, in bytes;
    nan: it was not measured."""
    departures: NDArray[np.int64]
    """(strategies, problems): how many runs recommended another configuration than the
    incumbent's, each of which was evaluated."""
    unjudged: Mapping[Pair, Counter[str]]
    """How many of these evaluations failed, by their reason, for each pair with any that failed."""
    tried: FloatArray
    """(strategies, problems, seeds, quarters): the mean regret of what each run evaluated in each
    quarter of its budget."""

    @property
    def failed_evaluations(self) -> int:
        """How many evaluations failed."""
        return sum(counts.total() for counts in self.errors.values())

    def over(self, problems: Sequence[int]) -> "Tallies":
        """Return what is counted on some of the problems; seconds and memory are of all."""
        place = {p: number for number, p in enumerate(problems)}
        return Tallies(
            evaluations=self.evaluations[:, list(problems)],
            errors={(s, place[p]): each for (s, p), each in self.errors.items() if p in place},
            details={
                (s, place[p], r): each for (s, p, r), each in self.details.items() if p in place
            },
            learners={(s, place[p]): each for (s, p), each in self.learners.items() if p in place},
            ask_seconds=self.ask_seconds,
            duplicates=self.duplicates[:, list(problems)],
            peak_memory=self.peak_memory,
            departures=self.departures[:, list(problems)],
            unjudged={(s, place[p]): each for (s, p), each in self.unjudged.items() if p in place},
            tried=self.tried[:, list(problems)],
        )


def tallied(runs: Sequence[FinishedRun], scores: Scores) -> Tallies:
    """Count evaluations, failures, seconds and learners, by the runs' positions in the scores."""
    evaluations = np.zeros(scores.status.shape[:2], dtype=np.int64)
    departures, duplicates = np.zeros_like(evaluations), np.zeros_like(evaluations)
    errors, learners = dict[Pair, Counter[str]](), dict[Pair, Counter[str]]()
    unjudged = dict[Pair, Counter[str]]()
    details = dict[Place, str]()
    of_strategy: list[list[FinishedRun]] = [[] for _ in scores.strategies]
    where = places(runs, scores.strategies, scores.problems, scores.seeds)
    for run, place in zip(runs, where, strict=True):
        pair = place[:2]
        of_strategy[place[0]].append(run)
        evaluations[pair] += run.evaluations
        duplicates[pair] += run.repeats.sum()
        if (last := run.stop.recommendation) is not None and last.anew:
            departures[pair] += 1
            if math.isnan(last.score):
                unjudged.setdefault(pair, Counter())[last.error or NO_VALUE] += 1
        if run.errors:
            errors.setdefault(pair, Counter()).update(run.errors)
        if run.stop.reason in {"failed", "unsupported"}:
            details[place] = run.stop.detail
        if run.incumbent is not None:
            learner = str(run.incumbent.get("learner", NONE))
            learners.setdefault(pair, Counter())[learner] += 1
    return Tallies(
        evaluations=evaluations,
        errors=errors,
        details=details,
        learners=learners,
        ask_seconds=tuple(ask_seconds(each) for each in of_strategy),
        duplicates=duplicates,
        peak_memory=tuple(_peak_memory(each) for each in of_strategy),
        departures=departures,
        unjudged=unjudged,
        tried=tried(runs, scores),
    )


def _peak_memory(runs: Sequence[FinishedRun]) -> float:
    """Return the median peak memory of runs that evaluated anything, in bytes; nan: no number."""
    measured = (run.peak_memory for run in runs if run.evaluations)
    known = np.array([each for each in measured if each is not None])
    return median(known)
