"""A trust region: Bayesian optimisation in a box around the best, which grows and shrinks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Pending, Proposal, Strategy, Task, Trial, Units, check_whole
from hpobench.models.acquisition import Acquisition
from hpobench.models.archive import Archive
from hpobench.models.ascents import Maximiser, repeated
from hpobench.models.boxes import Box, around
from hpobench.models.candidates import FEW, Candidates, quasi_random
from hpobench.models.designs import design_size, first_rows
from hpobench.models.features import Features
from hpobench.models.surrogates import Surrogate

START, SHORTEST, LONGEST = 0.8, 2.0**-7, 1.6
"""The length of a region's side at its beginning, below which it ends, and at the most."""
SUCCESSES = 3
"""After so many successes in a row the side is doubled."""
SUCCESS = 1e-3
"""A trial succeeds if it is better by this share of the best value's size."""
NEAR, SINGLE = 256, 128
"""How many candidates lie near the centre, and about how many differ from it in one parameter."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region, and how its search goes (section 2)."""

    since: int
    """How many trials were told before it began."""
    length: float = START
    """The geometric mean of the sides of its box."""
    successes: int = 0
    """How many trials in a row have succeeded."""
    failures: int = 0
    """How many trials in a row have not succeeded."""

    def after(self, *, better: bool, patience: int) -> "Region":
        """Return the region after a trial; it shrinks after as many failures as `patience` says."""
        successes, failures = (self.successes + 1, 0) if better else (0, self.failures + 1)
        if successes == SUCCESSES:
            return Region(self.since, min(2.0 * self.length, LONGEST))
        if failures == patience:
            return Region(self.since, self.length / 2.0)
        return Region(self.since, self.length, successes, failures)


@dataclass
class TrustRegion(Strategy):
    """Evaluates where a Gaussian process expects the most improvement near the best so far.

    A region begins with a Latin hypercube. Its centre is the configuration with the lowest mean,
    and its box has sides in proportion to the length-scales of the process. After three successes
    in a row the box is doubled; after as many failures in a row as a third of the number of
    parameters, and at least three, it is halved. A region whose side falls below 1/128 ends, and
    another one begins elsewhere. Whole numbers may always move to their next value. Choices without
    an order may differ from the centre in a share of them that shrinks with the box.

    Two things differ from the published method: a proposal has the highest logarithm of expected
    improvement in the box, in the place of samples from the process; and the process has seen the
    trials of all regions. A failed trial counts as the worst value seen, and a pending one as the
    value that the process expects of it. No configuration is proposed again, and on an exhausted
    space it stops.
    """

    citation = (
        "Eriksson, Pearce, Gardner, Turner and Poloczek (2019), Scalable global optimization via"
        " local Bayesian optimization, NeurIPS; with the Hamming ball of Wan et al. (2021), Think"
        " global and act local: Bayesian optimisation over high-dimensional categorical and mixed"
        " search spaces, ICML"
    )
    family = "bayesian"
    version = 3

    initial: int | None = None
    """How many trials begin a region; None: number of parameters + 1, in [5, 10]."""
    candidates: int = 1024
    """How many quasi-random candidates there are in the box."""
    ascents: int = 6
    """From how many of the candidates a climb starts; another one starts from the centre."""

    def __post_init__(self) -> None:
        check_whole("initial", self.initial, least=1, null=True)
        check_whole("candidates", self.candidates, least=1)
        check_whole("ascents", self.ascents, least=0)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.features = Features(task.space)
        self.dimensions = len(task.space)
        self.first = design_size(self.dimensions, self.initial)
        self.patience = max(3, math.ceil(self.dimensions / 3))
        cube = quasi_random(self.candidates, self.dimensions, rng)
        self.drawn = Candidates(self.features, rng, cube)
        self.surrogate = Surrogate(self.features, rng)
        self.rows: list[Units] = []
        """The encoded configurations told, (d,) each; nan where a parameter is inactive."""
        self.values: list[float] = []
        self.archive = Archive(task.space)
        self.region, self.design = Region(0), self._design()

    def tell(self, trial: Trial) -> None:
        best = min(
            (v for v in self.values[self.region.since :] if not math.isnan(v)), default=math.inf
        )
        self.rows.append(self.task.space.encode(trial.proposal.config))
        self.values.append(trial.value)
        self.archive.tell(trial.proposal.config, trial.value)
        if len(self.rows) - self.region.since <= self.first:
            return
        better = trial.value < (best - SUCCESS * abs(best) if best < math.inf else best)
        self.region = self.region.after(better=better, patience=self.patience)
        if self.region.length < SHORTEST:
            self.region, self.design = Region(len(self.rows)), self._design()

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        waiting = self.task.space.encode_all([one.proposal.config for one in pending])
        for one in pending:
            self.archive.propose(one.proposal.config)
        while self.design and len(self.rows) - self.region.since + len(waiting) < self.first:
            config = self.task.space.decode(self.design.pop(0))
            if config not in self.archive:
                return Proposal(config)
        rows = self.features.activated(self.drawn.spread())
        if not np.isnan(self.values[self.region.since :]).all():
            rows = np.vstack([self._promising(waiting), rows])
        new = self.archive.first_new(rows, self.rng)
        return None if new is None else Proposal(new)

    def _design(self) -> list[Units]:
        """Draw the snapped rows, (d,) each, that begin a region."""
        return first_rows(self.features, self.first, self.rng)

    def _promising(self, waiting: Units) -> Units:
        """Return the snapped rows in the box, shape (m, d), the most promising one first."""
        process, success = self.surrogate.fitted(np.array(self.rows), np.array(self.values))
        if len(waiting):
            process = process.believe(self.features.points(waiting))
        seen = np.array(self.rows[self.region.since :])
        means, _ = process.posterior(self.features.points(seen))
        means[np.isnan(self.values[self.region.since :])] = np.inf
        centre = seen[int(means.argmin())]
        filled = self.drawn.filled(centre[None])[0]
        box = around(self.features, filled, self.region.length, process.scales[self.features.first])
        known = {row.tobytes() for row in (*self.rows, *waiting)}
        among = repeated(known, self.features)
        maximiser = Maximiser(
            self.features,
            Acquisition(process, float(means.min()), success),
            process.scales,
            lambda rows: among(rows) | ~box.holds(rows),
            box.low,
            box.high,
        )
        rows = maximiser.ranked(self._candidates(box), filled[None], self.ascents, self.rng)
        return rows[box.holds(rows)]

    def _candidates(self, box: Box) -> Units:
        """Return rounded candidates, shape (m, d), most of which lie in the box."""
        shifted = (self.drawn.cube + self.rng.random(self.dimensions)) % 1.0
        share = np.where(box.choice, min(1.0, self.region.length), min(1.0, FEW / self.dimensions))
        moved = np.where(box.choice, shifted, box.low + shifted * (box.high - box.low))
        chosen = self.rng.random(shifted.shape) < share
        spread = self.features.rounded(np.where(chosen, moved, box.centre))
        near = self.drawn.near(box.centre[None], NEAR)
        return np.vstack([spread, near, self.drawn.single(box.centre, SINGLE)])
