"""The environment variables that the processes which do runs are given."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager

HASH_SEED = "HPOBENCH_HASH_SEED"
"""The variable that gives these processes another PYTHONHASHSEED than 0: it must not matter."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SAFE_PATH = {"PYTHONSAFEPATH": "1"}
"""With it, a new interpreter does not look for modules in the current folder, which may hold files
that others made, such as their own `multiprocessing.py`."""

NUMERIC = frozenset({
    "BLIS_NUM_THREADS", "CUBLAS_WORKSPACE_CONFIG", "CUDA_VISIBLE_DEVICES", "GOTO_NUM_THREADS",
    "KMP_AFFINITY", "KMP_BLOCKTIME", "MKL_CBWR", "MKL_DEBUG_CPU_TYPE", "MKL_DYNAMIC",
    "MKL_ENABLE_INSTRUCTIONS", "MKL_NUM_THREADS", "MKL_SERVICE_FORCE_INTEL",
    "MKL_THREADING_LAYER", "NPY_DISABLE_CPU_FEATURES", "NUMEXPR_NUM_THREADS", "OMP_DYNAMIC",
    "OMP_MAX_ACTIVE_LEVELS", "OMP_NESTED", "OMP_NUM_THREADS", "OMP_PLACES", "OMP_PROC_BIND",
    "OMP_SCHEDULE", "OMP_STACKSIZE", "OMP_THREAD_LIMIT", "OMP_WAIT_POLICY", "OPENBLAS_CORETYPE",
    "OPENBLAS_MAIN_FREE", "OPENBLAS_NUM_THREADS", "OPENBLAS_VERBOSE", "PYTHONHASHSEED",
    "VECLIB_MAXIMUM_THREADS",
})  # fmt: skip
"""The variables that may change numbers or how fast they come; a session keeps their values."""
_NEEDED = frozenset({
    "APPDATA", "COMSPEC", "CONDA_PREFIX", "DYLD_LIBRARY_PATH", "HOME", "HOMEDRIVE", "HOMEPATH",
    "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LD_PRELOAD", "LOCALAPPDATA", "LOGNAME",
    "MPLCONFIGDIR", "NUMBA_CACHE_DIR", "PATH", "PATHEXT", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP",
    "TERM", "TMP", "TMPDIR", "TORCH_HOME", "TZ", "USER", "USERNAME", "USERPROFILE", "VIRTUAL_ENV",
    "WINDIR",
})  # fmt: skip
_FAMILIES = ("COVERAGE_", "HPOBENCH_", "LC_", "PYTHON", "XDG_")
"""The beginnings of further names that programs need, and that hold no secrets."""


def for_runs() -> dict[str, str]:
    """Return the variables that give such a process one thread, and an order of sets.

    This order is the same everywhere, unless HASH_SEED asks for another one.
    """
    seed = os.environ.get(HASH_SEED, "0")
    return {**dict.fromkeys(_THREADS, "1"), "PYTHONHASHSEED": seed}


def allowed() -> dict[str, str]:
    """Return this process's variables that libraries may see, with those for runs.

    A library that a strategy wraps needs no password that happens to lie in the environment.
    """
    kept = NUMERIC | _NEEDED
    seen = {k: v for k, v in os.environ.items() if k.upper() in kept or k.startswith(_FAMILIES)}
    return seen | for_runs()


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
