"""A check from its specs to the lines that it prints."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TypeAlias

from ...errors import InputError, counted
from ...guards import Interrupted
from ...problem import Problem
from ...registry.entry import Entry
from ...registry.rehearsal import rehearsed
from ...registry.subjects import find, may_be_problems, may_be_strategies
from ...strategy import Entrant
from ...system import System
from ..console import Printer
from ..progress import doing
from .processes import Kind, findings
from .promise import Finding

Named: TypeAlias = Entry[Entrant] | Entry[Problem]
"""What a spec can name."""
WIDEST = 80
"""Characters of a line, however wide the terminal is."""
MARK = 9
"""Characters that a mark and the space after it take."""
STYLES = {"ok": "green", "broken": "bold red", "skipped": "dim", "note": ""}
"""How the line of a promise looks in a terminal, by its mark."""


def check_and_say(specs: Sequence[str], seconds: float) -> int:
    """Check what the specs name, print a line a promise, and return the exit status.

    `seconds`: the processor time that the check of each strategy or problem may take.
    """
    console, entries = Printer(), _entries(specs)
    if all(map(_obstacle, entries)):
        raise InputError(f"{entries[0].identity.name}: {_obstacle(entries[0])}")
    broken = 0
    for entry in entries:
        broken += _checked(console, entry, seconds)
    return 1 if broken else 0


def _entries(specs: Sequence[str]) -> list[Named]:
    """Find what the specs name; a strategy or a problem that is named twice is checked once."""
    strategies = [spec for spec in specs if may_be_strategies(spec)]
    problems = [spec for spec in specs if may_be_problems(spec)]
    with rehearsed(strategies, problems):
        found = [find(spec) for spec in specs]
    entries: list[Named] = [entry for both in found for some in both for entry in some]
    return list({(_kind(entry), entry.identity): entry for entry in entries}.values())


def _kind(entry: Named) -> Kind:
    return "problem" if isinstance(entry.item, Problem) else "strategy"


def _obstacle(entry: Named) -> str:
    """Say why a strategy or a problem can't be checked; empty: it can."""
    if isinstance(entry.item, System):
        return "it is a system, which trains models of its own, and not a strategy"
    return entry.absent


def _checked(console: Printer, entry: Named, seconds: float) -> int:
    """Check a strategy or a problem, print its lines, and return how many promises are broken."""
    kind, name = _kind(entry), entry.identity.name
    console.say(f"{kind} {name}", "bold")
    if obstacle := _obstacle(entry):
        _say(console, Finding("", "skipped", "It can't be checked.", obstacle))
        return 0
    found: list[Finding] = []
    try:
        with doing(console) as begins:
            for finding in findings(kind, entry.identity, seconds, begins):
                found.append(finding)
                if finding.mark != "skipped":
                    _say(console, finding)
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted while {name} was checked") from None
    for line in _folded(kind, [each for each in found if each.mark == "skipped"]):
        _say(console, line)
    broken, skipped = (sum(each.mark == mark for each in found) for mark in ("broken", "skipped"))
    told = f"{broken} broken" if broken else "nothing broken"
    console.say(f"{name}: {told}, {skipped} skipped, of {counted(len(found), 'promise')}")
    return broken


def _folded(kind: Kind, skipped: Sequence[Finding]) -> Iterator[Finding]:
    """Yield what is printed of the promises that were skipped: those alike are one line."""
    by_reason = defaultdict[tuple[bool, str], list[Finding]](list)
    for finding in skipped:
        by_reason[finding.applies, finding.remark].append(finding)
    for (applies, reason), alike in by_reason.items():
        if applies and len(alike) == 1:
            yield from alike
        elif applies:
            words = f"{len(alike)} promises could not be checked: {_keys(alike)}."
            yield Finding("", "skipped", words, reason)
    others = [
        f"{_keys(alike)} ({reason})"
        for (applies, reason), alike in by_reason.items()
        if not applies
    ]
    if others:
        yield Finding("", "skipped", f"Not for this {kind}: {'; '.join(others)}.")


def _keys(findings: Sequence[Finding]) -> str:
    return ", ".join(each.key for each in findings)


def _say(console: Printer, finding: Finding) -> None:
    """Print the line of a promise, and under it why it was skipped or how it is broken."""
    width, skipped = min(console.width, WIDEST) - 2, finding.mark == "skipped"
    words = finding.words
    if finding.remark and not skipped:
        words = f"{words.removesuffix('.')} ({finding.remark})."
    for line in _lines(finding.mark, words, width):
        console.say(line, STYLES[finding.mark])
    details = {
        "why": finding.remark * skipped,
        "where": finding.where,
        "seen": finding.seen,
        "right": finding.right,
    }
    for label, detail in details.items():
        for line in _lines("", f"{label}: {detail}", width) if detail else ():
            console.say(line, STYLES[finding.mark] if skipped else "")


def _lines(mark: str, words: str, width: int) -> Iterator[str]:
    """Yield the words in lines of a width; the mark stands before the first line."""
    for place, line in enumerate(wrap(words, max(width - MARK, 20))):
        yield f"  {(mark if place == 0 else '').ljust(MARK - 1)} {line}"
