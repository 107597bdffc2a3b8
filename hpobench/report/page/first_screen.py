"""The first screen: the answer, what was run, and the ranking."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...cards.card import ProblemCard
from ...cards.groups import functions, is_test_function
from ...errors import counted
from ..compared import Compared
from ..comparisons import Comparisons
from ..words import some_of
from .answer import Answer, answer
from .sayings import said
from .standings import Standing, standings


@dataclass(frozen=True, slots=True)
class FirstScreen:
    """What a reader sees first."""

    answer: Answer
    ran: tuple[str, ...]
    """What was run, in a few phrases."""
    scale: str
    """What strategies are ranked by, in a line."""
    standings: tuple[Standing, ...]
    """The strategies in the order of the ranking."""
    elsewhere: tuple[str, ...]
    """Who comes first on groups of the problems, on which strategies run that don't run on all."""
    comparator: str


def first_screen(
    compared: Compared, found: Comparisons, elsewhere: Sequence[str], notice: str, read: str
) -> FirstScreen:
    """Return what the first screen says.

    `elsewhere`: what came out on groups of the problems; `notice`: how far to trust the results;
    `read`: how runs were read.
    """
    return FirstScreen(
        answer=answer(compared, found, notice, read),
        ran=ran(compared),
        scale=said("regret" if compared.scaled else "rank"),
        standings=standings(compared, found),
        elsewhere=tuple(elsewhere),
        comparator=compared.comparator,
    )


def ran(compared: Compared) -> tuple[str, ...]:
    """Say what was run, in a few phrases."""
    cards = compared.scores.problems
    seeds = sorted({int(each) for each in compared.scores.planned.sum(axis=1)})
    span = str(seeds[0]) if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"
    held_out = sum(card.split == "held-out" for card in cards)
    times = " \N{MULTIPLICATION SIGN} "
    sizes = (
        counted(len(compared.names), "strategy"),
        counted(len(cards), "problem"),
        f"{span} {'seed' if span == '1' else 'seeds'}",
    )
    workers = compared.setting.workers
    phrases = [
        times.join(sizes),
        f"at most {counted(compared.budget, 'evaluation')} each"
        + (f" on {counted(workers, 'worker')}" if workers > 1 else ""),
        _done(compared),
    ]
    different = len({*functions(cards)})
    if different < len(cards):
        phrases.insert(1, f"{different} of the problems differ, the others are variants of these")
    phrases[1:1] = _kinds(cards)
    if compared.void:
        phrases.append(f"left out: {some_of([compared.problem_names[p] for p in compared.void])}")
    failed = int((compared.scores.status == "failed").sum())
    if failed:
        phrases.append(f"{counted(failed, 'run')} failed")
    if held_out:
        of = "all" if held_out == len(cards) else counted(held_out, "problem")
        phrases.append(f"{of} held out: nothing was tuned on them")
    return tuple(phrases)


def _kinds(cards: Sequence[ProblemCard]) -> list[str]:
    """Say how many problems are of which kind, in a phrase; empty where all are of one kind."""
    made_up = sum(map(is_test_function, cards))
    trained = sum(card.about.trained and not is_test_function(card) for card in cards)
    others = len(cards) - trained - made_up
    said = [
        *[f"{counted(trained, 'problem')} with trained models"] * (trained > 0),
        *[counted(made_up, "test function")] * (made_up > 0),
        *[counted(others, "other problem")] * (others > 0),
    ]
    return [", ".join(said)] if len(said) > 1 else []


def _done(compared: Compared) -> str:
    """Say how many runs were done, of those that are possible."""
    impossible = int((compared.scores.status == "unsupported").sum())
    possible = counted(compared.asked_runs - impossible, "run")
    said = f"{compared.ended - impossible:,} of {possible} done"
    return f"{said}, {impossible:,} more are not possible" if impossible else said
