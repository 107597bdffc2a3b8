"""The checklists of venues as LaTeX, filled in from what the results know."""

from collections.abc import Iterator, Mapping, Sequence

from . import prose
from .answers import Question
from .automl_conf import automl_conf
from .content import Content
from .neurips import neurips

_LEAD = (
    "The questions are hpobench's paraphrase: where a venue wants its own words, copy the answers "
    "into its form. An answer is no wherever the results don't say yes by themselves."
)


def checklists(content: Content) -> Iterator[str]:
    """Yield the lines of both checklists."""
    yield from _checklist("Checklist of AutoML-Conf", "automl", automl_conf(content))
    yield from _checklist("Checklist of NeurIPS", "neurips", neurips(content))


def _checklist(title: str, name: str, groups: Mapping[str, Sequence[Question]]) -> Iterator[str]:
    yield rf"\section{{{title}}}\label{{sec:checklist-{name}}}"
    yield prose.cited(_LEAD)
    yield r"\begin{enumerate}\itemsep=1pt"
    for group, questions in groups.items():
        yield rf"\item {prose.cited(group)}"
        yield r"\begin{enumerate}\itemsep=1pt"
        for each in questions:
            words = prose.referring(each.where)
            yield rf"\item {prose.cited(each.asked)} \textbf{{{each.answer}}}: {words}"
        yield r"\end{enumerate}"
    yield r"\end{enumerate}"
