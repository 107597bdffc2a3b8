"""A user's own file, read and run once."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..errors import InputError, described
from ..guards import is_a_persons
from .importer import Importer, package_name
from .names import spelled
from .neighbours import Neighbour, neighbours, text_of


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
    neighbours: tuple[Neighbour, ...] = ()
    met: tuple[str, ...] = ()
    """The names of the neighbours that were seen to be imported, though no text says it."""

    @property
    def name(self) -> str:
        """What is called after the file."""
        return spelled(Path(self.path).stem)


def is_path(name: str) -> bool:
    """Tell a path from a name."""
    return "/" in name or name.endswith(".py")


def file_in(spec: str, mark: str) -> str:
    """Return the path that a spec begins with, up to the mark of options; empty: it has none."""
    name, separator, _ = spec.partition(f".py{mark}")
    if separator:
        return f"{name}.py"
    return spec if is_path(spec) else ""


def load(path: str) -> Source:
    """Import the file at a path, which may import what lies beside it.

    The same text with the same neighbours is run once a process.
    """
    text = text_of(path)
    where = os.path.realpath(path)
    if not where.endswith(".py"):
        raise InputError(f"a file of Python must be called *.py: {path}")
    source = _run(where, text, neighbours(where, text), ())
    now = neighbours(where, text, source.met)
    if gone := set(source.met) - {each.name for each in now}:
        raise InputError(f"{path} has imported what lies beside it no more: {min(gone)}")
    return source if now == source.neighbours else _run(where, text, now, source.met)


@cache
def _run(path: str, text: str, found: tuple[Neighbour, ...], met: tuple[str, ...]) -> Source:
    """Run a file; its neighbours are what was found, and what is met while it runs.

    `met`: the names of those that were met before.
    """
    importer = Importer(package_name(path, version(text, found)), path, text, found, met)
    try:
        module = importer.run()
    except BaseException as error:  # a user's file may raise anything
        if is_a_persons(error):
            raise
        raise InputError(described(error, before=f"{path} does not import: ")) from None
    every = importer.found
    return Source(
        *(path, text, version(text, every), module.__name__, vars(module), every, importer.met)
    )


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


def version(text: str, found: Sequence[Neighbour]) -> str:
    """Return the digest of a file's text and of its neighbours."""
    content = [text, [(each.name, each.text) for each in found]]
    return _digest((json.dumps(content) if found else text).encode())


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()
