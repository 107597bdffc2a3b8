"""Cells on supervised processes: whatever one of them does, the others are run."""

from pathlib import Path

import pytest
from cells import cell, performed

from hpobench import runfile
from hpobench.cell import perform_cell
from hpobench.errors import InputError
from hpobench.perform import perform
from hpobench.store import Store

BAD = '''
import os, signal, time
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def objective(config):
    """Dies, hangs, or leaves, by where it is asked."""
    how = os.environ.get("HOW") or HOW
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "exit":
        os._exit(7)
    if how == "hang":
        time.sleep(600)
    return config["x"]

HOW = "none"
'''
ENDLESS = '''
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Endless(Strategy):
    """Never answers."""
    def ask(self, pending):
        while True:
            pass
'''


def bad(folder: Path, how: str) -> str:
    path = folder / f"bad_{how}.py"
    path.write_text(BAD.replace('HOW = "none"', f'HOW = "{how}"'))
    return str(path)


def test_the_digests_are_those_of_any_number_of_processes_and_any_order(tmp_path: Path) -> None:
    names = ("random-search", "successive-halving", "genetic-algorithm")
    runs = [cell(name, "hartmann-6-epochs", seed) for name in names for seed in range(3)]
    digests = []
    for jobs, order in ((1, runs), (2, runs[::-1]), (4, runs[3:] + runs[:3])):
        folder = tmp_path / str(jobs)
        performed(order, folder, jobs=jobs)
        store = Store(folder)
        sealed = {run: store.path(run).with_suffix(runfile.SEALED) for run in runs}
        digests.append({run: runfile.digest(path) for run, path in sealed.items()})
    assert digests[0] == digests[1] == digests[2]
    assert len(set(digests[0].values())) == len(runs)


def test_a_cell_in_this_process_is_the_same_as_in_another(tmp_path: Path) -> None:
    run = cell("random-search", "hartmann-6-noisy")
    performed([run], tmp_path / "pool")
    perform_cell(run, tmp_path / "here")
    digests = {
        runfile.digest(Store(tmp_path / name).path(run).with_suffix(runfile.SEALED))
        for name in ("pool", "here")
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("how", "detail"),
    [
        ("kill", "incomplete: its process was killed by signal 9 (SIGKILL), 2 times"),
        ("exit", "failed: its process ended with exit code 7"),
    ],
)
def test_a_cell_that_ends_its_process_takes_no_other_with_it(
    tmp_path: Path, how: str, detail: str
) -> None:
    runs = [cell("random-search", bad(tmp_path, how))]
    runs += [cell("random-search", "branin", seed) for seed in range(4)]
    done = performed(runs, tmp_path / "results")
    assert f"{done[runs[0]].status}: {done[runs[0]].detail}" == detail
    assert {done[run].status for run in runs[1:]} == {"complete"}
    stops = {outcome.run: outcome.stop for outcome in Store(tmp_path / "results").outcomes()}
    assert (runs[0] in stops) == (how == "exit")


def test_a_cell_over_its_limit_is_incomplete_and_never_an_outcome(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS)
    runs = [
        cell("random-search", bad(tmp_path, "hang")),
        cell(str(tmp_path / "endless.py"), "branin"),
        cell("random-search", "branin"),
    ]
    done = performed(runs, tmp_path / "results", limit=4)
    assert [done[run].status for run in runs] == ["incomplete", "incomplete", "complete"]
    assert "it took longer than 4 seconds" in done[runs[0]].detail
    store = Store(tmp_path / "results")
    assert [outcome.run for outcome in store.outcomes()] == [runs[2]]
    assert [path.name[0] for path in store.paths(runfile.PART)] == ["0", "0"]


def test_a_strategy_that_changed_since_the_plan_fails_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(ENDLESS)
    run = cell(str(path), "branin")
    path.write_text(ENDLESS + "\n# edited\n")
    done = performed([run], tmp_path / "results")
    assert done[run].status == "failed"
    assert "has changed since the run was planned" in done[run].detail


def test_a_store_that_can_not_be_written_stops_everything(tmp_path: Path) -> None:
    run = cell("random-search", "branin")
    store = Store(tmp_path / "results")
    with store.writing(run.budget, 1):
        (store.folder / "runs" / "branin").write_text("in the way")
        with pytest.raises(InputError, match="can't be written"):
            list(perform([run], store, jobs=1, limit=60))
