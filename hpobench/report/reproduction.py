"""How a report's results are made again: the commands, the files they need, and the machines."""

import os
import shlex
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from ..cards.card import ProblemCard, StrategyCard, spec_of
from ..errors import counted
from ..registry.user_file import file_in
from ..seeds import as_given
from ..trial import Run
from .descriptions import machines
from .page.items import Code, Facts, Item
from .words import listed

Card: TypeAlias = StrategyCard | ProblemCard
Pair: TypeAlias = tuple[str, str]

_COMMAND = "python -m hpobench all"
_WIDTH = 74
"""The most characters of a command's line, before the backslash at its end."""


def reproduction(
    runs: Collection[Run], cards: Iterable[Card], sessions: Sequence[Mapping[str, object]]
) -> tuple[Item, ...]:
    """Return the commands that make these runs again, and the machines that made them.

    All runs have one setting.
    """
    used = {run.strategy for run in runs} | {run.problem for run in runs}
    known = sorted((c for c in cards if c.identity in used), key=lambda c: c.identity.name)
    blocks = _blocks(_seeds(runs, known))
    setting = next(iter(runs))
    limits = _limits(sessions)
    lines = [
        line for block in blocks for line in (*_broken([*_words(block, setting), *limits]), "")
    ]
    return (
        (
            "The same seeds give the same runs, for any number of processes, in any folder DIR. "
            "The last command makes the report of what is there; of these runs it is this one."
        ),
        Code((*lines, "python -m hpobench report DIR")),
        *_others(blocks, runs, known),
        *_files(known),
        *_versions(known),
        *_unknown(known),
        Facts(
            f"Where it was run: {counted(len(sessions), 'session')}",
            machines(sessions) or {"n/a": "no session was recorded"},
        ),
    )


def commands(
    runs: Collection[Run],
    cards: Iterable[Card],
    folder: str,
    sessions: Sequence[Mapping[str, object]],
) -> list[str]:
    """Return the commands that make runs of one setting in a folder, each on one line.

    The limits of trials and memory are those of the last of the sessions. A run whose strategy or
    problem has no card, or none that names it, is in none of the commands.
    """
    used = {run.strategy for run in runs} | {run.problem for run in runs}
    known = sorted((c for c in cards if c.identity in used), key=lambda c: c.identity.name)
    setting, limits = next(iter(runs)), _limits(sessions)
    return [
        " ".join([f"{_COMMAND} --results {_quoted(folder)}", *_words(block, setting), *limits])
        for block in _blocks(_seeds(runs, known))
    ]


@dataclass(frozen=True, slots=True)
class _Block:
    """What one command runs: every strategy on every problem, with the same seeds."""

    strategies: tuple[str, ...]
    """The specs of the strategies."""
    problems: tuple[str, ...]
    """The specs of the problems."""
    seeds: tuple[int, ...]


def _seeds(runs: Iterable[Run], cards: Iterable[Card]) -> dict[Pair, tuple[int, ...]]:
    """Return which seeds a command must ask for, by the specs of strategy and problem.

    They are all from the lowest to the highest, so that a run that is missing makes no command.
    """
    specs = {card.identity: spec_of(card) for card in cards}
    found = defaultdict[Pair, set[int]](set)
    for run in runs:
        pair = specs.get(run.strategy, ""), specs.get(run.problem, "")
        if all(pair):
            found[pair].add(run.seed)
    return {pair: tuple(range(min(seeds), max(seeds) + 1)) for pair, seeds in sorted(found.items())}


def _blocks(seeds: Mapping[Pair, tuple[int, ...]]) -> list[_Block]:
    """Return as few commands as can be, which ask for these pairs alone."""
    turned = {(p, s): these for (s, p), these in sorted(seeds.items(), key=lambda i: i[0][::-1])}
    by_strategy = [_Block(*each) for each in _alike(seeds)]
    by_problem = [_Block(s, p, these) for p, s, these in _alike(turned)]
    return min(by_problem, by_strategy, key=len)


def _alike(
    seeds: Mapping[Pair, tuple[int, ...]],
) -> list[tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]]:
    """Group the first parts of pairs that have the same second parts and seeds."""
    partners = defaultdict[tuple[str, tuple[int, ...]], list[str]](list)
    for (first, second), these in seeds.items():
        partners[first, these].append(second)
    firsts = defaultdict[tuple[tuple[int, ...], tuple[str, ...]], list[str]](list)
    for (first, these), seconds in partners.items():
        firsts[these, tuple(seconds)].append(first)
    return [(tuple(alike), there, these) for (these, there), alike in sorted(firsts.items())]


