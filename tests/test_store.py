"""The folder of results: which process may write it, and which files may lie in it."""

import json
import subprocess
import sys
import threading
from fractions import Fraction
from pathlib import Path

import pytest
from cards import problem_card, strategy_card

from hpobench import Fidelity, Identity, Run
from hpobench.cards.card import Anchors
from hpobench.errors import InputError
from hpobench.store import Store
from hpobench.store.run_file import RunFile
from hpobench.trial import Stop

BUDGET = Fraction(5)
STRATEGY = strategy_card(
    "asha:eta=4",
    summary="Halves.",
    citation="A paper.",
    plans_for_budget=True,
    fields={"eta": 4, "low": None},
)
PROBLEM = problem_card(
    "branin",
    summary="A valley.",
    citation="A book.",
    dimensions={"float": 2},
    fidelity=Fidelity(1, 9),
    instances=30,
    optimum=0.4,
    anchors_version="1",
    value_anchors=(Anchors(0.4, 9.0, (1, 2), (9.0, 7.5)),),
    score_anchors=(Anchors(0.4, 9.0),),
)


def a_run(seed: int = 0, strategy: str = "asha:eta=4") -> Run:
    return Run(Identity(strategy, "1"), Identity("branin", "1"), seed, BUDGET)


def seal(store: Store, run: Run) -> None:
    with RunFile(store.path(run), run) as file:
        file.seal(Stop("exhausted"), 0, {})


