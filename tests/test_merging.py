"""Folders are joined: every run once, contradictions refused by name, and all else kept."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from cards import strategy_card
from ended import BOWL, BUDGET, OUTCOMES, WORKERS, outcome, results
from planning_sessions import certificate_of

from hpobench.commands.merging import merge_and_say
from hpobench.errors import InputError
from hpobench.store import Store, certificate_file, merging, run_file
from hpobench.store.certificate_file import Verified
from hpobench.store.merging import merge
from hpobench.store.packing import pack
from hpobench.store.run_file import RunFile
from hpobench.trial import Run

OPEN = outcome("a:b=1", "bowl", BOWL, seed=5, ended="complete")


def begun(folder: Path, trials: int) -> Path:
    """Begin a run in a folder, and return its file."""
    store = Store(folder)
    with store.writing(BUDGET, WORKERS), RunFile(store.path(OPEN.run), OPEN.run) as file:
        for record in OPEN.records[:trials]:
            file.append(record)
    return store.path(OPEN.run).with_suffix(run_file.PART)


def digests(folder: Path) -> dict[Run, str]:
    return {each.run: each.seal.digest for each in Store(folder).summaries()}


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return results(tmp_path / "whole")


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    """Return two folders with some runs each, and some in both."""
    return [results(tmp_path / "a", OUTCOMES[:4]), results(tmp_path / "b", OUTCOMES[2:])]


@pytest.mark.parametrize("packed", [(), (0,), (0, 1)])
def test_all_runs_are_taken_once_from_files_and_packs(
    tmp_path: Path, whole: Path, parts: list[Path], packed: Sequence[int]
) -> None:
    for each in packed:
        pack(Store(parts[each]), processes=1)
    before = [contents(each) for each in parts]
    made = merge(parts, tmp_path / "out")
    assert (made.there, made.taken, made.unfinished, made.notices) == (0, len(OUTCOMES), 0, ())
    out = Store(tmp_path / "out")
    assert repr(list(out.outcomes())) == repr(list(Store(whole).outcomes()))  # they hold nan
    assert digests(out.folder) == digests(whole)
    assert out.cards() == Store(whole).cards()
    assert out.sessions() == Store(whole).sessions()
    assert [contents(each) for each in parts] == before
    assert merge([*parts, out.folder], out.folder).taken == 0


def test_certificates_are_taken(whole: Path, parts: list[Path]) -> None:
    given = certificate_of([Verified("bowl/a/0-ab", "dig", 2, "identical")])
    certificate_file.write(parts[1], given)
    assert merge(parts, whole).notices == ()
    assert Store(whole).certificates() == [given]


def test_all_is_on_the_disk_before_a_folder_may_go_that_was_merged(
    tmp_path: Path, parts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = list[dict[Path, bytes]]()
    monkeypatch.setattr(merging, "sync_everything", lambda: synced.append(contents(tmp_path)))
    begun(parts[1], 2)
    merge(parts, tmp_path / "out")
    now = {path: data for path, data in contents(tmp_path).items() if path.name != ".holder"}
    assert len(synced) == 1
    assert {path: data for path, data in synced[0].items() if path.name != ".holder"} == now


def test_a_folder_may_take_in_others(whole: Path, parts: list[Path]) -> None:
    made = merge(parts, parts[0])
    assert (made.there, made.taken) == (4, 3)
    assert digests(parts[0]) == digests(whole)


def test_contradictions_are_all_named_and_nothing_is_written(
    tmp_path: Path, parts: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    others = [replace(each, records=each.records[:1]) for each in OUTCOMES[:2]]
    third = results(tmp_path / "third", [others[0], replace(OUTCOMES[2], records=())])
    with pytest.raises(InputError, match="nothing was merged: 2 runs with two results"):
        merge_and_say([*parts, third], tmp_path / "out")
    said = " ".join(capsys.readouterr().out.split())
    assert f"contradiction: a:b=1 on bowl, seed 0: {parts[0]} and {third}" in said
    assert f"contradiction: a:b=1 on epochs, seed 0: {parts[0]} and {third}" in said
    assert not (tmp_path / "out").exists()


def test_other_budgets_and_workers_are_refused(tmp_path: Path, parts: list[Path]) -> None:
    with Store(tmp_path / "other").writing(Fraction(9), WORKERS):
        pass
    with pytest.raises(InputError, match="only runs of one budget and number of workers"):
        merge([*parts, tmp_path / "other"], tmp_path / "out")
    with pytest.raises(InputError, match="only runs of one budget"):
        merge(parts, tmp_path / "other")
    with pytest.raises(InputError, match="no results of hpobench"):
        merge([tmp_path], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_longest_unfinished_run_is_taken_unless_it_has_ended(
    tmp_path: Path, parts: list[Path]
) -> None:
    for folder, trials in zip(parts, (1, 3), strict=True):
        begun(folder, trials)
    made = merge(parts, tmp_path / "out")
    (part,) = Store(tmp_path / "out").paths(run_file.PART)
    assert part.read_bytes().count(b"\n") == 1 + 3
    assert made.unfinished == 2  # one after the other
    third = results(tmp_path / "third", [OPEN])
    merge([third, *parts], tmp_path / "last")
    assert Store(tmp_path / "last").paths(run_file.PART) == []
    assert Store(tmp_path / "last").is_sealed(OPEN.run)


@pytest.mark.parametrize("inside", ["new", "report", "report/new", "runs"])
def test_no_results_are_made_within_others(parts: list[Path], inside: str) -> None:
    before = contents(parts[0])
    with pytest.raises(InputError, match=r"results can't be within the results of .*/a, which"):
        merge(parts, parts[0] / inside)
    assert contents(parts[0]) == before


def test_an_unfinished_run_that_is_no_file_is_named_and_not_waited_for(
    tmp_path: Path, parts: list[Path]
) -> None:
    path = begun(parts[0], 1)
    path.unlink()
    os.mkfifo(path)
    made = merge(parts, tmp_path / "out")
    assert (made.taken, made.unfinished) == (len(OUTCOMES), 0)
    assert made.notices == (f"{path} can't be read: it is no file; it is left out",)


def test_folders_without_a_mark_are_named(tmp_path: Path, parts: list[Path]) -> None:
    for folder in parts:
        (folder / "results.json").unlink()
    with pytest.raises(InputError, match=r"the next run in one of them makes it anew: .*/a, .*/b$"):
        merge(parts, tmp_path / "out")


def test_what_is_damaged_or_put_aside_is_named_and_not_taken(
    tmp_path: Path, parts: list[Path]
) -> None:
    path = Store(parts[0]).path(OUTCOMES[0].run).with_suffix(run_file.SEALED)
    path.write_bytes(path.read_bytes().replace(b'"cost":1', b'"cost":2'))
    (parts[1] / "damaged").mkdir()
    (parts[1] / "damaged" / "x").write_text("torn")
    made = merge(parts, tmp_path / "out")
    assert made.taken == len(OUTCOMES) - 1
    assert not Store(tmp_path / "out").is_sealed(OUTCOMES[0].run)
    assert f"{path} is torn or was altered: line 2; it is left out" in made.notices
    assert f"{parts[1] / 'damaged'} is not taken: 1 file" in made.notices
    assert path.exists()


def test_the_card_of_the_latest_session_stays(tmp_path: Path, parts: list[Path]) -> None:
    store = Store(parts[0])
    store.put_session("s9", {})
    newer = strategy_card("fails", summary="Newer.")
    store.put_card(newer)
    made = merge(parts, tmp_path / "out")
    assert newer in Store(tmp_path / "out").cards()[0]
    assert made.notices == (f"cards of fails differ; taken: {parts[0]}",)


def test_a_merged_folder_can_be_merged_again_after_it_was_interrupted(
    tmp_path: Path, whole: Path, parts: list[Path]
) -> None:
    out = tmp_path / "out"
    shutil.copytree(parts[0], out)
    for each in Store(out).paths(run_file.SEALED)[1:]:
        each.unlink()
    (out / "pack.tmp").write_bytes(b"PAR1")
    merge(parts, out)
    assert digests(out) == digests(whole)
