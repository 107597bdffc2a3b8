"""What every problem promises."""

import math
import pickle
from collections.abc import Sequence

import numpy as np

from ...errors import described, shown
from ...guards import is_a_persons
from ...problem import Plain, Problem
from ...processes.global_state import restored
from ...trial import Proposal
from .differences import apart
from .evaluations import EVALUATION, Evaluated, Evaluations
from .in_short import in_short
from .promise import Broken, Inapplicable, Promise, Skipped
from .slopes import GRADIENTS
from .surroundings import watched
from .trainings import TRAININGS

SEARCHED = 300
"""Random configurations whose scores are compared with the optimum; a gross error shows at once."""
ROUNDING = 1e-9
"""How far below the optimum a score may be, as a share of its size: sums are rounded."""
SHORT = 0.001
"""Seconds of an evaluation below which it does not matter how many they are."""
MOST_INSTANCES = 5
"""How many instances are compared at most."""
STREAMS = "draw luck from the rng of start and from the stream alone"
NO_STREAM = "give it random_state=0, or make it a Problem, whose `start` gets a generator"
"""What makes a plain function of the configuration, which is given no luck, the same each time."""


def starts(evaluations: Evaluations) -> None:
    """Start the first instance twice, as two runs do."""
    if failure := evaluations.failure_to_start():
        raise Broken("instance 0", failure, "start(rng) returns an Instance, as often as called")


def default(evaluations: Evaluations) -> str:
    """Evaluate the default at the lowest fidelity, and at the highest where it fails there."""
    lowest = evaluations.default()
    made = evaluations.first(lowest)
    if made.evaluation is not None:
        return ""
    full = evaluations.full(lowest)
    if full != lowest:
        evaluations.allowance.need(evaluations.kind(full))
    if full == lowest or evaluations.first(full).evaluation is None:
        raise Broken("its default configuration", made.error, "a finite value")
    return f"it fails{evaluations.at(lowest)}: {made.error}"


def corners(evaluations: Evaluations) -> str:
    space, failed, tried = evaluations.problem.space, list[str](), 0
    units = [np.full(len(space), 0.0), np.full(len(space), 1.0)]
    units += [np.arange(first, first + len(space)) % 2 * 1.0 for first in (0, 1)]
    for unit in evaluations.allowance.over(EVALUATION, units):
        proposal = evaluations.proposal(space.decode(unit))
        made = evaluations.first(proposal)
        tried += 1
        if made.unusable:
            right = "a finite value, or an Exception or nan: then the trial fails"
            raise Broken(in_short(proposal.config), made.error, right)
        if made.error:
            failed.append(made.error)
    return f"{len(failed)} of {tried} fail: {failed[0]}" if failed else ""


def finite(evaluations: Evaluations) -> str:
    """Check that random configurations give an Evaluation of finite numbers, or fail."""
    proposals = [evaluations.random(number) for number in (1, 2, 3)]
    failed = tried = 0
    for proposal in evaluations.allowance.over(EVALUATION, proposals):
        made = evaluations.first(proposal)
        tried += 1
        failed += made.evaluation is None
        if made.unusable:
            right = "finite numbers by name, in an Evaluation; an Exception or nan where it fails"
            raise Broken(in_short(proposal.config), made.error, right)
    return f"{failed} of {tried} fail" if failed else ""


def repeats(evaluations: Evaluations) -> None:
    if seen := evaluations.difference():
        raise Broken(in_short(evaluations.sound().config), seen, _same_luck(evaluations))


def repeats_elsewhere(evaluations: Evaluations) -> None:
    proposal = evaluations.settled()
    wish = (proposal.config, proposal.fidelity)
    here, there = (make(wish) for make in (evaluations.fingerprint, evaluations.elsewhere))
    if seen := apart(here["evaluation"][0], there["evaluation"][0], "in another process"):
        right = f"{_same_luck(evaluations)}; use nothing that a process has of its own"
        raise Broken(in_short(proposal.config), seen, right)


