"""Environments for libraries that can't be installed beside the others, one for each library.

They lie in the user's cache folder. A lock, a file beside this one, says what is installed in each.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from pathlib import Path

from ...errors import InputError
from ...library import Library

TORCH = "torch==2.13.0"
"""The requirement of torch, which is in no lock: its dependencies depend on the machine."""
MANIFEST = "environment.json"
"""The file in an environment that says what it is; it is written last."""
LOCKS = files(__name__)
"""The folder that holds the lock of each library."""


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment that is complete."""

    name: str
    """The name of the library, and of the environment."""
    python: str
    """The path of the environment's interpreter."""
    version: str
    """The version of the library."""


def folder() -> Path:
    """Return the folder in which the environments lie."""
    from platformdirs import user_cache_path

    return user_cache_path("hpobench") / "environments"


def find(name: str) -> Environment | None:
    """Return the environment of a library; None: there is none, or it was not completed."""
    try:
        return Environment(**json.loads((folder() / name / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def environments() -> list[Environment]:
    """Return all complete environments, sorted by name."""
    names = sorted(path.parent.name for path in folder().glob(f"*/{MANIFEST}"))
    return [found for found in map(find, names) if found is not None]


def create(library: Library) -> Environment:
    """Make a library's environment anew, with uv if it is installed, and else with venv and pip."""
    where = folder() / library.name
    if where.exists():
        shutil.rmtree(where)
    where.parent.mkdir(parents=True, exist_ok=True)
    python = where / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    uv = shutil.which("uv")
    wanted = library.python or f"{sys.version_info.major}.{sys.version_info.minor}"
    if uv:
        _do(uv, "venv", "--quiet", "--python", wanted, str(where))
        install = [uv, "pip", "install", "--quiet", "--python", str(python)]
    else:
        _do(_interpreter(wanted, library), "-m", "venv", str(where))
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    with as_file(LOCKS / f"{library.name}.txt") as lock:
        _do(*install, "--no-deps", "-r", str(lock))
    if library.torch:
        _do(*install, TORCH)
    found = Environment(library.name, str(python), _version(python, library))
    (where / MANIFEST).write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found


def remove(name: str) -> None:
    """Delete the environment of a library; raises InputError if there is none."""
    if find(name) is None:
        there = ", ".join(each.name for each in environments()) or "none"
        raise InputError(f"there is no environment {name!r}; there are: {there}")
    shutil.rmtree(folder() / name)


def _interpreter(wanted: str, library: Library) -> str:
    if wanted == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    found = shutil.which(f"python{wanted}")
    if found is None:
        raise InputError(
            f"{library.name} runs only under Python {wanted}: install uv or python{wanted}"
        )
    return found


def _version(python: Path, library: Library) -> str:
    distribution = library.distribution
    code = f"from importlib.metadata import version; print(version({distribution!r}))"
    return _do(str(python), "-c", code).strip()


def _do(*command: str) -> str:
    done = subprocess.run(  # noqa: S603  # ours
        command, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise InputError(f"{' '.join(command)} failed: {lines[-1] if lines else done.returncode}")
    return done.stdout
