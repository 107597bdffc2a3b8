"""Strategies that don't run everywhere are ranked where they do, beside all others there."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cards import problem_card
from studies import RANDOM, about, column, finished, noisy, outcomes, strategy

from hpobench.cards.card import OWN, Anchors, ProblemCard
from hpobench.report import writing
from hpobench.report.compared import Compared
from hpobench.report.comparisons import comparisons
from hpobench.report.headlines import headlines
from hpobench.report.rankings import ranking

ENDS = {RANDOM: noisy(0.6, key=1), "everywhere": noisy(0.5, key=2)}
STEEP = {"steep": noisy(0.1, key=3)}


def suite(gradients: int, own: int = 0) -> list[ProblemCard]:
    cards = [problem_card(f"p{p}", [Anchors(0.0, 1.0)], optimum=0.0) for p in range(12)]
    some = [replace(card, gradient_cost=1.0) for card in cards[:gradients]]
    mine = [problem_card(f"m{p}", split=OWN) for p in range(own)]
    return [*some, *cards[gradients:], *mine]


def study(cards: list[ProblemCard], gradients: int) -> Compared:
    found = outcomes(ENDS, cards, 5)
    return about([*found, *outcomes(STEEP, cards[:gradients], 5)], cards)


def test_a_strategy_that_needs_gradients_is_ranked_on_the_problems_that_have_them() -> None:
    made = study(suite(9), 9)
    (headline,) = headlines(made)
    assert headline.group == "gradient"
    assert headline.line == (
        "On the 9 problems with gradients, steep comes first, with a mean final regret of 0.096; "
        f"against {RANDOM}: better."
    )
    table = headline.ranking
    assert table.name == "ranking-gradient"
    assert column(table, "Place") == {"steep": "1", "everywhere": "2", RANDOM: "3"}
    assert column(table, f"Against {RANDOM}")["steep"] == "better"
    assert "over 9 problems, 5 seeds each" in table.caption
    assert column(ranking(made, comparisons(made)), "Place")["steep"] == "\N{EN DASH}"


def test_what_is_said_of_a_group_is_what_its_runs_alone_say() -> None:
    cards = suite(9)
    alone = study(cards[:9], 9)
    (headline,) = headlines(study(cards, 9))
    assert ranking(alone, comparisons(alone)).rows == headline.ranking.rows
    for name in ("costs", "finished", "values", "run"):
        ours, theirs = headline.compared.scores.steps, alone.scores.steps
        assert np.array_equal(getattr(ours, name), getattr(theirs, name))
    assert np.array_equal(headline.compared.targets.times, alone.targets.times, equal_nan=True)


@pytest.mark.parametrize("gradients", [0, 12])
def test_a_group_of_no_problem_or_of_all_needs_no_ranking_of_its_own(gradients: int) -> None:
    assert headlines(study(suite(gradients), gradients)) == ()


def test_a_group_where_nobody_is_ranked_who_is_not_ranked_on_all_needs_none() -> None:
    assert headlines(about(outcomes(ENDS, suite(9), 5), suite(9))) == ()


def test_a_few_anchored_problems_do_not_speak_for_all() -> None:
    cards = [*suite(0)[:3], *suite(0, own=6)[12:]]
    made = about(outcomes(ENDS, cards, 5), cards)
    assert (len(made.anchored), made.scaled, len(made.tested)) == (3, [], 9)
    assert "only 3 of the 9 problems have anchors" in made.no_regrets
    (headline,) = headlines(made)
    assert headline.group == OWN


@pytest.mark.usefixtures("undrawn")
def test_own_problems_have_a_ranking_without_anchors(tmp_path: Path) -> None:
    cards = suite(0, own=3)
    found = outcomes({**ENDS, "everywhere": noisy(0.1, key=2)}, cards, 6)
    (headline,) = headlines(about(found, cards))
    assert headline.line == (
        "On the 3 problems of users' own, everywhere comes first, with a mean rank of 1.00 of "
        "2; against random-search: too few shared problems (3), better on these alone."
    )
    assert column(headline.ranking, "Mean rank") == {"everywhere": "1.00", RANDOM: "2.00"}
    called = [strategy(name) for name in ENDS]
    made = writing.write(finished(found), called, cards, [], tmp_path)
    assert made.headlines == (headline.line,)
    assert (tmp_path / "tables" / "ranking-own.csv").is_file()
    page = made.page.read_text(encoding="utf-8")
    assert headline.line in (page.replace("&#x27;", "'").replace("&#39;", "'"))
