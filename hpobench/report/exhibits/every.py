"""All figures for papers, of the tables of a report."""

from collections.abc import Sequence

from ...runner.finished_run import FinishedRun
from ..appendix.objectives import AtOnce
from ..captioned_figure import CaptionedFigure
from ..compared import Compared
from .cells import Tables
from .doses import doses
from .lucky import lucky
from .makespans import makespans
from .objectives import objectives
from .over_budget import faster, reached
from .own_time import own_time
from .pairs import pairs
from .stability import stability
from .summaries import aggregates, places, portfolios, workers
from .variants import variants


def exhibits(
    compared: Compared, tables: Tables, runs: Sequence[FinishedRun], both: Sequence[AtOnce]
) -> tuple[CaptionedFigure, ...]:
    """Draw what can be drawn of the tables; a figure that lacks its numbers is left out.

    `runs` are all runs, whatever their setting; `both`: what they came to in two objectives.
    """
    return (
        *places(compared, tables),
        *aggregates(compared, tables),
        *reached(compared, tables),
        *faster(compared, tables),
        *pairs(compared, tables),
        *stability(compared, tables),
        *own_time(compared, tables),
        *lucky(compared, tables),
        *portfolios(tables),
        *variants(compared),
        *doses(compared, runs),
        *makespans(compared, runs),
        *objectives(compared, both),
        *workers(compared, tables),
    )
