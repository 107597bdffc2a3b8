"""Full disks and folders that can't be written: a clear line, nothing half written, and it goes on.

A file system in memory stands for the disk. A limit on the size of files stands for a disk that is
full at a certain byte.
"""

import errno
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest
from performing import performed, planned
from planning_sessions import BUDGET, run_of, seal, study

from hpobench import Run
from hpobench.commands import cli
from hpobench.commands.cleaning import clean_and_say
from hpobench.errors import InputError
from hpobench.experiment.local.pool import Pool
from hpobench.experiment.one_run import perform_run
from hpobench.hosting import server
from hpobench.processes.temporary_folders import PREFIX
from hpobench.registry import find_problems, find_strategies
from hpobench.registry.describing import strategy_card
from hpobench.report.trace import folder as report_folder
from hpobench.report.trace.manifest import Manifest
from hpobench.store import Store, mark, run_file
from hpobench.trial import Stop

NO_ROOM = "can't be written: No space left on device"
FAILED = Stop("failed", "x")
ROOMY = 400
"""A disk with so many kilobytes has room for all that the tests write."""
FINDS_A_FULL_DISK = """
import errno, os
from dataclasses import dataclass
from hpobench import Float, Proposal, Space, Strategy

space = Space({"x": Float(0, 1)})
FULL = False

def f(config):
    if FULL and config["x"] > 0.5:
        try:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/tmp/theirs")
        except OSError as error:
            raise ValueError("the model was not saved") from error
    return config["x"]
"""
STRATEGY = """
import errno, os
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Saving(Strategy):
    def ask(self, pending):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
"""


@pytest.fixture(scope="module")
def run() -> Run:
    return planned("random-search", "branin", budget=20)


class Disk:
    """A small file system in memory, which can be filled."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._filler = folder, folder / "filler"

    def fill(self, pages: int = 0) -> None:
        """Fill the disk but for some pages."""
        page = os.sysconf("SC_PAGESIZE")
        with self._filler.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(page)) == page:
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            file.truncate(max(0, file.tell() // page - pages) * page)

    def make_room(self) -> None:
        self._filler.unlink()


def mounted(*arguments: str) -> bool:
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)  # noqa: S603, S607  # ours
    return done.returncode == 0


@contextmanager
def disk_of(options: str, folder: Path) -> Generator[Disk]:
    """Mount a file system in memory; the test is skipped where this may not mount one."""
    folder.mkdir()
    if not mounted("-t", "tmpfs", "-o", options, "tmpfs", str(folder)):
        pytest.skip("a file system in memory can't be mounted here, which only root may do")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607  # ours


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with disk_of(f"size={ROOMY}k", tmp_path / "disk") as mounted_disk:
        yield mounted_disk


def _card(store: Store) -> None:
    (store.folder / "cards").mkdir(parents=True, exist_ok=True)
    store.put_card(strategy_card(find_strategies("random-search")[0]))


def _session(store: Store) -> None:
    (store.folder / "sessions").mkdir(parents=True, exist_ok=True)
    store.put_session("a", {"text": "x" * 9000})


def _mark(store: Store) -> None:
    with store.writing(20, 1):  # type: ignore[arg-type]  # an int is as good
        pass


def _report(store: Store) -> None:
    files = {"index.html": b"x" * 9000, "tables/a.csv": b"y" * 9000}
    report_folder.put(Manifest.__new__(Manifest), files, store.folder / "report")


WRITTEN: dict[str, tuple[Callable[[Store], None], str]] = {
    "card": (_card, "cards"),
    "session": (_session, "sessions"),
    "mark": (_mark, "."),
    "report": (_report, "report"),
}


@pytest.mark.parametrize("pages", [0, 1, 2, 3])
@pytest.mark.parametrize("what", WRITTEN)
def test_what_a_full_disk_has_no_room_for_is_one_line_and_not_there_by_half(
    what: str, pages: int, disk: Disk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(report_folder, "encoded", lambda _: b"{}")
    write, folder = WRITTEN[what]
    write(Store(tmp_path / "whole"))
    whole = contents(tmp_path / "whole" / folder)
    store = Store(disk.folder / "results")
    store.folder.mkdir()
    disk.fill(pages)
    refused = ""
    try:
        write(store)
    except InputError as error:
        refused = str(error)
    assert NO_ROOM in refused or (pages and not refused)
    assert "\n" not in refused
    for name, data in contents(store.folder / folder).items():
        assert whole.get(name, b"") == data
    disk.make_room()
    write(store)
    assert contents(store.folder / folder) == whole


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder that hold anything."""
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {str(name): data for name, path in found.items() if (data := path.read_bytes())}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_a_disk_that_is_full_at_any_byte_of_a_run_loses_nothing(run: Run, tmp_path: Path) -> None:
    import resource  # not on Windows

    perform_run(run, tmp_path / "whole")
    path = Store(tmp_path / "whole").path(run).with_suffix(run_file.SEALED)
    data, digest = path.read_bytes(), run_file.digest(path)
    ends = [number for number, byte in enumerate(data) if byte == 10]
    # In the header, at the end of a line and beside it, in a trial, and in the seal.
    for room in (7, ends[0], ends[0] + 1, ends[0] + 2, ends[9] - 9, ends[-2] + 120):
        folder = tmp_path / str(room)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        try:
            with pytest.raises(InputError, match="can't be written: ") as raised:
                perform_run(run, folder)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert "\n" not in str(raised.value)
        assert list(Store(folder).outcomes()) == []
        left = Store(folder).path(run).with_suffix(run_file.PART).read_bytes()
        assert len(left) == room
        with run_file.RunFile(Store(folder).path(run), run) as file:
            assert len(file.recorded) == max(0, left.count(b"\n") - 1)
        assert perform_run(run, folder).status == "complete"
        sealed = Store(folder).path(run).with_suffix(run_file.SEALED)
        assert run_file.digest(sealed) == digest


