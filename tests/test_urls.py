"""Results at a URL: what sessions hand in, what others fetch, and what a kill or a tear leaves.

Here the URL is a dictionary; `tests/cluster` has the tests with fsspec and with a server for S3.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from cards import problem_card, strategy_card
from dask_double import InProcess
from performing import planned

from hpobench import Run
from hpobench.commands import places, reporting, session
from hpobench.commands import running as run_command
from hpobench.commands.export import export
from hpobench.commands.places import folder_to_read, handing_in, mirror_at
from hpobench.commands.status_screen import show_json, show_until_done
from hpobench.commands.verifying import Asked, verify_and_say
from hpobench.errors import InputError
from hpobench.experiment import Experiment
from hpobench.experiment.one_run import perform_run
from hpobench.experiment.perform import Progress
from hpobench.store import Store, run_file
from hpobench.store.contents import check_output
from hpobench.store.remote import bucket
from hpobench.store.remote.address import only_folder, url_of
from hpobench.store.remote.bucket import RemoteFiles
from hpobench.store.remote.mirror import Mirror, folder_for


class Dictionary:
    """Files at no URL at all; a put may fail, or be torn."""

    url = "made://up"

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.puts = list[str]()
        self.refused: Callable[[str], bool] = lambda _: False

    def sizes(self) -> dict[str, int]:
        return {name: len(data) for name, data in self.files.items()}

    def get(self, name: str) -> bytes:
        return self.files[name]

    def put(self, name: str, path: Path) -> None:
        if self.refused(name):
            raise InputError(f"{self.url} can't be used: on purpose")
        self.puts.append(name)
        self.files[name] = path.read_bytes()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which six runs were made."""
    folder = tmp_path_factory.mktemp("made")
    for run in runs():
        perform_run(run, folder)
    return folder


def runs() -> list[Run]:
    return [planned("random-search", "branin", seed, 2) for seed in range(6)]


def work(mirror: Mirror, made: Path, wanted: Sequence[Run], session: str) -> Store:
    """Do what a session does in a mirror: it makes runs, says who it is, and hands in."""
    store = Store(mirror.folder)
    mirror.begin()
    with store.writing(wanted[0].budget, 1), mirror.kept(store):
        make(store, made, wanted)
        store.put_session(session, {"runs": len(wanted)})
    return store


def make(store: Store, made: Path, wanted: Sequence[Run]) -> None:
    """Put runs that were made before into a store, unless they are there."""
    for run in wanted:
        if not store.is_sealed(run):
            path = store.path(run).with_suffix(run_file.SEALED)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(Store(made).path(run).with_suffix(run_file.SEALED).read_bytes())


def seeds(store: Store) -> list[int]:
    return [each.run.seed for each in store.finished()]


def test_two_sessions_at_once_hand_in_what_each_has_made(made: Path, tmp_path: Path) -> None:
    shared = Dictionary()
    one, two = (Mirror(shared, tmp_path / name) for name in ("one", "two"))
    first, second = Store(one.folder), Store(two.folder)
    one.begin()
    two.begin()
    with (
        first.writing(runs()[0].budget, 1),
        second.writing(runs()[0].budget, 1),
        one.kept(first),
        two.kept(second),
    ):
        make(first, made, runs()[:3])
        make(second, made, runs()[3:])
    assert len([name for name in shared.files if name.startswith("packs/")]) == 2
    three = work(Mirror(shared, tmp_path / "three"), made, runs(), "three")
    assert seeds(three) == [0, 1, 2, 3, 4, 5]
    assert three.paths(run_file.SEALED) == []
    assert len([name for name in shared.files if name.startswith("packs/")]) == 2  # none was made
    outcomes = {each.run: each for each in Store(made).outcomes()}
    assert {each.run: each for each in three.outcomes()} == outcomes


