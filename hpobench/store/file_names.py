"""Names of strategies and problems as names of files and folders, on every system."""

import os
import re
import unicodedata
from pathlib import Path

LONGEST = 120
"""The most bytes of a folder's name."""
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
"""The names of devices on Windows, which no file or folder can have."""


def file_name(name: str) -> str:
    """Return a name as a file or a folder can have it, on every system.

    It is no path, no device of Windows, not too long, and no end of it is dropped.
    """
    named = re.sub(r"[^\w.,=+-]|^\.|\.$", "_", unicodedata.normalize("NFC", name))
    plain = (f"_{named}" if _DEVICE.fullmatch(named) else named).encode()
    return plain[:LONGEST].decode(errors="ignore") + ("~" if len(plain) > LONGEST else "")


def same(path: Path, named: Path) -> bool:
    """Tell whether a path is one of a name; some systems keep neither case nor composed letters."""
    if path == named:
        return True
    alike = folded(os.fspath(path)) == folded(os.fspath(named))
    return alike and named.exists() and path.samefile(named)


def folded(name: str) -> str:
    """Return a name as all spellings have it that some system takes for the same."""
    return unicodedata.normalize("NFC", name).casefold()
