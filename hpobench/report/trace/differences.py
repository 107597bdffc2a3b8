"""What differs between a report that is there and one that was made again."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from .cells import differing_cells
from .entries import differing_entries
from .excerpts import first_difference
from .lines import differing_lines
from .manifest import COMPILED, MANIFEST, Manifest, encoded
from .places import differing_places

Kind: TypeAlias = Literal["altered", "differs", "missing", "extra"]
"""Altered: since the report was written. Differs: nobody altered it, or it is not known whether
somebody did. Extra: the report that was made again has no such file."""
MOST = 10
"""The most places that are named of a file; the others are counted."""
_SHOWN = {
    ".csv": differing_cells,
    ".html": differing_places,
    ".tex": differing_lines,
    ".md": differing_lines,
    ".json": differing_entries,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not as it is once the report is made again."""

    kind: Kind
    path: str
    """The path within the report's folder."""
    places: tuple[str, ...] = ()
    """What differs within the file, the first places of it."""
    more: int = 0
    """How many further places differ."""


def differences(
    folder: Path, files: Mapping[str, bytes], made: Manifest, earlier: Manifest | None
) -> list[Difference]:
    """Compare what is in a folder with a report that was made again.

    `files` and `made`: the files of that report, and its manifest. `earlier`: the manifest in the
    folder; None: there is none that can be read.
    """
    found = [*_of_manifest(folder, made, earlier)]
    for name, again in sorted(files.items()):
        path = folder / name
        if not path.is_file():
            found.append(Difference("missing", name))
        elif (there := path.read_bytes()) != again:
            found.append(_difference(name, there, again, earlier))
    others = sorted(_names(folder) - files.keys() - {MANIFEST})
    extra = [name for name in others if not COMPILED.fullmatch(name)]
    return [*found, *(Difference("extra", name) for name in extra)]


def _of_manifest(folder: Path, made: Manifest, earlier: Manifest | None) -> Iterator[Difference]:
    """Yield how the manifest differs; the versions that it states may be others."""
    path = folder / MANIFEST
    if not path.is_file():
        yield Difference("missing", MANIFEST)
        return
    expected = made if earlier is None else replace(made, versions=earlier.versions)
    there, again = path.read_bytes(), encoded(expected)
    if there != again:
        yield _difference(MANIFEST, there, again, earlier)


def _difference(name: str, there: bytes, again: bytes, earlier: Manifest | None) -> Difference:
    """Return how the content of a file differs."""
    entry = None if earlier is None else earlier.files.get(name)
    altered = entry is not None and entry.sha256 != hashlib.sha256(there).hexdigest()
    places = [*_places(Path(name).suffix, there, again)]
    if not places:
        byte = first_difference(there, again) + 1
        places = [
            f"{len(there):,} bytes there, {len(again):,} from the runs; from byte {byte:,} on"
        ]
    kind: Kind = "altered" if altered else "differs"
    return Difference(kind, name, tuple(places[:MOST]), max(len(places) - MOST, 0))


def _places(suffix: str, there: bytes, again: bytes) -> Iterator[str]:
    if suffix in _SHOWN:
        yield from _SHOWN[suffix](there.decode(errors="replace"), again.decode())


def _names(folder: Path) -> set[str]:
    """Return the paths of the files in a folder, but for those of other reports within it."""
    found = set[str]()
    for where, folders, names in os.walk(folder):
        here = Path(where)
        folders[:] = [each for each in folders if not (here / each / MANIFEST).is_file()]
        found.update((here / each).relative_to(folder).as_posix() for each in names)
    return found
