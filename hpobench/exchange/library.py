"""The library of a tracker: whether it is installed, and a bar that shows how far its work is."""

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from ..errors import InputError
from ..library import extra

Item = TypeVar("Item")


def need(tracker: str, *modules: str) -> None:
    """Import the modules of a tracker's library, or raise InputError with what installs them."""
    for module in modules:
        try:
            import_module(module)
        except ImportError:
            raise InputError(
                f"{tracker} needs {module}, which is not installed: {extra(tracker)}"
            ) from None


def watched(items: Sequence[Item], doing: str) -> Iterable[Item]:
    """Yield the items; a terminal shows meanwhile a bar with the text `doing`."""
    console = Console()
    return track(items, doing, console=console, transient=True, disable=not console.is_terminal)
