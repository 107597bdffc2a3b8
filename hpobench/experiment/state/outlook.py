"""What is left to do in a folder: what is to be asked for, and how long it takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...cards.card import ProblemCard, StrategyCard
from ...trial import Run, Setting
from ..estimates import Time
from .finishing import processes_of, time_to_finish
from .state import State, Watch


@dataclass(frozen=True, slots=True)
class Outlook:
    """What it takes to finish what was planned."""

    time: Time
    """How long it takes, what runs now included."""
    processes: int
    """The number of processes that this time is for: that of the last session."""
    asked: tuple[Sequence[Run], ...]
    """What is to be asked for, by setting: besides the waiting runs, others of the same strategies
    and problems, which are done and not made again."""


def outlook(watch: Watch, state: State, cards: Iterable[StrategyCard | ProblemCard]) -> Outlook:
    """Return what it takes to finish what was planned in a folder."""
    own = [card.identity.name for card in cards if card.source is not None]
    processes = processes_of(watch.sessions[-1] if watch.sessions else {})
    time = time_to_finish(state, watch.listing, own, processes)
    return Outlook(time, processes, tuple(_asked(state)))


def _asked(state: State) -> Iterable[Sequence[Run]]:
    """Yield the runs of commands that make what waits, for each setting."""
    waiting = dict[Setting, list[Run]]()
    for key in state.waiting:
        run = state.planned.runs[key]
        waiting.setdefault(run.setting, []).append(run)
    for setting, runs in waiting.items():
        if state.elsewhere:  # a share is known by the whole plan
            yield [run for run in state.planned.runs.values() if run.setting == setting]
            continue
        strategies, problems = {r.strategy.name for r in runs}, {r.problem.name for r in runs}
        yield [
            run
            for run in state.planned.runs.values()
            if run.problem.name in problems
            and run.strategy.name in strategies
            and run.setting == setting
        ]
