"""The report's tables of fair starts, on made-up runs whose truth is known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from cards import strategy_card
from studies import RANDOM, Ends, column, finished, noisy, outcomes, problem, selected

from hpobench.report import selection
from hpobench.report.appendix import fair_starts
from hpobench.report.appendix.fair_starts import (
    fair_starts_tables,
    leads,
    paired_by_first,
    starts,
)
from hpobench.report.appendix.other_runs import Where, ends
from hpobench.report.compared import Compared
from hpobench.report.other_settings import others
from hpobench.runner.finished_run import FinishedRun
from hpobench.scores import Scores
from hpobench.trial import First, Outcome

PROBLEMS = [problem(number) for number in range(8)]
NONE = "\N{EN DASH}"
WITHHELD: dict[str, Ends] = {
    RANDOM: noisy(0.8, key=1),
    "by-hand": noisy(0.3, key=2),
    "model": noisy(0.5, key=3),
    "warm": noisy(0.2, key=4),
}
GRANTED: dict[str, Ends] = {
    RANDOM: noisy(0.4, key=5),
    "by-hand": WITHHELD["by-hand"],
    "model": noisy(0.1, key=6),
    "warm": noisy(0.4, key=7),
}


def told(first: First, runs: list[Outcome]) -> list[Outcome]:
    return [replace(each, run=replace(each.run, first=first)) for each in runs]


def study(*, problems: int = 8, seeds: int = 5, granted: int = 4) -> tuple[Compared, list[Outcome]]:
    """Return a report on runs of which those with so many seeds have been told the default, too."""
    where = PROBLEMS[:problems]
    runs = outcomes(WITHHELD, where, seeds)
    runs += told("default", outcomes(GRANTED, where, granted))
    return about(runs, problems), runs


def about(runs: list[Outcome], problems: int = 8) -> Compared:
    cards = [strategy_card(name, family="manual" * (name == "by-hand")) for name in WITHHELD]
    return selected(runs, cards, PROBLEMS[:problems])


def test_regrets_and_gains_are_over_the_seeds_that_both_settings_have() -> None:
    made, runs = study()
    assert made.setting.first == "none"
    for each in starts(made, paired_by_first(made, finished(runs))):
        name = made.names[each.strategy]
        pairs = np.array(
            [
                [(WITHHELD[name](p, seed), GRANTED[name](p, seed)) for seed in range(4)]
                for p in range(8)
            ]
        )
        first, second = pairs.mean(axis=(0, 1))
        assert (each.withheld, each.granted) == pytest.approx((first, second))
        gains = (pairs[..., 0] - pairs[..., 1]).mean(axis=1)
        half = 2.3646242515927844 * gains.std(ddof=1) / np.sqrt(8)  # Student's t of 7 degrees
        assert float(each.gain.mean) == pytest.approx(first - second)
        assert float(each.gain.low) == pytest.approx(first - second - half)
        assert float(each.gain.high) == pytest.approx(first - second + half)


def test_the_runs_of_the_other_setting_are_scored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[int]()

    def counted(compared: Compared, runs: Sequence[FinishedRun]) -> tuple[Scores, Where]:
        asked.append(len(runs))
        return ends(compared, runs)

    monkeypatch.setattr(fair_starts, "ends", counted)
    made, runs = study()
    assert len(fair_starts_tables(made, finished(runs))) == 2
    assert asked == [len(WITHHELD) * 8 * 4]


def test_what_becomes_of_each_lead_is_said() -> None:
    made, runs = study()
    said = {
        (made.names[e.strategy], made.names[e.over]): e.becomes
        for e in leads(made, paired_by_first(made, finished(runs)))
    }
    assert said["model", RANDOM] == "survives"
    assert said["warm", RANDOM] == "no longer shown"
    assert said["model", "by-hand"] == "reversed"  # it was behind
    assert said["warm", "by-hand"] == "reversed"
    assert said[RANDOM, "by-hand"] == "stays behind"
    assert said.keys() == {
        *((name, RANDOM) for name in WITHHELD if name != RANDOM),
        *((name, "by-hand") for name in WITHHELD if name != "by-hand"),
    }


def test_the_report_is_the_same_whichever_setting_has_more_runs() -> None:
    made, runs = study(seeds=4, granted=4)
    assert made.setting.first == "none"  # of two with as many runs
    turned = about(runs[: len(runs) // 2 - 1] + runs[len(runs) // 2 :])
    assert turned.setting.first == "default"
    (one, _), (other, _) = (fair_starts_tables(each, finished(runs)) for each in (made, turned))
    for heading in ("Default withheld", "Default granted", "Gain", "Problems"):
        assert column(one, heading) == column(other, heading)


def test_few_problems_have_an_interval_of_their_own_or_none() -> None:
    for seeds, scope, lead in ((5, "these problems", "survives"), (4, NONE, NONE)):
        made, runs = study(problems=3, seeds=seeds, granted=seeds)
        scores, survival = fair_starts_tables(made, finished(runs))
        assert column(scores, "Interval for")["model"] == scope
        rows = {(row[0].text, row[1].text): row[4].text for row in survival.rows}
        assert rows["model", RANDOM] == lead


def test_a_strategy_that_has_one_setting_alone_is_in_no_row() -> None:
    runs = outcomes(WITHHELD, PROBLEMS, 5)
    only = {name: GRANTED[name] for name in (RANDOM, "model")}
    runs += told("default", outcomes(only, PROBLEMS, 5))
    made = about(runs)
    scores, survival = fair_starts_tables(made, finished(runs))
    assert set(column(scores, "Gain")) == {RANDOM, "model"}
    assert [(row[0].text, row[1].text) for row in survival.rows] == [("model", RANDOM)]


def test_where_one_setting_was_run_or_there_are_no_regrets_there_is_no_table() -> None:
    alone = outcomes(WITHHELD, PROBLEMS, 3)
    assert fair_starts_tables(about(alone), finished(alone)) == ()
    bare = [problem(number, anchors=None) for number in range(2)]
    runs = outcomes(WITHHELD, bare, 3)
    runs += told("default", outcomes(GRANTED, bare, 3))
    made = selected(runs, [strategy_card(name) for name in WITHHELD], bare)
    assert fair_starts_tables(made, finished(runs)) == ()


def test_the_ranking_is_of_the_setting_last_asked_for_and_named_in_words() -> None:
    made, runs = study()
    plain = "where strategies begin as they like (--first none)"
    granted = "where every strategy is first told the default's result (--first default)"
    rest = "are in the tables of fair starts at most."
    (said,) = others(made)
    assert said == f"The ranking is of the runs {plain}; 128 runs {granted} {rest}"
    asked = [each.run for each in runs if each.run.first == "default"]
    cards = [strategy_card(name) for name in WITHHELD]
    last = selection.compared(finished(runs), cards, PROBLEMS, asked[:1])
    assert last.setting.first == "default"
    (said,) = others(last)
    assert said == f"The ranking is of the runs {granted}; 160 runs {plain} {rest}"
    withheld = [each for each in runs if each.run.first == "none"]
    assert others(about(withheld)) == ()
    unmade = selection.compared(finished(withheld), cards, PROBLEMS, asked)
    assert unmade.setting.first == "none"  # no run of the other one has ended
    (said,) = others(about(told("default", withheld)))
    assert said == f"The ranking is of the runs {granted}."
