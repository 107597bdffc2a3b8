"""What `verify --certificate` does: it compares a certificate with the runs of a folder."""

from collections import Counter
from pathlib import Path

from ..errors import InputError, counted, line
from ..store import certificate_file
from ..store.certificate_file import VERDICTS
from ..store.folder import Store
from ..store.listing import key_of
from ..store.sealed_json import FORMAT, FormatError
from .console import Printer
from .places import folder_to_read
from .terminal import MOST_LINES, show_some_notices
from .verified_lines import WORDS

OTHER = 1
"""The exit status where it speaks of other runs, or not all runs can be read."""


def compare_and_say(place: Path, path: Path) -> int:
    """Compare a certificate with the runs of a folder, and return the exit status.

    Raises InputError where it is none, or was altered.
    """
    console, store = Printer(), Store(folder_to_read(place), touched=False)
    store.check(new=False)
    try:
        certificate = certificate_file.given(path)
    except FormatError:
        raise InputError(f"{path} is no certificate of format {FORMAT}, as verify makes") from None
    there = {key_of(each.run): each.digest for each in store.finished()}
    covered = {each.key: each.digest for each in certificate.runs}
    lacking = [key for key in covered if key not in there]
    changed = [key for key, digest in covered.items() if there.get(key, digest) != digest]
    same, others = len(covered) - len(lacking) - len(changed), len(there.keys() - covered.keys())
    console.say(
        f"a certificate of {line(certificate.made)} on {counted(len(covered), 'run')}: {same:,}"
        f" here with the same digest, {len(changed):,} with another one, {len(lacking):,} not here;"
        f" it says nothing of {counted(others, 'other run')} here",
        "bold",
    )
    for what, keys in (("another digest", changed), ("not here", lacking)):
        for key in keys[:MOST_LINES]:
            console.say(f"{what}: {line(key)}", "red")
        if (more := len(keys) - MOST_LINES) > 0:
            console.say(f"{what}: and {more:,} more", "red")
    counts = Counter(each.verdict for each in certificate.runs)
    for verdict in VERDICTS:
        if counts[verdict]:
            console.say(f"it says: {WORDS[verdict]}: {counted(counts[verdict], 'run')}")
    show_some_notices(console, store.notices)
    return OTHER if changed or lacking or store.notices else 0
