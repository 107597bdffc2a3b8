"""Many runs are read in several processes, with the answers of one."""

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from studies import problem, run

from hpobench.store import many_runs, run_columns
from hpobench.store.folder import Store
from hpobench.store.run_file import SEALED, RunFile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = Store(tmp_path / "results")
    for seed in range(6):
        outcome = run("a", problem(0), seed, 0.1 * seed)
        with (
            store.writing(outcome.run.budget, 1),
            RunFile(store.path(outcome.run), outcome.run) as file,
        ):
            file.append(outcome.records[0])
            file.seal(outcome.stop, 1, {"seconds": 1.0})
    return store.folder


def test_several_processes_read_what_one_reads(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = list(Store(folder).finished())
    monkeypatch.setattr(many_runs, "MANY", 2)
    together = list(Store(folder).finished(processes=2))
    assert [each.run for each in together] == [each.run for each in alone]
    assert np.array_equal([e.values for e in together], [e.values for e in alone])


def test_what_is_damaged_is_set_aside_and_told_as_by_one_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = Store(folder).paths(SEALED)
    paths[1].write_bytes(paths[1].read_bytes().replace(b'"cost":1', b'"cost":2'))
    shutil.copytree(folder, folder.with_name("copy"))
    monkeypatch.setattr(many_runs, "MANY", 2)
    one, several = Store(folder.with_name("copy")), Store(folder)
    assert len(list(one.finished())) == len(list(several.finished(processes=2))) == 5
    told = [notice.replace(f"{one.folder}", f"{folder}") for notice in one.notices]
    assert told == several.notices
    assert len(told) == 1


def _killed(path: Path) -> None:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError(path)


def test_where_a_process_is_killed_the_rest_is_not_read_ahead(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many_runs, "MANY", 2)
    paths = Store(folder).paths(SEALED)
    found = list(many_runs.read_ahead(paths, _killed, 2))
    assert found == [(path, None) for path in paths]
    read = partial(run_columns.read, configured=False)
    assert [path for path, _ in many_runs.read_ahead(paths, read, 1)] == paths
