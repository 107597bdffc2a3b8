"""Where a strategy that needs a library runs: here, in the library's environment, or nowhere."""

import shlex
from functools import cache
from importlib.metadata import metadata
from pathlib import Path
from typing import overload

from ..errors import InputError
from ..library import Library, extra
from ..strategy import Entrant, Strategy, luck_of
from ..system import System
from . import environments
from .client import Program, Remote, RemoteSystem, forking, serving


def available(library: Library) -> str | None:
    """Return the version of a library, here or in its own environment; None: it is in neither."""
    environment = environments.find(library.name)
    return library.installed() or (None if environment is None else environment.version)


def bring(library: Library) -> str:
    """Return the command that installs a library, whether ours or a user's file needs it."""
    if not library.shared:
        return f"python -m hpobench env create {library.name}"
    if library.name in _extras():
        return extra(library.name)
    return f"pip install {' '.join(map(shlex.quote, library.requirements))}"


@cache
def _extras() -> frozenset[str]:
    """Return the names of the extras that the installed hpobench offers."""
    return frozenset(metadata("hpobench").get_all("Provides-Extra", ()))


def missing(library: Library) -> str:
    """Say that a library is not installed, and which command installs it."""
    return f"{library.distribution} is not installed: {bring(library)}"


def state(library: Library) -> str:
    """Say whether a library is installed, isolated (in its own environment) or missing."""
    environment = environments.find(library.name)
    if version := library.installed():
        return f"{library.distribution} {version}, installed"
    if environment is not None:
        return f"{library.distribution} {environment.version}, isolated"
    return f"missing: {bring(library)}"


def drawn_by(entrant: Entrant) -> tuple[str, str]:
    """Return what names the stream of an entrant's luck; a program is known by its file's name."""
    return ("program", entrant.name) if isinstance(entrant, Program) else luck_of(entrant)


@overload
def hosted(entrant: Strategy, server: Path | None = None) -> Strategy: ...
@overload
def hosted(entrant: Entrant, server: Path | None = None) -> Entrant: ...
def hosted(entrant: Entrant, server: Path | None = None) -> Entrant:
    """Return the entrant itself, or a stand-in that runs it in its library's environment.

    `server` is where a fork server of that environment listens; None: there is none. Raises
    InputError if the library is missing.
    """
    library = entrant.library
    if library is None or library.installed():
        return entrant
    environment = environments.find(library.name)
    if environment is None:
        raise InputError(missing(library))
    kind = RemoteSystem if isinstance(entrant, System) else Remote
    command = serving(environment.python, entrant) if server is None else forking(server, entrant)
    return kind(command)
