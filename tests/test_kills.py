"""A session that is killed at any time goes on where it was: its runs and its tables are the same.

A study with functions, a trained problem and a library in its own process is killed, goes on, and
is killed again, until it has ended; then the next study begins, until there were HPOBENCH_KILLS
kills, by default 3: `make test-kills N=50`. Then nothing of their temporary folders is left.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psutil
import pytest
from sketches import undrawn
from slow import slow

from hpobench import experiment
from hpobench.commands.running import perform_and_report
from hpobench.hosting import environments
from hpobench.processes.temporary_folders import PREFIX, remove_abandoned
from hpobench.store import Store, run_file

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="no signal of Windows ends a program as these do"
)

KILLS = int(os.environ.get("HPOBENCH_KILLS", "3"))
FEW = KILLS <= 3
LIBRARY, STRATEGY = "nevergrad", "nevergrad-ngopt"
"""A library in an environment of its own, if one was made here, and its strategy."""
MEASURED = ("compute", "costs", "regret-in-time")
"""The tables of real seconds."""
STAND_IN = """#!{python} -S
import json, random, sys

def answer(content):
    sys.stdout.write(json.dumps(content) + "\\n")
    sys.stdout.flush()

def drawn(parameter):
    if "values" in parameter:
        return luck.choice(parameter["values"])
    draw = luck.randint if parameter["kind"] == "int" else luck.uniform
    return draw(parameter["low"], parameter["high"])

answer({{"protocol": 1}})
for line in sys.stdin:
    request = json.loads(line)
    if request["request"] == "setup":
        luck, space = random.Random(request["seed"]), request["task"]["space"]
    if request["request"] == "ask":
        config = {{}}
        for name, each in space.items():
            if all(config.get(parent) in values for parent, values in each["when"].items()):
                config[name] = drawn(each)
        answer({{"proposal": {{"config": config}}}})
    else:
        answer({{}})
"""
"""A program with the manners of a library in its own process, for machines without one."""
EXPERIMENT = """
strategies = ["random-search", "LIBRARY"]
problems = ["./slow.py", "xgboost-airfoil"]
seeds = 2
budget = 9
limit = 300
"""


PROGRAM = """
from hpobench.commands import cli
from hpobench.report import files
files.rendered = lambda *_: "Not drawn."  # tables are compared, not figures
cli.main()
"""


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


def everyone(session: "subprocess.Popen[bytes]", _: random.Random) -> bool:
    """Kill a session and all that it has started, so that no process sees another one's end."""
    driver = psutil.Process(session.pid)
    driver.suspend()
    tree = [driver, *driver.children(recursive=True)]
    for act in (psutil.Process.suspend, psutil.Process.kill):
        for each in tree:
            with contextlib.suppress(psutil.NoSuchProcess):
                act(each)
    return True


def by(number: int) -> Callable[["subprocess.Popen[bytes]", random.Random], bool]:
    def driver(session: "subprocess.Popen[bytes]", _: random.Random) -> bool:
        session.send_signal(number)
        return True

    return driver


def worker(session: "subprocess.Popen[bytes]", luck: random.Random) -> bool:
    """Kill one of the processes that a session has started: a server, a warden or a run."""
    return _killed([p for p in _tree(session) if not _is_librarys(p)], luck)


def library(session: "subprocess.Popen[bytes]", luck: random.Random) -> bool:
    """Kill one of the processes of the library; False: none was there."""
    return _killed([p for p in _tree(session) if _is_librarys(p)], luck)


KILL = 9
"""SIGKILL, which has no name on Windows."""
KINDS = {
    "a worker by SIGKILL": worker,
    "a library's process by SIGKILL": library,
    "everything by SIGKILL": everyone,
    "the session by SIGTERM": by(signal.SIGTERM),
    "the session by SIGINT": by(signal.SIGINT),
    "the session by SIGKILL": by(KILL),
}
ENDINGS = {0, 1, 130, 143, -KILL, -signal.SIGINT, -signal.SIGTERM}
"""The statuses of sessions that ended, were stopped, or were killed, also while Python starts."""
GOES_ON = {"a worker by SIGKILL", "a library's process by SIGKILL"}
"""The kills after which a session goes on."""


