"""The legend of a figure, below its axes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ..looks.look import FAINT, Look
from ..looks.venues import Style
from .labels import fitted, inches

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.lines import Line2D

    from ..looks.drawing import Drawing

_COLUMNS = 4
_ROW = 0.163
"""The height of an entry, in inches."""
_HANDLE = 0.32
"""The width of the line before a name, in inches."""
_SPACE = 0.14
"""The space between two columns, in inches."""
_MARGIN = 0.2
"""The space on both sides together, in inches."""


@dataclass(frozen=True)
class Entry:
    """A name, and how it is drawn."""

    name: str
    handle: Artist


@dataclass(frozen=True)
class Legend:
    """Entries in the order of reading."""

    entries: Sequence[Entry]
    style: Style
    width: float
    """The width of the figure, in inches."""

    @cached_property
    def _names(self) -> dict[str, str]:
        """The names as they stand below the axes, where two fit side by side if it is wide."""
        room = (self.width - _MARGIN - _SPACE) / self._least - self._handle
        return fitted((each.name for each in self.entries), room, self.style.names)

    @cached_property
    def columns(self) -> int:
        """The number of columns of a legend below the axes."""
        widths = [inches(name, self.style.names) for name in self._names.values()]
        widest = max(widths, default=0.0) + self._handle
        fit = int((self.width - _MARGIN + _SPACE) / (widest + _SPACE))
        return max(min(fit, _COLUMNS, len(self.entries)), 1)

    @property
    def _least(self) -> int:
        return 2 if self.width > self.style.single else 1

    @property
    def _handle(self) -> float:
        return _HANDLE * self.style.scale

    @property
    def _row(self) -> float:
        return _ROW * self.style.scale

    @property
    def height(self) -> float:
        """The height of a legend below the axes, in inches."""
        return self._row * -(-len(self.entries) // self.columns) + 0.1

    def below(self, drawing: Drawing) -> None:
        """Add the legend below the axes, to be read by rows."""
        # matplotlib fills the columns one after the other
        order = [
            place
            for column in range(self.columns)
            for place in range(column, len(self.entries), self.columns)
        ]
        added = drawing.legend(
            [self.entries[place].handle for place in order],
            ["name"] * len(order),  # matplotlib drops those that begin with an underscore
            loc="outside lower center",
            ncols=self.columns,
            columnspacing=1.4,
        )
        for text, place in zip(added.get_texts(), order, strict=True):
            text.set_text(self._names[self.entries[place].name])
        drawing.note(self._names)


def entries(names: Iterable[str], looks: Mapping[str, Look]) -> list[Entry]:
    """Return the entries of strategies; the faint ones have one entry together, at the end."""
    names = [*names]
    found = [Entry(name, _line(looks[name])) for name in names if not looks[name].faint]
    others = len(names) - len(found)
    if others:
        from matplotlib.lines import Line2D

        line = Line2D([], [], color=FAINT, linewidth=Look(FAINT, faint=True).width)
        found.append(Entry("1 other" if others == 1 else f"{others} others", line))
    return found


def _line(look: Look) -> Line2D:
    from matplotlib.lines import Line2D

    return Line2D(
        [],
        [],
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markerfacecolor=look.filling,
    )
