"""A library that a strategy or a problem needs, whether it is here, and what brings it."""

import os
import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Library:
    """What has to be installed for a strategy or a problem to run."""

    name: str
    """Of the extra that brings it, and of its environment."""
    requirements: tuple[str, ...]
    """As pip reads them; the first is the library, whose version is part of the identity."""
    shared: bool = True
    """Whether it can be installed beside the others; where not, it needs its own environment."""
    unneeded: tuple[str, ...] = ()
    """What is left out of its environment, though its wheels ask for it."""
    python: str = ""
    """The only version of Python that it runs under, e.g. "3.11"; empty: any."""

    @property
    def distribution(self) -> str:
        """Return the library's name on the package index."""
        return re.split(r"[^\w.-]", self.requirements[0], maxsplit=1)[0]

    @property
    def torch(self) -> bool:
        """Whether it needs torch."""
        return any(re.match(r"torch\b", each) for each in self.requirements)

    def installed(self) -> str | None:
        """Return the library's version in this environment; None: it is not here, or too old."""
        return _installed(self.requirements)


def checkout() -> Path | None:
    """Return the folder of the clone that this program is run from; None: it was installed."""
    folder = Path(__file__).parents[1]
    whole = (folder / "strategies").is_dir() and (folder / "pyproject.toml").is_file()
    return folder if whole else None


def extra(name: str) -> str:
    """Return the command that installs an extra: into the clone that is run, if it is one."""
    folder = checkout()
    if folder is None:
        return f"pip install {shlex.quote(f'hpobench[{name}]')}"
    return f"pip install -e {shlex.quote(f'{_reached(folder)}[{name}]')}"


def _reached(folder: Path) -> str:
    """Return the path of a folder as it is typed here."""
    try:
        return "." if Path(os.curdir).samefile(folder) else str(folder)
    except OSError:  # where we are was deleted
        return str(folder)


@cache
def _installed(requirements: tuple[str, ...]) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    from packaging.requirements import Requirement

    found: list[str] = []
    for each in map(Requirement, requirements):
        try:
            found.append(version(each.name))
        except PackageNotFoundError:
            return None
        if not each.specifier.contains(found[-1], prereleases=True):
            return None
    return found[0]
