"""Whatever a folder of results holds, reading it runs nothing, and changes nothing outside.

`make test-hostile` reads many folders that a seed alters; `--hostile 5000` reads more of them.
"""

import os
import random
import re
import signal
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copytree

import hostile
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from sketches import sketching
from watched import watching

from hpobench import frame
from hpobench.commands import cli
from hpobench.commands.console import plain
from hpobench.errors import InputError
from hpobench.exchange import table_files
from hpobench.exchange.known import results_in
from hpobench.store import Store, sealed_json
from hpobench.store.file_names import file_name, same
from hpobench.store.sealed_json import DamageError

FEW = 10
LIMIT = 300
"""The seconds that reading a folder may take, on a machine that does much else."""
Read = Callable[[Path, Path], object]


def typed(*words: str) -> Read:
    """Return what types a command about a folder, with another folder for what it writes."""

    def read(folder: Path, output: Path) -> int:
        places = {"FOLDER": str(folder), "OUTPUT": str(output)}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["hpobench", *(places.get(each, each) for each in words)])
            with pytest.raises(SystemExit) as end:
                cli.main()
        assert end.value.code in (None, 0, 1, 2)
        return int(end.value.code or 0)

    return read


def tabled(*, runs: bool) -> Read:
    """Return what reads a folder as a table of pandas."""

    def read(folder: Path, _: Path) -> None:
        with suppress(InputError):
            frame(folder, runs=runs)

    return read


REPORTS: Sequence[Read] = (
    typed("report", "FOLDER", "--output", "OUTPUT"),
    typed("report", "FOLDER"),
    typed("report", "FOLDER", "--paper", "--each", "--output", "OUTPUT"),
    typed("report", "FOLDER", "-s", "successive-halving", "-s", "random-search", "--check"),
)
"""They take longer than all else, and are left out where few folders are read."""
READS: Sequence[Read] = (
    *REPORTS,
    typed("export", "FOLDER", "--to", "csv", "--output", "OUTPUT"),
    typed("export", "FOLDER", "--to", "parquet", "--output", "OUTPUT"),
    typed("export", "FOLDER", "--to", "ioh", "--output", "OUTPUT"),
    typed("export", "FOLDER", "--to", "coco", "--output", "OUTPUT"),
    typed("pack", "FOLDER"),
    tabled(runs=False),
    tabled(runs=True),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "base"
    hostile.base(folder)
    plt.figure()  # it makes its folder for settings, and looks for fonts
    plt.close()
    return folder


@contextmanager
def limited() -> Generator[None]:
    """Raise TimeoutError where the block takes longer than LIMIT."""

    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.filterwarnings("ignore")  # numbers may be so large that sums of them overflow
def test_no_altered_folder_is_more_than_read(
    base: Path, tmp_path: Path, request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]
) -> None:
    count = int(request.config.getoption("--hostile") or 0)
    reads = READS if count > FEW else READS[len(REPORTS) :]
    for seed in range(count):
        luck = random.Random(seed)
        within = tmp_path / str(seed)
        copytree(base, within / "results")
        done = hostile.altered(within / "results", luck)
        for number, read in enumerate(luck.sample(reads, 1 if count > FEW else 2)):
            said = f"folder {seed}, read by {READS.index(read)}: {done}"
            with sketching(), limited(), watching(within) as watch:
                try:
                    read(within / "results", within / f"output-{number}")
                except Exception as error:
                    raise AssertionError(said) from error
            assert watch.seen == [], said
        assert not list(tmp_path.rglob(hostile.CANARY)), done
        shown = capfd.readouterr()
        assert not re.search(r"[^\n -~\u00a0-\uffff]|\u202e", shown.out + shown.err), done
        assert_harmless(within)


