"""The references of a paper: entries of BibTeX for all that its text and its cards cite."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...cards.card import ProblemCard, StrategyCard
from ..looks import markup
from .works import Work, mentions, plain, works

LIBRARIES: Mapping[str, str] = {
    "numpy": "harris2020",
    "scipy": "virtanen2020",
    "scikit-learn": "pedregosa2011",
    "xgboost": "chen2016",
    "matplotlib": "hunter2007",
}
"""The works that describe libraries, by the names of the packages."""
_CITED = re.compile(r"\\(?:cite[pt]|nocite)\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Cited:
    """What cards cite."""

    keys: Mapping[str, tuple[str, ...]]
    """The keys of the works, by the citation as a card has it."""
    own: Mapping[str, Work]
    """The entries of citations that name none of our works, by their keys."""

    def by(self, citations: Iterable[str]) -> Iterator[str]:
        """Yield the keys of the works that some citations of cards name."""
        for citation in citations:
            yield from self.keys[citation]


def cited(strategies: Sequence[StrategyCard], problems: Sequence[ProblemCard]) -> Cited:
    """Find the works that cards cite.

    What a user's card cites is one of our works only where the work's whole title is there. Any
    other citation of a user's becomes an entry that repeats it word by word.
    """
    texts = {card.citation: card.source is None for card in strategies}
    for card in problems:
        texts |= {card.about.citation: card.source is None, card.about.licence: True}
    keys, own = dict[str, tuple[str, ...]](), dict[str, Work]()
    for text, ours in texts.items():
        found = [each.work for each in mentions(text)]
        named = [each.key for each in found if ours or _title(each) in plain(text).lower()]
        if text and not named and not ours:
            work = _as_it_stands(text, len(own) + 1)
            own[work.key], named = work, [work.key]
        keys[text] = tuple(dict.fromkeys(named))
    return Cited(keys, own)


def references(text: str, own: Mapping[str, Work]) -> str:
    """Return the file of BibTeX for a text of LaTeX: the entries of all keys that it cites."""
    keys = {key for found in _CITED.findall(text) for key in found.split(",")}
    return "\n".join((own.get(key) or works()[key]).entry for key in sorted(keys))


def _title(work: Work) -> str:
    return plain(work.fields["title"]).lower()


def _as_it_stands(citation: str, number: int) -> Work:
    """Return an entry that repeats a citation; BibTeX counts braces, escaped ones included."""
    words = markup.latex(citation).replace(r"\{", r"\textbraceleft{}")
    words = words.replace(r"\}", r"\textbraceright{}")
    return Work(f"own{number}", "misc", {"author": f"{{{words}}}"})
