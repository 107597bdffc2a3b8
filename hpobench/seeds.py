"""Where luck comes from: named streams of random numbers, the same in every process."""

import hashlib
import json
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

Key: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Stream:
    """A source of luck, named by its keys; making one costs nothing until a generator is drawn.

    >>> int(Stream(("instance", "branin", 3)).rng().integers(100))
    20
    """

    keys: tuple[Key, ...]

    def rng(self, *keys: Key) -> np.random.Generator:
        """Return a fresh generator for this stream and the given further keys, e.g. an epoch."""
        text = json.dumps([*self.keys, *keys])
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        return np.random.default_rng(np.random.SeedSequence(int.from_bytes(digest, "big")))
