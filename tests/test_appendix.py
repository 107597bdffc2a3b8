"""The appendix of the report on made-up studies whose truth is known."""

import made_page
import numpy as np
import pytest
from studies import (
    RANDOM,
    about,
    column,
    failed,
    noisy,
    outcomes,
    problem,
)

from hpobench.report.appendix.aggregates import aggregates, aggregates_table
from hpobench.report.appendix.costs import costs_table
from hpobench.report.appendix.opinions import opinions, opinions_table
from hpobench.report.appendix.portfolios import portfolios, portfolios_table
from hpobench.report.appendix.targets import targets_table
from hpobench.report.compared import Compared

PROBLEMS = [problem(number, instances=1) for number in range(10)]
LEVELS = {"good": 0.2, "same": 0.5, "bad": 0.9, RANDOM: 0.5}


def study(seeds: int = 6) -> Compared:
    ends = {name: noisy(level, key=key) for key, (name, level) in enumerate(LEVELS.items())}
    return about(outcomes(ends, PROBLEMS, seeds), PROBLEMS)


def test_aggregates_find_the_levels_that_were_put_in() -> None:
    made = study()
    found = aggregates(made)
    for i, s in enumerate(made.complete):
        level = LEVELS[made.names[s]]
        for interval in (found.middle, found.gap):
            assert interval.low[i] < level < interval.high[i]
        assert found.medians[i].low < level < found.medians[i].high
    table = column(aggregates_table(made), "Lost without")
    assert float(table["good"].split()[0]) == pytest.approx(0.3, abs=0.08)
    assert table["bad"].startswith("0.000")


def test_no_interval_goes_beyond_what_its_quantity_can_be() -> None:
    found = aggregates(study(seeds=2))
    for interval, most in (
        *((each, 1.0) for each in (found.area, found.logarithmic, found.behind)),
        *((each, 2.0) for each in (found.middle, found.gap, found.lost)),
    ):
        assert (interval.low >= 0).all()
        assert (interval.high <= most).all()


def test_second_opinions_agree_with_the_truth() -> None:
    made = study()
    found = {made.names[each.strategy]: each for each in opinions(made)}
    assert set(found) == {"good", "same", "bad"}
    assert found["good"].verdict.better > 0.99
    assert found["bad"].verdict.worse > 0.99
    assert found["good"].sign == pytest.approx(2 / 2**10)
    centre, low, high = found["good"].difference
    assert low < 0.3 < high
    assert centre == pytest.approx(0.3, abs=0.08)
    assert found["good"].ahead >= 8
    assert (found["good"].behind, found["bad"].ahead) == (0, 0)
    assert found["good"].apart
    (table,) = opinions_table(made)
    assert column(table, "Settled with so many problems")["good"] == "already"
    assert found["same"].settled.problems > 10


def test_strategies_that_share_instances_and_no_seed_are_judged() -> None:
    found = outcomes({"good": noisy(0.2, key=1), RANDOM: noisy(0.5, key=2)}, PROBLEMS, 6)
    apart = [run for run in found if (run.run.seed < 3) == (run.run.strategy.name == RANDOM)]
    (good,) = opinions(about(apart, PROBLEMS))
    assert good.verdict.better > 0.99
    assert np.isnan(good.settled.seeds)


def test_few_problems_say_nothing_of_a_new_one() -> None:
    ends = {"good": noisy(0.2, key=1), RANDOM: noisy(0.5, key=2)}
    few = about(outcomes(ends, PROBLEMS[:7], 5), PROBLEMS[:7])
    (good,) = opinions(few)
    assert np.isnan(good.verdict.better)
    assert good.sign == pytest.approx(2 / 2**7)
    (table,) = opinions_table(few)
    assert column(table, "Likeliest: better, equal, worse (%)")["good"] == "\N{EN DASH}"


def test_few_seeds_can_not_be_tested_within_a_problem() -> None:
    (table,) = opinions_table(study(seeds=3))
    assert set(column(table, "By problem, better/worse").values()) == {"\N{EN DASH}"}


def test_without_the_comparator_there_is_no_second_opinion() -> None:
    runs = outcomes({"good": noisy(0.2, key=1)}, PROBLEMS, 3)
    assert opinions_table(about(runs, PROBLEMS)) == ()


def test_targets_are_reached_by_those_who_are_good_enough() -> None:
    from hpobench.cards.card import Anchors

    curve = Anchors(0.0, 1.0, (1, 2, 5, 10), (1.0, 0.7, 0.4, 0.1))
    where = [problem(number, anchors=curve, instances=1) for number in range(3)]
    ends = {"good": noisy(0.3, key=1, spread=0.01), RANDOM: noisy(0.8, key=2, spread=0.01)}
    found = outcomes(ends, where, 4)
    found[0] = failed(found[0])
    made = about(found, where)
    reached = made.targets
    assert reached.efforts == (1, 2, 5, 10)
    good, control = (made.names.index(name) for name in ("good", RANDOM))
    assert np.isinf(reached.times[good, 0, 0]).all()  # it failed
    assert (reached.times[good, 1:, :, :3] == 1).all()
    assert np.isinf(reached.times[good, :, :, 3]).all()
    assert (reached.times[control, :, :, 0] == 1).all()
    assert np.isinf(reached.times[control, :, :, 1:]).all()
    (table,) = targets_table(made)
    assert column(table, "As random search after 5")["good"] == "1.0 (3; 92 %)"
    assert column(table, "As random search after 5")[RANDOM] == "\N{INFINITY} (0; 0 %)"


def test_strategies_that_complete_each_other_are_the_best_pair() -> None:
    ends = {
        "even": lambda p, seed: 0.1 if p % 2 == 0 else 0.9,
        "odd": lambda p, seed: 0.9 if p % 2 == 0 else 0.1,
        "middle": lambda p, seed: 0.4,
    }
    made = about(outcomes(ends, PROBLEMS, 4), PROBLEMS)
    assert [each.members for each in portfolios(made)][:2] == [(1,), (0, 2)]
    (table,) = portfolios_table(made)
    assert table.rows[1][1].text == "even and odd"
    assert table.rows[1][2].text.startswith("0.100")


def test_a_pair_can_hold_more_than_the_best_one_alone_and_the_notes_say_why() -> None:
    ends = {
        "steady": lambda p, seed: 0.4,
        "lucky": lambda p, seed: 0.3 if seed % 2 == 0 else 0.6,
    }
    made = about(outcomes(ends, PROBLEMS, 4), PROBLEMS)
    (table,) = portfolios_table(made)
    alone, pair = (float(row[2].text.split()[0]) for row in table.rows)
    assert (alone, pair) == (0.4, 0.5)  # chosen by one half, it holds 0.6 or 0.4 in the other
    assert "can hold a higher regret than the best one alone" in table.notes


def test_one_seed_makes_no_portfolio() -> None:
    assert portfolios_table(study(seeds=1)) == ()


def test_own_time_that_is_short_has_digits_too() -> None:
    (table,) = costs_table(made_page.study(2, 9, budget=1).compared)
    assert {*column(table, "Own time (s)").values()} == {"0.00011", "0.00021"}


def test_costs_say_who_waits_and_who_thinks() -> None:
    (table,) = costs_table(study())
    assert set(column(table, "Own time (s)").values()) == {"n/a"}
    assert len(table.rows) == len(LEVELS)
