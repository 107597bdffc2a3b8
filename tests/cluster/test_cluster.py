"""Runs on a Dask cluster: the same digests as on one machine, whatever comes, goes and is killed.

The clusters are real: a scheduler and workers in processes of their own, on loopback.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import psutil
import pytest
from clusters import Machines, machines
from performing import performed, planned
from slow import slow

from hpobench import Run
from hpobench.errors import InputError
from hpobench.experiment.dask import letters
from hpobench.experiment.dask.cluster import Attempt, Cluster
from hpobench.experiment.executor import Ending
from hpobench.experiment.one_run import Done
from hpobench.experiment.perform import Progress, perform
from hpobench.store import Store, run_file

pytestmark = [pytest.mark.dask, pytest.mark.filterwarnings("default")]

OWN = """
import os, signal, time
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Own(Strategy):
    do: str = ""

    def setup(self, task, rng):
        self.space, self.rng = task.space, rng
        if self.do == "raise":
            raise ArithmeticError("on purpose")

    def ask(self, pending):
        if self.do == "exit":
            os._exit(3)
        if self.do == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.do == "sleep":
            time.sleep(600)
        return Proposal(self.space.sample(self.rng))

    def tell(self, trial):
        pass
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dask")
    own = folder / "own"
    own.mkdir()
    (own / "slow.py").write_text(slow(0.05, noise="NOISE", imports="from helper import NOISE"))
    (own / "helper.py").write_text("NOISE = 0.01\n")
    (own / "own.py").write_text(OWN)
    return folder


@pytest.fixture(scope="module")
def there(place: Path) -> Iterator[Machines]:
    with machines(place / "cluster") as found:
        yield found


def on(address: str, store: Store, limit: float = 60) -> Cluster:
    return Cluster(address, store, limit=limit, isolation="forked", session="one")


def done_on(
    there: Machines, runs: Sequence[Run], folder: Path, *, limit: float = 60, retries: int = 1
) -> dict[Run, Done]:
    store = Store(folder)
    with store.writing(runs[0].budget, 1), on(there.address, store, limit) as executor:
        steps = perform(runs, store, executor, retries=retries)
        return {done.run: done for step in steps for done in step.done}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: run_file.digest(path) for path in Store(folder).paths(run_file.SEALED)}


def mixed(place: Path, seeds: int, budget: int) -> list[Run]:
    """Return runs of our own and of users' strategies, on trained and on users' problems."""
    slow, own = str(place / "own" / "slow.py"), str(place / "own" / "own.py")
    pairs = [("successive-halving", slow), (own, slow), ("random-search", slow)]
    pairs += [("genetic-algorithm", "xgboost-airfoil"), ("tpe", "hartmann-6"), (own, "branin")]
    return [planned(*pair, seed, budget) for seed in range(seeds) for pair in pairs]


def test_the_digests_are_those_of_local_processes(place: Path, there: Machines) -> None:
    runs = mixed(place, 2, 4)
    for done in (done_on(there, runs, place / "far"), performed(runs, place / "near")):
        assert {each.status for each in done.values()} == {"complete"}
        assert len(done) == len(runs)
    assert digests(place / "far") == digests(place / "near")


def test_runs_end_as_they_do_in_local_processes(place: Path, there: Machines) -> None:
    """They raise, end or kill their process, or take too long; their files are the same, too."""
    own = str(place / "own" / "own.py")
    runs = [planned(f"{own}:do={do}", "branin") for do in ("raise", "exit", "die", "sleep")]
    far = done_on(there, runs, place / "far-ends", limit=3)
    near = performed(runs, place / "near-ends", limit=3)
    told = [[(each[run].status, each[run].detail) for run in runs] for each in (far, near)]
    assert told[0] == told[1]
    assert [status for status, _ in told[0]] == ["failed", "failed", "incomplete", "incomplete"]
    assert digests(place / "far-ends") == digests(place / "near-ends")


def test_a_run_over_the_limit_goes_on_where_it_was(place: Path, there: Machines) -> None:
    run = planned("random-search", str(place / "own" / "slow.py"), budget=40)
    done = done_on(there, [run], place / "limited", limit=1.5)
    assert done[run].status == "incomplete"
    part = Store(place / "limited").path(run).with_suffix(run_file.PART)
    before = part.read_bytes()
    assert before.count(b"\n") > 2
    assert done_on(there, [run], place / "limited")[run].status == "complete"
    assert part.with_suffix(run_file.SEALED).read_bytes().startswith(before)


