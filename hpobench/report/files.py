"""The files of a report, made as its sections are: figures, tables, and what each states."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial

from ..processes.helpers import begun, helpers
from .captioned_figure import CaptionedFigure, Rendering, rendered
from .looks import tables
from .looks.columns import without_idle
from .looks.latex import latex
from .looks.tables import Table
from .looks.venues import Style
from .page.items import Item, Listing, Picture, Section
from .page.pictures import light
from .paper.layouts import room
from .sections import Titled
from .trace.inputs import PRINTED, Digests
from .trace.manifest import FIGURES, TABLES, Entry, entry


@dataclass(frozen=True)
class Files:
    """The files of a report, as they are made; each states the hash of the runs behind it."""

    digests: Digests
    whole: str
    """The hash of all runs of the report, as it is printed."""
    style: Style
    content: dict[str, bytes] = field(default_factory=dict[str, bytes])
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])

    def sections(
        self,
        parts: Iterable[Titled],
        single: Iterable[CaptionedFigure],
        *,
        helped: bool,
    ) -> tuple[Section, ...]:
        """Return the sections, by anchor, title and parts, and add the files of all figures.

        `single`: figures that stand in no section; `helped`: whether another process draws, too.
        """
        with helpers(1) if helped else nullcontext() as pool:
            apart = [self.started(each, pool) for each in single]
            started = [
                (anchor, heading, [self.started(part, pool) for part in each])
                for anchor, heading, each in parts
            ]
            found = tuple(
                Section(anchor, heading, tuple(part() for part in each))
                for anchor, heading, each in started
            )
            for drawn in apart:
                drawn()
        return found

    def add(self, name: str, data: bytes, runs: str) -> None:
        """Add a file; `runs`: the hash of the runs behind it."""
        self.content[name] = data
        self.entries[name] = entry(data, runs)

    def add_all(self, every: Mapping[str, bytes]) -> None:
        """Add files behind which all runs are, by their names."""
        for name, content in every.items():
            self.add(name, content, self.whole)

    def started(
        self, part: CaptionedFigure | Table | Item, pool: ProcessPoolExecutor | None
    ) -> Callable[[], Item]:
        """Begin to draw a part, and return what adds its files and returns what the page shows.

        `pool`: where figures are drawn; None: here, once they are asked for.
        """
        match part:
            case CaptionedFigure():
                runs = self.whole
                if part.problems is not None:
                    runs = self.digests.hash(part.problems)[:PRINTED]
                drawn = begun(pool, rendered, replace(part, numbers=()), self.style, _said(runs))
                return partial(self._picture, part, runs, drawn)
            case Table():
                return partial(self._listing, Listing(part))
            case Listing():
                return partial(self._listing, part)
            case _:
                return lambda: part

    def _picture(
        self, exhibit: CaptionedFigure, runs: str, drawing: Callable[[], Rendering | str]
    ) -> Picture:
        drawn = drawing()
        if isinstance(drawn, str):
            return Picture(exhibit.name, exhibit.title, drawn, b"")
        numbers = tables.comma_separated(exhibit.headings, exhibit.numbers)
        path = f"{FIGURES}/{exhibit.name}"
        self.add(f"{path}.pdf", drawn.pdf, runs)
        self.add(f"{path}.png", drawn.png, runs)
        self.add(f"{path}.csv", numbers.encode(), runs)
        image, width = light(drawn.png)
        return Picture(
            *(exhibit.name, exhibit.title, drawn.caption, image, width, exhibit.notes, runs)
        )

    def _listing(self, listing: Listing) -> Listing:
        """Add a table's files; a comment in a CSV would break its readers.

        The CSV has all columns.
        """
        table, said = without_idle(listing.table), _said(self.whole)
        path = f"{TABLES}/{table.name}"
        printed = latex(table, room(self.style))
        for name, lines in printed.items():
            self.add(f"{TABLES}/{name}", f"% {said}\n{lines}".encode(), self.whole)
        self.add(f"{path}.csv", tables.csv_of(listing.table).encode(), self.whole)
        self.add(f"{path}.md", f"{tables.markdown(table)}\n<!-- {said} -->\n".encode(), self.whole)
        tabulars = tuple(name for name in printed if name != f"{table.name}.tex")
        return Listing(table, listing.folded, self.whole, tabulars)


def _said(runs: str) -> str:
    """Return what a file says of the runs behind it."""
    return f"hpobench, runs {runs}"
