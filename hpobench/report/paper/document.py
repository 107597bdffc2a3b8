"""A report as one document of LaTeX: method, results, appendix and checklists."""

from collections.abc import Iterator, Sequence

from ...errors import counted
from ..captioned_figure import UNDRAWN
from ..compared import AGAINST
from ..looks import markup
from ..method import method
from ..page.items import Aside, Code, Facts, Item, Listing, Picture, Section
from ..summary import power_line, winner
from . import exhibits, prose
from .checklists import checklists
from .content import Content
from .exhibits import Exhibit
from .formulas import SPEED_UP, formulas
from .layouts import LAYOUTS
from .setting import setting
from .works import mentions

_IN_TEXT = {
    "ranking": "ranks the strategies",
    "regret": "shows the regret over the budget",
    "mean-rank": "the mean rank",
    "final-regret": "gives the regrets at four shares of the budget",
    "final-by-problem": "shows where each strategy does well",
}
"""The exhibits that stand in the text, and what each does; all others are in the appendix."""
_ANSWER, _METHOD, _AGAIN = "summary", "method", "reproduce"
"""The sections of a report that a paper has in its text, or at its end."""
_TEXTBOOK = "textbook"
"""The section that a paper has only where claims could be tested."""
_ENTRY = 200
"""The most letters of a fact: the report has all of them."""


def document(content: Content) -> str:
    """Return the whole document."""
    return "\n".join(
        [
            *_head(content),
            *_abstract(content),
            r"\section{What was compared}\label{sec:setting}",
            *setting(content),
            r"\section{How it was measured}\label{sec:method}",
            *_method(content),
            r"\section{Results}\label{sec:results}",
            *_results(content),
            r"\section{Limitations}\label{sec:limitations}",
            *_limitations(content),
            *_named_below_tables(content),
            r"\bibliographystyle{plainnat}",
            r"\bibliography{references}",
            r"\clearpage\onecolumn\appendix",
            # so that floats stand near the text on them, where most of it is floats
            r"\makeatletter\renewcommand{\fps@figure}{!htbp}",
            r"\renewcommand{\fps@table}{!htbp}\makeatother",
            *_appendix(content),
            r"\clearpage",
            *checklists(content),
            r"\end{document}",
            "",
        ]
    )


def _head(content: Content) -> Iterator[str]:
    style, layout = content.style, LAYOUTS[content.style.name]
    columns = "twocolumn" if style.columns > 1 else "onecolumn"
    apart = style.double - 2 * style.single if style.columns > 1 else 0.25
    yield f"% hpobench, runs {content.runs}"
    yield "% pdflatex main; bibtex main; pdflatex main; pdflatex main"
    yield f"% The pages are as wide as those of {layout.venue}. For a paper there, this takes the"
    yield "% place of the first two lines below (with the file of the year):"
    yield f"%   {layout.instead}"
    yield rf"\documentclass[{layout.type}pt,{columns}]{{article}}"
    yield (
        rf"\usepackage[textwidth={style.double:g}in,textheight={layout.height:g}in,"
        rf"columnsep={apart:.2f}in]{{geometry}}"
    )
    yield r"\usepackage[T1]{fontenc}"
    yield r"\usepackage{mathptmx,courier}"
    yield r"\usepackage{amsmath,booktabs,caption,graphicx,microtype}"
    yield r"\usepackage[numbers,sort&compress]{natbib}"
    yield r"\usepackage[hidelinks,hypertexnames=false]{hyperref}"
    yield r"\captionsetup{font=small,labelfont=bf,singlelinecheck=off}"
    yield r"\extrafloats{500}"
    yield r"\emergencystretch=0.4\linewidth"  # a part of a long name may need so much
    yield r"\renewcommand{\topfraction}{.9}\renewcommand{\dbltopfraction}{.9}"
    yield r"\renewcommand{\textfraction}{.07}\renewcommand{\floatpagefraction}{.7}"
    yield r"\renewcommand{\dblfloatpagefraction}{.7}\setcounter{topnumber}{4}"
    yield r"\setcounter{dbltopnumber}{4}\setcounter{totalnumber}{6}"
    strategies = counted(len(content.compared.names), "strategy")
    problems = counted(len(content.compared.problem_names), "problem")
    of = f"A comparison of {strategies} of hyperparameter optimisation on {problems}"
    yield rf"\title{{{of}}}"
    yield r"\author{Anonymous authors}"
    yield r"\date{}"
    yield r"\begin{document}"
    yield r"\maketitle"


def _abstract(content: Content) -> Iterator[str]:
    compared = content.compared
    words = (
        f"We compare {counted(len(compared.names), 'strategy')} of hyperparameter optimisation on "
        f"{compared.suite}, with {counted(compared.budget, 'evaluation')} a run. "
        f"{winner(compared)} {content.notice}"
    )
    yield r"\begin{abstract}"
    yield prose.cited(words)
    yield r"\end{abstract}"


def _method(content: Content) -> Iterator[str]:
    said, below = method(content.compared), formulas(content.compared)
    for word, words in said.items():
        begin = words[0].upper() + words[1:]
        yield rf"\paragraph{{{word}.}} {prose.cited(begin)} {below.get(word, '')}"
    if content.tabled("speed-ups"):
        yield SPEED_UP
    known = {f"{word}: {words}" for word, words in said.items()}
    section = _section(content, _METHOD)
    rest = [each for each in section.items if each not in known]
    yield from _paragraphs([each for each in rest if not _is_lacking(each)])


