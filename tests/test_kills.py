"""A session that is killed at any time goes on where it was: its runs and its tables are the same.

How often each kind of kill is tried is once, or what HPOBENCH_KILLS says. A session loses a worker,
then its driver; that which goes on with it is killed as a whole; the third comes to the end.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from hpobench import runfile
from hpobench.store import Store

KILLS = int(os.environ.get("HPOBENCH_KILLS", "1"))
SLOW = """
import time
from hpobench import Evaluation, Fidelity, Float, Instance, Problem, Space

SPACE = Space({"x": Float(0, 1), "y": Float(0, 1)})

def evaluate(proposal, stream, checkpoint):
    time.sleep(0.03)
    done, noise = (0, 0.0) if checkpoint is None else checkpoint
    for epoch in range(done, int(proposal.fidelity)):
        noise += 0.01 * stream.rng(epoch).normal()
    value = (proposal.config["x"] - 0.3) ** 2 + proposal.config["y"] + noise
    return Evaluation(value, score=value + 0.1, checkpoint=(int(proposal.fidelity), noise))

def start(rng):
    return Instance(evaluate)

problem = Problem("slow", 1, SPACE, start, summary="Slow.", fidelity=Fidelity(1, 9))
"""
EXPERIMENT = """
strategies = ["random-search", "genetic-algorithm", "successive-halving"]
problems = ["./slow.py", "branin"]
seeds = 3
budget = 12
limit = 100
"""


def command(folder: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "hpobench",
        "run",
        "e.toml",
        "--results",
        str(folder),
        "--jobs",
        "2",
    ]


def session(folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603  # ours
        command(folder),
        cwd=folder.parent,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def facts(folder: Path) -> dict[str, bytes]:
    """Return the digests of all runs, and every table."""
    store = Store(folder)
    digests = {path.name: runfile.digest(path).encode() for path in store.paths(runfile.SEALED)}
    tables = sorted((folder / "report" / "tables").iterdir())
    return digests | {path.name: path.read_bytes() for path in tables}


def kill_all(process: "subprocess.Popen[bytes]", luck: random.Random) -> None:
    del luck
    with contextlib.suppress(psutil.NoSuchProcess):
        tree = psutil.Process(process.pid).children(recursive=True)
        for each in tree:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
    process.kill()


def kill_driver(process: "subprocess.Popen[bytes]", luck: random.Random) -> None:
    process.send_signal(luck.choice([signal.SIGKILL, signal.SIGTERM]))


def kill_worker(process: "subprocess.Popen[bytes]", luck: random.Random) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        tree = psutil.Process(process.pid).children(recursive=True)
        if tree:
            luck.choice(tree).kill()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kills")
    (folder / "slow.py").write_text(SLOW)
    (folder / "e.toml").write_text(EXPERIMENT)
    return folder


@pytest.fixture(scope="module")
def undisturbed(place: Path) -> tuple[dict[str, bytes], float]:
    """Return the facts of a session that nobody kills, and its seconds."""
    began = time.monotonic()
    assert session(place / "undisturbed").wait() == 0
    return facts(place / "undisturbed"), time.monotonic() - began


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_session_goes_on_to_the_same_tables(
    place: Path, undisturbed: tuple[dict[str, bytes], float], number: int
) -> None:
    right, seconds = undisturbed
    luck = random.Random(f"kills {number}")
    folder = place / f"killed-{number}"
    for kills in ((kill_worker, kill_driver), (kill_all,)):
        killed = session(folder)
        for kill in kills:
            time.sleep(seconds / len(kills) * luck.random())
            kill(killed, luck)
        killed.wait()
    assert session(folder).wait() == 0
    assert facts(folder) == right
