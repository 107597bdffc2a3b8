"""Which runs lie in a folder and how they ended, by names and seals alone: no trial is read."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias

from ..json_forms import run_from_json
from ..trial import Run
from . import run_file
from .contents import RUNS
from .file_names import file_name
from .folder import Store
from .run_file import PART, SEALED
from .sealed_json import UNLIKE, DamageError, GoneError, UnreadError
from .summary import Seal, Summary, read_seal

Key: TypeAlias = str
"""The path of a run's file below `runs`, without its ending."""
_RUN = re.compile(r"(-?\d+-[0-9a-f]{16})(\.part|\.jsonl)")


@dataclass(slots=True)
class Listing:
    """The runs of a folder, files and those in packs, as they were when they were last looked for.

    Seals are kept: a run that is sealed is never written again.
    """

    store: Store
    sealed: dict[Key, Seal] = field(default_factory=dict[Key, Seal])
    parts: set[Key] = field(default_factory=set[Key])
    """The runs that have been begun and have not ended."""
    damaged: dict[Key, str] = field(default_factory=dict[Key, str])
    """What is wrong with the files that are named as sealed and have no seal."""
    unread: dict[Key, str] = field(default_factory=dict[Key, str])
    """Why the system couldn't read files when they were last looked for; they may be whole."""
    _files: dict[Key, Seal] = field(default_factory=dict[Key, Seal])
    _packed: dict[Key, Summary] = field(default_factory=dict[Key, Summary])
    _packs: object = None
    """What the folder of packs was like when the packs were last listed."""

    def refresh(self) -> None:
        """Look again: read the seals of new files, and forget the files that are gone.

        A file that comes, ends or goes meanwhile counts as it is found at one moment. Raises
        InputError where two packs contradict each other.
        """
        while True:
            self._look()
            if self.store.packs.state == self._packs:  # else a run may be between a file and a pack
                return

    def _look(self) -> None:
        """List the packs, then the files, and read the seals of those that are new."""
        self._read_packs()
        sealed, self.parts = set[Key](), set[Key]()
        for key, ending in keys(self.folder):
            (sealed if ending == SEALED else self.parts).add(key)
        for key in self._files.keys() - sealed:
            del self._files[key]
        self.damaged = {key: why for key, why in self.damaged.items() if key in sealed}
        self.unread.clear()
        for key in sealed - self._files.keys() - self.damaged.keys():
            self._read(key)
        for key in self.parts - sealed:
            if not self.path(key, PART).exists() and self.path(key, SEALED).exists():
                self._read(key)  # it was sealed while the folder was listed
        self.sealed = {key: each.seal for key, each in self._packed.items()} | self._files
        self.parts -= self.sealed.keys()

    def path(self, key: Key, ending: str) -> Path:
        """Return the path of a run's file."""
        return self.folder / RUNS / f"{key}{ending}"

    def run(self, key: Key) -> Run | None:
        """Return a sealed run by its file's first line; None: that names none, or another one."""
        if key not in self._files and key in self._packed:
            run: Run | None = self._packed[key].run
        else:
            run = header_of(self.path(key, SEALED))
        return run if run is not None and key_of(run) == key else None

    @property
    def folder(self) -> Path:
        """The folder of results."""
        return self.store.folder

    def _read_packs(self) -> None:
        """List the packs, unless that was done since one came or went."""
        state = self.store.packs.state
        if state is None:
            self._packed, self._packs = {}, None
        elif state != self._packs:
            with suppress(GoneError):  # another process makes another pack: they are listed again
                self._packed = {
                    f"{at.problem}/{at.strategy}/{at.file.removesuffix(SEALED)}": each
                    for at, each in self.store.packs.places.items()
                }
                self._packs = state

    def _read(self, key: Key) -> None:
        path = self.path(key, SEALED)
        try:
            self._files[key] = read_seal(path)
        except UnreadError as error:
            self.unread[key] = str(error)
        except DamageError as damage:
            if path.exists():  # else it was moved meanwhile
                self.damaged[key] = damage.reason


def key_of(run: Run) -> Key:
    """Return where the file of a run lies below `runs`, without its ending."""
    return f"{_named(run.problem.name)}/{_named(run.strategy.name)}/{run_file.named(run)}"


def keys(folder: Path) -> Iterator[tuple[Key, str]]:
    """Yield the key and the ending of every run's file; no file is opened, and no link followed."""
    for problem in _folders(f"{folder}/runs"):
        for strategy in _folders(problem.path):
            before = f"{problem.name}/{strategy.name}/"
            for name in _names(strategy.path):
                if found := _RUN.fullmatch(name):
                    yield before + found[1], found[2]


def header_of(path: Path) -> Run | None:
    """Return the run that the first line of a file names; None: it names none."""
    with suppress(*UNLIKE, DamageError):
        return run_from_json(json.loads(run_file.first_line(path))["run"])
    return None


def _folders(path: str) -> list[os.DirEntry[str]]:
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(path) as found:
        return sorted(
            (each for each in found if each.is_dir(follow_symlinks=False)), key=lambda e: e.name
        )
    return []


def _names(path: str) -> list[str]:
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(path) as found:
        return [each.name for each in found]
    return []


_named = cache(file_name)