def test_a_cancelled_run_is_stopped_and_its_worker_takes_another(
    place: Path, there: Machines
) -> None:
    own, store = str(place / "own" / "own.py"), Store(place / "cancelled")
    sleeping = [planned(f"{own}:do=sleep", "branin", seed) for seed in range(6)]
    short = planned("random-search", "branin")
    with store.writing(short.budget, 1), on(there.address, store) as executor:
        attempts = [executor.submit(run) for run in sleeping]
        until(lambda: len(runs_under_way(there)) == 2, executor)
        for each in (*attempts, *attempts):
            each.cancel()
        last = executor.submit(short)
        ended = until(lambda: False, executor, endings=1)
    assert [attempt for attempt, _ in ended] == [last]
    assert wait_for(lambda: not runs_under_way(there))


def test_runs_end_when_nobody_waits_for_them(place: Path, there: Machines) -> None:
    own, store = str(place / "own" / "own.py"), Store(place / "left")
    runs = [planned(f"{own}:do=sleep", "branin", seed) for seed in range(2)]
    with store.writing(runs[0].budget, 1), on(there.address, store) as executor:
        for run in runs:
            executor.submit(run)
        until(lambda: len(runs_under_way(there)) == 2, executor)
    assert wait_for(lambda: not runs_under_way(there))


def test_a_worker_with_other_versions_is_given_no_run(
    place: Path, there: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "fitness", lambda: {"numpy": "0.9"})
    run = planned("random-search", "branin")
    with pytest.raises(InputError, match=r"no worker .* has numpy .* instead of 0\.9"):
        done_on(there, [run], place / "unfit")
    assert digests(place / "unfit") == {}


def test_short_runs_travel_together_and_leave_nothing_behind(place: Path, there: Machines) -> None:
    runs = [planned("random-search", "branin", seed, 1) for seed in range(150)]
    done = done_on(there, runs, place / "short")
    assert [done[run].status for run in runs] == ["complete"] * 150
    assert len(digests(place / "short")) == 150


def test_a_study_survives_lost_workers_and_restarted_schedulers(place: Path) -> None:
    """Twenty workers are killed at random, and the scheduler twice, with all that it knew."""
    luck, runs = Random(14), mixed(place, 12, 9)
    moments = sorted(luck.uniform(0, 0.9) * len(runs) for _ in range(22))
    schedulers = {moments[7], moments[15]}
    store = Store(place / "killed")
    with (
        machines(place / "kills", 3) as there,
        store.writing(runs[0].budget, 1),
        on(there.address, store) as executor,
    ):
        steps = perform(runs, store, executor, retries=5)
        done = disturbed(steps, there, moments, schedulers, luck)
    assert moments == []
    assert {each.status for each in done} == {"complete", "exhausted"}
    performed(runs, place / "undisturbed")
    assert digests(place / "killed") == digests(place / "undisturbed")
    assert len(digests(place / "killed")) == len(runs)


def disturbed(
    steps: Iterator[Progress],
    there: Machines,
    moments: list[float],
    schedulers: set[float],
    luck: Random,
) -> list[Done]:
    """Kill a worker, or the scheduler, whenever so many runs have ended; return how runs ended."""
    done = list[Done]()
    for step in steps:
        done += step.done
        there.keep()
        if moments and len(done) >= moments[0] and step.running:
            if moments.pop(0) in schedulers:
                there.kill_scheduler()
            else:
                there.kill_worker(luck)
    return done


def runs_under_way(there: Machines) -> list[psutil.Process]:
    """Return the processes of runs that a cluster's workers have."""
    found = list[psutil.Process]()
    for worker in there.workers:
        for each in psutil.Process(worker.pid).children(recursive=True):
            try:
                if each.parent().parent().parent().pid == worker.pid:  # type: ignore[union-attr]  # caught
                    found.append(each)  # worker, server, warden, run
            except (psutil.NoSuchProcess, AttributeError):
                continue
    return found


def until(
    reached: Callable[[], bool], executor: Cluster, endings: int = 1000
) -> list[tuple[Attempt, Ending]]:
    """Have an executor go on until something is reached, or some attempts have ended."""
    found, end = list[tuple[Attempt, Ending]](), time.monotonic() + 60
    while not reached() and len(found) < endings:
        assert time.monotonic() < end
        found += executor.wait(0.1)
    return found


def wait_for(reached: Callable[[], bool]) -> bool:
    """Tell whether something is reached within a while."""
    end = time.monotonic() + 30
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
