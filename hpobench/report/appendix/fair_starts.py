"""Fair starts: what becomes of scores and of leads where every strategy is given the default."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ...runner.finished_run import FinishedRun
from ...statistics import (
    FEWEST_PROBLEMS,
    FEWEST_SEEDS,
    FloatArray,
    Interval,
    mean_over,
    new_problems,
    within_problems,
)
from ...trial import Setting
from .. import bounds
from ..compared import Compared
from ..intervals import SURE
from ..looks.tables import NONE, Cell, Column, Table, count, number, text
from ..over_budget import WORST
from ..rankings import bracketed
from ..scale import SCALE
from .other_runs import alike, ends

Paired: TypeAlias = tuple[FloatArray, FloatArray]
"""Final regrets with the default withheld and granted."""
MANUAL = "manual"
"""The family of strategies that try what a person would, from the default on."""
Standing: TypeAlias = Literal["ahead", "behind", "open"]
"""Whether the interval of a lead is above 0, below it, or holds it."""
BECOMES: dict[tuple[Standing, Standing], str] = {
    ("ahead", "ahead"): "survives",
    ("ahead", "open"): "no longer shown",
    ("ahead", "behind"): "reversed",
    ("open", "ahead"): "shown only with the default",
    ("open", "open"): "not shown",
    ("open", "behind"): "behind only with the default",
    ("behind", "ahead"): "reversed",
    ("behind", "open"): "no longer behind",
    ("behind", "behind"): "stays behind",
}
"""What becomes of a lead, by how it stands with the default withheld and with it granted."""
_PAIRED = (
    "Only runs that have a counterpart with the same seed in the other setting count, and a seed "
    "has the same split and the same luck in both. The default is evaluated first and charged; a "
    f"failed run counts as {WORST}. An interval is for new problems from {FEWEST_PROBLEMS} "
    f"problems on; below, it is for these problems alone, from {FEWEST_SEEDS} seeds on each."
)


@dataclass(frozen=True, slots=True)
class Start:
    """A strategy with the default withheld and with it granted."""

    strategy: int
    problems: tuple[int, ...]
    """The problems with regrets on which it has runs of both settings with a seed in common."""
    withheld: float
    """The mean final regret where strategies begin as they like."""
    granted: float
    """The mean final regret where the default is told first."""
    gain: Interval
    """The first less the second, with an interval: positive where the default helps."""


@dataclass(frozen=True, slots=True)
class Lead:
    """By how much a strategy's mean final regret is below another's, in both settings."""

    strategy: int
    over: int
    problems: int
    """The problems with regrets on which both have runs of both settings with a seed in common."""
    withheld: Interval
    granted: Interval

    @property
    def becomes(self) -> str:
        """What becomes of the lead, in words; NONE where there is no interval."""
        before, after = _standing(self.withheld), _standing(self.granted)
        return NONE if before is None or after is None else BECOMES[before, after]


def paired_by_first(compared: Compared, runs: Sequence[FinishedRun]) -> Paired:
    """Return final regrets with the default withheld and granted, (strategies, problems, seeds).

    Both are nan where one of them has no run. `runs` are all runs, whatever their setting.
    """
    own = compared.scores.reported.bounded[..., -1]
    other = np.full(own.shape, np.nan)
    if chosen := alike(compared, runs, _beside(compared.setting)):
        found, where = ends(compared, chosen)
        other[where] = found.reported.bounded[..., -1]
    both = ~np.isnan(own) & ~np.isnan(other)
    own, other = (np.where(both, each, np.nan) for each in (own, other))
    return (own, other) if compared.setting.first == "none" else (other, own)


def starts(compared: Compared, paired: Paired) -> tuple[Start, ...]:
    """Compare each strategy's regrets in both settings; empty where there are not both."""
    withheld, granted = paired
    found = list[Start]()
    for s in compared.order:
        where = [p for p in compared.scaled if not np.isnan(withheld[s, p]).all()]
        if not where:
            continue
        before, after = withheld[s, where], granted[s, where]
        first, second = (float(mean_over(mean_over(e, axis=1), axis=0)) for e in (before, after))
        gain = _interval(compared, where, before - after)
        found.append(Start(s, tuple(where), first, second, gain))
    return tuple(found)


