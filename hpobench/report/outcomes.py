"""What counts of the runs, and the arrays that comparisons are made of: from the scores alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..scores import Kind, Overtuning, Scores, Targets, overtuning, targets
from ..statistics import (
    BoolArray,
    FloatArray,
    RankRanges,
    chances,
    differences,
    instance_means,
    instance_ranks,
    mean_over,
    mean_ranks,
    new_problems,
    rank_ranges,
    run_ranks,
)
from . import bounds


@dataclass(frozen=True)
class Outcomes:
    """What runs of one setting came to.

    Strategies and problems are named by their positions in the scores.
    """

    scores: Scores

    @cached_property
    def ended(self) -> int:
        """How many runs of strategies have ended, failed and unsupported ones included."""
        return int((self.scores.status != "missing").sum())

    @cached_property
    def ran(self) -> BoolArray:
        """(strategies, problems): whether there is any run that counts, failed ones included.

        Nothing on a problem counts where there are no measures for it, or where no run of any
        strategy holds a score at its end: then the problem itself can't run.
        """
        holds = np.isfinite(self.scores.reported.comparable[..., -1]).any(axis=(0, 2))
        measured = np.array([not card.unmeasured for card in self.scores.problems])
        return np.asarray(self.scores.took_place.any(axis=2) & holds & measured)

    @cached_property
    def problems(self) -> list[int]:
        """The problems on which any strategy has a run that counts: ranks are over these."""
        return np.flatnonzero(self.ran.any(axis=0)).tolist()

    @cached_property
    def void(self) -> list[int]:
        """The problems that have runs, but none that counts: see `ran`."""
        took_place = self.scores.took_place.any(axis=(0, 2))
        return np.flatnonzero(took_place & ~self.ran.any(axis=0)).tolist()

    @cached_property
    def anchored(self) -> list[int]:
        """The problems whose every run has a regret of its score."""
        return self._with_regrets("scores")

    @cached_property
    def scaled(self) -> list[int]:
        """The problems that averages are over: the anchored ones, if at least half of all are.

        Otherwise there are none, since a few anchored problems would speak for all.
        """
        return self.anchored if 2 * len(self.anchored) >= len(self.problems) else []

    @cached_property
    def scaled_both(self) -> list[int]:
        """The problems whose every run has a regret of its value and one of its score."""
        return [p for p in self._with_regrets("values") if p in self.scaled]

    @cached_property
    def complete(self) -> list[int]:
        """The strategies with a run on each problem that counts: these are averaged and ranked."""
        everywhere = self.ran[:, self.problems].all(axis=1) & self.ran.any(axis=1)
        return np.flatnonzero(everywhere).tolist()

    @cached_property
    def partial(self) -> list[int]:
        """The strategies with a run on some of the problems, but not on all of them."""
        some = self.ran.any(axis=1)
        return [s for s in np.flatnonzero(some).tolist() if s not in self.complete]

    @cached_property
    def ranks(self) -> dict[int, float]:
        """The mean final rank of each complete strategy, among the complete ones."""
        found = mean_ranks(self.instance_ranks[..., -1])
        return {s: float(rank) for s, rank in zip(self.complete, found, strict=True)}

    @cached_property
    def instance_ranks(self) -> FloatArray:
        """(complete strategies, problems, instances, grid): ranks over the budget."""
        scores, chosen = self.scores, self.problems
        ends = scores.reported.comparable[np.ix_(self.complete, chosen)]
        return instance_ranks(ends, scores.instances[chosen], scores.reported.resolution[chosen])

    @cached_property
    def means(self) -> dict[int, float]:
        """The mean final regret of each complete strategy; nan where no problem has regrets."""
        if not self.scaled:
            return dict.fromkeys(self.complete, np.nan)
        by_problem = mean_over(self.scores.reported.bounded[..., -1], axis=2)[:, self.scaled]
        found = by_problem.mean(axis=1)
        return {s: float(found[s]) for s in self.complete}

    @cached_property
    def final_regrets(self) -> dict[int, tuple[float, float, float]]:
        """The mean final regret of each complete strategy and both ends of its interval.

        It is empty where no problem has regrets.
        """
        if not self.scaled:
            return {}
        runs = self.runs("scores", self.complete, self.scaled)[..., -1]
        found = new_problems(runs, bounds.of_regrets(self.scores, self.scaled))
        table = np.stack([found.mean, found.low, found.high], axis=1).tolist()
        return {
            s: (mean, low, high) for s, (mean, low, high) in zip(self.complete, table, strict=True)
        }

    @cached_property
    def chances(self) -> FloatArray:
        """(strategies, strategies, problems, instances): the chance that the first ends better.

        The two strategies are compared on the same instance, over the problems that count.
        """
        scores, chosen = self.scores, self.problems
        ends = scores.reported.comparable[..., -1][:, chosen]
        return chances(ends, scores.instances[chosen], scores.reported.resolution[chosen])

    @cached_property
    def final_means(self) -> FloatArray:
        """(strategies, scaled problems, instances): mean final regrets within instances."""
        return self._means_at(-1)

    @cached_property
    def final_differences(self) -> FloatArray:
        """The differences of final regrets, as `differences_at` returns them."""
        return differences(self.final_means)

    def differences_at(self, point: int) -> FloatArray:
        """Return differences of regrets on the same instances, at a point of the grid.

        (strategies, strategies, scaled problems): the first strategy's regret less the second's;
        nan where the two have no instance in common.
        """
        return differences(self._means_at(point))

    @cached_property
    def tested(self) -> list[int]:
        """The problems that tests are over: those averages are over, or all that count."""
        return self.scaled or self.problems

    @cached_property
    def tested_differences(self) -> FloatArray:
        """(strategies, strategies, tested problems): what is tested of the first and the second.

        It is the difference of their final regrets. Where no problem has regrets, it is how far the
        first one's chance to end better is below one half. Negative: the first is better.
        """
        if self.scaled:
            return self.final_differences
        return 0.5 - mean_over(self.chances, axis=-1)

    @cached_property
    def rank_ranges(self) -> RankRanges:
        """Between which places the complete strategies stand on other problems like these.

        Places are by mean regrets, and by mean ranks where no problem has regrets.
        """
        if self.scaled:
            return rank_ranges(self.runs("scores", self.complete, self.scaled)[..., -1])
        scores, chosen = self.scores, self.problems
        ends = scores.reported.comparable[np.ix_(self.complete, chosen)][..., -1]
        resolution = scores.reported.resolution[chosen]
        return rank_ranges(run_ranks(ends, scores.instances[chosen], resolution))

    @cached_property
    def overtuning(self) -> Overtuning:
        """The overtuning of every run at its end."""
        return overtuning(self.scores)

    @cached_property
    def targets(self) -> Targets:
        """When each run first held what random search is expected to hold after some effort."""
        return targets(self.scores)

    def begins(self, strategy: int, problems: Sequence[int]) -> int:
        """Return the first point of the grid where any of the strategy's runs holds something."""
        holds = ~np.isnan(self.scores.reported.held[strategy, list(problems)])
        return int(np.argmax(holds.any(axis=(0, 1))))

    def runs(self, kind: Kind, strategies: Sequence[int], problems: Sequence[int]) -> FloatArray:
        """Return bounded regrets as intervals need them: (problems, seeds, strategies, grid)."""
        chosen = self.scores.quantity(kind).bounded[np.ix_(strategies, problems)]
        return np.moveaxis(chosen, 0, 2)

    def _means_at(self, point: int) -> FloatArray:
        regrets = self.scores.reported.bounded[..., point][:, self.scaled]
        return instance_means(regrets, self.scores.instances[self.scaled])

    def _with_regrets(self, kind: Kind) -> list[int]:
        """Return the problems that count and on which every run has a regret of this kind."""
        regrets, took_place = self.scores.quantity(kind).bounded, self.scores.took_place
        return [
            p
            for p in self.problems
            if not np.any(np.isnan(regrets[:, p, :, -1]) & took_place[:, p])
        ]
