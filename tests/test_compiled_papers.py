"""Papers compile with Debian's texlive, and nothing in them is too wide: `make test-paper`."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from studies import finished
from test_report import SESSIONS, ended, experiment, run, strategy_card, suite
from test_report_texts import NASTY, nasty_runs

from hpobench.cards.card import ProblemCard
from hpobench.registry.choice import Choice
from hpobench.report import writing
from hpobench.trial import Outcome

pytestmark = pytest.mark.paper

RANDOM = "random-search"
FEW = (RANDOM, "bayesian-optimization", "sobol")
NINE = (*FEW, "grid-search", "default", "tpe", "cma-es", "genetic-algorithm", "manual-search")
MANY = (*NINE, *(f"genetic-algorithm:population={size}" for size in range(10, 28)))
SIZES = {
    "smoke": (FEW, 4, 2),
    "standard": (NINE, 23, 3),
    "27 strategies": (MANY, 9, 2),
    "54 problems": (FEW, 54, 2),
    "own problems": (FEW[:2], 2, 2),
}
"""The names of the strategies, and how many problems and seeds there are."""
LIMIT = 1.0
"""By how much a line may be too long, in points."""


def results(which: str) -> tuple[list[Outcome], list[ProblemCard]]:
    names, problems, seeds = SIZES[which]
    where = suite(problems)
    if which == "own problems":
        where = [own(card) for card in suite(problems, anchored=False)]
    found = experiment(names, where, seeds)
    if which == "standard":
        found += [run("hypergradient", where[1], seed) for seed in range(seeds)]
        found += [ended("hypergradient", where[0], seed, "unsupported") for seed in range(seeds)]
        found += [ended("sobol:skip=1", card, 0, "failed") for card in where]
    return found, where


def own(card: ProblemCard) -> ProblemCard:
    about = replace(card.about, family="own", citation="{", licence="")
    return replace(card, about=about, source="# its file", given=f"./{card.identity.name}.py")


def written(
    folder: Path, outcomes: Sequence[Outcome], problems: Sequence[ProblemCard], style: str
) -> None:
    """Write a report with its paper."""
    names = sorted({outcome.run.strategy.name for outcome in outcomes})
    cards = [strategy_card(name, plans=name == "sobol") for name in names]
    writing.write(
        *(finished(outcomes), cards, problems, SESSIONS, folder),
        choice=Choice(style=style, paper=True),
    )


def compiled(paper: Path) -> str:
    """Compile a paper as its first lines say; return LaTeX's last log."""
    # fonts are looked for in the file, so it holds no compressed objects
    latex = [
        *("pdflatex", "-jobname=main", "-interaction=nonstopmode", "-halt-on-error"),
        *("-no-shell-escape", r"\pdfobjcompresslevel0 \input{main}"),
    ]
    for command in (latex, ["bibtex", "main"], latex, latex, latex):
        done = subprocess.run(  # noqa: S603  # our own arguments
            command, cwd=paper, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    return (paper / "main.log").read_text(encoding="latin-1")


@pytest.mark.parametrize("style", ["icml", "neurips"])
@pytest.mark.parametrize("which", SIZES)
def test_a_paper_compiles_without_warnings(which: str, style: str, tmp_path: Path) -> None:
    written(tmp_path, *results(which), style)
    check(tmp_path / "paper", compiled(tmp_path / "paper"))


@pytest.mark.parametrize("style", ["acm", "automl", "ieee"])
def test_a_paper_compiles_on_the_pages_of_every_venue(style: str, tmp_path: Path) -> None:
    written(tmp_path, *results("standard"), style)
    check(tmp_path / "paper", compiled(tmp_path / "paper"))


def test_a_paper_of_harmful_texts_compiles(tmp_path: Path) -> None:
    outcomes, cards, problems = nasty_runs()
    sessions, notice = [{name: name for name in NASTY}], " ".join(NASTY[:13])
    cards = [replace(card, source="# its file", given="./a.py") for card in cards]
    writing.write(
        *(finished(outcomes), cards, problems, sessions, tmp_path),
        notice=notice,
        choice=Choice(paper=True),
    )
    check(tmp_path / "paper", compiled(tmp_path / "paper"))


def check(paper: Path, log: str) -> None:
    """Look for what a reviewer would see: long lines, question marks, lost figures, fonts."""
    lengths = [float(each) for each in re.findall(r"Overfull \\[hv]box \(([\d.]+)pt", log)]
    assert max(lengths, default=0.0) <= LIMIT
    for fault in ("undefined", "multiply defined", "too large for page", "Rerun to get"):
        assert fault not in log
    bibliography = (paper / "main.blg").read_text(encoding="latin-1")
    assert "error message" not in bibliography
    assert "Warning--I didn't find" not in bibliography
    document = (paper / "main.tex").read_text(encoding="utf-8")
    for figure in (paper / "figures").iterdir():
        assert f"figures/{figure.name}" in document
        assert f"<figures/{figure.name}" in "".join(log.split("\n")).replace("./", "")
    fonts = set(
        re.findall(
            rb"/Subtype\s*/(Type0|Type1|TrueType|Type3)\b", (paper / "main.pdf").read_bytes()
        )
    )
    assert fonts
    assert b"Type3" not in fonts
