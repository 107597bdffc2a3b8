"""Whether a worker would compute the same numbers: its versions and its code are compared."""

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ...store.provenance import PACKAGES, describe, version_of

FOLDERS = ("hpobench", "hpobench.strategies", "hpobench.problems")
"""The packages whose files are our code."""
CODE = {".py", ".json", ".toml"}
"""The endings of the files that are code."""
MACHINE = ("processor", "architecture", "cores", "memory", "system", "release", "libc", "blas")
"""What sessions tell of the machines of workers."""


@cache
def fitness() -> Mapping[str, str]:
    """Return what must be the same where runs are made, by name; it is found out once."""
    return {
        "hpobench": version_of("hpobench"),
        "Python": ".".join(platform.python_version_tuple()[:2]),
        **{name: version_of(name) for name in PACKAGES},
        "hpobench's code": _code(),
    }


@cache
def machine() -> Mapping[str, object]:
    """Return what a reader must know of this machine, beside what must be the same everywhere."""
    found = describe()
    return {name: found[name] for name in MACHINE}


def unfit(wanted: Mapping[str, str]) -> str:
    """Say what of this process is not as wanted; empty: it is fit."""
    here = fitness()
    differing = [
        f"{name} {here.get(name) or 'missing'} instead of {value}"
        for name, value in wanted.items()
        if here.get(name) != value
    ]
    return ", ".join(differing)


def _code() -> str:
    """Return the digest of our code, in 12 hexadecimal digits; line ends don't count."""
    digest = hashlib.blake2b(digest_size=6)
    for package in FOLDERS:
        spec = find_spec(package)
        folders = spec.submodule_search_locations if spec is not None else None
        for folder in map(Path, folders or ()):
            paths = [path for path in folder.rglob("*") if path.suffix in CODE]
            for path in sorted(paths, key=lambda each: each.relative_to(folder).as_posix()):
                content = path.read_bytes().replace(b"\r\n", b"\n")
                name = path.relative_to(folder).as_posix()
                digest.update(f"{package}/{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
