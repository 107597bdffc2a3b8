"""One run of a system: its fits are judged, and counted as trials."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..errors import described, line, said, shown, traceback_of
from ..guards import Alone, is_a_persons, went_back, working_folder
from ..json_forms import trial_to_json
from ..problem import Data, Evaluation, Problem
from ..scalars import NAME, is_name, is_scalar, scalar
from ..seeds import of_entrant, of_instance
from ..space import Config
from ..strategy import Unsupported, luck_of
from ..system import System
from ..trial import Proposal, Record, Stop, Trial
from .budget_rules import Diverged, Fault, started


def run_system(
    system: System,
    problem: Problem,
    *,
    budget: Fraction,
    workers: int,
    seed: int,
    recorded: Mapping[int, Record],
    keep: Callable[[Record], None],
    luck: Sequence[str] | None = None,
) -> Stop:
    """Keep the trials of one run as they end, and return how it ended.

    A trial is one configuration fitted on all rows of every part, and costs 1. `recorded` holds, by
    id, trials of an interrupted run: all is trained again, and those must come out the same,
    or budget_rules.Diverged is raised. `luck` is what the system's luck is drawn by; None: its
    class and its fields.
    """
    if workers > 1:
        return Stop("unsupported", "needs to know each trial's value before the next")
    if problem.name != problem.base:
        return Stop("unsupported", "needs the problem as it is, without options")
    unkept: list[BaseException] = []
    here = Alone()

    def kept(record: Record) -> None:
        here.end_copies()
        try:
            keep(record)
        except BaseException as error:
            unkept.append(error)  # it is no fault of the system's, which might hide it
            raise

    folder, drawn_by = working_folder(), luck_of(system) if luck is None else luck
    rng = of_entrant(drawn_by, problem.name, seed).rng()
    try:
        stop = _trained(
            system, problem, most=int(budget), seed=seed, rng=rng, recorded=recorded, keep=kept
        )
    except Fault as fault:
        stop = Stop("failed", str(fault), fault.traceback)
    except BaseException as error:  # it fails the run, with its reason
        if isinstance(error, Diverged) or is_a_persons(error):
            raise
        stop = Stop("failed", described(error), traceback_of(error))
    here.end_copies()
    moved = went_back(folder)
    if unkept:
        raise unkept[0]
    if moved and stop.reason != "failed":
        return Stop("failed", "train left another working folder than it found")
    return stop


def _trained(
    system: System,
    problem: Problem,
    *,
    most: int,
    seed: int,
    rng: np.random.Generator,
    recorded: Mapping[int, Record],
    keep: Callable[[Record], None],
) -> Stop:
    """Let a system train, and return how that ended."""
    instance = of_instance(problem.base, seed % problem.instances)
    data = started(problem.start(instance.rng())).data
    if data is None:
        return Stop("unsupported", "needs the rows themselves")
    count = _Count(data, problem, most, recorded, keep)
    try:
        with threadpool_limits(limits=1):
            system.train(data.rows, most, rng, count.fitted)
        count.end_trial()
    except _Enough:
        pass
    except Unsupported as answer:
        if count.begun:
            raise
        return Stop("unsupported", said(answer))
    finally:
        system.close()
    return Stop("complete" if count.trials == most else "exhausted")


class _Enough(Exception):  # noqa: N818  # it is no error
    """Raised to a system that goes on when the budget is spent."""


@dataclass(slots=True)
class _Count:
    """Takes fits in, and makes trials of them."""

    data: Data
    problem: Problem
    most: int
    """Trials."""
    recorded: Mapping[int, Record]
    keep: Callable[[Record], None]
    trials: int = 0
    config: Config = field(default_factory=Config)
    """Of the trial that is under way, if any."""
    results: list[Evaluation] = field(default_factory=list[Evaluation])
    """Of its parts so far."""
    error: str | None = None
    begun: bool = False
    """Whether a fit was handed in."""
    began: float = field(default_factory=perf_counter)

    def fitted(self, part: int, config: Config, probabilities: NDArray[np.float64], /) -> float:
        self.begun, own = True, _checked(config)
        if part == 0:
            self.end_trial()
            if self.trials == self.most:
                raise _Enough
            self.config = own
        if (part, own) != (len(self.results), self.config):
            raise Fault(f"the system fitted out of turn part {shown(part)} of {shown(own)}")
        try:
            result = self.data.judge(part, probabilities)
        except ValueError as error:
            self.error = self.error or line(str(error))
            result = Evaluation(math.nan, score=math.nan)
        self.results.append(result)
        if len(self.results) == len(self.data.rows.parts):
            self.end_trial()
        return result.value

    def end_trial(self) -> None:
        """Keep the trial that is under way; where parts of it are missing, it failed."""
        if not self.results:
            return
        record = self._record()
        before = self.recorded.get(self.trials)
        if before is not None and trial_to_json(before.trial) != trial_to_json(record.trial):
            raise Diverged(
                f"the system fitted otherwise than before its interruption: {shown(self.config)}"
            )
        self.trials += 1
        self.results, self.error, self.began = [], None, perf_counter()
        self.keep(record if before is None else before)

    def _record(self) -> Record:
        fits, parts = len(self.results), len(self.data.rows.parts)
        error = self.error or (
            f"it was fitted on {fits} of {parts} parts" if fits < parts else None
        )
        value = score = math.nan
        measures: dict[str, float] = {}
        if error is None:
            value = float(np.mean([each.value for each in self.results]))
            score = float(np.mean([each.reported for each in self.results]))
            measures = {
                name: float(np.mean([each.measures[name] for each in self.results]))
                for name in self.results[0].measures
            }
        fidelity = self.problem.fidelity
        proposal = Proposal(self.config, None if fidelity is None else fidelity.high)
        trial = Trial(self.trials, proposal, (value,), 1.0)
        measured = {"evaluate": perf_counter() - self.began}
        ended = self.trials + 1.0
        return Record(trial, score, measures, ended, measured, error, duration=1.0)


def _checked(config: object) -> Config:
    """Return a configuration in a system's own words, or raise Fault."""
    if not isinstance(config, Mapping):
        raise Fault(f"the system's configuration must map names to values: {shown(config)}")
    own = {scalar(name): scalar(value) for name, value in config.items()}
    for name, value in own.items():
        if not (is_name(name) and is_scalar(value)):
            raise Fault(
                f"the system's configuration must map names, {NAME}, to finite numbers, texts,"
                f" truth values or None: {shown(name)}: {shown(value)}"
            )
    return own  # type: ignore[return-value]  # it was checked
