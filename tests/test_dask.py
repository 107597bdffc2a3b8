"""The executor for Dask, without a cluster: a stand-in for Dask makes its tasks in this process.

`tests/cluster` has the tests on real clusters: make test-dask.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import orjson
import pytest
from dask_double import BROKEN, FORGOTTEN, KILLED, Double, double
from performing import planned

from hpobench import Run
from hpobench.commands import running as run_command
from hpobench.commands.console import Printer
from hpobench.errors import InputError
from hpobench.experiment import Experiment
from hpobench.experiment.dask import (
    attendant,
    cluster,
    connection,
    fitness,
    letters,
    link,
    sources,
)
from hpobench.experiment.dask.batches import MOST, UNDER_WAY, Batches
from hpobench.experiment.dask.cluster import Cluster
from hpobench.experiment.executor import WorkerEnded
from hpobench.experiment.one_run import Done, perform_run
from hpobench.experiment.perform import perform
from hpobench.registry import find_problems, find_strategies
from hpobench.store import Store, run_file
from hpobench.store.handed_in import hand_in, whole_lines
from hpobench.store.provenance import cores
from hpobench.store.run_file import RunFile
from hpobench.store.sealed_json import DamageError
from hpobench.trial import Stop

__all__ = ["double"]

ADDRESS = "dask://127.0.0.1:8786"
TERMS = {"limit": 60, "isolation": "forked"}
OWN = """
from helper import LOW
from hpobench import Proposal, Strategy

class Own(Strategy):
    def setup(self, task, rng):
        self.space, self.rng = task.space, rng

    def ask(self, pending):
        return Proposal(self.space.sample(self.rng))

    def tell(self, trial):
        pass
"""


@pytest.fixture
def runs() -> list[Run]:
    return [planned("random-search", "branin", seed, 2) for seed in range(6)]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nobody wait, and end what a test has left in this thread."""
    monkeypatch.setattr(cluster, "sleep", lambda _: None)
    monkeypatch.setattr(link, "sleep", lambda _: None)
    monkeypatch.setattr(link, "EVERY", 0.0)
    yield
    vars(attendant._OF_THREAD).clear()  # noqa: SLF001  # as at the end of a thread


def done_on_dask(runs: Sequence[Run], folder: Path, retries: int = 1) -> dict[Run, Done]:
    store = Store(folder)
    given = Cluster(ADDRESS, store, limit=60, isolation="forked", session="one")
    with store.writing(runs[0].budget, 1), given as executor:
        steps = perform(runs, store, executor, retries=retries)
        return {done.run: done for step in steps for done in step.done}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: run_file.digest(path) for path in Store(folder).paths(run_file.SEALED)}


def test_the_files_are_those_of_this_machine(
    double: Double, runs: list[Run], tmp_path: Path
) -> None:
    done = done_on_dask(runs, tmp_path / "far")
    assert [done[run].status for run in runs] == ["complete"] * 6
    for run in runs:
        perform_run(run, tmp_path / "near")
    assert digests(tmp_path / "far") == digests(tmp_path / "near")
    assert sum(double.sizes) == len(runs)
    assert double.clients[0].status == "closed"


@pytest.mark.parametrize("loss", [KILLED, FORGOTTEN])
def test_what_was_lost_is_made_again(
    double: Double, runs: list[Run], tmp_path: Path, loss: str
) -> None:
    double.losses = {0: loss, 3: loss}
    done = done_on_dask(runs, tmp_path)
    assert [done[run].status for run in runs] == ["complete"] * 6
    assert sum(double.sizes) == len(runs) + 2


def test_a_run_that_loses_every_worker_stays_incomplete(
    double: Double, runs: list[Run], tmp_path: Path
) -> None:
    double.losses = dict.fromkeys(range(100), KILLED)
    done = done_on_dask(runs[:1], tmp_path)
    assert done[runs[0]].detail == f"its worker at {ADDRESS} was lost, 2 times"
    assert len(double.sizes) == 2


