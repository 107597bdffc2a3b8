"""A user's own file, read and run once."""

import hashlib
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .errors import InputError


@dataclass(frozen=True, slots=True)
class Source:
    """A file of Python, and what it defines."""

    path: str
    """Absolute."""
    text: str
    digest: str
    """Of the text, in 12 hexadecimal digits."""
    module: str
    """The name under which it was imported."""
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
    digest = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
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


def described(error: BaseException) -> str:
    """Say in one line what was raised."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
