"""A program over pipes: whatever it does, it fails in time, and nothing of it is left."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from races import finished

from hpobench import Float, Int, Problem, Space, plain
from hpobench.errors import NobodysFault, ProcessLost
from hpobench.hosting.client import Remote
from hpobench.hosting.pipes import COMPLAINTS, LONGEST, Process, RemoteError
from hpobench.runner import run
from hpobench.trial import Record, Stop

PROBLEM = Problem(
    "two",
    1,
    Space({"x1": Float(-5, 10), "n": Int(1, 9)}),
    plain(lambda config: config["x1"] or 0.0),  # type: ignore[arg-type, return-value]  # a number
)
GREETING = """
import json, os, subprocess, sys, time
def out(text):
    sys.stdout.write(text + "\\n")
    sys.stdout.flush()
out('{"protocol": 1}')
"""
ASKED = """
for line in sys.stdin:
    request = json.loads(line)
    if request["request"] != "ask":
        out("{}")
        continue
"""
LIMIT = 2.0
"""The limit, in seconds, of a program that is to be late."""


def program(*lines: str, limit: float = 60.0, greeting: str = GREETING) -> Remote:
    return Remote([sys.executable, "-S", "-c", greeting + "\n".join(lines)], limit)


def answering(text: str, limit: float = 60.0) -> Remote:
    """Make a program that runs a piece of Python, which writes the answer, at every ask."""
    return program(ASKED + f"    {text}", limit=limit)


def proposing(config: str) -> Remote:
    return answering(f"out('{{\"proposal\": {{\"config\": ' + {config} + '}}}}')")


def ran(strategy: Remote, budget: int = 3) -> tuple[list[Record], Stop]:
    return finished(run(strategy, PROBLEM, budget=budget))


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Fail a test that leaves a process, a thread or an open file behind."""
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    threads, files = threading.active_count(), psutil.Process().num_fds()
    yield
    left = [c for c in psutil.Process().children(recursive=True) if c.pid not in before]
    assert left == []
    assert threading.active_count() == threads
    assert psutil.Process().num_fds() <= files


def test_one_that_answers_is_asked_to_the_end() -> None:
    records, stop = ran(proposing('\'{"x1": 2, "n": 3}\''), budget=5)
    assert stop == Stop("complete")
    assert [record.trial.proposal.config for record in records] == [{"x1": 2.0, "n": 3}] * 5
    assert type(records[0].trial.proposal.config["x1"]) is float