def test_a_run_that_a_worker_can_not_begin_is_tried_on_another(
    double: Double, runs: list[Run], tmp_path: Path
) -> None:
    double.refusals = 1
    assert done_on_dask(runs[:1], tmp_path / "again")[runs[0]].status == "complete"
    assert double.sizes == [1, 1]
    double.refusals = 2
    done = done_on_dask(runs[:1], tmp_path / "in vain")
    assert done[runs[0]].detail == "a process for a run can't be started: no memory, 2 times"


def test_a_worker_ends_what_nobody_wants_any_more(
    double: Double, runs: list[Run], tmp_path: Path
) -> None:
    asked = letters.Letters(Store(tmp_path), {**TERMS, "session": "one"})
    double.wanted = False
    answer = orjson.loads(attendant.attend(asked.request(runs, 1.0)))
    assert answer["ended"] == []
    assert double.cancelled == runs[:1]


@pytest.mark.usefixtures("double")
def test_a_worker_keeps_its_pool_for_the_session_until_it_is_idle(
    runs: list[Run], tmp_path: Path
) -> None:
    workplace = attendant._workplace()  # noqa: SLF001  # that of this thread
    places = list[object]()
    for session, run in zip(("one", "one", "two"), runs, strict=False):
        written = letters.Letters(Store(tmp_path), {**TERMS, "session": session})
        attendant.attend(written.request([run], 1.0))
        places.append(workplace._place)  # noqa: SLF001  # what is kept
    assert places[0] is places[1] is not places[2] is not None
    asked = letters.Letters(Store(tmp_path), {**TERMS, "session": "two"})
    with workplace.entered(orjson.loads(asked.request(runs, 1.0))) as place:
        workplace._leave()  # noqa: SLF001  # its time has come while a task has begun
        assert workplace._place is place  # noqa: SLF001
    workplace._leave()  # noqa: SLF001
    assert workplace._place is None  # noqa: SLF001


@pytest.mark.usefixtures("double")
def test_a_worker_begins_no_run_when_its_time_is_up(runs: list[Run], tmp_path: Path) -> None:
    asked = letters.Letters(Store(tmp_path), {**TERMS, "session": "one"})
    answer = orjson.loads(attendant.attend(asked.request(runs, -1.0)))
    assert len(answer["ended"]) == 1


@pytest.mark.usefixtures("double")
def test_a_damaged_answer_is_not_kept(runs: list[Run], tmp_path: Path) -> None:
    asked = letters.Letters(Store(tmp_path), {**TERMS, "session": "one"})
    (made,) = orjson.loads(attendant.attend(asked.request(runs[:1], 1.0)))["ended"]
    ending = asked.kept(runs[0], {**made, "sealed": made["sealed"].replace("complete", "compleat")})
    assert isinstance(ending, Done)
    assert (ending.status, "was altered" in ending.detail) == ("incomplete", True)
    assert asked.kept(runs[0], {"ended": "its process ended"}) == WorkerEnded("its process ended")


