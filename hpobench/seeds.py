"""All luck comes from named streams of random numbers, which are the same in every process."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from .errors import InputError, shown

MOST = 10_000
"""The most seeds that can be asked for; the last one is below it."""
_RANGES = r"[0-9]{1,20}-[0-9]{1,20}(,[0-9]{1,20}-[0-9]{1,20})*"

Key: TypeAlias = str | int | Mapping[str, float | int | str | bool | None]
"""A part of a stream's name; a configuration counts as its JSON text."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A source of random numbers, named by its keys; `rng` makes a generator from the name.

    >>> int(Stream(("instance", "branin", 3)).rng().integers(100))
    20
    """

    keys: tuple[Key, ...]

    def rng(self, *keys: Key) -> np.random.Generator:
        """Return a fresh generator for this stream and the given further keys, e.g. an epoch."""
        plain = [
            key if isinstance(key, str | int) else json.dumps(key) for key in (*self.keys, *keys)
        ]
        text = json.dumps(plain)
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        return np.random.default_rng(np.random.SeedSequence(int.from_bytes(digest, "big")))


def of_instance(problem: str, instance: int) -> Stream:
    """Return the stream that draws an instance; `problem` is the name without options."""
    return Stream(("instance", problem, instance))


def of_training(
    problem: str, seed: int, config: Mapping[str, float | int | str | bool | None], begun: int
) -> Stream:
    """Return the stream of one training of a configuration.

    `problem` is the name without options. `begun` is how often the run with this seed has begun to
    train this configuration before.
    """
    return Stream(("training", problem, seed, config, begun))


def of_recommendation(
    problem: str, seed: int, config: Mapping[str, float | int | str | bool | None]
) -> Stream:
    """Return the stream of the training that tells what a recommended configuration is worth.

    `problem` is the name without options. It is the stream of no trial.
    """
    return Stream(("recommendation", problem, seed, config))


def of_entrant(luck: Sequence[str], problem: str, seed: int) -> Stream:
    """Return the stream of a strategy or a system in one run.

    `luck` names the strategy or the system: see `strategy.luck_of`. `problem` is the name with its
    options.
    """
    return Stream(("strategy", *luck, problem, seed))


def seeds_in(given: object, name: str = "seeds") -> tuple[int, ...]:
    """Return the seeds that are asked for, ascending: so many from 0 on, or those of ranges.

    `name`: what is asked for, for errors. Raises InputError where this is neither.

    >>> seeds_in(3), seeds_in("3"), seeds_in("5-7"), seeds_in("0-1,7-7")
    ((0, 1, 2), (0, 1, 2), (5, 6, 7), (0, 1, 7))
    """
    if type(given) is int:
        return _first(given, given, name)
    if isinstance(given, str) and re.fullmatch(r"[0-9]{1,20}", given):
        return _first(int(given), given, name)
    if not isinstance(given, str) or not re.fullmatch(_RANGES, given):
        raise InputError(
            f"{name} must be how many, as in 5, or which, as in 5-9 or 0-4,7-7: {shown(given)}"
        )
    found = set[int]()
    for first, last in (map(int, each.split("-")) for each in given.split(",")):
        if not first <= last < MOST:
            raise InputError(
                f"{name} must go from a seed to one as high or higher, below {MOST:,}:"
                f" {shown(given)}"
            )
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def as_given(seeds: Iterable[int]) -> int | str:
    """Return what asks for these seeds, of which there is at least one, as `seeds_in` reads it.

    >>> as_given((0, 1, 2)), as_given((5, 6, 7)), as_given((7, 0, 1))
    (3, '5-7', '0-1,7-7')
    """
    every = set(seeds)
    there = sorted(every)
    firsts = [seed for seed in there if seed - 1 not in every]
    lasts = [seed for seed in there if seed + 1 not in every]
    if (firsts, len(lasts)) == ([0], 1):
        return lasts[0] + 1
    return ",".join(f"{first}-{last}" for first, last in zip(firsts, lasts, strict=True))


def _first(number: int, given: object, name: str) -> tuple[int, ...]:
    """Return so many seeds from 0 on."""
    if number < 1:
        raise InputError(f"{name} must be at least 1: {shown(given)}")
    if number > MOST:
        raise InputError(f"{name} must be at most {MOST:,}: {shown(given)}")
    return tuple(range(number))
