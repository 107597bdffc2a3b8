"""Whatever is altered in a folder of results is found: nothing is read as good and different.

How many bits are flipped is 100, or what HPOBENCH_FLIPS says.
"""

import json
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from performing import planned
from unreadable import fail_to_read

from hpobench import Identity, Run
from hpobench.cards.card import ProblemCard, StrategyCard
from hpobench.commands.cleaning import clean_and_say
from hpobench.commands.status_screen import show_once
from hpobench.errors import InputError
from hpobench.experiment.one_run import perform_run
from hpobench.registry import find_problems, find_strategies
from hpobench.registry.describing import problem_card, strategy_card
from hpobench.store import Store, run_file, sealed_json
from hpobench.store.merging import merge
from hpobench.store.packing import pack, unpack
from hpobench.store.run_lines import Chain

FLIPS = int(os.environ.get("HPOBENCH_FLIPS", "100"))
RUNS = [
    planned("random-search", "branin", 0, budget=4),
    planned("random-search", "branin", 1, budget=4),
    planned("random-search", "hartmann-6-epochs", 0, budget=4),
    planned("successive-halving", "branin", 0, budget=4),
    planned("successive-halving", "hartmann-6-epochs", 0, budget=4),
]


Reader = Callable[[Store], dict[Run, object]]


def records(store: Store) -> dict[Run, object]:
    """Read runs as trackers do."""
    return {each.run: (each.stop, each.records) for each in store.outcomes()}


def columns(store: Store) -> dict[Run, object]:
    """Read runs as reports do."""
    return {
        each.run: (
            each.stop,
            [column.tolist() for column in (each.values, each.scores, each.costs)],
            each.ask_seconds.tolist(),
            each.errors,
            each.incumbent,
        )
        for each in store.finished(configured=True)
    }


@pytest.fixture(params=[records, columns])
def read(request: pytest.FixtureRequest) -> Reader:
    reader: Reader = request.param
    return reader


@dataclass(frozen=True)
class Contents:
    """All that is read from a folder of results."""

    outcomes: dict[Run, object]
    cards: dict[Identity, StrategyCard | ProblemCard]
    sessions: list[object]
    mark: object


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damage") / "results"
    store = Store(folder)
    with store.writing(RUNS[0].budget, 1):
        for run in RUNS:
            perform_run(run, folder)
        for spec in ("random-search", "successive-halving"):
            store.put_card(strategy_card(find_strategies(spec)[0]))
        for spec in ("branin", "hartmann-6-epochs"):
            store.put_card(problem_card(find_problems(spec)[0]))
        store.put_session("20260101T000000Z-ab", {"began": "2026", "runs": 8, "seconds": 1.5})
    return folder


def contents(folder: Path, read: Reader) -> tuple[Contents, list[str]]:
    """Read a folder as a report or a tracker does, and as the next session does."""
    store = Store(folder)
    outcomes = read(store)
    strategies, problems = store.cards()
    cards: dict[Identity, StrategyCard | ProblemCard] = {c.identity: c for c in strategies}
    cards |= {card.identity: card for card in problems}
    sessions = list[object](store.sessions())
    with store.writing(RUNS[0].budget, 1):
        mark = (folder / "results.json").read_bytes()
    return Contents(outcomes, cards, sessions, mark), store.notices


def agrees(found: Contents, right: Contents, lost: int) -> bool:
    """Tell whether all that is read is right, with at most some parts missing."""
    outcomes = found.outcomes.items() <= right.outcomes.items()
    cards = found.cards.items() <= right.cards.items()
    sessions = all(each in right.sessions for each in found.sessions)
    missing = sum(
        (
            len(right.outcomes) - len(found.outcomes),
            len(right.cards) - len(found.cards),
            len(right.sessions) - len(found.sessions),
        )
    )
    return outcomes and cards and sessions and found.mark == right.mark and missing <= lost


def files(folder: Path) -> list[Path]:
    """Return the runs, cards, sessions and the mark that are read."""
    return sorted([*folder.glob("runs/*/*/*"), *folder.glob("*/*.json"), folder / "results.json"])


