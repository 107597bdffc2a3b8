"""What `clean` removes and keeps."""

import sys
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest
from planning_sessions import begin, plan, record, run_of, seal, study
from pyarrow import parquet as pq

from hpobench.commands.cleaning import clean_and_say
from hpobench.errors import InputError
from hpobench.experiment.state.cleaning import removable, remove
from hpobench.experiment.state.state import Watch
from hpobench.store import Store
from hpobench.store.packing import pack
from hpobench.store.packs import digests
from hpobench.store.run_file import RunFile
from hpobench.trial import Stop


def files(folder: Path) -> set[str]:
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {name.as_posix() for name in names if not name.name.startswith(".")}


def clean(folder: Path, *, superseded: bool = False, asks: bool = False) -> None:
    clean_and_say(folder, superseded=superseded, asks=asks)


def lost(store: Store) -> set[str]:
    """Put files into a folder that no plan needs, and return their names."""
    seal(store, run_of("sobol", "branin", 0), Stop("failed", "x"))
    store.retry(run_of("sobol", "branin", 0))
    seal(store, run_of("sobol", "branin", 1), Stop("complete")).write_bytes(b"x")
    assert all(each.run.strategy.name != "sobol" for each in store.finished())  # it is set aside
    temporary = store.folder / "cards" / "x.tmp"
    temporary.write_bytes(b"half")
    before = files(store.folder)
    stranger = begin(store, run_of("stranger", "branin", 0))
    older = seal(store, run_of("sobol", "branin", 1, version="0"), Stop("complete"))
    assert len(before - files(store.folder)) == 0
    inside = {each.relative_to(store.folder).as_posix() for each in (stranger, older, temporary)}
    return inside | {name for name in before if name.startswith(("damaged", "retried"))}


def test_what_no_plan_needs_is_removed_and_nothing_else(tmp_path: Path) -> None:
    store = study(tmp_path)
    seal(store, run_of("random-search", "branin", 0), Stop("complete"))
    seal(store, run_of("imported", "branin", 0), Stop("complete"))  # of no plan, but not older
    begin(store, run_of("random-search", "branin", 1))
    kept = files(tmp_path)
    removed = lost(store)
    assert len(removed) == 5
    assert files(tmp_path) == kept | removed
    clean(tmp_path)
    assert files(tmp_path) == kept
    assert not (tmp_path / "damaged").exists()


@pytest.mark.parametrize("damaged", [False, True])
def test_what_is_left_of_a_run_that_is_in_a_pack_goes_unless_the_pack_is_damaged(
    tmp_path: Path,
    damaged: bool,  # noqa: FBT001  # a parameter
) -> None:
    store, run = study(tmp_path), run_of("random-search", "branin", 0)
    seal(store, run, Stop("complete"))
    path = pack(store, processes=1).path
    assert path is not None
    if damaged:  # then the run may be made again
        pq.write_table(pq.read_table(path), path)
    left = begin(store, run)
    clean(tmp_path)
    assert left.exists() == damaged
    assert store.is_sealed(run)


def test_nothing_is_removed_without_a_terminal_unless_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    removed = lost(study(tmp_path))
    before = files(tmp_path)
    refused = "nothing was removed: --yes removes it without a terminal to ask at"
    with pytest.raises(InputError, match=refused):
        clean(tmp_path, asks=True)
    words = " ".join(capsys.readouterr().out.split())
    assert files(tmp_path) == before
    size = sum((tmp_path / name).stat().st_size for name in removed)
    assert f"in all: 5 files, {size:,} bytes" in words
    assert "temporary files: 1 file, 4 bytes: cards/x.tmp" in words


def test_where_there_is_nothing_to_remove_no_terminal_is_needed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study(tmp_path)
    clean(tmp_path, asks=True)
    assert capsys.readouterr().out == "nothing is to be removed\n"


@pytest.mark.parametrize("answer", [True, False])
def test_a_person_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bool) -> None:  # noqa: FBT001  # a parameter
    removed = lost(study(tmp_path))
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda _: answer)
    clean(tmp_path, asks=True)
    assert removed.isdisjoint(files(tmp_path)) is answer


def test_a_sealed_run_that_was_planned_stays_unless_superseded_ones_are_named(
    tmp_path: Path,
) -> None:
    store = study(tmp_path)
    seal(store, run_of("sobol", "branin", 0), Stop("complete"))
    old_part = begin(store, run_of("sobol", "branin", 1))
    store.put_session("s2", {"plan": plan({"sobol": "2"}, {"branin": 1})})
    seal(store, run_of("sobol", "branin", 0, version="2"), Stop("complete"))
    clean(tmp_path)
    assert not old_part.exists()
    assert len(store.paths(".jsonl")) == 2
    clean(tmp_path, superseded=True)
    assert [ended.run.strategy.version for ended in store.finished()] == ["2"]


def test_runs_stay_where_a_session_is_damaged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = study(tmp_path)
    part = begin(store, run_of("stranger", "branin", 0))
    store.put_session("s2", {"plan": plan({"stranger": "1"}, {"branin": 1})})
    (tmp_path / "sessions" / "s2.json").write_bytes(b"{}")
    clean(tmp_path)
    assert part.exists()
    assert "runs are not cleaned" in capsys.readouterr().out


