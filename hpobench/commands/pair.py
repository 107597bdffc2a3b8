"""The two strategies of a comparison, and which runs of theirs it needs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..cards.card import spec_of
from ..errors import InputError
from ..experiment.experiment import preset, with_changes
from ..experiment.planning import Plan, plan, seeds_of, with_seeds
from ..experiment.session_log import last_planned
from ..registry.describing import problem_card, strategy_card
from ..registry.entry import Entry
from ..registry.finding import find_strategies
from ..registry.rehearsal import rehearsed
from ..report.versus import Versus, versus
from ..report.versus_runs import paired
from ..runner.finished_run import FinishedRun
from ..store.folder import Store
from ..strategy import Strategy
from ..trial import First, Identity, Run

PRESET = "standard"
"""The preset whose problems, seeds and budget a comparison has by default."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command `compare` was asked for."""

    first: str
    second: str
    folder: Path
    problems: tuple[str, ...]
    """The specs of the problems; empty: those that the folder has runs of, or the preset's."""
    seeds: tuple[int, ...] | None
    """Those that count; None: those that either strategy has in the folder, or the preset's."""
    budget: float | None
    """None: that of the folder, or the preset's."""
    workers: int | None
    first_trial: str | None
    """What both are told before they are first asked; None: as in the folder's runs, and where
    these differ, as was last asked for."""
    jobs: int | None
    until: float | None
    """The half-width of the interval up to which seeds are added; None: none are."""
    max_seeds: int
    max_time: float | None
    """The seconds after which no run is made any more; None: all are made."""
    fail_if: str | None
    margin: float
    markdown: Path | None


def two(asked: Asked) -> tuple[Entry[Strategy], Entry[Strategy]]:
    """Find the two strategies; raises InputError where a spec names several, or both the same."""
    with rehearsed((asked.first, asked.second)):
        found = [_one(asked.first), _one(asked.second)]
    if found[0].identity == found[1].identity:
        raise InputError(f"both are the same strategy: {found[0].identity.name}")
    return found[0], found[1]


def _one(spec: str) -> Entry[Strategy]:
    found = find_strategies(spec)
    if len(found) > 1:
        names = ", ".join(each.identity.name for each in found)
        raise InputError(f"compare takes two strategies; {spec!r} alone names several: {names}")
    return found[0]


def planned(asked: Asked, store: Store, there: Sequence[FinishedRun]) -> Plan:
    """Plan the runs that a comparison needs, those that are `there` already included."""
    kept = store.marked()
    first = asked.first_trial or _first((each.run for each in there), store)
    there = [each for each in there if each.run.first == first]
    experiment = with_changes(
        preset(PRESET),
        strategies=(asked.first, asked.second),
        problems=asked.problems or _specs(store, {each.run.problem for each in there}),
        seeds=asked.seeds,
        budget=float(kept[0]) if asked.budget is None and kept else asked.budget,
        workers=kept[1] if asked.workers is None and kept else asked.workers,
        first=first,
    )
    found = plan(experiment)
    if asked.seeds is not None:
        return found
    seeds = defaultdict[Identity, set[int]](set)
    for run in found.runs:
        seeds[run.problem].add(run.seed)
    return with_seeds(found, seeds | seeds_of((each.run for each in there), seeds))


def _first(runs: Iterable[Run], store: Store) -> First:
    """Return what strategies are told first in all of the runs.

    Where these differ, or there are none, it is what the folder's last session asked for, and
    "none" where there was no session.
    """
    found: set[First] = {each.first for each in runs}
    if len(found) == 1:
        return found.pop()
    planned: set[First] = {each.first for each in last_planned(store.sessions())}
    return planned.pop() if planned else "none"


def compared(
    asked_for: Plan, pair: tuple[Entry[Strategy], Entry[Strategy]], runs: Sequence[FinishedRun]
) -> Versus | None:
    """Compare the two strategies by their runs that are planned; None: they share no seed."""
    problems = [problem_card(each) for each in asked_for.problems]
    chosen = [each for each in runs if each.run in asked_for.runs]
    cards = [strategy_card(each) for each in pair]
    found = paired(chosen, cards, problems, *(each.identity for each in pair))
    return None if found is None else versus(found)


def _specs(store: Store, problems: Collection[Identity]) -> list[str]:
    """Return what names the problems; raises InputError where nothing names any of them."""
    specs = [spec_of(card) for card in store.cards()[1] if card.identity in problems]
    named = [spec for spec in specs if spec]
    if problems and not named:
        raise InputError(
            "no card names the problems that these strategies have runs on; name some with -p:"
            f" {store.folder}"
        )
    return named
