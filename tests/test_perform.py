"""Runs on supervised processes: whatever one of them does, the others are performed."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from performing import Clock, performed, planned

from hpobench import Run
from hpobench.errors import InputError
from hpobench.experiment.local.pool import Isolation, Pool
from hpobench.experiment.one_run import Done, perform_run
from hpobench.experiment.perform import perform
from hpobench.store import Store, run_file
from hpobench.trial import Outcome, Stop

KILLED = "its process was killed by signal 9 (SIGKILL)"
BAD = '''
import os, signal, time
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def objective(config):
    """Dies, hangs, or leaves, by where it is asked."""
    if HOW == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if HOW == "exit":
        os._exit(7)
    if HOW == "fork":
        os.fork()
    if HOW == "hang":
        open(__file__ + ".asked", "w").close()
        time.sleep(600)
    return config["x"]

HOW = "none"
FD = "/proc/self/fd/{}"
'''
ENDLESS = '''
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Endless(Strategy):
    """Never answers."""
    def ask(self, pending):
        open(__file__ + ".asked", "w").close()
        while True:
            pass
'''
DIES_SEALED = """
import os, signal
from hpobench import Float, Space
from hpobench.store.run_file import RunFile

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
DRAWS = """
import os
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Draws(Strategy):
    def ask(self, pending):
        return Proposal({"x1": int.from_bytes(os.urandom(2), "big") / 65536, "x2": 1.0})
"""


FORKS = """
import os
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Forks(Strategy):
    def ask(self, pending):
        proposal = Proposal(self.task.space.sample(self.rng))
        if os.fork() == 0:
            raise SystemExit("a copy")
        return proposal
"""


@dataclass(frozen=True)
class Session:
    """The results of the runs of one session, bad runs among good ones."""

    folder: Path
    """The folder of the files."""
    done: dict[str, Done]
    """The runs that are done, by what is bad about a run, or by a good run's problem and seed."""
    outcomes: dict[str, Outcome]
    """The outcomes of the runs that have one, by the same names."""


def bad(folder: Path, how: str) -> str:
    path = folder / f"{how}.py"
    path.write_text(BAD.replace('HOW = "none"', f'HOW = "{how}"'))
    return str(path)


def written(folder: Path, name: str, text: str) -> str:
    path = folder / f"{name}.py"
    path.write_text(text)
    return str(path)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    folder = tmp_path_factory.mktemp("session")
    runs = {how: planned("random-search", bad(folder, how)) for how in ("kill", "exit", "fork")}
    runs["dies sealed"] = planned("random-search", written(folder, "dies", DIES_SEALED))
    runs["fork in ask"] = planned(written(folder, "forks", FORKS), "branin")
    runs["draws"] = planned(written(folder, "draws", DRAWS), "branin", budget=3)
    for name in ("changed", "gone"):
        runs[name] = planned(written(folder, name, ENDLESS), "branin")
    (folder / "changed.py").write_text(ENDLESS + "\n# edited\n")
    (folder / "gone.py").unlink()
    runs |= {f"branin {seed}": planned("random-search", "branin", seed) for seed in range(3)}
    store = Store(folder / "results")
    with store.writing(runs["draws"].budget, 1):
        perform_run(runs["draws"], store.folder)
    sealed = store.path(runs["draws"]).with_suffix(run_file.SEALED)
    part = sealed.rename(sealed.with_suffix(run_file.PART))
    part.write_bytes(b"".join(part.read_bytes().splitlines(keepends=True)[:3]))
    done = performed(list(runs.values()), store.folder, isolation="forked")
    outcomes = {outcome.run: outcome for outcome in store.outcomes()}
    return Session(
        folder,
        {name: done[run] for name, run in runs.items()},
        {name: outcomes[run] for name, run in runs.items() if run in outcomes},
    )


def test_the_digests_are_those_of_any_number_of_processes_and_any_order(tmp_path: Path) -> None:
    pairs = {
        "random-search": "hartmann-6-noisy",
        "successive-halving": "hartmann-6-epochs",
        "genetic-algorithm": "hartmann-6-epochs",
    }
    runs = [planned(*pair, seed) for pair in pairs.items() for seed in range(3)]
    for run in runs:
        perform_run(run, tmp_path / "here")
    performed(runs[::-1], tmp_path / "4", jobs=4)
    digests = [
        {run: run_file.digest(Store(folder).path(run).with_suffix(run_file.SEALED)) for run in runs}
        for folder in (tmp_path / "here", tmp_path / "4")
    ]
    assert digests[0] == digests[1]
    assert len(set(digests[0].values())) == len(runs)


@pytest.mark.parametrize(
    ("how", "detail"),
    [
        (
            "kill",
            f"incomplete: {KILLED}, perhaps for lack of memory, 2 times",
        ),
        ("exit", "failed: its process ended before the run did, with exit code 7"),
    ],
)
def test_a_run_that_ends_its_process_takes_no_other_with_it(
    session: Session, how: str, detail: str
) -> None:
    done = session.done[how]
    assert f"{done.status}: {done.detail}" == detail
    assert {session.done[f"branin {seed}"].status for seed in range(3)} == {"complete"}
    assert (how in session.outcomes) == (how == "exit")


