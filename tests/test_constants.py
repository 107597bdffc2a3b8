"""What captions say of the method follows its constants, and their words name the comparator."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest
from studies import RANDOM, Ends, brief, finished, noisy, outcomes, problem, selected, strategy

from hpobench.registry.choice import Choice
from hpobench.report import (
    at_the_end,
    by_problem,
    descriptions,
    finals,
    intervals,
    over_budget,
    rankings,
    summary,
    verdicts,
    writing,
)
from hpobench.report.captioned_figure import CaptionedFigure
from hpobench.report.compared import Compared
from hpobench.report.comparisons import comparisons
from hpobench.report.looks.tables import Table
from hpobench.report.looks.venues import DEFAULT
from hpobench.report.primary_comparison import primary as primary_table

CARDS = [problem(p) for p in range(9)]
ENDS: dict[str, Ends] = {
    "a": noisy(0.3, key=1),
    "b": noisy(0.5, key=2),
    RANDOM: noisy(0.6, key=3),
}
CALLED = [strategy(name) for name in ENDS]


def made(comparator: str = RANDOM) -> Compared:
    return selected(outcomes(ENDS, CARDS, 6), CALLED, CARDS, comparator)


def said(part: CaptionedFigure | Table | str) -> str:
    """Return all words of a part of a report."""
    if isinstance(part, str):
        return part
    if isinstance(part, CaptionedFigure):
        return f"{part.title} {part.caption} {part.notes}"
    headings = [column.heading for column in part.columns]
    return " ".join([part.title, part.caption, part.how, *headings])


def primary(about: Compared) -> str:
    return said(primary_table(about, comparisons(about)))


def calibration(about: Compared) -> str:
    return summary.calibration(about, comparisons(about))


def power(about: Compared) -> str:
    return summary.power_line(about, comparisons(about))


def regret(about: Compared) -> str:
    return said(over_budget.regret(about))


def final(about: Compared) -> str:
    return said(finals.final(about))


def scores(about: Compared) -> str:
    return said(finals.scores(about))


def suite(about: Compared) -> str:
    return said(descriptions.problems(about))


def curves(about: Compared) -> str:
    return " ".join(map(said, by_problem.problems(about, DEFAULT)))


@pytest.mark.parametrize(
    ("constant", "value", "say", "words"),
    [
        ("primary_comparison.FEWEST_PROBLEMS", 7, primary, "(n/a under 7 problems;"),
        ("primary_comparison.ROPE", 0.5, primary, "lower by over 0.5"),
        ("primary_comparison.POWER", 0.7, primary, "Detectable at 70 %"),
        ("primary_comparison.SURE", "90 %", primary, "with 90 % intervals"),
        ("summary.LEVEL", "1 %", calibration, "nominal 1 %"),
        ("summary.DRAWS", 2000, calibration, "of 2,000 splits"),
        ("summary.POWER", 0.7, power, "with a probability of 70 %"),
        ("summary.LITTLE", 0.0, power, "would bring that to 0 %"),
        ("over_budget.WINSORISED", "left alone", regret, "each run left alone;"),
        ("over_budget.WORST", "7", regret, "holds nothing yet counts as 7"),
        ("finals.SURE", "90 %", final, "its 90 % interval"),
        ("finals.WORST", "7", final, "holds nothing yet counts as 7"),
        ("finals.FEWEST_SEEDS", 4, final, "none under 4 seeds"),
        ("finals._DIGITS", range(6, 9), scores, "six digits"),
        ("descriptions.IMPORTANT", 0.2, suite, "at least 20 % of the variance"),
        ("by_problem.MIDDLE", "1 to 99 %", curves, "Bar: 1 to 99 %"),
    ],
)
def test_a_caption_says_what_its_constants_are(
    monkeypatch: pytest.MonkeyPatch,
    constant: str,
    value: object,
    say: Callable[[Compared], str],
    words: str,
) -> None:
    assert words not in say(made())
    monkeypatch.setattr(f"hpobench.report.{constant}", value)
    assert words in say(made())


@pytest.mark.parametrize(
    ("constant", "value", "module", "text", "words"),
    [
        ("statistics.FEWEST_PROBLEMS", 6, intervals, "RULE", "from 6 problems on Student's t"),
        ("statistics.CONFIDENCE", 0.9, intervals, "SURE", "90 %"),
        ("statistics.summaries.QUARTILES", (0.1, 0.5, 0.9), intervals, "MIDDLE", "10 to 90 %"),
        ("statistics.ALPHA", 0.01, verdicts, "LEVEL", "1 %"),
        ("scores.BOUNDS", (-3.0, 5.0), over_budget, "WINSORISED", "[\N{MINUS SIGN}3, 5]"),
        ("scores.BOUNDS", (-3.0, 5.0), over_budget, "WORST", "5"),
    ],
)
def test_a_text_that_all_captions_share_says_what_its_constants_are(
    constant: str, value: object, module: object, text: str, words: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        assert words not in getattr(module, text)
        patch.setattr(f"hpobench.{constant}", value)
        importlib.reload(module)  # type: ignore[arg-type]  # it is a module
        changed = getattr(module, text)
    importlib.reload(module)  # type: ignore[arg-type]  # likewise
    assert words in changed
    assert words not in getattr(module, text)


def test_every_caption_names_the_comparator_that_was_asked_for() -> None:
    ends = {name: ENDS[name] for name in ("a", "b")}
    about = selected(outcomes(ends, CARDS, 6), [strategy("a"), strategy("b")], CARDS, "a")
    found = comparisons(about)
    assert [about.names[each.strategy] for each in found.every] == ["b"]
    table, figure = (
        primary_table(about, found),
        at_the_end.against_comparator(about, found),
    )
    assert isinstance(table, Table)
    assert (table.name, figure.name, figure.title) == ("against-a", "against-a", "Against a")
    texts = [
        *(said(table), said(figure), said(rankings.ranking(about, found))),
        *(said(brief(about)), said(over_budget.mean_rank(about))),
        *(regret(about), curves(about), calibration(about), *summary.sentences(about, found)),
    ]
    assert not [text for text in texts if RANDOM in text]
    assert "Against a, which this report was asked to compare with" in " ".join(texts)


@pytest.mark.usefixtures("sketched")
def test_a_report_against_another_strategy_replaces_that_against_random_search(
    tmp_path: Path,
) -> None:
    runs = finished(outcomes(ENDS, CARDS, 2))
    for comparator in (RANDOM, "a"):
        made = writing.write(runs, CALLED, CARDS, [], tmp_path, choice=Choice(against=comparator))
        files = {path.name.partition(".")[0] for path in tmp_path.glob("*/against-*")}
        assert files == {f"against-{comparator}"}
        assert made.ranking.columns[-1].heading == f"vs {comparator}"
