"""What `status` says of a folder of results, once and again, and what it leaves alone."""

import json
import os
import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from planning_sessions import BUDGET, begin, plan, record, run_of, seal, study
from typer.testing import CliRunner

from hpobench.commands.cli import app
from hpobench.commands.status_screen import looked, show_json, show_once, show_until_done
from hpobench.errors import InputError
from hpobench.experiment.state.state import Watch
from hpobench.store import Store, listing, run_file
from hpobench.store.holder_file import SILENCE
from hpobench.store.packing import pack
from hpobench.store.run_file import RunFile
from hpobench.trial import Stop

FAILED = Stop("failed", "ValueError: it broke")


def text_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    show_once(folder)
    return " ".join(capsys.readouterr().out.split())


def three_ended(folder: Path) -> Store:
    """Make a folder where three of six planned runs have ended, one of which has failed."""
    store = study(folder)
    for seed in (0, 1):
        seal(store, run_of("random-search", "branin", seed), Stop("complete"))
    seal(store, run_of("sobol", "branin", 0), FAILED)
    return store


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_runs_are_done_running_waiting_or_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = three_ended(tmp_path)
    begin(store, run_of("sobol", "branin", 1))
    words = text_of(tmp_path, capsys)
    assert "3 of 6 runs done, 0 running, 3 waiting (1 of them begun), 1 failed" in words
    assert "failed: 1 run, sobol on branin: ValueError: it broke; for example runs/branin/" in words
    assert "left out: tpe: absent" in words
    (command,) = (line for line in words.split("python -m hpobench ")[1:])
    told = shlex.split(command)
    assert told[: told.index("--budget")] == [
        *("all", "--results", str(tmp_path), "-s", "random-search", "-s", "sobol"),
        *("-p", "branin", "--seeds", "3"),
    ]
    assert "to finish: 6 s left on 1 process" in words  # three runs that take two seconds each


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has locked a file")
def test_a_run_is_running_while_its_file_is_locked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, run = study(tmp_path), run_of("sobol", "branin", 2)
    with RunFile(store.path(run), run, "s1") as file:
        file.append(record(0, 0.5))
        file.append(record(1, 0.5))
        state = Watch(tmp_path).look()
        words = text_of(tmp_path, capsys)
    (found,) = state.running
    assert (found.part.trials, found.part.spent, found.part.session) == (2, 2.0, "s1")
    assert "running: sobol on branin, seed 2: 2 trials, 2 of 3 evaluations spent, since" in words
    assert not Watch(tmp_path).look().running


def test_the_process_that_holds_the_folder_is_named(tmp_path: Path) -> None:
    store = study(tmp_path)
    assert Watch(tmp_path).look().holder is None
    with store.writing(BUDGET, 1):
        holder = Watch(tmp_path).look().holder
        assert holder is not None
        assert holder.is_here
        assert holder.process == os.getpid()
        there = (tmp_path / ".holder").read_text()
    ended = there.replace(f"process {os.getpid()} ", f"process {2**22 + 1} ")
    (tmp_path / ".holder").write_text(ended)  # as a process leaves it that was killed
    assert Watch(tmp_path).look().holder is None


def test_a_process_of_another_machine_is_named_while_it_is_not_silent(tmp_path: Path) -> None:
    store = study(tmp_path)
    begin(store, run_of("sobol", "branin", 0))
    named = "process 4711 on far-away since 2026-01-01T00:00:00+00:00"
    path = tmp_path / ".holder"
    path.write_text(f"{named} (machine 0a1b, beat 000007)\n")
    state = Watch(tmp_path).look()
    assert (str(state.holder), len(state.running)) == (named, 1)
    assert state.running[0].process is None
    long_ago = time.time() - SILENCE - 1
    os.utime(path, (long_ago, long_ago))
    state = Watch(tmp_path).look()
    assert (state.holder, state.running) == (None, ())


