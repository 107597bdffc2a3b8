"""How a report's results are made again: the commands, the files that they need, the machines."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from ..card import ProblemCard, StrategyCard
from ..page import Code, Facts, Item
from ..source import file_in
from .descriptions import machines
from .names import without_version
from .study import Study
from .summary import listed

_WIDTH = 74
"""Characters of a command's line, before the backslash that goes on with it."""


def reproduction(study: Study, sessions: Sequence[Mapping[str, object]]) -> tuple[Item, ...]:
    """Return the commands that make these results again, and the machines that made them."""
    strategies = (*study.cards, *(study.apart.cards if study.apart else ()))
    problems = study.table.problems
    commands = tuple(line for command in _commands(study, strategies) for line in command)
    return (
        (
            "The same seeds give the same runs, for any number of processes. Of the results in a "
            "folder DIR, the last command makes this report again, byte for byte."
        ),
        Code((*commands, *[""] * bool(commands), "python -m hpobench report DIR")),
        *_files([*_files_of(strategies, ":"), *_files_of(problems, "+")]),
        *_versions([*strategies, *problems]),
        *_unknown([*strategies, *problems]),
        Facts(
            f"Where it was run: {len(sessions)} sessions"
            if len(sessions) != 1
            else "Where it was run",
            machines(sessions) or {"n/a": "no session was recorded"},
        ),
    )


def _commands(study: Study, strategies: Sequence[StrategyCard]) -> Iterator[list[str]]:
    """Yield the lines of a command for each number of seeds that problems were run with."""
    groups: dict[int, list[ProblemCard]] = {}
    for p, card in enumerate(study.table.problems):
        groups.setdefault(int(study.table.planned[p].sum()), []).append(card)
    chosen = [f"-s {shlex.quote(spec)}" for spec in _specs(strategies)]
    for seeds, problems in sorted(groups.items()):
        where = [f"-p {shlex.quote(spec)}" for spec in _specs(problems)]
        if chosen and where:
            budget, workers = _number(study.setting[0]), study.setting[1]
            numbers = [f"--seeds {seeds}", f"--budget {budget}", f"--workers {workers}"]
            yield _broken([*chosen, *where, *numbers])


def _specs(cards: Iterable[StrategyCard | ProblemCard]) -> list[str]:
    """Return what names them on the command line, each once; of a file, its path."""
    specs = (c.given if c.source is not None else without_version(c.identity) for c in cards)
    return [spec for spec in dict.fromkeys(specs) if spec]


def _number(budget: Fraction) -> str:
    return str(budget.numerator) if budget.denominator == 1 else repr(float(budget))


def _broken(words: Sequence[str]) -> list[str]:
    """Break a command into lines that a shell takes for one."""
    lines = ["python -m hpobench all"]
    for word in words:
        if len(lines[-1]) + len(word) > _WIDTH:
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" {word}"
    return lines


def _files_of(
    cards: Iterable[StrategyCard | ProblemCard], mark: str
) -> Iterator[tuple[str, StrategyCard | ProblemCard]]:
    """Yield the path of each that came from a file: what was typed, up to the mark of options."""
    for card in cards:
        if card.given:
            yield file_in(card.given, mark), card


def _files(found: Sequence[tuple[str, StrategyCard | ProblemCard]]) -> Iterator[str]:
    """Say which files are needed, and in which version."""
    versions: dict[str, set[str]] = {}
    for path, card in found:
        versions.setdefault(path, set()).add(card.identity.version.partition("+")[0])
    if not versions:
        return
    files = [f"{path} ({listed(sorted(digests))})" for path, digests in versions.items()]
    yield (
        f"{'A file' if len(files) == 1 else 'Files'} that hpobench does not bring must lie where "
        f"the command says: {listed(files)}. In brackets is the version, which is the digest of "
        "the file and of what it imports from beside it."
    )
    several = [path for path, digests in versions.items() if len(digests) > 1]
    if several:
        yield f"Of {listed(several)} several versions were run: a command runs what is there now."


def _versions(cards: Iterable[StrategyCard | ProblemCard]) -> Iterator[str]:
    """Say of which of ours several versions were run."""
    versions: dict[str, list[str]] = {}
    for card in cards:
        if card.source is None:
            versions.setdefault(without_version(card.identity), []).append(card.identity.version)
    for name, found in versions.items():
        if len(found) > 1:
            yield (
                f"{name} was run in the versions {listed(sorted(found))}: a command runs the one "
                "that is installed."
            )


def _unknown(cards: Iterable[StrategyCard | ProblemCard]) -> Iterator[str]:
    """Say whose runs no command makes again."""
    names = [card.identity.name for card in cards if card.source is not None and not card.given]
    if names:
        yield (
            f"No command makes the runs of {listed(names)} again: they were imported, or the path "
            "of their file is not known."
        )
