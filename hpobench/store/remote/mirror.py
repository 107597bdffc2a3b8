"""The mirror of results at a URL: a folder of results of this machine, which a session works in.

What is at the URL is a mark, cards, sessions, certificates and packs, as in a folder that was
packed. A session fetches what its mirror lacks, writes into the mirror, and from time to time puts
the runs that have ended into a new pack, which it hands in. If it is killed, what it had not handed
in is still in the mirror, and the next session with the same mirror hands it in.
"""

import hashlib
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from ...errors import InputError, counted
from ...processes.temporary_folders import HeldFolder, remove_abandoned
from ..contents import DESCRIBED, PACKS, SESSIONS, UNFINISHED_PACK
from ..durable import make_folder, replace
from ..folder import Store
from ..holding import saying
from ..mark import MARK
from ..packs.digests import UNKNOWN
from ..packs.pack_file import ENDING, PackFile
from ..packs.rows import Row
from ..packs.writing import write
from ..places import place_of
from ..run_file import SEALED
from ..sealed_json import DamageError, FormatError
from .bucket import Bucket

EVERY, SHARE = 60.0, 0.05
"""Runs are handed in once in so many seconds at least, and then in this share of the time that the
session has taken: so a long session makes some dozens of packs, not thousands."""


def folder_for(url: str, shard: str = "") -> Path:
    """Return where the mirror of a URL is; each shard has one, so that several work at once."""
    from platformdirs import user_cache_path

    last = re.sub(r"[^\w.-]", "_", url.rstrip("/").rpartition("/")[2]) or "results"
    digest = hashlib.blake2b(f"{url.rstrip('/')} {shard}".encode(), digest_size=6).hexdigest()
    return user_cache_path("hpobench") / "mirrors" / digest / last


