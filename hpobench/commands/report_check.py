"""What `report --check` does: it makes a report again, and names what differs from it."""

from collections.abc import Iterator
from pathlib import Path

from ..errors import InputError, counted, line
from ..registry.choice import ALL, Choice
from ..report.making import Report, make
from ..report.trace.changes import changes, is_certificate_alone
from ..report.trace.differences import Difference, differences
from ..report.trace.manifest import MANIFEST, PAGE, Manifest, Settings, read
from ..store.sealed_json import DamageError
from .console import Printer
from .places import folder_to_read
from .progress import waiting
from .reporting import opened, results_of, usual
from .session import finished_runs
from .terminal import show_notices, title

DIFFERS = 1
"""The exit status where anything differs."""


def check_report(folder: Path, output: Path | None, choice: Choice = ALL) -> int:
    """Make the report of a folder of results again, compare it with the one that is there.

    `output`: the folder of the report; None: the usual one. `choice`: what it shows; where it is
    the usual, what the report's manifest says. Nothing is written or
    moved. Return the exit status: DIFFERS also where results are damaged or left out.
    """
    folder = folder_to_read(folder)
    output = output or usual(folder, choice)
    console, store = Printer(), opened(folder, output, touched=False)
    if not ((output / PAGE).exists() or (output / MANIFEST).exists()):
        raise InputError(f"no report is there; without --check it is made: {output}")
    earlier, damage = _manifest(output)
    settings = earlier.settings if earlier else Settings(title(folder), choice)
    if choice not in (ALL, settings.choice):
        asked, there = (", ".join(each.what) or "all" for each in (choice, settings.choice))
        if asked == there:
            raise InputError(f"the report was made with other options than these: {output}")
        raise InputError(f"the report is not of {asked}, but of {there}: {output}")
    results = results_of(store, finished_runs(store), settings.choice)
    with waiting(console, "making the report again"):
        again = make(results, settings, output)
    show_notices(console, store.notices)
    for said in _changes(earlier, damage, again):
        console.say(line(said), "yellow")
    found = differences(output, again.files, again.manifest, earlier)
    shown = found
    if earlier is not None and is_certificate_alone(earlier, again.manifest):
        console.say(f"a new report prints the certificates: hpobench report {folder}", "yellow")
        shown = [each for each in found if _is_foreign(each, earlier)]
    for each in shown:
        for said in _said(each):
            console.say(line(said), "red")
    files = counted(len(again.files) + 1, "file")
    console.say(f"not equal: {len(found):,} of {files}" if found else f"equal: {files}", "bold")
    return DIFFERS if found or store.notices else 0


def _manifest(output: Path) -> tuple[Manifest | None, str]:
    """Return the manifest of the report in a folder, and what is wrong with it."""
    try:
        return read(output), ""
    except DamageError as damage:
        return None, str(damage)


def _changes(earlier: Manifest | None, damage: str, again: Report) -> Iterator[str]:
    """Yield why the report may differ: what has changed since it was made."""
    if earlier is not None:
        for said in changes(earlier, again.manifest):
            yield f"changed: {said}"
    else:
        why = damage or f"there is no {MANIFEST}"
        yield f"note: {why}; so it is not known what has changed since"


def _is_foreign(found: Difference, earlier: Manifest) -> bool:
    """Tell whether a difference is there though a report only lacks certificates."""
    lost = found.kind == "missing" and found.path in (*earlier.files, MANIFEST)
    return lost or found.kind in {"altered", "extra"}


def _said(found: Difference) -> Iterator[str]:
    """Yield the lines that say how a file differs."""
    if not found.places:
        yield f"{found.kind}: {found.path}"
    for place in found.places:
        yield f"{found.kind}: {found.path}, {place}"
    if found.more:
        yield f"{found.kind}: {found.path}, {counted(found.more, 'more place')}"
