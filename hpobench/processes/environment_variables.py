"""The environment variables of the processes that do runs."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager

ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}
"""For the processes that do runs: one thread each, and sets in the same order everywhere."""


@contextmanager
def variables(values: Mapping[str, str]) -> Generator[None]:
    """Set environment variables, and set them back."""
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
