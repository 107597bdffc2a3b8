"""Libraries that strategies or problems need: whether one is installed, and what installs it."""

import os
import re
import shlex
from contextlib import suppress
from ctypes import CDLL
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

_LOADS_BLAS = "scipy.linalg"
"""The module is not named where it is imported, so that nobody imports it ahead of time."""


@dataclass(frozen=True, slots=True)
class Library:
    """A library that has to be installed for a strategy or a problem to run."""

    name: str
    """The name of the extra that installs it, and of its own environment."""
    requirements: tuple[str, ...]
    """The requirements as pip reads them. The first one is the library itself; a strategy's version
    includes the version of that library."""
    shared: bool = True
    """Whether it can be installed beside the other libraries; if not, it needs an environment of
    its own."""
    unneeded: tuple[str, ...] = ()
    """Packages that are left out of its environment, although its wheels require them."""
    python: str = ""
    """The only version of Python that it runs under, e.g. "3.11"; empty: any version."""

    @property
    def distribution(self) -> str:
        """The library's name on the package index."""
        return re.split(r"[^\w.-]", self.requirements[0], maxsplit=1)[0]

    @property
    def torch(self) -> bool:
        """Whether it needs torch."""
        return any(re.match(r"torch\b", each) for each in self.requirements)

    def installed(self) -> str | None:
        """Return the library's version in this environment; None: a requirement is not met."""
        return _installed(self.requirements)


def checkout() -> Path | None:
    """Return the folder of the clone that this program runs from; None: it runs from no clone."""
    folder = Path(__file__).parents[1]
    whole = (folder / "strategies").is_dir() and (folder / "pyproject.toml").is_file()
    return folder if whole else None


def extra(name: str) -> str:
    """Return the command that installs an extra, into the clone if this program runs from one."""
    folder = checkout()
    if folder is None:
        return f"pip install {shlex.quote(f'hpobench[{name}]')}"
    return f"pip install -e {shlex.quote(f'{_reached(folder)}[{name}]')}"


def _reached(folder: Path) -> str:
    """Return a folder's path as it is typed in the current folder."""
    try:
        return "." if Path(os.curdir).samefile(folder) else str(folder)
    except OSError:  # the current folder was deleted
        return str(folder)


@cache
def load_blas() -> None:
    """Load the BLAS of its own that scipy has, which can be limited only once it is loaded.

    Where scipy's package holds it as a file, only that is loaded: this takes a hundredth of the
    time that it takes to import scipy.linalg.
    """
    spec = find_spec("scipy")
    if spec is not None and spec.origin is not None:
        libraries = Path(spec.origin).parents[1] / "scipy.libs"
        with suppress(OSError):
            if [CDLL(str(path)) for path in libraries.glob("*openblas*.so")]:
                return
    import_module(_LOADS_BLAS)


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
