"""What people see while runs are made."""

import io
import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from hpobench import Identity, Run
from hpobench.commands.console import Printer
from hpobench.commands.progress import waiting, watched
from hpobench.experiment.estimates import Estimates, TimeLeft
from hpobench.experiment.one_run import Done
from hpobench.experiment.perform import Progress
from hpobench.store import Store

RUNS = [
    Run(Identity("genetic-algorithm:population=20", "1"), Identity("gp[rbf]", "1"), n, Fraction(3))
    for n in range(40)
]


class Terminal(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def steps(running: int, each: int = 1) -> Iterator[Progress]:
    for n in range(0, len(RUNS), each):
        ended = RUNS[n : n + each]
        yield Progress(
            tuple(Done(run, "complete") for run in ended),
            tuple(RUNS[n + each : n + each + running]),
        )


def left(seconds: float = 60.0) -> TimeLeft:
    return TimeLeft(Estimates(dict.fromkeys(RUNS, seconds)), RUNS, 2)


def unknown() -> TimeLeft:
    return TimeLeft(Estimates(dict.fromkeys(RUNS, 0.0), partly=RUNS), RUNS, 2)


def frame(file: io.StringIO) -> str:
    """Return the last line that was drawn, as it stands on the screen."""
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", file.getvalue())
    return [line for line in re.split(r"[\r\n]", text) if "/40" in line][-1]


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def seen(ended: int, running: int, width: int, tmp_path: Path) -> str:
    file = Terminal()
    each = watched(
        *(Printer(file, width), steps(running), len(RUNS), left(), Store(tmp_path)),
        clock=lambda: 0.0,
    )
    list(itertools.islice(each, ended))
    each.close()  # type: ignore[attr-defined]  # it is a generator
    return frame(file)


@pytest.mark.parametrize("running", [0, 1, 2, 16])
@pytest.mark.parametrize("width", [60, 80, 200])
def test_count_and_time_left_have_their_places_whatever_is_running(
    running: int, width: int, tmp_path: Path
) -> None:
    first, later = (seen(ended, running, width, tmp_path) for ended in (3, 12))
    assert " 3/40 18 min left" in first
    assert "12/40 14 min left" in later
    assert first.index("/40") == later.index("/40")
    assert max(len(first), len(later)) <= width
    if running:
        assert " left genetic" in later
    if width == 200 and running == 1:
        assert later.rstrip().endswith("on gp[rbf], seed 12")
    if width < 200 and running == 16:
        assert later.rstrip().endswith("\N{HORIZONTAL ELLIPSIS}")


def test_without_a_terminal_there_is_a_line_every_half_a_minute(tmp_path: Path) -> None:
    file, times = io.StringIO(), itertools.count(0, 10)
    done = list(
        watched(
            *(Printer(file, 80), steps(2), len(RUNS), left(), Store(tmp_path)),
            clock=lambda: float(next(times)),
        )
    )
    assert [each.run for each in done] == RUNS
    lines = file.getvalue().splitlines()
    assert lines[:3] == [
        "Working on 40 runs.",
        *("3 of 40 runs ended, 18 min left", "6 of 40 runs ended, 17 min left"),
    ]
    assert lines[-1] == "40 of 40 runs ended in 7 min."
    assert len(lines) == 2 + 13


def test_runs_that_stay_incomplete_have_not_ended(tmp_path: Path) -> None:
    file = io.StringIO()
    step = Progress(
        (Done(RUNS[0], "complete"), Done(RUNS[1], "incomplete", "it took too long")), ()
    )
    tried = list(watched(Printer(file, 80), [step], 2, left(), Store(tmp_path), clock=lambda: 0.0))
    assert len(tried) == 2
    assert file.getvalue().splitlines()[-1] == "1 of 2 runs ended in 1 s."


def test_an_unknown_time_left_is_said_to_be_unknown(tmp_path: Path) -> None:
    """One run has begun; each of the others takes at least as long, on two processes."""
    running = Progress((), tuple(RUNS[:1]))
    for tick, words in ((0, "time left unknown"), (1, "over 39 s left"), (31, "over 20 min left")):
        file, times = Terminal(), itertools.count(0, tick)
        each = watched(
            *(Printer(file, 80), [running] * 3, len(RUNS), unknown(), Store(tmp_path)),
            clock=lambda times=times: float(next(times)),  # type: ignore[misc]  # its own
        )
        assert list(each) == []
        assert words in frame(file)
    lines, times = io.StringIO(), itertools.count(0, 31)
    list(
        watched(
            *(Printer(lines, 80), [running] * 2, len(RUNS), unknown(), Store(tmp_path)),
            clock=lambda: float(next(times)),
        )
    )
    assert lines.getvalue().splitlines()[1:3] == [
        "0 of 40 runs ended, time left unknown",
        "0 of 40 runs ended, over 10 min left",
    ]


@pytest.mark.parametrize("file", [io.StringIO(), Terminal()])
def test_a_session_without_runs_prints_nothing(file: io.StringIO, tmp_path: Path) -> None:
    nothing: Sequence[Progress] = ()
    empty = TimeLeft(Estimates({}), [], 2)
    assert not list(watched(Printer(file, 80), nothing, 0, empty, Store(tmp_path)))
    assert "run" not in file.getvalue()


def test_the_wait_for_the_report_is_said() -> None:
    for file in (io.StringIO(), Terminal()):
        with waiting(Printer(file, 80), "making the report"):
            pass
        assert "making the report" in file.getvalue()
