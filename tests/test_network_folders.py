"""Folders on network file systems: without locks, with locks of one machine, with lost answers."""

import errno
import os
import re
import tempfile
from pathlib import Path
from time import monotonic

import pytest
from performing import planned

from hpobench import Float, Run, Space
from hpobench.errors import InputError
from hpobench.experiment.one_run import perform_run
from hpobench.experiment.state.state import Watch
from hpobench.processes import locking
from hpobench.processes.temporary_folders import HeldFolder, remove_abandoned
from hpobench.store import Store, holder, run_file
from hpobench.store.holder_file import SILENCE, at_work
from hpobench.store.packing import pack
from hpobench.store.packs import writing
from hpobench.store.trials_file import TrialsFile
from hpobench.trial import Stop

NO_LOCKS = [errno.ENOLCK, errno.EOPNOTSUPP]


@pytest.fixture(scope="module")
def run() -> Run:
    return planned("random-search", "branin", budget=3)


@pytest.fixture(params=NO_LOCKS, ids=errno.errorcode.get)
def _without_locks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl  # not on Windows

    def refused(*_: object) -> None:
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(fcntl, "flock", refused)


class Time:
    """The time that a session waits for another machine: something may happen at each look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *happening: object) -> None:
        self.now, self.slept, self._happening = 0.0, 0.0, list(happening)
        monkeypatch.setattr(holder, "monotonic", lambda: self.now)
        monkeypatch.setattr(holder, "sleep", self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds
        if self._happening:
            happens = self._happening.pop(0)
            assert callable(happens)
            happens()


def elsewhere(folder: Path, beat: int = 7, *, host: str = "far-away") -> None:
    """Write that a process of another machine holds a folder."""
    named = f"process 4711 on {host} since 2026-01-01T00:00:00+00:00"
    (folder / ".holder").write_text(f"{named} (machine 0a1b, beat {beat:06d})\n")


@pytest.mark.usefixtures("_without_locks")
def test_without_locks_a_folder_is_held_by_a_file_that_names_who_holds_it(
    run: Run, tmp_path: Path
) -> None:
    store = Store(tmp_path)
    with store.writing(run.budget, 1):
        text = (tmp_path / ".holder").read_text()
        assert text.startswith(f"process {os.getpid()} on ")
        assert perform_run(run, tmp_path).status == "complete"
        message = rf"is in use by process {os.getpid()} on \S+ since \S+$"
        with pytest.raises(InputError, match=message), Store(tmp_path).writing(run.budget, 1):
            pass
    assert not (tmp_path / ".holder").exists()
    with store.writing(run.budget, 1):
        pass
    assert len(list(store.outcomes())) == 1


@pytest.mark.usefixtures("_without_locks")
def test_without_locks_a_process_of_this_machine_that_has_ended_holds_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Store(tmp_path).writing(run.budget, 1):
        text = (tmp_path / ".holder").read_text()
    time = Time(monkeypatch)
    ended = text.replace(f"process {os.getpid()} ", f"process {2**22 + 1} ")
    another_since = text.replace(" since 2", " since 1")  # its id is another process's by now
    for left in (ended, another_since):
        (tmp_path / ".holder").write_text(left)
        with Store(tmp_path).writing(run.budget, 1):
            pass
    assert time.slept == 0


def test_another_machine_that_works_is_refused_by_name(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Store(tmp_path).writing(run.budget, 1):
        pass
    elsewhere(tmp_path, 7)
    Time(monkeypatch, lambda: None, lambda: elsewhere(tmp_path, 8))
    message = r"is in use by process 4711 on far-away since 2026-01-01T00:00:00\+00:00$"
    with pytest.raises(InputError, match=message), Store(tmp_path).writing(run.budget, 1):
        pass
    assert "beat 000008" in (tmp_path / ".holder").read_text()


def test_another_machine_that_is_silent_or_ends_is_followed(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Store(tmp_path).writing(run.budget, 1):
        pass
    elsewhere(tmp_path)
    time = Time(monkeypatch)
    with Store(tmp_path).writing(run.budget, 1):
        assert time.slept == SILENCE
    elsewhere(tmp_path)
    time = Time(monkeypatch, (tmp_path / ".holder").unlink)
    with Store(tmp_path).writing(run.budget, 1):
        assert time.slept == holder.LOOK


def test_two_machines_that_write_at_once_are_noticed(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store, time = Store(tmp_path), Time(monkeypatch)
    message = "another process, too, so this one stops: process 4711 on far-away since"
    with store.writing(run.budget, 1):
        elsewhere(tmp_path)
        store.beat()  # not due yet
        time.now += holder.BEAT
        with pytest.raises(InputError, match=message):
            store.beat()
    assert "far-away" in (tmp_path / ".holder").read_text()  # it is not ours to remove


class Unreadable:
    """A holder's file that can't be read while this is on, as where a server answers late."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.on, self._opened = True, os.open
        monkeypatch.setattr(os, "open", self._open)

    def _open(self, path: str | Path, flags: int, *more: int, **named: int) -> int:
        if self.on and Path(path).name == ".holder" and not flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return self._opened(path, flags, *more, **named)


