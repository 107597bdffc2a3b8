"""A temporary folder outlives its process at most until the next session."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from hpobench.processes.temporary_folders import MARK, PREFIX, HeldFolder, remove_abandoned

HOLDS = """
import sys, time
from hpobench.processes.temporary_folders import HeldFolder
held = HeldFolder()
(held.path / "inside").mkdir()
print(held.path, flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder for temporary files, of this process and of those that it starts."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def ours(place: Path) -> list[Path]:
    return list(place.glob(f"{PREFIX}*"))


def test_a_folder_of_a_killed_process_is_removed_and_that_of_a_living_one_is_not(
    place: Path,
) -> None:
    kept = HeldFolder()
    with subprocess.Popen(  # noqa: S603  # ours
        [sys.executable, "-c", HOLDS], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        folder = Path(holder.stdout.readline().strip())
        assert folder.parent == place
        remove_abandoned()
        assert (folder / "inside").exists()
        holder.kill()
        holder.wait()
    assert folder.exists()
    remove_abandoned()
    assert ours(place) == [kept.path]
    kept.close()
    assert ours(place) == []


def test_a_folder_that_a_fork_still_uses_is_not_removed() -> None:
    held = HeldFolder()
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        os.close(write)
        os.read(read, 1)  # waits until its parent closes the other end
        os._exit(0)
    os.close(held._lock)  # noqa: SLF001  # as if this process were killed
    remove_abandoned()
    assert held.path.exists()
    os.close(write)
    os.waitpid(child, 0)
    remove_abandoned()
    assert not held.path.exists()


def test_what_only_has_such_a_name_is_left_alone(place: Path, tmp_path: Path) -> None:
    results = place / f"{PREFIX}results"
    (results / "runs").mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / MARK).touch()
    (place / f"{PREFIX}link").symlink_to(elsewhere)
    linked = place / f"{PREFIX}marked"
    linked.mkdir()
    (linked / MARK).symlink_to(elsewhere / MARK)
    (place / f"{PREFIX}file").touch()
    remove_abandoned()
    assert len(ours(place)) == 4
    assert (elsewhere / MARK).exists()
