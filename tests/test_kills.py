"""A session that is killed at any time goes on where it was: its runs and its tables are the same.

Each kind of kill is tried once, or as often as HPOBENCH_KILLS says. The first session loses a
worker, then its driver. A second session goes on with it and is killed as a whole. A third session
comes to the end; then nothing of their temporary folders is left.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from hpobench import experiment
from hpobench.commands.run import perform_and_report
from hpobench.processes.temporary_folders import PREFIX
from hpobench.report import making
from hpobench.store import Store, run_file

KILLS = int(os.environ.get("HPOBENCH_KILLS", "1"))
MEASURED = ("compute", "costs", "regret-in-time")
"""The tables of real seconds."""
SLOW = """
import time
from hpobench import Description, Evaluation, Fidelity, Float, Instance, Problem, Space

SPACE = Space({"x": Float(0, 1), "y": Float(0, 1)})

def evaluate(proposal, stream, checkpoint):
    time.sleep(0.02)
    done, noise = (0, 0.0) if checkpoint is None else checkpoint
    for epoch in range(done, int(proposal.fidelity)):
        noise += 0.01 * stream.rng(epoch).normal()
    value = (proposal.config["x"] - 0.3) ** 2 + proposal.config["y"] + noise
    return Evaluation(value, score=value + 0.1, checkpoint=(int(proposal.fidelity), noise))

def start(rng):
    return Instance(evaluate)

about = Description(summary="Slow.")
problem = Problem("slow", 1, SPACE, start, about=about, fidelity=Fidelity(1, 9))
"""
EXPERIMENT = """
strategies = ["random-search", "genetic-algorithm", "successive-halving"]
problems = ["./slow.py", "branin"]
seeds = 3
budget = 9
limit = 100
"""


PROGRAM = """
from hpobench.commands import cli
from hpobench.report import making
making.rendered = lambda *_: "Not drawn."  # tables are compared, not figures
cli.main()
"""


@dataclass(frozen=True)
class Undisturbed:
    """The result of a session that nobody kills."""

    facts: dict[str, bytes]
    lines: int
    """How many lines there are in the files of its runs."""


def session(folder: Path) -> "subprocess.Popen[bytes]":
    given = ["run", "e.toml", "--results", str(folder), "--jobs", "2"]
    return subprocess.Popen(  # noqa: S603  # ours
        [sys.executable, "-c", PROGRAM, *given],
        cwd=folder.parent,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def to_the_end(folder: Path) -> None:
    """Continue a session in this process until its end."""
    assert perform_and_report(experiment.read(Path("e.toml")), folder, 2) == 0


def facts(folder: Path) -> dict[str, bytes]:
    """Return the digests of all runs, and every table without real seconds, by file name."""
    store = Store(folder)
    digests = {path.name: run_file.digest(path).encode() for path in store.paths(run_file.SEALED)}
    every = sorted((folder / "report" / "tables").iterdir())
    tables = [path for path in every if path.name.partition(".")[0] not in MEASURED]
    return digests | {path.name: path.read_bytes() for path in tables}


def lines(folder: Path) -> int:
    """Return how many lines there are in the files of a folder's runs."""
    number = 0
    for path in (folder / "runs").glob("*/*/*"):
        with contextlib.suppress(FileNotFoundError):  # the run may just have been sealed
            number += path.read_bytes().count(b"\n")
    return number


def wait(process: "subprocess.Popen[bytes]", folder: Path, least: float, moment: float) -> None:
    """Wait until there are so many lines, and a while longer if the moment is beyond 1."""
    while process.poll() is None and lines(folder) < least:
        time.sleep(0.01)
    time.sleep(max(0.0, moment - 1) * 10)


def kill_all(process: "subprocess.Popen[bytes]", luck: random.Random) -> None:
    """Kill a session and all that it has started, so that no process sees another one's end."""
    del luck
    with contextlib.suppress(psutil.NoSuchProcess):
        driver = psutil.Process(process.pid)
        driver.suspend()
        tree = [driver, *driver.children(recursive=True)]
        for act in (psutil.Process.suspend, psutil.Process.kill):
            for each in tree:
                with contextlib.suppress(psutil.NoSuchProcess):
                    act(each)


def kill_driver(process: "subprocess.Popen[bytes]", luck: random.Random) -> None:
    process.send_signal(luck.choice([signal.SIGKILL, signal.SIGTERM]))


def kill_worker(process: "subprocess.Popen[bytes]", luck: random.Random) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        tree = psutil.Process(process.pid).children(recursive=True)
        if tree:
            luck.choice(tree).kill()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Enter the folder of an experiment, which has a folder for temporary files."""
    folder = tmp_path_factory.mktemp("kills")
    (folder / "slow.py").write_text(SLOW)
    (folder / "e.toml").write_text(EXPERIMENT)
    (folder / "temporary").mkdir()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(making, "rendered", lambda *_: "Not drawn.")
        monkeypatch.setattr(tempfile, "tempdir", str(folder / "temporary"))
        monkeypatch.setenv("TMPDIR", str(folder / "temporary"))
        yield folder


@pytest.fixture(scope="module")
def undisturbed(place: Path) -> Undisturbed:
    to_the_end(place / "undisturbed")
    return Undisturbed(facts(place / "undisturbed"), lines(place / "undisturbed"))


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_session_goes_on_to_the_same_tables(
    place: Path, undisturbed: Undisturbed, number: int
) -> None:
    luck, folder = random.Random(f"killed session {number}"), place / f"killed-{number}"
    # At 0 no trial has ended, at 1 all have; a moment beyond 1 is later, while the report is made.
    moments = sorted(luck.uniform(0, 1.2) for _ in range(3))
    last, coming = moments[-1], iter(moments)
    for kills in ((kill_worker, kill_driver), (kill_all,)):
        there = lines(folder)
        killed = session(folder)
        for kill in kills:
            moment = next(coming)
            least = max(there + 1, min(moment, 1) * undisturbed.lines)
            wait(killed, folder, least, moment)
            assert moment > 1 or killed.poll() is None
            kill(killed, luck)
        killed.wait()
    assert last > 1 or list((place / "temporary").glob(f"{PREFIX}*"))
    to_the_end(folder)
    assert facts(folder) == undisturbed.facts
    until = time.monotonic() + 20
    while left := list((place / "temporary").glob(f"{PREFIX}*")):
        assert time.monotonic() < until, left
        time.sleep(0.05)
