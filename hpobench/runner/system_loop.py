"""One run of a system: what it fits is judged, and counted as trials."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ..errors import described, line, raise_if_nobodys, said, shown, traceback_of
from ..guards import Alone, is_a_persons, went_back, working_folder
from ..json_forms import trial_to_json
from ..problem import Data, Evaluation, Problem
from ..scalars import NAME, is_name, is_scalar, scalar
from ..seeds import of_entrant, of_instance
from ..space import Config
from ..strategy import NO_LIMITS, ONE_OBJECTIVE, Unsupported, luck_of
from ..system import System
from ..trial import First, Proposal, Record, Stop, Trial
from .budget_rules import Diverged, Fault, evaluated, started
from .threads import one_thread


def run_system(
    system: System,
    problem: Problem,
    *,
    budget: Fraction,
    workers: int,
    seed: int,
    first: First,
    recorded: Mapping[int, Record],
    keep: Callable[[Record], None],
    luck: Sequence[str] | None = None,
) -> Stop:
    """Make one run: give each trial to `keep` when it ends, and return how the run ended.

    A trial is one configuration fitted on all rows of every part, and costs 1. `recorded` holds, by
    id, the trials of an interrupted run: the system trains all of them again, and they must come
    out the same, or budget_rules.Diverged is raised. `luck` names the stream of the system's random
    numbers; None: its class and its fields do.
    """
    if reason := _unsupported(problem, workers, first):
        return Stop("unsupported", reason)
    unkept, here = list[BaseException](), Alone()
    kept = _keeping(keep, here, unkept)
    folder, drawn_by = working_folder(), luck_of(system) if luck is None else luck
    rng = of_entrant(drawn_by, problem.name, seed).rng()
    train = partial(
        _trained,
        system,
        problem,
        most=int(budget),
        seed=seed,
        rng=rng,
        recorded=recorded,
        keep=kept,
    )
    stop = _stopped(train, unkept)
    here.end_copies()
    moved = went_back(folder)
    if unkept:
        raise unkept[0]
    if moved and stop.reason != "failed":
        return Stop("failed", "train changed the working folder")
    return stop


def _keeping(
    keep: Callable[[Record], None], here: Alone, unkept: list[BaseException]
) -> Callable[[Record], None]:
    """Return what keeps a trial in this process alone, and adds what goes wrong to `unkept`."""

    def kept(record: Record) -> None:
        here.end_copies()
        try:
            keep(record)
        except BaseException as error:
            unkept.append(error)  # not the system's fault; the system might catch and hide it
            raise

    return kept


def _stopped(train: Callable[[], Stop], unkept: Sequence[BaseException]) -> Stop:
    """Let a system train, and return how that ended; `unkept`: errors that are not its own."""
    try:
        return train()
    except Fault as fault:
        return Stop("failed", str(fault), fault.traceback)
    except BaseException as error:  # whatever a system raises fails its run
        if isinstance(error, Diverged) or is_a_persons(error):
            raise
        if not unkept:
            raise_if_nobodys(error)
        return Stop("failed", described(error), traceback_of(error))


def _unsupported(problem: Problem, workers: int, first: First) -> str:
    """Return why no system can work on a problem; empty: systems may be able to."""
    if workers > 1:
        return "needs to know each trial's value before the next"
    if first != "none":
        return "needs a start of its own, for it does not know the problem's configurations"
    if problem.name != problem.base:
        return "needs the problem as it is, without options"
    if len(problem.objectives) > 1:
        return ONE_OBJECTIVE
    return NO_LIMITS if problem.limits else ""


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
    """Let a system train, and return how the run ended."""
    instance = of_instance(problem.base, seed % problem.instances)
    data = started(problem.start(instance.rng())).data
    if data is None:
        return Stop("unsupported", "needs a problem that gives it rows of data")
    count = _Count(data, problem, most, recorded, keep)
    try:
        with one_thread():
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


class _Enough(Exception):  # noqa: N818  # no error: the budget is spent
    """Raised inside a system that hands in another fit when its budget is spent."""


@dataclass(slots=True)
class _Count:
    """Receives the fits of a system, and makes trials of them."""

    data: Data
    problem: Problem
    most: int
    """The number of trials that the budget allows."""
    recorded: Mapping[int, Record]
    keep: Callable[[Record], None]
    trials: int = 0
    config: Config = field(default_factory=Config)
    """The configuration of the trial that is under way; empty before the first one."""
    results: list[Evaluation] = field(default_factory=list[Evaluation])
    """The evaluations of the parts on which that trial was fitted so far."""
    error: str | None = None
    """Why that trial failed; None: it has not failed so far."""
    begun: bool = False
    """Whether any fit was handed in."""
    began: float = field(default_factory=perf_counter)
    """When the trial began, in seconds of the performance counter."""

    def fitted(self, part: int, config: Config, probabilities: NDArray[np.float64], /) -> float:
        self.begun, own = True, _checked(config)
        if part == 0:
            self.end_trial()
            if self.trials == self.most:
                raise _Enough
            self.config = own
        if (part, own) != (len(self.results), self.config):
            raise Fault(f"the system fitted part {shown(part)} of {shown(own)} out of turn")
        try:
            made = self.data.judge(part, probabilities)
            result = evaluated(made, Proposal(own), self.problem, by="the judge")
        except ValueError as error:
            self.error = self.error or line(str(error))
            result = Evaluation(math.nan, score=math.nan)
        self.results.append(result)
        if len(self.results) == len(self.data.rows.parts):
            self.end_trial()
        return result.value

    def end_trial(self) -> None:
        """End and keep the trial that is under way; it failed if some of its parts are missing."""
        if not self.results:
            return
        record = self._record()
        before = self.recorded.get(self.trials)
        if before is not None and trial_to_json(before.trial) != trial_to_json(record.trial):
            raise Diverged(
                "the system does not repeat what it fitted before the interruption:"
                f" {shown(self.config)}"
            )
        self.trials += 1
        self.results, self.error, self.began = [], None, perf_counter()
        self.keep(record if before is None else before)

    def _record(self) -> Record:
        fits, parts = len(self.results), len(self.data.rows.parts)
        error = self.error or (
            f"it was fitted on {fits} of {parts} parts" if fits < parts else None
        )
        fidelity = self.problem.fidelity
        proposal = Proposal(self.config, None if fidelity is None else fidelity.high)
        found = Evaluation(math.nan, score=math.nan)
        if error is None:
            try:
                found = evaluated(_mean(self.results), proposal, self.problem)
            except ValueError as invalid:
                error = line(str(invalid))
        trial, score = Trial(self.trials, proposal, found.values, 1.0), found.reported
        measured = {"evaluate": perf_counter() - self.began}
        ended = self.trials + 1.0
        return Record(trial, score, found.measures, ended, measured, error, duration=1.0)


def _mean(results: Sequence[Evaluation]) -> Evaluation:
    """Return the mean of the evaluations of parts; raises ValueError if their measures differ."""
    names = list(results[0].measures)
    for part, each in enumerate(results):
        if set(each.measures) != set(names):
            raise ValueError(
                f"the judge must return the same measures for every part: {shown(names)},"
                f" but for part {part} {shown(list(each.measures))}"
            )
    return Evaluation(
        float(np.mean([each.value for each in results])),
        score=float(np.mean([each.reported for each in results])),
        measures={
            name: float(np.mean([each.measures[name] for each in results])) for name in names
        },
    )


def _checked(config: object) -> Config:
    """Return a system's configuration with Python's own values, or raise Fault if it is invalid."""
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
