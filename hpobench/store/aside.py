"""Setting damaged files of a folder of results aside, and telling of all that is left out."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from .contents import DAMAGED
from .sealed_json import DamageError, FormatError, GoneError, UnreadError


class Aside:
    """What is done with the files of a folder that can't be used, each of which is told of."""

    def __init__(self, folder: Path, notices: list[str], *, touched: bool) -> None:
        """`notices`: gets a line for each file. `touched`: whether damaged files are moved."""
        self._folder, self._notices, self._touched = folder, notices, touched
        self._left = set[Path]()
        """The damaged files that are left where they are, and were told of."""

    def put(self, damage: DamageError) -> None:
        """Move a damaged file to `damaged/` if possible, and add a notice of it.

        One that can't be read now stays, since it may be whole, and so does what is inside a pack;
        of a file that stays there is one notice.
        """
        stays = not self._touched or isinstance(damage, UnreadError)
        if not stays and os.path.lexists(damage.path):
            with suppress(OSError):
                where = self.move(damage.path, DAMAGED)
                self._notices.append(f"{damage}; it was moved to {where}")
                return
        if damage.path not in self._left:
            self._left.add(damage.path)
            self._notices.append(f"{damage}; it is left out")

    @contextmanager
    def putting(self, *, gone: bool = True) -> Generator[None]:
        """Leave a file out that turns out to be damaged or of another format within the block.

        `gone`: whether one that is there no more is left out, too; False: then GoneError is raised.
        """
        try:
            yield
        except DamageError as damage:
            if isinstance(damage, GoneError) and not gone:
                raise
            self.put(damage)
        except FormatError as other:
            if (said := f"{other}; it is left out") not in self._notices:
                self._notices.append(said)

    def move(self, path: Path, folder: str) -> Path:
        """Move a file into one of the folders, and return its path; raises OSError."""
        return path.rename(self.free(path, folder))

    def free(self, path: Path, folder: str) -> Path:
        """Return a free path in one of the folders for a file; raises OSError."""
        target = self._folder / folder / path.relative_to(self._folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        number, free = 1, target
        while free.exists():
            number += 1
            free = target.with_name(f"{target.name}.{number}")
        return free
