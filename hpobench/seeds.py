"""Where luck comes from: named streams of random numbers, the same in every process."""

import hashlib
import json
from collections.abc import Mapping
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