def _tree(session: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    try:
        return psutil.Process(session.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _is_librarys(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        words = " ".join(process.cmdline())
        return "environments/" in words or "fork_client" in words or "stand_in" in words
    return False


def _killed(processes: list[psutil.Process], luck: random.Random) -> bool:
    if not processes:
        return False
    try:
        luck.choice(processes).kill()
    except psutil.NoSuchProcess:
        return False
    return True


@dataclass
class Killer:
    """Kills sessions, each kind in turn."""

    luck: random.Random = field(default_factory=lambda: random.Random("kills"))
    kills: Counter[str] = field(default_factory=Counter[str])
    kinds: Iterator[int] = field(default_factory=count)

    def study(self, folder: Path, lines_at_end: int) -> None:
        """Have sessions make a study, and kill them until it is done, or there were enough."""
        status = 1
        while status != 0 and (self.kills.total() < KILLS or not FEW):
            status = self._session(folder, lines_at_end)
            assert status in ENDINGS, status

    def _session(self, folder: Path, lines_at_end: int) -> int:
        """Have a session go on with a study, and kill; return how it ended."""
        running = session(folder)
        while running.poll() is None and self.kills.total() < KILLS:
            self._wait(running, folder, lines_at_end)
            kind = list(KINDS)[next(self.kinds) % len(KINDS)]
            hit = False
            while not hit and running.poll() is None:  # there may be no such process yet
                hit = KINDS[kind](running, self.luck)
                time.sleep(0.01)
            self.kills[kind] += hit
            if hit and kind not in GOES_ON:
                break
        return running.wait()

    def _wait(self, running: "subprocess.Popen[bytes]", folder: Path, lines_at_end: int) -> None:
        """Wait for some lines more or, sometimes, for a while: it may be at the very beginning."""
        there = lines(folder)
        if not FEW and self.luck.random() < 0.15:
            time.sleep(self.luck.uniform(0, 6))
            return
        more = 1 + self.luck.random() * 0.4 * max(lines_at_end - there, 0)
        while running.poll() is None and lines(folder) < min(there + more, lines_at_end):
            time.sleep(0.01)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Enter the folder of an experiment, which has a folder for temporary files."""
    folder = tmp_path_factory.mktemp("kills")
    has_library = not FEW and environments.find(LIBRARY) is not None
    (folder / "slow.py").write_text(slow(0.02))
    (folder / "stand_in").write_text(STAND_IN.format(python=sys.executable))
    (folder / "stand_in").chmod(0o755)
    strategy = STRATEGY if has_library else "./stand_in"
    written = EXPERIMENT.replace("LIBRARY", strategy)
    if not FEW:
        written = written.replace("strategies = [", 'strategies = ["successive-halving", "tpe", ')
        written = written.replace("problems = [", 'problems = ["branin", "ridge-california", ')
    (folder / "e.toml").write_text(written)
    (folder / "temporary").mkdir()
    with pytest.MonkeyPatch.context() as monkeypatch, undrawn():
        monkeypatch.chdir(folder)
        monkeypatch.setattr(tempfile, "tempdir", str(folder / "temporary"))
        monkeypatch.setenv("TMPDIR", str(folder / "temporary"))
        yield folder


def test_a_killed_session_goes_on_to_the_same_tables(place: Path) -> None:
    to_the_end(place / "undisturbed")
    expected, number = facts(place / "undisturbed"), lines(place / "undisturbed")
    killer, survived = Killer(), 0
    while killer.kills.total() < KILLS:
        folder = place / f"killed-{survived}"
        killer.study(folder, number)
        to_the_end(folder)
        assert facts(folder) == expected
        survived += 1
    if not FEW:
        strategies = experiment.read(Path("e.toml")).strategies
        print(f"\n{KILLS} kills of {survived} studies with {', '.join(strategies)} survived:")  # noqa: T201  # asked for
        for kind, times in killer.kills.items():
            print(f"  {times} x {kind}")  # noqa: T201  # asked for
    until = time.monotonic() + 20
    while left := list((place / "temporary").glob(f"{PREFIX}*")):
        assert time.monotonic() < until, left
        remove_abandoned()  # as the next session does
        time.sleep(0.05)