def _results(content: Content) -> Iterator[str]:
    section = _section(content, _ANSWER)
    shown = _in_text(content)
    for each in shown:
        yield from exhibits.placed(each, content, columns=content.style.columns)
    if shown:
        parts = [f"{exhibits.reference(each)} {_does(content, each)}" for each in shown]
        yield f"{prose.listed(parts)}; the appendix has the rest."
        yield ""
    power = power_line(content.compared, content.found)  # it is among the limitations
    yield from _paragraphs([each for each in _sentences(section) if each != power])


def _does(content: Content, exhibit: Exhibit) -> str:
    against = prose.cited(content.compared.comparator)
    return _IN_TEXT.get(exhibits.name(exhibit), f"compares each strategy with {against}")


def _limitations(content: Content) -> Iterator[str]:
    compared = content.compared
    words = (
        "Time is simulated, so that costs are those of evaluations; what strategies and processors "
        "took is in [tab:compute]. Intervals and tests speak of problems like those of "
        "[tab:problems], which are no random sample of all that is tuned. Strategies were run with "
        "the hyperparameters of [tab:strategies], which were not tuned for this comparison, unless "
        "their authors did so on these very problems."
    )
    yield prose.referring(words)
    yield ""
    yield prose.cited(f"{power_line(compared, content.found)} {content.notice}")
    yield ""


def _in_text(content: Content) -> list[Exhibit]:
    """Return the exhibits of the text, in the order in which they are spoken of."""
    every = {
        exhibits.name(each): each
        for section in content.sections
        for each in exhibits.exhibits(section)
        if exhibits.name(each) in _IN_TEXT or exhibits.name(each).startswith(AGAINST)
    }
    return list(every.values())


def _sentences(section: Section) -> Iterator[str]:
    """Yield the sentences of a section, those that the page folds included."""
    for item in section.items:
        match item:
            case str():
                yield item
            case Aside():
                yield from item.texts
            case _:
                continue


def _appendix(content: Content) -> Iterator[str]:
    shown = _in_text(content)
    for section in content.sections:
        if section.anchor == _METHOD:
            continue
        rest = [each for each in exhibits.exhibits(section) if each not in shown]
        words = [each for each in section.items if not isinstance(each, Exhibit)]
        words = [each for each in [*words, *_undrawn(section)] if not _is_lacking(each)]
        if section.anchor == _ANSWER or (section.anchor == _TEXTBOOK and not rest):
            words = []  # the text has the answer; what can't be tested here is no result
        if not rest and not words:
            continue
        yield rf"\section{{{prose.cited(section.title)}}}\label{{sec:{section.anchor}}}"
        if rest:
            yield f"{'These are' if len(rest) > 1 else 'This is'} {exhibits.references(rest)}."
            yield ""
        yield from _paragraphs(words)
        for each in rest:
            yield from exhibits.placed(each, content, columns=1)
            yield ""
    yield from _notes(content)


def _notes(content: Content) -> Iterator[str]:
    """Yield how the numbers of figures were made; a table has its notes below it."""
    every = [each for section in content.sections for each in exhibits.exhibits(section)]
    noted = [each for each in every if isinstance(each, Picture) and exhibits.notes(each)]
    if noted:
        yield r"\clearpage"
        yield r"\section{How the numbers of figures were made}\label{sec:notes}"
    for each in noted:
        yield rf"\paragraph{{{exhibits.reference(each)}.}} {prose.cited(exhibits.notes(each))}"
        yield ""


def _named_below_tables(content: Content) -> Iterator[str]:
    """Yield what puts the works among the references that only notes below tables name."""
    every = [each for section in content.sections for each in exhibits.exhibits(section)]
    told = [each.table.how for each in every if isinstance(each, Listing)]
    if keys := {found.work.key for words in told for found in mentions(words)}:
        yield rf"\nocite{{{','.join(sorted(keys))}}}"


def _is_lacking(item: Item) -> bool:
    """Return whether a sentence says no more than that there is no number, and why."""
    return isinstance(item, str) and ": n/a" in item and UNDRAWN not in item


def _undrawn(section: Section) -> list[str]:
    """Return what stands in the place of figures that could not be drawn."""
    return [
        f"{each.title}: {each.caption}"
        for each in section.items
        if isinstance(each, Picture) and not each.image
    ]


def _paragraphs(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        match item:
            case str():
                yield prose.cited(item)
            case Aside():
                yield "\n\n".join(map(prose.cited, item.texts))
            case Code():
                lines = [markup.latex(line, breaking=True) for line in item.lines]
                yield r"\begin{flushleft}\ttfamily\footnotesize"
                yield "\n".join(rf"\mbox{{}}{line}\\" for line in map(_indented, lines))
                yield r"\end{flushleft}"
            case Facts():
                yield rf"\paragraph{{{prose.cited(item.title)}.}}"
                parts = (
                    rf"\textit{{{prose.cited(name)}}}: "
                    + markup.latex(markup.cut(said, _ENTRY), breaking=True)
                    for name, said in item.entries.items()
                )
                yield rf"{{\footnotesize {'; '.join(parts)}.\par}}"
            case _:
                continue
        yield ""


def _indented(line: str) -> str:
    bare = line.lstrip(" ")
    return "~" * (len(line) - len(bare)) + bare


def _section(content: Content, anchor: str) -> Section:
    return next(each for each in content.sections if each.anchor == anchor)
