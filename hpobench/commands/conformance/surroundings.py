"""The state of a process, shared by all its code, which strategies and problems must not change."""

import os
import random
import sys
import tempfile
import threading
from collections.abc import Generator, Hashable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ...processes.global_state import restored


@contextmanager
def watched(seed: int, *, apart: bool) -> Generator["Changes"]:
    """Seed the global generators, tell at the end what has changed, and undo all changes.

    Inside the `with` block, the folder for temporary files is new and empty. `apart`: whether the
    working folder is, too; a problem may read its data from there. Files that are left in the
    working folder count as changes; those left in the folder for temporary files, which ends with
    a run, only if `apart`.
    """
    with (
        tempfile.TemporaryDirectory() as work,
        tempfile.TemporaryDirectory() as temporary,
        restored(),
    ):
        if apart:
            os.chdir(work)
        tempfile.tempdir = temporary
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002  # it is the global one that is watched
        folders = {"working folder": Path.cwd()}
        if apart:
            folders["folder for temporary files"] = Path(temporary)
        changes, before, files = Changes(), _state(), _files(folders)
        yield changes
        after = _state()
        changes.found += [what for what, state in before.items() if after[what] != state]
        for what, there in _files(folders).items():
            left = sorted(there - files[what])
            changes.found += [f"the {what}, where it left {name!r}" for name in left[:1]]


def _files(folders: Mapping[str, Path]) -> dict[str, set[str]]:
    """Return the names of what is in each folder."""
    return {what: {each.name for each in folder.iterdir()} for what, folder in folders.items()}


@dataclass(slots=True)
class Changes:
    """What has changed, known once the `with` block of `watched` has ended."""

    found: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        return " and ".join(self.found)


def started() -> Mapping[Hashable, str]:
    """Return the threads and the child processes of this process, each with a name for people."""
    import psutil

    found: dict[Hashable, str] = {each: f"the thread {each.name}" for each in threading.enumerate()}
    for child in psutil.Process().children(recursive=True):
        found[child] = f"the process {child.pid}"
    return found


def _state() -> Mapping[str, object]:
    """Return the state that must stay as it is, by its name for people."""
    return {
        "Python's global generator": random.getstate(),
        "numpy's global generator": repr(np.random.get_state()),  # noqa: NPY002  # it is watched
        "torch's global generator": _torch(),
        "the environment variables": dict(os.environ),
        "the working folder": os.getcwd(),  # noqa: PTH109  # as it is told to programs
        "the path that modules are found on": list(sys.path),
        "what numpy does with errors": (np.geterr(), np.geterrcall()),
        "the standard streams": (id(sys.stdout), id(sys.stderr)),
    }


def _torch() -> object:
    torch = sys.modules.get("torch")
    return None if torch is None else repr(torch.get_rng_state().tolist())
