"""Tests of manual search."""

import json
import math
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from hpobench import Categorical, Config, Float, Int, Ordinal, Space, Strategy, Task, Trial, Value

ManualSearch = import_module("hpobench.strategies.manual_search").ManualSearch

NET = Space(
    {
        "rate": Float(1e-5, 1.0, log=True, default=1e-2),
        "depth": Int(1, 16, default=6),
        "optimizer": Categorical(("sgd", "adam", "lion"), default="adam"),
        "batch": Ordinal((16, 32, 64, 128), default=64),
    }
)
MODELS = Space(
    {
        "model": Categorical(("svm", "forest")),
        "gamma": Float(1e-4, 1.0, log=True, default=0.1, when={"model": ("svm",)}),
        "trees": Int(1, 500, default=100, when={"model": ("forest",)}),
    }
)
SQUARE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
Function = Callable[[Config], float]


def _trials(space: Space, function: Function, budget: int, path: Path | None = None) -> list[Trial]:
    strategy = _started(space, path)
    trials: list[Trial] = []
    while len(trials) < budget and (proposal := strategy.ask([])) is not None:
        assert space.check(proposal.config) == proposal.config
        trials.append(Trial(len(trials), proposal, (function(proposal.config),), 1.0))
        strategy.tell(trials[-1])
    return trials


def _started(space: Space, path: Path | None = None) -> Strategy:
    strategy: Strategy = ManualSearch(path=None if path is None else str(path))
    strategy.setup(Task(space, None, 25, 1), np.random.default_rng(0))
    return strategy


def _number(value: Value) -> float:
    assert isinstance(value, int | float)
    return value


def _bowl(config: Config) -> float:
    return (_number(config["x"]) - 0.83) ** 2 + (_number(config["y"]) - 0.21) ** 2


def _constant(_: Config) -> float:
    return 1.0


def _changes(base: Config, config: Config) -> dict[str, Value]:
    return {name: value for name, value in config.items() if base.get(name) != value}


def test_without_improvement_each_parameter_is_varied_in_turn_then_by_half_the_step() -> None:
    configs = [trial.proposal.config for trial in _trials(NET, _constant, 14)]
    assert configs[0] == NET.default()
    assert [_changes(configs[0], config) for config in configs[1:9]] == [
        {"rate": pytest.approx(0.1)},
        {"rate": pytest.approx(0.001)},
        {"depth": 10},
        {"depth": 2},
        {"optimizer": "sgd"},
        {"optimizer": "lion"},
        {"batch": 128},
        {"batch": 32},
    ]
    assert [_changes(configs[0], config) for config in configs[9:]] == [
        {"rate": pytest.approx(10**-1.5)},
        {"rate": pytest.approx(10**-2.5)},
        {"depth": 8},
        {"depth": 4},
        {"rate": pytest.approx(10**-1.75)},
    ]


def test_an_improvement_is_kept_and_followed_in_its_direction() -> None:
    space = Space({"a": Float(0.0, 1.0), "rate": Float(1e-5, 1.0, log=True, default=1.0)})
    trials = _trials(space, lambda c: abs(math.log10(_number(c["rate"])) + 3), 9)
    assert [_number(t.proposal.config["a"]) for t in trials[1:3]] == [0.75, 0.25]
    rates = [_number(t.proposal.config["rate"]) for t in trials[3:7]]
    assert rates == pytest.approx([1e-1, 1e-2, 1e-3, 1e-4])
    assert _number(trials[7].proposal.config["rate"]) == pytest.approx(1e-3)
    assert _number(trials[7].proposal.config["a"]) == 0.75


def test_one_parameter_of_the_best_so_far_changes_at_a_time() -> None:
    trials = _trials(SQUARE, _bowl, 60)
    for i in range(1, len(trials)):
        best = min(trials[:i], key=lambda trial: trial.value)
        assert len(_changes(best.proposal.config, trials[i].proposal.config)) == 1


