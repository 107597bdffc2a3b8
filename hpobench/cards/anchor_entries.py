"""The entries of files of anchors: what is written about the evaluations of one instance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from .anchors import QUANTILES, anchored
from .card import Anchors
from .points import Point

DIGITS = 12
"""The significant digits of numbers in the files."""


def of_best(best: Point, evaluations: int) -> dict[str, Any]:
    """Return the part of an entry that describes the best of so many evaluations."""
    return {
        "config": best.config,
        "value": best.value,
        "score": best.score,
        "evaluations": evaluations,
    }


def of_pool(
    points: Sequence[Point], failures: int, references: tuple[float, float]
) -> dict[str, Any]:
    """Return the part of an entry that describes a pool of random evaluations.

    `references` are the value and the score at which regret is 0.
    """
    values, scores = [point.value for point in points], [point.score for point in points]
    of_values, of_scores = references
    return {
        "pool": len(points),
        "failures": failures,
        "quantiles": rounded(np.quantile(values, QUANTILES).tolist()),
        "values": scale(anchored(values, values, of_values)),
        "scores": scale(anchored(values, scores, of_scores)),
    }


def references(best: Point, optimum: float | None) -> tuple[float, float]:
    """Return the value and the score at which regret is 0: the optimum or, if unknown, the best.

    The score is that of the configuration with the best value, and never the lowest score.
    """
    return (best.value, best.score) if optimum is None else (optimum, optimum)


def scale(found: Anchors) -> dict[str, object]:
    """Return anchors as JSON, with a rounded curve."""
    return {**asdict(found), "curve": rounded(found.curve)}


def rounded(numbers: Sequence[float]) -> list[float]:
    return [float(f"{y:.{DIGITS}g}") for y in numbers]


def write(path: Path, head: Mapping[str, object], key: str, rows: Sequence[object]) -> None:
    """Write an object as JSON, whole or not at all; its last key's list has a line for each row."""
    lines = ",\n".join(json.dumps(row) for row in rows)
    part = path.with_suffix(".part")
    try:
        part.write_text(f'{json.dumps(head)[:-1]}, "{key}": [\n{lines}\n]}}\n', encoding="utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
