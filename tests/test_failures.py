"""The region where evaluations fail: its share, its place, and what a run makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from hpobench import Pending, Problem, Proposal, Strategy, Trial, registry
from hpobench.runner import run
from hpobench.wrappers.failures import failing, region

SPACES = ("branin", "mixed-8", "branches-9", "ellipsoid-40")


@dataclass
class Sampled(Strategy):
    """Draws each configuration at random, and remembers what it was told."""

    def __post_init__(self) -> None:
        self.told: list[Trial] = []

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return Proposal(self.task.space.sample(self.rng))

    def tell(self, trial: Trial) -> None:
        self.told.append(trial)


def found(spec: str) -> Problem:
    (entry,) = registry.find_problems(spec)
    return entry.item


@pytest.mark.parametrize("name", SPACES)
@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_the_region_has_about_its_share_and_leaves_the_default_out(name: str, share: float) -> None:
    space, rng = found(name).space, np.random.default_rng(99)
    configs = [space.sample(rng) for _ in range(1000)]
    for seed in range(3):
        drawn = region(space, share, np.random.default_rng(seed))
        assert not drawn.holds(space.default())
        inside = sum(map(drawn.holds, configs)) / len(configs)
        assert inside == pytest.approx(share, abs=0.07)


def test_instances_have_regions_of_their_own_and_a_seed_fixes_one() -> None:
    space, rng = found("hartmann-6").space, np.random.default_rng(1)
    configs = [space.sample(rng) for _ in range(50)]

    def inside(seed: int) -> tuple[bool, ...]:
        drawn = region(space, 0.3, np.random.default_rng(seed))
        return tuple(map(drawn.holds, configs))

    assert len({inside(seed) for seed in range(10)}) == 10
    assert inside(3) == inside(3)


def test_the_region_lies_on_one_side_of_a_plane() -> None:
    space = found("hartmann-6").space
    drawn = region(space, 0.3, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    inside = [unit for unit in rng.random((300, 6)) if drawn.holds(space.decode(unit))]
    for one, other in zip(inside[::2], inside[1::2], strict=False):
        assert drawn.holds(space.decode((one + other) / 2))


def test_a_run_charges_what_fails_and_tells_it_without_a_value() -> None:
    strategy = Sampled()
    records = list(run(strategy, found("branin+failures=0.3"), budget=60))
    failed = [record for record in records if record.failed]
    assert 60 * 0.1 < len(failed) < 60 * 0.5
    assert len(records) == 60
    assert {record.trial.cost for record in failed} == {1.0}
    assert {record.error for record in failed} == {
        "RuntimeError: every evaluation fails in this region of the space"
    }
    without = [trial.id for trial in strategy.told if np.isnan(trial.value)]
    assert without == [record.trial.id for record in failed]
    assert sum(Fraction(record.trial.cost) for record in records) == 60


def test_outside_the_region_nothing_changes() -> None:
    plain, wrapped = found("branin"), failing(found("branin"), 0.3)
    before, after = (list(run(_Fixed(), problem, budget=20)) for problem in (plain, wrapped))
    kept = [(b, a) for b, a in zip(before, after, strict=True) if not a.failed]
    assert 0 < len(kept) < 20
    assert all(b.trial == a.trial and b.score == a.score for b, a in kept)


@dataclass
class _Fixed(Strategy):
    """Draws the same configurations on every problem."""

    def __post_init__(self) -> None:
        self.own = np.random.default_rng(5)

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return Proposal(self.task.space.sample(self.own))
