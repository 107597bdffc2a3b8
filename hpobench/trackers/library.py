"""What a tracker's library needs: to be there; and what people see while it works."""

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from ..errors import InputError
from ..library import extra

Item = TypeVar("Item")


def need(tracker: str, *modules: str) -> None:
    """Import the modules of a tracker's library, or say in one line how to get them."""
    for module in modules:
        try:
            import_module(module)
        except ImportError:
            raise InputError(
                f"{tracker} needs what is not installed, {module}: {extra(tracker)}"
            ) from None


def watched(items: Sequence[Item], doing: str) -> Iterable[Item]:
    """Yield the items, with a bar that shows how far it is, in a terminal."""
    console = Console()
    return track(items, doing, console=console, transient=True, disable=not console.is_terminal)