@pytest.mark.parametrize(
    ("config", "detail"),
    [
        (
            "'{\"x1\": ' + '9' * 4000 + ', \"n\": 1}'",
            "'x1' must be a number in [-5, 10]: a whole number",
        ),
        ("'{\"x1\": ' + '9' * 5000 + ', \"n\": 1}'", "its answer must be a JSON object: b"),
        ('\'{"x1": NaN, "n": 1}\'', "must be a JSON object (NaN is not a number in JSON)"),
        (
            '\'{"x1": -Infinity, "n": 1}\'',
            "must be a JSON object (-Infinity is not a number in JSON)",
        ),
        ('\'{"x1": 1e999, "n": 1}\'', "'x1' must be a number in [-5, 10]: inf"),
        ('\'{"x1": 1, "n": 1.0}\'', "'n' must be a whole number in [1, 9]: 1.0"),
        ('\'{"x1": true, "n": 1}\'', "'x1' must be a number in [-5, 10]: True"),
        ('\'{"x1": null, "n": 1}\'', "'x1' must be a number in [-5, 10]: None"),
        ('\'{"x1": [1], "n": 1}\'', "'x1' must be a number in [-5, 10]: [1]"),
        (
            "'{\"x1\": ' + '[' * 500 + ']' * 500 + ', \"n\": 1}'",
            "'x1' must be a number in [-5, 10]",
        ),
        ("'[' * 100000 + ']' * 100000", "must be a JSON object (it is nested too deeply)"),
        (
            "'{\"a\":' * 100000 + '1' + '}' * 100000",
            "must be a JSON object (it is nested too deeply)",
        ),
        ('\'{"x1": 1, "n": 1, "n": 2}\'', "must be a JSON object (a key is given twice)"),
        ("'[1, 2]'", "a configuration must map names to values: [1, 2]"),
        ('\'{"x1": 1, "n": 1}, "fidelity": 1e999\'', "a fidelity, which the problem does not have"),
        ('\'{"x1": 1, "n": 1}, "resume": [1]\'', "resume must be the id of a trial"),
        ('\'{"x1": 1, "n": 1}, "gradient": 1\'', "gradient must be True or False: 1"),
    ],
)
def test_no_number_and_no_depth_is_more_than_that_runs_failure(config: str, detail: str) -> None:
    records, stop = ran(proposing(config))
    assert (records, stop.reason) == ([], "failed")
    assert detail in stop.detail


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("out('{\"proposal\": 3}')", "its answer holds an invalid proposal"),
        ("out('{\"proposal\": [1]}')", "its answer holds an invalid proposal"),
        (
            'out(\'{"proposal": {"config": {}, "more": 1}}\')',
            "its answer holds an invalid proposal",
        ),
        (
            'out(\'{"unsupported": "changed its mind"}\')',
            "ask raised Unsupported: changed its mind",
        ),
        ('out(\'{"error": {"code": 7}}\')', "RemoteError: {'code': 7}"),
        ('out(\'{"error": "bad \\\\u001b[31m \\\\udcff"}\')', "RemoteError: bad \\x1b[31m \\udcff"),
        ("out('')", "its answer must be a JSON object: b''"),
        (
            "os.write(1, b'\\xff\\xfe{\\x00}\\x00\\n\\x00')",
            "its answer must be a JSON object: b'\\xff",
        ),
        ("os.write(1, b'{}'); os._exit(7)", "its answer must have the key 'proposal': {}"),
        ("os._exit(7)", "its process ended before the run did, with exit code 7"),
        ("os.close(0); os.close(1); os._exit(0)", "ended before the run did, with exit code 0"),
        ("os.kill(os.getpid(), 15)", "its process ended before the run did, by signal 15"),
        ("os.write(2, b'why\\n\\x1b[1mbold'); os._exit(1)", "exit code 1: \\x1b[1mbold"),
    ],
)
def test_an_answer_that_is_none_fails_the_run_with_its_reason(text: str, detail: str) -> None:
    assert detail in ran(answering(text))[1].detail


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "os._exit(137)"])
def test_a_process_that_was_killed_is_lost_and_no_failure_of_the_strategy(end: str) -> None:
    with pytest.raises(ProcessLost, match="the strategy's process was killed by signal 9"):
        ran(answering(end))


def test_a_process_that_finds_a_full_disk_is_no_failure_of_the_strategy() -> None:
    with pytest.raises(NobodysFault, match=r"^there was no room on a disk$"):
        ran(answering('out(\'{"outside": "there was no room on a disk"}\')'))


def failing(strategy: Remote) -> Callable[[], str]:
    return lambda: ran(strategy)[1].detail


def unread() -> str:
    """Send megabytes to a program that does not read, and return the error."""
    process = Process([sys.executable, "-S", "-c", GREETING + "time.sleep(600)"], LIMIT, os.environ)
    try:
        assert process.greeting() == {"protocol": 1}
        with pytest.raises(RemoteError) as error:
            process.answer({"rows": "x" * (1 << 23)})
    finally:
        process.close()
    return str(error.value)


LATE: dict[str, tuple[Callable[[], str], str]] = {
    "greeting": (
        failing(program("time.sleep(600)", greeting="import time\n", limit=LIMIT)),
        "did not answer within 2 seconds",
    ),
    "silence": (
        failing(program("sys.stdin.readline(); time.sleep(600)", limit=LIMIT)),
        "did not answer within 2 seconds",
    ),
    "half": (
        failing(answering("os.write(1, b'{\"propo'); time.sleep(600)", LIMIT)),
        "it wrote a line without an end: b'{\"propo'",
    ),
    "dribble": (
        failing(answering("[(os.write(1, b'x'), time.sleep(0.01)) for _ in range(10**6)]", LIMIT)),
        "did not answer within 2 seconds; it wrote a line without an end: b'xxx",
    ),
    "unread": (unread, "did not answer within 2 seconds"),
}


def test_one_that_is_late_fails_in_its_time() -> None:
    with ThreadPoolExecutor(len(LATE)) as together:  # all of them only wait
        told = {name: together.submit(late) for name, (late, _) in LATE.items()}
    for name, (_, detail) in LATE.items():
        assert detail in told[name].result(), name


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        (
            "os.write(1, b'7' * 20_000_000); time.sleep(600)",
            f"its answer is longer than {LONGEST:,} bytes: b'777",
        ),
        ("out('7' * 20_000_000); time.sleep(600)", "its answer is longer than"),
    ],
    ids=["endless", "huge"],
)
def test_one_that_never_ends_fails_before_its_time(text: str, detail: str) -> None:
    assert detail in ran(answering(text))[1].detail