def test_a_run_is_found_by_its_identity(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        seal(store, a_run(3))
    assert store.is_sealed(a_run(3))
    assert not store.is_sealed(a_run(4))
    assert not store.is_sealed(a_run(3, "asha"))
    assert [outcome.run for outcome in store.outcomes()] == [a_run(3)]


@pytest.mark.parametrize(
    "other",
    [
        Run(Identity("asha:eta=4", "2"), Identity("branin", "1"), 3, BUDGET),
        Run(Identity("asha:eta=4", "1"), Identity("branin", "2"), 3, BUDGET),
        Run(Identity("asha:eta=4", "1"), Identity("branin", "1"), 3, BUDGET * 2),
        Run(Identity("asha:eta=4", "1"), Identity("branin", "1"), 3, BUDGET, 4),
    ],
)
def test_a_changed_identity_is_another_run(tmp_path: Path, other: Run) -> None:
    store = Store(tmp_path)
    assert store.path(a_run(3)) != store.path(other)


def test_a_file_is_named_for_people(tmp_path: Path) -> None:
    path = Store(tmp_path).path(a_run(3))
    assert path.parts[-4:-1] == ("runs", "branin", "asha_eta=4")
    assert path.name.startswith("3-")


def test_cards_and_sessions_come_back(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        store.put_card(STRATEGY)
        store.put_card(PROBLEM)
        store.put_session("20260101T000000Z-ab", {"runs": 3})
    assert store.cards() == ([STRATEGY], [PROBLEM])
    assert store.sessions() == [{"id": "20260101T000000Z-ab", "runs": 3}]


def test_a_card_replaces_the_older_card_of_its_identity(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        store.put_card(strategy_card(STRATEGY.identity.name, summary="Old."))
        store.put_card(STRATEGY)
    assert store.cards()[0] == [STRATEGY]


WRITE = """
import sys
from fractions import Fraction
from pathlib import Path
from hpobench.errors import InputError
from hpobench.store import Store
try:
    with Store(Path(sys.argv[1])).writing(Fraction(5), 1):
        pass
except InputError as error:
    print(error)
"""


def test_one_process_at_a_time_writes(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    command = [sys.executable, "-c", WRITE, str(store.folder)]
    with store.writing(BUDGET, 1):
        elsewhere = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # ours
    assert "is in use by process " in elsewhere.stdout
    with store.writing(BUDGET, 1):
        pass


def test_another_budget_needs_another_folder(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        pass
    for budget, workers in ((Fraction(6), 1), (BUDGET, 2)):
        with (
            pytest.raises(InputError, match="holds runs of budget 5 and workers 1; choose another"),
            store.writing(budget, workers),
        ):
            pass


@pytest.mark.parametrize(("number", "rest"), [(2, ""), (5, ""), (7, " and 2 more")])
def test_all_foreign_files_are_named_at_once(tmp_path: Path, number: int, rest: str) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        pass
    names = [f"runs/branin/asha/data-{n}.csv" for n in range(number)]
    for name in names:
        path = store.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    with pytest.raises(InputError) as error, store.writing(BUDGET, 1):
        pass
    listed = f"{number} files or folders: {', '.join(names[:5])}{rest}"
    assert str(error.value) == f"{store.folder} holds what hpobench did not write: {listed}"


@pytest.mark.parametrize(
    ("foreign", "message"),
    [
        ("notes.txt", "holds what hpobench did not write: notes.txt"),
        ("runs/branin/asha/data.csv", "did not write: runs/branin/asha/data.csv"),
        ("runs/branin/asha/3-xyz.jsonl", "did not write: runs/branin/asha/3-xyz.jsonl"),
    ],
)
def test_a_foreign_file_is_named(tmp_path: Path, foreign: str, message: str) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        pass
    path = store.folder / foreign
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    with pytest.raises(InputError, match=message), store.writing(BUDGET, 1):
        pass
    assert path.read_text() == "mine"


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("...")
    with (
        pytest.raises(InputError, match="no results of hpobench are in this folder"),
        Store(tmp_path).writing(BUDGET, 1),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("name", ["runs", "cards", "sessions", "damaged", "report"])
def test_a_file_in_place_of_one_of_our_folders_is_said(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        pass
    if (store.folder / name).exists():
        (store.folder / name).rmdir()
    (store.folder / name).write_text("mine")
    with pytest.raises(InputError, match=f"{name} must be a folder, and is none"):
        store.check(new=False)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path, message in (
        (tmp_path / "file", "results need a folder, and this is none"),
        (tmp_path / "file" / "below", "can't be written: Not a directory"),
    ):
        with pytest.raises(InputError, match=message), Store(path).writing(BUDGET, 1):
            pass


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "[" * 100_000, '{"kind": "strategy", "identity": 3}', "\xff\x00"]
)
def test_a_file_that_is_no_card_is_set_aside_and_the_others_are_read(
    tmp_path: Path, text: str
) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        store.put_card(PROBLEM)
        (path,) = (store.folder / "cards").iterdir()
        store.put_card(STRATEGY)
    path.write_bytes(text.encode("latin-1"))
    assert store.cards() == ([STRATEGY], [])
    (notice,) = store.notices
    assert f"{path} is torn or was altered" in notice
    aside = store.folder / "damaged" / "cards" / path.name
    assert f"it was moved to {aside}" in notice
    assert aside.read_bytes() == text.encode("latin-1")


def test_a_card_whose_numbers_were_altered_is_damage(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        store.put_card(PROBLEM)
    (path,) = (store.folder / "cards").iterdir()
    content = json.loads(path.read_text())
    content["value_anchors"][0]["random"] *= 3
    path.write_text(json.dumps(content, indent=1) + "\n")
    assert store.cards() == ([], [])
    assert "its hash is of another content" in store.notices[0]


def test_a_card_under_the_name_of_another_card_is_damage(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        store.put_card(STRATEGY)
        store.put_session("a", {"runs": 1})
    (card,) = (store.folder / "cards").iterdir()
    card.rename(card.with_name("0123456789abcdef.json"))
    (store.folder / "sessions" / "a.json").rename(store.folder / "sessions" / "b.json")
    assert store.cards() == ([], [])
    assert store.sessions() == []
    assert "holds another card than its name says: asha:eta=4" in store.notices[0]
    assert "holds another session than its name says" in store.notices[1]


def test_a_run_in_the_folder_of_another_strategy_is_damage(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        seal(store, a_run(1))
        seal(store, a_run(2))
    path = store.path(a_run(1)).with_suffix(".jsonl")
    (path.parents[1] / "other").mkdir()
    path.rename(path.parents[1] / "other" / path.name)
    assert [outcome.run for outcome in store.outcomes()] == [a_run(2)]
    assert "lies where the runs of another strategy or problem belong" in store.notices[0]
    assert not store.is_sealed(a_run(1))


def test_a_damaged_mark_is_made_again_from_the_runs(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        seal(store, a_run())
    (store.folder / "results.json").write_text("[]")
    with (
        pytest.raises(InputError, match="holds runs of budget 5 and workers 1; choose another"),
        store.writing(BUDGET * 2, 1),
    ):
        pass
    with store.writing(BUDGET, 1):
        assert [outcome.run for outcome in store.outcomes()] == [a_run()]


@pytest.mark.parametrize("there", [("runs", "cards"), ("results.tmp",), ()])
def test_a_folder_whose_making_was_interrupted_is_made_whole(
    tmp_path: Path, there: tuple[str, ...]
) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    for name in (".lock", ".holder"):
        (folder / name).touch()
    for name in there:
        (folder / name).touch() if "." in name else (folder / name).mkdir()
    store = Store(folder)
    with store.writing(BUDGET, 1):
        seal(store, a_run())
    assert [outcome.run for outcome in store.outcomes()] == [a_run()]


def test_a_run_that_is_to_be_tried_again_is_kept_elsewhere(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        for _ in range(2):
            with RunFile(store.path(a_run()), a_run()) as file:
                file.seal(Stop("failed", "no data"), 0, {})
            assert store.has_failed(a_run())
            store.retry(a_run())
            assert not store.has_failed(a_run())
    assert len(list((store.folder / "retried").glob("runs/*/*/*"))) == 2
    store.check(new=False)


@pytest.mark.parametrize(
    "name", ["..", "../../x", "/etc/x", ".hidden", "a\\b", "é" * 300, "\udcff"]
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    run = Run(Identity(name, "1"), Identity(name, "1"), 0, BUDGET)
    path = Store(tmp_path).path(run)
    assert len(path.relative_to(tmp_path / "runs").parts) == 3
    assert ".." not in path.parts
    path.parent.mkdir(parents=True)
    path.touch()
    assert path.resolve().is_relative_to(tmp_path.resolve())


def test_runs_without_a_card_are_left_out_with_a_notice(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        seal(store, a_run(1))
        seal(store, a_run(2))
        seal(store, a_run(1, "asha"))
    known = {a_run().strategy, a_run().problem}
    kept = store.with_cards(store.outcomes(), known)
    assert {outcome.run for outcome in kept} == {a_run(1), a_run(2)}
    assert "lacks the card of asha, " in store.notices[0]
    assert store.notices[0].endswith("left out until then: 1 run")


def test_reading_needs_no_lock(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    found: list[int] = []
    with store.writing(BUDGET, 1):
        seal(store, a_run(1))
        reader = threading.Thread(target=lambda: found.append(len(list(store.outcomes()))))
        reader.start()
        reader.join()
    assert found == [1]


def test_all_files_are_standard_json(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    with store.writing(BUDGET, 1):
        store.put_session("s", {"figure": float("nan")})
    (path,) = (store.folder / "sessions").iterdir()
    content = json.loads(path.read_text())
    assert content["figure"] is None
