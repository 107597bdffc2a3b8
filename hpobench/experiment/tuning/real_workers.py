"""Workers who call a user's function: here, one after the other, or in processes of their own."""

from collections import deque
from collections.abc import Mapping
from typing import Protocol

from ...guards import went_back, working_folder
from ...problem import Evaluate, Problem
from ...runner.budget_rules import Diverged
from ...runner.threads import as_many_as_now
from ...runner.under_way import Begun
from ...runner.workers import nothing
from ...space import Config
from ...trial import Record, Trial
from .own_function import Answer, OwnFunction, answered


class Place(Protocol):
    """Where a user's function is called."""

    def begin(self, trial: int, config: Config) -> None:
        """Begin to evaluate a configuration."""
        ...

    def answer(self) -> tuple[int, Answer]:
        """Wait for an evaluation, and return the number of its trial and what it gave."""
        ...


class Here:
    """This process, which evaluates one configuration after the other.

    The function has as many threads as when this was made; the strategy has one.
    """

    def __init__(self, problem: Problem, own: OwnFunction) -> None:
        self._problem, self._own = problem, own
        self._waiting = deque[tuple[int, Config]]()
        self._threads = as_many_as_now()

    def begin(self, trial: int, config: Config) -> None:
        self._waiting.append((trial, config))

    def answer(self) -> tuple[int, Answer]:
        trial, config = self._waiting.popleft()
        folder = working_folder()
        with self._threads():
            found = answered(self._problem, self._own, config)
        went_back(folder)
        return trial, found


class RealWorkers:
    """The workers of a run; trials of an earlier attempt finish first, in the order of then."""

    judge: Evaluate | None = None

    def __init__(self, problem: Problem, place: Place, recorded: Mapping[int, Record]) -> None:
        """`recorded` holds, by id, the trials of the earlier attempt, in the order of their end."""
        self._problem, self._place = problem, place
        self._earlier = deque(recorded.values())
        self._recalled = set[int]()
        self._begun: dict[int, tuple[Begun, float]] = {}
        """The trials that are being evaluated, each with the time at which it began."""
        self._clock = 0.0

    def begin(self, trial: Begun) -> None:
        self._begun[trial.id] = trial, self._clock
        self._place.begin(trial.id, trial.proposal.config)

    def recall(self, record: Record) -> None:
        self._recalled.add(record.trial.id)

    def finished(self) -> Record:
        record = self._again() if self._earlier else self._anew()
        self._clock = record.finished
        return record

    def _again(self) -> Record:
        record = self._earlier.popleft()
        if record.trial.id not in self._recalled:
            raise Diverged("the strategy waits where it did not wait before the interruption")
        return record

    def _anew(self) -> Record:
        """Return the record of the evaluation that ends next.

        On the clock, it takes the duration that it states, or else its cost, so that what the
        strategy is told depends on the order of the evaluations and not on their seconds.
        """
        id_, answer = self._place.answer()
        begun, began = self._begun.pop(id_)
        measured = {"evaluate": answer.seconds}
        if begun.seconds is not None:
            measured["ask"] = begun.seconds
        duration = begun.cost if answer.duration is None else answer.duration
        failed = nothing(self._problem)
        value = failed.value if answer.value is None else answer.value
        return Record(
            Trial(id_, begun.proposal, (value,), begun.cost),
            failed.reported if answer.score is None else answer.score,
            answer.measures,
            max(self._clock, began + duration),
            measured,
            answer.error,
            duration,
            answer.traceback,
        )
