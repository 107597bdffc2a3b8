"""Made-up studies whose truth is known, for the scripts that measure intervals and tests.

A strategy has an effect of its own on each problem, and each run has noise. Both are normal, or the
effects are exponential, or both are. Where strategies are compared, each instance also has a level
of its own, which it adds to all runs on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hpobench.statistics import FloatArray, Interval

Kind: TypeAlias = Literal["normal", "exponential effects", "exponential"]
"""The distributions of effects and noise: both normal, only the effects exponential, or both
exponential."""

KINDS: tuple[Kind, ...] = ("normal", "exponential effects", "exponential")
INTERACTION, NOISE, SPLIT = 0.15, 0.3, 0.6
"""Standard deviations of a strategy's effect on a problem, of a run's noise, and of an instance's
level."""
SPLITS = 5
"""How many instances a problem has; a seed draws the one with its number modulo this."""
ADVANTAGE = 0.2
"""How much lower one strategy's values are where two differ."""


@dataclass(frozen=True, slots=True)
class Design:
    """What the studies are like that a figure is measured on."""

    problems: int
    seeds: int
    kind: Kind
    draws: int
    """How many studies there are."""

    @property
    def luck(self) -> np.random.Generator:
        """The random numbers of a figure, the same for all figures of a design."""
        return np.random.default_rng([self.problems, self.seeds, KINDS.index(self.kind)])

    @property
    def label(self) -> str:
        return f"{self.problems}, {self.seeds}, {self.kind}"

    def studies(self, strategies: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Draw effects and runs, as `study` returns them."""
        return study(strategies, self.problems, self.seeds, self.draws, rng, kind=self.kind)

    def compared(self, strategies: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Draw effects and runs whose instances have levels."""
        drawn, runs = self.studies(strategies, rng)
        return drawn, runs + levels(self.problems, self.seeds, self.draws, rng)

    @property
    def instances(self) -> NDArray[np.int64]:
        """The instance of each seed, (problems, seeds)."""
        return instances(self.problems, self.seeds)


def study(
    strategies: int, problems: int, seeds: int, draws: int, rng: np.random.Generator, *, kind: Kind
) -> tuple[FloatArray, FloatArray]:
    """Draw effects (strategies, problems, 1, draws) and runs (strategies, problems, seeds, draws).

    On average over problems, all strategies are equal.
    """
    drawn = effects(rng, (strategies, problems, 1, draws), kind=kind)
    return drawn, drawn + noise(rng, (strategies, problems, seeds, draws), kind=kind)


def effects(rng: np.random.Generator, shape: tuple[int, ...], *, kind: Kind) -> FloatArray:
    """Draw strategies' effects on problems, with the mean 0."""
    return _drawn(rng, INTERACTION, shape, skewed=kind != "normal")


def noise(rng: np.random.Generator, shape: tuple[int, ...], *, kind: Kind) -> FloatArray:
    """Draw the noise of runs, with the mean 0."""
    return _drawn(rng, NOISE, shape, skewed=kind == "exponential")


def levels(problems: int, seeds: int, draws: int, rng: np.random.Generator) -> FloatArray:
    """Draw the levels of the instances of the seeds, (problems, seeds, draws)."""
    return rng.normal(0, SPLIT, (problems, SPLITS, draws))[:, np.arange(seeds) % SPLITS]


def instances(problems: int, seeds: int) -> NDArray[np.int64]:
    """Return the instance of each seed, (problems, seeds)."""
    return np.tile(np.arange(seeds) % SPLITS, (problems, 1))


def covers(found: Interval, truth: FloatArray | float) -> float:
    """Return the share of intervals that hold the truth."""
    return float(np.mean((found.low <= truth) & (truth <= found.high)))


def error(share: float, draws: int) -> float:
    """Return the standard error, in percent, of a share of so many draws."""
    return 100 * float(np.sqrt(share * (1 - share) / draws))


def show(label: str, entries: Sequence[str | float]) -> None:
    """Print a row: a label, and shares in percent or headings."""
    shown = [each if isinstance(each, str) else f"{100 * each:.1f}" for each in entries]
    print(f"{label:28}" + "".join(f"{each:>15}" for each in shown), flush=True)


def _drawn(
    rng: np.random.Generator, spread: float, shape: tuple[int, ...], *, skewed: bool
) -> FloatArray:
    """Draw numbers with the mean 0 and the standard deviation `spread`."""
    return rng.exponential(spread, shape) - spread if skewed else rng.normal(0, spread, shape)