def test_a_session_on_a_full_disk_ends_and_goes_on_when_there_is_room(run: Run, disk: Disk) -> None:
    folder = disk.folder / "results"
    runs = [run, planned("sobol", "branin", budget=20)]
    with Store(folder).writing(run.budget, 1):
        pass
    disk.fill(6)
    with pytest.raises(InputError, match=NO_ROOM):
        performed(runs, folder, jobs=1)
    disk.make_room()
    with Store(folder).writing(run.budget, 1):
        assert {perform_run(each, folder).status for each in runs} == {"complete"}
    assert len(list(Store(folder).outcomes())) == 2
    assert not (folder / "damaged").exists()


def test_a_command_on_a_full_disk_prints_one_line_and_exits_with_2(
    disk: Disk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    disk.fill()
    given = ["all", "-s", "random-search", "-s", "sobol", "-p", "branin", "--seeds", "1"]
    monkeypatch.setattr(sys, "argv", ["hpobench", *given, "--results", str(disk.folder / "r")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert told.endswith(f"{NO_ROOM}\n")
    assert told.count("\n") == 1


@pytest.mark.parametrize("left", ["everything", "no lock"])
def test_clean_makes_room_on_a_disk_that_is_full(left: str, disk: Disk) -> None:
    folder = disk.folder / "results"
    store = study(folder)
    seal(store, run_of("sobol", "branin", 0), FAILED)
    store.retry(run_of("sobol", "branin", 0))
    if left == "no lock":
        (folder / ".lock").unlink()
    disk.fill()
    with pytest.raises(InputError, match=NO_ROOM), store.writing(BUDGET, 1):
        pass
    clean_and_say(folder, superseded=False, asks=False)
    assert not (folder / "retried").exists()
    with store.writing(BUDGET, 1):
        pass


def test_clean_goes_on_without_a_file_of_its_own_where_no_file_can_be_made(tmp_path: Path) -> None:
    with disk_of("size=4M,nr_inodes=30", tmp_path / "t") as disk:
        folder = disk.folder / "results"
        store = study(folder)
        (folder / "cards" / "x.tmp").write_bytes(b"half")
        (folder / ".lock").unlink()
        with suppress(OSError):
            for number in count():
                (disk.folder / f"inode-{number}").touch()
        with store.held(removes=True):
            assert not (folder / ".holder").exists()
            store.beat()
        clean_and_say(folder, superseded=False, asks=False)
        assert not (folder / "cards" / "x.tmp").exists()


def test_a_folder_that_can_only_be_read_is_read_and_refused(run: Run, disk: Disk) -> None:
    folder = disk.folder / "results"
    store = Store(folder)
    with store.writing(run.budget, 1):
        perform_run(run, folder)
    (folder / "sessions" / "a.json").write_text("torn")
    assert mounted("-o", "remount,ro", str(disk.folder))
    read_only = "can't be written: Read-only file system"
    for refused in (
        lambda: store.writing(run.budget, 1).__enter__(),
        lambda: mark.write(folder, run.budget, 2),
        lambda: perform_run(planned("sobol", "branin"), folder),
        lambda: report_folder._write(folder / "index.html", b"x"),  # noqa: SLF001  # as reports do
    ):
        with pytest.raises((InputError, OSError), match="Read-only file system"):
            refused()
    with pytest.raises(InputError, match=read_only), store.writing(run.budget, 1):
        pass
    assert len(list(store.outcomes())) == 1
    assert store.sessions() == []  # the torn one stays where it is
    assert store.notices[-1].endswith("; it is left out")


def test_without_room_for_temporary_files_a_session_says_so_and_goes_on_later(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with disk_of("size=4M,nr_inodes=60", tmp_path / "t") as disk:
        monkeypatch.setattr(tempfile, "tempdir", str(disk.folder))
        monkeypatch.setenv("TMPDIR", str(disk.folder))
        store = Store(tmp_path / "results")
        runs = [run, planned("sobol", "branin", budget=20)]
        with store.writing(run.budget, 1), Pool(runs, store.folder, jobs=1, limit=60) as pool:
            pool.submit(runs[0])
            while not pool.wait(1):
                pass
            taken = list[Path]()
            with suppress(OSError):
                while True:
                    taken.append(disk.folder / f"inode-{len(taken)}")
                    taken[-1].touch()
            pool.submit(runs[1])
            message = rf"no temporary folder can be made in {disk.folder}: No space left on device"
            with pytest.raises(InputError, match=message):
                pool.wait(60)
        for path in taken[:-1]:
            path.unlink()
        assert perform_run(runs[1], store.folder).status == "complete"
        assert list(disk.folder.glob(f"{PREFIX}*")) == []


def test_a_full_disk_that_a_problem_or_a_strategy_finds_is_nobodys_failure(
    tmp_path: Path,
) -> None:
    path = tmp_path / "finds.py"
    path.write_text(FINDS_A_FULL_DISK.replace("FULL = False", "FULL = True"))
    finds = planned("random-search", str(path), budget=9)
    done = perform_run(finds, tmp_path / "results")
    said = "there was no room on a disk: OSError: [Errno 28] No space left on device: '/tmp/theirs'"
    assert (done.status, done.detail.partition(" (finds.py")[0]) == ("incomplete", said)
    with run_file.RunFile(Store(tmp_path / "results").path(finds), finds) as file:
        kept = file.recorded
        assert all(record.error is None for record in kept.values())
    saving = tmp_path / "saving.py"
    saving.write_text(STRATEGY)
    done = perform_run(planned(str(saving), "branin"), tmp_path / "results")
    assert done.status == "incomplete"
    assert list(Store(tmp_path / "results").outcomes()) == []


def test_a_library_in_its_own_process_tells_of_a_full_disk(tmp_path: Path) -> None:
    saving = tmp_path / "saving.py"
    saving.write_text(STRATEGY)
    (entry,) = find_strategies(str(saving))
    request = json.dumps({"request": "ask", "pending": []})
    answer = json.loads(server._answered(entry.item, request, lambda *_: 0.0))  # noqa: SLF001  # an answer
    assert set(answer) == {"outside"}
    assert "No space left on device" in answer["outside"]
    assert find_problems("branin")
