"""Damage of a pack is noticed by whatever reads the folder, and nothing is left half done."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from ended import BUDGET, OUTCOMES, WORKERS, outcome, results
from pyarrow import parquet as pq
from unreadable import fail_to_read

from hpobench.commands.merging import merge_and_say
from hpobench.commands.packing import pack_and_say, unpack_and_say
from hpobench.commands.status_screen import show_once
from hpobench.errors import InputError
from hpobench.exchange.queries import ask
from hpobench.store import Store
from hpobench.store.merging import merge
from hpobench.store.packing import pack, unpack
from hpobench.store.packs import writing
from hpobench.store.packs.digests import OTHER, UNKNOWN, doubt
from hpobench.store.packs.tables import schema

Flip = Callable[[str], Path]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a packed folder whose pack has groups of three runs."""
    monkeypatch.setattr(writing, "MOST_RUNS", 3)
    made = results(tmp_path / "results")
    assert pack(Store(made), processes=1).runs == len(OUTCOMES)
    return made


@pytest.fixture
def flip(folder: Path) -> Flip:
    """Return what flips a bit of a column in the first group of the pack."""
    (path,) = (folder / "packs").iterdir()

    def flipped(column: str) -> Path:
        data, group = bytearray(path.read_bytes()), pq.read_metadata(path).row_group(0)
        chunks = (group.column(number) for number in range(group.num_columns))
        chunk = next(c for c in chunks if c.path_in_schema.split(".")[0] == column)
        first = chunk.dictionary_page_offset or chunk.data_page_offset
        data[first + chunk.total_compressed_size - 1] ^= 1
        path.write_bytes(data)
        return path

    return flipped


def content(folder: Path) -> dict[str, bytes | None]:
    """Return all that is in a folder but for its lock, folders included."""
    return {
        str(path): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if path.name not in {".lock", ".holder"}
    }


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_a_flipped_bit_of_any_column_is_noticed_before_a_run_is_read(
    flip: Flip, folder: Path
) -> None:
    (path,) = Store(folder).packs.paths
    whole = path.read_bytes()
    for column in schema().names:
        path.write_bytes(whole)
        assert Store(folder).packs.doubts == {}
        assert flip(column) == path
        assert Store(folder).packs.doubts == {path: OTHER}, column
    store = Store(folder)
    assert len(list(store.summaries())) == len(OUTCOMES)
    assert store.notices[0].startswith(f"{path} is torn or was altered: its digest is of other")
    assert f"hpobench pack {folder} keeps the runs that are whole" in store.notices[0]


def test_a_pack_that_another_program_wrote_is_in_doubt(folder: Path) -> None:
    (path,) = Store(folder).packs.paths
    pq.write_table(pq.read_table(path), path, write_page_checksum=True)
    assert Store(folder).packs.doubts == {path: UNKNOWN}
    assert pack_and_say(folder, None) == 0
    assert doubt(path, pq.read_metadata(path)) == ""
    assert Store(folder).packs.doubts == {}


