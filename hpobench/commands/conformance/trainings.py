"""What every problem promises whose trainings can be shorter or longer."""

import pickle
from collections.abc import Sequence
from dataclasses import replace

from ...errors import described, shown
from ...guards import is_a_persons
from ...problem import Problem
from ...trial import Proposal
from .differences import apart
from .evaluations import EVALUATION, Evaluations
from .promise import Broken, Promise, Skipped


def continues(evaluations: Evaluations) -> None:
    """Check to the bit: a checkpoint that is lost is trained again, and nobody may notice."""
    levels, proposal = _resuming(evaluations), evaluations.settled()
    stepwise = evaluations.first(proposal)
    for level in evaluations.allowance.over(EVALUATION, levels[1:], times=2):
        if stepwise.evaluation is None:
            break
        further = replace(proposal, fidelity=level)
        try:
            kept = travelled(stepwise.evaluation.checkpoint)
        except ValueError as error:
            raise Skipped(f"its checkpoint is lost: {error}") from None
        straight = evaluations.first(further)
        stepwise = evaluations.evaluate(further, checkpoint=kept)
        if seen := apart(straight, stepwise, "continued"):
            right = "the same to the bit: each epoch draws from stream.rng(epoch)"
            raise Broken(_at(further, evaluations.problem), seen, right)


def keeps_checkpoints(evaluations: Evaluations) -> None:
    levels, proposal = _resuming(evaluations), evaluations.settled()
    made = evaluations.first(proposal).evaluation
    if made is None or made.checkpoint is None:
        raise Skipped("it leaves no checkpoint, and trains anew")
    further = replace(proposal, fidelity=levels[1])
    try:
        checkpoint = travelled(made.checkpoint)
    except ValueError as error:
        right = "arrays, numbers, and what the file defines at its top level"
        raise Broken(_at(proposal, evaluations.problem), str(error), right) from None
    evaluations.allowance.need(EVALUATION, times=2)
    one, two = (evaluations.evaluate(further, checkpoint=checkpoint) for _ in range(2))
    if seen := apart(one, two, "from the same checkpoint once more"):
        right = "the same: work on a copy of the checkpoint"
        raise Broken(_at(further, evaluations.problem), seen, right)


def durations(evaluations: Evaluations) -> None:
    levels, proposal, problem = _levels(evaluations), evaluations.settled(), evaluations.problem
    before = 0.0
    for level in evaluations.allowance.over(EVALUATION, levels):
        further = replace(proposal, fidelity=level)
        made = evaluations.first(further).evaluation
        if made is None or made.duration is None:
            raise Skipped("it says no durations: a trial takes as long as it costs")
        if made.duration < before:
            seen = f"a duration of {made.duration:g}, after {before:g} at a lower fidelity"
            right = "the duration of a training from its start, which grows with the fidelity"
            raise Broken(_at(further, problem), seen, right)
        before = made.duration


TRAININGS: Sequence[Promise[Evaluations]] = (
    Promise("continued", "A training continued equals one straight through.", continues),
    Promise(
        "checkpoint",
        "Its checkpoint can be pickled, and going on leaves it as it was.",
        keeps_checkpoints,
    ),
    Promise("durations", "A longer training never takes less simulated time.", durations),
)


def travelled(thing: object) -> object:
    """Return what becomes of something that is pickled, or raise ValueError where it can't be."""
    try:
        return pickle.loads(pickle.dumps(thing))  # noqa: S301  # our own
    except BaseException as error:
        if is_a_persons(error):
            raise
        raise ValueError(described(error, before="it can't be pickled: ")) from None


def _levels(evaluations: Evaluations) -> list[float]:
    if not evaluations.levels:
        raise Skipped("it has no fidelity")
    return evaluations.levels


def _resuming(evaluations: Evaluations) -> list[float]:
    levels, fidelity = _levels(evaluations), evaluations.problem.fidelity
    if fidelity is not None and not fidelity.resumes:
        raise Skipped(f"a training of {fidelity.unit} can't be continued")
    return levels


def _at(proposal: Proposal, problem: Problem) -> str:
    unit = "" if problem.fidelity is None else problem.fidelity.unit
    return f"{shown(proposal.config)} at {proposal.fidelity:g} {unit}"
