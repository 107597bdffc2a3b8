"""What scripts/held_out.py runs, and the numbers that it prints."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cards import problem_card
from ended import results
from studies import arranged, outcomes

from hpobench import registry
from hpobench.cards.card import Anchors
from hpobench.errors import InputError
from hpobench.registry.describing import problem_card as card_of
from hpobench.scores import history, hold
from hpobench.statistics import FloatArray
from hpobench.store import Store

SCRIPTS = Path(__file__).parents[1] / "scripts"
sys.path.append(str(SCRIPTS))
import bars  # noqa: E402
import held_out  # noqa: E402
import held_record  # noqa: E402
import held_runs  # noqa: E402

ANCHORS = [Anchors(0.0, 1.0, (1,), (0.5,))]
NAMES = (*(f"p{p}" for p in range(9)), "p0+moved", "p1+moved")
CARDS = [problem_card(name, ANCHORS, instances=3) for name in NAMES]


def test_the_problems_are_the_held_out_ones_that_separate() -> None:
    held = {name: registry.problems()[name] for name in registry.problem_groups()["held-out"]}
    cards = {name: card_of(registry.find_problems(name)[0]) for name in held}
    shares = {name: card.separation.share for name, card in cards.items() if card.separation}
    free = {name for name, card in cards.items() if not card.about.trained}
    assert {*held_out.FUNCTIONS, *held_out.GRIDS} == {n for n in free if shares[n] >= 0.15}
    lengths = {name for name, card in cards.items() if card.fidelity}
    assert set(held_out.LENGTHS) == lengths
    assert set(held_out.TRAINED) == lengths - {min(lengths, key=shares.__getitem__)}
    assert set(held_out.HALF) <= {*held_out.FUNCTIONS, *held_out.GRIDS}
    gradients = {name for name, card in cards.items() if card.gradient_cost is not None}
    assert gradients < set(held_out.GRADIENTS)


def test_all_functions_are_moved_that_can_be() -> None:
    for name in held_out.FUNCTIONS:
        if name in held_out.UNMOVED:
            with pytest.raises(InputError, match="moved"):
                registry.find_problems(f"{name}+moved")
        else:
            registry.find_problems(f"{name}+moved")


def test_what_is_compared_is_run() -> None:
    run = {each.name: set(each.strategies) for each in held_out.EXPERIMENTS}
    assert set().union(*run.values()) <= set(registry.entrants())
    ours, theirs = zip(*bars.OF_A_KIND, strict=True)
    assert {*ours, *theirs, *bars.LIBRARIES} <= run["functions"] | run["half"]
    assert {name for pair in bars.LEVELS for name in pair} <= run["fidelity"]


def ends(level: float) -> FloatArray:
    """Return final regrets for each problem and seed around a level."""
    return level + 0.1 * np.random.default_rng(int(level * 100)).normal(size=(len(NAMES), 6))


def test_a_chance_is_averaged_over_instances_then_forms_then_functions() -> None:
    a, b = ends(0.3), ends(0.35)
    made = outcomes({"a": lambda p, s: a[p, s], "b": lambda p, s: b[p, s]}, CARDS, 6)
    table = held_runs.Table(arranged(made, CARDS, np.array([1.0])), {})
    found = held_runs.better(table, "a", "b")
    by_problem = [
        np.mean([a[p, s] < b[p, t] for s in range(6) for t in range(6) if s % 3 == t % 3])
        for p in range(len(NAMES))
    ]
    assert found.found == pytest.approx(by_problem)
    assert found.runs.tolist() == [6] * len(NAMES)
    forms = [np.mean([by_problem[0], by_problem[9]]), np.mean([by_problem[1], by_problem[10]])]
    assert held_runs.of_functions(found) == pytest.approx([*forms, *by_problem[2:9]])
    assert held_runs.chance([found]).endswith("of 9 (66 runs)")


def test_a_strategy_without_runs_has_no_chance() -> None:
    made = outcomes({"a": lambda p, s: 0.1 * p + s}, CARDS, 2)
    table = held_runs.Table(arranged(made, CARDS, np.array([1.0])), {})
    assert held_runs.chance([held_runs.better(table, "a", "b")]) == "no runs"
    assert held_runs.chance([held_runs.better(None, "a", "b")]) == "no runs"


def test_what_is_kept_of_a_run_has_the_same_curves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_record, "FILE", tmp_path / "kept.parquet")
    folder = results(tmp_path / "results" / "one")
    for _ in range(2):  # the second time adds nothing
        held_record.keep(folder.parent)
    whole = {each.run: each for each in Store(folder).finished()}
    short = {each.run: each for each in held_record.kept("one")}
    assert whole.keys() == short.keys()
    spent = np.linspace(0.0, 20.0, 200)
    for run, each in whole.items():
        assert short[run].stop.reason == each.stop.reason
        pasts = [history(one, None) for one in (each, short[run])]
        for name in ("values", "scores"):
            curves = [hold(past.costs, getattr(past, name), spent) for past in pasts]
            assert curves[0] == pytest.approx(curves[1], nan_ok=True)
        assert short[run].finished[-1:] == pytest.approx(each.finished[-1:])
    assert sum(each.evaluations for each in short.values()) < 40
    table = pd.read_parquet(held_record.FILE)
    table["costs"] *= 2
    table.to_parquet(held_record.FILE)
    with pytest.raises(InputError, match="another result"):
        held_record.keep(folder.parent)
