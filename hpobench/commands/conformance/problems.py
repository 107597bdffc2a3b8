"""What every problem promises."""

import pickle
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...errors import described, shown
from ...guards import is_a_persons
from ...problem import Problem
from ...trial import Proposal
from .allowance import share
from .differences import apart
from .evaluations import EVALUATION, Evaluations, Outcome
from .promise import Broken, Promise, Skipped
from .slopes import gradients
from .surroundings import watched

SEARCHED = 300
"""Random configurations that are held against the optimum: what is wrong by far shows at once."""
ROUNDING = 1e-9
"""How far below the optimum a score may be, as a share of its size: sums are rounded."""
FULL = 5.0
"""Seconds up to which a full evaluation is made only to see how long it takes."""
SHORT = 0.001
"""Seconds below which nobody minds."""
MOST_INSTANCES = 5
SAME_LUCK = "the same: draw luck from the rng of start and from the stream alone"


def default(evaluations: Evaluations) -> None:
    made = evaluations.first(evaluations.default())
    if made.evaluation is None:
        raise Broken("its default configuration", made.error, "a finite value")


def corners(evaluations: Evaluations) -> str:
    space, failed = evaluations.problem.space, list[str]()
    units = [np.full(len(space), 0.0), np.full(len(space), 1.0)]
    units += [np.arange(first, first + len(space)) % 2 * 1.0 for first in (0, 1)]
    done = 0
    for unit in evaluations.allowance.over(EVALUATION, units):
        proposal = evaluations.proposal(space.decode(unit))
        made = evaluations.first(proposal)
        done += 1
        if made.unusable:
            right = "a finite value, or an Exception or nan: then the trial fails"
            raise Broken(shown(proposal.config), made.error, right)
        if made.error:
            failed.append(made.error)
    few = share(done, len(units), "corners")
    told = f"{len(failed)} of {done} fail: {failed[0]}" if failed else ""
    return "; ".join(filter(None, (few, told)))


def finite(evaluations: Evaluations) -> str:
    """Check random configurations: what is returned has to be an Evaluation of finite numbers."""
    proposals = [evaluations.random(number) for number in (1, 2, 3)]
    failed = done = 0
    for proposal in evaluations.allowance.over(EVALUATION, proposals):
        made = evaluations.first(proposal)
        done += 1
        failed += made.evaluation is None
        if made.unusable:
            right = "finite numbers by name, in an Evaluation; an Exception or nan where it fails"
            raise Broken(shown(proposal.config), made.error, right)
    few = share(done, len(proposals), "configurations")
    return "; ".join(filter(None, (few, f"{failed} of {done} fail" if failed else "")))


def repeats(evaluations: Evaluations) -> None:
    if seen := evaluations.repeats():
        raise Broken(shown(evaluations.sound().config), seen, SAME_LUCK)


def repeats_elsewhere(evaluations: Evaluations) -> None:
    proposal = evaluations.settled()
    wish = (proposal.config, proposal.fidelity)
    here, there = (make(wish) for make in (evaluations.fingerprint, evaluations.elsewhere))
    if seen := apart(here["evaluation"][0], there["evaluation"][0], "in another process"):
        right = f"{SAME_LUCK}, not from what a process has of its own"
        raise Broken(shown(proposal.config), seen, right)


def order(evaluations: Evaluations) -> None:
    """Check the instance that has evaluated the default and the corners before."""
    if evaluations.repeats():
        raise Skipped("the same seed does not even give the same in one process")
    proposal = evaluations.sound()
    later = evaluations.first(proposal)
    seen = apart(evaluations.fresh(proposal), later, "after other configurations")
    if not seen:
        evaluations.allowance.need(EVALUATION)
        seen = apart(later, evaluations.evaluate(proposal), "evaluated once more")
    if seen:
        right = "the same: an evaluation keeps nothing for the next but its checkpoint"
        raise Broken(shown(proposal.config), seen, right)


def instances(evaluations: Evaluations) -> None:
    problem, proposal = evaluations.problem, evaluations.settled()
    if problem.instances == 1:
        raise Skipped("it has one instance")
    first = str(evaluations.fresh(proposal))
    numbers = range(1, min(problem.instances, MOST_INSTANCES))
    for number in evaluations.allowance.over(EVALUATION, numbers):
        if str(evaluations.evaluate(proposal, on=evaluations.start(number))) != first:
            return
    raise Broken(
        shown(proposal.config),
        f"the same on instances 0 to {numbers[-1]}: {first}",
        "start draws the instance from its rng, or instances=1",
    )


def continues(evaluations: Evaluations) -> str:
    """Check to the bit: a checkpoint that is lost is trained again, and nobody may notice."""
    levels, proposal = _resuming(evaluations), evaluations.settled()
    stepwise = evaluations.first(proposal)
    done = 1
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
        done += 1
        if seen := apart(straight, stepwise, "continued"):
            right = "the same to the bit: each epoch draws from stream.rng(epoch)"
            raise Broken(_at(further, evaluations.problem), seen, right)
    return share(done, len(levels), "fidelities")


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


