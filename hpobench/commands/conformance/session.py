"""A check from its specs to the lines that it prints."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from ...errors import InputError, counted
from ...guards import Interrupted
from ...problem import Problem
from ...registry.entry import Entry
from ...registry.rehearsal import rehearsed
from ...registry.subjects import find, may_be_problems, may_be_strategies
from ...strategy import Entrant
from ...system import System
from ...trial import Identity
from ..console import Printer
from .processes import Sort, findings
from .promise import Finding

WIDEST = 80
"""Characters of a line, however wide the terminal is."""
MARK = 9
"""Characters that the marks take."""
STYLES = {"ok": "green", "broken": "bold red", "skipped": "dim", "note": ""}


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is to be checked."""

    sort: Sort
    identity: Identity
    skipped: str = ""
    """Why it can't be checked; empty: it can."""


def check_and_say(specs: Sequence[str], seconds: float) -> int:
    """Check what the specs name, print a line a promise, and return the exit status.

    `seconds`: the processor time that the check of each may take.
    """
    console, subjects = Printer(), _subjects(specs)
    if all(subject.skipped for subject in subjects):
        raise InputError(f"{subjects[0].identity.name}: {subjects[0].skipped}")
    broken = 0
    for subject in subjects:
        broken += _checked(console, subject, seconds)
    return 1 if broken else 0


def _subjects(specs: Sequence[str]) -> list[_Subject]:
    """Find what the specs name; whatever is named twice is checked once."""
    strategies = [spec for spec in specs if may_be_strategies(spec)]
    problems = [spec for spec in specs if may_be_problems(spec)]
    with rehearsed(strategies, problems):
        found = [find(spec) for spec in specs]
    subjects = [
        subject
        for strategies, problems in found
        for subject in (*map(_strategy, strategies), *map(_problem, problems))
    ]
    return list(dict.fromkeys(subjects))


def _strategy(entry: Entry[Entrant]) -> _Subject:
    system = "it is a system, which is given rows, not a task" * isinstance(entry.item, System)
    return _Subject("strategy", entry.identity, system or entry.absent)


def _problem(entry: Entry[Problem]) -> _Subject:
    return _Subject("problem", entry.identity, entry.absent)


def _checked(console: Printer, subject: _Subject, seconds: float) -> int:
    """Check one, print its lines, and return how many promises are broken."""
    name = subject.identity.name
    console.say(f"{subject.sort} {name}", "bold")
    if subject.skipped:
        _say(console, Finding("", "skipped", subject.skipped))
        return 0
    marks: list[str] = []
    try:
        for finding in findings(subject.sort, subject.identity, seconds):
            _say(console, finding)
            marks.append(finding.mark)
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted while {name} was checked") from None
    broken, skipped = marks.count("broken"), marks.count("skipped")
    told = f"{broken} broken" if broken else "nothing broken"
    console.say(f"{name}: {told}, {skipped} skipped, of {counted(len(marks), 'promise')}")
    return broken


def _say(console: Printer, finding: Finding) -> None:
    """Print the line of a promise, and under it the details of a broken one."""
    width = min(console.width, WIDEST) - 2
    for line in _lines(finding.mark, _sentence(finding), width):
        console.say(line, STYLES[finding.mark])
    details = (("where", finding.where), ("seen", finding.seen), ("right", finding.right))
    for label, detail in details:
        for line in _lines("", f"{label}: {detail}", width) if detail else ():
            console.say(line)


def _sentence(finding: Finding) -> str:
    """Return a promise and what is to be remarked about it, e.g. why it was skipped."""
    if not finding.remark:
        return finding.words
    if finding.mark == "skipped":
        return f"{finding.words.removesuffix('.')}: {finding.remark}."
    return f"{finding.words.removesuffix('.')} ({finding.remark})."


def _lines(mark: str, words: str, width: int) -> Iterator[str]:
    """Break words between the marks and the edge; the mark stands before the first line."""
    for place, line in enumerate(wrap(words, max(width - MARK, 20))):
        yield f"  {(mark if place == 0 else '').ljust(MARK - 1)} {line}"
