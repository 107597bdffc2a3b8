"""The rules of a race: what may be proposed and costs what, and what is whose fault."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import ParamSpec, TypeVar

from ..errors import described, line, shown, traceback_of
from ..guards import Alone, is_a_persons, went_back
from ..problem import Evaluation, Instance, Problem
from ..scalars import NAME, is_name, number, scalar
from ..trial import Proposal

Answer = TypeVar("Answer")
Arguments = ParamSpec("Arguments")

FULL = Fraction(1)
"""What an evaluation at the highest fidelity costs."""
LEAST_COST = Fraction(1, 10_000)
"""Of any trial, in evaluations at the highest fidelity."""
MOST_TRIALS = 1_000
"""Of a run, times its budget."""
MOST_MEASURES = 1_000
"""Of an evaluation."""
NO_GRADIENT = "the strategy asked for a gradient, which the problem does not give"
NO_FIDELITY = "the strategy proposed a fidelity, which the problem has not"
CONTINUED = "the strategy continued"
"""How the reasons begin of runs that failed by such a proposal; `check` tells them by these."""


class Fault(Exception):  # noqa: N818  # a strategy's or a problem's, not the program's
    """Why a run failed, in one line, and the traceback of what was raised."""

    def __init__(self, text: str, traceback: str = "") -> None:
        super().__init__(line(text))
        self.traceback = traceback


class Diverged(Exception):  # noqa: N818  # likewise
    """Why a run can't go on from its recorded trials: it would not have made them again."""


def started(found: object) -> Instance:
    """Return what a problem's start gave, or raise Fault where it is no instance."""
    if isinstance(found, Instance) and callable(found.evaluate):
        return found
    raise Fault(f"the problem's start must return an Instance: {shown(found)}")


def call(
    folder: str,
    what: str,
    function: Callable[Arguments, Answer],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Answer:
    """Call a strategy's or a problem's function; whatever it raises is its fault.

    So is another working folder than `folder`, on which the paths of everybody else depend. Only a
    person's Ctrl-C goes through. A copy of this process that the function forks ends with it.
    """
    try:
        with Alone():
            answer = function(*args, **kwargs)
    except BaseException as error:
        if is_a_persons(error):
            raise
        went_back(folder)
        fault = described(error, before=f"{what} raised ")
        raise Fault(fault, traceback_of(error)) from error
    if went_back(folder):
        raise Fault(f"{what} left another working folder than it found")
    return answer


def accepted(asked: object, problem: Problem) -> Proposal:
    """Return a copy of what a strategy proposed, with its fidelity filled in, or raise Fault.

    All that is in the copy is Python's own, whatever the strategy made it of.
    """
    if not isinstance(asked, Proposal):
        raise Fault(f"the strategy proposed what is no Proposal: {shown(asked)}")
    try:
        resume = _trial(asked.resume)
        _check_possible(asked, problem)
        config, level, fidelity = problem.space.check(asked.config), None, problem.fidelity
        if fidelity is not None:
            level = fidelity.check(fidelity.high if asked.fidelity is None else asked.fidelity)
    except Fault:
        raise
    except ValueError as error:
        raise Fault(f"the strategy proposed what can't be: {error}") from error
    except BaseException as error:  # what it is made of may be of the strategy's own classes
        if is_a_persons(error):
            raise
        raise Fault(described(error, before="the strategy proposed what can't be: ")) from error
    return Proposal(config, level, resume, asked.gradient)


def cost(proposal: Proposal, passed: float, problem: Problem) -> Fraction:
    """Return what an accepted proposal costs that goes on from the fidelity `passed`, or from 0."""
    share = FULL
    if problem.fidelity is not None and proposal.fidelity is not None:
        share = (Fraction(proposal.fidelity) - Fraction(passed)) / Fraction(problem.fidelity.high)
    if proposal.gradient:
        share *= Fraction(str(problem.gradient_cost))
    return share if share is FULL else max(share, LEAST_COST)  # to compare fractions is dear


def is_spent(left: Fraction) -> bool:
    """Tell whether a budget has less left than any trial costs."""
    return left.numerator * LEAST_COST.denominator < left.denominator * LEAST_COST.numerator


def evaluated(evaluation: object, proposal: Proposal, problem: Problem) -> Evaluation:
    """Return an evaluation whose numbers are Python's own, or raise ValueError where it is no use.

    It has a score, and a gradient just if the proposal asked for one.
    """
    if not isinstance(evaluation, Evaluation):
        raise ValueError(f"evaluate must return an Evaluation: {shown(evaluation)}")
    values = tuple(number("value", value) for value in evaluation.values)
    if len(values) != len(problem.objectives):
        raise ValueError(
            f"evaluate must return a value for each of {', '.join(problem.objectives)}:"
            f" {shown(values)}"
        )
    score = values[0] if evaluation.score is None else number("score", evaluation.score)
    duration = evaluation.duration
    if duration is not None:
        duration = number("duration", duration)
        if duration < 0:
            raise ValueError(f"the duration must be finite and positive: {duration}")
    gradient = None
    if proposal.gradient:
        gradient = _numbers("gradient", evaluation.gradient)
        if not gradient or not gradient.keys() <= problem.space.keys():
            raise ValueError(
                f"the gradient must be by the names of parameters: {shown(evaluation.gradient)}"
            )
    measures = _numbers("measures", evaluation.measures)
    unmeasured = [name for name in problem.limits if name not in measures]
    if unmeasured:
        raise ValueError(f"the measure {unmeasured[0]!r} is limited, and evaluate returned none")
    return Evaluation(
        values=values,
        score=score,
        measures=measures,
        duration=duration,
        gradient=gradient,
        checkpoint=evaluation.checkpoint,
    )


def _trial(resume: object) -> int | None:
    """Return the id of the trial that is continued as Python's own, or raise ValueError."""
    plain = scalar(resume)
    if plain is None or (isinstance(plain, int) and not isinstance(plain, bool)):
        return plain
    raise ValueError(f"resume must be the id of a trial, or None: {shown(resume)}")


def _check_possible(proposal: Proposal, problem: Problem) -> None:
    """Raise Fault or ValueError where a problem does not have what is asked of it."""
    fidelity, resume, gradient = proposal.fidelity, proposal.resume, proposal.gradient
    if type(gradient) is not bool:
        raise ValueError(f"gradient must be True or False: {shown(gradient)}")
    if proposal.gradient and problem.gradient_cost is None:
        raise Fault(NO_GRADIENT)
    if problem.fidelity is None and not (fidelity is None and resume is None):
        raise Fault(f"{NO_FIDELITY}: fidelity={shown(fidelity)}, resume={shown(resume)}")
    if problem.fidelity is not None and not problem.fidelity.resumes and resume is not None:
        raise Fault(f"{CONTINUED} trial {shown(resume)}, which the problem can't")


def _numbers(what: str, numbers: object) -> dict[str, float]:
    """Return finite numbers by name, or raise ValueError."""
    if type(numbers) is not dict and not isinstance(numbers, Mapping):
        raise ValueError(f"the {what} must be numbers by name: {shown(numbers)}")
    found: dict[str, float] = {}
    for key, value in numbers.items():
        name = scalar(key)
        if not isinstance(name, str) or not is_name(name):
            raise ValueError(f"a name of the {what} must be {NAME}: {shown(key)}")
        found[name] = number(f"{what.removesuffix('s')} {name!r}", value)
    if len(found) > MOST_MEASURES:
        raise ValueError(f"the {what} may be at most {MOST_MEASURES:,}: {len(found)}")
    return found
