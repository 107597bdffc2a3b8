"""A user's own file, read and run once."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .errors import OWN, InputError, described
from .interrupts import is_a_persons
from .names import spelled
from .neighbours import Importer, Neighbour, neighbours, text_of


@dataclass(frozen=True, slots=True)
class Source:
    """A file of Python, and what it defines; or a program."""

    path: str
    """Absolute."""
    text: str
    """Empty for a program that is no text."""
    digest: str
    """Of its content, and of what it imports from beside it, in 12 hexadecimal digits."""
    module: str
    """The name under which it was imported; empty for a program."""
    contents: Mapping[str, object]

    @property
    def name(self) -> str:
        """What is called after the file."""
        return spelled(Path(self.path).stem)


def is_path(name: str) -> bool:
    """Tell a path from a name."""
    return "/" in name or name.endswith(".py")


def load(path: str) -> Source:
    """Import the file at a path, which may import what lies beside it.

    The same text with the same neighbours is run once a process.
    """
    text = text_of(path)
    where = os.path.realpath(path)
    if not where.endswith(".py"):
        raise InputError(f"a file of Python must be called *.py: {path}")
    return _run(where, text, neighbours(where, text))


@cache
def _run(path: str, text: str, found: tuple[Neighbour, ...]) -> Source:
    content = [text, [(each.name, each.text) for each in found]]
    digest = _digest((json.dumps(content) if found else text).encode())
    name = f"{OWN}{digest}_{_digest(os.fsencode(path))}"
    importer = Importer(name, found)
    try:
        module = importer.run(name, path, text)
    except BaseException as error:  # a user's file may raise anything
        importer.forget()
        if is_a_persons(error):
            raise
        raise InputError(described(error, before=f"{path} does not import: ")) from None
    return Source(path, text, digest, name, vars(module))


def program(path: str) -> Source:
    """Read a program, a file that can be executed; its text is empty where it is no text."""
    try:
        where = os.path.realpath(path)
    except (OSError, ValueError):  # such as a null character
        where = ""
    if not os.path.isfile(where):  # noqa: PTH113  # it raises nothing, whatever the path
        raise InputError(f"there is no such program, nor a file that ends in .py: {path!r}")
    if not os.access(where, os.X_OK):
        raise InputError(
            f"a program must be a file that can be executed, or end in .py: {path}"
            f" (chmod +x {path})"
        )
    try:
        content = Path(where).read_bytes()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}") from None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""
    return Source(where, text, _digest(content), "", {})


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()
