"""The digest of a pack: of all its bytes before the footer, in which it stands."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ..sealed_json import unreadable

if TYPE_CHECKING:
    from pyarrow import parquet as pq

KEY = "digest"
"""What the footer calls the digest."""
UNKNOWN = "has no digest: another program or an earlier version wrote it"
OTHER = "is torn or was altered: its digest is of other bytes"
_CHUNK = 1 << 20
_TAIL = 8
"""The bytes after the footer: its length, and what says that this is a Parquet file."""


def digest_of(path: Path, end: int) -> str:
    """Return the digest of the first bytes of a file, up to `end`, in hexadecimal digits.

    Raises OSError.
    """
    found, left, data = sha256(), end, memoryview(bytearray(_CHUNK))
    with path.open("rb", buffering=0) as file:
        while number := file.readinto(data[: min(left, _CHUNK)]):
            found.update(data[:number])
            left -= number
    return found.hexdigest()


def doubt(path: Path, footer: "pq.FileMetaData") -> str:
    """Return why the bytes of a pack may not be those that were written; empty: they are.

    Raises DamageError where they can't be read, and GoneError where there is no pack any more.
    """
    said = (footer.metadata or {}).get(KEY.encode())
    if said is None:
        return UNKNOWN
    try:
        there = path.stat()
        end = there.st_size - footer.serialized_size - _TAIL
        found = _known(path, end, (there.st_ino, there.st_mtime_ns))
    except OSError as error:
        raise unreadable(path, error) from None
    return "" if found.encode() == said else OTHER


@lru_cache(maxsize=1000)
def _known(path: Path, end: int, _state: object) -> str:
    """Return the digest of a file, which is read once while it is not written (`_state`)."""
    return digest_of(path, end)