@pytest.mark.parametrize("how", ["fork", "fork in ask"])
def test_a_copy_that_a_run_forks_writes_nothing_and_says_nothing(
    session: Session, how: str
) -> None:
    assert session.done[how].status == "complete"
    assert [record.trial.id for record in session.outcomes[how].records] == [0, 1, 2]
    assert not (session.folder / "results" / "damaged").exists()


@pytest.mark.parametrize("isolation", ["forked", "spawned"])
@pytest.mark.parametrize(
    "closed",
    [
        "os.closerange(3, 256)",
        "os.close(next(n for n in range(3, 256) if '/runs/' in os.path.realpath(FD.format(n))))",
    ],
    ids=["all", "its own results"],
)
def test_a_run_that_closes_its_process_s_files_fails_alone_and_without_a_traceback(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], closed: str, isolation: Isolation
) -> None:
    path = tmp_path / "closes.py"
    path.write_text(BAD.replace("    return config", f"    {closed}\n    return config"))
    runs = [planned("random-search", name) for name in (str(path), "branin")]
    done = performed(runs, tmp_path / "results", isolation=isolation)
    assert (done[runs[0]].status, done[runs[1]].status) == ("failed", "complete")
    assert done[runs[0]].detail == "its process ended before the run did, with exit code 1"
    outcomes = {each.run: each.stop for each in Store(tmp_path / "results").outcomes()}
    assert outcomes[runs[0]] == Stop("failed", done[runs[0]].detail)
    assert capfd.readouterr().err == ""


def test_a_run_whose_process_dies_after_its_seal_is_complete(session: Session) -> None:
    assert session.done["dies sealed"].status == "complete"
    assert len((session.folder / "dies.py.count").read_text()) == 3
    outcome = session.outcomes["dies sealed"]
    assert (outcome.stop.reason, len(outcome.records)) == ("complete", 3)


def test_a_run_that_can_not_be_replayed_begins_anew_and_says_so(session: Session) -> None:
    assert session.done["draws"].status == "complete"
    assert "was begun anew" in " ".join(session.done["draws"].notices)
    assert len(session.outcomes["draws"].records) == 3


def test_a_run_over_its_limit_is_incomplete_and_never_an_outcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, store = Clock(monkeypatch), Store(tmp_path / "results")
    hang, endless = bad(tmp_path, "hang"), written(tmp_path, "endless", ENDLESS)
    runs = [
        planned("random-search", hang),
        planned(endless, "branin"),
        planned("random-search", "branin"),
    ]
    done = dict[Run, Done]()
    asked = [Path(f"{path}.asked") for path in (hang, endless)]
    with (
        store.writing(runs[0].budget, 1),
        Pool(runs, store.folder, jobs=2, limit=600) as pool,
    ):
        for step in perform(runs, store, pool):
            done |= {each.run: each for each in step.done}
            if not done and all(path.exists() for path in asked):
                clock.put_forward(600)
    assert [done[run].status for run in runs] == ["incomplete", "incomplete", "complete"]
    assert "it took longer than 600 seconds" in done[runs[0]].detail
    assert [outcome.run for outcome in store.outcomes()] == [runs[2]]
    assert [path.name[0] for path in store.paths(run_file.PART)] == ["0", "0"]


def test_a_run_whose_strategy_changed_since_the_plan_is_incomplete_and_no_loss(
    session: Session,
) -> None:
    for name, detail in (
        ("changed", "has changed since the run was planned"),
        ("gone", "can't be read"),
    ):
        assert session.done[name].status == "incomplete"
        assert detail in session.done[name].detail
        assert name not in session.outcomes


@pytest.mark.parametrize("isolation", ["forked", "shared"])
def test_a_file_that_was_changed_to_end_its_process_is_no_loss(
    tmp_path: Path, isolation: Isolation
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(ENDLESS)
    runs = [planned(str(path), "branin"), planned("random-search", "branin")]
    path.write_text("import os; os._exit(3)")
    done = performed(runs, tmp_path / "results", isolation=isolation)
    assert [done[run].status for run in runs] == ["incomplete", "complete"]
    assert (
        "before its strategy and its problem were imported, with exit code 3"
        in done[runs[0]].detail
    )
    assert [each.run for each in Store(tmp_path / "results").outcomes()] == runs[1:]


def test_a_store_that_can_not_be_written_stops_everything(tmp_path: Path) -> None:
    run = planned("random-search", "branin")
    store = Store(tmp_path / "results")
    with store.writing(run.budget, 1), Pool([run], store.folder, jobs=1, limit=60) as pool:
        (store.folder / "runs" / "branin").write_text("in the way")
        with pytest.raises(InputError, match="can't be written"):
            list(perform([run], store, pool))


def test_a_file_that_goes_to_another_folder_leaves_the_results_where_they_belong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bad(tmp_path, "none")
    Path(path).write_text(f"import os\nos.chdir({str(tmp_path)!r})\n{Path(path).read_text()}")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    run = planned("random-search", path)
    monkeypatch.chdir(tmp_path / "here")
    done = performed([run], Path("results"))
    assert done[run].status == "complete"
    assert [each.run for each in Store(tmp_path / "here" / "results").outcomes()] == [run]
    assert not (tmp_path / "results").exists()
