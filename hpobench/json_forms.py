"""Conversion of tasks, trials, records and runs to JSON and back, for pipes and files."""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from fractions import Fraction
from typing import Any

import numpy as np

from .errors import shown
from .parameter import Categorical, Float, Int, Ordinal
from .prior import Normal, Prior, Weights
from .problem import Examples
from .space import Space
from .strategy import Task
from .trial import (
    FIRST,
    Fidelity,
    Identity,
    Pending,
    Proposal,
    Recommendation,
    Record,
    Run,
    Setting,
    Stop,
    Trial,
)

LONGEST = 10_000
"""The most characters of a name or a version."""
MOST = 1 << 53
"""The most of a seed and of a number of workers, so that each is exact as a float."""
_BUDGET = re.compile(r"0*[1-9][0-9]{0,17}(/[1-9][0-9]{0,17})?")
_KINDS = {kind.__name__.lower(): kind for kind in (Float, Int, Ordinal, Categorical)}


def task_to_json(task: Task) -> dict[str, object]:
    return {
        "space": task.space.to_json(),
        "fidelity": None if task.fidelity is None else asdict(task.fidelity),
        "budget": task.budget,
        "workers": task.workers,
        "gradients": task.gradients,
        "objectives": list(task.objectives),
        "limits": dict(task.limits),
        "prior": None if task.prior is None else prior_to_json(task.prior),
    }


def task_from_json(content: Mapping[str, Any]) -> Task:
    space = space_from_json(content["space"])
    fidelity, prior = content["fidelity"], content["prior"]
    return Task(
        space,
        None if fidelity is None else Fidelity(**fidelity),
        content["budget"],
        content["workers"],
        content["gradients"],
        tuple(content["objectives"]),
        content["limits"],
        None if prior is None else prior_from_json(space, prior),
    )


def prior_to_json(prior: Prior) -> dict[str, object]:
    return {name: asdict(belief) for name, belief in prior.beliefs.items()}


def prior_from_json(space: Space, content: Mapping[str, Mapping[str, Any]]) -> Prior:
    """Make the prior of a space from what `prior_to_json` returned."""
    return Prior(
        space,
        {
            name: Weights(tuple(fields["weights"])) if "weights" in fields else Normal(**fields)
            for name, fields in content.items()
        },
    )


def space_from_json(content: Mapping[str, Mapping[str, Any]]) -> Space:
    """Make a space from what `Space.to_json` returned."""
    return Space(
        {
            name: _KINDS[fields["kind"]](**{k: v for k, v in fields.items() if k != "kind"})
            for name, fields in content.items()
        }
    )


def pending_to_json(pending: Pending) -> dict[str, object]:
    return {"id": pending.id, "proposal": proposal_to_json(pending.proposal)}


def pending_from_json(content: Mapping[str, Any]) -> Pending:
    return Pending(content["id"], proposal_from_json(content["proposal"]))


def proposal_to_json(proposal: Proposal) -> dict[str, object]:
    return {
        "config": proposal.config,
        "fidelity": proposal.fidelity,
        "resume": proposal.resume,
        "gradient": proposal.gradient,
    }


def proposal_from_json(content: Mapping[str, Any]) -> Proposal:
    """Make a proposal; every key but `config` may be missing."""
    return Proposal(**content)


def trial_to_json(trial: Trial) -> dict[str, object]:
    return {
        **_as_recorded(trial),
        "measures": dict(trial.measures),
        "duration": trial.duration,
    }


def trial_from_json(content: Mapping[str, Any]) -> Trial:
    recorded = _from_recorded(content)
    return replace(recorded, measures=content["measures"], duration=content["duration"])


def _as_recorded(trial: Trial) -> dict[str, object]:
    """Return what a record does not have itself of a trial."""
    return {
        "id": trial.id,
        "proposal": proposal_to_json(trial.proposal),
        "values": [None if math.isnan(value) else value for value in trial.values],
        "cost": trial.cost,
        "gradient": trial.gradient,
    }


def _from_recorded(content: Mapping[str, Any]) -> Trial:
    return Trial(
        content["id"],
        proposal_from_json(content["proposal"]),
        tuple(math.nan if value is None else value for value in content["values"]),
        content["cost"],
        content["gradient"],
    )


def record_to_json(record: Record) -> dict[str, object]:
    """Return a record as JSON, without what was measured: see `measured_to_json`."""
    content = _as_recorded(record.trial)
    content |= {
        "score": None if record.failed else record.score,
        "measures": record.measures,
        "finished": record.finished,
        "duration": record.duration,
        "error": record.error,
    }
    return content


def measured_to_json(measured: Mapping[str, object], traceback: str) -> dict[str, object]:
    """Return the measurements of a trial or a run as JSON, with its traceback if there is one."""
    return {**measured, "traceback": traceback} if traceback else dict(measured)


