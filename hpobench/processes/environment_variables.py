"""The environment variables that the processes which do runs are given."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager

ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}
"""The variables give each process one thread, and the same order of sets everywhere."""
SAFE_PATH = {"PYTHONSAFEPATH": "1"}
"""With it, a new interpreter does not look for modules in the current folder, which may hold files
that others made, such as their own `multiprocessing.py`."""


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
