"""Reports of names, errors and summaries that could break their formats."""

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from cards import problem_card, strategy_card
from sketches import sketching
from studies import finished, selected

from hpobench.cards.card import Anchors, ProblemCard, StrategyCard
from hpobench.registry.choice import Choice
from hpobench.report import at_the_end, over_budget, writing
from hpobench.report.captioned_figure import CaptionedFigure, Rendering, rendered
from hpobench.report.looks import markup
from hpobench.report.looks.drawing import Drawing
from hpobench.report.looks.venues import DEFAULT, Style
from hpobench.trial import Identity, Outcome, Proposal, Record, Run, Stop, Trial

ANCHORS = (Anchors(0.0, 1.0, tuple(range(1, 201)), tuple(1 / m for m in range(1, 201))),)

NASTY = (
    "gp[rbf]", "[red]x", "a[/b]", "<script>alert(1)</script>", "$x$", "\\input{/etc/passwd}",
    "=1+1", "@SUM(A1)", "a|b\nc", "\x1b[2J\x07", "\udcff", "\u202egnp", "_hidden", "x" * 10_000,
    "javascript:alert(1)", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "%s%n", "../../etc",
)  # fmt: skip


def card(name: str, family: str = "synthetic") -> ProblemCard:
    return problem_card(
        name,
        ANCHORS,
        family=family,
        dimensions={"float": 2},
        instances=30,
        optimum=0.0,
        anchors_version="1",
    )


def experiment(
    names: Sequence[str], problems: Sequence[ProblemCard], seeds: int, budget: int = 8
) -> list[Outcome]:
    """Make up runs whose values fall at random."""
    return [
        Outcome(
            Run(Identity(name, "1"), problem.identity, seed, Fraction(budget)),
            Stop("complete"),
            tuple(
                Record(
                    Trial(i, Proposal({"x": 0.5}), (float(value),), 1.0),
                    score=float(value) + 0.01,
                    measures={},
                    finished=float(i + 1),
                    measured={"ask": 1e-4, "tell": 1e-5, "evaluate": 0.1},
                )
                for i, value in enumerate(
                    np.random.default_rng([s, p, seed]).exponential(size=budget)
                )
            ),
        )
        for s, name in enumerate(names)
        for p, problem in enumerate(problems)
        for seed in range(seeds)
    ]


def nasty_runs() -> tuple[list[Outcome], list[StrategyCard], list[ProblemCard]]:
    """Return runs and cards whose every text is made to do harm."""
    names = ["random-search", *NASTY[:12]]
    problems = [
        problem_card(
            name,
            ANCHORS,
            family=f"f {name}",
            dimensions={"float": 2},
            instances=30,
            optimum=0.0,
            anchors_version="1",
            summary=name,
            citation=name,
            licence=name,
        )
        for name in (NASTY[3], NASTY[10], NASTY[13], NASTY[18])
    ]
    outcomes = experiment(names, problems, seeds=1)
    outcomes += [
        Outcome(replace(each.run, seed=1), Stop("failed", text), ())
        for each, text in zip(outcomes, NASTY, strict=False)
    ]
    cards = [
        replace(strategy_card(name), summary=name, citation=name, fields={name: name})
        for name in names
    ]
    return outcomes, cards, problems


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a report on runs whose texts are made to do harm."""
    folder = tmp_path_factory.mktemp("nasty")
    sessions, notice = [{name: name for name in NASTY}], " ".join(NASTY[:13])
    with sketching():
        outcomes, strategies, problems = nasty_runs()
        runs = finished(outcomes)
        writing.write(
            *(runs, strategies, problems, sessions, folder),
            title=NASTY[3],
            notice=notice,
            choice=Choice(paper=True),
        )
    return folder


class Reader(HTMLParser):
    """A reader of HTML that collects tags and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def page(nasty: Path) -> Reader:
    reader = Reader()
    reader.feed((nasty / "index.html").read_text(encoding="utf-8"))
    return reader