def test_a_session_that_was_killed_has_lost_nothing_that_its_mirror_has(
    made: Path, tmp_path: Path
) -> None:
    """It is killed before its pack was put, and after that, but before files were removed."""
    shared = Dictionary()
    mirror = Mirror(shared, tmp_path / "mirror")
    shared.refused = lambda name: name.startswith("packs/")
    with pytest.raises(InputError, match="on purpose"):
        work(mirror, made, runs()[:3], "one")
    assert "results.json" not in shared.files
    shared.refused = lambda name: name.startswith("sessions/")
    with pytest.raises(InputError, match="on purpose"):
        work(mirror, made, runs()[:3], "one")
    assert len(Store(mirror.folder).paths(run_file.SEALED)) == 3
    shared.refused = lambda _: False
    store = work(mirror, made, runs()[:4], "two")
    assert seeds(store) == [0, 1, 2, 3]
    assert store.paths(run_file.SEALED) == []
    assert sorted(name.partition("/")[0] for name in shared.files) == [
        *("packs", "packs", "results.json", "sessions", "sessions")
    ]
    shared.puts.clear()
    work(mirror, made, runs()[:4], "two")
    assert shared.puts == []


def test_a_torn_pack_is_left_out_until_it_is_put_again(made: Path, tmp_path: Path) -> None:
    shared = Dictionary()
    mine = Mirror(shared, tmp_path / "mine")
    work(mine, made, runs()[:2], "one")
    (name,) = (name for name in shared.files if name.startswith("packs/"))
    whole = shared.files[name]
    shared.files[name] = whole[:100]
    other = Mirror(shared, tmp_path / "other")
    store = Store(other.folder)
    other.read(store)
    assert seeds(store) == []
    assert store.notices == [
        f"made://up/{name} is left out: it is torn or was altered: {torn(store)}"
    ]
    work(mine, made, runs()[:2], "one")
    assert shared.files[name] == whole
    other.read(store)
    assert seeds(store) == [0, 1]


def test_a_pack_of_other_bytes_is_left_out_until_it_is_removed(made: Path, tmp_path: Path) -> None:
    shared = Dictionary()
    mine, other = (Mirror(shared, tmp_path / name) for name in ("mine", "other"))
    work(mine, made, runs()[:2], "one")
    (name,) = (name for name in shared.files if name.startswith("packs/"))
    shared.files[name] = shared.files[name].replace(b"branin", b"branim", 1)
    store = work(other, made, runs()[1:3], "two")  # which makes what it can't read, too
    assert seeds(store) == [1, 2]
    assert store.notices[0].startswith(f"made://up/{name} is left out: it is torn or was altered")
    del shared.files[name]
    work(mine, made, runs()[:2], "one")
    store = Store(other.folder)
    other.read(store)
    assert (seeds(store), store.notices) == ([0, 1, 2], [])


def torn(store: Store) -> str:
    return store.notices[0].partition("altered: ")[2]


def test_runs_that_contradict_those_handed_in_are_refused_by_name(
    made: Path, tmp_path: Path
) -> None:
    shared = Dictionary()
    work(Mirror(shared, tmp_path / "one"), made, runs()[:1], "one")
    mirror = Mirror(shared, tmp_path / "two")
    store = Store(mirror.folder)
    with store.writing(runs()[0].budget, 1):  # it makes the run before it knows of the other
        path = store.path(runs()[0]).with_suffix(run_file.SEALED)
        path.parent.mkdir(parents=True)
        text = Store(made).path(runs()[0]).with_suffix(run_file.SEALED).read_bytes()
        path.write_bytes(text.replace(b'"digest":"', b'"digest":"0'))
        with pytest.raises(InputError, match=f"contradict.*{path.name}"):
            mirror.hand_in(store)


def test_a_mirror_takes_nothing_that_belongs_elsewhere(made: Path, tmp_path: Path) -> None:
    shared = Dictionary()
    work(Mirror(shared, tmp_path / "one"), made, runs()[:1], "one")
    for name in ("packs/../../up.parquet", "up.json", "runs/a/b/c.jsonl", "cards/.hidden.json"):
        shared.files[name] = b"{}"
    shared.files["sessions/grown.json"] = b"{}"
    mirror = Mirror(shared, tmp_path / "two")
    mirror.read(Store(mirror.folder))
    there = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert not there & {"up.parquet", "up.json", "c.jsonl", ".hidden.json"}
    assert (mirror.folder / "sessions" / "grown.json").read_bytes() == b"{}"
    shared.files["sessions/grown.json"] = b'{"more": 1}'
    mirror.read(Store(mirror.folder))
    assert (mirror.folder / "sessions" / "grown.json").read_bytes() == b'{"more": 1}'


