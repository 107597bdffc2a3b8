"""Runs can't affect each other: not by global state, not by what they start, however they end."""

import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import psutil
import pytest
from performing import Clock, performed, planned
from threadpoolctl import threadpool_info

from hpobench.experiment.local.pool import ISOLATIONS, Isolation, Pool
from hpobench.experiment.one_run import Done, perform_run
from hpobench.experiment.perform import perform
from hpobench.processes.process_tree import end_tree
from hpobench.processes.temporary_folders import PREFIX
from hpobench.store import Store, run_file

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
SENSITIVE = '''
"""Is worth another number, or fails, wherever one thing is not as in a new process."""
import decimal, os, signal, sys, warnings
import numpy as np
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def _deep(levels):
    return levels and 1 + _deep(levels - 1)

def f(config):
    import colorsys  # late, along the path
    warnings.warn("no more than a warning")
    mask = os.umask(0)
    os.umask(mask)
    return sum((
        config["x"],
        float(np.exp(-1000.0)),  # it underflows
        float(decimal.Decimal(1) / 7),
        _deep(300),
        mask,
        len(os.getcwd()),
        len(str(np.array([1 / 3]))),
        "PATH" in os.environ,
        signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,
        sys.stdout is not None,
    ))
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
    python = [sys.executable, "-I", "-S", "-c"]
    subprocess.Popen([*python, code], start_new_session=True)
    middle = (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-I', '-S', '-c', sys.argv[1]],"
        " start_new_session=True)"
    )
    subprocess.run([*python, middle, code])
    forked = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,))
    forked.start()
    threading.Thread(target=time.sleep, args=(600,)).start()
    tempfile.mkdtemp()
    open(__file__ + ".started", "w").close()
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
LEAVES = """
import tempfile
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def f(config):
    with open(__file__ + ".where", "w") as file:
        file.write(tempfile.mkdtemp())
    return 1.0
"""
INTERRUPTS = """
from pathlib import Path
if Path(__file__ + ".flag").exists():
    raise KeyboardInterrupt
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def f(config):
    return 1.0
"""
LOOKS = """
import json, os, sys, threading
from threadpoolctl import threadpool_info
from hpobench import Float, Space

with open(__file__ + ".imported", "a") as file:
    blas = sum(each["user_api"] == "blas" for each in threadpool_info())
    print(os.getpid(), blas, file=file)
space = Space({"x": Float(0, 1)})

def f(config):
    seen = [threading.active_count(), "optuna" in sys.modules, getattr(sys, "left", 0)]
    with open(__file__ + ".seen", "a") as file:
        print(json.dumps(seen), file=file)
    sys.left = 1
    return 1.0
"""
ENDS = {"none": "complete", "hang": "incomplete", "exit": "failed", "kill": "incomplete"}
"""How a run ends that leaves processes behind and then does what the name says."""


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each sealed run but the reckless ones, by its name."""
    paths = Store(folder).paths(run_file.SEALED)
    return {
        f"{path.parts[-3]}/{path.parts[-2]}/{path.name}": run_file.digest(path)
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


@dataclass(frozen=True)
class Session:
    """The results of the runs of one session, all of which are odd."""

    folder: Path
    """The folder of the problems' files."""
    done: dict[str, list[Done]]
    """The runs that are done, by the name of the problem's file."""
    left: dict[str, list[psutil.Process]]
    """The processes that a run had started and that were alive when it was said to have ended."""


def mark(how: str) -> str:
    return f"mark-{os.getpid()}-{how}"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Perform runs of every kind; one hangs, and is over its limit when all others have ended."""
    folder = tmp_path_factory.mktemp("session")
    texts = {"pooled": POOL, "leaves": LEAVES, "interrupts": INTERRUPTS, "looks": LOOKS}
    for how in ENDS:
        text = STARTS.replace("MARKED", mark(how)).replace('HOW = "none"', f'HOW = "{how}"')
        texts[how] = text
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)
    seeds = dict.fromkeys(texts, 1) | {"pooled": 2, "looks": 3}
    names = {
        planned(
            "random-search", str(folder / f"{name}.py"), seed, budget=5 if name == "pooled" else 1
        ): name
        for name in ("hang", *sorted(texts.keys() - {"hang"}))
        for seed in range(seeds[name])
    }
    (folder / "interrupts.py.flag").touch()
    done, left = dict[str, list[Done]](), dict[str, list[psutil.Process]]()
    store, runs = Store(folder / "results"), list(names)
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        store.writing(runs[0].budget, 1),
        Pool(runs, store.folder, jobs=2, limit=600) as pool,
    ):
        clock = Clock(monkeypatch)
        for step in perform(runs, store, pool, retries=0):
            for each in step.done:
                name = names[each.run]
                done.setdefault(name, []).append(each)
                left[name] = marked(mark(name))
            if step.running == (runs[0],) and (folder / "hang.py.started").exists():
                clock.put_forward(600)
    return Session(folder, done, left)


@pytest.mark.parametrize("how", ENDS)
def test_what_a_run_has_started_ends_with_it(session: Session, how: str) -> None:
    assert (session.folder / f"{how}.py.started").exists()
    assert [each.status for each in session.done[how]] == [ENDS[how]]
    assert session.left[how] == []


def test_temporary_files_of_a_run_are_removed(session: Session) -> None:
    assert not Path((session.folder / "leaves.py.where").read_text()).exists()


def test_a_pool_inside_an_evaluation_ends(session: Session) -> None:
    assert [each.status for each in session.done["pooled"]] == ["complete"] * 2


def test_an_interrupt_while_a_file_is_imported_leaves_its_run_incomplete(
    session: Session,
) -> None:
    (done,) = session.done["interrupts"]
    assert done.status == "incomplete"
    assert "interrupts.py does not import: KeyboardInterrupt" in done.detail


def test_a_run_finds_loaded_what_every_run_needs(session: Session) -> None:
    import_module("scipy.linalg")
    blas = sum(each["user_api"] == "blas" for each in threadpool_info())
    lines = (session.folder / "looks.py.imported").read_text().splitlines()
    found = [line.split() for line in lines]
    assert {there for process, there in found if int(process) != os.getpid()} == {str(blas)}


def test_a_run_of_a_session_is_cleaner_than_its_own_imports(session: Session) -> None:
    lines = (session.folder / "looks.py.seen").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [[1, False, 0]] * 3


def test_no_digest_depends_on_what_other_runs_did_to_their_process(tmp_path: Path) -> None:
    reckless, sensitive = tmp_path / "reckless.py", tmp_path / "sensitive.py"
    reckless.write_text(RECKLESS)
    sensitive.write_text(SENSITIVE)
    runs = [planned("random-search", str(sensitive), seed) for seed in range(2)]
    bad = [planned(str(reckless), "branin", seed) for seed in range(2)]
    with warnings.catch_warnings(action="ignore"):
        for run in runs:
            perform_run(run, tmp_path / "alone")
    outcomes = list(Store(tmp_path / "alone").outcomes())
    assert [[record.error for record in each.records] for each in outcomes] == [[None] * 3] * 2
    right = digests(tmp_path / "alone")
    mixed = [each for pair in zip(bad, runs, strict=True) for each in pair]
    for isolation in ISOLATIONS:
        folder = tmp_path / isolation
        # Spawning starts a new interpreter for each run, which takes a second.
        given = mixed[:2] if isolation == "spawned" else mixed
        performed(given, folder, jobs=1, isolation=isolation)
        assert digests(folder).items() <= right.items(), isolation
        assert len(digests(folder)) == len(given) / 2, isolation


ENDLESS = '''
import time
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def objective(config):
    """Takes its time."""
    time.sleep(0.05)
    return config["x"]
