"""What every problem promises."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...cards.card import UNSAID
from ...errors import shown
from ...problem import Problem
from ...processes.global_state import restored
from ...trial import Proposal
from .differences import apart
from .evaluations import EVALUATION, Evaluations, Outcome
from .promise import Broken, Promise, Skipped
from .slopes import GRADIENTS
from .surroundings import watched
from .trainings import TRAININGS, travelled

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
    for unit in evaluations.allowance.over(EVALUATION, units):
        proposal = evaluations.proposal(space.decode(unit))
        made = evaluations.first(proposal)
        if made.unusable:
            right = "a finite value, or an Exception or nan: then the trial fails"
            raise Broken(shown(proposal.config), made.error, right)
        if made.error:
            failed.append(made.error)
    return f"{len(failed)} of {len(units)} fail: {failed[0]}" if failed else ""


def finite(evaluations: Evaluations) -> str:
    """Check random configurations: what is returned has to be an Evaluation of finite numbers."""
    proposals = [evaluations.random(number) for number in (1, 2, 3)]
    failed = 0
    for proposal in evaluations.allowance.over(EVALUATION, proposals):
        made = evaluations.first(proposal)
        failed += made.evaluation is None
        if made.unusable:
            right = "finite numbers by name, in an Evaluation; an Exception or nan where it fails"
            raise Broken(shown(proposal.config), made.error, right)
    return f"{failed} of {len(proposals)} fail" if failed else ""


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
            instance = evaluations.exposed_start(evaluations.problem)
            seen.append(evaluations.exposed_evaluation(proposal, instance))
        if changes.found:
            right = "leave it as it was; draw luck from the stream, also a library's random_state"
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


def optimum(evaluations: Evaluations) -> None:
    best, problem = evaluations.instance.optimum, evaluations.problem
    if best is None:
        raise Skipped("it says none")
    fidelity = problem.fidelity
    highest = None if fidelity is None else fidelity.high
    configs = [problem.space.default()]
    configs += [problem.space.sample(np.random.default_rng(seed)) for seed in range(SEARCHED)]
    lowest = best - ROUNDING * max(1.0, abs(best))
    with restored():
        for config in evaluations.allowance.over(EVALUATION, configs):
            asked = Proposal(config, highest)
            made = evaluations.exposed_evaluation(asked, evaluations.instance).evaluation
            if made is not None and made.score is not None and made.score < lowest:
                right = f"no score below the optimum of its instance: {best!r}"
                raise Broken(shown(config), f"a score of {made.score!r}", right)


def seconds(evaluations: Evaluations) -> str:
    """Say how long a full evaluation takes, or one at the lowest fidelity where that is dear."""
    problem, proposal = evaluations.problem, evaluations.default()
    fidelity, lowest = problem.fidelity, evaluations.allowance.usual(EVALUATION)
    times = 1.0
    if fidelity is not None and proposal.fidelity is not None:
        times = fidelity.high / proposal.fidelity
    if times * lowest <= FULL:
        proposal = replace(proposal, fidelity=None if fidelity is None else fidelity.high)
    evaluations.allowance.need(EVALUATION)
    took = evaluations.evaluate(proposal).seconds
    if math.isnan(took):
        raise Skipped("its default configuration fails")
    at = "" if fidelity is None else f" at {proposal.fidelity:g} of {fidelity.high:g}"
    silent = problem.about.seconds == UNSAID
    says = (
        "it declares nothing"
        if silent
        else f"it declares {problem.about.seconds:.2g} s for a full one"
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
    *TRAININGS,
    *GRADIENTS,
    Promise("optimum", "No score is below the optimum.", optimum),
    Promise("seconds", "How long an evaluation takes.", seconds, informs=True),
)