def test_runs_of_another_budget_do_not_belong_there(made: Path, tmp_path: Path) -> None:
    shared = Dictionary()
    work(Mirror(shared, tmp_path / "one"), made, runs()[:1], "one")
    with pytest.raises(InputError, match="holds runs of budget 2"):
        work(Mirror(shared, tmp_path / "two"), made, [planned("default", "branin")], "two")


def test_runs_are_handed_in_from_time_to_time(made: Path, tmp_path: Path) -> None:
    shared, now = Dictionary(), [0.0]
    mirror = Mirror(shared, tmp_path / "mirror", lambda: now[0])
    store = Store(mirror.folder)
    mirror.begin()
    closed = list[str]()

    def steps() -> Generator[Progress]:
        try:
            for number, run in enumerate(runs()):
                make(store, made, [run])
                now[0] += [30, 31, 2000, 10, 80, 10][number]
                yield Progress((), ())
        finally:
            closed.append("")

    with store.writing(runs()[0].budget, 1):
        packs = list[int]()
        handed = handing_in(steps(), mirror, store)
        for number, _ in enumerate(handed):
            shared.refused = lambda _, number=number: number == 2  # type: ignore[misc]  # bound
            packs.append(len([name for name in shared.files if name.startswith("packs/")]))
    # After 61 s the first two; after 2 061 s the URL refuses; the next time is 5 % of that later.
    assert packs == [0, 0, 1, 1, 1, 1]
    assert store.notices == [
        f"made://up can't be used: on purpose; what has ended is kept in {mirror.folder}"
    ]
    assert closed == [""]


def test_what_is_typed_is_a_url_or_a_folder() -> None:
    assert url_of(Path("s3://bucket/a/b")) == "s3://bucket/a/b"
    assert url_of(Path("memory://a")) == "memory://a"
    assert url_of(Path("S3://bucket/A")) == "s3://bucket/A"
    assert url_of(Path("file:///tmp/a")) == "file:///tmp/a"
    for folder in ("results", "/home/a", "C:/results", "a:b", "./s3:x"):
        assert url_of(Path(folder)) is None
        assert only_folder(Path(folder)) == Path(folder)
        assert mirror_at(Path(folder)) is None
        assert folder_to_read(Path(folder)) == Path(folder)
    for url in ("sftp://me:secret@host/a", "s3://bucket/a?token=secret"):
        with pytest.raises(InputError, match="must not hold a password") as refused:
            url_of(Path(url))
        assert "secret" not in str(refused.value)
    for chain in ("simplecache::s3://me:secret@bucket/a", "zip://a.zip::gs://bucket/a"):
        with pytest.raises(
            InputError, match=r"^a chain of URLs can't .* without \w.*::$"
        ) as refused:
            mirror_at(Path(chain))
        assert "secret" not in str(refused.value)
    assert url_of(Path("a::b/c")) is None
    with pytest.raises(InputError, match="takes a folder, and no URL: s3://bucket/a"):
        Store(Path("s3://bucket/a")).check(new=True)
    with pytest.raises(InputError, match="takes a folder, and no URL: s3://bucket/a"):
        check_output(Path("a"), Path("s3://bucket/a"), Path("a/report"), "a report")


def test_each_url_and_each_shard_has_a_mirror_of_its_own() -> None:
    where = {folder_for(url, shard) for url in ("s3://a/b", "gs://a/b") for shard in ("", "1/2")}
    assert len(where) == 4
    assert {each.name for each in where} == {"b"}
    assert folder_for("s3://a/b/") == folder_for("s3://a/b")


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dictionary:
    """Return what is at any URL, of which this machine has its mirror in `mirror`."""
    files = Dictionary()
    monkeypatch.setattr(places, "RemoteFiles", lambda _: files)
    monkeypatch.setattr(places, "folder_for", lambda *_: tmp_path / "mirror")
    return files


