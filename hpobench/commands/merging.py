"""What the command `merge` does, and what it says."""

from collections.abc import Sequence
from pathlib import Path

from ..errors import counted
from ..store.merging import ContradictionError, merge
from .console import Printer
from .terminal import show_notices


def merge_and_say(folders: Sequence[Path], into: Path) -> None:
    """Join folders of results, and say what was taken; raises InputError where they contradict."""
    console = Printer()
    try:
        made = merge(folders, into)
    except ContradictionError as error:
        for each in error.lines:
            console.say(f"contradiction: {each}", "red")
        raise
    show_notices(console, made.notices)
    parts = f" and {counted(made.unfinished, 'unfinished run')}" if made.unfinished else ""
    console.say(
        f"{counted(made.taken, 'run')}{parts} taken, {made.there:,} were there already: {into}"
    )
