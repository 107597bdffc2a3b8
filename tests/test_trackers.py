"""To trackers and back: an export keeps everything, and what comes back is equal to the bit."""

import json
import math
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import ended
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpobench import (
    Categorical,
    Config,
    Fidelity,
    Float,
    Identity,
    Int,
    Ordinal,
    Problem,
    Proposal,
    Record,
    Run,
    Space,
    Trial,
    Value,
    plain,
)
from hpobench.cards.card import StrategyCard
from hpobench.errors import InputError
from hpobench.exchange import export, records
from hpobench.exchange.distributions import inward, labels
from hpobench.exchange.incoming import import_from
from hpobench.exchange.mlflow import quoted, text
from hpobench.exchange.optuna import export_to
from hpobench.exchange.sealed import Sealed, read
from hpobench.exchange.studies import Study, outcomes, study
from hpobench.experiment import Experiment, plan
from hpobench.experiment.one_run import perform_run
from hpobench.library import extra
from hpobench.registry import Entry
from hpobench.registry.describing import problem_card, strategy_card
from hpobench.store import Store, places, run_file
from hpobench.store.run_file import RunFile
from hpobench.trial import Outcome, Reason, Recommendation, Stop

optuna = pytest.importorskip("optuna")
pytestmark = pytest.mark.peers
optuna.logging.set_verbosity(optuna.logging.WARNING)

SPACE = Space(
    {
        "float": Float(-8e307, 8e307),
        "log": Float(5e-324, 1e300, log=True),
        "int": Int(-3, 9),
        "huge": Int(-5, 2**60 + 1),
        "log int": Int(1, 10_000, log=True),
        "ordinal": Ordinal((0.1, 1, 2.5)),
        "alike": Categorical((None, True, 1, 1.0, "1", "true", False, 0, "")),
        "née/with+all": Categorical(("adam", None, "sgd")),
        "child": Float(0.0, 1.0, when={"alike": (1, "1")}),
        "grandchild": Int(0, 1, when={"née/with+all": ("adam",), "int": (1, 2, 3)}),
    }
)
FIDELITY = Fidelity(1, 9)
PROBLEM = Problem("kinds", 1, SPACE, plain(lambda _: 0.0), fidelity=FIDELITY)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def configs(draw: st.DrawFn) -> Config:
    config: Config = {}
    for name, parameter in SPACE.items():
        if SPACE.is_active(name, config):
            config[name] = draw(_values(parameter))
    return SPACE.check(config)


def _values(parameter: object) -> st.SearchStrategy[Value]:
    match parameter:
        case Float():
            return st.floats(parameter.low, parameter.high)
        case Int():
            return st.integers(parameter.low, parameter.high)
        case Ordinal() | Categorical():
            return st.sampled_from(parameter.values)
        case _:
            raise AssertionError


@st.composite
def runs(draw: st.DrawFn) -> Outcome:
    kept: list[Record] = []
    for place in range(draw(st.integers(0, 4))):
        error = draw(st.none() | st.text(st.characters(codec="utf-8"), min_size=1))
        value, score = (draw(NUMBERS) if error is None else math.nan for _ in range(2))
        resume = draw(st.sampled_from([None, *range(place)]))
        proposal = Proposal(draw(configs()), draw(st.integers(1, 9)), resume, draw(st.booleans()))
        gradient = {"float": draw(NUMBERS)} if proposal.gradient and error is None else None
        trial = Trial(place, proposal, (value,), draw(st.floats(1e-4, 1)), gradient)
        finished, duration = draw(st.floats(0, 1e300)), draw(st.floats(0, 1e300))
        measures = draw(st.dictionaries(st.sampled_from(["error", "size"]), NUMBERS))
        kept.append(Record(trial, score, measures, finished, {"ask": 0.1}, error, duration))
    run = Run(
        Identity("mine:a=1", "2"),
        Identity("kinds", "1"),
        draw(st.integers(0, 99)),
        Fraction(7, 3),
    )
    reason: Reason = draw(st.sampled_from(("complete", "failed")))
    best = draw(st.none() | st.builds(Recommendation, configs(), NUMBERS, st.booleans()))
    return Outcome(run, Stop(reason, "why", recommendation=best), tuple(kept))


