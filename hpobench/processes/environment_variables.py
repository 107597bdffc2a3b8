"""The environment variables that the processes which do runs are given."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager

HASH_SEED = "HPOBENCH_HASH_SEED"
"""The variable that gives these processes another PYTHONHASHSEED than 0: it must not matter."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def for_runs() -> dict[str, str]:
    """Return the variables that give such a process one thread, and an order of sets.

    This order is the same everywhere, unless HASH_SEED asks for another one.
    """
    seed = os.environ.get(HASH_SEED, "0")
    return {**dict.fromkeys(_THREADS, "1"), "PYTHONHASHSEED": seed}


@contextmanager
def variables(values: Mapping[str, str]) -> Generator[None]:
    """Set environment variables inside the `with` block, and set them back at its end."""
    before = {key: os.environ.get(key) for key in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value