def test_a_holder_whose_file_can_not_be_read_for_a_moment_goes_on(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store, time = Store(tmp_path), Time(monkeypatch)
    with store.writing(run.budget, 1):
        failing = Unreadable(monkeypatch)
        time.now += holder.BEAT
        store.beat()
        failing.on = False
        store.beat()
        assert "beat 000002" in (tmp_path / ".holder").read_text()
        failing.on = True
        time.now += SILENCE
        with pytest.raises(InputError, match=r"\.holder can't be read: Input/output error"):
            store.beat()
    failing.on = False
    assert (tmp_path / ".holder").exists()  # it may be another process's by now


@pytest.mark.parametrize("looks", [0, 1])
def test_no_folder_is_taken_whose_holder_can_not_be_read(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, looks: int
) -> None:
    with Store(tmp_path).writing(run.budget, 1):
        pass
    elsewhere(tmp_path)
    failing = Unreadable(monkeypatch)
    failing.on = looks == 0
    Time(monkeypatch, lambda: setattr(failing, "on", True))
    refused = r"\.holder can't be read: Input/output error"
    with pytest.raises(InputError, match=refused), Store(tmp_path).writing(run.budget, 1):
        pass
    with pytest.raises(InputError, match=refused):
        at_work(tmp_path)
    assert re.search(refused, Watch(tmp_path).look().notices[0])
    failing.on = False
    assert "far-away" in (tmp_path / ".holder").read_text()


def test_a_holder_beats_in_place(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store, time = Store(tmp_path), Time(monkeypatch)
    path, seen = tmp_path / ".holder", list[tuple[str, int]]()
    with store.writing(run.budget, 1):
        for _ in range(3):
            seen.append((path.read_text()[-13:], path.stat().st_ino))
            time.now += holder.BEAT
            store.beat()
    assert [text for text, _ in seen] == [f"beat {number:06d})\n"[-13:] for number in (1, 2, 3)]
    assert len({node for _, node in seen}) == 1


def test_a_holder_beats_while_something_else_takes_long(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(holder, "BEAT", 0.002)
    path = tmp_path / ".holder"
    with Store(tmp_path).writing(run.budget, 1):
        beats, end = {path.read_text()}, monotonic() + 60
        while len(beats) < 3 and monotonic() < end:  # as in a long pack, nobody calls `beat`
            beats.add(path.read_text())
    assert len(beats) == 3


def test_a_pack_removes_nothing_where_another_machine_has_come_to_write(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store, compare = Store(tmp_path), writing._compare  # noqa: SLF001  # what takes long
    with store.writing(run.budget, 1):
        perform_run(run, tmp_path)
    time, files = Time(monkeypatch), store.paths(run_file.SEALED)

    def compared(path: Path, traces: list[writing.Trace]) -> None:
        compare(path, traces)
        elsewhere(tmp_path)
        time.now += holder.BEAT

    monkeypatch.setattr(writing, "_compare", compared)
    with pytest.raises(InputError, match="another process, too, so this one stops"):
        pack(store, processes=1)
    assert store.paths(run_file.SEALED) == files != []


def test_a_holder_of_an_earlier_version_or_torn_by_a_power_cut_holds_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Store(tmp_path).writing(run.budget, 1):
        pass
    time = Time(monkeypatch)
    for left in ("", "process 12 since 2026-01-01", "\0" * 80):
        (tmp_path / ".holder").write_text(left)
        with Store(tmp_path).writing(run.budget, 1):
            pass
    assert time.slept == 0


@pytest.mark.usefixtures("_without_locks")
def test_without_locks_a_file_of_a_users_trials_is_refused(run: Run, tmp_path: Path) -> None:
    trials = TrialsFile(tmp_path / "trials", run, Space({"x": Float(0, 1)}), may_grow=False)
    with pytest.raises(InputError, match="trials can't be written: its file system has no locks"):
        trials.__enter__()


@pytest.mark.usefixtures("_without_locks")
def test_without_locks_no_temporary_folder_is_taken_for_abandoned(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = HeldFolder()
    remove_abandoned()
    assert folder.path.is_dir()
    folder.close()
    assert not folder.path.exists()


@pytest.mark.usefixtures("_without_locks")
def test_without_locks_a_lock_file_is_refused_by_name(tmp_path: Path) -> None:
    with (
        pytest.raises(locking.NoLocksError, match=r"no locks: .*a\.lock"),
        locking.holding(tmp_path / "a.lock"),
    ):
        pass


def test_a_rename_whose_answer_was_lost_is_none_that_failed(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rename = Path.replace

    def asked_twice(path: Path, target: Path) -> Path:
        rename(path, target)
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", asked_twice)
    with Store(tmp_path).writing(run.budget, 1):
        assert perform_run(run, tmp_path).status == "complete"
    assert len(list(Store(tmp_path).outcomes())) == 1


def test_a_rename_of_a_file_that_is_gone_fails(run: Run, tmp_path: Path) -> None:
    path = tmp_path / run_file.named(run)
    with run_file.RunFile(path, run) as file:
        path.with_suffix(run_file.PART).unlink()
        with pytest.raises(InputError, match="No such file"):
            file.seal(Stop("complete"), 0, {})


def test_a_file_that_nfs_keeps_since_it_is_open_is_no_foreign_file(
    run: Run, tmp_path: Path
) -> None:
    with Store(tmp_path).writing(run.budget, 1):
        perform_run(run, tmp_path)
    (Store(tmp_path).path(run).parent / ".nfs0000000000a1b2c300000001").write_text("")
    with Store(tmp_path).writing(run.budget, 1):
        pass