def test_it_finds_the_bottom_of_a_bowl_and_stops() -> None:
    trials = _trials(SQUARE, _bowl, 1000)
    assert len(trials) < 60
    assert min(trial.value for trial in trials) < 1e-5
    assert min(trial.value for trial in trials[:25]) < 1e-2


@pytest.mark.parametrize("space", [NET, MODELS, SQUARE, Space({"only": Categorical((None, 1))})])
def test_nothing_is_tried_twice(space: Space) -> None:
    trials = _trials(space, _constant, 1000)
    assert len({json.dumps(trial.proposal.config) for trial in trials}) == len(trials) < 1000


def test_a_model_that_is_switched_on_begins_with_its_defaults() -> None:
    trials = _trials(MODELS, lambda c: float(c["model"] == "svm"), 5)
    configs = [trial.proposal.config for trial in trials]
    assert configs[:2] == [{"model": "svm", "gamma": 0.1}, {"model": "forest", "trees": 100}]
    assert configs[2:4] == [{"model": "forest", "trees": n} for n in (225, 1)]


def test_failed_trials_are_never_built_upon() -> None:
    def function(config: Config) -> float:
        return math.nan if _number(config["x"]) < 0.7 else _bowl(config)

    trials = _trials(SQUARE, function, 25)
    assert math.isnan(trials[0].value)
    assert min(t.value for t in trials if not math.isnan(t.value)) < 1e-2
    assert len(_trials(SQUARE, lambda _: math.nan, 25)) == 25


def test_several_workers_get_the_changes_that_come_next() -> None:
    strategy = _started(NET)
    proposals = [strategy.ask([]) for _ in range(5)]
    alone = [trial.proposal for trial in _trials(NET, _constant, 5)]
    assert proposals == alone


def test_a_late_improvement_is_built_upon_at_its_own_step() -> None:
    strategy = _started(SQUARE)
    proposals = [strategy.ask([]) for _ in range(8)]
    assert proposals[1] is not None
    assert proposals[1].config == {"x": 0.75, "y": 0.5}
    strategy.tell(Trial(1, proposals[1], (0.0,), 1.0))
    following = strategy.ask([])
    assert following is not None
    assert following.config == {"x": 1.0, "y": 0.5}


def test_a_persons_sequence_is_proposed_in_order(tmp_path: Path) -> None:
    configs = [
        {"model": "forest", "trees": 7},
        {"gamma": 1, "model": "svm"},
        {"model": "forest", "trees": 7},
    ]
    path = tmp_path / "mine.jsonl"
    path.write_text("\n\n".join(map(json.dumps, configs)) + "\n", encoding="utf-8")
    for _ in range(2):
        assert [t.proposal.config for t in _trials(MODELS, _constant, 9, path)] == configs


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('{"model": "forest", "trees": 501}', r"'trees' must be a whole number in \[1, 500\]: 501"),
        ('{"model": "svm", "trees": 1}', "'gamma' is missing"),
        ('{"model": "tree"}', "'model' must be one of 'svm', 'forest': 'tree'"),
        ('{"model": ', "Expecting value"),
        ('["svm", 1]', r"must be a JSON object: \[\"svm\", 1\]"),
        ("svm", "Expecting value"),
    ],
)
def test_a_line_that_is_no_configuration_is_named(tmp_path: Path, line: str, wrong: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(f'{{"model": "forest", "trees": 7}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=rf"mine\.jsonl, line 3: {wrong}") as caught:
        _started(MODELS, path)
    assert "\n" not in str(caught.value)


def test_a_file_without_configurations_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(ValueError, match="must hold a configuration a line"):
        _started(MODELS, path)
    with pytest.raises(FileNotFoundError, match=r"none\.jsonl"):
        _started(MODELS, tmp_path / "none.jsonl")
    with pytest.raises(ValueError, match="path must name a JSON lines file, or be null: ''"):
        ManualSearch(path="")
