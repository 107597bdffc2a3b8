"""A file that ends the process that imports it: the session names it; its status is its own."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from hpobench.commands.listing import listed
from hpobench.commands.running import perform_and_report
from hpobench.errors import InputError
from hpobench.experiment import Experiment, plan
from hpobench.processes import fork_server
from hpobench.registry import rehearsal

STRATEGY = """
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Mine(Strategy):
    few: int = 1
    def __post_init__(self):
        {inside}
    def ask(self, pending):
        return Proposal(self.task.space.sample(self.rng))
"""
OWN = """
from hpobench import Description, Float, Problem, Space, plain

def mine(config):
    return config["x"]

about = Description(extends=True)
problem = Problem("mine", 1, Space({"x": Float(0, 1)}), plain(mine, 0.0, None), about=about)
"""
ENDS = [
    ("import os; os._exit(0)", "it ends the process with exit code 0"),
    ("import os; os._exit(7)", "it ends the process with exit code 7"),
    ("import os; os.kill(os.getpid(), 9)", r"it ends the process by signal 9 \(SIGKILL\)"),
    ("import helper", "it ends the process with exit code 3"),
    (
        "import os, time\nif os.fork() == 0: time.sleep(1)\nos._exit(0)",  # the pipe stays open
        "it ends the process with exit code 0",
    ),
    ("import sys; sys.exit(0)", r"SystemExit: 0 \(mine.py, line 1\)"),
]

STARTS = """
import os, subprocess
subprocess.run("sleep 600 & echo $! >> {0}; setsid sleep 600 & echo $! >> {0}", shell=True)
subprocess.Popen(["sh", "-c", "echo $$ >> {0}; exec sleep 600"])
while len(open({0!r}).readlines()) % 3: pass
"""
"""Starts three processes: one by a shell that ends, one in a session of its own, and a child."""
ALL = ("all", "-s", "./mine.py", "-p", "branin", "--seeds", "1")
LIST = ("list", "strategy", "./mine.py")


def strategy(folder: Path, first: str, inside: str = "pass") -> str:
    path = folder / "mine.py"
    path.write_text(first + STRATEGY.format(inside=inside))
    (folder / "helper.py").write_text("import os; os._exit(3)")
    return str(path)


def planned(*strategies: str) -> None:
    plan(Experiment("e", strategies, ("branin",), seeds=(0,)))


def program(*arguments: str, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603  # ours
        [sys.executable, "-m", "hpobench", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def started(pids: Path) -> list[psutil.Process]:
    """Return the processes whose ids are in a file, if they still run."""
    ids = map(int, pids.read_text().split())
    found = [psutil.Process(each) for each in ids if psutil.pid_exists(each)]
    return list(filter(alive, found))


@pytest.mark.parametrize(("first", "reason"), ENDS)
def test_a_file_that_ends_who_imports_it_is_one_clear_line(
    tmp_path: Path, first: str, reason: str
) -> None:
    path = strategy(tmp_path, first)
    with pytest.raises(InputError, match=f"mine.py does not import: {reason}"):
        planned("random-search", f"{path}:few=2")


@pytest.mark.parametrize("kind", ["strategies", "problems"])
def test_a_file_that_ends_who_lists_it_is_one_clear_line(tmp_path: Path, kind: str) -> None:
    (tmp_path / "ends.py").write_text("import os; os._exit(0)")
    with pytest.raises(InputError, match=r"ends.py does not import: it ends the process"):
        listed(kind, str(tmp_path / "ends.py"))


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("import os; os._exit(0)", "mine.py does not import: it ends the process with exit code 0"),
        ("import sys; sys.exit(0)", "Mine can't be made without arguments.*: SystemExit: 0"),
    ],
)
def test_a_class_that_ends_who_makes_it_is_one_clear_line(
    tmp_path: Path, inside: str, reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        planned(strategy(tmp_path, "", inside))


def test_what_can_not_even_be_looked_at_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(
        "class Odd:\n    @property\n    def __class__(self):\n        raise SystemExit(0)\n"
        "odd = Odd()\n"
    )
    for find in ({"strategies": "odd.py"}, {"problems": "odd.py"}):
        ((kind, name),) = find.items()
        with pytest.raises(InputError, match=r"what .*odd.py defines can't be read: SystemExit: 0"):
            listed(kind, str(tmp_path / name))


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        (
            "prior=weak",
            "its prior would be around a good configuration, and none is known: Instance(",
        ),
        (
            "noise=1+prior=good",
            "its prior would be around a good configuration, and none is known: ",
        ),
        ("moved", "its ranges are moved by where its optimum is, and none is known: Instance("),
    ],
)
def test_an_option_that_an_instance_tells_not_to_fit_is_refused_at_once(
    tmp_path: Path, option: str, reason: str
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(OWN)
    wanted = Experiment("e", ("random-search",), (f"{path}+{option}",), seeds=(0,))
    with pytest.raises(InputError) as error:
        plan(wanted)
    assert str(error.value).startswith(f"no mine+{option}: {reason}")
    path.write_text(OWN.replace("None)", "{'x': 0.5})"))
    assert len(plan(wanted).runs) == 1


def test_a_file_that_never_ends_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "LIMIT", 0.3)
    before = set(psutil.Process().children(recursive=True))
    starts = "import subprocess; subprocess.Popen(['sleep', '600'])"
    for closes in ("", "import os; os.closerange(3, 999)\n"):
        path = strategy(tmp_path, f"{starts}\n{closes}while True: pass\n")
        with pytest.raises(InputError, match=r"mine.py does not import: it takes longer"):
            planned(path)
    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.mark.parametrize(
    ("first", "given", "reason"),
    [
        ("import os; os._exit(0)", ALL, "./mine.py does not import: it ends the process with exit"),
        ("raise KeyboardInterrupt", LIST, "mine.py does not import: KeyboardInterrupt (mine.py"),
    ],
)
def test_no_file_decides_the_exit_status(
    tmp_path: Path, first: str, given: tuple[str, ...], reason: str
) -> None:
    strategy(tmp_path, f"print('hello')\n{first}")
    ended = program(*given, folder=tmp_path)
    out, err = ended.communicate()
    assert ended.returncode == 2
    assert len(err.splitlines()) == 1
    assert reason in err
    assert not (tmp_path / "results").exists()
    # A process that the file ends prints nothing; the session's own process prints once.
    assert out.splitlines().count("hello") == ("exit" not in first)


def test_ctrl_c_says_which_file_was_imported(tmp_path: Path) -> None:
    there = tmp_path / "there"
    strategy(tmp_path, f"open({str(there)!r}, 'w').close()\nimport time; time.sleep(600)\n")
    stopped = program(*LIST, folder=tmp_path)
    while not there.exists():
        assert stopped.poll() is None
        time.sleep(0.01)
    stopped.send_signal(signal.SIGINT)
    _, err = stopped.communicate()
    assert stopped.returncode == 130
    assert err == "hpobench: interrupted while ./mine.py was imported\n"


@pytest.mark.usefixtures("undrawn")
def test_a_file_that_is_saved_while_runs_run_is_not_imported_by_their_session(
    tmp_path: Path,
) -> None:
    path, by = Path(strategy(tmp_path, "")), tmp_path / "by"
    saved = (
        f"import os\nwith open({str(by)!r}, 'a') as file:\n    print(os.getpid(), file=file)\n"
        f"if os.getpid() != {os.getpid()}:\n    os._exit(0)\n"
    )
    (tmp_path / "saves.py").write_text(
        "from hpobench import Float, Space\nspace = Space({'x': Float(0, 1)})\n"
        "def f(config):\n    from pathlib import Path\n"
        f"    Path({str(path)!r}).write_text({saved!r})\n"
        "    return config['x']\n"
    )
    given = Experiment(
        "e",
        ("random-search", str(path)),
        (str(tmp_path / "saves.py"), "branin"),
        seeds=(0,),
        budget=2,
    )
    assert perform_and_report(given, tmp_path / "results", 1) == 1
    assert path.read_text() == saved
    assert (tmp_path / "results" / "report" / "index.html").exists()
    assert str(os.getpid()) not in by.read_text().split()  # but runs have imported it


def test_what_a_file_does_to_the_sessions_process_is_undone(tmp_path: Path) -> None:
    folder, level, errors = Path.cwd(), logging.getLogger().level, np.geterr()
    first = (
        "import logging, os, sys\nimport numpy as np\nos.chdir('/')\nnp.seterr(all='raise')\n"
        "logging.getLogger().setLevel(1)\nsys.path.clear()\nsys.stdout = None\n"
    )
    planned(strategy(tmp_path, first))
    assert (Path.cwd(), logging.getLogger().level, np.geterr()) == (folder, level, errors)
    assert sys.path
    assert sys.stdout is not None


def test_a_copy_of_the_session_that_a_file_forks_goes_nowhere(tmp_path: Path) -> None:
    by, before = tmp_path / "by", set(psutil.Process().children(recursive=True))
    planned(strategy(tmp_path, "import os\nos.fork()\n"))
    with by.open("a") as file:
        file.write(f"{os.getpid()}\n")
    until = time.monotonic() + 60
    while any(map(alive, set(psutil.Process().children(recursive=True)) - before)):
        assert time.monotonic() < until
        time.sleep(0.01)
    assert by.read_text() == f"{os.getpid()}\n"


def test_a_thread_that_a_file_starts_holds_no_program_up(tmp_path: Path) -> None:
    first = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\n"
    strategy(tmp_path, first)
    ended = program(*LIST, folder=tmp_path)
    out, err = ended.communicate(timeout=120)
    assert (ended.returncode, err) == (0, "")
    assert "mine" in out


@pytest.mark.parametrize(
    ("ending", "times"),
    [("", 2), ("os._exit(3)", 1), ("os.kill(os.getpid(), 9)", 2), ("raise ValueError", 2)],
)
def test_what_a_file_starts_when_it_is_imported_ends_with_that(
    tmp_path: Path, ending: str, times: int
) -> None:
    pids = tmp_path / "pids"
    strategy(tmp_path, STARTS.format(str(pids)) + ending)
    ended = program(*LIST, folder=tmp_path)
    _, err = ended.communicate()
    assert ended.returncode == (2 if ending else 0)
    assert err.count("does not import") == err.count("\n") == bool(ending)
    assert len(pids.read_text().split()) == 3 * times
    assert not started(pids)


@pytest.mark.parametrize(
    ("given", "times", "number"),  # once in a process of its own, twice in that of the session
    [
        (LIST, 1, signal.SIGTERM),
        (LIST, 2, signal.SIGTERM),
        (LIST, 2, signal.SIGHUP),
        (ALL, 2, signal.SIGTERM),
    ],
)
def test_what_a_file_starts_ends_with_a_session_that_a_signal_ends(
    tmp_path: Path, given: tuple[str, ...], times: int, number: signal.Signals
) -> None:
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip("programs that are started here ignore the signal, as under nohup")
    pids, there = tmp_path / "pids", tmp_path / "there"
    waits = (
        f"if len(open({str(pids)!r}).readlines()) == {3 * times}:\n"
        f"    open({str(there)!r}, 'w').close()\n    import time; time.sleep(600)\n"
    )
    strategy(tmp_path, STARTS.format(str(pids)) + waits)
    stopped = program(*given, folder=tmp_path)
    while not there.exists():
        assert stopped.poll() is None
        time.sleep(0.01)
    while stopped.poll() is None:  # Python misses one that comes just before a sleep
        stopped.send_signal(number)
        time.sleep(0.5)
    stopped.communicate()
    assert stopped.returncode == 128 + number
    until = time.monotonic() + 60
    while started(pids):
        assert time.monotonic() < until
        time.sleep(0.01)
    assert len(pids.read_text().split()) == 3 * times


@pytest.mark.parametrize(
    ("first", "reason"),
    [*ENDS[1:3], ("while True: pass", "it takes longer than 3 seconds")],
)
def test_a_new_interpreter_rehearses_where_no_process_can_be_forked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, reason: str
) -> None:
    monkeypatch.setattr(fork_server, "AVAILABLE", False)
    planned(strategy(tmp_path, ""))
    if "while" in first:
        monkeypatch.setattr(rehearsal, "LIMIT", 3)
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(InputError, match=f"mine.py does not import: {reason}"):
        planned(strategy(tmp_path, first))
    left = set(psutil.Process().children(recursive=True)) - before
    assert not [each for each in left if "spawn_main" in " ".join(each.cmdline())]
