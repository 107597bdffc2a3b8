"""A user's own file, read and run once."""

import hashlib
import importlib.util
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .errors import InputError, described


@dataclass(frozen=True, slots=True)
class Source:
    """A file of Python, and what it defines."""

    path: str
    """Absolute."""
    text: str
    digest: str
    """Of the content, in 12 hexadecimal digits."""
    module: str
    """The name under which it was imported; empty: it was not, it is a program."""
    contents: Mapping[str, object]

    @property
    def name(self) -> str:
        """What is called after the file."""
        return spelled(Path(self.path).stem)


def is_path(name: str) -> bool:
    """Tell a path from a name."""
    return "/" in name or name.endswith(".py")


def spelled(name: str) -> str:
    """Spell a name as users do: lower case, with hyphens."""
    return name.replace("_", "-").lower()


def load(path: str) -> Source:
    """Import the file at a path; the same text is run once a process."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"{path} can't be read: {reason}") from None
    return _run(str(Path(path).resolve()), text)


@cache
def _run(path: str, text: str) -> Source:
    digest = _digest(text.encode())
    name = f"hpobench_source_{digest}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputError(f"a file of Python must be called *.py: {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # a user's file may raise anything
        del sys.modules[name]
        raise InputError(f"{path} does not import: {described(error)}") from None
    return Source(path, text, digest, name, vars(module))


def program(path: str) -> Source:
    """Read a program, a file that can be executed; its text is empty where it is no text."""
    where = Path(path).resolve()
    if not where.is_file() or not os.access(where, os.X_OK):
        raise InputError(f"a program must be a file that can be executed, or end in .py: {path}")
    content = where.read_bytes()
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""
    return Source(str(where), text, _digest(content), "", {})


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()
