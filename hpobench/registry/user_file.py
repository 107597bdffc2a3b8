"""A user's own file or program: reading it, and running a file once."""

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
from .plugins import check_allowed


@dataclass(frozen=True, slots=True)
class Source:
    """A Python file and what it defines, or a program."""

    path: str
    """The absolute path."""
    text: str
    """The text; empty: it is a program that is no text."""
    digest: str
    """The digest of its content and of its neighbours, in 12 hexadecimal digits."""
    module: str
    """The name under which it was imported; empty: it is a program."""
    contents: Mapping[str, object]
    """What its global names stand for; empty for a program."""
    neighbours: tuple[Neighbour, ...] = ()
    """The modules beside it that it imports."""
    met: tuple[str, ...] = ()
    """The names of the neighbours that were imported, though no import statement names them."""

    @property
    def name(self) -> str:
        """The name that a strategy or a problem has from its file."""
        return spelled(Path(self.path).stem)


def is_path(name: str) -> bool:
    """Tell whether a text is a path and no name: it has a slash, or ends in .py."""
    return "/" in name or name.endswith(".py")


def file_in(spec: str, mark: str) -> str:
    """Return the path with which a spec begins; empty: it begins with a name.

    `mark` separates the path of a Python file from fields (":") or options ("+").
    """
    name, separator, _ = spec.partition(f".py{mark}")
    if separator:
        return f"{name}.py"
    return spec if is_path(spec) else ""


def load(path: str) -> Source:
    """Import the file at a path, which may import modules beside it; raises InputError.

    A text with the same neighbours is run only once in each process.
    """
    check_allowed(path)
    text = text_of(path)
    where = os.path.realpath(path)
    if not where.endswith(".py"):
        raise InputError(f"the name of a Python file must end in .py: {path}")
    source = _run(where, text, neighbours(where, text), ())
    now = neighbours(where, text, source.met)
    if gone := set(source.met) - {each.name for each in now}:
        raise InputError(f"{path} imported a module beside it that is gone: {min(gone)}")
    return source if now == source.neighbours else _run(where, text, now, source.met)


@cache
def _run(path: str, text: str, found: tuple[Neighbour, ...], met: tuple[str, ...]) -> Source:
    """Run a file; its neighbours are those that were found, and those that it imports otherwise.

    `met` holds the names that an earlier run imported, though no import statement names them.
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


def is_unchanged(source: Source) -> bool:
    """Tell whether a file and its neighbours are as they were when it was imported; none is run.

    Raises InputError where one can't be read any more.
    """
    text = text_of(source.path)
    return version(text, neighbours(source.path, text, source.met)) == source.digest


def program(path: str) -> Source:
    """Read a program: a file that can be executed. Raises InputError if it is none."""
    check_allowed(path)
    try:
        where = os.path.realpath(path)
    except (OSError, ValueError):  # such as for a null character
        where = ""
    if not os.path.isfile(where):  # noqa: PTH113  # it raises nothing, whatever the path
        raise InputError(f"there is no such program, and no .py at the end of the path: {path!r}")
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
