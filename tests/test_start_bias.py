"""The start bias: how it is computed from runs, and where it is shown."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from cards import problem_card, strategy_card
from studies import RANDOM, arranged, column, failed, outcomes, selected

from hpobench import registry
from hpobench.cards.card import Anchors, StartBias, StrategyCard
from hpobench.cards.start_bias import LARGE, start_bias
from hpobench.cards.text import strategy_text
from hpobench.registry.describing import strategy_card as card_of
from hpobench.report.looks.tables import Table
from hpobench.report.strategy_table import strategies
from hpobench.store import card_file

MEASURED = StartBias(0.25, 0.3125, 0.011, 0.114, -0.003, 14, 20, 25)
UNKNOWN = StartBias(0.25, 0.2, None, None, 0.068, 1, 20, 25)

PATH = Path(__file__).parents[1] / "scripts" / "start_bias.py"
_SPEC = importlib.util.spec_from_file_location("start_bias_script", PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
script = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(script)


def scale(held: float) -> Anchors:
    """Return anchors from 0 to 1, with a curve of one evaluation."""
    return Anchors(0.0, 1.0, (1,), (held,))


CARDS = [
    *(problem_card(f"p{p}", [scale(0.5)], instances=30) for p in range(9)),
    *(problem_card(f"p{p}+moved", [scale(0.75)], instances=30) for p in range(9)),
]


def ends(p: int, seed: int) -> float:
    """Return a regret of 0.2, and with moved ranges about 0.3, more on the later problems."""
    return 0.2 if p < 9 else 0.3 + 0.01 * (p - 13) + 0.001 * (seed - 1)


def test_the_start_bias_is_the_mean_difference_with_its_interval_over_problems() -> None:
    from scipy.stats import ttest_1samp

    table = arranged(outcomes({"a": ends}, CARDS, 3), CARDS, np.array([1.0]))
    entry = script.entries(table, 1)["a"]
    differences = [0.1 + 0.01 * (p - 4) for p in range(9)]
    interval = ttest_1samp(differences, 0.0).confidence_interval()
    assert (entry["version"], entry["problems"]) == (1, 9)
    assert (entry["fixed"], entry["moved"]) == pytest.approx((0.2, 0.3))
    assert (entry["low"], entry["high"]) == pytest.approx(tuple(interval), abs=1e-4)
    assert entry["random"] == pytest.approx(0.25)


def test_a_failed_run_counts_as_the_worst_and_a_missing_problem_is_left_out() -> None:
    found = [
        failed(each) if each.run.problem.name == "p0+moved" else each
        for each in outcomes({"a": ends}, CARDS[:1] + CARDS[9:], 2)
    ]
    table = arranged(found, CARDS, np.array([1.0]))
    entry = script.entries(table, 1)["a"]
    assert entry["problems"] == 1
    assert float(entry["moved"]) > 1
    assert entry["low"] is entry["high"] is None


def test_a_strategy_without_both_kinds_of_runs_has_no_entry() -> None:
    found = [*outcomes({"a": ends}, CARDS[:9], 2), *outcomes({"b": ends}, CARDS, 2)]
    table = arranged(found, CARDS, np.array([1.0]))
    assert list(script.entries(table, 1)) == ["b"]


def test_a_card_has_the_start_bias_of_the_version_that_was_measured() -> None:
    found = start_bias("random-search", 1)
    assert found is not None
    assert (found.problems, found.seeds, found.budget) == (14, 20, 25)
    assert start_bias("random-search", 99) is None
    assert start_bias("no-such-strategy", 1) is None
    (entry,) = registry.find_strategies("random-search")
    assert card_of(entry).start_bias == found
    (other,) = registry.find_strategies("successive-halving:eta=4")
    assert card_of(other).start_bias is None


def test_what_is_kept_is_of_native_strategies() -> None:
    native = registry.strategy_groups()["native"]
    measured = [
        name for name, each in registry.strategies().items() if start_bias(name, each.version)
    ]
    assert measured
    assert set(measured) <= set(native)


def with_bias(name: str, bias: StartBias | None) -> StrategyCard:
    return strategy_card(name, start_bias=bias)


def test_a_card_says_the_start_bias_with_its_interval_and_that_of_random_search() -> None:
    assert strategy_text(with_bias("a", MEASURED))["start bias"] == (
        "+0.063 (95 %: +0.011 to +0.114), its mean regret where the optimum is moved, 0.313,"
        f" less that where it is not, 0.250: above 0 it is flattered where it is not, and {LARGE};"
        " over 14 development functions, 20 seeds, budget 25; random search: -0.003"
    )
    assert strategy_text(with_bias("a", UNKNOWN))["start bias"] == (
        "-0.050, its mean regret where the optimum is moved, 0.200, less that where it is not,"
        f" 0.250: above 0 it is flattered where it is not, and {LARGE}; over"
        " 1 development function, 20 seeds, budget 25; random search: +0.068"
    )
    assert strategy_text(with_bias("a", None))["start bias"] == ""


@pytest.mark.parametrize("bias", [MEASURED, UNKNOWN, None])
def test_the_file_of_a_card_keeps_the_start_bias(tmp_path: Path, bias: StartBias | None) -> None:
    card = with_bias("a", bias)
    card_file.write(tmp_path, card)
    (path,) = tmp_path.iterdir()
    assert card_file.read(path) == card


def shown(*biases: StartBias | None) -> Table:
    names = (RANDOM, "a", "b")
    cards = [with_bias(name, bias) for name, bias in zip(names, biases, strict=True)]
    return strategies(
        selected(outcomes(dict.fromkeys(names, ends), CARDS[:3], 1), cards, CARDS[:3])
    )


def test_the_table_of_strategies_shows_it_where_it_was_measured() -> None:
    table = shown(None, MEASURED, UNKNOWN)
    assert column(table, "Start bias") == {
        RANDOM: "\N{EN DASH}",
        "a": "+0.063",
        "b": "\N{MINUS SIGN}0.050",
    }
    at = [each.heading for each in table.columns].index("Start bias")
    notes = {row[0].text: row[at].note for row in table.rows}
    assert notes == {RANDOM: "", "a": "+0.011 to +0.114", "b": ""}
    assert "what a strategy owes to where it begins" in table.caption
    assert "0.1 is large" in table.caption


def test_the_table_of_strategies_has_no_column_where_nothing_was_measured() -> None:
    table = shown(None, None, None)
    assert "Start bias" not in [each.heading for each in table.columns]
    assert "begins" not in table.caption
