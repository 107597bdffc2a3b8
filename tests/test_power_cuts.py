"""What a power cut leaves: nothing is believed that is not whole, and runs go on."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from performing import planned

from hpobench import Float, Run, Space
from hpobench.errors import InputError
from hpobench.experiment.one_run import perform_run
from hpobench.store import Store, durable, growing_file, run_file, sealed_json
from hpobench.store.sealed_json import DamageError
from hpobench.store.trials_file import TrialsFile
from hpobench.trial import Stop

SEEDS, BUDGET = 3, 6


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return [planned("random-search", "branin", seed, BUDGET) for seed in range(SEEDS)]


@pytest.fixture
def results(runs: list[Run], tmp_path: Path) -> Path:
    with Store(tmp_path).writing(runs[0].budget, 1):
        for run in runs:
            assert perform_run(run, tmp_path).status == "complete"
    return tmp_path


class Disk:
    """Notes what is synced, renamed and made, in order, with the bytes that a file has then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.noted: list[tuple[str, str, int]] = []
        monkeypatch.setattr(os, "fsync", self._synced)
        renamed = self._renaming(durable.rename)
        monkeypatch.setattr(durable, "rename", renamed)
        monkeypatch.setattr(run_file, "rename", renamed)

    def _synced(self, descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        size = 0 if path.is_dir() else path.stat().st_size
        self.noted.append(("synced", path.name, size))

    def _renaming(self, rename: Callable[[Path, Path, int], None]) -> Callable[..., None]:
        def renamed(part: Path, path: Path, descriptor: int) -> None:
            rename(part, path, descriptor)
            self.noted.append(("renamed", path.name, 0))

        return renamed


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="it reads names from /proc")
def test_a_seal_is_synced_before_the_new_name_and_its_folder_after_it(
    runs: list[Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (path := Store(tmp_path).path(runs[0])).parent.mkdir(parents=True)
    disk = Disk(monkeypatch)
    with run_file.RunFile(path, runs[0]) as file:
        file.seal(Stop("complete"), 0, {})
    sealed = path.with_suffix(run_file.SEALED)
    assert disk.noted == [
        ("synced", f"{path.name}.part", sealed.stat().st_size),
        ("renamed", sealed.name, 0),
        ("synced", path.parent.name, 0),
    ]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="it reads names from /proc")
def test_what_is_no_run_is_synced_before_its_name_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk = Disk(monkeypatch)
    sealed_json.write(tmp_path / "a.json", {"a": 1})
    size = (tmp_path / "a.json").stat().st_size
    expected = [("synced", "a.tmp", size), ("renamed", "a.json", 0), ("synced", tmp_path.name, 0)]
    assert disk.noted == expected
    sealed_json.write(tmp_path / "a.json", {"a": 1})
    assert disk.noted == expected  # what is there is not written again


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="it reads names from /proc")
def test_a_new_folder_is_synced_into_the_one_above_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk = Disk(monkeypatch)
    durable.make_folder(tmp_path / "a" / "b")
    durable.make_folder(tmp_path / "a" / "b")
    assert disk.noted == [("synced", tmp_path.name, 0), ("synced", "a", 0)]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_can_not_sync_is_written_without(
    number: int, runs: list[Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refused)
    assert perform_run(runs[0], tmp_path).status == "complete"


def test_a_sync_that_fails_is_said(
    runs: list[Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def failed(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    (path := Store(tmp_path).path(runs[0])).parent.mkdir(parents=True)
    monkeypatch.setattr(os, "fsync", failed)
    with pytest.raises(InputError, match=r"\.part can't be written: Input/output error"):
        perform_run(runs[0], tmp_path)
    assert not path.with_suffix(run_file.SEALED).exists()


def test_trials_are_synced_once_a_second_while_a_run_goes_on(
    runs: list[Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    now, synced = [0.0], list[float]()
    monkeypatch.setattr(growing_file, "monotonic", lambda: now[0])
    monkeypatch.setattr(growing_file, "sync", lambda _: synced.append(now[0]))
    perform_run(runs[0], tmp_path / "whole")
    sealed = Store(tmp_path / "whole").path(runs[0]).with_suffix(run_file.SEALED)
    records = run_file.read(sealed).records
    synced.clear()
    with run_file.RunFile(tmp_path / sealed.stem, runs[0]) as file:
        for record, moment in zip(records, (0.1, 0.9, 1.1, 1.3, 9.0, 9.5), strict=True):
            now[0] = moment
            file.append(record)
        assert synced == [1.1, 9.0]
    assert synced == [1.1, 9.0, 9.5]  # and what is left is, when the file is closed


@pytest.mark.parametrize(
    ("left", "kept"),
    [
        (lambda whole: b"", 0),
        (lambda whole: bytes(4096), 0),
        (lambda whole: whole + bytes(4096), BUDGET),
        (lambda whole: whole[:-20] + bytes(20), BUDGET - 1),
        (lambda whole: whole[:700] + bytes(300) + whole[1000:], 1),
        (lambda whole: whole[:-1], BUDGET - 1),
    ],
    ids=["no content", "zeros alone", "zeros behind", "a zero tail", "a lost block", "no end"],
)
def test_an_unfinished_run_goes_on_after_its_whole_lines(
    left: Callable[[bytes], bytes], kept: int, runs: list[Run], results: Path
) -> None:
    path = Store(results).path(runs[0])
    sealed, part = path.with_suffix(run_file.SEALED), path.with_suffix(run_file.PART)
    digest, lines = run_file.digest(sealed), sealed.read_bytes().splitlines(keepends=True)
    sealed.unlink()
    part.write_bytes(left(b"".join(lines[:-1])))
    with run_file.RunFile(path, runs[0]) as file:
        assert sorted(file.recorded) == list(range(kept))
    assert perform_run(runs[0], results).status == "complete"
    assert run_file.digest(sealed) == digest
    assert not (results / "damaged").exists()


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _zero_tailed(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-200] + bytes(200))


def _unnamed(path: Path) -> None:
    path.rename(path.with_suffix(run_file.PART))


def _lost(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("cut", [_emptied, _zeroed, _zero_tailed, _unnamed, _lost])
def test_a_sealed_run_that_a_power_cut_took_comes_again(
    cut: Callable[[Path], None], runs: list[Run], results: Path
) -> None:
    store = Store(results)
    sealed = store.path(runs[1]).with_suffix(run_file.SEALED)
    digest = run_file.digest(sealed)
    cut(sealed)
    assert [outcome.run.seed for outcome in store.outcomes()] == [0, 2]
    with store.writing(runs[0].budget, 1):
        left = [run for run in runs if not store.is_sealed(run)]
        assert [(run.seed, perform_run(run, results).status) for run in left] == [(1, "complete")]
    assert run_file.digest(sealed) == digest


@pytest.mark.parametrize("cut", [_emptied, _zeroed, _zero_tailed, _lost])
def test_a_mark_a_card_or_a_session_that_a_power_cut_took_is_not_believed(
    cut: Callable[[Path], None], runs: list[Run], results: Path
) -> None:
    store = Store(results)
    store.put_session("a", {"text": 300 * "a"})
    cut(results / "sessions" / "a.json")
    assert store.sessions() == []
    cut(results / "results.json")
    with store.writing(runs[0].budget, 1):  # the mark is written again
        assert store.marked() == (runs[0].budget, 1)
    assert len(list(store.outcomes())) == SEEDS


def test_a_file_of_a_users_trials_ends_at_the_first_byte_of_zero(
    runs: list[Run], tmp_path: Path
) -> None:
    space = Space({"x": Float(0, 1)})
    path = tmp_path / "trials.jsonl"
    with TrialsFile(path, runs[0], space, may_grow=False):
        pass
    whole = path.read_bytes()
    path.write_bytes(whole + bytes(1000))
    with TrialsFile(path, runs[0], space, may_grow=False) as file:
        assert file.recorded == {}
    assert path.read_bytes() == whole
    path.write_bytes(b"\0" + whole)
    with (
        pytest.raises(DamageError, match="is no file of trials"),
        TrialsFile(path, runs[0], space, may_grow=False),
    ):
        pass
