"""What of results could not be read, when all runs of folders were to be written elsewhere."""

from dataclasses import dataclass

from ..errors import counted
from .folder import Store
from .places import Place, place_of
from .run_file import SEALED


@dataclass(frozen=True, slots=True)
class Lost:
    """How much could not be read."""

    runs: int = 0
    packs: int = 0
    """How many packs could not be read at all, so that nobody knows their runs."""
    described: int = 0
    """How many cards, sessions and certificates could not be read, where these were to be, too."""

    def __bool__(self) -> bool:
        return bool(self.runs or self.packs or self.described)

    def __str__(self) -> str:
        """Return in words how much it is."""
        known = ((self.runs, "run"), (self.packs, "pack"))
        parts = [counted(number, noun) for number, noun in known if number]
        if self.described:
            parts.append(f"{self.described:,} of the cards, sessions and certificates")
        return " and ".join(parts)


NOTHING = Lost()


def file_places(*stores: Store) -> set[Place]:
    """Return where files of runs that have ended lie, whether they can be read or not."""
    return {place_of(path) for store in stores for path in store.paths(SEALED)}


def lost(missing: int, *stores: Store) -> Lost:
    """Return what could not be read of folders whose runs were all to be read.

    `missing`: how many of the runs whose places are known were not read.
    """
    packs = [store.packs for store in stores]
    return Lost(missing + sum(each.unread for each in packs), sum(len(each.torn) for each in packs))