def measured_from_json(content: Mapping[str, Any]) -> tuple[dict[str, float], str]:
    """Return the measurements and the traceback that `measured_to_json` was given."""
    return {name: each for name, each in content.items() if name != "traceback"}, content.get(
        "traceback", ""
    )


def record_from_json(content: Mapping[str, Any]) -> Record:
    """Make a record from what `record_to_json` returned, with the measurements as `measured`."""
    score = content["score"]
    measured, traceback = measured_from_json(content["measured"])
    return Record(
        _from_recorded(content),
        math.nan if score is None else score,
        content["measures"],
        content["finished"],
        measured,
        content["error"],
        content["duration"],
        traceback,
    )


def stop_to_json(stop: Stop) -> dict[str, object]:
    """Return how a run ended as JSON, with what the strategy recommended, if anything."""
    content: dict[str, object] = {"stop": stop.reason, "detail": stop.detail}
    if stop.recommendation is not None:
        content["recommendation"] = recommendation_to_json(stop.recommendation)
    return content


def stop_from_json(content: Mapping[str, Any], traceback: str = "") -> Stop:
    """Make from what `stop_to_json` returned how a run ended."""
    best = content.get("recommendation")
    return Stop(
        content["stop"],
        content["detail"],
        traceback,
        None if best is None else recommendation_from_json(best),
    )


def recommendation_to_json(best: Recommendation) -> dict[str, object]:
    return {
        "config": best.config,
        "score": None if math.isnan(best.score) else best.score,
        "anew": best.anew,
        "error": best.error,
    }


def recommendation_from_json(content: Mapping[str, Any]) -> Recommendation:
    score = content["score"]
    return Recommendation(
        content["config"], math.nan if score is None else score, content["anew"], content["error"]
    )


def rows_to_json(rows: Examples) -> dict[str, object]:
    return {
        "features": rows.features.tolist(),
        "labels": rows.labels.tolist(),
        "parts": [[each.tolist() for each in part] for part in rows.parts],
        "test": rows.test.tolist(),
        "classes": rows.classes,
    }


def rows_from_json(content: Mapping[str, Any]) -> Examples:
    return Examples(
        np.array(content["features"], dtype=float),
        np.array(content["labels"]),
        tuple((np.array(learned), np.array(valued)) for learned, valued in content["parts"]),
        np.array(content["test"], dtype=float),
        content["classes"],
    )


def run_to_json(run: Run) -> dict[str, Any]:
    """Return a run as JSON, with the paths of its sources on this machine."""
    return {
        "strategy": _identity_to_json(run.strategy),
        "problem": _identity_to_json(run.problem),
        "seed": run.seed,
        **setting_to_json(run.setting),
    }


def setting_to_json(setting: Setting) -> dict[str, Any]:
    """Return a setting as JSON; what the strategy is told first is said only where that is any."""
    first = {} if setting.first == "none" else {"first": setting.first}
    return {"budget": str(setting.budget), "workers": setting.workers, **first}


def setting_from_json(content: Mapping[str, Any]) -> Setting:
    """Make a setting from an object that has the keys of `setting_to_json`, and maybe others."""
    first = content.get("first", "none")
    if first not in FIRST:
        raise ValueError(f"first must be {' or '.join(FIRST)}: {first!r}")
    budget, workers = content["budget"], content["workers"]
    if not isinstance(budget, str) or not _BUDGET.fullmatch(budget):
        raise ValueError(f"the budget must be a whole number or a fraction: {shown(budget)}")
    if type(workers) is not int or not 1 <= workers <= MOST:
        raise ValueError(f"workers must be a whole number from 1 on: {shown(workers)}")
    return Setting(Fraction(budget), workers, first)


def identity_from_json(content: Mapping[str, Any]) -> Identity:
    """Make an identity from its name, its version and, where it is there, its path."""
    for key in ("name", "version"):
        text = content[key]
        if not isinstance(text, str) or not text.isprintable() or len(text) > LONGEST:
            raise ValueError(f"a {key} must be a printable text: {shown(text)}")
    return Identity(**content)


def _identity_to_json(identity: Identity) -> dict[str, Any]:
    return {"name": identity.name, "version": identity.version, "path": identity.path}


def run_from_json(content: Mapping[str, Any]) -> Run:
    """Make a run from what `run_to_json` returned; the paths may be missing."""
    return Run(
        identity_from_json(content["strategy"]),
        identity_from_json(content["problem"]),
        _seed(content["seed"]),
        *setting_from_json(content),
    )


def _seed(content: object) -> int:
    if isinstance(content, int) and not isinstance(content, bool) and abs(content) < MOST:
        return content
    raise ValueError(f"a seed must be a whole number: {shown(content)}")