def test_results_at_a_url_are_read_from_a_mirror(
    made: Path, tmp_path: Path, shared: Dictionary
) -> None:
    with pytest.raises(InputError, match=r"no results .* at made://up: it has no results\.json"):
        folder_to_read(Path("made://up"))
    work(Mirror(shared, tmp_path / "one"), made, runs(), "one")
    assert seeds(Store(folder_to_read(Path("made://up")))) == [0, 1, 2, 3, 4, 5]


def test_what_is_in_the_mirror_alone_is_told_apart_from_the_object(
    made: Path, tmp_path: Path, shared: Dictionary, capsys: pytest.CaptureFixture[str]
) -> None:
    there = Path("made://up")
    mirror = Mirror(shared, tmp_path / "mirror")
    store = work(mirror, made, runs()[:3], "one")
    show_json(there, watched=False)
    assert capsys.readouterr().err == ""
    make(store, made, runs()[3:])  # as a session that was killed leaves them
    shared.files["packs/torn.parquet"] = b"PAR1"
    show_json(there, watched=False)
    said = capsys.readouterr()
    assert json.loads(said.out)["ended"]["complete"] == 6
    assert "not at made://up yet, but in" in said.err
    assert "on this machine: 3 runs" in said.err
    assert "made://up/packs/torn.parquet is left out: it is torn" in said.err


def test_what_one_process_fetches_is_not_in_the_way_of_another(made: Path, tmp_path: Path) -> None:
    shared = Dictionary()
    work(Mirror(shared, tmp_path / "one"), made, runs(), "one")
    mirror = Mirror(shared, tmp_path / "mirrors" / "two")
    mirror.begin()
    for name in ("pack.tmp", "results.tmp"):
        (mirror.folder / name).write_bytes(b"of a session")
    mirror.read(Store(mirror.folder))
    assert (mirror.folder / "pack.tmp").read_bytes() == b"of a session"
    assert (mirror.folder / "results.tmp").read_bytes() == b"of a session"
    assert seeds(Store(mirror.folder)) == [0, 1, 2, 3, 4, 5]
    assert [each.name for each in mirror.folder.parent.iterdir()] == ["two"]