'''
SESSIONS = """
import os, sys, tempfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, {tests!r})
    from performing import planned, performed
    from hpobench.experiment.local.pool import ISOLATIONS

    runs = [planned("random-search", {problem!r}, seed, budget=1000) for seed in range(2)]
    for isolation in ISOLATIONS:
        session = os.fork()
        if session == 0:
            folder = Path({folder!r}, isolation)
            os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "temporary")
            own = runs if isolation == "forked" else runs[:1]  # a new interpreter takes a second
            try:
                performed(own, folder / "results", limit=600, isolation=isolation)
            finally:
                os._exit(1)
        print(session, flush=True)
    os.wait()
"""


def test_workers_end_with_the_session_however_it_ends(tmp_path: Path) -> None:
    path, script = tmp_path / "slow.py", tmp_path / "sessions.py"
    path.write_text(ENDLESS)
    tests = str(Path(__file__).parent)
    script.write_text(SESSIONS.format(tests=tests, problem=str(path), folder=str(tmp_path)))
    for isolation in ISOLATIONS:
        (tmp_path / isolation / "temporary").mkdir(parents=True)
    with subprocess.Popen(  # noqa: S603  # ours
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        sessions = [psutil.Process(int(started.stdout.readline())) for _ in ISOLATIONS]
        stores = [Store(tmp_path / isolation / "results") for isolation in ISOLATIONS]
        begun = soon(lambda: [_begun(store) for store in stores] == [2, 1, 1], 120)
        folders = list(tmp_path.glob(f"*/temporary/{PREFIX}*"))
        trees = [each.children(recursive=True) for each in sessions]
        for each in sessions:
            each.kill()
        started.kill()
    assert begun
    assert folders
    assert all(trees)
    assert soon(lambda: not any(each.is_running() for tree in trees for each in tree))
    paths = [path for store in stores for path in store.paths(run_file.PART)]
    before = [path.read_bytes() for path in paths]
    assert len(before) == 4
    time.sleep(0.3)
    assert [path.read_bytes() for path in paths] == before
    assert soon(lambda: not any(folder.exists() for folder in folders))


def _begun(store: Store) -> int:
    """Return how many runs have ended at least one trial."""
    return sum(path.read_bytes().count(b"\n") > 2 for path in store.paths(run_file.PART))


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_a_run_that_ends_its_process_is_alone_with_that(
    tmp_path: Path, isolation: Isolation
) -> None:
    quits = tmp_path / "quits.py"
    quits.write_text(
        "import os\nfrom hpobench import Float, Space\nspace = Space({'x': Float(0, 1)})\n"
        "def f(config):\n    os._exit(3)\n"
    )
    runs = [planned("random-search", str(quits), seed) for seed in (0, 1)]
    runs += [planned("random-search", "branin", seed) for seed in (0, 1)]
    done = performed(runs, tmp_path / "results", jobs=1, isolation=isolation)
    assert [done[run].status for run in runs] == [*["failed"] * 2, *["complete"] * 2]
    assert "exit code 3" in done[runs[0]].detail


def test_a_run_that_kills_its_process_group_is_alone_with_that(tmp_path: Path) -> None:
    """Forked runs have a session, too; in this one the group of the tests is never killed."""
    kills = tmp_path / "kills.py"
    kills.write_text(
        "import os, signal\nfrom hpobench import Float, Space\nspace = Space({'x': Float(0, 1)})\n"
        f"def f(config):\n    assert os.getpgrp() != {os.getpgrp()}, 'the group of the session'\n"
        "    os.killpg(0, signal.SIGKILL)\n"
    )
    run = planned("random-search", str(kills), budget=1)
    done = performed([run], tmp_path / "results", retries=0, isolation="spawned")[run]
    assert (done.status, done.detail) == (
        "incomplete",
        "its process was killed by signal 9 (SIGKILL), perhaps for lack of memory",
    )


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_no_temporary_file_outlives_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, isolation: Isolation
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    leaves = tmp_path / "leaves.py"
    leaves.write_text(
        "import tempfile\nfrom hpobench import Float, Space\nspace = Space({'x': Float(0, 1)})\n"
        "def f(config):\n    tempfile.mkdtemp()\n    return config['x']\n"
    )
    run = planned("random-search", str(leaves))
    done = performed([run], tmp_path / "results", isolation=isolation)
    assert done[run].status == "complete"
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_tree_that_grows_is_ended_whole() -> None:
    growing = (
        "import subprocess, sys\nprint(flush=True)\n"
        "while True: subprocess.Popen(['sleep', '987654'])"
    )
    for _ in range(5):
        command = [sys.executable, "-c", growing]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as root:  # noqa: S603  # ours
            assert root.stdout is not None
            root.stdout.readline()
            time.sleep(0.05)
            end_tree(root.pid)
        assert soon(lambda: not marked("987654"))
