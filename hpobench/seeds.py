"""All luck comes from named streams of random numbers, which are the same in every process."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

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


def of_entrant(luck: Sequence[str], problem: str, seed: int) -> Stream:
    """Return the stream of a strategy or a system in one run.

    `luck` names the strategy or the system: see `strategy.luck_of`. `problem` is the name with its
    options.
    """
    return Stream(("strategy", *luck, problem, seed))
