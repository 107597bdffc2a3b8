"""What every problem promises whose trainings can be shorter or longer."""

from collections.abc import Sequence
from dataclasses import replace

from ...runner.checkpoints import Checkpoints
from ...trial import Proposal
from .differences import apart
from .evaluations import EVALUATION, Evaluations
from .promise import Broken, Inapplicable, Promise, Skipped

ETA = 3
"""The factor between rungs, as strategies have it by default."""


def continues(evaluations: Evaluations) -> str:
    """Check that a continued training is the same to the bit, so that no lost checkpoint shows.

    A run whose checkpoint is lost trains from the start again. Where a full evaluation is quick,
    the training goes on to the highest fidelity, by the rungs that strategies stop at.
    """
    levels, proposal = _resuming(evaluations), evaluations.settled()
    stepwise, reached = evaluations.first(proposal), proposal
    for level in [*levels[1:], *_higher(evaluations, proposal)]:
        if stepwise.evaluation is None:
            break
        further = replace(proposal, fidelity=level)
        kind = evaluations.kind(further)
        if reached is proposal:
            evaluations.allowance.need(kind, times=2)
        elif not evaluations.allowance.fits(kind, times=2):
            break
        try:
            kept = _kept(stepwise.evaluation.checkpoint)
        except ValueError as error:
            raise Skipped(str(error)) from None
        straight = evaluations.first(further)
        stepwise, reached = evaluations.evaluate(further, checkpoint=kept), further
        if seen := apart(straight, stepwise, "continued"):
            where = evaluations.where(further)
            right = (
                "the same to the bit: the checkpoint holds all state, each epoch draws from"
                " stream.rng(epoch), and nothing depends on the fidelity that is asked for"
            )
            raise Broken(where, seen, right)
    return f"looked{evaluations.at(reached)}"


def _higher(evaluations: Evaluations, proposal: Proposal) -> list[float]:
    """Return the rungs above the low levels; none where a full evaluation takes long."""
    fidelity, levels = evaluations.problem.fidelity, evaluations.levels
    if fidelity is None or evaluations.fullest(proposal).fidelity != fidelity.high:
        return []
    return [level for level in fidelity.rungs(ETA) if level > levels[-1]]


def keeps_checkpoints(evaluations: Evaluations) -> None:
    levels, proposal = _resuming(evaluations), evaluations.settled()
    made = evaluations.first(proposal).evaluation
    if made is None or made.checkpoint is None:
        raise Inapplicable("it leaves no checkpoint, and trains anew")
    further = replace(proposal, fidelity=levels[1])
    try:
        checkpoint = _kept(made.checkpoint)
    except ValueError as error:
        where = evaluations.where(proposal)
        right = "arrays, numbers, and what the file defines at its top level"
        raise Broken(where, str(error), right) from None
    evaluations.allowance.need(EVALUATION, times=2)
    one, two = (evaluations.evaluate(further, checkpoint=checkpoint) for _ in range(2))
    if seen := apart(one, two, "from the same checkpoint once more"):
        where = evaluations.where(further)
        raise Broken(where, seen, "the same: work on a copy of the checkpoint")


def durations(evaluations: Evaluations) -> None:
    levels, proposal = _levels(evaluations), evaluations.settled()
    before = 0.0
    for level in evaluations.allowance.over(EVALUATION, levels):
        further = replace(proposal, fidelity=level)
        made = evaluations.first(further).evaluation
        if made is None or made.duration is None:
            raise Inapplicable("it returns no durations: a trial takes as long as it costs")
        if made.duration < before:
            where = evaluations.where(further)
            seen = f"a duration of {made.duration:g}, after {before:g} at a lower fidelity"
            right = "the duration of a training from its start, which grows with the fidelity"
            raise Broken(where, seen, right)
        before = made.duration


TRAININGS: Sequence[Promise[Evaluations]] = (
    Promise("continued", "A training that is continued equals one without a break.", continues),
    Promise(
        "checkpoint",
        "Its checkpoint can be pickled, and continuing does not change it.",
        keeps_checkpoints,
    ),
    Promise("durations", "A longer training never takes less simulated time.", durations),
)


def _kept(checkpoint: object) -> object:
    """Return a checkpoint as a run gets it back; raises ValueError where it can't be pickled."""
    checkpoints = Checkpoints()
    checkpoints.keep(0, 0, checkpoint)
    return checkpoints.get(0, 0)


def _levels(evaluations: Evaluations) -> list[float]:
    if not evaluations.levels:
        raise Inapplicable("it has no fidelity")
    return evaluations.levels


def _resuming(evaluations: Evaluations) -> list[float]:
    """Return the low fidelities of a problem whose trainings can be continued, or raise Skipped."""
    levels, fidelity = _levels(evaluations), evaluations.problem.fidelity
    if fidelity is not None and not fidelity.resumes:
        raise Inapplicable(f"a training of {fidelity.unit} can't be continued")
    return levels
