"""Memory: a limit for processes, and whether the kernel has killed any for lack of it."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

GROUPS, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
"""Where control groups lie, and which ones this process is in."""
WHOLE = Path("/proc/vmstat")
"""Where the kernel counts for the whole machine."""
LIMITS = sys.platform == "linux"
"""Whether memory can be limited: other systems don't count what a process maps as its data."""
VARIABLE = "HPOBENCH_MEMORY"
"""The environment variable by which a limited process passes its limit on, in bytes."""
_COUNT = re.compile(r"^oom_kill (\d+)$", re.MULTILINE)
_DATA = re.compile(r"^VmData:\s*(\d+) kB$", re.MULTILINE)


def limit(size: int) -> None:
    """Let this process have so many bytes of data more than it has now, and not more.

    Data is what can be written and is not shared, whether it is used yet or not. What it starts has
    the same limit, each process by itself. It does nothing where memory can't be limited.
    """
    if sys.platform != "linux":
        return
    import resource  # not on Windows

    found = _DATA.search(Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None, "Linux says how much data a process has"
    most = 1024 * int(found[1]) + size
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or most <= hard:
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    os.environ[VARIABLE] = str(size)


def kills() -> int | None:
    """Return how many processes were killed for lack of memory; None: the system does not tell.

    Those of this process's control group are counted or, where that is not seen, the machine's.
    """
    for path in (*_of_group(), WHOLE):
        try:
            found = _COUNT.search(path.read_text(encoding="ascii"))
        except OSError:
            continue
        if found is not None:
            return int(found[1])
    return None


def _of_group() -> Iterator[Path]:
    """Yield the files that may count for this process's control group, in either version."""
    try:
        lines = OWN.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, kinds, group = line.split(":", 2)
        if kinds == "":
            yield GROUPS / group.lstrip("/") / "memory.events"
        elif "memory" in kinds.split(","):
            for seen in (group.lstrip("/"), ""):  # a container sees its own group as the root
                yield GROUPS / "memory" / seen / "memory.oom_control"
