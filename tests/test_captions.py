"""What captions, tables and sentences of a report say where results are not of the usual kind."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from cards import problem_card, strategy_card
from studies import brief, finished, selected

from hpobench.cards.card import OWN, Anchors, ProblemCard
from hpobench.report import (
    at_the_end,
    by_problem,
    descriptions,
    finals,
    rankings,
    summary,
    validation,
    writing,
)
from hpobench.report.captioned_figure import Rendering, rendered
from hpobench.report.compared import Compared
from hpobench.report.comparisons import comparisons
from hpobench.report.looks.tables import Cell, Table
from hpobench.report.looks.venues import DEFAULT
from hpobench.report.scale import SCALE
from hpobench.trial import Identity, Outcome, Proposal, Record, Run, Stop, Trial

RANDOM = "random-search"
RAW = "core of the incumbent in the problem's own unit (lower is better"


def problem(name: str, *, anchored: bool = True, family: str = "synthetic") -> ProblemCard:
    scales = (Anchors(0.0, 1.0),) if anchored else ()
    return problem_card(name, scales, family=family)


def run(name: str, where: ProblemCard, seed: int, scores: Sequence[float] = ()) -> Outcome:
    scores = scores or [1.0, 0.5 + 0.01 * seed + 0.1 * len(name)]
    records = tuple(
        Record(Trial(i, Proposal({"x": 0.5}), (each,), 1), each, {}, i + 1)
        for i, each in enumerate(scores)
    )
    asked = Run(Identity(name, "1"), where.identity, seed, Fraction(2))
    return Outcome(asked, Stop("complete"), records)


def failed(outcome: Outcome, *, kept: int = 0) -> Outcome:
    return replace(outcome, stop=Stop("failed", "it broke"), records=outcome.records[:kept])


def about(outcomes: Sequence[Outcome], problems: Sequence[ProblemCard]) -> Compared:
    names = sorted({each.run.strategy.name for each in outcomes})
    return selected(outcomes, [strategy_card(name) for name in names], problems)


def full(names: Sequence[str], problems: Sequence[ProblemCard], seeds: int = 3) -> list[Outcome]:
    return [run(n, p, seed) for n in names for p in problems for seed in range(seeds)]


def by_family(problems: Sequence[ProblemCard]) -> tuple[str, str, str]:
    """Return title, caption and notes of the only figure of curves by problem."""
    (drawn,) = by_problem.problems(about(full([RANDOM, "a"], problems), problems), DEFAULT)
    return drawn.title, drawn.caption, drawn.notes


def test_curves_of_problems_without_anchors_are_called_scores() -> None:
    title, caption, notes = by_family([problem("p", anchored=False), problem("q", anchored=False)])
    assert title == "Score over budget, by problem: synthetic"
    assert caption.startswith(f"S{RAW}")
    assert "median over the seeds of 2 problems, 3 seeds each" in caption
    for words in (caption, notes):
        assert SCALE not in words
        assert "egret of" not in words
        assert "counts as 2" not in words


def test_curves_of_problems_with_anchors_are_called_regrets() -> None:
    title, caption, notes = by_family([problem("p"), problem("q")])
    assert title == "Regret over budget, by problem: synthetic"
    assert caption.startswith(f"Test regret of the incumbent ({SCALE}")
    assert "own unit" not in caption
    assert "infinite" not in notes


def test_a_figure_of_regrets_and_scores_says_which_problems_have_which() -> None:
    title, caption, notes = by_family([problem("p"), problem("raw", anchored=False), problem("q")])
    assert title == "Regret and score over budget, by problem: synthetic"
    regrets, _, scores = caption.partition(" On ")
    assert regrets.endswith("of 2 problems, 3 seeds each.")
    assert SCALE in regrets
    assert scores.startswith(f"raw, without anchors: s{RAW}): median over the seeds of 1 problem")
    assert "counts as 2" in notes
    assert "counts as infinite" in notes


def test_among_scores_a_run_that_failed_is_the_worst() -> None:
    where = problem("p", anchored=False)
    outcomes = full([RANDOM, "a"], [where], 3)
    outcomes[3:6] = [outcomes[3], *(failed(each, kept=2) for each in outcomes[4:6])]
    (drawn,) = by_problem.problems(about(outcomes, [where]), DEFAULT)
    last = {row[1]: row[3] for row in drawn.numbers}
    assert last["a"] == np.inf
    ours = last[RANDOM]
    assert isinstance(ours, float)
    assert ours == 1


def test_without_anchors_no_caption_of_final_results_speaks_of_regrets() -> None:
    where = [problem("p", anchored=False)]
    made = about(full([RANDOM, "a"], where), where)
    chances = at_the_end.against_comparator(made, comparisons(made))
    assert "Left" not in chances.caption + chances.notes
    assert "Right" not in chances.caption + chances.notes
    ranks = at_the_end.final_ranks(made)
    assert "Nothing was tested: no problem has anchors" in ranks.caption
    assert "0 problems" not in ranks.caption + ranks.notes
    ranking = rankings.ranking(made, comparisons(made))
    assert "0 problems" not in ranking.caption
    assert SCALE not in ranking.caption


def test_a_narrow_terminal_leaves_out_the_regret_first_where_ranks_decide() -> None:
    where = [problem("p", anchored=False)]
    made = about(full([RANDOM, "a"], where), where)
    columns = brief(made).columns
    by_weight = sorted(columns[1:], key=lambda column: column.weight)
    assert (by_weight[0].heading, by_weight[-1].heading) == ("Regret", "Rank")


@pytest.mark.usefixtures("sketched")
def test_where_all_runs_failed_the_report_says_so_and_has_no_empty_table(tmp_path: Path) -> None:
    where = [problem("p"), problem("q", anchored=False)]
    whole = full([RANDOM, "a"], where)
    cards = [strategy_card(RANDOM), strategy_card("a")]
    writing.write(finished(whole), cards, where, [], tmp_path)
    made = writing.write(finished([failed(each) for each in whole]), cards, where, [], tmp_path)
    assert made.ranking.rows == ()
    page = made.page.read_text(encoding="utf-8")
    assert "Which wins: n/a, no run on any problem holds a score." in page
    assert "no problem has anchors" not in page.partition('<section id="validation">')[0]
    assert f"{RANDOM} is the only strategy" not in page
    assert "All 0 evaluations" not in page
    assert "<tbody>\n</tbody>" not in page
    for name in ("ranking", "against-random-search", "final-scores", "final-regret"):
        assert not list((tmp_path / "tables").glob(f"{name}.*"))


def scores(
    outcomes: Sequence[Outcome], problems: Sequence[ProblemCard]
) -> tuple[Table, dict[str, Cell]]:
    table = finals.scores(about(outcomes, problems))
    assert isinstance(table, Table)
    headings = [each.heading for each in table.columns]
    return table, dict(zip(headings, table.rows[0], strict=True))


def test_a_mean_of_fewer_seeds_than_others_have_is_marked_and_the_mark_explained() -> None:
    where = [problem("p")]
    outcomes = full(["a", "b", RANDOM], where, 3)
    table, shown = scores(outcomes, where)
    assert "*" not in "".join(cell.text for cell in shown.values()) + table.caption
    fewer = [failed(outcomes[0], kept=2), *outcomes[1:5], *outcomes[6:]]
    table, shown = scores(fewer, where)
    assert {shown[name].text.partition(" *")[2] for name in "ab"} == {"2"}
    assert "*" not in shown[RANDOM].text
    assert "*2: the mean of 2 seeds, where another strategy has more" in table.caption
    assert [shown[name].values[2] for name in ("a", "b", RANDOM)] == [2, 2, 3]


def test_final_scores_leave_out_what_a_failed_run_held() -> None:
    where = [problem("p")]
    outcomes = full(["a", RANDOM], where, 2)
    outcomes[0] = failed(run("a", where[0], 0, [1e6, 1e6]), kept=2)
    assert scores(outcomes, where)[1]["a"].text.startswith("0.61")


def test_a_users_problem_is_called_own_and_is_in_neither_split() -> None:
    where = [replace(problem("mine", anchored=False), split=OWN, source="x"), problem("p")]
    table = descriptions.problems(about(full([RANDOM], where), where))
    column = [each.heading for each in table.columns].index("Split")
    assert {row[0].text: row[column].text for row in table.rows} == {
        "mine": "own",
        "p": "development",
    }


def power(outcomes: Sequence[Outcome], problems: Sequence[ProblemCard]) -> str:
    made = about(outcomes, problems)
    return summary.power_line(made, comparisons(made))


def test_the_sentence_on_power_says_what_its_numbers_count() -> None:
    trained, cheap, raw = problem("t"), problem("c"), problem("r", anchored=False)
    outcomes = [*full([RANDOM, "a"], [trained], 3), *full([RANDOM, "a"], [cheap], 5)]
    words = power([*outcomes, *full([RANDOM, "a"], [raw], 9)], [trained, cheap, raw])
    assert f"N = 2 (problems with anchors that a strategy shares with {RANDOM})" in words
    assert "S = 3 to 5 (seeds of a strategy on one of them)" in words
    assert "S = 3 (" in power(full([RANDOM, "a"], [trained, cheap], 3), [trained, cheap])
    more = [*full(["b"], [cheap], 5), *outcomes]
    assert "N = 1 to 2 (" in power(more, [trained, cheap])


def test_how_much_runs_were_overtuned_stands_in_a_table() -> None:
    where = [problem("p")]
    told = [1.0, 0.9, 0.8, 0.7]

    def tested(name: str, seed: int, scores: Sequence[float]) -> Outcome:
        made = run(name, where[0], seed, told)
        pairs = zip(made.records, scores, strict=True)
        records = tuple(replace(each, score=score) for each, score in pairs)
        return replace(made, run=replace(made.run, budget=Fraction(4)), records=records)

    outcomes = [
        tested("a", 0, [1.0, 0.5, 0.5, 0.5]),
        tested("a", 1, [1.0, 0.5, 0.6, 0.75]),
        tested("a", 2, [1.0, 0.8, 0.9, 1.25]),
        tested("a", 3, [0.5, 0.6, 0.6, 0.6]),
        *(tested(RANDOM, seed, [1.0, 0.5, 0.4, 0.3]) for seed in range(4)),
    ]
    (table,) = validation.overtuned(about(outcomes, where))
    headings = [column.heading for column in table.columns]
    found = {
        row[0].text: dict(zip(headings, [c.text for c in row], strict=True)) for row in table.rows
    }
    assert found["a"] == {
        "Strategy": "a",
        "Runs": "4",
        "Test less validation": "0.075",
        "Lost": "0.200",
        "Gained": "3",
        "Lost a part (%)": "66.7",
        "Lost all (%)": "33.3",
        "Share lost, 90 %": "1.90",
    }
    assert (found[RANDOM]["Lost"], found[RANDOM]["Lost a part (%)"]) == ("0.000", "0.0")
    assert "mean over the runs on 1 problem, which are ours" in table.notes
    own = [replace(where[0], source="x")]  # whose value may be of another kind than its score
    (table,) = validation.overtuned(about(outcomes, own))
    assert {row[2].text for row in table.rows} == {"n/a"}
    assert validation.overtuned(about(full([RANDOM], where), where)) == ()


LONG = tuple(f"a-strategy-of-a-long-name:size={n},rest={'b' * 60}" for n in range(3))


@pytest.mark.usefixtures("sketched")
@pytest.mark.parametrize("kind", ["strategies", "problems"])
def test_every_figure_says_which_of_its_names_are_shortened(kind: str) -> None:
    who = LONG if kind == "strategies" else ("a", "b", "c")
    names = LONG if kind == "problems" else ("p", "q", "r")
    where = [problem(name) for name in names]
    made = about(full([RANDOM, *who], where), where)
    drawn = [*by_problem.problems(made, DEFAULT), *at_the_end.where(made, DEFAULT)]
    if kind == "strategies":
        drawn += [
            at_the_end.final_ranks(made),
            at_the_end.against_comparator(made, comparisons(made)),
        ]
    for exhibit in drawn:
        found = rendered(exhibit, DEFAULT, "runs")
        assert isinstance(found, Rendering)
        for name in LONG:
            assert f"\N{RIGHT DOUBLE QUOTATION MARK} is {name}" in found.caption, exhibit.name
        assert f"is {RANDOM}" not in found.caption


@pytest.mark.usefixtures("sketched")
def test_a_figure_that_shortens_no_name_explains_none() -> None:
    where = [problem("p"), problem("q")]
    (exhibit,) = by_problem.problems(about(full([RANDOM, "a"], where), where), DEFAULT)
    found = rendered(exhibit, DEFAULT, "runs")
    assert isinstance(found, Rendering)
    assert found.caption == exhibit.caption
