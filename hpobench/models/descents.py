"""Rules by which a descent of the gradient steps through the unit cube: Rprop, Adam, L-BFGS-B."""

import math
from typing import Protocol

import numpy as np

from ..parameter import Units

LEAST = 1e-5
"""A step that changes no coordinate by so much leads nowhere."""
LONGER, SHORTER = 1.2, 0.5
"""Rprop's factors for steps along a coordinate whose slope has kept its sign, or changed it."""
LIMITS = (1e-4, 0.5)
"""The shortest and the longest of Rprop's steps along a coordinate."""
MOMENTUM, MEMORY = 0.8, 0.95
"""How much of the running mean of the gradient, and of its square, Adam keeps: its two betas. They
are lower than in training (0.9 and 0.999), since such a descent has few steps."""
PAIRS = 10
"""From how many of the last steps L-BFGS-B knows the curvature."""
CURVED = 1e-8
"""A step and the change of the gradient are used from this cosine of the angle between them on."""
FAINTEST = 1e-200
"""The least squared change of the gradient that is used, so that no division overflows."""
ENOUGH = 1e-4
"""A step must gain this share of what the slope promises (Armijo's condition)."""
SHORTENED = (0.1, 0.5)
"""A step that gains too little is shortened to between these shares of its length."""
GROWTH = 3.0
"""No step but the first changes a coordinate by more than this multiple of `rate`."""


class Rule(Protocol):
    """What a descent does after each evaluation."""

    def step(self, point: Units, value: float, slopes: Units) -> Units | None:
        """Return where to evaluate next, (d,), from the point (d,) that was evaluated last.

        `slopes` is the gradient there, (d,), 0 along what must stay. The value is nan or infinite
        where the evaluation failed. None: there is nowhere to go.
        """


class SignSteps:
    """Rprop (Riedmiller and Braun, 1993) as Igel and Hüsken (2003) name it Rprop-, in the cube.

    Along each coordinate, the step has a length of its own, first `rate`, and only the slope's sign
    counts. A step is never taken back.
    """

    def __init__(self, rate: float) -> None:
        self._lengths: Units = np.full(1, rate)
        self._before: Units = np.zeros(1)

    def step(self, point: Units, value: float, slopes: Units) -> Units | None:
        if not math.isfinite(value):
            return None
        signs = np.sign(slopes)
        kept = self._before * signs
        factors = np.where(kept > 0.0, LONGER, np.where(kept < 0.0, SHORTER, 1.0))
        self._lengths, self._before = np.clip(self._lengths * factors, *LIMITS), signs
        return moved(point, -self._lengths * signs)


class Adam:
    """Adam (Kingma and Ba, 2015, algorithm 1), kept in the unit cube; `rate` is its step size."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._steps = 0
        self._mean: Units = np.zeros(1)
        self._square: Units = np.zeros(1)

    def step(self, point: Units, value: float, slopes: Units) -> Units | None:
        if not math.isfinite(value):
            return None
        self._steps += 1
        self._mean = MOMENTUM * self._mean + (1.0 - MOMENTUM) * slopes
        self._square = MEMORY * self._square + (1.0 - MEMORY) * slopes**2
        mean = self._mean / (1.0 - MOMENTUM**self._steps)
        root = np.sqrt(self._square / (1.0 - MEMORY**self._steps))
        return moved(point, -self._rate * _divided(mean, root))


class QuasiNewton:
    """L-BFGS in a box: quasi-Newton steps along the free coordinates, projected onto the cube.

    A coordinate is free unless it lies at a side towards which the value falls (Bertsekas, 1982).
    Over the free ones, the two loops through the last steps give the direction (Nocedal and Wright,
    2006, algorithm 7.4, scaled by their eq. 7.20); L-BFGS-B itself looks for the free coordinates
    along the projected gradient (Byrd et al., 1995). A step that gains too little is shortened to
    the lowest point of the parabola through what is known (Nocedal and Wright, eq. 3.58). The first
    step changes the steepest coordinate by `rate`.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._base: Units | None = None
        """The last point whose value was low enough, (d,)."""
        self._value = math.nan
        self._slopes: Units = np.zeros(0)
        self._direction: Units = np.zeros(0)
        self._pairs: list[tuple[Units, Units]] = []
        """The last steps, each with the change of the gradient."""

    def step(self, point: Units, value: float, slopes: Units) -> Units | None:
        if self._base is None:
            return self._from(point, value, slopes) if math.isfinite(value) else None
        step = point - self._base
        promised = float(self._slopes @ step)
        gain = value - self._value
        if not math.isfinite(value) or gain > ENOUGH * promised:
            # eq. 3.58, where the step that was taken has the length 1
            share = -promised / (2.0 * (gain - promised)) if math.isfinite(gain) else 0.0
            self._direction = self._direction * min(max(share, SHORTENED[0]), SHORTENED[1])
            return moved(self._base, self._direction)
        change = slopes - self._slopes
        if float(step @ change) > CURVED * math.sqrt(float(step @ step) * float(change @ change)):
            self._pairs = [*self._pairs, (step, change)][-PAIRS:]
        return self._from(point, value, slopes)

    def _from(self, point: Units, value: float, slopes: Units) -> Units | None:
        """Step from a point whose value is low enough."""
        self._base, self._value, self._slopes = point, value, slopes
        held = ((point <= 0.0) & (slopes > 0.0)) | ((point >= 1.0) & (slopes < 0.0))
        free = ~held & (slopes != 0.0)
        if not free.any():
            return None
        pairs = [(step * free, change * free) for step, change in self._pairs]
        pairs = [
            (step, change)
            for step, change in pairs
            if float(step @ change) > 0.0 and float(change @ change) > FAINTEST
        ]
        direction = -two_loops(slopes * free, pairs)
        longest = float(np.abs(direction).max())
        most = self._rate * (GROWTH if pairs else 1.0)
        self._direction = direction * (min(1.0, most / longest) if pairs else most / longest)
        return moved(point, self._direction)


def two_loops(slopes: Units, pairs: list[tuple[Units, Units]]) -> Units:
    """Return the inverse of the curvature that the pairs tell, times the slopes, (d,).

    Each pair is a step (d,) with the change of the gradient (d,), whose product is positive; the
    last is the latest. This is algorithm 7.4 of Nocedal and Wright (2006).
    """
    found, parts = slopes, list[float]()
    for step, change in reversed(pairs):
        parts.append(float(step @ found) / float(step @ change))
        found = found - parts[-1] * change
    if pairs:
        step, change = pairs[-1]
        found = found * (float(step @ change) / float(change @ change))  # eq. 7.20
    for (step, change), part in zip(pairs, reversed(parts), strict=True):
        found = found + (part - float(change @ found) / float(step @ change)) * step
    return found


def moved(point: Units, step: Units) -> Units | None:
    """Return where a step leads in the unit cube, (d,); None: hardly anywhere else."""
    after: Units = np.clip(point + step, 0.0, 1.0)
    return after if float(np.abs(after - point).max()) >= LEAST else None


def _divided(parts: Units, wholes: Units) -> Units:
    """Divide two arrays (d,), with 0 where the second is 0."""
    return np.divide(parts, wholes, out=np.zeros_like(wholes), where=wholes > 0.0)
