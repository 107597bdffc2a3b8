"""A user's own function of a configuration, and what its evaluations answer."""

import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import numpy as np

from ...errors import InputError, described, traceback_of
from ...guards import Alone, is_a_persons
from ...problem import Evaluation, Instance, Problem
from ...runner.budget_rules import evaluated
from ...scalars import number
from ...space import Config, Space
from ...trial import Proposal


@dataclass(frozen=True, slots=True)
class OwnFunction:
    """Starts the problem whose value is a user's function; picklable if that is."""

    function: Callable[[Config], float | Evaluation]

    def __call__(self, rng: np.random.Generator) -> Instance:  # noqa: ARG002  # no luck
        return Instance(self.evaluate)

    def evaluate(self, proposal: Proposal, *_: object) -> Evaluation:
        found = self.function(dict(proposal.config))
        if isinstance(found, Evaluation):
            return found
        return Evaluation(number("value", found))


@dataclass(frozen=True, slots=True)
class Answer:
    """What an evaluation gave; all of it can be sent as JSON."""

    seconds: float
    """How long it took, in real seconds."""
    value: float | None = None
    """The value; None: the evaluation failed."""
    score: float | None = None
    measures: dict[str, float] = field(default_factory=dict[str, float])
    duration: float | None = None
    error: str | None = None
    """Why the evaluation failed; None if it did not."""
    traceback: str = ""


def problem_of(function: Callable[[Config], float | Evaluation], space: Space) -> Problem:
    """Return the problem that a user's function is; its name is the function's."""
    name = getattr(function, "__qualname__", type(function).__qualname__)
    return Problem(name, 1, space, OwnFunction(function))


def answered(problem: Problem, own: OwnFunction, config: Config) -> Answer:
    """Call a user's function, and return what it gave; whatever it raises is a failure."""
    began, proposal = perf_counter(), Proposal(config)
    try:
        with Alone():
            found = evaluated(own.evaluate(proposal), proposal, problem, by="the function")
    except BaseException as error:
        if is_a_persons(error):
            raise
        seconds, text = perf_counter() - began, described(error)
        return Answer(seconds, error=text, traceback=traceback_of(error))
    return Answer(
        perf_counter() - began,
        found.value,
        found.score,
        dict(found.measures),
        found.duration,
    )


def pickled(problem: Problem, own: OwnFunction) -> bytes:
    """Return what a worker's process needs to evaluate, or raise InputError where that can't be."""
    main = sys.modules["__main__"]
    typed = not Path(getattr(main, "__file__", "")).is_file()
    if typed and getattr(own.function, "__module__", "") == "__main__":
        raise InputError(
            f"{problem.name} was typed into this session, where no other process finds it: put it"
            " into a file and import it, or use workers=1 and no trial_limit"
        )
    try:
        return pickle.dumps((problem, own))
    except BaseException as error:
        if is_a_persons(error):
            raise
        raise InputError(
            f"{problem.name} can't be sent to other processes: put it at the top level of a file,"
            f" or use workers=1 and no trial_limit ({described(error)})"
        ) from None
