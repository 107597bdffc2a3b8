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


def allowed() -> dict[str, str]:
    """Return this process's variables that libraries may see, with ENVIRONMENT.

    A library that a strategy wraps needs no password that happens to lie in the environment.
    """
    kept = NUMERIC | _NEEDED
    seen = {k: v for k, v in os.environ.items() if k.upper() in kept or k.startswith(_FAMILIES)}
    return seen | ENVIRONMENT


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
