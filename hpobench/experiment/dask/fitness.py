"""Whether a worker would compute the same numbers: its versions and its code are compared."""

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ...store.provenance import PACKAGES, describe, version_of

PACKAGED = ("hpobench", "hpobench.strategies", "hpobench.problems")
"""The packages whose files are our code, the second and the third wherever they lie."""
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
    """Return the digest of our code, in 12 hexadecimal digits; line ends don't count.

    It is the same of a checkout, which keeps two of the packages beside the first and much else
    with them, and of a wheel, which nests them in it.
    """
    digest = hashlib.blake2b(digest_size=6)
    for package in PACKAGED:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            continue
        folder = Path(spec.origin).parent
        nested = {folder / each.rpartition(".")[2] for each in PACKAGED}
        found = {
            path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*")
            if path.suffix in CODE and nested.isdisjoint(path.parents)
        }
        for name, path in sorted(found.items()):
            content = path.read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"{package}/{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
