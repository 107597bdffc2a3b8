"""URLs in the place of folders."""

import re
from pathlib import Path

from ...errors import InputError
from ..masking import holds_secret

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(/.*)")
"""A scheme has at least two letters, since a single one may be a drive of Windows."""
_CHAIN = re.compile(r"::[A-Za-z][A-Za-z0-9+.-]+:/")
"""What fsspec chains URLs with, as in simplecache::s3://bucket/results."""


def url_of(path: Path) -> str | None:
    """Return the URL that was typed in the place of a folder; None: it is a folder.

    Slashes in a row have become one by then: `s3:/bucket/results` was `s3://bucket/results`. Raises
    InputError for a chain of URLs, and where the URL holds a password or a token, since sessions
    write down how they were called.

    >>> url_of(Path("s3://bucket/results")), url_of(Path("file:///tmp/results"))
    ('s3://bucket/results', 'file:///tmp/results')
    """
    if _CHAIN.search(path.as_posix()):
        raise InputError(
            "a chain of URLs can't be used, since a mirror of this machine is made anyway; give"
            f" its last URL alone, without {path.as_posix().partition('::')[0]}::"
        )
    found = _SCHEME.fullmatch(path.as_posix())
    if found is None:
        return None
    scheme, rest = found[1].lower(), found[2]
    url = f"file://{rest}" if scheme in {"file", "local"} else f"{scheme}:/{rest}"
    if holds_secret(url):
        raise InputError(
            "a URL must not hold a password or a token, which would be written down:"
            f" {scheme}://..."
        )
    return url


def only_folder(path: Path) -> Path:
    """Return the path of a folder; raises InputError where a URL was typed in its place."""
    if url_of(path) is not None:
        raise InputError(f"this takes a folder, and no URL: {url_of(path)}")
    return path
