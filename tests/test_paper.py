"""A paper cites all that it uses, refers to all that it shows, and answers what results know."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from cards import problem_card, strategy_card
from sketches import PDF, sketching
from studies import finished, noisy, outcomes, problem, selected

from hpobench.cards.card import Anchors, ProblemCard, StrategyCard
from hpobench.registry.choice import Choice
from hpobench.registry.ours import kept_entrants, kept_problems
from hpobench.report import writing
from hpobench.report.looks.venues import DEFAULT, STYLES
from hpobench.report.method import method
from hpobench.report.page.items import Picture
from hpobench.report.paper import exhibits, prose
from hpobench.report.paper.bibliography import LIBRARIES, cited, references
from hpobench.report.paper.formulas import FORMULAS, SPEED_UP, WITHOUT_REGRETS, formulas
from hpobench.report.paper.layouts import LAYOUTS, room
from hpobench.report.paper.works import mentions, plain, works, years
from hpobench.report.trace.manifest import PAGE
from hpobench.trial import Fidelity, Outcome

NAMES = ("random-search", "sobol", "mine_%")
LEVELS = dict(zip(NAMES, (0.5, 0.4, 0.2), strict=True))
ENDS = {name: noisy(level, key=i) for i, (name, level) in enumerate(LEVELS.items())}
OWN = "Someone {et} al. (2031), A method \\input{of} mine, 100 %"
SESSION = {
    "processor-seconds": 1800.0,
    "machine": {"hpobench": "0.1.0", "python": "3.11.7", "versions": {"numpy": "2.4.6"}},
    "experiment": {"limit": 3600, "trial_limit": 60},
}
LICENCE = "CC BY 4.0: UCI 149, Statlog (Vehicle Silhouettes)"


def strategies() -> list[StrategyCard]:
    return [
        strategy_card("random-search", citation="Bergstra and Bengio (2012), Random search"),
        strategy_card("sobol", citation="Sobol' (1967), On the distribution; with the libraries"),
        strategy_card("mine_%", source="# its file", given="./mine.py", citation=OWN),
    ]


def suite(number: int) -> list[ProblemCard]:
    return [
        replace(card, about=replace(card.about, licence=LICENCE, citation="Our own"))
        for card in (
            problem(i, anchors=Anchors(0.0, 1.0, (1, 2, 3), (1.0, 0.6, 0.4))) for i in range(number)
        )
    ]


def made(folder: Path, problems: int, sessions: list[Mapping[str, object]]) -> dict[str, str]:
    """Write a report with a paper; return the texts of the paper's files."""
    suited = suite(problems)
    found: list[Outcome] = outcomes(ENDS, suited, seeds=2)
    with sketching():
        writing.write(
            finished(found),
            strategies(),
            suited,
            sessions,
            folder,
            notice="to look at",
            choice=Choice(paper=True),
        )
    return {
        str(path.relative_to(folder / "paper")): path.read_text(encoding="utf-8")
        for path in (folder / "paper").rglob("*")
        if path.suffix in {".tex", ".bib"}
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def paper(folder: Path) -> dict[str, str]:
    return made(folder, 8, [SESSION])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Make the paper of two problems, of which nobody recorded who ran them and where."""
    return made(tmp_path_factory.mktemp("small"), 2, [])


def commands(text: str, command: str) -> set[str]:
    found = re.findall(rf"\\{command}\{{([^}}]*)\}}", text)
    return {key for keys in found for key in keys.split(",")}


def whole(paper: Mapping[str, str]) -> str:
    """Return the document with its tables in their places."""
    return "\n".join(text for name, text in paper.items() if name.endswith(".tex"))


@pytest.mark.parametrize(
    "citation",
    sorted(
        {entrant.citation for entrant in kept_entrants().values()}
        | {each.about.citation for each in kept_problems().values()}
    ),
)
def test_every_work_that_our_cards_cite_has_an_entry(citation: str) -> None:
    assert years(citation) == [each.end for each in mentions(citation)]


def test_every_table_of_ours_has_an_entry() -> None:
    licences = {each.about.licence for each in kept_problems().values()}
    data = [each for each in licences if re.search(r"UCI|OpenML|\(\d{4}\)", each)]
    assert len(data) > 5
    assert all(mentions(each) for each in data)


def test_every_entry_is_cited_somewhere() -> None:
    texts = [
        *(entrant.citation for entrant in kept_entrants().values()),
        *(f"{each.about.citation}; {each.about.licence}" for each in kept_problems().values()),
    ]
    report = Path(writing.__file__).parent
    texts += [path.read_text(encoding="utf-8") for path in report.rglob("*.py")]
    found = {each.work.key for text in texts for each in mentions(text)}
    for formula in (*FORMULAS.values(), SPEED_UP):
        found |= commands(formula, "citep")
    assert set(works()) == found | set(LIBRARIES.values())


@pytest.mark.parametrize("key", works())
def test_an_entry_has_what_bibtex_needs(key: str) -> None:
    work = works()[key]
    needed = {
        "article": {"author", "title", "journal", "year"},
        "inproceedings": {"author", "title", "booktitle", "year"},
        "incollection": {"author", "title", "booktitle", "publisher", "year"},
        "book": {"title", "publisher", "year"},
        "phdthesis": {"author", "title", "school", "year"},
        "misc": {"author", "title", "year"},
    }
    assert needed[work.kind] <= set(work.fields)
    assert work.names
    for words in work.fields.values():
        assert words.count("{") == words.count("}")
        assert not re.search(r"(?<!\\)[&%#_](?!\d|[a-z])", words) or "doi" in work.fields
    assert re.fullmatch(r"10\.\d{4,}/\S+", work.fields.get("doi", "10.1000/x"))


def test_works_of_one_author_and_year_are_told_by_the_others() -> None:
    first, second = (
        "Wang, Wu, Weimer and Zhu (2021), FLAML",
        "Wang, Wu, Huang and Saied (2021), Economical; in FLAML (Wang, Wu, Weimer and Zhu, 2021)",
    )
    assert [each.work.key for each in mentions(first)] == ["wang2021flaml"]
    assert [each.work.key for each in mentions(second)] == ["wang2021blend", "wang2021flaml"]


def test_a_second_author_alone_names_nothing_else() -> None:
    text = "Deb and Agrawal (1995); Deb, Pratap, Agarwal and Meyarivan (2002)"
    assert [each.work.key for each in mentions(text)] == ["deb1995", "deb2002"]
    assert mentions("Nobody (1945) and Holm (1980), in 1979") == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("the mean (Agarwal et al., 2021).", r"the mean \citep{agarwal2021}."),
        ("as Agarwal et al. (2021); 5 %", r"as \citet{agarwal2021}; 5 \%"),
        ("Schneider et al. (AutoML 2025), so", r"\citet{schneider2025}, so"),
        ("Bergstra and Bengio (2012, JMLR 13)", r"\citet{bergstra2012}"),
        (
            "the test (Benavoli et al., 2014 and 2017); a_b",
            r"the test \citep{benavoli2014,benavoli2017}; a\_b",
        ),
        ("López-Ibáñez et al. (2024) \\x", r"\citet{lopezibanez2024} \textbackslash{}x"),
    ],
)
def test_the_name_of_a_work_becomes_a_citation(words: str, expected: str) -> None:
    assert prose.cited(words) == expected


def test_plain_letters_are_as_many_as_there_were() -> None:
    for words in ("Ørsted, Đặng & Čapek", "\N{LATIN SMALL LIGATURE FI}x 中"):
        assert len(plain(words)) == len(words)


def test_what_a_user_cites_is_kept_word_by_word() -> None:
    found = cited(strategies(), suite(1))
    (key,) = found.keys[OWN]
    entry = references(rf"\citep{{{key}}}", found.own)
    assert r"\textbackslash{}input" in entry
    assert r"100 \%" in entry
    body = entry.split("author = ")[1]
    assert r"\{" not in body
    assert entry.count("{") == entry.count("}")


def test_a_users_citation_is_a_work_of_ours_only_by_its_title() -> None:
    title = "Holm (1979), A simple sequentially rejective multiple test procedure"
    cards = [
        strategy_card("a", source="#", citation="Holm (1979), Other things"),
        strategy_card("b", source="#", citation=title),
    ]
    found = cited(cards, [problem_card("p")])
    assert found.keys[title] == ("holm1979",)
    assert found.keys["Holm (1979), Other things"] == ("own1",)


def test_the_paper_cites_its_strategies_data_libraries_and_statistics(
    paper: dict[str, str],
) -> None:
    cites = commands(paper["main.tex"], "cite[pt]")
    used = {"bergstra2012", "sobol1967", "own1", "uci149", "harris2020", "hunter2007"}
    assert used | {"wilcoxon1945", "holm1979", "satterthwaite1946", "turner2021"} <= cites


def test_every_citation_has_an_entry_and_every_entry_is_cited(paper: dict[str, str]) -> None:
    entries = re.findall(r"^@\w+\{([^,]+),", paper["references.bib"], re.MULTILINE)
    assert len(entries) == len(set(entries))
    cites = commands(whole(paper), "cite[pt]")
    named = commands(whole(paper), "nocite")  # in notes below tables, which are files of their own
    assert {"erickson2025", "more2009"} <= named
    assert set(entries) == cites | named


@pytest.mark.parametrize("which", ["paper", "small"])
def test_every_reference_has_a_label_and_every_exhibit_a_reference(
    which: str, request: pytest.FixtureRequest
) -> None:
    text = whole(request.getfixturevalue(which))
    labels = re.findall(r"\\label\{([^}]*)\}", text)
    assert len(labels) == len(set(labels))
    refs = commands(text, "ref") | commands(text, "eqref")
    assert refs <= set(labels)
    assert {each for each in labels if each.startswith(("tab:", "fig:"))} <= refs


def test_no_work_is_named_without_a_citation(paper: dict[str, str]) -> None:
    text = paper["main.tex"]
    assert len(re.findall(r"\\cite[pt]\{", text)) > 10
    assert re.findall(r"[A-Z][a-z]+,? \(?(?:19|20)\d\d(?![\d-])", text) == []


def test_the_paper_has_all_figures_and_tables_of_the_report(
    folder: Path, paper: dict[str, str]
) -> None:
    for kind, suffix in (("figures", ".pdf"), ("tables", ".tex")):
        report = {p.name: p.read_bytes() for p in (folder / kind).glob(f"*{suffix}")}
        copied = {p.name: p.read_bytes() for p in (folder / "paper" / kind).iterdir()}
        assert copied == report
    text = paper["main.tex"]
    assert commands(text, "input") == {
        f"tables/{p.stem}" for p in (folder / "tables").glob("*.csv")
    }
    shown = re.findall(r"\\includegraphics\{figures/([^}]*)\}", text)
    assert sorted(shown) == sorted(p.name for p in (folder / "figures").glob("*.pdf"))


def test_no_figure_is_scaled(paper: dict[str, str]) -> None:
    assert r"\includegraphics[" not in paper["main.tex"]


def test_the_method_has_the_sentences_of_the_page_and_formulas(paper: dict[str, str]) -> None:
    text = paper["main.tex"]
    compared = selected(outcomes(ENDS, suite(8), seeds=2), strategies(), suite(8))
    for word, said in method(compared).items():
        assert rf"\paragraph{{{word}.}} {prose.cited(said[0].upper() + said[1:])}" in text
    assert set(FORMULAS) <= set(method(compared))
    for formula in (*formulas(compared).values(), SPEED_UP):
        assert formula in text
    for formula in (*FORMULAS.values(), WITHOUT_REGRETS, SPEED_UP):
        assert commands(formula, "citep") <= set(works())


def test_the_method_and_the_page_say_limits_that_were_set(
    folder: Path, paper: dict[str, str], small: dict[str, str]
) -> None:
    said = "Limits: a trial that took longer than 60 s failed, which depends on the machine: 0 of"
    assert said in paper["main.tex"]
    assert said in (folder / PAGE).read_text(encoding="utf-8")
    assert "Limits:" not in small["main.tex"]


def test_the_method_says_nothing_of_what_the_runs_lack() -> None:
    lacking = [problem(0, anchors=None), problem(1, anchors=None)]
    graded = [*suite(1), replace(suite(2)[1], fidelity=Fidelity(1, 9))]
    for where, whole in ((lacking, False), (graded, True)):
        compared = selected(outcomes(ENDS, where, seeds=2), strategies(), where)
        said, below = method(compared), formulas(compared)
        assert ("Regret" in said, "fidelity costs" in said["Cost"], "Cost" in below) == (whole,) * 3
        assert ("mean regret" in said["Tests"], "eq:regret" in below["Tests"]) == (whole,) * 2
    own = selected(outcomes(ENDS, graded, seeds=2), strategies(), graded, comparator="sobol")
    assert "Fixed by hpobench" not in method(own)["Tests"]
    assert "each strategy against sobol" in method(own)["Tests"]


def test_the_abstract_says_who_wins_and_how_far_to_trust_it(paper: dict[str, str]) -> None:
    abstract = paper["main.tex"].split(r"\begin{abstract}")[1].split(r"\end{abstract}")[0]
    assert "has the lowest mean final regret" in abstract
    assert "to look at" in abstract


def answers(paper: Mapping[str, str], name: str) -> dict[str, str]:
    """Return the answers of a checklist with their reasons, by the first word of the question."""
    text = paper["main.tex"].split(rf"\label{{sec:checklist-{name}}}")[1]
    text = text.split(r"\section")[0]
    found = re.findall(r"\\item (.*?) \\textbf\{(yes|no|n\.a\.)\}: (.+)", text)
    assert len(found) > 10
    return {asked: f"{answer}: {where}" for asked, answer, where in found}


def answer(paper: Mapping[str, str], name: str, part: str) -> str:
    (found,) = [said for asked, said in answers(paper, name).items() if part in asked]
    return found


def test_checklists_say_what_the_results_know(paper: dict[str, str]) -> None:
    assert answer(paper, "automl", "repeated, with other seeds").startswith("yes: 2 seeds")
    assert answer(paper, "neurips", "error bars").startswith("yes")
    assert answer(paper, "neurips", "Compute").startswith("yes: 0.50 processor hours")
    assert answer(paper, "automl", "over time").startswith("yes")
    assert "Our own" not in answer(paper, "automl", "cited")


def test_checklists_say_no_where_the_results_lack_something(small: dict[str, str]) -> None:
    assert answer(small, "neurips", "error bars").startswith("no: there are 2 problems")
    assert answer(small, "automl", "differences are significant").startswith("no")
    assert answer(small, "neurips", "Compute").startswith("no")
    assert "mine" in answer(small, "neurips", "made again")


def test_what_only_authors_know_is_left_to_them(paper: dict[str, str]) -> None:
    for name in ("automl", "neurips"):
        open_ones = [
            each for each in answers(paper, name).values() if "the authors have to" in each
        ]
        assert open_ones


def picture(caption: str) -> Picture:
    return Picture("regret", "Regret", caption, b"drawn")


class _Content:
    """What an exhibit needs of a paper's content."""

    def __init__(self, style: str, size: tuple[float, float]) -> None:
        self.style = STYLES[style]
        self._size = size

    def drawn(self, name: str) -> bytes:
        assert name == "regret"
        width, height = (72 * each for each in self._size)
        return f"%PDF /MediaBox [ 0 0 {width:g} {height:g} ]".encode()


@pytest.mark.parametrize(
    ("style", "width", "kind"),
    [("icml", 3.25, "figure"), ("icml", 6.75, "figure*"), ("neurips", 5.5, "figure")],
)
def test_a_figure_wider_than_a_column_spans_both(style: str, width: float, kind: str) -> None:
    content = _Content(style, (width, 2.0))
    lines = [*exhibits.placed(picture("It says."), content, columns=content.style.columns)]  # type: ignore[arg-type]  # it has what is needed
    assert lines[0] == rf"\begin{{{kind}}}"
    assert lines[-1] == rf"\end{{{kind}}}"


def test_the_caption_of_a_figure_that_fills_a_page_stands_before_it() -> None:
    content = _Content("icml", (6.75, 8.8))
    lines = "\n".join(exhibits.placed(picture("It says."), content, columns=1))  # type: ignore[arg-type]  # it has what is needed
    assert lines.index(r"\captionof{figure}") < lines.index(r"\begin{figure}[p]")
    assert r"\caption{" not in lines


def test_many_shortened_names_are_explained_among_the_notes() -> None:
    names = "; ".join(f"``a_{i}'' is a_long_name_{i}" for i in range(40))
    long = picture(f"It says. Shortened: {names}.")
    content = _Content("icml", (6.75, 2.0))
    lines = "\n".join(exhibits.placed(long, content, columns=2))  # type: ignore[arg-type]  # it has what is needed
    assert r"It says. Names are shortened: Section~\ref{sec:notes}." in lines
    assert exhibits.notes(long) == f"Shortened: {names}."
    short = picture("It says. Shortened: a is b.")
    assert exhibits.notes(short) == ""
    assert "a is b" in "\n".join(exhibits.placed(short, content, columns=2))  # type: ignore[arg-type]  # it has what is needed


def test_the_size_of_a_figure_is_that_of_its_pdf() -> None:
    found = exhibits.size(PDF)
    assert (found.width, found.height) == pytest.approx((6.75, 4.2))


def test_pages_have_the_widths_of_their_style() -> None:
    for name, layout in LAYOUTS.items():
        found = room(STYLES[name])
        assert found.page == pytest.approx(72.27 * STYLES[name].double)
        assert found.column == pytest.approx(72.27 * STYLES[name].column)
        assert found.height < 72.27 * layout.height
    assert DEFAULT.name in LAYOUTS


def test_a_paper_without_regrets_says_so_once_and_has_no_empty_section(tmp_path: Path) -> None:
    where = [replace(each, value_anchors=(), score_anchors=()) for each in suite(3)]
    found = outcomes(ENDS, where, seeds=2)
    with sketching():
        writing.write(
            *(finished(found), strategies(), where, [], tmp_path), choice=Choice(paper=True)
        )
    text = (tmp_path / "paper" / "main.tex").read_text(encoding="utf-8")
    abstract = text.partition(r"\begin{abstract}")[2].partition(r"\end{abstract}")[0]
    assert "There are no regrets" in abstract
    assert "n/a: no problem has anchors" not in text
    assert "Calibration" not in text
    assert "label{sec:budget}" not in text
    assert "label{sec:textbook}" not in text
    assert r"\paragraph{Speed-up.}" not in text
    every = [path.read_text(encoding="utf-8") for path in (tmp_path / "paper").rglob("*.tex")]
    assert commands(text, "ref") <= commands("".join(every), "label")
