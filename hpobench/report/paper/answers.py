"""The questions of checklists, in our own words, with the answers that results know."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ...errors import counted
from ...statistics import FEWEST_PROBLEMS
from ..compute import processor_hours
from ..looks.tables import decimals
from ..words import listed
from .content import Content

Answer: TypeAlias = Literal["yes", "no", "n.a."]
AUTHORS = "the results can't tell: the authors have to answer"
"""The reason of an answer that only the authors can give."""
_MANY = 5
"""The most names that an answer lists."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answer."""

    asked: str
    answer: Answer
    where: str
    """Where the answer is to be seen, or why it is what it is; [tab:NAME] is a reference."""


def by_authors(asked: str) -> Question:
    """Return a question that only the authors can answer; it counts as open."""
    return Question(asked, "no", f"{AUTHORS}.")


def seeds(content: Content, asked: str) -> Question:
    """Answer whether runs were repeated."""
    planned = content.compared.scores.planned.sum(axis=1)
    few, many = int(planned.min()), int(planned.max())
    number = f"{few}" if few == many else f"{few} to {many}"
    answer: Answer = "yes" if few > 1 else "no"
    return Question(asked, answer, f"{number} seeds of each strategy on a problem: [sec:setting].")


def uncertainty(content: Content, asked: str) -> Question:
    """Answer whether results have intervals."""
    problems = len(content.compared.scaled or content.compared.problems)
    if problems >= FEWEST_PROBLEMS:
        return Question(
            asked,
            "yes",
            "95 % intervals over problems, which hold the luck of seeds, too; what they cover in "
            "simulations is said: [sec:method].",
        )
    return Question(
        asked,
        "no",
        f"there are {counted(problems, 'problem')}, and intervals for new problems take "
        f"{FEWEST_PROBLEMS}: [sec:method].",
    )


def significance(content: Content, asked: str) -> Question:
    """Answer whether differences were tested."""
    found = content.found
    if any(each.possible for each in found.every):
        return Question(
            asked,
            "yes",
            f"Wilcoxon's signed-rank test on means by problem, Holm over {found.tests}; the power "
            "of the tests is said: [sec:method], [sec:limitations].",
        )
    return Question(asked, "no", "so few problems can't make any test reject: [sec:limitations].")


def enough(content: Content, asked: str) -> Question:
    """Answer whether there are enough repetitions and problems."""
    where = (
        "what could be found, and whether more problems or more seeds would help: [sec:limitations]"
    )
    found = [each for each in content.found.every if np.isfinite(each.detectable)]
    return Question(asked, "yes" if found and not content.notice else "no", f"{where}.")


def compute(content: Content, asked: str) -> Question:
    """Answer whether the compute is reported."""
    hours = processor_hours(content.sessions)
    if np.isnan(hours):
        return Question(asked, "no", "the sessions recorded no processor time.")
    return Question(
        asked,
        "yes",
        f"{decimals(hours, 2)} processor hours in all, failed runs included: [tab:compute]; the "
        "machines: [sec:reproduce].",
    )


def licences(content: Content, asked: str) -> Question:
    """Answer whether the terms of data are named."""
    cards = content.compared.scores.problems
    names = dict(zip(content.compared.problem_names, cards, strict=True))
    unstated = [name for name, card in names.items() if card.about.licence.startswith("none")]
    own = [name for name, card in names.items() if card.source is not None]
    reasons = [
        *([f"no licence is stated for the data of {_some(unstated)}"] if unstated else []),
        *([f"the authors have to add that of {_some(own)}"] if own else []),
    ]
    said = f"{'; '.join(reasons)}: " if reasons else ""
    return Question(asked, "no" if reasons else "yes", f"{said}[tab:problem-sources].")


def cited(content: Content, asked: str) -> Question:
    """Answer whether strategies and problems are cited."""
    compared = content.compared
    uncited = [
        *(name for name, c in zip(compared.names, compared.cards, strict=True) if not c.citation),
        *(
            name
            for name, card in zip(compared.problem_names, compared.scores.problems, strict=True)
            if not card.about.citation
        ),
    ]
    if uncited:
        return Question(asked, "no", f"no publication is known of {_some(uncited)}: [sec:setting].")
    return Question(asked, "yes", "[sec:setting] and the references.")


def own(content: Content) -> list[str]:
    """Return the strategies and problems that come from users' files."""
    cards = content.compared.scores.problems
    names = zip(content.compared.problem_names, cards, strict=True)
    return [*sorted(content.compared.own), *(n for n, card in names if card.source is not None)]


def again(content: Content, asked: str) -> Question:
    """Answer whether the results can be made again."""
    files = own(content)
    needed = f"; the files of {_some(files)} have to be published, too" if files else ""
    proved = "; what came of runs that were made again" if content.certified else ""
    return Question(
        asked,
        "no" if files else "yes",
        f"the commands, versions and seeds, and the hash of the runs ({content.runs}): "
        f"[sec:reproduce]{needed}{proved}.",
    )


def _some(names: list[str]) -> str:
    """Return names as a sentence has them, and of many how many there are."""
    if len(names) <= _MANY:
        return listed(names)
    return f"{', '.join(names[:_MANY])} and {len(names) - _MANY} more"
