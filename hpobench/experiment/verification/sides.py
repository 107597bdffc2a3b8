"""What has changed between the machines that made runs and the one that makes them again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...errors import shown

NAMES = (
    "hpobench", "python", "implementation", "system", "release", "libc", "processor",
    "architecture",
)  # fmt: skip
"""What numbers may depend on, of what a session tells of its machine."""
FIXED = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "PYTHONHASHSEED"}
"""The settings that are the same in all processes which do runs, whatever a session's were."""
MANY = 10
"""The most names of packages that a sentence lists."""


def changed(then: Iterable[Mapping[str, Any]], now: Mapping[str, Any]) -> list[str]:
    """Return sentences on what is another thing now; `then` is what sessions tell, and may lack it.

    Each different sentence comes once.
    """
    return list(dict.fromkeys(said for each in then for said in _changed(each, now)))


def _changed(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    yield from _said("hpobench's commit", *(_commit(each.get("revision")) for each in (then, now)))
    for name in NAMES:
        yield from _said(name, then.get(name), now.get(name))
    before, after = (_packages(each.get("packages")) for each in (then, now))
    for name in sorted(before.keys() & after.keys()):
        yield from _said(name, before[name], after[name])
    for there, mine, others in (("then", before, after), ("now", after, before)):
        only = sorted(mine.keys() - others.keys()) if before else []
        if only:
            yield f"packages only {there}: {_listed(only)}"
    ours, theirs = (_libraries(each.get("blas")) for each in (then, now))
    for name in sorted(ours.keys() & theirs.keys()):
        both = ours[name], theirs[name]
        if not (both[0] <= both[1] or both[1] <= both[0]):  # which are loaded says nothing
            yield from _said(name, *(", ".join(sorted(each)) for each in both))
    old, new = (each.get("settings") for each in (then, now))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted({*old, *new} - FIXED):
            yield from _said(name, old.get(name, "unset"), new.get(name, "unset"))


def _commit(revision: object) -> object:
    """Return a commit in words, where a session tells one: a plus says that files were changed."""
    if not isinstance(revision, str) or not revision.endswith("+"):
        return revision
    return f"{revision.removesuffix('+')} with changed files"


def _said(name: str, then: object, now: object) -> Iterator[str]:
    if then is not None and then != now:
        yield f"{name}: {_value(then)} then, {_value(now)} now"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MANY
    return ", ".join(names[:MANY]) + (f" and {more:,} more" if more > 0 else "")


def _value(value: object) -> str:
    return value if isinstance(value, str) and value else shown(value)


def _packages(listed: object) -> dict[str, str]:
    """Return the versions of packages by name, of "name==version" each."""
    texts = listed if isinstance(listed, list) else []
    pairs = (each.split("==", 1) for each in texts if isinstance(each, str) and "==" in each)
    return {name.lower(): version for name, version in pairs}


def _libraries(listed: object) -> dict[str, set[str]]:
    """Return the versions and kernels of the loaded libraries of linear algebra, by their kind."""
    found = dict[str, set[str]]()
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, Mapping):
            text = f"{each.get('version')} {each.get('architecture')}"
            found.setdefault(str(each.get("internal_api")), set()).add(text)
    return found
