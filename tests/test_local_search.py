"""Tests of local search."""

import json
import math
from importlib import import_module

import numpy as np
import pytest
from alone import evaluated

from hpobench import (
    Categorical,
    Config,
    Float,
    Int,
    Ordinal,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
)

LocalSearch = import_module("hpobench.strategies.local_search").LocalSearch

MIXED = Space(
    {
        "model": Categorical(("svm", "forest")),
        "gamma": Float(1e-5, 1.0, log=True, when={"model": ("svm",)}),
        "trees": Int(1, 500, log=True, when={"model": ("forest",)}),
        "width": Ordinal((1, 2, 4, 8)),
        "flag": Categorical((True, 1, None, "b")),
    }
)
SQUARE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
CENTRE: Config = {"x": 0.5, "y": 0.5}


def _started(space: Space, **fields: float | None) -> Strategy:
    strategy: Strategy = LocalSearch(**fields)
    strategy.setup(Task(space, None, 100, 1), np.random.default_rng(3))
    return strategy


def _bowl(config: Config) -> float:
    return float(((SQUARE.encode(config) - (0.83, 0.21)) ** 2).sum())


def _changed(one: Config, other: Config) -> list[str]:
    return [name for name in one.keys() & other.keys() if repr(one[name]) != repr(other[name])]


def _from_the_centre(**fields: float | None) -> Strategy:
    strategy = _started(SQUARE, **{"initial": 1, **fields})
    strategy.tell(Trial(0, Proposal(CENTRE), (_bowl(CENTRE),), 1.0))
    return strategy


def test_it_goes_to_the_first_neighbour_that_is_better() -> None:
    configs, values = evaluated(_from_the_centre(least=1e-6), _bowl, 60)
    best = CENTRE
    for config in configs:
        assert len(_changed(config, best)) == 1
        best = min(best, config, key=_bowl)
    assert min(values) < 1e-3


def test_best_improvement_compares_all_neighbours() -> None:
    configs, values = evaluated(_from_the_centre(compared=None), _bowl, 5)
    signs = {tuple(np.sign(SQUARE.encode(config) - 0.5)) for config in configs[:4]}
    assert signs == {(1, 0), (-1, 0), (0, 1), (0, -1)}
    best = configs[int(np.argmin(values[:4]))]
    assert len(_changed(configs[4], best)) == 1
    assert best in configs[:4]


def test_the_steps_become_shorter_where_nothing_is_better() -> None:
    configs, _ = evaluated(_from_the_centre(least=0.01), lambda _: 1.0, 21)
    lengths = np.abs(SQUARE.encode_all(configs) - 0.5).sum(axis=1)
    scans = lengths[:20].reshape(5, 4).mean(axis=1)
    assert np.all(scans < 2 * 0.2 / 2.0 ** np.arange(5))
    assert len(_changed(configs[20], CENTRE)) == 2


def test_it_begins_again_at_the_second_best_of_the_first_configurations() -> None:
    space = Space({f"c{place}": Categorical((0, 1)) for place in range(6)})
    configs, values = evaluated(_started(space), lambda config: float(sum(config.values())), 64)  # type: ignore[arg-type]  # numbers
    assert len(configs) == 64
    best = values.index(0.0)
    scan = [config for config in configs[best + 1 :] if len(_changed(config, configs[best])) == 1]
    after = next(config for config in configs[best + 1 :] if config not in scan)
    second = sorted(range(5), key=lambda place: values[place])[1]
    assert len(_changed(after, configs[second])) == 1


def test_a_finite_space_is_searched_to_its_end_and_nothing_comes_twice() -> None:
    space = Space(
        {
            "kind": Categorical(("a", "b", "c")),
            "n": Int(1, 3, when={"kind": ("a",)}),
            "flag": Categorical((True, 1)),
        }
    )
    configs, _ = evaluated(_started(space), lambda config: float(len(repr(config))), 50)
    assert len({json.dumps(config) for config in configs}) == len(configs) == 10


def test_conditional_and_mixed_spaces_are_searched_validly_and_with_success() -> None:
    def function(config: Config) -> float:
        if config["flag"] is None:
            return math.nan
        return float(config["model"] == "svm") + abs(float(str(config.get("trees", 0))) - 400) / 500

    configs, values = evaluated(_started(MIXED), function, 60)
    assert all(MIXED.check(config) == config for config in configs)
    assert np.nanmin(values) < 0.05


def test_what_was_told_before_the_first_proposal_is_a_place_to_begin() -> None:
    strategy = _started(SQUARE, initial=1)
    strategy.tell(Trial(0, Proposal({"x": 0.8, "y": 0.2}), (0.0,), 1.0))
    configs, _ = evaluated(strategy, _bowl, 3)
    assert all(len(_changed(config, {"x": 0.8, "y": 0.2})) == 1 for config in configs)


def test_workers_never_wait_and_get_different_proposals() -> None:
    strategy = _started(MIXED)
    proposals = [strategy.ask([]) for _ in range(30)]
    configs = [proposal.config for proposal in proposals if proposal is not None]
    assert len({json.dumps(config) for config in configs}) == 30
    for identity, config in enumerate(reversed(configs)):
        strategy.tell(Trial(identity, Proposal(config), (float(identity),), 1.0))
    assert strategy.ask([]) is not None


@pytest.mark.parametrize(
    ("name", "value"), [("initial", 0), ("compared", 0), ("spread", 0.0), ("least", 0.3)]
)
def test_a_nonsensical_field_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be "):
        LocalSearch(**{name: value})