def test_a_run_that_a_process_still_writes_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, run = study(tmp_path), run_of("stranger", "branin", 0)
    with RunFile(store.path(run), run) as file:
        file.append(record(0, 0.5))
        clean(tmp_path)
    assert store.paths(".part")
    assert "a process still writes" in capsys.readouterr().out


def packed(store: Store) -> Path:
    path = pack(store, processes=1).path
    assert path is not None
    return path


def in_packs(folder: Path) -> list[tuple[str, str]]:
    """Return the strategies of the runs in packs, with their versions."""
    runs = (each.run.strategy for each in Store(folder).packs.places.values())
    return sorted((each.name, each.version) for each in runs)


def test_older_runs_are_taken_out_of_packs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = study(tmp_path)
    for name, version in (("random-search", "1"), ("sobol", "1"), ("sobol", "0")):
        seal(store, run_of(name, "branin", 0, version), Stop("complete"), [record(0, 0.5)])
    store.put_session("s2", {"plan": plan({"sobol": "2"}, {"branin": 1})})
    before = packed(store)
    with pytest.raises(InputError, match="--yes"):
        clean(tmp_path, asks=True)
    words = " ".join(capsys.readouterr().out.split())
    assert "runs of older versions in packs: 1 of 3 runs, such as branin/sobol/0-" in words
    assert f"written anew without them, as one pack: packs/{before.name}, " in words
    assert before.exists()
    clean(tmp_path)
    assert in_packs(tmp_path) == [("random-search", "1"), ("sobol", "1")]
    clean(tmp_path, superseded=True)
    assert in_packs(tmp_path) == [("random-search", "1")]
    assert len(list((tmp_path / "packs").iterdir())) == len(list(Store(tmp_path).finished())) == 1
    capsys.readouterr()
    clean(tmp_path, superseded=True)
    assert capsys.readouterr().out == "nothing is to be removed\n"


def test_a_pack_of_older_runs_alone_goes_as_a_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = study(tmp_path)
    seal(store, run_of("sobol", "branin", 0, "0"), Stop("complete"))
    path = packed(store)
    size = path.stat().st_size
    clean(tmp_path)
    said = f"packs of runs of older versions: 1 file, {size:,} bytes: packs/{path.name}"
    assert said in " ".join(capsys.readouterr().out.split())
    assert not list((tmp_path / "packs").iterdir())


def tear_lines(path: Path) -> None:
    """Alter the lines of all runs in a pack."""
    table = pq.read_table(path)
    at = table.schema.get_field_index("lines")
    torn = pa.array([b"torn"] * table.num_rows, table.schema.types[at])
    pq.write_table(table.set_column(at, table.schema.field(at), torn), path)


@pytest.mark.parametrize("damaged", [False, True])
def test_a_pack_goes_whose_runs_are_whole_in_other_packs(tmp_path: Path, damaged: bool) -> None:  # noqa: FBT001  # a parameter
    store = study(tmp_path)
    seal(store, run_of("sobol", "branin", 0), Stop("complete"))
    pack(store, processes=1, output=tmp_path.with_suffix(".parquet"))
    seal(store, run_of("random-search", "branin", 0), Stop("complete"))
    first = packed(store)
    second = tmp_path.with_suffix(".parquet").rename(first.with_name("z.parquet"))
    if damaged:
        tear_lines(first)
    clean(tmp_path)
    assert first.exists()
    assert second.exists() is damaged
    assert in_packs(tmp_path) == [("random-search", "1"), ("sobol", "1")]


def test_a_pack_in_which_damage_is_found_meanwhile_is_not_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = study(tmp_path)
    for name, version in (("random-search", "1"), ("sobol", "0")):
        seal(store, run_of(name, "branin", 0, version), Stop("complete"))
    path = packed(store)
    tear_lines(path)
    clean(tmp_path)
    words = " ".join(capsys.readouterr().out.split())
    assert f"note: {path} has no digest" in words
    assert "nothing is to be removed" in words
    monkeypatch.setattr(digests, "doubt", lambda *_: "")  # as if it had been right just now
    clean(tmp_path)
    assert path.exists()
    words = " ".join(capsys.readouterr().out.split())
    assert f"left: {path}: it is damaged; put a whole copy in its place, or" in words


def test_links_lead_nowhere(tmp_path: Path) -> None:
    study(tmp_path / "results")
    outside = tmp_path / "mine"
    outside.mkdir()
    (outside / "thesis.txt").write_text("years")
    (tmp_path / "results" / "damaged").symlink_to(outside)
    (tmp_path / "results" / "retried").mkdir()
    (tmp_path / "results" / "retried" / "link").symlink_to(outside / "thesis.txt")
    with suppress(InputError):  # a folder with links that lead out of it may be refused as a whole
        clean(tmp_path / "results")
    store = Store(tmp_path / "results", touched=False)
    remove(store, removable(store, [], whole=True, superseded=True))
    assert (outside / "thesis.txt").read_text() == "years"
    assert not (tmp_path / "results" / "retried" / "link").is_symlink()


def test_runs_stay_where_a_plan_can_not_be_read(tmp_path: Path) -> None:
    store = study(tmp_path)
    part = begin(store, run_of("stranger", "branin", 0))
    store.put_session("s2", {"plan": {"strategies": 7, "problems": [["branin", "1", "x"]]}})
    clean(tmp_path)
    assert part.exists()
    (notice,) = Watch(tmp_path).look().notices
    assert "s2.json was written by another version of hpobench" in notice