def flipped(data: bytes, luck: random.Random) -> bytes:
    place, bit = luck.randrange(len(data)), 1 << luck.randrange(8)
    return data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]


def test_no_flipped_bit_changes_what_is_read_unnoticed(
    results: Path, tmp_path: Path, read: Reader
) -> None:
    folder = tmp_path / "results"
    copytree(results, folder)
    right, notices = contents(folder, read)
    assert notices == []
    assert len(right.outcomes) == len(RUNS)
    luck = random.Random(0)
    for number in range(FLIPS):
        path = luck.choice(files(folder))
        data = path.read_bytes()
        path.write_bytes(flipped(data, luck))
        found, notices = contents(folder, read)
        where = f"flip {number} of {path.name}"
        assert agrees(found, right, lost=len(notices)), where
        assert len(notices) <= 1, where
        path.write_bytes(data)


def lines(change: Callable[[list[bytes], random.Random], None]) -> Callable[..., bytes]:
    def damage(data: bytes, luck: random.Random) -> bytes:
        rows = data.splitlines(keepends=True)
        change(rows, luck)
        return b"".join(rows)

    return damage


DAMAGE: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "emptied": lambda data, luck: data[:0],
    "cut": lambda data, luck: data[: luck.randrange(len(data) - 1)],
    "beheaded": lambda data, luck: data[luck.randrange(1, len(data)) :],
    "zeroed": lambda data, luck: bytes(len(data)),
    "a block zeroed": lambda data, luck: data[:40] + bytes(32) + data[72:],
    "doubled": lambda data, luck: data + data,
    "continued": lambda data, luck: data + b"{}\n",
    "noise": lambda data, luck: luck.randbytes(len(data)),
    "a line lost": lines(lambda rows, luck: rows.pop(luck.randrange(len(rows)))),  # type: ignore[arg-type]  # what it takes out is of no use
    "a line twice": lines(lambda rows, luck: rows.insert(1, rows[0])),
    "lines swapped": lines(lambda rows, luck: rows.insert(0, rows.pop())),
    "a digit changed": lambda data, luck: data.replace(b"1", b"7", 1),
    "a sign changed": lambda data, luck: data.replace(b":", b":-", 1),
    "other JSON": lambda data, luck: b'{"a": 1}\n',
    "no object": lambda data, luck: b"[]\n",
    "deep": lambda data, luck: b"[" * 100_000,
    "not UTF-8": lambda data, luck: b"\xff\xfe" + data,
    "a folder's": lambda data, luck: b"\x00",
    "a carriage return": lambda data, luck: data.replace(b"\n", b"\r", 1),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_no_kind_of_damage_changes_what_is_read_unnoticed(
    results: Path, tmp_path: Path, read: Reader, kind: str
) -> None:
    folder = tmp_path / "results"
    copytree(results, folder)
    right, _ = contents(folder, read)
    luck = random.Random(kind)
    for path in files(folder):
        data = path.read_bytes()
        path.write_bytes(DAMAGE[kind](data, luck))
        found, notices = contents(folder, read)
        assert agrees(found, right, lost=1), path
        if found != right:
            assert len(notices) == 1, path
        path.write_bytes(data)


def test_a_pipe_in_place_of_a_file_is_set_aside_and_not_waited_for(
    results: Path, tmp_path: Path, read: Reader
) -> None:
    folder = tmp_path / "results"
    copytree(results, folder)
    right, _ = contents(folder, read)
    for path in files(folder):
        kept = path.rename(tmp_path / "kept")
        os.mkfifo(path)
        found, notices = contents(folder, read)
        assert agrees(found, right, lost=1), path
        assert len(notices) == 1, path
        kept.rename(path)