def sealed(outcome: Outcome) -> Sealed:
    card = problem_card(Entry(outcome.run.problem, PROBLEM))
    strategy = StrategyCard(outcome.run.strategy, "", "", False, {"a": 1})
    return Sealed(Store(Path()), outcome, strategy, card)


def texts(outcome: Outcome) -> list[str]:
    """Return the records as texts, which compare to the bit, nan and types included."""
    return [records.to_json(record) for record in outcome.records]


@settings(max_examples=30, deadline=None)
@given(runs())
def test_a_round_trip_through_optuna_keeps_everything_to_the_bit(outcome: Outcome) -> None:
    with TemporaryDirectory() as folder:
        storage = f"{folder}/journal.log"
        assert export_to([sealed(outcome)], storage, Path(folder))[1] == 1
        backend = optuna.storages.journal.JournalFileBackend(storage)
        there = optuna.storages.JournalStorage(backend)
        (name,) = optuna.get_all_study_names(there)
        found = optuna.load_study(study_name=name, storage=there)
        trials, attributes = found.trials, found.user_attrs
    assert name == f"kinds/mine:a=1/{outcome.run.seed}"
    _check_what_people_see(trials, outcome)
    back = study(name, attributes, trials, PROBLEM).exported
    assert back is not None
    assert (back.run, back.stop, texts(back)) == (outcome.run, outcome.stop, texts(outcome))


def test_a_recommendation_of_another_space_is_not_imported() -> None:
    run = Run(Identity("mine", "1"), Identity("kinds", "1"), 0, Fraction(1))
    best = Recommendation({"float": 1.0}, 0.5, anew=True)
    altered = Study("s", Outcome(run, Stop("complete", recommendation=best), ()), (), 0)
    with pytest.raises(InputError, match="the recommendation of the study 's' lies outside"):
        outcomes([altered], Entry(run.problem, PROBLEM), "mine")


def _check_what_people_see(trials: Any, outcome: Outcome) -> None:  # noqa: ANN401  # Optuna's
    for trial, record in zip(trials, outcome.records, strict=True):
        config, below = record.trial.proposal.config, record.trial.proposal.fidelity != 9
        assert trial.state.name == ("FAIL" if record.failed else "PRUNED" if below else "COMPLETE")
        assert trial.value == (None if record.failed else record.trial.value)
        assert trial.user_attrs.get("score") == (None if record.failed else record.score)
        assert trial.params.keys() == config.keys()
        for name, value in trial.params.items():
            if name == "huge":
                assert value == float(config[name])  # type: ignore[arg-type]  # a number
            else:
                there = inward(SPACE[name], value)
                assert (type(there), there) == (type(config[name]), config[name])
        assert trial.params["née/with+all"] == config["née/with+all"]