def test_no_text_becomes_a_tag_or_an_attribute_of_the_page(page: Reader) -> None:
    kinds = {tag for tag, _ in page.tags}
    assert not kinds & {"iframe", "object", "link", "base", "form"}
    scripts = [attributes for tag, attributes in page.tags if tag == "script"]
    assert scripts == [{"type": "text/plain", "id": "data"}, {}]
    assert not [name for _, attributes in page.tags for name in attributes if name[:2] == "on"]
    sources = [attributes["src"] or "" for tag, attributes in page.tags if tag == "img"]
    assert all(source.startswith("data:image/webp;base64,") for source in sources)


def test_links_lead_into_the_page_to_its_files_or_to_the_web(page: Reader, nasty: Path) -> None:
    links = [attributes["href"] or "" for tag, attributes in page.tags if tag == "a"]
    assert links
    for link in links:
        assert re.match(r"https?://|#[a-z-]+$", link) or (nasty / link).is_file()


def test_texts_are_shown_as_they_are(page: Reader) -> None:
    text = "".join(page.text)
    for name in NASTY[:12]:
        assert markup.plain(name) in text
    assert "{{ 7 * 7 }}" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


def test_every_file_is_utf_8_and_lies_in_its_folder(nasty: Path) -> None:
    assert {path.name for path in nasty.iterdir()} == {
        *("index.html", "manifest.json", "figures", "tables", "paper")
    }
    for path in nasty.rglob("*.*"):
        assert re.fullmatch(r"[a-z0-9-]+(\.tabular(-\d+)?)?\.[a-z]+", path.name)
        if path.suffix in {".csv", ".md", ".tex", ".html"}:
            path.read_text(encoding="utf-8")


def test_no_cell_of_a_csv_is_a_formula(nasty: Path) -> None:
    for path in nasty.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    number = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|-inf", cell)
                    assert number or not re.match(r"\s*[=+\-@\t\r]", cell)


def test_latex_runs_no_command_of_a_text(nasty: Path) -> None:
    for path in nasty.rglob("*.tex"):
        ours = r"\\input\{(\\hpobenchtables/[a-z0-9-]+\.tabular(-\d+)?|tables/[a-z0-9-]+)\}"
        text = re.sub(ours, "", path.read_text(encoding="utf-8"))
        assert not re.search(r"\\(input|write|immediate|def|csname|include|openin|read)\b", text)
        assert text.count("\\begin{") == text.count("\\end{")
        assert not re.search(r"(\\\\|rule)\n\s*[\[*]", text)


def test_every_figure_is_drawn(page: Reader) -> None:
    assert "could not be drawn" not in "".join(page.text)


def test_figures_with_all_names_of_strategies_and_of_problems_are_laid_out_and_saved() -> None:
    about = selected(*nasty_runs())
    for exhibit in (over_budget.regret(about), *at_the_end.where(about, DEFAULT)):
        assert isinstance(rendered(exhibit, DEFAULT, "runs"), Rendering)


def test_a_figure_that_cannot_be_drawn_says_why() -> None:
    def draw(_: Style) -> Drawing:
        raise OverflowError("the axis is too long")

    found = rendered(CaptionedFigure("mean-rank", "Mean rank", "It says.", draw), DEFAULT, "runs")
    assert found == "n/a: it could not be drawn (OverflowError: the axis is too long)."


def test_random_search_with_twice_the_budget_is_its_own_curve_read_twice_as_far() -> None:
    problems = [card(f"p{i}") for i in range(3)]
    outcomes = experiment(["random-search", "sobol"], problems, seeds=3)
    cards = [strategy_card("random-search"), strategy_card("sobol")]
    numbers = over_budget.regret(selected(outcomes, cards, problems)).numbers
    curves = {
        name: {
            float(str(spent)): float(str(centre))
            for panel, strategy, spent, centre, *_ in numbers
            if (panel, strategy) == ("geometric mean", name)
        }
        for name in ("random-search", "random-search \N{MULTIPLICATION SIGN}2")
    }
    once, twice = curves.values()
    for spent in (1.0, 2.0, 3.0, 4.0):
        assert twice[spent] == once[2 * spent]
    beyond = [twice[spent] for spent in (4.0, 5.0, 6.0, 7.0, 8.0)]
    assert beyond == sorted(beyond, reverse=True)
    assert beyond[-1] == pytest.approx(once[8.0] / 2)