def assert_harmless(folder: Path) -> None:
    """Check that no page, paper or table in a folder would do what a name in it says."""
    for path in folder.rglob("output-*/**/*"):
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8")
            assert "<img src=x" not in text
            assert "<svg onload" not in text
            assert "<script>alert" not in text
            assert 'href="javascript:' not in text
        elif path.suffix == ".tex":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\\write18|\\input\{/|\^\^5c|\\immediate", text)
        elif path.suffix == ".csv":
            cells = re.split(r"[,\n]", path.read_text(encoding="utf-8"))
            assert not [each for each in cells if re.match(r'"?(=cmd|\+1\+1|@SUM|-2\+3)', each)]


LINKS = (
    "runs", "cards", "sessions", "damaged", "retried", "report", "export", "results.json",
    "results.tmp", ".holder", ".lock", "runs/branin", "runs/branin/random-search",
    "runs/branin/random-search/9-0123456789abcdef.jsonl", "cards/0123456789abcdef.json",
    "sessions/20260101.json", "report/index.html", "report/figures", "damaged/runs",
)  # fmt: skip


@pytest.mark.parametrize("name", LINKS)
def test_a_link_that_leads_out_of_the_folder_is_refused_and_not_followed(
    name: str, base: Path, tmp_path: Path
) -> None:
    folder, outside = tmp_path / "results", tmp_path / "outside"
    copytree(base, folder)
    outside.mkdir()
    (outside / "file").write_text("mine", encoding="utf-8")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.rename(tmp_path / "moved")
    path.symlink_to(outside / ("file" if path.suffix or name[0] == "." else ""))
    with pytest.raises(InputError, match=r"links that lead out of it|no results of hpobench"):
        results_in(folder)
    with pytest.raises(InputError), Store(folder).writing(hostile.BUDGET, 1):
        pass
    assert [each.name for each in outside.iterdir()] == ["file"]
    assert (outside / "file").read_text(encoding="utf-8") == "mine"


def test_a_link_within_the_folder_is_no_reason_to_refuse_it(base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    copytree(base, folder)
    (folder / "cards").rename(folder / "damaged")
    (folder / "cards").symlink_to(folder / "damaged")
    assert len(results_in(folder).cards()[0]) == 2


def test_a_file_that_is_too_large_is_named_and_not_read(base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    copytree(base, folder)
    store = Store(folder)
    for path in (store.paths(".jsonl")[0], next((folder / "cards").iterdir())):
        with path.open("r+b") as file:
            file.truncate(sealed_json.LARGEST + 1)  # it takes no room on the disk
        with pytest.raises(DamageError, match="is larger than 2,147,483,648 bytes"):
            sealed_json.bytes_of(path)
    assert len(list(store.finished())) == 11
    assert len(store.notices) == 1


BOMBS = {
    "a budget of a hundred million digits": ("/run/budget", '"1e99999999"'),
    "a budget over nothing": ("/run/budget", '"1/0"'),
    "a seed that no array holds": ("/run/seed", "9" * 400),
    "a name that is a list": ("/run/strategy/name", "[1]"),
    "a path": ("/run/strategy/path", '"/evil.py"'),
    "depth": ("/run/problem/version", "[" * 100_000 + "]" * 100_000),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_header_that_would_take_all_time_or_memory_is_refused(
    kind: str, base: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "results"
    copytree(base, folder)
    store = Store(folder)
    place, value = BOMBS[kind]
    hostile.put(store.paths(".jsonl")[0], place, value)
    with limited():
        assert len(list(store.finished())) == 11
    assert len(store.notices) == 1
    assert store.notices[0].isprintable()


@pytest.mark.parametrize("name", hostile.NAMES)
def test_no_name_leaves_its_folder_on_any_system(name: str, tmp_path: Path) -> None:
    made = file_name(name)
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f]', made)
    assert not re.fullmatch(r"(?i)(con|nul|aux|prn|com\d|lpt\d)(\..*)?", made)
    assert len(made.encode()) <= 121
    assert not made.endswith((".", " "))
    assert (tmp_path / made / "x").resolve().is_relative_to(tmp_path)
    assert made not in {"..", "."}


def test_names_that_some_systems_take_for_the_same_are_the_same_there_alone(tmp_path: Path) -> None:
    (tmp_path / "Asha").mkdir()
    (tmp_path / "Asha" / "x").touch()
    (tmp_path / "asha").symlink_to(tmp_path / "Asha")  # as a system does that ignores case
    assert same(tmp_path / "Asha" / "x", tmp_path / "asha" / "x")
    (tmp_path / "ASHA").mkdir()
    (tmp_path / "ASHA" / "x").touch()
    assert not same(tmp_path / "Asha" / "x", tmp_path / "ASHA" / "x")
    assert file_name("e\u0301") == file_name("é")


@pytest.mark.parametrize("name", hostile.NAMES)
def test_no_name_steers_a_terminal(name: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e\ud800]", plain(name))


def test_an_unprintable_name_is_no_name_of_ours(base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    copytree(base, folder)
    hostile.renamed(folder, "random-search", "\x1b]0;x\x07")
    store = Store(folder)
    assert len(list(store.finished())) == 6
    assert len(store.cards()[0]) == 1
    assert all(each.isprintable() for each in store.notices)
    assert os.listdir(tmp_path) == ["results"]  # noqa: PTH208  # names alone


def test_no_text_of_an_export_is_a_formula(base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    copytree(base, folder)
    hostile.renamed(folder, "random-search", "=cmd|'/C calc'!A0")
    hostile.renamed(folder, "branin", "@SUM(A1)")
    store = Store(folder)
    assert len(list(store.finished())) == 12
    table_files.export_to(store, tmp_path / "tables", "csv")
    for name in ("runs", "trials"):
        text = (tmp_path / "tables" / f"{name}.csv").read_text(encoding="utf-8")
        assert "'=cmd|'/C calc'!A0" in text
        assert not re.search(r'(^|,)"?[=@]', text, re.MULTILINE)
    table_files.export_to(store, tmp_path / "tables", "parquet")
    exact = pd.read_parquet(tmp_path / "tables" / "runs.parquet")
    assert "=cmd|'/C calc'!A0" in set(exact["strategy"])