def test_a_holder_that_names_nobody_is_none(tmp_path: Path) -> None:
    store = study(tmp_path / "results")
    path = store.folder / ".holder"
    for text in (
        b"\xff\x00",
        f"process {'9' * 5000} on x since now (machine y, beat 1)\n".encode(),
    ):
        path.write_bytes(text)
        assert Watch(store.folder).look().holder is None
    path.unlink()
    os.mkfifo(path)  # which is not waited for
    assert Watch(store.folder).look().holder is None
    with store.writing(BUDGET, 1):
        pass


def test_the_command_that_makes_the_rest_has_the_last_sessions_limits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = study(tmp_path)
    for identity, limits in (("s2", {"trial_limit": 9.5, "memory": 50}), ("s3", {"memory": None})):
        store.put_session(identity, {"experiment": {"limit": 60, "trial_limit": 7.5, **limits}})
        assert "--budget 3 --workers 1 --trial-limit " in (words := text_of(tmp_path, capsys))
        assert ("--trial-limit 9.5 --memory 50" in words) == (identity == "s2")
    assert words.endswith("--trial-limit 7.5")


def test_a_look_changes_nothing_and_takes_no_lock(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = study(tmp_path)
    path = seal(store, run_of("sobol", "branin", 0), Stop("complete"))
    path.write_bytes(path.read_bytes()[:-30])
    begin(store, run_of("sobol", "branin", 1))
    before = everything_in(tmp_path)
    with store.writing(BUDGET, 1):
        before |= {str(tmp_path / ".holder"): (tmp_path / ".holder").read_bytes()}
        words = text_of(tmp_path, capsys)
        assert everything_in(tmp_path) == before
    assert f"damaged: 1 file, such as {path.relative_to(tmp_path)}, which has no seal" in words


def test_the_process_that_has_made_its_runs_makes_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = study(tmp_path)
    session = {"began": datetime.now(UTC).isoformat(timespec="seconds")}
    before = {"began": "2026-01-01T00:00:00+00:00", "seconds": 9.0}
    told = list[str]()
    with store.writing(BUDGET, 1):
        for content in (before, session, {**session, "seconds": 9.0}):
            store.put_session("s2", content)
            told.append(text_of(tmp_path, capsys))
    works, reports = (
        "works on it, since",
        "has made its runs, and reads them or makes the report, since",
    )
    assert [works in said for said in told] == [True, True, False]
    assert reports in told[-1]


def test_what_was_lost_or_made_again_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = study(tmp_path)
    seal(store, run_of("sobol", "branin", 0), FAILED)
    store.retry(run_of("sobol", "branin", 0))
    path = seal(store, run_of("sobol", "branin", 1), Stop("complete"))
    path.write_bytes(b"x")
    assert not list(store.finished())
    seal(store, run_of("stranger", "branin", 0), Stop("complete"))
    words = text_of(tmp_path, capsys)
    assert "damaged: 1 file, such as damaged/runs/branin/sobol/1-" in words
    assert "retried: 1 failed run set aside and made again" in words
    assert "besides: 1 run that no session here has planned" in words


def test_an_older_version_waits_for_nothing(tmp_path: Path) -> None:
    store = study(tmp_path)
    seal(store, run_of("sobol", "branin", 0), Stop("complete"))
    store.put_session("s2", {"plan": plan({"sobol": "2"}, {"branin": 1})})
    state = Watch(tmp_path).look()
    assert {key.split("/")[1] for key in state.waiting} == {"random-search", "sobol"}
    assert (len(state.waiting), state.superseded, state.done) == (4, 1, 0)


def test_the_object_holds_all_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = study(tmp_path)
    seal(store, run_of("sobol", "branin", 0), FAILED)
    show_json(tmp_path, watched=False)
    found = json.loads(capsys.readouterr().out)
    assert (found["planned"], found["done"], found["waiting"], found["begun"]) == (6, 1, 5, 0)
    assert found["ended"] == {"complete": 0, "exhausted": 0, "unsupported": 0, "failed": 1}
    assert [each["reason"] for each in found["failed"]] == [FAILED.detail]
    assert {each["name"]: each["waiting"] for each in found["strategies"]} == {
        "random-search": 3,
        "sobol": 2,
    }
    assert found["to-finish"]["runs"] == 5
    assert found["process"] is None


def test_a_watch_tells_each_change_and_ends_when_all_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = study(tmp_path)
    names = ("random-search", "sobol")
    left = [run_of(name, "branin", seed) for name in names for seed in (0, 1, 2)]
    looks = iter(range(9))

    def work(_: float) -> None:
        if next(looks) != 2:  # then nothing changes, and nothing is said
            seal(store, left.pop(), Stop("complete"))

    show_until_done(tmp_path, sleep=work)
    said = [line.partition(" ")[2] for line in capsys.readouterr().out.splitlines()]
    assert said == [f"{done} of 6 runs done, 0 running, {6 - done} waiting" for done in range(7)]


def test_ctrl_c_ends_a_watch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study(tmp_path)

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    show_until_done(tmp_path, sleep=interrupt)
    assert "0 of 6 runs done" in capsys.readouterr().out


def test_a_run_that_is_sealed_while_the_folder_is_listed_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, run = study(tmp_path), run_of("sobol", "branin", 0)
    seal(store, run, Stop("complete"))
    gone = run_of("sobol", "branin", 1)
    stale = [(listing.key_of(run), ".part"), (listing.key_of(gone), ".jsonl")]
    monkeypatch.setattr(listing, "keys", lambda _: stale)
    found = listing.Listing(store)
    found.refresh()
    assert [*found.sealed] == [listing.key_of(run)]
    assert not found.parts
    assert not found.damaged


@pytest.mark.parametrize(
    "end",
    [b"", b"{}\n", b'{"stop":"complete"}\n', b"[" * 9000, b'{"stop":[],"detail":1,"measured":2}'],
)
def test_a_file_without_a_seal_is_damaged(tmp_path: Path, end: bytes) -> None:
    store = study(tmp_path)
    path = seal(store, run_of("sobol", "branin", 0), Stop("complete"))
    path.write_bytes(end)
    found = listing.Listing(store)
    found.refresh()
    assert not found.sealed
    assert [*found.damaged] == [listing.key_of(run_of("sobol", "branin", 0))]


def test_a_long_seal_is_read(tmp_path: Path) -> None:
    store = study(tmp_path)
    seal(store, run_of("sobol", "branin", 0), Stop("failed", "x" * 3 * run_file.NEAR))
    assert len(Watch(tmp_path).look().failed[0].reason) == 3 * run_file.NEAR


def test_times_are_learnt_and_else_what_the_cards_say(tmp_path: Path) -> None:
    store = study(tmp_path)
    view = looked(Watch(tmp_path), tmp_path)
    assert view.outlook.time.known == (
        Store(tmp_path).cards()[0][0].identity.version == "1"  # what is installed has this version
    )
    seal(store, run_of("random-search", "branin", 0), Stop("complete"))
    seal(store, run_of("sobol", "branin", 0), Stop("complete"))
    assert looked(Watch(tmp_path), tmp_path).outlook.time.seconds == pytest.approx(8.0)


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no results of hpobench"):
        show_once(tmp_path)
    assert CliRunner().invoke(app, ["status", str(tmp_path)]).exit_code


def test_runs_in_packs_count_as_those_in_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = three_ended(tmp_path)
    watch, before = Watch(tmp_path), text_of(tmp_path, capsys)
    assert watch.look().done == 3
    pack(store, processes=1)
    assert not store.paths(".jsonl")
    assert text_of(tmp_path, capsys) == before
    seal(store, run_of("sobol", "branin", 1), Stop("complete"))
    assert watch.look().done == 4