def test_the_commands_make_their_runs_on_a_cluster(
    double: Double,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(connection, "find_spec", lambda _: True)
    monkeypatch.setattr(run_command, "_reported", lambda session, _: len(session.done))
    experiment = Experiment(
        "one", ("random-search",), ("branin",), seeds=(0, 1), budget=1, executor=ADDRESS
    )
    with pytest.raises(InputError, match="--jobs 3 is for this machine"):
        run_command.perform_and_report(experiment, tmp_path, 3)
    folder = tmp_path / "results"
    assert run_command.perform_and_report(experiment, folder, None) == 2
    said = " ".join(capsys.readouterr().out.split())
    assert f"executor: {ADDRESS}, 2 threads now" in said
    (session,) = Store(folder).sessions()
    assert session["executor"] == ADDRESS
    assert [(each["workers"], each["cores"]) for each in session["workers"]] == [(1, cores())]
    double.workers.clear()
    assert run_command._threads(Printer(), ADDRESS, None) == 1  # noqa: SLF001
    assert "0 threads now; runs begin when workers come" in " ".join(
        capsys.readouterr().out.split()
    )


def test_runs_that_shared_a_lost_worker_are_sent_alone(
    double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No run is blamed for the worker that another one of its task has lost."""
    runs = [planned("random-search", "branin", seed, 1) for seed in range(40)]
    monkeypatch.setattr(Batches, "learn", lambda *_: None)
    monkeypatch.setattr(Batches, "size", lambda *_: 10)
    double.losses = {0: KILLED}
    done = done_on_dask(runs, tmp_path, retries=0)
    assert {each.status for each in done.values()} == {"complete"}
    assert double.sizes.count(1) == 10
    assert sum(double.sizes) == 50


def test_an_error_in_a_worker_is_told_in_one_line(
    double: Double, runs: list[Run], tmp_path: Path
) -> None:
    double.losses = {0: BROKEN}
    with pytest.raises(InputError, match=f"{ADDRESS} can't do runs, .* need hpobench: ModuleNot"):
        done_on_dask(runs, tmp_path)


def test_a_scheduler_that_comes_again_is_given_what_was_under_way(
    double: Double, runs: list[Run], tmp_path: Path
) -> None:
    store = Store(tmp_path)
    given = Cluster(ADDRESS, store, limit=60, isolation="forked", session="one")
    with store.writing(runs[0].budget, 1), given as executor:
        first = executor.submit(runs[0])
        double.losses = {0: FORGOTTEN}
        double.reachable = False
        assert executor.wait(0.0) == []
        assert executor.room == 0
        assert executor.wait(0.0) == []
        double.reachable = True
        ended = [each for _ in range(4) for each in executor.wait(0.01)]
    assert [(attempt, ending.run) for attempt, ending in ended if isinstance(ending, Done)] == [
        (first, runs[0])
    ]
    assert len(double.clients) == 2


def test_a_session_waits_for_a_scheduler_only_for_a_while(
    double: Double, runs: list[Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = count(0, 100)
    monkeypatch.setattr(link, "monotonic", lambda: next(clock))
    given = Cluster(ADDRESS, Store(tmp_path), limit=60, isolation="forked", session="one")
    with given as executor:
        executor.submit(runs[0])
        double.reachable = False
        said = r"no scheduler has answered at dask://.* goes on"
        with pytest.raises(InputError, match=said):
            [executor.wait(0.0) for _ in range(20)]


def test_workers_that_would_compute_other_numbers_get_no_run(
    double: Double, runs: list[Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "fitness", lambda: {"hpobench": "0.0", "numpy": "0.9"})
    del double.workers["tcp://two"]
    said = r"no worker of dask://.*: tcp://one has hpobench .* instead of 0\.0, numpy .* of 0\.9"
    with pytest.raises(InputError, match=said):
        done_on_dask(runs, tmp_path / "none")
    monkeypatch.setattr(attendant, "unfit", lambda _: "" if len(double.sizes) > 1 else "no numpy")
    double.workers["tcp://two"] = 1
    double.sizes.clear()
    done = done_on_dask(runs, tmp_path / "one")
    assert {each.status for each in done.values()} == {"complete"}
    assert ["tcp://two"] in double.restrictions


def test_cancelled_runs_are_not_returned_and_what_was_with_them_goes_on(
    double: Double, runs: list[Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Batches, "size", lambda *_: 10)
    store = Store(tmp_path)
    given = Cluster(ADDRESS, store, limit=60, isolation="forked", session="one")
    double.workers = {"tcp://one": 1}
    with store.writing(runs[0].budget, 1), given as executor:
        attempts = [executor.submit(run) for run in runs]
        executor._send()  # noqa: SLF001  # nobody has heard yet how the tasks ended
        assert double.sizes == [3, 3]
        for each in (attempts[1], attempts[1], attempts[5]):
            each.cancel()
        ended = [each for _ in range(6) for each in executor.wait(0.01)]
    kept = [each for each in attempts if each not in (attempts[1], attempts[5])]
    assert sorted(map(attempts.index, (attempt for attempt, _ in ended))) == sorted(
        map(attempts.index, kept)
    )


def test_what_an_earlier_attempt_has_made_is_sent_along(
    double: Double, runs: list[Run], tmp_path: Path
) -> None:
    with Store(tmp_path).writing(runs[0].budget, 1):
        perform_run(runs[0], tmp_path)
    path = Store(tmp_path).path(runs[0])
    sealed = path.with_suffix(run_file.SEALED)
    whole = sealed.read_bytes()
    path.with_suffix(run_file.PART).write_bytes(b"".join(whole.splitlines(True)[:2]) + b'{"torn')
    sealed.unlink()
    assert done_on_dask(runs[:1], tmp_path)[runs[0]].status == "complete"
    assert double.parts[0].encode() == b"".join(whole.splitlines(True)[:2])
    assert sealed.read_bytes().splitlines()[:2] == whole.splitlines()[:2]


def test_users_files_travel_with_what_they_import(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    (folder / "empty").mkdir(parents=True)
    (folder / "own.py").write_text(OWN + "import empty\n")
    (folder / "helper.py").write_bytes(b"LOW = 'a'\r\n")
    strategy = find_strategies(str(folder / "own.py"))[0].identity
    assert strategy.path is not None
    sent = sources.parcel(strategy.path)
    assert sources.parcel(strategy.path).digest == sent.digest
    where = sources.unpacked(sent.digest, sent.content, tmp_path / "there")
    assert sources.unpacked(sent.digest, sent.content, tmp_path / "there") == where
    assert where.parent.name == sent.digest
    assert find_strategies(str(where))[0].identity == strategy


def test_programs_travel_too(tmp_path: Path) -> None:
    path = tmp_path / "here" / "own"
    path.parent.mkdir()
    path.write_bytes(b"#!/bin/sh\n\xff\n")
    path.chmod(0o700)
    sent = sources.parcel(str(path))
    where = sources.unpacked(sent.digest, sent.content, tmp_path / "there")
    assert find_strategies(str(where))[0].identity == find_strategies(str(path))[0].identity


def test_no_parcel_is_laid_out_beside_its_folder(tmp_path: Path) -> None:
    content = {"main": "own.py", "program": False, "files": {"../own.py": ""}}
    with pytest.raises(ValueError, match="outside"):
        sources.unpacked("digest", content, tmp_path / "there")
    assert not (tmp_path / "there" / "own.py").exists()


@pytest.mark.usefixtures("double")
def test_runs_of_users_files_are_made_from_what_travelled(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "helper.py").write_text("LOW = 0")
    (tmp_path / "bowl.py").write_text(
        "from hpobench import Float, Space\nspace = Space({'x': Float(0, 1)})\n"
        "def bowl(config):\n    return config['x']\n"
    )
    run = planned(str(tmp_path / "own.py"), str(tmp_path / "bowl.py"))
    assert find_problems(str(tmp_path / "bowl.py"))[0].identity == run.problem
    (tmp_path / "helper.py").write_text("LOW = 1")  # it has changed, and is sent as it is now
    done = done_on_dask([run], tmp_path / "changed")
    assert "has changed since the run was planned" in done[run].detail
    (tmp_path / "helper.py").write_text("LOW = 0")
    assert done_on_dask([run], tmp_path / "results")[run].status == "complete"


def test_only_the_run_itself_is_handed_in(runs: list[Run], tmp_path: Path) -> None:
    for run in runs[:2]:
        perform_run(run, tmp_path / "made")
    source, store = Store(tmp_path / "made"), Store(tmp_path / "kept")
    made = [source.path(run).with_suffix(".jsonl").read_bytes() for run in runs[:2]]
    for wrong in (made[1], made[0].replace(b"complete", b"compleat"), made[0][:-1], b""):
        with pytest.raises(DamageError):
            hand_in(store, runs[0], wrong)
    lines, path = made[0].splitlines(keepends=True), store.path(runs[0])
    hand_in(store, runs[0], lines[0] + lines[1])
    assert whole_lines(store, runs[0]) == lines[0] + lines[1]
    path.with_suffix(".part").write_bytes(lines[0] + lines[0])  # it is damaged meanwhile
    hand_in(store, runs[0], made[0])
    assert len(store.notices) == 1
    assert path.with_suffix(".jsonl").read_bytes() == made[0]
    assert whole_lines(store, runs[0]) == b""
    hand_in(store, runs[0], lines[0])  # it is sealed, and stays so
    assert path.with_suffix(".jsonl").read_bytes() == made[0]
    assert not path.with_suffix(".part").exists()


def test_a_run_with_a_text_that_is_no_unicode_is_handed_in(runs: list[Run], tmp_path: Path) -> None:
    path = Store(tmp_path / "made").path(runs[0])
    with RunFile(path, runs[0]) as file:
        file.seal(Stop("failed", "\ud800"), 0, {})
    store = Store(tmp_path / "kept")
    hand_in(store, runs[0], path.with_suffix(".jsonl").read_bytes())
    assert store.summary(runs[0]).seal.detail == "\ud800"


def test_short_runs_share_a_task_and_long_ones_do_not() -> None:
    batches = Batches()
    assert (batches.size(4), batches.room(4)) == (1, 8)  # nothing is known of runs
    batches.learn(0.1, 10)
    assert batches.size(4) == 50
    assert batches.room(4) == 400
    assert [len(part) for part in batches.parts(range(400), 4, 0)] == [50] * 8
    assert [len(part) for part in batches.parts(range(8), 4, 0)] == [1] * 8  # for all threads
    assert [len(part) for part in batches.parts(range(60), 4, 7)] == [50, 10]
    for _ in range(40):
        batches.learn(2.0, 1)
    assert batches.size(4) == 1
    assert batches.seconds(1000) == 5.0  # a scheduler has not many tasks a second
    assert batches.size(1000) == 2
    assert Batches().room(0) == 0
    batches.learn(0.0, 5)
    batches.learn(1.0, 0)
    assert batches.size(1) <= MOST
    assert batches.room(10_000) == 20_000 > UNDER_WAY


def test_the_digest_of_our_code_changes_with_a_file_but_not_with_line_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "coded"
    package.mkdir()
    (package / "__init__.py").write_bytes(b"A = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(fitness, "PACKAGED", ("coded",))
    found = []
    for text in (b"A = 1\n", b"A = 1\r\n", b"A = 2\n"):
        (package / "__init__.py").write_bytes(text)
        fitness.fitness.cache_clear()
        found.append(fitness.fitness()["hpobench's code"])
    fitness.fitness.cache_clear()
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    "address",
    ["dask://", "dask://host", "127.0.0.1:8786", "dask://a b:1", "dask://host:x", "ray://a:1"],
)
def test_an_address_is_checked(address: str) -> None:
    with pytest.raises(InputError, match="an executor must be local or dask://HOST:PORT"):
        connection.check_address(address)


def test_a_missing_dask_is_told_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"needs Dask: pip install .*dask"):
        connection.check_address(ADDRESS)


def test_threads_are_counted_before_a_plan_is_made(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "find_spec", lambda _: True)
    assert connection.count_threads("dask://[::1]:8786") == 2
    assert double.clients[0].address == "tcp://[::1]:8786"
    double.reachable = False
    with pytest.raises(InputError, match=r"no scheduler answers at dask://.*Timed out"):
        connection.count_threads(ADDRESS)
    given = Cluster(ADDRESS, Store(Path()), limit=60, isolation="forked", session="one")
    with pytest.raises(InputError, match=r"no scheduler answers at dask://.*Timed out"):
        given.__enter__()