@pytest.mark.skipif(sys.platform == "win32", reason="no folder is taken for abandoned there")
def test_what_a_process_had_fetched_that_was_killed_is_removed_by_the_next_one(
    made: Path, tmp_path: Path
) -> None:
    shared = Dictionary()
    work(Mirror(shared, tmp_path / "one"), made, runs(), "one")
    mirror = Mirror(shared, tmp_path / "mirrors" / "two")
    mirror.folder.parent.mkdir()
    code = (
        "import os, sys; from pathlib import Path;"
        "from hpobench.processes.temporary_folders import HeldFolder;"
        "folder = HeldFolder(Path(sys.argv[1])); (folder.path / 'two').touch(); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code, str(mirror.folder.parent)], check=False)  # noqa: S603  # ours
    assert len(list(mirror.folder.parent.iterdir())) == 1
    mirror.read(Store(mirror.folder))
    assert [each.name for each in mirror.folder.parent.iterdir()] == ["two"]


def test_what_is_made_of_results_at_a_url_is_said_to_be_on_this_machine_alone(
    made: Path,
    tmp_path: Path,
    shared: Dictionary,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = Mirror(shared, tmp_path / "one")
    store = work(one, made, runs(), "one")
    store.put_card(strategy_card("random-search"))
    store.put_card(problem_card("branin"))
    one.hand_in(store)
    monkeypatch.setattr(reporting, "show_report", lambda *_, **__: False)
    there, said = Path("made://up"), list[str]()
    for output in (None, tmp_path / "elsewhere"):
        reporting.make_report(there, output)
        export(there, to="csv", output=output)
        said.append(" ".join(capsys.readouterr().out.split()))
    assert "the report is on this machine alone, in the mirror of made://up;" in said[0]
    assert "`report made://up --output DIR` writes it elsewhere" in said[0]
    assert "`export --to csv made://up --output DIR` writes it elsewhere" in said[0]
    assert "alone" not in said[1]


def test_what_is_at_a_url_is_told_and_certified(
    made: Path, tmp_path: Path, shared: Dictionary, capsys: pytest.CaptureFixture[str]
) -> None:
    there = Path("made://up")
    work(Mirror(shared, tmp_path / "one"), made, runs()[:2], "one")
    show_json(there, watched=False)
    assert json.loads(capsys.readouterr().out)["ended"]["complete"] == 2
    with pytest.raises(InputError, match=r"^--watch takes a folder, and no URL: made://up$"):
        show_until_done(there)
    asked = Asked((), (), sample=1.0, draw=0, jobs=1, isolated=False)
    assert verify_and_say(there, asked) == 0
    assert "Certificate: made://up/certificates/" in capsys.readouterr().out
    other = Store(tmp_path / "other")
    Mirror(shared, other.folder).read(other)
    (certificate,) = other.certificates()
    assert [each.verdict for each in certificate.runs] == ["identical"] * 2


def test_fsspec_is_asked_for_little_and_its_errors_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "find_spec", lambda _: None)
    for url, how in (
        ("s3://a/b", r"pip install .*\[s3\]'"),
        ("gs://a/b", "pip install gcsfs"),
        ("file:///a/b", "pip install fsspec"),
    ):
        with pytest.raises(InputError, match=f"{url} needs fsspec: {how}$"):
            RemoteFiles(url)
    files, made = dict[str, bytes](), set[str]()

    def pipe_file(path: str, data: bytes) -> None:
        if "a/b/c" not in made:
            raise FileNotFoundError(path)
        files[path] = data

    def find(root: str, *, detail: bool) -> dict[str, dict[str, int]]:
        if not made:
            raise FileNotFoundError(root)
        return {path: {"size": len(data)} for path, data in files.items() if detail}

    system = SimpleNamespace(
        pipe_file=pipe_file,
        find=find,
        cat_file=files.__getitem__,
        makedirs=lambda path, **_: made.add(path),
        invalidate_cache=lambda: None,
    )
    fsspec = ModuleType("fsspec")
    vars(fsspec)["core"] = SimpleNamespace(url_to_fs=lambda _: (system, "a/b/"))
    monkeypatch.setitem(sys.modules, "fsspec", fsspec)
    monkeypatch.setattr(bucket, "find_spec", lambda _: True)
    there = RemoteFiles("s3://a/b")
    assert there.sizes() == {}
    (tmp_path / "one").write_bytes(b"one")
    there.put("c/one", tmp_path / "one")
    assert there.sizes() == {"c/one": 3}
    assert there.get("c/one") == b"one"
    with pytest.raises(InputError, match="s3://a/b can't be used: KeyError"):
        there.get("c/two")


def test_the_commands_keep_results_at_a_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shared, there = Dictionary(), Path("made://up")
    monkeypatch.setattr(places, "RemoteFiles", lambda _: shared)
    monkeypatch.setattr(places, "folder_for", lambda _, shard: tmp_path / f"mirror-{shard[:1]}")
    monkeypatch.setattr(run_command, "_reported", lambda session, _: len(session.done))
    experiment = Experiment("one", ("default",), ("branin",), seeds=(0, 1), budget=1)
    monkeypatch.setattr(session, "Pool", InProcess)
    shards = ("1/2", "2/2", "1/2")
    made = [run_command.perform_and_report(experiment, there, 1, shard=each) for each in shards]
    assert made == [1, 1, 0]
    said = " ".join(capsys.readouterr().out.split())
    assert f"results at made://up, mirrored in {tmp_path / 'mirror-1'}" in said
    assert seeds(Store(folder_to_read(there))) == [0, 1]
    with pytest.raises(InputError, match="--retry-failed takes a folder"):
        run_command.perform_and_report(experiment, there, 1, retry_failed=True)
