"""The rules of a run: what may be proposed, what it costs, and whose fault an error is."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import ParamSpec, TypeVar

from ..errors import described, line, raise_if_nobodys, shown, traceback_of
from ..guards import Alone, is_a_persons, went_back
from ..parameter import Float
from ..prior import Prior
from ..problem import Evaluation, Instance, Problem
from ..scalars import NAME, is_name, number, scalar
from ..trial import Proposal

Answer = TypeVar("Answer")
Arguments = ParamSpec("Arguments")

FULL = Fraction(1)
"""The cost of an evaluation at the highest fidelity."""
LEAST_COST = Fraction(1, 10_000)
"""The cost of the cheapest trial, in evaluations at the highest fidelity."""
MOST_TRIALS = 1_000
"""The most trials of a run for each 1 of its budget."""
MOST_MEASURES = 1_000
"""The most measures that an evaluation has; the same number limits the entries of a gradient."""
NO_GRADIENT = "the strategy asked for a gradient, which the problem does not give"
NO_FIDELITY = "the strategy proposed a fidelity, which the problem does not have"
CONTINUED = "the strategy continued"
"""How the reasons begin of runs that failed by such a proposal; `check` tells them by these."""
CHANGED = "the strategy must not change"
"""How the reasons begin of runs that failed since the strategy changed what it was given."""

PROPOSED = "the strategy made an invalid proposal"
RECOMMENDED = "the strategy recommended an invalid configuration"
"""How the reasons begin of runs that failed by what the strategy returned."""


class Fault(Exception):  # noqa: N818  # the fault of a strategy or a problem, not of the program
    """Raised where a strategy or a problem makes the run fail; the text is one line."""

    def __init__(self, text: str, traceback: str = "") -> None:
        super().__init__(line(text))
        self.traceback = traceback


class Diverged(Exception):  # noqa: N818  # no error: the run can begin anew
    """Raised where a run can't go on from its recorded trials, because now it makes others."""


def started(found: object) -> Instance:
    """Return what a problem's `start` returned, or raise Fault if that is no Instance."""
    if isinstance(found, Instance) and callable(found.evaluate):
        return found
    raise Fault(f"the problem's start must return an Instance: {shown(found)}")


def check_beliefs(problem: Problem, instance: Instance) -> None:
    """Raise Fault where the beliefs of an instance are not about its problem's space."""
    if instance.beliefs is None:
        return
    try:
        Prior(problem.space, instance.beliefs)
    except ValueError as error:
        raise Fault(f"the beliefs of the problem's instance: {error}") from error


