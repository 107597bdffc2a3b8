"""The questions of checklists, in our own words, with the answers that results know."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ...errors import counted
from ...statistics import FEWEST_PROBLEMS
from ..compute import processor_hours
from ..looks.tables import decimals
from ..words import some_of
from .content import Content

Answer: TypeAlias = Literal["yes", "no", "n.a."]
AUTHORS = "the results can't tell: the authors have to answer"
"""The reason of an answer that only the authors can give."""


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
    number = counted(few, "seed") if few == many else f"{few} to {many} seeds"
    answer: Answer = "yes" if few > 1 else "no"
    return Question(asked, answer, f"{number} of each strategy on a problem: [sec:setting].")


def uncertainty(content: Content, asked: str) -> Question:
    """Answer whether results have intervals."""
    problems = len(content.compared.scaled or content.compared.problems)
    there = f"there {'is' if problems == 1 else 'are'} {counted(problems, 'problem')}"
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
        f"{there}, and intervals for new problems take {FEWEST_PROBLEMS}: [sec:method].",
    )


def significance(content: Content, asked: str) -> Question:
    """Answer whether differences were tested."""
    found = content.found
    if any(each.possible for each in found.every):
        return Question(
            asked,
            "yes",
            "Wilcoxon's signed-rank test on means by problem, Holm over "
            f"{counted(found.tests, 'test')}; the power of the tests is said: "
            "[sec:method], [sec:limitations].",
        )
    return Question(asked, "no", "so few problems can't make any test reject: [sec:limitations].")


def enough(content: Content, asked: str) -> Question:
    """Answer whether there are enough repetitions and problems."""
    where = (
        "what could be found, and whether more problems or more seeds would help: [sec:limitations]"
    )
    found = [each for each in content.found.every if np.isfinite(each.detectable)]
    return Question(asked, "yes" if found and not content.notice else "no", f"{where}.")


def over_time(content: Content, asked: str) -> Question:
    """Answer whether strategies are compared over the budget."""
    drawn = [f"[fig:{name}]" for name in ("regret", "mean-rank") if content.drawn(name)]
    if not drawn:
        return Question(asked, "no", "there is no figure over the budget.")
    return Question(
        asked,
        "yes",
        f"over the budget: {', '.join(drawn)}; the authors have to say why the budget is "
        f"{counted(content.compared.budget, 'evaluation')}.",
    )


def compute(content: Content, asked: str) -> Question:
    """Answer whether the compute is reported."""
    hours = processor_hours(content.sessions)
    if np.isnan(hours):
        return Question(asked, "no", "the sessions recorded no processor time.")
    return Question(
        asked,
        "yes",
        f"{decimals(hours, 2) if hours >= 0.005 else 'under 0.01'} processor hours in all, failed "
        "runs included: [tab:compute]; the machines: [sec:reproduce].",
    )


def licences(content: Content, asked: str) -> Question:
    """Answer whether the terms of data are named."""
    cards = content.compared.scores.problems
    names = dict(zip(content.compared.problem_names, cards, strict=True))
    unstated = [name for name, card in names.items() if card.about.licence.startswith("none")]
    own = _own_problems(content)
    reasons = [
        *([f"no licence is stated for the data of {some_of(unstated)}"] if unstated else []),
        *([f"the authors have to add that of {some_of(own)}"] if own else []),
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
        return Question(
            asked, "no", f"no publication is known of {some_of(uncited)}: [sec:setting]."
        )
    return Question(asked, "yes", "[sec:setting] and the references.")


def own(content: Content) -> list[str]:
    """Return the strategies and problems that come from users' files."""
    return [*sorted(content.compared.own), *_own_problems(content)]


def persons(content: Content, asked: str) -> Question:
    """Answer whether data could identify persons or offend."""
    if mine := _own_problems(content):
        return Question(asked, "no", f"the authors have to answer for the data of {some_of(mine)}.")
    if not any(card.about.licence for card in content.compared.scores.problems):
        return Question(asked, "n.a.", "no problem has data.")
    return Question(asked, "n.a.", "the data describe things, or are counts of a census.")


def tidy(content: Content, asked: str) -> Question:
    """Answer whether code is documented and tidy."""
    if files := own(content):
        said = f"hpobench's is; the authors have to answer for the files of {some_of(files)}."
        return Question(asked, "no", said)
    return Question(asked, "yes", "all of it is hpobench's.")


def _own_problems(content: Content) -> list[str]:
    cards = content.compared.scores.problems
    names = zip(content.compared.problem_names, cards, strict=True)
    return [name for name, card in names if card.source is not None]


def again(content: Content, asked: str) -> Question:
    """Answer whether the results can be made again."""
    files = own(content)
    needed = f"; the files of {some_of(files)} have to be published, too" if files else ""
    proved = "; what came of runs that were made again" if content.certified else ""
    return Question(
        asked,
        "no" if files else "yes",
        f"the commands, versions and seeds, and the hash of the runs ({content.runs}): "
        f"[sec:reproduce]{needed}{proved}.",
    )
