"""Problems made of functions of a vector of real numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from ..parameter import Float
from ..problem import Description, Problem, plain
from ..space import Config, Space

Vector: TypeAlias = Sequence[float]
Box: TypeAlias = Sequence[tuple[float, float]]
"""The low and the high end of each coordinate."""

DEFAULTS = "the middle of each range"
SECONDS = 1e-4
"""The seconds of an evaluation of a function on one core, at most."""


def box(ends: Box) -> Space:
    """Return the space of the coordinates x1, x2, ... of a box."""
    return Space({f"x{i}": Float(low, high) for i, (low, high) in enumerate(ends, 1)})


def vector(config: Config) -> Vector:
    """Return the coordinates x1, x2, ... of a configuration of a box."""
    return cast("Vector", [config[f"x{i}"] for i in range(1, len(config) + 1)])


def config(point: Vector) -> Config:
    """Return the configuration of a box with the coordinates x1, x2, ... of a point."""
    return {f"x{i}": float(v) for i, v in enumerate(point, 1)}


def on_box(
    name: str,
    function: Callable[[Vector], float],
    ends: Box,
    *,
    optimum: float,
    minimiser: Vector,
    summary: str,
    citation: str,
    proof: str,
    extends: bool,
    held_out: bool = False,
    control: str = "",
) -> Problem:
    """Make a synthetic problem of a function on a box, without noise or fidelity.

    `minimiser` is a point where the function attains its optimum.
    """
    return Problem(
        name,
        1,
        box(ends),
        plain(_OfConfig(function), optimum, config(minimiser)),
        about=Description(
            family="synthetic",
            seconds=SECONDS,
            summary=summary,
            citation=citation,
            defaults=DEFAULTS,
            proof=proof,
            extends=extends,
            held_out=held_out,
            control=control,
        ),
    )


@dataclass(frozen=True, slots=True)
class _OfConfig:
    function: Callable[[Vector], float]

    def __call__(self, config: Config) -> float:
        return self.function(vector(config))
