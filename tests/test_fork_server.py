"""Fork servers: the forks are clean and say how they ended; a server ends with who asked for it."""

import json
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from pathlib import Path

import pytest

from hpobench import registry
from hpobench.experiment.local import warm_servers
from hpobench.experiment.local.warm_servers import Waiting
from hpobench.hosting.client import Remote, forking
from hpobench.processes import fork_client, fork_server, memory
from hpobench.processes.fork_server import connected
from hpobench.runner import run
from hpobench.strategy import luck_of
from hpobench.trial import Record

STRATEGY = "hpobench.strategies.random_search"


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    started = warm_servers._far(sys.executable, STRATEGY, Waiting(print, 600))  # noqa: SLF001  # a server alone
    assert started.clean
    yield started.path
    started.close()
    assert not started.path.parent.exists()


def trials(records: list[Record]) -> list[object]:
    return [(each.trial, each.score, each.finished) for each in records]


def test_a_strategy_served_by_a_fork_proposes_what_it_does_at_home(server: Path) -> None:
    strategy, problem = registry.strategies()["random-search"], registry.problems()["branin"]
    expected = trials(list(run(strategy, problem, budget=6, seed=3)))
    for _ in range(2):
        remote = Remote(forking(server, strategy))
        assert (
            trials(list(run(remote, problem, budget=6, seed=3, luck=luck_of(strategy)))) == expected
        )


def test_a_function_that_raises_ends_with_exit_code_1(server: Path) -> None:
    warden = connected(server)
    warden.start("no_such_module:function", [])
    assert warden.receive() == {"exit": 1}
    warden.stop()


def test_a_job_has_the_limit_of_memory_that_its_client_has(server: Path, tmp_path: Path) -> None:
    command = ["sh", "-c", f"ulimit -d > {tmp_path / 'limit'}"]
    serving = ["subprocess", "check_call", json.dumps({"args": command})]
    for given in (None, str(10**9)):
        warden = connected(server)
        request = {"function": "hpobench.hosting.server:follow", "arguments": serving, "files": 0}
        warden.connection.send_bytes(json.dumps({**request, "memory": given}).encode())
        warden.receive()
        warden.stop()
        limit = (tmp_path / "limit").read_text().strip()
        assert limit == "unlimited" if given is None else 1024 * int(limit) > 10**9


def test_a_client_passes_its_limit_of_memory_on_and_says_if_its_job_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(memory.VARIABLE, "123")
    assert fork_client.main(str(tmp_path / "server"), "m:f") == fork_client.KILLED  # nobody listens
    with socket.socket(socket.AF_UNIX) as listener, ThreadPoolExecutor(1) as threads:
        listener.bind(str(tmp_path / "server"))
        listener.listen()
        status = threads.submit(fork_client.main, str(tmp_path / "server"), "m:f", "a")
        link, _ = listener.accept()
        (size,) = struct.unpack("!i", link.recv(4))
        asked = {"function": "m:f", "arguments": ["a"], "files": 3, "memory": "123"}
        assert json.loads(link.recv(size)) == asked
        link.close()  # as when the warden is killed
        assert status.result() == fork_client.KILLED


def test_the_temporary_folder_may_be_deeper_than_a_sockets_path_may_be_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    started = warm_servers._far(sys.executable, STRATEGY, Waiting(print, 600))  # noqa: SLF001  # a server alone
    assert started.path.is_relative_to(deep)
    strategy, problem = registry.strategies()["random-search"], registry.problems()["branin"]
    remote = Remote(forking(started.path, strategy))
    assert len(trials(list(run(remote, problem, budget=2)))) == 2
    connected(started.path).stop()
    started.close()


def test_a_server_that_takes_long_to_begin_is_waited_for_as_long_as_it_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = list[str]()
    monkeypatch.setattr(warm_servers, "EVERY", 0.001)
    started = warm_servers._far(sys.executable, STRATEGY, Waiting(said.append, 600))  # noqa: SLF001  # a server alone
    connected(started.path).stop()
    started.close()
    assert said
    assert said[0] == "a process still imports hpobench, for 0 s now"
    ended = warm_servers._far("false", STRATEGY, Waiting(said.append, 600))  # noqa: SLF001
    assert not ended.clean
    ended.close()


def test_a_server_that_imports_for_too_long_is_ended_and_runs_do_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
    monkeypatch.setattr(fork_server, "PATIENCE", 0.01)
    ours, theirs = Pipe()
    server = warm_servers._Server(ours, program, ["slow"], Waiting(print, 0.02))  # noqa: SLF001  # a server alone
    assert not server.runs
    assert not server.clean
    with pytest.raises(OSError):  # noqa: PT011  # each system says it in its own way
        connected(server.path)
    theirs.close()


def test_no_server_listens_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        connected(tmp_path / "server")
