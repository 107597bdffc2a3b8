"""Whatever a pack holds, reading it runs nothing, changes nothing outside, and raises one line."""

import random
from contextlib import suppress
from pathlib import Path
from shutil import copytree, rmtree

import hostile
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from watched import watching

from hpobench.errors import InputError
from hpobench.store import Store
from hpobench.store.packing import pack

CELLS: tuple[object, ...] = (
    *hostile.RAW,
    *hostile.NAMES,
    None,
    -1,
    2**62,
    1e308,
    float("inf"),
    [],
    [1],
    b"x",
)


def flipped(path: Path, luck: random.Random) -> str:
    """Flip some bits of a pack."""
    data = bytearray(path.read_bytes())
    for _ in range(luck.choice((1, 3, 50))):
        data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
    path.write_bytes(data)
    return "flipped bits"


def rewritten(path: Path, luck: random.Random) -> str:
    """Put a value into a cell of a pack, and write it as another program would."""
    table = pq.read_table(path)
    name = luck.choice(table.schema.names)
    column, value = table[name].to_pylist(), luck.choice(CELLS)
    column[luck.randrange(len(column))] = value
    with suppress(pa.ArrowException, TypeError, UnicodeEncodeError, OverflowError):  # no such cell
        made = pa.array(column, type=table.schema.field(name).type)
        pq.write_table(table.set_column(table.schema.names.index(name), name, made), path)
    return f"{name} = {value!r:.60}"


def test_no_altered_pack_is_more_than_read(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    base, folder = tmp_path / "base", tmp_path / "folder"
    hostile.base(base)
    pack(Store(base), processes=1)
    for seed in range(5 * int(request.config.getoption("--hostile") or 0)):
        luck = random.Random(seed)
        rmtree(folder, ignore_errors=True)
        copytree(base, folder)
        done = luck.choice((flipped, rewritten))(next(folder.glob("packs/*.parquet")), luck)
        store = Store(folder)
        for read in (store.finished, store.tables, store.outcomes, store.summaries, store.rows):
            with watching(folder) as watch:
                try:
                    list(read())
                except InputError:
                    pass
                except Exception as error:
                    raise AssertionError(f"{seed}: {done}") from error
            assert watch.seen == [], done
        assert all(each.isprintable() for each in store.notices), done