def leads(compared: Compared, paired: Paired) -> Iterator[Lead]:
    """Yield each strategy's leads over the comparator and the best manual search, if there are."""
    withheld, granted = paired
    for over in _rivals(compared):
        for s in compared.order:
            shared = ~np.isnan(withheld[s] + withheld[over])
            where = [p for p in compared.scaled if shared[p].any()]
            if s == over or not where:
                continue
            before, after = (each[over, where] - each[s, where] for each in (withheld, granted))
            yield Lead(
                s,
                over,
                len(where),
                _interval(compared, where, before),
                _interval(compared, where, after),
            )


def fair_starts_tables(compared: Compared, runs: Sequence[FinishedRun]) -> tuple[Table, ...]:
    """List what the default's grant changes; nothing where not both settings have regrets.

    `runs` are all runs of the folder, whatever their setting.
    """
    paired = paired_by_first(compared, runs)
    found = starts(compared, paired)
    return (_scores(compared, found), *_leads(compared, paired)) if found else ()


def _scores(compared: Compared, found: Sequence[Start]) -> Table:
    return Table(
        name="fair-starts",
        title="Is a warm start all there is to it?",
        caption=(
            f"Mean final test regret ({SCALE}; lower is better) where strategies begin as they "
            "like, the default withheld, and where every strategy is first told the default's "
            f"result, and the first less the second with a {SURE} interval: positive where the "
            "default helps. Each row is over the problems on which the strategy has both. No test."
        ),
        notes=(
            f"{_PAIRED} The rest of this report is about the setting --first "
            f"{compared.setting.first}; the commands that make its runs again make those of the "
            f"other one with --first {_beside(compared.setting).first}."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Default withheld"),
            Column("Default granted"),
            Column("Gain", parts=("gain", "gain low", "gain high")),
            Column("Interval for", "l"),
            Column("Problems"),
        ),
        rows=tuple(
            (
                text(compared.names[each.strategy]),
                number(each.withheld),
                number(each.granted),
                _bracketed(each.gain),
                text(_scope(each.gain)),
                count(len(each.problems)),
            )
            for each in found
        ),
    )


def _leads(compared: Compared, paired: Paired) -> tuple[Table, ...]:
    found = tuple(leads(compared, paired))
    if not found:
        return ()
    table = Table(
        name="fair-leads",
        title="Which leads survive where all are given the default",
        caption=(
            "Lead: by how much the strategy's mean final test regret is below the other one's, "
            f"with its {SURE} interval, where the default is withheld and where it is granted to "
            "both. A lead is shown where its interval is above 0. No test."
        ),
        notes=(
            f"{_PAIRED} A lead that is no longer shown need not have become smaller: the two "
            "intervals say by how much it may have. There is a row for each strategy against "
            f"{compared.comparator}, and against the best manual search where there is one."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Over", "l"),
            Column("Default withheld", parts=("withheld", "withheld low", "withheld high")),
            Column("Default granted", parts=("granted", "granted low", "granted high")),
            Column("The lead", "l"),
            Column("Problems"),
        ),
        rows=tuple(
            (
                text(compared.names[each.strategy]),
                text(compared.names[each.over]),
                _bracketed(each.withheld),
                _bracketed(each.granted),
                text(each.becomes),
                count(each.problems),
            )
            for each in found
        ),
    )
    return (table,)


def _beside(setting: Setting) -> Setting:
    """Return the setting that differs in what is told first."""
    return setting._replace(first="default" if setting.first == "none" else "none")


def _rivals(compared: Compared) -> list[int]:
    """Return the comparator and the best strategy of the family MANUAL, those that were run."""
    manual = [s for s in compared.order if compared.cards[s].family == MANUAL][:1]
    return [s for s in (compared.comparator_position, *manual) if s is not None]


def _interval(compared: Compared, problems: list[int], differences: FloatArray) -> Interval:
    """Return the mean of (problems, seeds) with the interval that there are enough runs for."""
    most = bounds.of_gains(compared.scores, problems)
    found = new_problems(differences, most)
    return found if not np.isnan(found.low) else within_problems(differences, most)


def _standing(lead: Interval) -> Standing | None:
    if np.isnan(lead.low):
        return None
    if lead.low > 0:
        return "ahead"
    return "behind" if lead.high < 0 else "open"


def _bracketed(found: Interval) -> Cell:
    return bracketed(float(found.mean), float(found.low), float(found.high))


def _scope(found: Interval) -> str:
    if np.isnan(found.low):
        return NONE
    return "these problems" if found.method == "t over seeds" else "new problems"
