"""What runs on a Dask cluster cost beside runs in local processes, and how far that goes.

The first two need `distributed` and start a cluster of two workers on this machine; the third one
needs neither. HPOBENCH_RUNS says how many free runs there are.
"""

import os
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from heapq import heappop, heappush
from io import StringIO
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import psutil
import pytest
from clusters import Machines, machines
from performing import planned

from hpobench import Run, registry
from hpobench.commands.console import Printer
from hpobench.commands.progress import watched
from hpobench.experiment.dask.batches import Batches
from hpobench.experiment.dask.cluster import Cluster
from hpobench.experiment.estimates import Estimates, TimeLeft
from hpobench.experiment.executor import Ending
from hpobench.experiment.local.pool import Pool
from hpobench.experiment.one_run import Done
from hpobench.experiment.perform import Progress, perform
from hpobench.json_forms import record_to_json, stop_to_json
from hpobench.runner import run as raced
from hpobench.store import Store
from hpobench.store.handed_in import hand_in
from hpobench.store.run_lines import Chain, without_paths
from hpobench.store.sealed_json import FORMAT
from hpobench.trial import Stop

RUNS, ROUNDS = int(os.environ.get("HPOBENCH_RUNS", "10000")), 10
OWN = """
import time
from hpobench import Description, Evaluation, Float, Instance, Problem, Space

def evaluate(proposal, stream, checkpoint):
    time.sleep({seconds})
    return Evaluation(proposal.config["x"])

def start(rng):
    return Instance(evaluate)

about = Description(summary="Sleeps.", seconds=1e-6 + {seconds})
problem = Problem("sleeps", 1, Space({{"x": Float(0, 1)}}), start, about=about)
"""


def runs_of(seconds: float, number: int, folder: Path) -> list[Run]:
    """Return runs of one evaluation that takes so many seconds."""
    (folder / "sleeps.py").write_text(OWN.format(seconds=seconds))
    first = planned("random-search", str(folder / "sleeps.py"), budget=1)
    return [Run(first.strategy, first.problem, seed, Fraction(1)) for seed in range(number)]


@contextmanager
def on_cluster(there: Machines, store: Store, workers: int) -> Generator[Cluster]:
    """Yield an executor on a cluster, once all workers are there."""
    session = store.folder.name
    with Cluster(there.address, store, limit=60, isolation="forked", session=session) as executor:
        while executor._link.threads < workers:  # noqa: SLF001  # they take seconds to come
            executor.wait(0.5)
        yield executor


class Measured:
    """A session whose steps are taken in phases, and what they have cost so far."""

    def __init__(self, steps: Iterator[Progress]) -> None:
        self.seconds = self.processor = 0.0
        self.done = 0
        self._steps = steps

    def go_on(self, until: int) -> None:
        """Go on until so many runs have ended."""
        began, processor = time.perf_counter(), time.process_time()
        while self.done < until:
            self.done += sum(each.status == "complete" for each in next(self._steps).done)
        self.seconds += time.perf_counter() - began
        self.processor += time.process_time() - processor


