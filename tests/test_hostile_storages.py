"""Whatever a storage of Optuna holds, importing it runs nothing, and changes nothing of it."""

import json
import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from shutil import copy, rmtree

import hostile
import pytest
from watched import watching

from hpobench.errors import InputError
from hpobench.exchange import export
from hpobench.exchange.incoming import import_from

pytestmark = pytest.mark.peers
CELLS = (*hostile.RAW, *hostile.NAMES, 1, -1, 2**62, 1e308, float("inf"), None, b"\x80\x04\x95.")


@pytest.fixture(scope="module")
def storages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make four storages: a database and a journal of studies made by Optuna, and by us."""
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    folder = tmp_path_factory.mktemp("storages")
    journal = JournalStorage(JournalFileBackend(str(folder / "theirs.log")))
    for storage in (f"sqlite:///{folder / 'theirs.db'}", journal):
        study = optuna.create_study(storage=storage, study_name="one")
        for _ in range(4):
            trial = study.ask()
            found = trial.suggest_float("x1", -5, 10) + trial.suggest_float("x2", 0, 15)
            trial.report(found, 1)
            study.tell(trial, found)
    hostile.base(folder / "results")
    for name in ("ours.db", "ours.log"):
        export(folder / "results", "optuna", storage=str(folder / name), output=folder)
    return folder


def altered_database(path: Path, luck: random.Random) -> str:
    """Put a value into a cell of a database; return what was done, in words."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("select name from sqlite_master where type = 'table'").fetchall()
        table = luck.choice(rows)[0]
        column = luck.choice(database.execute(f"pragma table_info({table})").fetchall())[1]
        value = luck.choice(CELLS)
        with suppress(sqlite3.Error, UnicodeEncodeError):  # it allows no such value there
            chosen = f"select rowid from {table} order by rowid limit 1 offset {luck.randrange(4)}"  # noqa: S608  # ours
            database.execute(f"update {table} set {column} = ? where rowid = ({chosen})", (value,))  # noqa: S608  # ours
        database.commit()
    return f"{table}.{column} = {value!r:.60}"


def altered_journal(path: Path, luck: random.Random) -> str:
    """Put a value into a line of a journal; return what was done, in words."""
    rows = path.read_bytes().splitlines()
    at = luck.randrange(len(rows))
    content = json.loads(rows[at])
    name, text = hostile.changed(content, luck)
    rows[at] = hostile.text_of(content, text)
    path.write_bytes(b"\n".join(rows) + b"\n")
    return f"line {at + 1}: {name} = {text:.60}"


@pytest.mark.filterwarnings("ignore")  # Optuna warns of much
def test_no_altered_storage_is_more_than_read(
    storages: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    imported = 0
    for seed in range(max(8, int(request.config.getoption("--hostile") or 0))):
        luck = random.Random(seed)
        within = tmp_path / "within"
        rmtree(within, ignore_errors=True)
        within.mkdir()
        name = luck.choice(("theirs.db", "theirs.log", "ours.db", "ours.log"))
        path = Path(copy(storages / name, within))
        alter = altered_database if path.suffix == ".db" else altered_journal
        done = f"{name} {seed}: {alter(path, luck)}"
        before = path.read_bytes()
        pattern = "*" if name.startswith("theirs") else "branin/random-search/*"
        with watching(within) as watch:
            try:
                import_from(str(path), "branin", within / "imported", pattern=pattern)
                imported += 1
            except InputError:
                assert not list((within / "imported").glob("runs/*/*/*")), done
            except Exception as error:
                raise AssertionError(done) from error
        assert watch.seen == [], done
        assert path.read_bytes() == before, done
        assert {each.name for each in within.iterdir()} <= {name, "imported"}, done
    assert imported > 0
    assert not list(tmp_path.rglob(hostile.CANARY))


PROGRAMS = {
    "a view": "alter table studies rename to s; create view studies as select * from s",
    "an endless view": (
        "drop table studies; create view studies as with recursive n(study_id) as"
        " (select 1 union all select study_id + 1 from n) select study_id, 'x' study_name from n"
    ),
    "a trigger": (
        "create trigger t after update on studies begin delete from trials; end"
    ),
    "a virtual table": "create virtual table more using fts5(x)",
}  # fmt: skip


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_database_that_holds_a_program_is_refused(
    kind: str, storages: Path, tmp_path: Path
) -> None:
    path = Path(copy(storages / "theirs.db", tmp_path))
    with closing(sqlite3.connect(path)) as database:
        database.executescript(PROGRAMS[kind])
    for storage in (str(path), f"sqlite:///{path}"):
        with pytest.raises(InputError, match="it holds more than tables"):
            import_from(storage, "branin", tmp_path / "imported")
    assert not (tmp_path / "imported").exists()


def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table mine (x)")
        database.commit()
    before = path.read_bytes()
    with pytest.raises(InputError, match="can't be used as an Optuna storage"):
        import_from(str(path), "branin", tmp_path / "imported")
    assert path.read_bytes() == before
