"""A library that a strategy wraps, and whether it is here."""

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Library:
    """What has to be installed for a strategy to run."""

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
