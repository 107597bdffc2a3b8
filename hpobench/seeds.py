"""Where luck comes from: named streams of random numbers, the same in every process."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

Key: TypeAlias = str | int | Mapping[str, float | int | str | bool | None]
"""What a stream is named by; a configuration counts as its JSON."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A source of luck, named by its keys; making one costs nothing until a generator is drawn.

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
    """Return the luck of an instance of a problem, by the problem's name without options."""
    return Stream(("instance", problem, instance))


def of_training(
    problem: str, seed: int, config: Mapping[str, float | int | str | bool | None], begun: int
) -> Stream:
    """Return the luck of a training, which the run of that seed has begun `begun` times before.

    The problem's name is the one without options.
    """
    return Stream(("training", problem, seed, config, begun))


def of_entrant(luck: Sequence[str], problem: str, seed: int) -> Stream:
    """Return the luck of a strategy or a system in a run on a problem, options included.

    `luck` is what it is drawn by: `strategy.luck_of` tells it.
    """
    return Stream(("strategy", *luck, problem, seed))
