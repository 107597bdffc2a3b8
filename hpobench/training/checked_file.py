"""Files of data that must be the very files that were published."""

import hashlib
from importlib.resources.abc import Traversable


class DataError(OSError):
    """A file of data is missing, is not the one that it should be, or holds code."""


def content_of(path: Traversable, sha256: str, what: str, mend: str) -> bytes:
    """Return a file's bytes; raise DataError if it is missing or its SHA-256 is another.

    The error says `what` the file is and how to `mend` it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{what} is missing, {mend}: {path}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise DataError(
            f"{what} is damaged or of another release, {mend};"
            f" {path} should have the SHA-256 {sha256}: {digest}"
        )
    return content
