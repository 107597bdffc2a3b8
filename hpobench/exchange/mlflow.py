"""Export to MLflow: a problem becomes an experiment, a run a run, and its trials runs below it.

A run has the curves of value, score and incumbent, with a step for each trial, and its own file as
an artifact, which holds everything to the bit. The runs below it hold the configurations.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from ..errors import InputError, described
from ..parameter import Value
from ..processes.environment_variables import variables
from ..store.holding import saying
from ..trial import Record
from .library import need, watched
from .sealed import Sealed

DATABASE, ARTIFACTS = "mlflow.db", "mlflow-artifacts"
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_LOGGING_LEVEL": "WARNING"}
METRICS, PARAMETERS = 1000, 100
"""The most metrics and the most parameters in one batch."""
DONE = "hpobench.digest"
"""The tag that a run gets last; a run without it was left by an export that was interrupted."""

Item = TypeVar("Item")


def export_to(runs: Sequence[Sealed], output: Path) -> tuple[str, int]:
    """Add runs to the SQLite file in a folder; return its URL, and how many runs were added."""
    with variables(QUIET):
        need("mlflow", "mlflow", "sqlalchemy", "alembic")
        from mlflow.exceptions import MlflowException
        from mlflow.tracking import MlflowClient

        with saying(output):
            output.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{(output / DATABASE).resolve()}"
        try:
            client = MlflowClient(tracking_uri=url, registry_uri=url)
            return url, sum(_added(client, run, output) for run in watched(runs, "To MLflow"))
        except MlflowException as error:
            raise InputError(f"{url} can't be written: {described(error)[:200]}") from None


def _added(client: Any, run: Sealed, output: Path) -> bool:  # noqa: ANN401  # MLflow's
    """Add a run, unless it is there already; tell whether it was added."""
    name = run.outcome.run.problem.name
    found = client.get_experiment_by_name(name)
    if found is None:
        location = (output / ARTIFACTS).resolve().as_uri()
        experiment = client.create_experiment(name, artifact_location=location)
    else:
        experiment = found.experiment_id
    if client.search_runs([experiment], f"tags.`{DONE}` = '{run.digest}'"):
        return False
    ended = "FAILED" if run.outcome.stop.reason == "failed" else "FINISHED"
    tags = {f"hpobench.{key}": str(fact) for key, fact in run.facts.items() if key != "digest"}
    parent = client.create_run(experiment, run_name=run.name, tags=tags).info.run_id
    steps = run.steps()
    _log(client, parent, run.strategy.fields, steps)
    for record, step in zip(run.outcome.records, steps, strict=True):
        _add_trial(client, experiment, parent, record, step)
    with TemporaryDirectory() as folder:
        client.log_artifact(parent, str(run.copy_into(Path(folder))))
    client.set_tag(parent, DONE, run.digest)
    client.set_terminated(parent, ended)
    return True


def _add_trial(
    client: Any,  # noqa: ANN401  # MLflow's
    experiment: str,
    parent: str,
    record: Record,
    step: Mapping[str, float],
) -> None:
    tags = {"mlflow.parentRunId": parent, "hpobench.trial": str(record.trial.id)}
    if record.error is not None:
        tags["hpobench.error"] = record.error[:1000]
    name = f"trial {record.trial.id}"
    child = client.create_run(experiment, run_name=name, tags=tags).info.run_id
    numbers = {key: number for key, number in step.items() if not key.startswith("incumbent-")}
    _log(client, child, record.trial.proposal.config, [numbers])
    client.set_terminated(child, "FAILED" if record.failed else "FINISHED")


def _log(
    client: Any,  # noqa: ANN401  # MLflow's
    run: str,
    parameters: Mapping[str, Value],
    steps: Sequence[Mapping[str, float]],
) -> None:
    from mlflow.entities import Metric, Param

    for some in _batches([(quoted(k), text(v)) for k, v in parameters.items()], PARAMETERS):
        client.log_batch(run, params=[Param(key, value) for key, value in some])
    numbers = [
        Metric(quoted(key, keep="/"), number, place, place)
        for place, step in enumerate(steps)
        for key, number in step.items()
    ]
    for each in _batches(numbers, METRICS):
        client.log_batch(run, metrics=each)


def _batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def quoted(name: str, *, keep: str = "") -> str:
    """Spell a name as MLflow allows: each other character becomes its hexadecimal code in dots.

    >>> quoted("learning-rate"), quoted("a+b")
    ('learning-rate', 'a.2b.b')
    """
    return re.sub(rf"[^\w \-{keep}]", lambda found: f".{ord(found[0]):x}.", name)


def text(value: Value) -> str:
    """Write a value: a text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)