def test_status_and_queries_tell_of_a_pack_that_is_damaged(
    flip: Flip, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = flip("lines")
    show_once(folder)
    words = said(capsys)
    assert f"damaged: 1 file, such as packs/{path.name}, which {OTHER}" in words
    assert f"hpobench pack {folder} keeps the runs that are whole" in words
    answer = ask(folder, "SELECT count(*) FROM runs")
    assert answer.rows == [(len(OUTCOMES),)]  # from the columns, which are whole
    assert [OTHER in each for each in answer.notices] == [True]


def test_unpacking_what_can_not_all_be_read_changes_nothing(
    flip: Flip, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = flip("lines")
    before = content(folder)
    assert unpack_and_say(folder) == 1
    assert content(folder) == before
    words = said(capsys)
    assert "nothing was unpacked, and all packs are where they were, since 3 runs can't be" in words
    assert words.count("left out") == 1  # one note for the runs of a group
    path.write_bytes(b"PAR1")
    before = content(folder)
    assert unpack_and_say(folder) == 1
    assert content(folder) == before
    assert "since 1 pack can't be read" in said(capsys)


def test_unpacking_takes_the_lines_where_anything_else_is_damaged(
    flip: Flip, folder: Path, tmp_path: Path
) -> None:
    flip("values")
    assert unpack_and_say(folder) == 0
    assert list((folder / "packs").iterdir()) == []
    assert not (folder / "damaged").exists()
    other = Store(results(tmp_path / "other"))
    assert repr(list(Store(folder).outcomes())) == repr(list(other.outcomes()))


def test_unpacking_on_a_full_disk_leaves_no_file_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, writes = Path.write_bytes, [len(OUTCOMES) - 2]

    def full(path: Path, data: bytes) -> int:
        writes[0] -= 1
        if writes[0] < 0:
            written(path, data[:9])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return written(path, data)

    before = content(folder)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(InputError, match="No space left on device"):
            unpack_and_say(folder)
    assert writes == [-1]
    assert content(folder) == before


def test_a_run_that_is_whole_as_a_file_is_merged_and_unpacked_although_its_pack_is_damaged(
    flip: Flip, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As where it was made again beside the pack."""
    runs = results(tmp_path / "whole") / "runs"
    files = sorted(path.relative_to(runs) for path in runs.rglob("*.jsonl"))
    flip("lines")  # of the first three runs

    def copied(file: Path) -> None:
        (folder / "runs" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(runs / file, folder / "runs" / file)

    copied(files[0])
    copied(files[1])
    assert merge_and_say([folder], tmp_path / "merged") == 1
    assert f"{len(OUTCOMES) - 1} runs taken" in (words := said(capsys))
    assert "not taken, since they can't be read: 1 run " in words
    assert unpack_and_say(folder) == 1
    assert "since 1 run can't be read" in said(capsys)
    copied(files[2])
    assert merge_and_say([folder], tmp_path / "all") == 0
    assert unpack_and_say(folder) == 0
    assert {each.run for each in Store(folder).outcomes()} == {each.run for each in OUTCOMES}


@pytest.mark.parametrize("packed", [0, 1])
def test_a_damaged_pack_is_healed_by_merging_whole_runs_into_its_folder(
    flip: Flip, folder: Path, tmp_path: Path, packed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = results(tmp_path / "whole")
    expected = {each.run: Store(whole).lines(each.run) for each in OUTCOMES}
    if packed:
        pack(Store(whole), processes=1)
    flip("lines")  # of the first three runs, whose numbers are whole
    before = content(whole)
    assert merge_and_say([folder, whole], tmp_path / "new") == 0
    assert {each.run for each in Store(tmp_path / "new").outcomes()} == expected.keys()
    assert merge_and_say([whole], folder) == 0
    assert f"3 runs taken, {len(OUTCOMES)} were there already" in said(capsys)
    assert {run: Store(folder).lines(run) for run in expected} == expected
    assert merge_and_say([whole], folder) == 0
    assert "0 runs taken" in said(capsys)
    assert content(whole) == before
    assert pack_and_say(folder, tmp_path / "x.parquet") == 0
    assert pack_and_say(folder, None) == 0
    assert unpack_and_say(folder) == 0
    assert {run: Store(folder).lines(run) for run in expected} == expected


def test_merging_replaces_a_damaged_file_but_none_that_may_be_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, folder = results(tmp_path / "whole"), results(tmp_path / "results")
    torn, unread = (Store(folder).path(each.run).with_suffix(".jsonl") for each in OUTCOMES[:2])
    right = torn.read_bytes()
    torn.write_bytes(right.replace(b'"cost":1', b'"cost":2', 1))
    fail_to_read(monkeypatch, unread)
    made = merge([whole], folder)
    assert (made.taken, made.lost.runs) == (1, 1)
    assert torn.read_bytes() == right
    assert f"{unread} can't be read: Input/output error; it is left out" in made.notices


def test_what_to_do_about_a_damaged_pack_is_said_only_while_it_is_there(
    flip: Flip, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, hint = flip("values"), "put a whole copy in its place"
    whole = shutil.copytree(folder, tmp_path / "copy")
    assert pack_and_say(folder, tmp_path / "out.parquet") == 0
    assert hint in said(capsys)
    assert pack_and_say(folder, None) == 0
    words = said(capsys)
    assert f"{path} {OTHER}" in words
    assert hint not in words
    assert unpack_and_say(whole) == 0
    words = said(capsys)
    assert OTHER in words
    assert hint not in words


def test_a_new_pack_has_what_is_whole_and_the_damaged_one_is_set_aside(
    flip: Flip, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = flip("lines")
    assert pack_and_say(folder, None) == 1
    words = said(capsys)
    assert f"{len(OUTCOMES) - 3} runs packed" in words
    assert (
        f"not packed, since 3 runs can't be read; the damaged pack or file is in {folder}" in words
    )
    (kept,) = (folder / "damaged").rglob("*.parquet")
    assert kept == folder / "damaged" / "packs" / path.name
    store = Store(folder)
    assert len(list(store.outcomes())) == len(OUTCOMES) - 3
    assert store.notices == []
    assert pack_and_say(folder, None) == 0
    assert "nothing to do" in said(capsys)


def test_a_pack_none_of_which_can_be_read_is_set_aside_too(
    flip: Flip, folder: Path, tmp_path: Path
) -> None:
    path = flip("lines")
    assert pack_and_say(folder, tmp_path / "out.parquet") == 1
    data = bytearray(path.read_bytes())
    footer = pq.read_metadata(path)
    data[4 : len(data) - footer.serialized_size - 8] = bytes(
        len(data) - footer.serialized_size - 12
    )
    path.write_bytes(data)
    assert pack_and_say(folder, None) == 1
    assert list((folder / "packs").iterdir()) == []
    with pytest.raises(InputError, match=r"no run has ended .*damaged holds what could not be"):
        ask(folder, "SELECT 1 FROM runs")


def test_unpacking_does_not_take_the_place_of_another_result(folder: Path) -> None:
    (other,) = [
        outcome("fails", "bowl", OUTCOMES[0].records[:1], ended="complete")
        for each in OUTCOMES
        if each.run == OUTCOMES[5].run
    ]
    results(folder, [other])
    before = content(folder)
    with pytest.raises(InputError, match="1 run with two results that contradict each other"):
        unpack(Store(folder))
    assert content(folder) == before


def test_what_could_not_be_merged_is_summed_up(
    flip: Flip, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = results(tmp_path / "whole", OUTCOMES[:1])
    flip("lines")
    torn = shutil.copytree(whole, tmp_path / "torn")
    (file,) = (torn / "runs").rglob("*.jsonl")
    file.write_bytes(file.read_bytes().replace(b"0.25", b"0.26", 1))
    out = tmp_path / "out"
    assert merge_and_say([folder, torn], out) == 1
    words = said(capsys)
    assert f"{len(OUTCOMES) - 3} runs taken" in words
    assert "not taken, since they can't be read: 3 runs" in words
    assert words.count(file.name) == 1  # it is in the pack, too, which is as bad
    assert merge_and_say([folder, whole], tmp_path / "other") == 1
    assert "not taken, since they can't be read: 2 runs" in said(capsys)  # the third is a file


def test_a_card_that_can_not_be_merged_is_counted_as_runs_are(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = shutil.copytree(folder, tmp_path / "whole")
    card = min((folder / "cards").iterdir())
    card.write_bytes(b"{}")
    assert merge_and_say([folder], tmp_path / "out") == 1
    words = said(capsys)
    assert f"{len(OUTCOMES)} runs taken" in words
    assert "not taken, since they can't be read: 1 of the cards, sessions and certificates" in words
    assert merge_and_say([folder, whole], tmp_path / "both") == 0  # the other folder has it


def test_a_folder_that_is_not_there_is_not_merged_into_itself(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no results of hpobench are in this folder"):
        merge_and_say([tmp_path / "nowhere"], tmp_path / "nowhere")


def test_a_run_of_another_format_in_a_pack_is_not_lost_when_it_is_unpacked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this version can't read stays, as where a later one has written it."""
    before = content(folder)
    monkeypatch.setattr("hpobench.store.run_lines.FORMAT", 99)
    assert unpack_and_say(folder) == 1
    assert content(folder) == before


def test_merged_contradictions_say_where_limits_differ_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = outcome("a:b=1", "bowl", OUTCOMES[0].records[:1], ended="complete")
    for name, runs, limit in (("a", OUTCOMES[:1], 0.5), ("b", [other], None)):
        store = Store(results(tmp_path / name, runs))
        with store.writing(BUDGET, WORKERS):
            asked = {"limit": 60.0, "trial_limit": limit, "memory": None}
            store.put_session(f"20260101T00000{name}", {"experiment": asked})
    with pytest.raises(InputError, match="nothing was merged: 1 run with two results"):
        merge_and_say([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    words = said(capsys)
    assert f"{tmp_path / 'b'}, runs/bowl/" in words
    assert f"another limit: a session in {tmp_path / 'a'} had --trial-limit 0.5" in words
    assert f"another limit: a session in {tmp_path / 'b'} had no --trial-limit" in words
    assert f"hpobench verify {tmp_path / 'a'} and hpobench verify {tmp_path / 'b'}" in words
    assert "hpobench unpack makes files of a pack" in words


def test_a_pack_that_can_not_be_read_for_a_moment_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    (path,) = Store(folder).packs.paths
    with monkeypatch.context() as patched:
        patched.setattr(pq, "read_metadata", refused)
        store = Store(folder)
        assert list(store.finished()) == []
        assert store.notices == [f"{path} can't be read: Permission denied; it is left out"]
    assert len(list(Store(folder).finished())) == len(OUTCOMES)


def test_a_file_that_can_not_be_read_for_a_moment_is_not_said_to_be_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = results(tmp_path / "results")
    path = min((folder / "runs").rglob("*.jsonl"))
    with monkeypatch.context() as patched:
        fail_to_read(patched, path)
        assert pack_and_say(folder, None) == 1
    words = said(capsys)
    assert "not packed, since 1 run can't be read now; it stays where it is" in words
    assert str(folder / "damaged") not in words
    assert path.exists()
    assert pack_and_say(folder, None) == 0
    assert f"{len(OUTCOMES)} runs packed" in said(capsys)
