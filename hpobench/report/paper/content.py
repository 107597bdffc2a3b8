"""All that a paper is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..compared import Compared
from ..comparisons import Comparisons
from ..looks.venues import Style
from ..page.items import Section
from ..trace.manifest import FIGURES, TABLES
from .bibliography import Cited, cited


@dataclass(frozen=True)
class Content:
    """What a paper is made of: the sections of the report, and what they were made from."""

    notice: str
    """How far to trust the results; empty: there is nothing to say."""
    style: Style
    compared: Compared
    found: Comparisons
    sections: Sequence[Section]
    sessions: Sequence[Mapping[str, object]]
    certified: Sequence[str]
    """What the certificates say that fit the runs, a paragraph for each."""
    files: Mapping[str, bytes]
    """The files of the report's figures and tables, by their paths within its folder."""
    runs: str
    """The hash of the runs behind all, as it is printed."""

    @cached_property
    def cited(self) -> Cited:
        """What the cards of strategies and problems cite."""
        return cited(self.compared.cards, self.compared.scores.problems)

    def drawn(self, name: str) -> bytes:
        """Return a figure as PDF, by its name; empty: there is none."""
        return self.files.get(f"{FIGURES}/{name}.pdf", b"")

    def tabled(self, name: str) -> bool:
        """Return whether there is a table of this name."""
        return f"{TABLES}/{name}.csv" in self.files