def order(evaluations: Evaluations) -> None:
    """Check the instance that has evaluated the default and the corners before."""
    evaluations.check_repeats()
    proposal = evaluations.sound()
    later = evaluations.first(proposal)
    seen = apart(evaluations.fresh(proposal), later, "after other configurations")
    if not seen:
        evaluations.allowance.need(EVALUATION)
        seen = apart(later, evaluations.evaluate(proposal), "evaluated once more")
    if seen:
        right = "the same: an evaluation keeps nothing for the next but its checkpoint"
        raise Broken(in_short(proposal.config), seen, right)


def instances(evaluations: Evaluations) -> None:
    """Compare instances by the default and by random configurations, each as fully as may be."""
    problem, settled = evaluations.problem, evaluations.settled()
    if problem.instances == 1:
        raise Inapplicable("it has one instance")
    others = [evaluations.default(), evaluations.random(3), evaluations.random(4)]
    proposals = [settled, *(evaluations.fullest(each) for each in (settled, *others))]
    numbers, compared = range(1, min(problem.instances, MOST_INSTANCES)), 0
    different = {repr(each): each for each in proposals}.values()
    wanted = [(proposal, number) for proposal in different for number in numbers]
    for proposal, number in evaluations.allowance.over(EVALUATION, wanted):
        there = evaluations.evaluate(proposal, on=evaluations.start(number))
        if str(there) != str(evaluations.fresh(proposal)):
            return
        compared += 1
    if compared < len(wanted):
        raise Skipped(f"the first {compared + 1} are the same, and there is no time for more")
    raise Broken(
        in_short(settled.config),
        f"the same on instances 0 to {numbers[-1]}: {evaluations.fresh(settled)}",
        "start draws the instance from its rng, or instances=1",
    )


def travels(evaluations: Evaluations) -> None:
    problem, proposal = evaluations.problem, evaluations.settled()
    try:
        copy = pickle.loads(pickle.dumps(problem))  # noqa: S301  # our own
    except BaseException as error:
        if is_a_persons(error):
            raise
        right = "functions and classes that stand at the top level of the file"
        seen = described(error, before="it can't be pickled: ")
        raise Broken(problem.name, seen, right) from None
    assert isinstance(copy, Problem)
    evaluations.allowance.need(EVALUATION)
    again = evaluations.evaluate(proposal, on=evaluations.start(problem=copy))
    if seen := apart(evaluations.fresh(proposal), again, "of the problem that was pickled"):
        raise Broken(
            in_short(proposal.config), seen, "the same: a problem is a value, without state"
        )


def untouched(evaluations: Evaluations) -> None:
    """Check a start and an evaluation, with two seeds of the global generators."""
    proposal, made = evaluations.sound(), list[Evaluated]()
    evaluations.allowance.need(EVALUATION, times=2)
    for seed in (1, 2):
        with watched(seed, apart=False) as changes:
            instance = evaluations.exposed_start(evaluations.problem)
            made.append(evaluations.exposed_evaluation(proposal, instance))
        if changes.found:
            right = "draw luck from the stream, also a library's random_state"
            if isinstance(evaluations.problem.start, Plain):
                right = f"if that is its luck, {NO_STREAM}"
            seen = f"it changed {changes}"
            raise Broken(in_short(proposal.config), seen, f"leave it as it was; {right}")
    if difference := apart(made[0], made[1], "with another seed of the global generators"):
        evaluations.check_repeats()
        raise Broken(in_short(proposal.config), difference, _same_luck(evaluations))


def given(evaluations: Evaluations) -> None:
    for proposal in (evaluations.sound(), evaluations.default()):
        kept = evaluations.first(proposal).kept
        if list(kept.items()) != list(proposal.config.items()):
            seen = f"the configuration was {shown(kept)} afterwards"
            raise Broken(in_short(proposal.config), seen, "work on a copy: dict(proposal.config)")


