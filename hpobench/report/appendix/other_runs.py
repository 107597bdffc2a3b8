"""Runs of another setting than the report's, on the report's axes."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...runner.finished_run import FinishedRun
from ...scores import Scores, scored
from ...trial import Setting
from ..compared import Compared

Where: TypeAlias = tuple[NDArray[np.intp], ...]
"""What indexes arrays (strategies, problems, seeds) of the report by the axes of some runs."""


def alike(compared: Compared, runs: Sequence[FinishedRun], setting: Setting) -> list[FinishedRun]:
    """Return the runs of a setting that have the report's strategies, problems and seeds."""
    scores = compared.scores
    problems = {card.identity for card in scores.problems}
    return [
        each
        for each in runs
        if each.run.setting == setting
        and each.run.strategy in scores.strategies
        and each.run.problem in problems
        and each.run.seed in scores.seeds
    ]


def ends(compared: Compared, runs: Sequence[FinishedRun]) -> tuple[Scores, Where]:
    """Return what runs that are `alike` came to at their end, and their places in the report."""
    scores = compared.scores
    found = scored(runs, scores.strategies, scores.problems, np.ones(1))
    where = np.ix_(
        [scores.strategies.index(identity) for identity in found.strategies],
        [scores.problems.index(card) for card in found.problems],
        [scores.seeds.index(seed) for seed in found.seeds],
    )
    return found, where
