"""The frozen anchors of problems: where regret is 0 and 1, and random search's curve."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ..parameter import Units
from ..space import Config
from .card import Anchors, Facts, Separation

EACH = 20
"""A curve of random search is known after 1, 2, 3 and so on up to this number of evaluations."""
STEPS = 24
"""Beyond EACH, a curve is known after so many numbers of evaluations in each decade, and after as
many evaluations as the pool has. (A decade is a factor of 10; the steps are of equal ratio.)"""
QUANTILES = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
"""The quantiles that are kept of the value of one random evaluation."""


@dataclass(frozen=True, slots=True)
class FrozenAnchors:
    """The anchors of a problem: one for each instance, or a single one that all of them share."""

    version: str
    """The version of the problem and a digest of the anchors."""
    values: tuple[Anchors, ...]
    scores: tuple[Anchors, ...]
    facts: Facts | None
    """What else was found; None: nothing."""


@cache
def anchors(name: str, version: int) -> FrozenAnchors | None:
    """Return the anchors of one of our problems; None where this version of it has none."""
    content = _content(f"anchors/{name}.json")
    if content is None or content["version"] != version:
        return None
    return frozen(str(version), content["instances"], _facts(content))


def frozen(
    version: str, instances: Sequence[Mapping[str, Any]], facts: Facts | None
) -> FrozenAnchors:
    """Return the anchors that the entries of instances hold; `version` is that of the problem."""
    digest = hashlib.blake2b(json.dumps(instances).encode(), digest_size=4).hexdigest()
    return FrozenAnchors(
        f"{version}-{digest}",
        tuple(_parse(instance["values"]) for instance in instances),
        tuple(_parse(instance["scores"]) for instance in instances),
        facts,
    )


@cache
def surveyed_configs(name: str, version: int) -> tuple[Config, ...]:
    """Return the best configuration that the survey found of each instance of one of our problems.

    It is that with the lowest value. What was found later has a lower one, but is left out, because
    the priors that are made of these configurations must stay. Empty: this version of the problem
    has no anchors.
    """
    content = _content(f"anchors/{name}.json")
    if content is None or content["version"] != version:
        return ()
    return tuple(_surveyed(instance)["config"] for instance in content["instances"])


@cache
def moved_anchors(name: str, version: int) -> FrozenAnchors | None:
    """Return the anchors of each instance of one of our problems with moved ranges.

    They are kept as the regrets of random search, with few digits. None: there are none.
    """
    content = _content(f"anchors/{name}+moved.json")
    if content is None or content["version"] != version:
        return None
    instances = [
        {
            kind: _unscaled(entry.get(kind, entry["values"]), content)
            for kind in ("values", "scores")
        }
        for entry in content["instances"]
    ]
    return frozen(str(version), instances, None)


def _unscaled(entry: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, object]:
    """Return anchors as `asdict` gives them, from the median and the regrets that are kept."""
    zero, one = content["reference"], entry["random"]
    return {
        "reference": zero,
        "random": one,
        "evaluations": content["evaluations"],
        "curve": [zero + regret * (one - zero) for regret in entry["regrets"]],
    }


@cache
def separation(name: str, version: int) -> Separation | None:
    """Return how well one of our problems tells strategies apart; None: it was not measured."""
    content = _content("separation.json")
    found = content["problems"].get(name) if content else None
    if content is None or found is None or found["version"] != version:
        return None
    return Separation(
        found["p"],
        found["share"],
        tuple(found["strategies"]),
        found["seeds"],
        content["budget"],
    )


def anchored(values: Sequence[float], kept: Sequence[float], reference: float) -> Anchors:
    """Return the anchors that a pool of random evaluations gives.

    `kept` holds the number of each evaluation that the anchors are about: its value itself or its
    score. Random search keeps the evaluation with the lowest value. `reference` is where regret is
    0.
    """
    known = grid(len(values))
    curve = expected_best(values, kept, known)
    return Anchors(reference, float(np.median(kept)), known, tuple(curve.tolist()))


def grid(pool: int) -> tuple[int, ...]:
    """Return after how many evaluations the curve of a pool of this size is known.

    >>> grid(30)[-7:]
    (19, 20, 22, 24, 26, 29, 30)
    """
    steps = range(math.ceil(STEPS * math.log10(EACH)), math.ceil(STEPS * math.log10(pool)))
    later = [round(10 ** (step / STEPS)) for step in steps]
    return tuple(sorted({*range(1, min(EACH, pool) + 1), *later, pool}))


def expected_best(
    values: Sequence[float], kept: Sequence[float], evaluations: Sequence[int]
) -> Units:
    """Return what random search is expected to hold after each of the numbers of evaluations.

    Of m evaluations drawn without replacement from the pool of N, random search keeps the one with
    the lowest value; among equals, the first drawn. That is the i-th lowest of the pool with the
    probability C(N - i, m - 1) / C(N, m). The result, (evaluations,), is nan where m exceeds N.
    """
    size = len(values)
    ranked = np.asarray(kept, np.float64)[np.argsort(values, kind="stable")]
    expected = np.full(len(evaluations), math.nan)
    below = np.arange(size - 1, 0, -1.0)  # N - i for i = 1 to N - 1
    for place, m in enumerate(evaluations):
        if m <= size:
            # the probability for i + 1, divided by that for i
            ratios = np.maximum(below - (m - 1), 0) / below
            expected[place] = ranked @ np.cumprod(np.concatenate(([m / size], ratios)))
    return expected


def _content(name: str) -> Any:  # noqa: ANN401  # JSON
    path = files("hpobench.problems").joinpath("data", *name.split("/"))
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _surveyed(instance: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the entry of an instance says of the best that the survey found."""
    best: Mapping[str, Any] = instance.get("surveyed", instance["best"])
    return best


def _facts(content: Mapping[str, Any]) -> Facts:
    instances, known = content["instances"], content["facts"]
    searches = content.get("searches", [[] for _ in instances])
    pools = sum(instance["pool"] for instance in instances)
    quantiles = np.mean([instance["quantiles"] for instance in instances], axis=0)
    return Facts(
        random=pools,
        searched=min(
            _surveyed(instance)["evaluations"] + sum(each["evaluations"] for each in made)
            for instance, made in zip(instances, searches, strict=True)
        ),
        failures=sum(instance["failures"] for instance in instances) / pools,
        noise=float(np.mean([instance["noise"] for instance in instances])),
        quantiles={f"{q:g}": y for q, y in zip(QUANTILES, quantiles.tolist(), strict=True)},
        ranking=known["ranking"],
        importance=known["importance"],
        explained=known["explained"],
        durations=tuple(known["durations"]),
    )


def _parse(entry: Mapping[str, Any]) -> Anchors:
    known, curve = tuple(entry["evaluations"]), tuple(map(float, entry["curve"]))
    return Anchors(float(entry["reference"]), float(entry["random"]), known, curve)