def optimum(evaluations: Evaluations) -> str:
    """Compare the scores of configurations that keep all limits; the others may be below it.

    Of several objectives, the score is the first one unless an evaluation says another.
    """
    problem, best = evaluations.problem, evaluations.instance.optimum
    if best is None:
        raise Inapplicable("it declares no optimum")
    full, barred, allowed = evaluations.full(evaluations.default()), 0, 0
    configs = [problem.space.default()]
    configs += [problem.space.sample(np.random.default_rng(seed)) for seed in range(SEARCHED)]
    lowest = best - ROUNDING * max(1.0, abs(best))
    with restored():
        for config in evaluations.allowance.over(evaluations.kind(full), configs):
            asked = Proposal(config, full.fidelity)
            made = evaluations.exposed_evaluation(asked, evaluations.instance).evaluation
            if made is None or made.score is None:
                continue
            keeps = all(made.measures[name] <= bound for name, bound in problem.limits.items())
            allowed, barred = allowed + keeps, barred + (not keeps)
            if keeps and made.score < lowest:
                right = f"no score below the optimum of its instance: {best!r}"
                raise Broken(in_short(config), f"{_score_of(problem)} of {made.score!r}", right)
    if not barred:
        return ""
    if not allowed:
        raise Skipped(f"none of the {barred} configurations that were tried keeps its limits")
    return f"{barred} of {barred + allowed} exceed a limit, and don't count"


def _same_luck(evaluations: Evaluations) -> str:
    """Say what would make an evaluation the same; a plain function has no stream to draw from."""
    plain = isinstance(evaluations.problem.start, Plain)
    return f"the same: {NO_STREAM if plain else STREAMS}"


def _score_of(problem: Problem) -> str:
    """Say what a score is; of several objectives, an evaluation may say that it is another."""
    several = len(problem.objectives) > 1
    return f"a score (by default {problem.objectives[0]!r})" if several else "a score"


def seconds(evaluations: Evaluations) -> str:
    """Say how long a full evaluation takes, or one at the lowest fidelity where that is dear."""
    proposal, declared = evaluations.default(), evaluations.problem.about.seconds
    proposal = evaluations.fullest(proposal)
    evaluations.allowance.need(evaluations.kind(proposal))
    took = evaluations.evaluate(proposal).seconds
    if math.isnan(took):
        raise Skipped("its default configuration fails")
    says = "nothing" if declared is None else f"{declared:.2g} s for a full one"
    takes = f"takes {took:.2g} s" if took >= SHORT else f"takes less than {SHORT} s"
    return f"An evaluation{evaluations.at(proposal)} {takes}; it declares {says}."


PROBLEM_PROMISES: Sequence[Promise[Evaluations]] = (
    Promise("starts", "Its start returns an Instance, and raises nothing.", starts),
    Promise("default", "Its default configuration has a finite value.", default),
    Promise("corners", "At the corners of its space it gives a value, an error or nan.", corners),
    Promise("finite", "Value, score and measures are finite numbers.", finite),
    Promise("repeats", "The same seed gives the same evaluation.", repeats),
    Promise("order", "What was evaluated before does not change an evaluation.", order),
    Promise("given", "It does not change the configuration that it is given.", given),
    Promise(
        "untouched",
        "It leaves the process as it was: environment, folders, random state.",
        untouched,
    ),
    Promise(
        "elsewhere",
        "In another process the same seed gives the same evaluation.",
        repeats_elsewhere,
    ),
    Promise(
        "pickled", "It can be pickled (sent to another process), and is the same then.", travels
    ),
    Promise("instances", "The instances that start draws differ from each other.", instances),
    *TRAININGS,
    *GRADIENTS,
    Promise("optimum", "No score is below the optimum that it declares.", optimum),
    Promise("seconds", "The time of an evaluation is measured.", seconds, informs=True),
)
