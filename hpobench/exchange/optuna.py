"""Export to Optuna: a run becomes a study, with the values that people know, such as "adam".

A trial below the highest fidelity becomes a pruned one, with its value at that step, so that
Optuna's best trial is our incumbent. With several objectives, the study has a direction for each.
A user attribute of each trial holds the exact record.
"""

import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ..json_forms import recommendation_to_json
from ..store.holding import saying
from ..trial import Fidelity, Record
from . import records
from .distributions import distribution, outward
from .library import watched
from .sealed import Sealed
from .storages import opened, shown

DATABASE = "optuna.db"
KEY = "hpobench"
"""The user attribute that holds the record of a trial; of a complete study it holds the digest."""
BEGINNING = datetime(2000, 1, 1)  # noqa: DTZ001  # Optuna's times have no zone
"""The date for 0 on the simulated clock; each unit of the clock becomes a second."""
LONGEST = 1e9
"""The most seconds after the beginning; a trial that ends later is given this end."""


def export_to(runs: Sequence[Sealed], storage: str | None, output: Path) -> tuple[str, int]:
    """Add runs to a storage; return where it is, and how many runs were added.

    `storage`: None for a SQLite file in the folder `output`.
    """
    if storage is None:
        with saying(output):
            output.mkdir(parents=True, exist_ok=True)
        storage = str(output / DATABASE)
    with opened(storage, new=True) as (there, studies):
        done = {study.study_name: study.user_attrs for study in studies}
        return shown(storage), sum(_added(there, run, done) for run in watched(runs, "To Optuna"))


def _added(storage: Any, run: Sealed, done: dict[str, Mapping[str, Any]]) -> bool:  # noqa: ANN401  # Optuna's
    """Add a run, unless it is there already; tell whether it was added.

    If a study of another origin has the run's name, it is left as it is, and the new study's name
    ends in the digest. A study that an interrupted export left is written again. `done` holds the
    user attributes of the studies in the storage, by name.
    """
    import optuna

    name = run.name
    if name in done and done[name].get("digest") != run.digest:
        name = f"{name}-{run.digest}"
    if name in done:
        if KEY in done[name]:
            return False
        optuna.delete_study(study_name=name, storage=storage)
    objectives = run.problem.objectives
    directions = ["minimize"] * len(objectives)
    study = optuna.create_study(storage=storage, study_name=name, directions=directions)
    if len(objectives) > 1:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            study.set_metric_names(list(objectives))
    facts: dict[str, object] = {**run.facts, "strategy-fields": dict(run.strategy.fields)}
    if run.outcome.stop.recommendation is not None:
        facts["recommendation"] = recommendation_to_json(run.outcome.stop.recommendation)
    for key, fact in facts.items():
        study.set_user_attr(key, fact)
    passed: dict[int | None, float] = {each.trial.id: each.duration for each in run.outcome.records}
    for record in run.outcome.records:
        study.add_trial(_trial(record, passed.get(record.trial.proposal.resume, 0.0), run))
    study.set_user_attr(KEY, run.digest)
    done[name] = study.user_attrs
    return True


def _trial(record: Record, passed: float, run: Sealed) -> Any:  # noqa: ANN401  # Optuna's
    """Return a record as Optuna's trial; `passed` is the duration that it continues."""
    from optuna.trial import FrozenTrial

    trial, proposal = record.trial, record.trial.proposal
    parameters: Mapping[str, Any] = run.problem.parameters
    config = {} if run.strategy.system else proposal.config  # a system has a space of its own
    described = {name: parameters[name] for name in config}
    ended = min(max(record.finished, 0.0), LONGEST)
    took = min(max(record.duration - passed, 0.0), ended)
    state, steps = _state(record, run.problem.fidelity)
    about = {
        "score": None if record.failed else record.score,
        "cost": trial.cost,
        "fidelity": proposal.fidelity,
        "duration": record.duration,
        "error": record.error,
        KEY: records.to_json(record),
    }
    return FrozenTrial(
        number=-1,  # the study numbers them
        trial_id=-1,
        state=state,
        value=None,
        values=None if record.failed else list(record.values),
        datetime_start=BEGINNING + timedelta(seconds=ended - took),
        datetime_complete=BEGINNING + timedelta(seconds=ended),
        params={name: outward(described[name], value) for name, value in config.items()},
        distributions={name: distribution(each) for name, each in described.items()},
        user_attrs={key: fact for key, fact in about.items() if fact is not None},
        system_attrs={},
        intermediate_values=steps,
    )


def _state(record: Record, fidelity: Fidelity | None) -> tuple[Any, dict[int, float]]:
    """Return Optuna's state for a record, and its value by step if its fidelity is whole.

    Optuna keeps no steps where there are several objectives.
    """
    from optuna.trial import TrialState

    level = record.trial.proposal.fidelity
    stepped = level is not None and level == int(level) and len(record.values) == 1
    steps = {int(level): record.value} if level is not None and stepped else {}
    if record.failed:
        return TrialState.FAIL, {}
    if fidelity is not None and level is not None and level < fidelity.high:
        return TrialState.PRUNED, steps
    return TrialState.COMPLETE, steps