def test_values_are_shown_as_they_are_unless_optuna_takes_them_for_one() -> None:
    assert labels(("adam", None, 2.5, True)) == ["adam", None, 2.5, True]
    assert labels((1, True, 1.0, "1")) == ["1", "true", "1.0", '"1"']


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of results: conditions, fidelities, several workers, an unsupported pair."""
    folder = tmp_path_factory.mktemp("trackers") / "results"
    who, where = ("random-search", "successive-halving"), ("mixed-8", "hartmann-6-epochs")
    planned = plan(Experiment("t", who, where, seeds=(0, 1), budget=3, workers=2))
    store = Store(folder)
    with store.writing(Fraction(3), 2):
        for strategy in planned.strategies:
            store.put_card(strategy_card(strategy))
        for problem in planned.problems:
            store.put_card(problem_card(problem))
        _seal_extremes(store)
    for run in planned.runs:
        perform_run(run, folder)
    return folder


def _seal_extremes(store: Store) -> None:
    """Keep a run with the ends of all ranges, with values that look alike, and with a failure."""
    kinds, mine = Identity("kinds", "1"), Identity("mine", "1")
    store.put_card(problem_card(Entry(kinds, PROBLEM)))
    store.put_card(StrategyCard(mine, "", "", plans_for_budget=False, fields={"a": None}))
    rows = [{name: each.decode(unit) for name, each in SPACE.items()} for unit in (0.0, 1.0)]
    rows += [{**rows[0], "alike": value} for value in (1, 1.0, "1", True, "true")]
    values = (5e-324, -1.7e308, math.nan, 0.1, -0.0, 1e-17, 3.0)
    run = Run(mine, kinds, 0, Fraction(3), 2)
    with RunFile(store.path(run), run) as file:
        for place, (row, value) in enumerate(zip(rows, values, strict=True)):
            trial = Trial(place, Proposal(SPACE.active(row), 9), (value,), 0.25)
            error = "it broke: née" if trial.failed else None
            file.append(Record(trial, value, {"size/b+": 2.0}, place, {}, error))
        file.seal(Stop("exhausted"), len(rows), {})


def test_an_exported_study_comes_back_as_the_same_runs(results: Path, tmp_path: Path) -> None:
    folder, back = copytree(results, tmp_path / "results"), tmp_path / "back"
    assert export(folder, "optuna") == f"9 runs exported: {folder / 'export' / 'optuna.db'}"
    assert export(folder, "optuna").startswith("0 runs exported, 9 were there already: ")
    storage = f"sqlite:///{folder / 'export' / 'optuna.db'}"
    name = "hartmann-6-epochs/successive-halving"
    said = import_from(storage, "hartmann-6-epochs", back, pattern=f"{name}/*")
    assert said.startswith("2 studies with ")
    before = [each.outcome for each in read(Store(results)) if each.name.startswith(name)]
    after = list(Store(back).outcomes())
    assert {each.run.strategy.name for each in after} == {"successive-halving"}
    assert len({each.run.strategy.version for each in after}) == 1
    ours = before[0].run.strategy
    assert [replace(each.run, strategy=ours) for each in after] == [each.run for each in before]
    assert [(each.stop, texts(each)) for each in after] == [(o.stop, texts(o)) for o in before]


def test_the_best_trial_is_the_incumbent(results: Path, tmp_path: Path) -> None:
    export(results, "optuna", storage=str(tmp_path / "journal"))
    backend = optuna.storages.journal.JournalFileBackend(str(tmp_path / "journal"))
    there = optuna.storages.JournalStorage(backend)
    for each in read(Store(results)):
        if each.outcome.records:
            held = each.steps()[-1]
            best = optuna.load_study(study_name=each.name, storage=there).best_trial
            assert best.value == held["incumbent-value"]
            assert best.user_attrs["score"] == held["incumbent-score"]


def test_several_objectives_are_a_study_with_a_direction_for_each(tmp_path: Path) -> None:
    (outcome,) = [each for each in ended.OUTCOMES if each.run.problem.name == "two"]
    folder = ended.results(tmp_path / "results", [outcome])
    export(folder, "optuna", storage=str(tmp_path / "journal"))
    backend = optuna.storages.journal.JournalFileBackend(str(tmp_path / "journal"))
    there = optuna.storages.JournalStorage(backend)
    found = optuna.load_study(study_name="two/a:b=1/0", storage=there)
    assert [direction.name for direction in found.directions] == ["MINIMIZE", "MINIMIZE"]
    assert found.metric_names == ["loss", "time"]
    assert [trial.state.name for trial in found.trials] == ["COMPLETE", "FAIL"]
    assert [trial.values for trial in found.trials] == [[3.0, 4.0], None]
    assert [trial.number for trial in found.best_trials] == [0]
    kept = [trial.user_attrs["hpobench"] for trial in found.trials]
    assert kept == texts(outcome)


def test_what_is_there_is_left_and_what_was_interrupted_is_written_again(
    results: Path, tmp_path: Path
) -> None:
    storage, journal = str(tmp_path / "journal"), optuna.storages.journal
    there = optuna.storages.JournalStorage(journal.JournalFileBackend(storage))
    taken, begun = (
        each for each in read(Store(results)) if each.name.startswith("mixed-8/random-")
    )
    optuna.create_study(storage=there, study_name=taken.name)
    optuna.create_study(storage=there, study_name=begun.name).set_user_attr("digest", begun.digest)
    assert export(results, "optuna", storage=storage).startswith("9 runs exported: ")
    said = export(results, "optuna", storage=storage)
    assert said.startswith("0 runs exported, 9 were there already: ")
    names = optuna.get_all_study_names(there)
    assert len(names) == 10
    assert {taken.name, f"{taken.name}-{taken.digest}", begun.name} <= set(names)
    assert not optuna.load_study(study_name=taken.name, storage=there).trials


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("mixed-8/*", "the same strategy; choose some by their names, as in --study 'mixed-8/"),
        ("*/random-search/*", "the same problem; choose some by their names, as in --study '"),
    ],
)
def test_studies_of_several_strategies_or_problems_are_not_mixed(
    results: Path, tmp_path: Path, pattern: str, message: str
) -> None:
    export(results, "optuna", storage=str(tmp_path / "journal"))
    with pytest.raises(InputError, match="must have the same") as error:
        import_from(str(tmp_path / "journal"), "mixed-8", tmp_path / "in", pattern=pattern)
    assert message in str(error.value)


def test_studies_of_another_problem_are_not_imported(results: Path, tmp_path: Path) -> None:
    storage = str(tmp_path / "journal")
    export(results, "optuna", storage=storage)
    with pytest.raises(InputError, match=r"another problem than --problem: mixed-8, not branin$"):
        import_from(storage, "branin", tmp_path / "in", pattern="mixed-8/random-search/*")


@pytest.mark.parametrize(
    ("tracker", "storage", "message"),
    [
        ("comet", None, "--to must be one of optuna, mlflow, wandb, .*: 'comet'"),
        (
            "wandb",
            "sqlite:///x.db",
            "--storage is for Optuna, use --output for wandb: 'sqlite:///x.db'",
        ),
        ("optuna", "no://where", "no://where can't be used as an Optuna storage"),
    ],
)
def test_what_can_not_be_exported_is_one_line(
    results: Path, tracker: str, storage: str | None, message: str
) -> None:
    with pytest.raises(InputError, match=message.replace("://", ".*")):
        export(results, tracker, storage=storage)


@pytest.mark.parametrize("tracker", ["optuna", "mlflow", "wandb"])
def test_a_missing_library_is_one_line_that_says_how_to_get_it(
    results: Path, tmp_path: Path, tracker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, tracker, None)
    with pytest.raises(InputError, match=re.escape(extra(tracker))):
        export(results, tracker, output=tmp_path / "out")


@pytest.mark.filterwarnings("ignore")  # MLflow causes SQLAlchemy's warnings
def test_mlflow_has_every_trial_and_the_run_itself(results: Path, tmp_path: Path) -> None:
    pytest.importorskip("mlflow")
    from mlflow.tracking import MlflowClient

    assert export(results, "mlflow", output=tmp_path).startswith("9 runs exported: sqlite:///")
    assert export(results, "mlflow", output=tmp_path).startswith("0 runs exported, 9 were there")
    client: Any = MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'mlflow.db'}")
    for each in read(Store(results)):
        place = client.get_experiment_by_name(each.problem.identity.name).experiment_id
        (run,) = client.search_runs([place], f"tags.`hpobench.digest` = '{each.digest}'")
        children = client.search_runs([place], f"tags.`mlflow.parentRunId` = '{run.info.run_id}'")
        below = {int(child.data.tags["hpobench.trial"]): child for child in children}
        kept = (
            Path(run.info.artifact_uri.removeprefix("file://"))
            / places.place(each.outcome.run).file
        )
        assert kept.read_bytes() == each.store.lines(each.outcome.run)
        assert run_file.read(kept).run == each.outcome.run
        for key in ("value", "incumbent-value", "incumbent-score", "spent"):
            curve = (
                [(m.step, m.value) for m in client.get_metric_history(run.info.run_id, key)]
                if each.outcome.records
                else []
            )
            assert curve == [(i, s[key]) for i, s in enumerate(each.steps()) if key in s]
        assert len(below) == len(each.outcome.records)
        for record in each.outcome.records:
            child = below[record.trial.id]
            config = record.trial.proposal.config
            assert child.data.params == {quoted(k): text(v) for k, v in config.items()}
            value = None if record.failed else record.trial.value
            assert child.data.metrics.get("value") == value
            assert child.info.status == ("FAILED" if record.failed else "FINISHED")


WATCH = """
import os, sys, threading
import psutil
from hpobench.commands.cli import main
sys.argv = ["hpobench", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end
print(len(psutil.Process().children(recursive=True)), threading.active_count())
"""


def test_wandb_has_every_trial_and_writes_and_leaves_nothing_elsewhere(
    results: Path, tmp_path: Path
) -> None:
    pytest.importorskip("wandb")
    home, temporary, out = tmp_path / "home", tmp_path / "tmp", tmp_path / "out"
    for folder in (home, temporary):
        folder.mkdir()
    command = ["export", str(results), "--to", "wandb", "--output", str(out)]
    ran = subprocess.run(  # noqa: S603  # ours
        [sys.executable, "-c", WATCH, *command],
        env={
            **os.environ,
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "XDG_CACHE_HOME": str(home),
        },
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == f"9 runs exported: {out / 'wandb'}\n0 1\n"
    assert ran.stderr == ""
    assert [*home.rglob("*"), *temporary.rglob("*")] == []
    for each in read(Store(results)):
        (folder,) = (out / "wandb").glob(f"offline-run-*-{each.digest}")
        file = folder / "files" / places.place(each.outcome.run).file
        assert file.read_bytes() == each.store.lines(each.outcome.run)
        config, history = _offline(folder / f"run-{each.digest}.wandb")
        assert {key: config[key] for key in each.facts} == each.facts
        steps = each.steps()
        for row, step, record in zip(history, steps, each.outcome.records, strict=True):
            assert {key: row[key] for key in step} == step
            kept = {k[7:]: v for k, v in row.items() if k.startswith("config/")}
            assert kept == record.trial.proposal.config
            assert row["state"] == ("failed" if record.failed else "complete")


def _offline(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Read the configuration and the history of an offline run, as `wandb sync` would."""
    messages: Any = import_module("wandb.proto.wandb_internal_pb2")
    config: dict[str, Any] = {}
    history: list[dict[str, Any]] = []
    for data in _entries(path.read_bytes()):
        record = messages.Record()
        record.ParseFromString(data)
        config |= {each.key: json.loads(each.value_json) for each in record.run.config.update}
        items = record.history.item
        if items:
            history.append(
                {e.key or "/".join(e.nested_key): json.loads(e.value_json) for e in items}
            )
    return config, history


def _entries(data: bytes) -> Iterator[bytes]:
    """Split a LevelDB log with a file header of 7 bytes, as in W&B's offline runs."""
    place, entry, block = 7, b"", 32768
    while place + 7 <= len(data):
        if block - place % block < 7:
            place += block - place % block
            continue
        _, length, kind = struct.unpack_from("<IHB", data, place)
        entry += data[place + 7 : place + 7 + length]
        place += 7 + length
        if kind in {1, 4}:  # a whole record, or the last of its parts
            yield entry
            entry = b""
