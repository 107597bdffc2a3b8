"""What the command `merge` does, and what it says."""

from collections.abc import Sequence
from pathlib import Path

from ..errors import counted
from ..store.merging import ContradictionError, merge
from .console import Printer
from .places import folder_to_read
from .terminal import show_some_notices

LEFT_OUT = 1
"""The exit status where runs that could not be read were left out."""


def merge_and_say(folders: Sequence[Path], into: Path) -> int:
    """Join folders of results, say what was taken, and return the exit status.

    Raises InputError where they contradict.
    """
    console = Printer()
    try:
        made = merge([folder_to_read(each) for each in folders], into)
    except ContradictionError as error:
        for each in error.lines:
            console.say(f"contradiction: {each}", "red")
        for each in error.hints:
            console.say(each)
        raise
    parts = f" and {counted(made.unfinished, 'unfinished run')}" if made.unfinished else ""
    console.say(
        f"{counted(made.taken, 'run')}{parts} taken, {made.there:,} were there already: {into}"
    )
    if made.lost:
        console.say(f"not taken, since they can't be read: {made.lost}", "red")
    show_some_notices(console, made.notices)
    return LEFT_OUT if made.lost else 0
