"""A table or a figure of all strategies but those that ran on fewer problems says who these are."""

from collections.abc import Iterator, Sequence

from made_page import study
from studies import finished

from hpobench.report import rankings
from hpobench.report.captioned_figure import CaptionedFigure
from hpobench.report.compared import Compared
from hpobench.report.comparisons import comparisons
from hpobench.report.headlines import headlines
from hpobench.report.looks.tables import Table
from hpobench.report.looks.venues import DEFAULT
from hpobench.report.page.items import Listing
from hpobench.report.sections import results
from hpobench.trial import Outcome


def test_who_ran_on_fewer_problems_and_is_left_out_is_named() -> None:
    made = study(5, 9)
    compared = made.compared
    (partial,) = (compared.names[s] for s in compared.partial)
    whole = {compared.names[s] for s in compared.complete}
    seen = dict[str, bool]()
    for name, words, caption in _exhibits(compared, made.outcomes):
        if whole <= words and partial not in words:
            seen[name] = partial in caption
    assert {"pairs", "aggregates", "summaries", "rank-ranges", "quality-and-time"} <= seen.keys()
    assert [name for name, named in seen.items() if not named] == []


def _exhibits(
    compared: Compared, outcomes: Sequence[Outcome]
) -> Iterator[tuple[str, set[str], str]]:
    """Yield each table and figure that has something: its name, its words, its caption."""
    found = comparisons(compared)
    ranking = rankings.ranking(compared, found)
    runs = finished(outcomes)
    for _, _, parts in results(compared, found, ranking, headlines(compared), runs, style=DEFAULT):
        for part in parts:
            match part:
                case CaptionedFigure(draw=draw) if draw is not None:
                    entries = {str(entry) for row in part.numbers for entry in row}
                    yield part.name, entries, part.caption
                case Table() | Listing():
                    table = part.table if isinstance(part, Listing) else part
                    cells = {cell.text for row in table.rows for cell in row}
                    heads = {column.heading for column in table.columns}
                    yield table.name, _bare(cells | heads), table.caption
                case _:
                    pass


def _bare(words: set[str]) -> set[str]:
    """Return the words without what stands after a strategy's name."""
    return {each.split(" (")[0].removesuffix("*") for each in words}
