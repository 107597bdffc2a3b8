"""Runs as Optuna's studies, with the values that people know: "adam", not 2.

A trial below the highest fidelity is pruned, with its value at that step, so that the best trial is
the incumbent. A user attribute of each trial holds what Optuna can't hold to the bit.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ..store.folder import saying
from ..trial import Fidelity, Record
from . import records
from .distributions import distribution, outward
from .library import watched
from .sealed import Sealed
from .storages import opened, shown

DATABASE = "optuna.db"
KEY = "hpobench"
"""The user attribute of a trial that holds its record, and of a study that is whole its digest."""
BEGINNING = datetime(2000, 1, 1)  # noqa: DTZ001  # Optuna's times have no zone
"""When the simulated clock is at 0; a unit of it is a second."""
LONGEST = 1e9
"""Seconds after the beginning; what ends later ends there."""


def export_to(runs: Sequence[Sealed], storage: str | None, output: Path) -> tuple[str, int]:
    """Add the runs to a storage, by default a SQLite file in a folder.

    Returns where it is, and how many of the runs were not there.
    """
    if storage is None:
        with saying(output):
            output.mkdir(parents=True, exist_ok=True)
        storage = str(output / DATABASE)
    with opened(storage, new=True) as (there, studies):
        done = {study.study_name: study.user_attrs for study in studies}
        return shown(storage), sum(_added(there, run, done) for run in watched(runs, "To Optuna"))


def _added(storage: Any, run: Sealed, done: dict[str, Mapping[str, Any]]) -> bool:  # noqa: ANN401  # Optuna's
    """Add a run unless it is there; tell whether it was not.

    A study of its name that is another run's, or not ours, is left as it is: then the name gets
    the digest. One that an interrupted export began is written again.
    """
    import optuna

    name = run.name
    if name in done and done[name].get("digest") != run.digest:
        name = f"{name}-{run.digest}"
    if name in done:
        if KEY in done[name]:
            return False
        optuna.delete_study(study_name=name, storage=storage)
    study = optuna.create_study(storage=storage, study_name=name, direction="minimize")
    facts = {**run.facts, "strategy-fields": dict(run.strategy.fields)}
    for key, fact in facts.items():
        study.set_user_attr(key, fact)
    passed: dict[int | None, float] = {each.trial.id: each.duration for each in run.outcome.records}
    for record in run.outcome.records:
        study.add_trial(_trial(record, passed.get(record.trial.proposal.resume, 0.0), run))
    study.set_user_attr(KEY, run.digest)
    done[name] = study.user_attrs
    return True


def _trial(record: Record, passed: float, run: Sealed) -> Any:  # noqa: ANN401  # Optuna's
    """Return a trial that has ended; `passed` is the duration of the one that it continues."""
    from optuna.trial import FrozenTrial

    trial, proposal = record.trial, record.trial.proposal
    parameters: Mapping[str, Any] = run.problem.parameters
    config = {} if run.strategy.system else proposal.config  # a system's is none of the space
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
        value=None if record.failed else trial.value,
        datetime_start=BEGINNING + timedelta(seconds=ended - took),
        datetime_complete=BEGINNING + timedelta(seconds=ended),
        params={name: outward(described[name], value) for name, value in config.items()},
        distributions={name: distribution(each) for name, each in described.items()},
        user_attrs={key: fact for key, fact in about.items() if fact is not None},
        system_attrs={},
        intermediate_values=steps,
    )


def _state(record: Record, fidelity: Fidelity | None) -> tuple[Any, dict[int, float]]:
    """Return the state, and the value by step where the fidelity counts whole steps."""
    from optuna.trial import TrialState

    level = record.trial.proposal.fidelity
    steps = {int(level): record.trial.value} if level is not None and level == int(level) else {}
    if record.failed:
        return TrialState.FAIL, {}
    if fidelity is not None and level is not None and level < fidelity.high:
        return TrialState.PRUNED, steps
    return TrialState.COMPLETE, steps
