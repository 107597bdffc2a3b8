"""The file of a session: it is read only where all parts have the kinds that others expect."""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from ..errors import InputError
from ..json_forms import identity_from_json, setting_from_json
from ..seeds import seeds_in
from . import sealed_json
from .sealed_json import UNLIKE, DamageError, FormatError
from .shapes import made

MOST_RUNS = 10_000_000
"""The most runs that a session may have planned: more would not fit into memory."""
USUAL_LIMIT = 3600.0
"""The seconds that a run may take where nobody says it; sessions tell them all the same."""
STOPPED = "stopped"
"""What of a session says how many runs it has stopped that took longer, of each strategy on each
problem."""
Named: TypeAlias = tuple[str, str]
"""The name and the version of a strategy."""
Seeded: TypeAlias = tuple[str, str, int | str]
"""The name and the version of a problem, and the seeds on it as `seeds_in` reads them."""
LIMITS = {"trial_limit": "--trial-limit", "memory": "--memory"}
"""The limits on which results may depend, by their names in an experiment, with their options."""
_SHAPES: Mapping[str, Any] = {
    "began": str,
    "experiment": Mapping[str, object],
    "machine": Mapping[str, object],
    "plan": Mapping[str, object],
    "processor-seconds": float,
    "shard": str,
    "share": str,
    STOPPED: Mapping[str, int],
}


def read(path: Path) -> dict[str, Any]:
    """Return a session.

    Raises DamageError where its file holds another one, and FormatError where it is of another
    format.
    """
    content = sealed_json.read(path)
    if content.get("id") != path.stem:
        raise DamageError(path, "holds another session than its name says")
    try:
        _check(content)
    except (*UNLIKE, InputError) as error:
        raise FormatError(path, error) from error
    return content


def stopped_in(session: Mapping[str, Any]) -> Mapping[str, int] | None:
    """Return how many runs a session stopped at their limit, by the strategy on the problem.

    None: it does not say so.
    """
    found: Mapping[str, int] | None = session.get(STOPPED)
    return found


def limits_in(session: Mapping[str, Any]) -> dict[str, float | None]:
    """Return the limits of a session: `limit` and those of LIMITS; None: it had none of a kind.

    The seconds of a run are `limit`, those of a trial `trial_limit`; `memory` is in MB. Empty: it
    tells none, as an import, which made no run.
    """
    asked = session.get("experiment")
    if not isinstance(asked, Mapping) or "limit" not in asked:
        return {}
    return {name: _positive(asked.get(name)) for name in ("limit", *LIMITS)}


def differing_limits(limits: Mapping[str, float | None], others: Mapping[str, float | None]) -> str:
    """Say those of LIMITS that others have not, as options; empty: all are the same."""
    return ", ".join(
        f"no {option}" if limits[name] is None else f"{option} {limits[name]:.10g}"
        for name, option in LIMITS.items()
        if limits.get(name) != others.get(name)
    )


def _positive(value: object) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 < value < math.inf else None  # type: ignore[operator, arg-type]


def _check(content: Mapping[str, Any]) -> None:
    """Raise one of UNLIKE where a part of a session that others read is of another kind.

    Every part may be missing: a session is written at its beginning, and imports have other parts.
    """
    made(Mapping[str, object], dict(content), "session")
    for name, kind in _SHAPES.items():
        if name in content:
            made(kind, content[name], name)
    made(str, content.get("experiment", {}).get("notice", ""), "notice")
    if "shard" in content and not re.fullmatch(r"[0-9]{1,9}/[0-9]{1,9}", content["shard"]):
        raise ValueError("a shard is I/N")  # commands that people are told to type name it
    if "plan" in content:
        _check_plan(content["plan"])


def _check_plan(plan: Mapping[str, Any]) -> None:
    strategies = made(tuple[Named, ...], plan["strategies"], "strategies")
    problems = made(tuple[Seeded, ...], plan["problems"], "problems")
    setting_from_json(plan)
    for name, version, *_ in (*strategies, *problems):
        identity_from_json({"name": name, "version": version})
    seeds = sum(len(seeds_in(seeds)) for _, _, seeds in problems)
    if len(strategies) * seeds > MOST_RUNS:
        raise ValueError(f"a plan has at most {MOST_RUNS:,} runs")