def test_one_that_closes_its_output_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hpobench.hosting.pipes.PATIENCE", 0.2)
    strategy = answering("os.close(1); time.sleep(600)")
    assert "it closed its output, and did not end" in ran(strategy)[1].detail


def test_one_that_answers_before_it_has_read_all_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hpobench.hosting.pipes.PATIENCE", 0.2)
    code = GREETING + "while sys.stdin.buffer.raw.read(1): out('{}'); time.sleep(600)"
    process = Process([sys.executable, "-S", "-c", code], 60.0, os.environ)
    try:
        process.greeting()
        assert process.answer({"rows": "x" * (1 << 23)}) == {}
    finally:
        process.close()


def test_the_nth_line_is_the_nth_answer_however_early_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hpobench.hosting.pipes.PATIENCE", 0.2)
    ahead = program("out('{}')", "for n in range(900_000): out('{\"error\": \"' + str(n) + '\"}')")
    assert ran(ahead) == ([], Stop("failed", "ask raised RemoteError: 0"))


def test_one_that_ignores_the_end_of_its_input_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hpobench.hosting.pipes.PATIENCE", 0.2)
    code = ASKED + "    out('{\"proposal\": null}')\ntime.sleep(600)"
    strategy = program("import signal", "signal.signal(signal.SIGTERM, signal.SIG_IGN)", code)
    assert ran(strategy) == ([], Stop("exhausted"))


def test_a_flood_of_complaints_is_read_and_its_end_kept() -> None:
    flood = (
        "[os.write(2, b'o' * 65536) for _ in range(300)]; os.write(2, b'\\nat last'); os._exit(1)"
    )
    strategy = answering(flood)
    assert ran(strategy)[1].detail.endswith("ended before the run did, with exit code 1: at last")
    process = Process([sys.executable, "-S", "-c", GREETING + flood], 60.0, os.environ)
    process.greeting()
    process.close()
    assert len(process._complaints) <= COMPLAINTS  # noqa: SLF001  # there is no other way to know


@pytest.mark.parametrize(
    "start",
    [
        "subprocess.Popen(['sleep', '600'])",
        "subprocess.Popen(['sleep', '600'], start_new_session=True)",
        "subprocess.Popen(['sh', '-c', 'sleep 600 & sleep 600'], start_new_session=True)",
        "os.fork() or (os.fork() or time.sleep(600)) and os._exit(0)",
    ],
    ids=["child", "session", "grandchildren", "orphan"],
)
def test_what_a_program_has_started_ends_with_it(tmp_path: Path, start: str) -> None:
    path, before = tmp_path / "group", set(psutil.pids())
    code = [f"open({str(path)!r}, 'w').write(str(os.getpid()))", start, "sys.stdin.readline()"]
    strategy = program(*code, "time.sleep(0.3)", 'out(\'{"error": "enough"}\')', "sys.stdin.read()")
    assert "enough" in ran(strategy)[1].detail
    left = [0]
    for _ in range(100):  # a process that was killed takes a moment to be gone
        left = [p for p in set(psutil.pids()) - before if _sleeps(p, int(path.read_text()))]
        if not left:
            break
        time.sleep(0.05)
    assert left == []


def _sleeps(pid: int, group: int) -> bool:
    """Tell whether a process is one that a test has started, and still runs."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return os.getpgid(pid) == group or process.cmdline()[:2] == ["sleep", "600"]
    except (psutil.Error, ProcessLookupError):
        return False


def test_what_cannot_be_started_is_told(tmp_path: Path) -> None:
    path = tmp_path / "nothing"
    path.write_bytes(b"\x00\x01 no program")
    path.chmod(0o755)
    for command, reason in (([str(path)], "Exec format error"), (["a\0b"], "embedded null byte")):
        with pytest.raises(RemoteError, match=f"can't be started: {reason}"):
            Process(command, 1.0, os.environ)


def test_the_traceback_of_the_far_end_is_kept() -> None:
    answer = {"error": "it broke (far.py, line 3)", "traceback": "File far.py\n  \x1b boom"}
    stop = ran(answering(f"out(json.dumps({answer!r}))"))[1]
    assert stop.detail == "ask raised RemoteError: it broke (far.py, line 3)"
    assert stop.traceback.endswith("At the far end:\nFile far.py\n  \\x1b boom")
