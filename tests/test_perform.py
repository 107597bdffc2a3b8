"""Cells on supervised processes: whatever one of them does, the others are run."""

from pathlib import Path

import pytest
from cells import cell, performed

from hpobench import runfile
from hpobench.cell import perform_cell
from hpobench.errors import InputError
from hpobench.perform import perform
from hpobench.pool import Isolation
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
        ("exit", "failed: its process ended before the run did, with exit code 7"),
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


DIES_SEALED = """
import os, signal
from hpobench import Float, Space
from hpobench.runfile import RunFile

space = Space({"x": Float(0, 1)})
seal = RunFile.seal

def _seal_and_die(self, *arguments):
    seal(self, *arguments)
    os.kill(os.getpid(), signal.SIGKILL)

def f(config):
    RunFile.seal = _seal_and_die
    with open(__file__ + ".count", "a") as file:
        file.write("x")
    return config["x"]
"""


def test_a_run_whose_process_dies_after_its_seal_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "dies.py"
    path.write_text(DIES_SEALED)
    run = cell("random-search", str(path), budget=3)
    done = performed([run], tmp_path / "results", isolation="forked")
    assert done[run].status == "complete"
    assert len((tmp_path / "dies.py.count").read_text()) == 3
    (outcome,) = Store(tmp_path / "results").outcomes()
    assert (outcome.stop.reason, len(outcome.records)) == ("complete", 3)


DRAWS = """
import os
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Draws(Strategy):
    def ask(self, pending):
        return Proposal({"x1": int.from_bytes(os.urandom(2), "big") / 65536, "x2": 1.0})
"""


def test_a_run_that_can_not_be_replayed_begins_anew_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "draws.py"
    path.write_text(DRAWS)
    run = cell(str(path), "branin", budget=5)
    performed([run], tmp_path / "results")
    store = Store(tmp_path / "results")
    (sealed,) = store.paths(runfile.SEALED)
    part = sealed.with_suffix(runfile.PART)
    sealed.rename(part)
    part.write_bytes(b"".join(part.read_bytes().splitlines(keepends=True)[:3]))
    done = performed([run], tmp_path / "results")
    assert done[run].status == "complete"
    assert "was begun anew" in " ".join(done[run].notices)
    (outcome,) = store.outcomes()
    assert len(outcome.records) == 5


def test_a_cell_over_its_limit_is_incomplete_and_never_an_outcome(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS)
    runs = [
        cell("random-search", bad(tmp_path, "hang")),
        cell(str(tmp_path / "endless.py"), "branin"),
        cell("random-search", "branin"),
    ]
    done = performed(runs, tmp_path / "results", limit=6)
    assert [done[run].status for run in runs] == ["incomplete", "incomplete", "complete"]
    assert "it took longer than 6 seconds" in done[runs[0]].detail
    store = Store(tmp_path / "results")
    assert [outcome.run for outcome in store.outcomes()] == [runs[2]]
    assert [path.name[0] for path in store.paths(runfile.PART)] == ["0", "0"]


def test_a_cell_whose_strategy_changed_since_the_plan_is_incomplete_and_no_loss(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(ENDLESS)
    run = cell(str(path), "branin")
    path.write_text(ENDLESS + "\n# edited\n")
    done = performed([run], tmp_path / "results")
    assert done[run].status == "incomplete"
    assert "has changed since the run was planned" in done[run].detail
    assert list(Store(tmp_path / "results").outcomes()) == []
    path.unlink()
    done = performed([run], tmp_path / "results")
    assert (done[run].status, "can't be read" in done[run].detail) == ("incomplete", True)


@pytest.mark.parametrize("isolation", ["forked", "shared"])
def test_a_file_that_was_changed_to_end_its_process_is_no_loss(
    tmp_path: Path, isolation: Isolation
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(ENDLESS)
    runs = [cell(str(path), "branin"), cell("random-search", "branin")]
    path.write_text("import os; os._exit(3)")
    done = performed(runs, tmp_path / "results", isolation=isolation)
    assert [done[run].status for run in runs] == ["incomplete", "complete"]
    assert "imported, with exit code 3: a file has changed" in done[runs[0]].detail
    assert [each.run for each in Store(tmp_path / "results").outcomes()] == runs[1:]


def test_a_store_that_can_not_be_written_stops_everything(tmp_path: Path) -> None:
    run = cell("random-search", "branin")
    store = Store(tmp_path / "results")
    with store.writing(run.budget, 1):
        (store.folder / "runs" / "branin").write_text("in the way")
        with pytest.raises(InputError, match="can't be written"):
            list(perform([run], store, jobs=1, limit=60))
