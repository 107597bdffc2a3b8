"""How large the difference of two strategies is: over problems, and on each by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ..statistics import (
    ALPHA,
    FEWEST_PROBLEMS,
    FloatArray,
    IntArray,
    by_problem,
    fewest_seeds,
    mean_over,
    within_problems,
)
from . import bounds
from .compared import Compared
from .comparisons import Comparison

Reach: TypeAlias = Literal["new problems", "these problems", "nothing"]
"""What an interval or a test speaks of; an interval that speaks of nothing is not there."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean over problems with its interval; above 0, or above half, the first is better."""

    mean: float
    """nan: over no problem."""
    low: float
    """The lower end of the interval; nan: there is none."""
    high: float
    problems: int
    reach: Reach


@dataclass(frozen=True, slots=True)
class OnProblem:
    """The two strategies on one problem."""

    name: str
    chance: float
    """The chance that a run of the first one is better, ties counted half."""
    gain: float
    """The second one's mean regret less the first one's; nan: the problem has no anchors."""
    p: float
    """The p of a rank-sum test of the runs on the same instances, after Holm over all problems
    with enough runs for one; nan: it has too few."""
    needs: int
    """How many seeds it takes for such a test."""

    @property
    def shown(self) -> bool:
        """Whether the runs on this problem show by themselves which strategy is better."""
        return self.p <= ALPHA


NOTHING = Effect(np.nan, np.nan, np.nan, 0, "nothing")


def chances_of(compared: Compared, a: int, b: int) -> dict[int, float]:
    """Return the chance that a run of the first one is better, by each problem that both ran on.

    Problems are named by their positions in the scores.
    """
    chances = mean_over(compared.chances[a, b], axis=1).tolist()
    there = zip(compared.problems, chances, strict=True)
    return {problem: chance for problem, chance in there if not np.isnan(chance)}


def chance_of(found: Comparison) -> Effect:
    """Return the chance that a run of the first one is better, with its interval."""
    better, here = found.superiority, found.here
    if not np.isnan(better.low):
        return Effect(better.chance, better.low, better.high, better.problems, "new problems")
    reach: Reach = "nothing" if np.isnan(here.low) else "these problems"
    return Effect(better.chance, here.low, here.high, better.problems, reach)


def gain_of(
    compared: Compared, a: int, b: int, scaled: Sequence[int], found: Comparison | None
) -> Effect:
    """Return how much lower the first one's mean regret is, with its interval."""
    if found is None or not scaled:
        return NOTHING
    if len(scaled) >= FEWEST_PROBLEMS:
        ends = found.gain_low, found.gain_high
        return Effect(found.gain, *ends, len(scaled), "new problems")
    most = bounds.of_gains(compared.scores, scaled)
    here = within_problems(-paired_differences(compared, a, b, scaled), most)
    reach: Reach = "nothing" if np.isnan(here.low) else "these problems"
    # not the mean over instances: the interval lies around the mean of the seeds
    return Effect(float(here.mean), float(here.low), float(here.high), len(scaled), reach)


def _gains(compared: Compared, a: int, b: int, scaled: Sequence[int]) -> FloatArray:
    """Return the gain on each of the problems; its mean is the gain over all."""
    if len(scaled) < FEWEST_PROBLEMS:
        return -mean_over(paired_differences(compared, a, b, scaled), axis=1)
    positions = [compared.scaled.index(q) for q in scaled]
    return np.asarray(-compared.final_differences[a, b][positions])


def instances_of(compared: Compared, members: Sequence[int]) -> IntArray:
    """Return how many instances each of the problems has."""
    return np.array([max(compared.scores.problems[q].instances, 1) for q in members], dtype=int)


def paired_differences(compared: Compared, a: int, b: int, members: Sequence[int]) -> FloatArray:
    """Return the first one's regret less the second's with the same seed: (problems, seeds)."""
    ends = compared.scores.reported.bounded[..., -1][:, list(members)]
    return np.asarray(ends[a] - ends[b])


def on_problems(
    compared: Compared, a: int, b: int, chances: Mapping[int, float]
) -> tuple[OnProblem, ...]:
    """Compare the two on each problem by itself; `chances` are those that `chances_of` returns."""
    scores, members = compared.scores, list(chances)
    ends = scores.reported.comparable[..., -1]
    p = by_problem(ends[a, members], ends[b, members], scores.instances[members])
    scaled = [q for q in compared.scaled if q in members]
    gains = dict(zip(scaled, _gains(compared, a, b, scaled).tolist(), strict=True))
    needs = [fewest_seeds(instances_of(compared, [q])) for q in members]
    return tuple(
        OnProblem(compared.problem_names[q], chance, gains.get(q, np.nan), own, least)
        for q, chance, own, least in zip(members, chances.values(), p.tolist(), needs, strict=True)
    )
