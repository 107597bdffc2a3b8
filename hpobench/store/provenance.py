"""Where results were made: the machine, the versions, and the settings that change numbers."""

import hashlib
import os
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageMetadata, PackageNotFoundError, distributions, version
from pathlib import Path

import psutil
from threadpoolctl import threadpool_info

from ..processes.environment_variables import NUMERIC
from .masking import STARS, masked_words

ROOT = Path(__file__).parents[2]
PACKAGES = ("numpy", "scipy", "scikit-learn", "xgboost", "autograd")
BLAS = ("internal_api", "version", "architecture", "num_threads")
_SETTING = re.compile(r"[\w.,:{}()+-]{0,100}")
"""What the value of a setting may be: no other value is kept."""


def describe() -> dict[str, object]:
    """Return, as JSON can hold it, what a reader must know of this machine and environment."""
    return {
        "hpobench": version_of("hpobench"),
        "revision": _revision(),
        "lock": _lock(),
        "command": _command(),
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "system": platform.system(),
        "release": platform.release(),
        "libc": " ".join(platform.libc_ver()),
        "processor": _processor(),
        "architecture": platform.machine(),
        "cores": cores(),
        "memory": psutil.virtual_memory().total,
        "versions": {name: version_of(name) for name in PACKAGES},
        "packages": sorted(f"{m['Name']}=={m['Version']}" for m in _metadata()),
        "blas": [{key: library.get(key) for key in BLAS} for library in threadpool_info()],
        "settings": {
            key: os.environ[key] if _SETTING.fullmatch(os.environ[key]) else STARS
            for key in sorted(NUMERIC & os.environ.keys())
        },
    }


def _metadata() -> Iterator[PackageMetadata]:
    """Yield each installed package's metadata, which a distribution reads anew each time."""
    return (each.metadata for each in distributions())


def version_of(name: str) -> str:
    """Return the version of an installed package; empty: it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _lock() -> str:
    """Return the digest of the file that pins the core's packages; empty: there is none."""
    path = ROOT / "locks" / "core.txt"
    return hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest() if path.is_file() else ""


def _command() -> str:
    """Return the command as it was typed, without secrets; an absolute path is its last name."""
    words = [Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:]]
    return shlex.join(["hpobench", *masked_words(words)])


def _revision() -> str:
    """Return the checkout's commit, with a plus where files were changed; empty: there is none."""
    if not (ROOT / ".git").exists():
        return ""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+", "--abbrev=12"]
    try:
        answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603  # ours
    except FileNotFoundError:
        return ""
    return answer.stdout.strip()
