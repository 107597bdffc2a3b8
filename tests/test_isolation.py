"""Cells can't touch each other: not by global state, not by what they start, however they end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from cells import cell, performed

from hpobench import runfile
from hpobench.pool import ISOLATIONS, Isolation
from hpobench.store import Store

RECKLESS = '''
"""Changes what it can of its process."""
import os, random, sys, warnings, decimal, tempfile, signal
from dataclasses import dataclass
import numpy as np
from hpobench import Proposal, Strategy
from hpobench.registry import problems, strategies

@dataclass
class Reckless(Strategy):
    """Random search by someone who is alone in the world."""
    def setup(self, task, rng):
        super().setup(task, rng)
        np.seterr(all="raise")
        warnings.simplefilter("error")
        os.chdir(tempfile.mkdtemp())
        os.environ.clear()
        os.umask(0o777)
        random.seed(0)
        np.random.seed(0)
        decimal.getcontext().prec = 2
        sys.setrecursionlimit(200)
        sys.path.clear()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.stdout = None
        print_options = np.set_printoptions(precision=1)
    def ask(self, pending):
        return Proposal(self.task.space.sample(self.rng))
'''
STARTS = '''
"""Starts what does not end by itself, and ends as it is told."""
import multiprocessing, os, subprocess, sys, tempfile, threading, time
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})
MARK = "MARKED"

def objective(config):
    """Leaves processes, a thread and a file behind."""
    code = f"import time; time.sleep(600)  # {MARK}"
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    middle = (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]],"
        " start_new_session=True)"
    )
    subprocess.run([sys.executable, "-c", middle, code])
    forked = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,))
    forked.start()
    threading.Thread(target=time.sleep, args=(600,)).start()
    tempfile.mkdtemp()
    if HOW == "hang":
        time.sleep(600)
    if HOW == "exit":
        os._exit(3)
    if HOW == "kill":
        os.kill(os.getpid(), 9)
    return config["x"]

HOW = "none"
'''
POOL = '''
import multiprocessing
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def objective(config):
    """Evaluates two folds in parallel."""
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return sum(pool.map(abs, [config["x"], config["x"]]))
'''


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each sealed run but the reckless ones, by its name."""
    paths = Store(folder).paths(runfile.SEALED)
    return {
        f"{path.parts[-3]}/{path.parts[-2]}/{path.name}": runfile.digest(path)
        for path in paths
        if path.parts[-2] != "reckless"
    }


def marked(mark: str) -> list[psutil.Process]:
    """Return the processes that are alive and whose command holds a mark."""
    alive = []
    for process in psutil.process_iter(["cmdline", "status"]):
        command = " ".join(process.info["cmdline"] or ())
        if mark in command and process.info["status"] != psutil.STATUS_ZOMBIE:
            alive.append(process)
    return alive