def call(
    folder: str,
    what: str,
    function: Callable[Arguments, Answer],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Answer:
    """Call a strategy's or a problem's function, and raise Fault for whatever it raises.

    Only a person's Ctrl-C and NobodysFault pass through. To leave another working folder than
    `folder` is a fault, too, since the relative paths of everybody else depend on it; `folder` is
    made the working folder again. `what` names the function in the text of the fault. A copy of
    this process that the function forks ends with the call.
    """
    try:
        with Alone():
            answer = function(*args, **kwargs)
    except BaseException as error:
        if is_a_persons(error):
            raise
        went_back(folder)
        raise_if_nobodys(error)
        fault = described(error, before=f"{what} raised ")
        raise Fault(fault, traceback_of(error)) from error
    if went_back(folder):
        raise Fault(f"{what} changed the working folder")
    return answer


def accepted(asked: object, problem: Problem, *, as_: str = PROPOSED) -> Proposal:
    """Return a copy of a strategy's proposal, with its fidelity filled in, or raise Fault.

    All values in the copy are of Python's own types. `as_` is how the text of the fault begins
    where the proposal is invalid.
    """
    if not isinstance(asked, Proposal):
        raise Fault(f"the strategy must return a Proposal or None: {shown(asked)}")
    try:
        resume = _trial(asked.resume)
        _check_possible(asked, problem)
        config, level, fidelity = problem.space.check(asked.config), None, problem.fidelity
        if fidelity is not None:
            level = fidelity.check(fidelity.high if asked.fidelity is None else asked.fidelity)
    except Fault:
        raise
    except ValueError as error:
        raise Fault(f"{as_}: {error}") from error
    except BaseException as error:  # its values may be of the strategy's own classes
        if is_a_persons(error):
            raise
        raise Fault(described(error, before=f"{as_}: ")) from error
    return Proposal(config, level, resume, asked.gradient)


def cost(proposal: Proposal, passed: float, problem: Problem) -> Fraction:
    """Return the cost of an accepted proposal, in evaluations at the highest fidelity.

    `passed` is the fidelity to which its training has come already; 0: it begins.
    """
    share = FULL
    if problem.fidelity is not None and proposal.fidelity is not None:
        share = (Fraction(proposal.fidelity) - Fraction(passed)) / Fraction(problem.fidelity.high)
    if proposal.gradient:
        share *= Fraction(str(problem.gradient_cost))
    return share if share is FULL else max(share, LEAST_COST)  # comparing fractions is slow


def is_spent(left: Fraction) -> bool:
    """Tell whether what is left of a budget is less than the cheapest trial costs."""
    return left.numerator * LEAST_COST.denominator < left.denominator * LEAST_COST.numerator


def evaluated(
    evaluation: object, proposal: Proposal, problem: Problem, *, by: str = "evaluate"
) -> Evaluation:
    """Return a copy of an evaluation with Python's own numbers, or raise ValueError if invalid.

    The copy always has a score, and it has a gradient only if the proposal asked for one. `by`
    names what made the evaluation in the text of the error.
    """
    if not isinstance(evaluation, Evaluation):
        raise ValueError(f"{by} must return an Evaluation: {shown(evaluation)}")
    values = tuple(number("value", value) for value in evaluation.values)
    if len(values) != len(problem.objectives):
        raise ValueError(
            f"{by} must return a value for each of {', '.join(problem.objectives)}: {shown(values)}"
        )
    score = values[0] if evaluation.score is None else number("score", evaluation.score)
    duration = evaluation.duration
    if duration is not None:
        duration = number("duration", duration)
        if duration < 0:
            raise ValueError(f"the duration must be 0 or more: {duration}")
    gradient = _gradient(evaluation.gradient, proposal, problem) if proposal.gradient else None
    measures = _numbers("measures", evaluation.measures)
    unmeasured = [name for name in problem.limits if name not in measures]
    if unmeasured:
        raise ValueError(f"{by} must return the measure that has a limit: {unmeasured[0]!r}")
    return Evaluation(
        values=values,
        score=score,
        measures=measures,
        duration=duration,
        gradient=gradient,
        checkpoint=evaluation.checkpoint,
    )


def limited(measures: Mapping[str, float], problem: Problem) -> dict[str, float]:
    """Return those measures of an evaluation that the problem limits; a failed one has none."""
    return {name: measures[name] for name in problem.limits if name in measures}


def _trial(resume: object) -> int | None:
    """Return the id of the trial that is continued, as Python's own int, or raise ValueError."""
    plain = scalar(resume)
    if plain is None or (isinstance(plain, int) and not isinstance(plain, bool)):
        return plain
    raise ValueError(f"resume must be the id of a trial, or None: {shown(resume)}")


def _check_possible(proposal: Proposal, problem: Problem) -> None:
    """Raise Fault or ValueError where a proposal asks for what the problem does not offer."""
    fidelity, resume, gradient = proposal.fidelity, proposal.resume, proposal.gradient
    if type(gradient) is not bool:
        raise ValueError(f"gradient must be True or False: {shown(gradient)}")
    if proposal.gradient and problem.gradient_cost is None:
        raise Fault(NO_GRADIENT)
    if problem.fidelity is None and not (fidelity is None and resume is None):
        raise Fault(f"{NO_FIDELITY}: fidelity={shown(fidelity)}, resume={shown(resume)}")
    if problem.fidelity is not None and not problem.fidelity.resumes and resume is not None:
        raise Fault(
            f"{CONTINUED} trial {shown(resume)}, but this problem can't continue a training"
        )


def _gradient(gradient: object, proposal: Proposal, problem: Problem) -> dict[str, float]:
    """Return a gradient with a number for each active real parameter, or raise ValueError."""
    slopes = _numbers("gradient", gradient)
    reals = [name for name in proposal.config if isinstance(problem.space[name], Float)]
    for name in reals:
        if name not in slopes:
            raise ValueError(f"the gradient lacks {name!r}, an active real parameter")
    for name in slopes:
        if name not in reals:
            raise ValueError(f"the gradient has {name!r}, which is no active real parameter")
    return slopes


def _numbers(what: str, numbers: object) -> dict[str, float]:
    """Return a mapping from names to finite numbers, all of Python's own, or raise ValueError."""
    if type(numbers) is not dict and not isinstance(numbers, Mapping):
        raise ValueError(f"the {what} must map names to numbers: {shown(numbers)}")
    found: dict[str, float] = {}
    for key, value in numbers.items():
        name = scalar(key)
        if not isinstance(name, str) or not is_name(name):
            raise ValueError(f"a name of the {what} must be {NAME}: {shown(key)}")
        found[name] = number(f"{what.removesuffix('s')} {name!r}", value)
    if len(found) > MOST_MEASURES:
        raise ValueError(f"the {what} must have at most {MOST_MEASURES:,} entries: {len(found)}")
    return found
