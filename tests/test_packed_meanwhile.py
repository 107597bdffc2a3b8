"""A folder that another process packs or unpacks while it is read is read whole all the same."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ended import OUTCOMES, results

from hpobench import Run
from hpobench.store import Store, listing
from hpobench.store.aside import Aside
from hpobench.store.listing import Listing
from hpobench.store.packing import pack, unpack
from hpobench.store.run_bytes import RunBytes
from hpobench.store.sealed_json import GoneError
from hpobench.store.sealed_runs import MOST_LISTINGS, SealedRuns

READERS: tuple[Callable[[Store], Iterator[Run]], ...] = (
    lambda store: (each.run for each in store.finished()),
    lambda store: (each.run for each in store.finished(configured=True)),
    lambda store: (each.run for each in store.outcomes()),
    lambda store: (each.run for each in store.tables()),
    lambda store: (each.run for each in store.summaries()),
    lambda store: (each.run for each in store.rows() if each is not None),
)


def packs(folder: Path) -> None:
    pack(Store(folder), processes=1)


def unpacks(folder: Path) -> None:
    unpack(Store(folder))


def packs_again(folder: Path) -> None:
    """Make another pack, as one more run does."""
    unpack(Store(folder))
    path = next((folder / "runs").rglob("*.jsonl"))
    kept = path.rename(folder.parent / "kept")
    pack(Store(folder), processes=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept.rename(path)
    pack(Store(folder), processes=1)


@pytest.fixture(params=[False, True], ids=["files", "packed"])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    made = results(tmp_path / "results")
    if request.param:
        packs(made)
    return made


@pytest.mark.parametrize("reader", range(len(READERS)))
@pytest.mark.parametrize("change", [packs, unpacks, packs_again])
def test_every_run_is_read_once_and_in_order(
    folder: Path, change: Callable[[Path], None], reader: int
) -> None:
    wanted = list(READERS[reader](Store(folder)))
    assert len(wanted) == len(OUTCOMES)
    store = Store(folder, touched=False)
    reading = READERS[reader](store)
    found = [next(reading), next(reading)]
    change(folder)
    assert [*found, *reading] == wanted
    assert store.notices == []


@pytest.mark.parametrize("change", [packs, unpacks])
def test_a_run_that_is_packed_while_the_folder_is_listed_is_not_missed(
    folder: Path, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(folder, touched=False)
    left, listed = [change], SealedRuns.paths

    def paths(runs: SealedRuns, ending: str) -> list[Path]:
        found = listed(runs, ending)
        while left:
            left.pop()(folder)
        return found

    monkeypatch.setattr(SealedRuns, "paths", paths)
    assert len(list(store.finished())) == len(OUTCOMES)


@pytest.mark.parametrize("change", [packs, unpacks])
def test_a_run_that_is_packed_during_a_look_is_counted(
    folder: Path, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    left, found = [change], listing.keys

    def keys(of: Path) -> Iterator[tuple[str, str]]:
        while left:
            left.pop()(folder)
        return found(of)

    monkeypatch.setattr(listing, "keys", keys)
    there = Listing(Store(folder, touched=False))
    there.refresh()
    assert len(there.sealed) == len(OUTCOMES)


def test_a_run_that_always_goes_away_is_an_error_and_no_endless_search(tmp_path: Path) -> None:
    store = Store(results(tmp_path / "results"))
    tries = list[int]()

    def gone(path: Path, _: bytes) -> RunBytes:
        tries.append(1)
        raise GoneError(path, "can't be read: No such file or directory")

    runs = SealedRuns(store.folder, store.packs, Aside(store.folder, [], touched=False))
    with pytest.raises(GoneError):
        list(runs.parsed(gone))
    assert len(tries) == MOST_LISTINGS


def test_a_link_that_leads_nowhere_is_damaged_and_not_searched_for(tmp_path: Path) -> None:
    folder = results(tmp_path / "results")
    path = next((folder / "runs").rglob("*.jsonl"))
    shutil.move(path, tmp_path / "moved")
    path.symlink_to(folder / "runs" / "nothing")
    store = Store(folder, touched=False)
    assert len(list(store.finished())) == len(OUTCOMES) - 1
    assert len(store.notices) == 1
