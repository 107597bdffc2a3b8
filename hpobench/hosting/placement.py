"""Where what needs a library runs: here, in an environment of its own, or nowhere."""

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
    """Return the library's version, here or in an environment of its own; None: it is in none."""
    environment = environments.find(library.name)
    return library.installed() or (None if environment is None else environment.version)


def bring(library: Library) -> str:
    """Return the command that installs a library: one of ours, or one that a user's file names."""
    if not library.shared:
        return f"python -m hpobench env create {library.name}"
    if library.name in _extras():
        return extra(library.name)
    return f"pip install {' '.join(map(shlex.quote, library.requirements))}"


@cache
def _extras() -> frozenset[str]:
    """Return the names of the extras that hpobench is installed with."""
    return frozenset(metadata("hpobench").get_all("Provides-Extra", ()))


def missing(library: Library) -> str:
    """Say that a library is nowhere, and which command brings it."""
    return f"{library.distribution} is not installed: {bring(library)}"


def state(library: Library) -> str:
    """Say where a library is: installed, with its version, or isolated, or missing."""
    environment = environments.find(library.name)
    if version := library.installed():
        return f"{library.distribution} {version}, installed"
    if environment is not None:
        return f"{library.distribution} {environment.version}, isolated"
    return f"missing: {bring(library)}"


def drawn_by(entrant: Entrant) -> tuple[str, str]:
    """Return what the luck of an entrant is drawn by, wherever it runs: a program's by its name."""
    return ("program", entrant.name) if isinstance(entrant, Program) else luck_of(entrant)


@overload
def hosted(entrant: Strategy, server: Path | None = None) -> Strategy: ...
@overload
def hosted(entrant: Entrant, server: Path | None = None) -> Entrant: ...
def hosted(entrant: Entrant, server: Path | None = None) -> Entrant:
    """Return what runs an entrant: itself, or its stand-in for an environment of its own.

    `server`: where a fork server of that environment listens; None: there is none.
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
