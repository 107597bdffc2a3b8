"""Where the variance of runs comes from, and what would settle who is first."""

import numpy as np
import pandas as pd
import pytest
from cards import problem_card
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from studies import RANDOM, Ends, about, luck, noisy, outcomes, problem

from hpobench.cards.card import Anchors
from hpobench.report.appendix.variance import settling_sentences, variance_table
from hpobench.report.looks.tables import Table
from hpobench.statistics import variances

TRUTH = (0.3, 0.5, 0.2, 0.4, 0.6)
"""Standard deviations of strategies, problems, both, seeds, and the rest."""


def drawn(
    k: int, n: int, seeds: int, *key: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    rng = luck(*key)
    sizes = ((k, 1, 1), (1, n, 1), (k, n, 1), (1, n, seeds), (k, n, seeds))
    return np.asarray(sum(rng.normal(0, sd, size) for sd, size in zip(TRUTH, sizes, strict=True)))


def test_the_parts_are_those_of_the_analysis_of_variance_of_statsmodels() -> None:
    k, n, seeds = 4, 5, 3
    runs = drawn(k, n, seeds, 1)
    at = np.indices(runs.shape).reshape(3, -1)
    frame = pd.DataFrame({"y": runs.ravel(), "s": at[0], "p": at[1], "r": at[2]})
    table = anova_lm(ols("y ~ C(s) * C(p) + C(p):C(r)", frame).fit())
    squares = table["sum_sq"] / table["df"]
    rest, both = squares["Residual"], squares["C(s):C(p)"]
    seed = (squares["C(p):C(r)"] - rest) / k
    found = variances(runs)
    assert found.rest == pytest.approx(rest, rel=1e-9)
    assert found.interaction == pytest.approx(max((both - rest) / seeds, 0), rel=1e-9)
    assert found.seed == pytest.approx(max(seed, 0), rel=1e-9)
    assert found.strategy == pytest.approx(max((squares["C(s)"] - both) / (n * seeds), 0), rel=1e-9)
    problem = squares["C(p)"] - both - k * seed  # E = k seeds p + seeds both + k seed + rest
    assert found.problem == pytest.approx(max(problem / (k * seeds), 0), rel=1e-9)
    assert found.shares.sum() == pytest.approx(1)


def test_the_parts_are_right_on_average_even_with_unequal_seeds() -> None:
    found = []
    for number in range(100):
        runs = drawn(12, 12, 4, 2, number)
        runs[0, ::2, 2:] = np.nan
        each = variances(runs)
        found.append((each.strategy, each.problem, each.interaction, each.seed, each.rest))
    errors = np.std(found, axis=0) / np.sqrt(len(found))
    assert np.mean(found, axis=0) == pytest.approx(np.square(TRUTH), abs=float(4 * errors.max()))
    assert (np.abs(np.mean(found, axis=0) - np.square(TRUTH)) < 4 * errors).all()


@pytest.mark.parametrize("shape", [(1, 5, 3), (3, 1, 3), (3, 5, 1), (0, 0, 0)])
def test_too_few_of_anything_have_no_parts(shape: tuple[int, int, int]) -> None:
    assert np.isnan(variances(np.zeros(shape)).shares).all()


def test_the_largest_part_is_the_one_that_was_put_in() -> None:
    cards = [problem(number, instances=1) for number in range(6)]
    levels = {"a": 0.0, "b": 0.05, RANDOM: 0.1}

    def end(name: str) -> Ends:
        luckily = noisy(levels[name], key=len(name), spread=0.01)
        return lambda p, seed: 0.2 * p + luckily(p, seed)

    *_, table = variance_table(
        about(outcomes({name: end(name) for name in levels}, cards, 4), cards)
    )
    assert isinstance(table, Table)
    shares = {row[0].text: float(row[3].text) for row in table.rows}
    assert max(shares, key=shares.__getitem__) == "problem"
    assert sum(shares.values()) == pytest.approx(100, abs=0.3)
    assert "3 strategies over 6 problems and 4.0 seeds" in table.caption


def said(first: float, *, problems: int, seeds: int = 4) -> list[str]:
    cards = [
        problem_card(f"p{p}", (Anchors(0.0, 1.0),), family=f"f{p % 2}", seconds=[3.0, 0.5][p % 2])
        for p in range(problems)
    ]
    ends = {"a": noisy(first, key=1, spread=0.3), RANDOM: noisy(0.5, key=2, spread=0.3)}
    return [*settling_sentences(about(outcomes(ends, cards, seeds), cards))]


def test_what_would_settle_the_first_place_is_said_with_the_cheapest_problems() -> None:
    settle, cheap = said(0.35, problems=6)
    assert f"a and {RANDOM}, first and second, differ by" in settle
    assert "in mean regret, on 6 problems. If" in settle
    assert "with a probability of 80 % in a study of" in settle
    assert "problems like these with as many seeds" in settle
    assert "f1 (0.5 s) and f0 (3 s)" in cheap


def test_what_is_settled_is_said_to_be() -> None:
    (settled,) = said(0.1, problems=8)
    assert "are told apart by a signed-rank test at 5 % on 8 problems" in settled
    assert said(0.1, problems=1) == []


def test_without_anchors_chances_would_settle_it() -> None:
    cards = [problem(number, anchors=None) for number in range(4)]
    ends = {"a": noisy(0.45, key=1), RANDOM: noisy(0.5, key=2)}
    (words,) = variance_table(about(outcomes(ends, cards, 4), cards))
    assert isinstance(words, str)
    assert "in their chance to be better from one half, on 4 problems." in words
    assert "problems like these with as many seeds" in words


def test_strategies_that_never_differ_are_settled_by_nothing() -> None:
    cards = [problem(number, instances=1) for number in range(3)]
    same: dict[str, Ends] = {"a": lambda *_: 0.5, RANDOM: lambda *_: 0.5}
    made = about(outcomes(same, cards, 2), cards)
    (words,) = settling_sentences(made)
    assert words.endswith("with a probability of 80 % in no study, however large.")
    assert variance_table(made) == (words,)  # nothing varies, so there are no shares