def _words(block: _Block, setting: Run) -> list[str]:
    """Return the words of a block's command that say what is run."""
    who = [f"-s {_quoted(spec)}" for spec in block.strategies]
    where = [f"-p {_quoted(spec)}" for spec in block.problems]
    numbers = [f"--budget {_number(setting.budget)}", f"--workers {setting.workers}"]
    if setting.first != "none":
        numbers.append(f"--first {setting.first}")
    return [*who, *where, f"--seeds {as_given(block.seeds)}", *numbers]


def _limits(sessions: Sequence[Mapping[str, object]]) -> list[str]:
    """Return the options for the limits of trials and memory that the last session had, if any."""
    experiments = [session.get("experiment") for session in sessions]
    told = next((e for e in reversed(experiments) if isinstance(e, dict) and "limit" in e), {})
    named = {"--trial-limit": told.get("trial_limit"), "--memory": told.get("memory")}
    return [f"{name} {each}" for name, each in named.items() if isinstance(each, int | float)]


def _quoted(word: str) -> str:
    """Return a word quoted for a shell, on one line that can be printed."""
    if word.isprintable():
        return shlex.quote(word)
    escaped = (
        letter.replace("\\", "\\\\").replace("'", "\\'")
        if letter.isprintable()
        else "".join(f"\\{byte:03o}" for byte in os.fsencode(letter))
        for letter in word
    )
    return f"$'{''.join(escaped)}'"


def _number(budget: Fraction) -> str:
    return str(budget.numerator) if budget.denominator == 1 else repr(float(budget))


def _broken(words: Sequence[str]) -> list[str]:
    """Break a command into lines that a shell reads as one."""
    lines = [f"{_COMMAND} --results DIR"]
    for word in words:
        if len(lines[-1]) + len(word) > _WIDTH:
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" {word}"
    return lines


def _others(blocks: Iterable[_Block], runs: Iterable[Run], cards: Iterable[Card]) -> Iterator[str]:
    """Say how many runs the commands make that are not in these results."""
    named = defaultdict[str, set[str]](set)
    for card in cards:
        named[spec_of(card)].add(card.identity.name)
    made = {
        run
        for block in blocks
        for s, p in product(block.strategies, block.problems)
        for run in product(named[s], named[p], block.seeds)
    }
    others = made.difference((r.strategy.name, r.problem.name, r.seed) for r in runs)
    if others:
        yield (
            f"What is given together is run together, with every seed in between: this makes "
            f"{counted(len(others), 'run')} besides that are not in these results."
        )


def _files(cards: Iterable[Card]) -> Iterator[str]:
    """Say which users' files the commands need, and in which versions."""
    versions: dict[str, set[str]] = {}
    for card in cards:
        if card.given:
            path = file_in(card.given, ":" if isinstance(card, StrategyCard) else "+")
            versions.setdefault(path, set()).add(card.identity.version.partition("+")[0])
    if not versions:
        return
    files = [f"{_quoted(path)} ({listed(sorted(digests))})" for path, digests in versions.items()]
    yield (
        f"{'A file' if len(files) == 1 else 'Files'} that hpobench does not bring must lie where "
        f"the command says: {listed(files)}. In brackets is the version, which is the digest of "
        "the file and of what it imports from beside it."
    )
    several = [_quoted(path) for path, digests in versions.items() if len(digests) > 1]
    if several:
        yield f"Of {listed(several)} several versions were run: a command runs what is there now."


def _versions(cards: Iterable[Card]) -> Iterator[str]:
    """Say which of our strategies and problems were run in several versions."""
    versions: dict[str, list[str]] = {}
    for card in cards:
        if card.source is None:
            versions.setdefault(card.identity.name, []).append(card.identity.version)
    for name, found in versions.items():
        if len(found) > 1:
            yield (
                f"{name} was run in the versions {listed(sorted(found))}: a command runs the one "
                "that is installed."
            )


def _unknown(cards: Iterable[Card]) -> Iterator[str]:
    """Say which strategies' and problems' runs no command makes again."""
    names = [card.identity.name for card in cards if card.source is not None and not card.given]
    if names:
        yield (
            f"No command makes the runs of {listed(names)} again: they were imported, or the path "
            "of their file is not known."
        )
