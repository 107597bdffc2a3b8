"""Problems that fail in a region of their space, as where trainings diverge."""

from dataclasses import dataclass, replace

import numpy as np

from ..parameter import Units
from ..problem import Evaluate, Evaluation, Instance, Problem, Start
from ..seeds import Stream
from ..space import Config, Space
from ..trial import Proposal

SAMPLE = 1000
"""How many random configurations the region's share is measured by."""


def failing(problem: Problem, share: float) -> Problem:
    """Let every evaluation fail in a region that is about a share of the space, in (0, 0.5].

    Each instance has its own region. The default configuration lies outside it.
    """
    return replace(
        problem,
        start=_Start(problem.start, problem.space, share),
        about=replace(problem.about, proof=""),
    )


@dataclass(frozen=True, slots=True)
class Region:
    """The part of the unit cube beyond a plane; inactive parameters stand at the centre."""

    space: Space
    direction: Units
    """The direction in which the region lies, (d,)."""
    beyond: float = 0.0
    """How far in the direction the region begins."""

    def holds(self, config: Config) -> bool:
        """Tell whether a configuration is in the region."""
        return bool(self.heights([config])[0] > self.beyond)

    def heights(self, configs: list[Config]) -> Units:
        """Return how far configurations lie in the direction, (configs,)."""
        return np.nan_to_num(self.space.encode_all(configs), nan=0.5) @ self.direction


def region(space: Space, share: float, rng: np.random.Generator) -> Region:
    """Draw a region with a share in (0, 0.5] of the uniform measure, in any direction."""
    drawn = Region(space, rng.standard_normal(len(space)))
    heights = drawn.heights(space.decode_all(rng.random((SAMPLE, len(space)))))
    if drawn.heights([space.default()])[0] > np.median(heights):  # turn it away from the default
        drawn, heights = replace(drawn, direction=-drawn.direction), -heights
    return replace(drawn, beyond=float(np.quantile(heights, 1 - share)))


@dataclass(frozen=True, slots=True)
class _Start:
    start: Start
    space: Space
    share: float

    def __call__(self, rng: np.random.Generator) -> Instance:
        instance = self.start(rng)
        evaluate = _Evaluate(instance.evaluate, region(self.space, self.share, rng))
        return Instance(evaluate, beliefs=instance.beliefs)


@dataclass(frozen=True, slots=True)
class _Evaluate:
    evaluate: Evaluate
    region: Region

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        if self.region.holds(proposal.config):
            raise RuntimeError("every evaluation fails in this region of the space")
        return self.evaluate(proposal, stream, checkpoint)