def durations(evaluations: Evaluations) -> str:
    levels, proposal, problem = _levels(evaluations), evaluations.settled(), evaluations.problem
    before, done = 0.0, 0
    for level in evaluations.allowance.over(EVALUATION, levels):
        further = replace(proposal, fidelity=level)
        made = evaluations.first(further).evaluation
        done += 1
        if made is None or made.duration is None:
            raise Skipped("it says no durations: a trial takes as long as it costs")
        if made.duration < before:
            seen = f"a duration of {made.duration:g}, after {before:g} at a lower fidelity"
            right = "the duration of a training from its start, which grows with the fidelity"
            raise Broken(_at(further, problem), seen, right)
        before = made.duration
    return share(done, len(levels), "fidelities")


def travels(evaluations: Evaluations) -> None:
    problem, proposal = evaluations.problem, evaluations.settled()
    try:
        copy = travelled(problem)
    except ValueError as error:
        right = "functions and classes that stand at the top level of the file"
        raise Broken(problem.name, str(error), right) from None
    assert isinstance(copy, Problem)
    evaluations.allowance.need(EVALUATION)
    again = evaluations.evaluate(proposal, on=evaluations.start(problem=copy))
    if seen := apart(evaluations.fresh(proposal), again, "of the problem that was pickled"):
        raise Broken(shown(proposal.config), seen, "the same: a problem is a value, without state")


def untouched(evaluations: Evaluations) -> None:
    """Check a start and an evaluation, with two seeds of the global generators."""
    proposal, seen = evaluations.sound(), list[Outcome]()
    evaluations.allowance.need(EVALUATION, times=2)
    for seed in (1, 2):
        with watched(seed) as changes:
            seen.append(evaluations.evaluate(proposal, on=evaluations.start()))
        if changes.found:
            right = "leave it as it was; draw luck from the stream, write nothing"
            raise Broken(shown(proposal.config), f"it changed {changes}", right)
    if difference := apart(seen[0], seen[1], "with another seed of the global generators"):
        if not evaluations.repeats():
            raise Broken(shown(proposal.config), difference, SAME_LUCK)
        raise Skipped("the same seed does not even give the same in one process")


def given(evaluations: Evaluations) -> None:
    for proposal in (evaluations.sound(), evaluations.default()):
        kept = evaluations.first(proposal).kept
        if list(kept.items()) != list(proposal.config.items()):
            seen = f"the configuration was {shown(kept)} afterwards"
            raise Broken(shown(proposal.config), seen, "work on a copy: dict(proposal.config)")


def optimum(evaluations: Evaluations) -> str:
    best, problem = evaluations.instance.optimum, evaluations.problem
    if best is None:
        raise Skipped("it says none")
    fidelity = problem.fidelity
    highest = None if fidelity is None else fidelity.high
    configs = [problem.space.default()]
    configs += [problem.space.sample(np.random.default_rng(seed)) for seed in range(SEARCHED)]
    done = 0
    for config in evaluations.allowance.over(EVALUATION, configs):
        made = evaluations.evaluate(Proposal(config, highest)).evaluation
        done += 1
        if made is None or made.score is None:
            continue
        if made.score < best - ROUNDING * max(1.0, abs(best)):
            right = f"no score below the optimum of its instance: {best!r}"
            raise Broken(shown(config), f"a score of {made.score!r}", right)
    return share(done, len(configs), "configurations")


def seconds(evaluations: Evaluations) -> str:
    """Say how long a full evaluation takes, or one at the lowest fidelity where that is dear."""
    problem, proposal = evaluations.problem, evaluations.default()
    fidelity, lowest = problem.fidelity, evaluations.allowance.dearest(EVALUATION)
    times = 1.0
    if fidelity is not None and proposal.fidelity is not None:
        times = fidelity.high / proposal.fidelity
    if times * lowest <= FULL:
        proposal = replace(proposal, fidelity=None if fidelity is None else fidelity.high)
    evaluations.allowance.need(EVALUATION)
    took = evaluations.evaluate(proposal).seconds
    at = "" if fidelity is None else f" at {proposal.fidelity:g} of {fidelity.high:g}"
    silent = problem.seconds == Problem.__dataclass_fields__["seconds"].default
    says = (
        "it declares nothing" if silent else f"it declares {problem.seconds:.2g} s for a full one"
    )
    takes = f"takes {took:.2g} s" if took >= SHORT else f"takes less than {SHORT} s"
    return f"An evaluation{at} {takes}; {says}."


PROBLEM_PROMISES: Sequence[Promise[Evaluations]] = (
    Promise("default", "Its default configuration has a finite value.", default),
    Promise("corners", "In the corners of its space it has a value, or fails cleanly.", corners),
    Promise("finite", "Value, score and measures are finite numbers.", finite),
    Promise("repeats", "The same seed gives the same evaluation.", repeats),
    Promise("order", "What was evaluated before changes nothing.", order),
    Promise("given", "It leaves the configuration that it is given as it was.", given),
    Promise("untouched", "It leaves what all of the process share as it was.", untouched),
    Promise("elsewhere", "It gives the same in another process.", repeats_elsewhere),
    Promise("pickled", "The problem can be pickled, and is the same then.", travels),
    Promise("instances", "Its instances differ.", instances),
    Promise("continued", "A training continued equals one straight through.", continues),
    Promise(
        "checkpoint",
        "Its checkpoint can be pickled, and going on leaves it as it was.",
        keeps_checkpoints,
    ),
    Promise("durations", "A longer training never takes less simulated time.", durations),
    *gradients,
    Promise("optimum", "No score is below the optimum.", optimum),
    Promise("seconds", "How long an evaluation takes.", seconds, informs=True),
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