def test_free_runs_on_a_cluster_and_in_local_processes(benchmark: Any, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    runs, memory = runs_of(0, RUNS, tmp_path), []

    def perform_both() -> tuple[Measured, Measured, float]:
        with ExitStack() as stack:
            near, far = Store(tmp_path / "near"), Store(tmp_path / "far")
            for store in (near, far):
                stack.enter_context(store.writing(Fraction(1), 1))
            there = stack.enter_context(machines(tmp_path / "cluster"))
            pool = stack.enter_context(Pool(runs, near.folder, jobs=2, limit=60))
            executor = stack.enter_context(on_cluster(there, far, 2))
            scheduler = psutil.Process(there.scheduler.pid)
            before = sum(scheduler.cpu_times()[:2])
            local, cluster = (
                Measured(iter(perform(runs, store, each)))
                for store, each in ((near, pool), (far, executor))
            )
            for number in range(1, ROUNDS + 1):  # in turn, so that a busy machine slows both
                for session in (local, cluster):
                    session.go_on(number * RUNS // ROUNDS)
                memory.append(psutil.Process().memory_info().rss / 1e6)
            return local, cluster, sum(scheduler.cpu_times()[:2]) - before

    local, cluster, scheduling = benchmark.pedantic(perform_both, rounds=1)
    print(
        f"\n{RUNS:,} free runs: {cluster.seconds:.1f} s on Dask, {local.seconds:.1f} s in local"
        f" processes, {cluster.seconds / local.seconds:.2f} times as long (bar: 1.5)"
    )
    print(
        f"memory of the driver: {memory[1]:.0f} MB after {RUNS // 5:,} runs,"
        f" {memory[-1]:.0f} MB after {RUNS:,}"
    )
    print(
        f"processor time a run: driver {1e3 * cluster.processor / RUNS:.2f} ms on Dask and"
        f" {1e3 * local.processor / RUNS:.2f} ms in local processes;"
        f" scheduler {1e3 * scheduling / RUNS:.2f} ms"
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_runs_of_a_second(benchmark: Any, tmp_path: Path, workers: int) -> None:
    pytest.importorskip("distributed")
    runs = runs_of(1, 40 * workers, tmp_path)

    def perform_them() -> Measured:
        store = Store(tmp_path / "far")
        with (
            store.writing(Fraction(1), 1),
            machines(tmp_path / "cluster", workers) as there,
            on_cluster(there, store, workers) as executor,
        ):
            warm = [Run(r.strategy, r.problem, 10**6 + r.seed, r.budget) for r in runs[:2]]
            list(perform(warm, store, executor))  # each worker imports what runs need, once
            session = Measured(iter(perform(runs, store, executor)))
            session.go_on(len(runs))
        return session

    session = benchmark.pedantic(perform_them, rounds=1)
    efficiency = len(runs) / (workers * session.seconds)
    print(f"\nruns of 1 s with {workers} workers: efficiency {efficiency:.3f} (bar: 0.95)")
    print(f"processor time of the driver: {1e3 * session.processor / len(runs):.2f} ms a run")


class Pretended:
    """A cluster whose workers only pretend to work, on a clock of its own.

    The clock goes on with the time that the session's own code takes, which is real, and `wait`
    puts it forward to the next end of a task. `each` and `task` are the seconds that a run and a
    task cost the session in Dask's client, which is not there; they were measured.
    """

    def __init__(
        self, store: Store, workers: int, length: float, *, each: float, task: float
    ) -> None:
        self._store, self._workers, self._length = store, workers, length
        self._costs, self._batches = (each, task), Batches()
        self._fresh = list[Run]()
        self._queue = list[tuple[float, int, Sequence[Run]]]()
        self._free = [0.0] * workers
        self._under_way = self._number = 0
        self.now, self.busy = 0.0, 0.0
        """The time on the clock, and how much of it the session was busy."""
        self._entered = time.process_time()
        self._batches.learn(length, 1)
        (self._record,) = raced(
            registry.strategies()["default"], registry.problems()["branin"], budget=1
        )

    @property
    def room(self) -> int:
        return self._batches.room(self._workers) - self._under_way

    def submit(self, run: Run) -> Any:
        self._fresh.append(run)
        self._under_way += 1
        return _Attempt(run)

    def wait(self, seconds: float) -> list[tuple[Any, Ending]]:
        spent = time.process_time() - self._entered
        each, task = self._costs
        parts = self._batches.parts(self._fresh, self._workers, len(self._queue))
        self._pass(spent)
        for part in parts:
            self._pass(task)
            self._number += 1
            free = max(self.now, heappop(self._free))
            heappush(self._free, free + self._length * len(part))
            heappush(self._queue, (free + self._length * len(part), self._number, part))
        self._fresh = []
        if self._queue:
            self.now = max(self.now, self._queue[0][0])
        ended = list[tuple[Any, Ending]]()
        texts = dict[Run, bytes]()
        while self._queue and self._queue[0][0] <= self.now + 0.02:
            for run in heappop(self._queue)[2]:
                texts[run] = b""
                ended.append((_Attempt(run), Done(run, "complete")))
        for run in texts:
            texts[run] = self._made(run)
        began = time.process_time()
        for run, data in texts.items():
            hand_in(self._store, run, data)
        self._pass(time.process_time() - began + each * len(ended))
        self._under_way -= len(ended)
        self._entered = time.process_time()
        return ended

    def _pass(self, seconds: float) -> None:
        self.now += seconds
        self.busy += seconds

    def _made(self, run: Run) -> bytes:
        """Make a run for its file; the clock stands still meanwhile."""
        chain, ended = Chain(), {"count": 1, **stop_to_json(Stop("complete"))}
        header = {"hpobench": FORMAT, "run": without_paths(run)}
        lines = chain.line(header, {}) + chain.line(record_to_json(self._record), {})
        seal = {**ended, "digest": chain.digest(ended)}
        return lines + chain.line(seal, {"seconds": self._length})


class _Attempt:
    """An attempt that equals any other one at the same run."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Attempt) and other.run == self.run

    def __hash__(self) -> int:
        return hash(self.run)

    def cancel(self) -> None:
        pass


@pytest.mark.parametrize("workers", [4, 16, 64, 256, 1000])
@pytest.mark.parametrize("length", [1.0, 10.0])
def test_a_pretended_cluster(benchmark: Any, tmp_path: Path, workers: int, length: float) -> None:
    """The session's code is that of `run`, but for Dask's client, whose cost is added."""
    each, task = 0.0001, 0.0023  # see the test below
    runs = runs_of(0, 20 * workers, tmp_path)
    store = Store(tmp_path / "results")

    def perform_them() -> Pretended:
        executor = Pretended(store, workers, length, each=each, task=task)
        with store.writing(Fraction(1), 1):
            planned_seconds = dict.fromkeys(runs, length)
            left = TimeLeft(Estimates(planned_seconds), runs, workers)
            steps = perform(runs, store, executor)
            for _ in watched(Printer(StringIO()), steps, len(runs), left, store):
                pass
        return executor

    executor = benchmark.pedantic(perform_them, rounds=1)
    efficiency = len(runs) * length / workers / executor.now
    print(
        f"\n{workers} workers, runs of {length:g} s: efficiency {efficiency:.3f}; the session is"
        f" busy for {executor.busy / executor.now:.0%} of the time,"
        f" {1e3 * executor.busy / len(runs):.2f} ms a run, which is"
        f" {executor.busy / (executor.busy + len(runs) * length):.2%} of all work"
    )


def test_a_task_of_dask(benchmark: Any, tmp_path: Path) -> None:
    """What a task costs the session's process in Dask's client, and the scheduler."""
    pytest.importorskip("distributed")
    number, ended = 1500, SimpleQueue[Any]()

    def note(future: Any) -> None:
        async def fetch() -> None:
            ended.put((future, await future.client.gather(future, asynchronous=True)))

        future.client.loop.add_callback(fetch)

    def ask_for(client: Any, tasks: int) -> None:
        for _ in range(tasks):
            client.submit(len, b"-" * 1000, pure=False).add_done_callback(note)

    def perform_them() -> tuple[float, float]:
        with machines(tmp_path / "cluster") as there, on_cluster(there, Store(tmp_path), 2) as own:
            client = own._link.client  # noqa: SLF001  # the session's own
            scheduler = psutil.Process(there.scheduler.pid)
            before, began = sum(scheduler.cpu_times()[:2]), time.process_time()
            ask_for(client, 4)
            for left in range(number, 0, -1):
                future, _ = ended.get()
                future.release()
                ask_for(client, 1 if left > 4 else 0)
            return time.process_time() - began, sum(scheduler.cpu_times()[:2]) - before

    mine, its = benchmark.pedantic(perform_them, rounds=1)
    print(f"\na task: {1e3 * mine / number:.2f} ms of the session's process, and")
    print(f"{1e3 * its / number:.2f} ms of the scheduler's")
