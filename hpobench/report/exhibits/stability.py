"""How stable places are: on resampled problems, and in other ways of looking at the same runs."""

from functools import partial

from ...statistics import FEWEST_PROBLEMS, FloatArray, place_shares
from ...statistics.resampling import resampled_means
from ..appendix.ways import ways
from ..captioned_figure import CaptionedFigure
from ..compared import Compared
from ..figures import shares
from ..figures.shares import Bars
from ..gaps import absent
from .cells import Tables

_REPLICATES = 2000
"""How often the problems, and the seeds of each, are drawn anew."""


def stability(compared: Compared, tables: Tables) -> tuple[CaptionedFigure, ...]:
    """Draw how often each strategy has each place."""
    if "robustness" not in tables:
        return ()
    order = [compared.complete.index(s) for s in compared.ranked]
    values = ways(compared).values
    other = place_shares(values.reshape(-1, values.shape[-1])[:, order])
    bars = [Bars(other, "Share of ways of looking")]
    said = ""
    if compared.scaled and len(compared.scaled) >= FEWEST_PROBLEMS:
        runs = compared.runs("scores", compared.complete, compared.scaled)[..., -1]
        drawn = resampled_means(runs, replicates=_REPLICATES, seed=0)
        bars.insert(0, Bars(place_shares(drawn[:, order]), "Share of resamples"))
        said = (
            f"Left: in {_REPLICATES:,} resamples of the problems and of the seeds of each, by mean "
            "final regret. Right: in"
        )
    names = [compared.names[s] for s in compared.ranked]
    return (
        CaptionedFigure(
            name="rank-stability",
            title="How stable places are",
            caption=(
                "How often each strategy has each place (dark: the first). "
                f"{said or 'In'} all ways of looking at the runs: other measures, budgets and "
                "treatments of failed runs, also without one problem or one family. Over "
                f"{compared.scope(compared.tested)}. No interval: these are no probabilities."
                f"{absent(compared)}"
            ),
            draw=partial(shares.draw, names, bars),
            notes=(
                "Strategies that are level share their places evenly. Resamples add their own luck "
                "to that of the runs: where strategies are close, places change more often in them "
                "than in new studies. The range in the ranking is what holds a place with "
                "confidence. The ways of looking are those of the table on robustness."
            ),
            headings=("panel", "strategy", "place", "share"),
            numbers=_numbers(names, bars),
        ),
    )


def _numbers(names: list[str], bars: list[Bars]) -> list[tuple[object, ...]]:
    found = list[tuple[object, ...]]()
    for each in bars:
        table: FloatArray = each.shares
        for name, row in zip(names, table.tolist(), strict=True):
            found += [(each.xlabel, name, place, share) for place, share in enumerate(row, 1)]
    return found
