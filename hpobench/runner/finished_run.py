"""A run that has ended, as columns of numbers instead of records."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..space import Config
from ..trial import Outcome, Record, Run, Stop

NO_VALUE = "no value"
"""The reason that is counted where an evaluation failed and gave no reason."""
FloatArray: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = tuple[float | None, ...]
"""What the columns are made of, of one trial: its id, value, score, cost, when it finished, its
duration, the id of the trial that it continues, its fidelity, and the real seconds to ask for it
and to tell it."""


@dataclass(frozen=True, slots=True, eq=False)
class FinishedRun:
    """A run that has ended; every array is (trials,), in the order of completion."""

    run: Run
    stop: Stop
    values: FloatArray
    """The value that the strategy was told; nan where the evaluation failed."""
    scores: FloatArray
    """The score that is reported; nan where the evaluation failed."""
    costs: FloatArray
    """What each trial cost, in evaluations at the highest fidelity."""
    finished: FloatArray
    """When each trial finished on the simulated clock."""
    busy: FloatArray
    """How long each trial kept its worker on that clock: what it continued is not in it."""
    fidelities: FloatArray
    """The fidelity of each trial; nan: the problem has no fidelity."""
    ask_seconds: FloatArray
    """The real seconds that each suggestion took; nan where they were not measured."""
    tell_seconds: FloatArray
    """The real seconds that the strategy took to be told of each trial; nan where they were not
    measured."""
    repeats: NDArray[np.bool_]
    """Whether each proposal is equal to one whose trial completed earlier in the run."""
    other_values: FloatArray | None = None
    """The values of the objectives after the first, (trials, objectives - 1); nan where the
    evaluation failed. None: the problem has one objective, or the run has no trial."""
    errors: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many evaluations failed for each reason, in the order in which the reasons occurred."""
    incumbent: Config | None = None
    """The configuration of the last incumbent; None: there is none, or it was not to be kept."""
    peak_memory: float | None = None
    """The peak memory of the process that made the run, in bytes; None: it was not measured."""
    digest: str = ""
    """The digest in the seal of the run's file, of all but what was measured; empty: the run was
    read from no file."""

    @property
    def levels(self) -> FloatArray:
        """The fidelities, (trials,), with inf where the problem has no fidelity."""
        return np.where(np.isnan(self.fidelities), np.inf, self.fidelities)

    @property
    def incumbents(self) -> NDArray[np.intp]:
        """The index of the incumbent after each trial, (trials,); -1 while there is none."""
        return incumbents(self.values, self.levels)

    @property
    def evaluations(self) -> int:
        """How many evaluations took place, failed ones included."""
        return self.values.size

    @property
    def failed_evaluations(self) -> int:
        """How many evaluations gave no value."""
        return sum(self.errors.values())


def in_columns(outcome: Outcome) -> FinishedRun:
    """Put the numbers of a run's records into columns."""
    reasons = Counter(each.error or NO_VALUE for each in outcome.records if each.failed)
    rows = [_numbers(record) for record in outcome.records]
    proposals = [_proposed(record) for record in outcome.records]
    found = from_numbers(outcome.run, outcome.stop, rows, proposals, dict(reasons))
    several = [each.trial.values for each in outcome.records if len(each.trial.values) > 1]
    return replace(found, other_values=after_first(several, len(rows))) if several else found


def from_numbers(
    run: Run,
    stop: Stop,
    rows: Sequence[Numbers],
    proposals: Sequence[Hashable],
    errors: Mapping[str, int],
) -> FinishedRun:
    """Put the numbers of a run's trials into columns; None becomes nan.

    `proposals`: what was proposed, as `proposed` returns it.
    """
    ids, values, scores, costs, finished, durations, continued, fidelities, asks, tells = (
        np.array(rows, dtype=float).reshape(-1, 10).T
    )
    order = np.argsort(ids)
    # nan is sorted past the end; what it finds there is not used
    earlier = order[np.searchsorted(ids, continued, sorter=order) % max(len(ids), 1)]
    passed = np.where(np.isnan(continued), 0.0, durations[earlier])
    return FinishedRun(
        run,
        stop,
        values=values.copy(),
        scores=scores.copy(),
        costs=costs.copy(),
        finished=finished.copy(),
        busy=np.maximum(durations - passed, 0.0),
        fidelities=fidelities.copy(),
        ask_seconds=asks.copy(),
        tell_seconds=tells.copy(),
        repeats=_repeats(proposals),
        errors=errors,
    )


def after_first(several: Sequence[Sequence[float | None]], trials: int) -> FloatArray:
    """Return the values after the first, (trials, objectives - 1); None becomes nan.

    `several` are the values of the trials that have more than one. Raises ValueError where the
    trials of the run differ in how many they have.
    """
    if len(several) != trials:
        raise ValueError("all trials of a run must have as many values")
    return np.array(several, dtype=float)[:, 1:].copy()


def proposed(
    config: Mapping[str, Hashable], fidelity: float | None, resume: int | None, *, gradient: bool
) -> Hashable:
    """Return what is equal for equal proposals, whatever the order of their parameters."""
    return frozenset(config.items()), fidelity, resume, gradient


def incumbents(values: FloatArray, fidelities: FloatArray) -> NDArray[np.intp]:
    """Return the index of the incumbent after each trial, (trials,); -1 while there is none.

    The incumbent is the trial with the lowest value at the highest fidelity so far; among equals,
    the first. The first trial at a higher fidelity than all before replaces the incumbent even if
    its value is higher, because values of different fidelities are not compared. A trial whose
    value is not finite is never the incumbent.
    """
    order = np.lexsort((values, -fidelities))
    level, value = fidelities[order], values[order]
    ranks = np.empty(len(order), dtype=np.intp)
    ranks[order[:1]] = 0
    ranks[order[1:]] = np.cumsum((level[1:] != level[:-1]) | (value[1:] != value[:-1]))
    ranks[~np.isfinite(values)] = len(order)
    before = np.minimum.accumulate(np.concatenate([[len(order)], ranks[:-1]]))
    improved = np.where(ranks < before, np.arange(len(order)), -1)
    return np.maximum.accumulate(improved)


def _repeats(proposals: Iterable[Hashable]) -> NDArray[np.bool_]:
    """Tell of each proposal whether it stands earlier in the row, too."""
    seen, found = set[Hashable](), list[bool]()
    for each in proposals:
        found.append(each in seen)
        seen.add(each)
    return np.array(found, dtype=bool)


def _proposed(record: Record) -> Hashable:
    proposal = record.trial.proposal
    return proposed(proposal.config, proposal.fidelity, proposal.resume, gradient=proposal.gradient)


def _numbers(record: Record) -> Numbers:
    trial, measured = record.trial, record.measured
    return (
        trial.id,
        trial.values[0],
        record.score,
        trial.cost,
        record.finished,
        record.duration,
        trial.proposal.resume,
        trial.proposal.fidelity,
        measured.get("ask"),
        measured.get("tell"),
    )