def test_a_file_that_can_not_be_read_now_is_left_out_and_stays_where_it_is(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copytree(results, tmp_path / "copy")
    store = Store(tmp_path / "copy")
    path = store.path(RUNS[0]).with_suffix(run_file.SEALED)
    with monkeypatch.context() as patched:
        fail_to_read(patched, path)
        assert {each.run for each in store.outcomes()} == set(RUNS[1:])
        assert perform_run(RUNS[0], store.folder).status == "incomplete"
    assert store.notices == [f"{path} can't be read: Input/output error; it is left out"]
    assert {each.run for each in Store(store.folder).outcomes()} == set(RUNS)


@pytest.mark.parametrize("name", ["results.json", "packs/retried.json"])
def test_no_command_goes_on_where_what_all_depends_on_can_not_be_read_now(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = Path(copytree(results, tmp_path / "copy"))
    pack(Store(folder), processes=1)
    Store(folder).packs.leave_out(RUNS[0])
    whole, before = copytree(results, tmp_path / "whole"), (folder / name).read_bytes()

    def begun() -> None:
        with (store := Store(folder)).writing(RUNS[0].budget, 1):
            store.is_sealed(RUNS[0])

    fail_to_read(monkeypatch, folder / name)
    commands: tuple[Callable[[], object], ...] = (
        lambda: show_once(folder),
        lambda: clean_and_say(folder, superseded=False, asks=False),
        lambda: merge([folder], tmp_path / "new"),
        lambda: merge([whole], folder),
        lambda: pack(Store(folder), processes=1),
        begun,
    )
    for command in commands:
        with pytest.raises(InputError, match=f"{name} can't be read: Input/output error"):
            command()
    assert not (tmp_path / "new").exists()
    assert (folder / name).read_bytes() == before


def test_status_tells_of_a_damaged_mark(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(copytree(results, tmp_path / "copy"))
    (folder / "results.json").write_text("{}")
    show_once(folder)
    assert "results.json is torn or was altered" in " ".join(capsys.readouterr().out.split())
    assert (folder / "results.json").read_text() == "{}"


def test_newlines_that_a_checkout_on_windows_has_turned_are_no_damage(
    results: Path, tmp_path: Path, read: Reader
) -> None:
    copytree(results, tmp_path / "copy")
    store, whole = Store(tmp_path / "copy"), Store(results)
    for path in (path for path in store.folder.rglob("*.json*") if path.is_file()):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    sealed = store.path(RUNS[0]).with_suffix(run_file.SEALED)
    same = run_file.digest(sealed)
    assert read(store) == read(whole)
    assert store.marked() == whole.marked()
    assert (store.cards(), store.sessions()) == (whole.cards(), whole.sessions())
    pack(store, processes=1)
    assert read(store) == read(whole)
    unpack(store)
    assert read(store) == read(whole)
    cut = sealed.read_bytes().splitlines(keepends=True)[:3]
    sealed.unlink()
    store.path(RUNS[0]).with_suffix(run_file.PART).write_bytes(b"".join(cut) + b'{"id":2\r')
    assert perform_run(RUNS[0], store.folder).status == "complete"
    assert run_file.digest(sealed) == same
    assert read(store).keys() == set(RUNS)
    assert store.notices == []


def test_a_damaged_run_alone_is_run_again_to_the_same_digest(results: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    copytree(results, folder)
    store, luck = Store(folder), random.Random(1)
    before = {path: run_file.digest(path) for path in store.paths(run_file.SEALED)}
    path = luck.choice(sorted(before))
    path.write_bytes(flipped(path.read_bytes(), luck))
    assert len(list(store.outcomes())) == len(RUNS) - 1
    left = [run for run in RUNS if not store.is_sealed(run)]
    assert [store.path(run).with_suffix(run_file.SEALED) for run in left] == [path]
    with store.writing(RUNS[0].budget, 1):
        perform_run(left[0], folder)
    assert {path: run_file.digest(path) for path in store.paths(run_file.SEALED)} == before


def test_an_unfinished_run_that_is_damaged_is_begun_anew(results: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    copytree(results, folder)
    store, luck = Store(folder), random.Random(2)
    for run in RUNS:
        sealed = store.path(run).with_suffix(run_file.SEALED)
        digest = run_file.digest(sealed)
        part = sealed.rename(sealed.with_suffix(run_file.PART))
        data = b"".join(part.read_bytes().splitlines(keepends=True)[:-1])
        part.write_bytes(flipped(data[:-1], luck) + b"\n")
        done = perform_run(run, folder)
        assert done.status != "failed"
        assert run_file.digest(sealed) == digest
        assert "is torn or was altered" in done.notices[0]


def rewritten(line: int, change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    """Return what changes a line of a run's file, and puts all hashes right."""

    def rewrite(data: bytes) -> bytes:
        rows = [json.loads(row) for row in data.splitlines()]
        change(rows[line])
        chain, written = Chain(), list[bytes]()
        for row in rows:
            facts = {key: each for key, each in row.items() if key not in {"measured", "hash"}}
            if "digest" in facts:
                facts["digest"] = chain.digest({k: v for k, v in facts.items() if k != "digest"})
            written.append(chain.line(facts, row["measured"]))
        return b"".join(written)

    return rewrite


def without(key: str) -> Callable[[dict[str, Any]], None]:
    def remove(content: dict[str, Any]) -> None:
        del content[key]

    return remove


OTHER_FORMATS = {
    "an earlier header": (rewritten(0, lambda row: row.update(hpobench=1)), "it is of format 1"),
    "no run": (rewritten(0, without("run")), "line 1 has no key 'run'"),
    "no values": (rewritten(1, without("values")), "line 2 has no key 'values'"),
    "no proposal": (rewritten(2, without("proposal")), "line 3 has no key 'proposal'"),
    "another proposal": (rewritten(1, lambda row: row.update(proposal=[0.1])), "can't be read"),
    "no count": (rewritten(-1, without("count")), "has no key 'count'"),
}


@pytest.mark.parametrize("kind", OTHER_FORMATS)
def test_a_run_of_another_format_is_left_out_and_stays_where_it_is(
    results: Path, tmp_path: Path, read: Reader, kind: str
) -> None:
    folder = tmp_path / "results"
    copytree(results, folder)
    right, _ = contents(folder, read)
    path = Store(folder).path(RUNS[0]).with_suffix(run_file.SEALED)
    rewrite, reason = OTHER_FORMATS[kind]
    content = rewrite(path.read_bytes())
    path.write_bytes(content)
    found, (notice,) = contents(folder, read)
    assert agrees(found, right, lost=1)
    assert f"{path} was written by another version of hpobench, not in format 2: " in notice
    assert reason in notice
    assert notice.endswith("; make its runs again in a new folder; it is left out")
    assert path.read_bytes() == content
    part = path.rename(path.with_suffix(run_file.PART))
    done = perform_run(RUNS[0], folder)
    assert done.status == "incomplete"
    assert f"{part} was written by another version" in done.detail
    assert part.read_bytes() == content


@pytest.mark.parametrize("key", ["kind", "identity", "fidelity", "about", "instances"])
def test_a_card_of_another_format_is_left_out_and_stays_where_it_is(
    results: Path, tmp_path: Path, key: str
) -> None:
    folder = tmp_path / "results"
    copytree(results, folder)
    for path in (folder / "cards").iterdir():
        content = sealed_json.read(path)
        content.pop(key, None)
        sealed_json.write(path, content)
    store = Store(folder)
    strategies, problems = store.cards()
    lost = 4 - len(strategies) - len(problems)
    assert lost == len(store.notices) > 0
    assert all(f"has no key '{key}'" in notice for notice in store.notices)
    assert len(list((folder / "cards").iterdir())) == 4


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ({"hpobench": 1, "budget": "4", "workers": 1}, "it is of format 1"),
        ({"budget": "4", "workers": 1}, "it has no key 'hpobench'"),
        ({"hpobench": 2, "budget": "many", "workers": 1}, "it can't be read"),
    ],
)
def test_a_folder_of_another_format_is_refused_and_nothing_in_it_changes(
    results: Path, tmp_path: Path, mark: Mapping[str, object], reason: str
) -> None:
    folder = tmp_path / "results"
    copytree(results, folder)
    sealed_json.write(folder / "results.json", mark)
    before = {path: path.read_bytes() for path in files(folder)}
    with pytest.raises(InputError, match=reason):
        Store(folder).check(new=False)
    with pytest.raises(InputError, match=reason), Store(folder).writing(RUNS[0].budget, 1):
        pass
    assert {path: path.read_bytes() for path in files(folder)} == before