def soon(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Tell whether something comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def test_no_digest_depends_on_what_other_cells_did_to_their_process(tmp_path: Path) -> None:
    (tmp_path / "reckless.py").write_text(RECKLESS)
    runs = [cell("random-search", "mlp-electrical-grid"), cell("sobol", "branin")]
    bad = [cell(str(tmp_path / "reckless.py"), "branin", seed) for seed in range(2)]
    performed(runs, tmp_path / "alone", jobs=1)
    for isolation in ISOLATIONS:
        folder = tmp_path / isolation
        done = performed([*bad, *runs, bad[0]], folder, jobs=1, isolation=isolation)
        assert {done[run].status for run in runs} == {"complete"}, isolation
        assert digests(folder) == digests(tmp_path / "alone"), isolation


@pytest.mark.parametrize("how", ["none", "hang", "exit", "kill"])
def test_what_a_cell_has_started_ends_with_it(tmp_path: Path, how: str) -> None:
    mark = f"mark-{os.getpid()}-{how}"
    path = tmp_path / "starts.py"
    path.write_text(STARTS.replace("MARKED", mark).replace('HOW = "none"', f'HOW = "{how}"'))
    runs = [cell("random-search", str(path), budget=1)]
    done = performed(runs, tmp_path / "results", jobs=1, limit=10, retries=0)
    ends = {"none": "complete", "hang": "incomplete", "exit": "failed", "kill": "incomplete"}
    assert done[runs[0]].status == ends[how]
    assert marked(mark) == []


def test_temporary_files_of_a_cell_are_removed(tmp_path: Path) -> None:
    path = tmp_path / "leaves.py"
    path.write_text(
        "import tempfile\nfrom hpobench import Float, Space\nspace = Space({'x': Float(0, 1)})\n"
        f"def f(config):\n    with open({str(tmp_path / 'where')!r}, 'w') as file:\n"
        "        file.write(tempfile.mkdtemp())\n    return 1.0\n"
    )
    performed([cell("random-search", str(path))], tmp_path / "results")
    assert not Path((tmp_path / "where").read_text()).exists()


def test_a_pool_inside_an_evaluation_ends(tmp_path: Path) -> None:
    path = tmp_path / "pooled.py"
    path.write_text(POOL)
    runs = [cell("random-search", str(path), seed, budget=10) for seed in range(4)]
    done = performed(runs, tmp_path / "results", limit=60)
    assert {each.status for each in done.values()} == {"complete"}


ENDLESS = '''
import time
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def objective(config):
    """Takes its time."""
    time.sleep(0.2)
    return config["x"]
'''
SESSION = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from cells import cell, performed
if __name__ == "__main__":
    runs = [cell("random-search", {problem!r}, seed, budget=100) for seed in range(2)]
    performed(runs, Path({results!r}), limit=100, isolation={isolation!r})
"""


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_workers_end_with_the_session_however_it_ends(tmp_path: Path, isolation: Isolation) -> None:
    path, results = tmp_path / "slow.py", tmp_path / "results"
    path.write_text(ENDLESS)
    script = tmp_path / "session.py"
    script.write_text(
        SESSION.format(
            tests=str(Path(__file__).parent),
            problem=str(path),
            results=str(results),
            isolation=isolation,
        )
    )
    with subprocess.Popen([sys.executable, str(script)]) as session:  # noqa: S603  # ours
        store = Store(results)
        assert soon(
            lambda: sum(p.read_bytes().count(b"\n") > 2 for p in store.paths(runfile.PART)) == 2, 60
        )
        workers = psutil.Process(session.pid).children(recursive=True)
        assert workers
        session.kill()
    assert soon(lambda: not any(each.is_running() for each in workers))
    before = {path: path.read_bytes() for path in store.paths(runfile.PART)}
    time.sleep(0.5)
    assert {path: path.read_bytes() for path in store.paths(runfile.PART)} == before


def test_an_interrupt_while_a_file_is_imported_leaves_its_cell_incomplete(tmp_path: Path) -> None:
    path, flag = tmp_path / "interrupts.py", tmp_path / "flag"
    path.write_text(
        f"from pathlib import Path\nif Path({str(flag)!r}).exists():\n    raise KeyboardInterrupt\n"
        "from hpobench import Float, Space\nspace = Space({'x': Float(0, 1)})\n"
        "def f(config):\n    return 1.0\n"
    )
    run = cell("random-search", str(path))
    flag.touch()
    (done,) = performed([run], tmp_path / "results", jobs=1).values()
    assert done.status == "incomplete"
    assert "interrupts.py does not import: KeyboardInterrupt" in done.detail


def test_a_cell_finds_imported_what_every_run_needs(tmp_path: Path) -> None:
    path, seen = tmp_path / "looks.py", tmp_path / "seen"
    path.write_text(
        "import os, sys\nfrom hpobench import Float, Space\n"
        f"with open({str(seen)!r}, 'a') as file:\n"
        "    print(os.getpid(), 'scipy.linalg' in sys.modules, file=file)\n"
        "space = Space({'x': Float(0, 1)})\ndef f(config):\n    return 1.0\n"
    )
    performed([cell("random-search", str(path))], tmp_path / "results", jobs=1)
    found = [line.split() for line in seen.read_text().splitlines()]
    assert {there for process, there in found if int(process) != os.getpid()} == {"True"}


def test_a_cell_of_a_session_is_cleaner_than_its_own_imports(tmp_path: Path) -> None:
    path = tmp_path / "looks.py"
    path.write_text(
        "import sys, json\nfrom hpobench import Float, Space\nspace = Space({'x': Float(0, 1)})\n"
        "def f(config):\n    import threading\n"
        f"    with open({str(tmp_path / 'seen')!r}, 'a') as file:\n"
        "        print(json.dumps([threading.active_count(), 'optuna' in sys.modules,"
        " getattr(sys, 'left', 0)]), file=file)\n    sys.left = 1\n    return 1.0\n"
    )
    runs = [cell("random-search", str(path), seed, budget=1) for seed in range(3)]
    performed(runs, tmp_path / "results", jobs=1)
    seen = [json.loads(line) for line in (tmp_path / "seen").read_text().splitlines()]
    assert seen == [[1, False, 0]] * 3