@dataclass(slots=True)
class Mirror:
    """A folder that mirrors what is at a URL."""

    bucket: Bucket
    folder: Path
    clock: Callable[[], float] = monotonic
    _began: float = 0.0
    _due: float = 0.0

    def begin(self) -> None:
        """Fetch the mark, so that a session finds out whether its runs belong there."""
        self._began = self.clock()
        self._plan_next()
        with saying(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            remove_abandoned(self.folder.parent)  # what processes fetched that were killed
            if MARK in self.bucket.sizes() and not (self.folder / MARK).exists():
                self._write(self.folder / MARK, self.bucket.get(MARK))

    def fetch(self) -> list[str]:
        """Fetch what the mirror lacks; return a line for each pack that can't be used.

        A file of a session that is there and here grows while the session goes on, so the longer
        one is the later one. A pack is put there whole by most stores; where it is not, it is torn
        until its session has put it, or puts it again.
        """
        notices = list[str]()
        with saying(self.folder):
            for name, size in sorted(self.bucket.sizes().items()):
                folder, _, file = name.rpartition("/")
                path = self.folder / name
                if folder not in {*DESCRIBED, PACKS} or not re.fullmatch(r"\w[\w.+-]*", file):
                    continue
                if folder == PACKS and file.endswith(ENDING) and not path.exists():
                    notices += self._fetch_pack(name, path)
                elif folder in DESCRIBED and file.endswith(".json") and size > _size(path):
                    self._write(path, self.bucket.get(name))
        return notices

    @contextmanager
    def kept(self, store: Store) -> Generator[None]:
        """Fetch what the mirror lacks, and hand in what it has at the end of the block."""
        store.notices += self.fetch()
        store.packs.forget()
        try:
            yield
        finally:
            store.notices += self.hand_in(store)

    def hand_in(self, store: Store) -> list[str]:
        """Hand in all runs of the mirror that have ended, with cards, sessions and certificates.

        Returns lines for a person. Raises InputError where the URL can't be written; then all is
        still in the mirror. A kill at any moment loses nothing: a run's file is removed when the
        pack that holds it was put.
        """
        self._plan_next()
        notices = self.fetch()
        store.packs.forget()
        notices += self._pack(store)
        there = self.bucket.sizes()
        for path in sorted((self.folder / PACKS).glob(f"*{ENDING}")):
            if there.get(f"{PACKS}/{path.name}") != _size(path):
                self.bucket.put(f"{PACKS}/{path.name}", path)
        for name in DESCRIBED:
            for path in sorted((self.folder / name).glob("*.json")):
                at = there.get(f"{name}/{path.name}")
                if at is None or (name == SESSIONS and at < _size(path)):
                    self.bucket.put(f"{name}/{path.name}", path)
        if MARK not in there:
            self.bucket.put(MARK, self.folder / MARK)
        self._remove_packed(store)
        return notices

    def read(self, store: Store) -> None:
        """Fetch what is at the URL for a command that only reads; InputError: nothing is there."""
        self.begin()
        if not (self.folder / MARK).exists():
            raise InputError(f"no results of hpobench are at {self.bucket.url}: it has no {MARK}")
        store.notices += self.fetch()
        if alone := self._not_handed_in(store):
            store.notices.append(
                f"not at {self.bucket.url} yet, but in {self.folder} alone, until the next session"
                f" with this URL on this machine: {counted(alone, 'run')}"
            )

    def put(self, path: Path) -> str:
        """Hand in one file of the mirror, and return its URL; raises InputError."""
        name = path.relative_to(self.folder).as_posix()
        self.bucket.put(name, path)
        return f"{self.bucket.url}/{name}"

    @property
    def is_due(self) -> bool:
        """Whether it is time to hand in what has ended."""
        return self.clock() >= self._due

    def _not_handed_in(self, store: Store) -> int:
        """Count the runs of the mirror that are in no pack at the URL."""
        there, packs = self.bucket.sizes(), store.packs
        handed_in = [path for path in packs.paths if f"{PACKS}/{path.name}" in there]
        packed = packs.places_in(handed_in)
        files = {place_of(path) for path in store.paths(SEALED)}
        return len((files | packs.places.keys()) - packed)

    def _plan_next(self) -> None:
        now = self.clock()
        self._due = now + max(EVERY, SHARE * (now - self._began))

    def _pack(self, store: Store) -> list[str]:
        """Put the runs that are files into a pack; say how many no pack can hold."""
        left = 0

        def packable() -> Iterator[Row]:
            nonlocal left
            for row in store.rows(without=store.packs.paths):
                if row is None:
                    left += 1
                else:
                    yield row

        with saying(self.folder):
            write(packable(), self.folder / UNFINISHED_PACK, self.folder / PACKS)
        store.packs.forget()
        said = f"{counted(left, 'run')} can't be in a pack and stayed in {self.folder}"
        return [said] if left else []

    def _remove_packed(self, store: Store) -> None:
        """Remove the files of the runs that are in packs, all of which were handed in."""
        packed = store.packs.places
        with saying(self.folder):
            for path in store.paths(SEALED):
                if place_of(path) in packed:
                    path.unlink(missing_ok=True)

    def _fetch_pack(self, name: str, path: Path) -> list[str]:
        """Fetch a pack; return a line if it can't be used."""
        make_folder(path.parent)
        with self._beside() as part:
            part.write_bytes(self.bucket.get(name))
            try:
                why = PackFile(part).doubt()
            except (DamageError, FormatError) as error:
                why = error.args[0].removeprefix(f"{part} ")
            if why not in {"", UNKNOWN}:
                return [f"{self.bucket.url}/{name} is left out: it {why}"]
            part.replace(path)
        return []

    def _write(self, path: Path, data: bytes) -> None:
        """Write a file whole or not at all."""
        make_folder(path.parent)
        with self._beside() as part:
            replace(part, path, data)

    @contextmanager
    def _beside(self) -> Generator[Path]:
        """Yield the path of a file for this process alone: others fetch into the mirror, too."""
        folder = HeldFolder(self.folder.parent)
        try:
            yield folder.path / self.folder.name
        finally:
            folder.close()


def _size(path: Path) -> int:
    """Return the bytes of a file; -1: it is not there."""
    try:
        return path.stat().st_size
    except OSError:
        return -1
