"""From a tracker: what users tuned elsewhere becomes runs on a named problem."""

import math
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from hpobench import (
    Fidelity,
    Float,
    Problem,
    Space,
    plain,
)
from hpobench.commands.cli import main
from hpobench.commands.reporting import make_report
from hpobench.errors import InputError
from hpobench.exchange.incoming import import_from
from hpobench.exchange.studies import study
from hpobench.store import Store
from hpobench.trial import Stop

optuna = pytest.importorskip("optuna")
pytestmark = pytest.mark.peers
optuna.logging.set_verbosity(optuna.logging.WARNING)


def elsewhere(path: Path, *, direction: str = "minimize") -> Any:  # noqa: ANN401  # Optuna's
    """Make a study as a user would, in a SQLite file."""
    return optuna.create_study(
        storage=f"sqlite:///{path}", study_name="tuned", direction=direction, load_if_exists=True
    )


def suggest(trial: Any, x2: tuple[float, float] = (2, 15)) -> float:  # noqa: ANN401  # Optuna's
    x1 = trial.suggest_float("x1", -5, 10)
    return float(x1**2 + trial.suggest_float("x2", *x2))


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # a user's own connection
def test_a_users_study_races_on_a_named_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.db"
    theirs = elsewhere(path)
    for _ in range(3):
        trial = theirs.ask()
        theirs.tell(trial, suggest(trial))
    trial = theirs.ask()
    suggest(trial)
    theirs.tell(trial, state=optuna.trial.TrialState.FAIL)
    trial = theirs.ask()
    theirs.tell(trial, math.inf + suggest(trial))
    theirs.tell(theirs.ask(), state=optuna.trial.TrialState.FAIL)  # before it had a configuration
    theirs.enqueue_trial({"x1": 0.0, "x2": 3.0})
    said = import_from(str(path), "branin", tmp_path / "in", name="my-tpe")
    assert said.startswith("1 study with 5 trials imported as my-tpe, 2 trials left out, which")
    (outcome,) = Store(tmp_path / "in").outcomes()
    assert (outcome.run.strategy.name, outcome.run.seed, outcome.run.budget) == (
        "my-tpe",
        0,
        Fraction(5),
    )
    assert outcome.stop == Stop("complete")
    told = [(r.trial.proposal.config, r.trial.value) for r in outcome.records[:3]]
    assert told == [(trial.params, trial.value) for trial in theirs.trials[:3]]
    assert [record.error for record in outcome.records] == [
        *(None, None, None),
        "fail in Optuna, with the value None",
        "complete in Optuna, with the value inf",
    ]
    command = ["import", str(path), "-p", "branin", "--results", str(tmp_path / "in")]
    monkeypatch.setattr(sys, "argv", ["hpobench", *command, "--strategy", "my-tpe"])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    assert capsys.readouterr().out == f"{said}\n"
    assert len(list(Store(tmp_path / "in").outcomes())) == 1
    make_report(tmp_path / "in", tmp_path / "report")
    page = (tmp_path / "report" / "index.html").read_text()
    assert "my-tpe" in page
    assert "imported from" in page
    assert "No command makes the runs of my-tpe again" in page


@pytest.mark.parametrize(
    ("steps", "level", "value"),
    [({1: 0.9, 3: 0.5}, 3, 0.5), ({0: 0.9}, 27, math.nan), ({}, 27, math.nan)],
)
def test_a_pruned_trial_is_one_at_its_last_step_where_that_is_a_fidelity(
    steps: dict[int, float], level: int, value: float
) -> None:
    problem = Problem(
        "p", 1, Space({"x": Float(0, 1)}), plain(lambda _: 0.0), fidelity=Fidelity(1, 27)
    )
    theirs = optuna.create_study()
    trial = theirs.ask()
    trial.suggest_float("x", 0, 1)
    for step, each in steps.items():
        trial.report(each, step)
    theirs.tell(trial, state=optuna.trial.TrialState.PRUNED)
    (record,) = study("s", {}, theirs.trials, problem).records
    assert record.trial.proposal.fidelity == level
    assert record.trial.value == pytest.approx(value, nan_ok=True, rel=0)
    assert record.trial.cost == level / 27


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {},
            "trial 0 of the study 'tuned' lies outside the space of branin: 'x2' must be a number",
        ),
        (
            {"pattern": "nothing*"},
            "has no study with a trial that ended and a name like 'nothing*'",
        ),
        ({"spec": "held-out"}, "--problem must name one problem, not "),
        ({"spec": "mixed-8"}, "lies outside the space of mixed-8: 'rate' is missing from the"),
        ({"name": "my tpe"}, "letters, digits or characters of '_.,:=+-': 'my tpe'"),
        ({"storage": "none.db"}, "there is no Optuna storage: "),
        ({"storage": "sqlite:///none.db"}, "there is no Optuna storage: none.db"),
        ({"storage": "no://where"}, "no://where can't be used as an Optuna storage: "),
        (
            {"storage": "mysql+none://me:secret@here/db"},
            "mysql+none://me:***@here/db can't be used as an Optuna storage: ",
        ),
        ({"storage": __file__}, "test_trackers_import.py can't be used as an Optuna storage: "),
    ],
)
def test_what_can_not_be_imported_is_one_line_and_nothing_is_written(
    tmp_path: Path, arguments: dict[str, str], message: str
) -> None:
    theirs = elsewhere(tmp_path / "mine.db")
    trial = theirs.ask()
    theirs.tell(trial, suggest(trial, x2=(-1e3, -1)))
    given = {"storage": str(tmp_path / "mine.db"), "spec": "branin", **arguments}
    storage, spec = given.pop("storage"), given.pop("spec")
    with pytest.raises(InputError) as error:
        import_from(storage, spec, tmp_path / "in", **given)
    assert message in str(error.value)
    assert "secret" not in str(error.value)
    assert not (tmp_path / "in").exists()
    assert not Path("none.db").exists()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_study_that_maximises_is_refused(tmp_path: Path) -> None:
    elsewhere(tmp_path / "mine.db", direction="maximize")
    with pytest.raises(
        InputError, match="only studies that minimise one value can be imported: 'tuned'"
    ):
        import_from(str(tmp_path / "mine.db"), "branin", tmp_path / "in")
