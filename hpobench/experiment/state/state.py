"""The state of a folder of results at one moment: what is done, runs, waits, failed, was lost."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import psutil

from ...errors import counted
from ...processes.lock_holders import LockHolders, lock_holders
from ...store.contents import DAMAGED, LOCK, PACKS, RETRIED, SESSIONS
from ...store.folder import Store
from ...store.holder_file import Named, at_work
from ...store.listing import Key, Listing
from ...store.run_file import PART, SEALED
from ...store.sealed_json import UnreadError
from ...store.session import stopped_in
from ...trial import Reason, Run
from .part import Part, part_of
from .planned import Planned, planned_by


@dataclass(frozen=True, slots=True)
class Running:
    """A run that a process is doing now."""

    key: Key
    part: Part
    process: int | None
    """The process that has locked its file; None: the system does not tell it."""
    since: str
    """When this process began, in ISO 8601; empty: that is not known."""


@dataclass(frozen=True, slots=True)
class Group:
    """Runs that ended alike, or were left out alike."""

    reason: str
    runs: int
    strategies: tuple[str, ...]
    problems: tuple[str, ...]
    example: str
    """The path of the file of one of them within the folder."""


@dataclass(frozen=True, slots=True)
class State:
    """What a folder of results holds and lacks at one moment."""

    planned: Planned
    ended: Mapping[Reason, int]
    """How many of all runs in the folder have ended in each way."""
    done: int
    """How many of the planned runs have ended."""
    unplanned: int
    """How many runs have ended that no session has planned, as where they were imported."""
    superseded: int
    """How many have ended of an older version of a strategy or a problem."""
    running: tuple[Running, ...]
    begun: tuple[Key, ...]
    """The runs that wait, but have trials already: a session was interrupted in them."""
    waiting: tuple[Key, ...]
    """The runs that were planned, and are neither done nor running, nor made elsewhere."""
    elsewhere: frozenset[Key]
    """The runs that were planned and are not here, since they belong to other shares."""
    failed: tuple[Group, ...]
    unsupported: tuple[Group, ...]
    damaged: Mapping[str, str]
    """What is wrong with each damaged file, by its path within the folder."""
    retried: int
    """How many failed runs were set aside and made again."""
    stopped: Mapping[str, int]
    """How many runs the last session stopped at their limit, by the strategy on the problem."""
    left_out: Mapping[str, str]
    """What the last session left out of its plan, with the reason, by name."""
    notices: tuple[str, ...]
    """What can't be read, and what can be done about packs."""
    holder: Named | None
    """The process that works on the folder; None: none does, as far as is known."""
    runs_made: bool
    """Whether this process has ended a session of its own: then it reads the runs, or reports."""

    @property
    def own(self) -> Mapping[Key, Run]:
        """The planned runs but for those of other shares."""
        return {key: run for key, run in self.planned.runs.items() if key not in self.elsewhere}

    @property
    def finished(self) -> bool:
        """Whether everything that was planned is done, and no process works on the folder."""
        return not self.waiting and not self.running and self.holder is None


class Watch:
    """Looks at a folder again and again; what can't change is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.listing = folder, Listing(Store(folder, touched=False))
        self.sessions: list[dict[str, Any]] = []
        """The sessions of the folder as they were last read, the oldest first."""
        self._known: object = None
        self._planned = planned_by(())
        self._notices: tuple[str, ...] = ()

    def look(self) -> State:
        """Return the state of the folder now; nothing is written or moved, and no lock is taken."""
        locks, listing = lock_holders(), self.listing
        holder, unread = _at_work(self.folder)
        listing.refresh()
        self._read_plans()
        planned, sealed = self._planned, listing.sealed
        running = tuple(_running(listing, locks, holder))
        busy = {each.key for each in running}
        left = [key for key in planned.runs if key not in sealed and key not in busy]
        waiting = [key for key in left if planned.runs[key] not in planned.elsewhere.runs]
        reasons = Counter(seal.reason for seal in sealed.values())
        done = sum(key in sealed for key in planned.runs)
        superseded = sum(key in sealed for key in planned.superseded)
        return State(
            planned=planned,
            ended={reason: reasons[reason] for reason in get_args(Reason)},
            done=done,
            unplanned=len(sealed) - done - superseded,
            superseded=superseded,
            running=running,
            begun=tuple(key for key in waiting if key in listing.parts),
            waiting=tuple(waiting),
            elsewhere=frozenset(left).difference(waiting),
            failed=_groups(listing, "failed"),
            unsupported=_groups(listing, "unsupported"),
            damaged=_damaged(listing),
            retried=_files(self.folder / RETRIED),
            stopped=(stopped_in(self.sessions[-1]) if self.sessions else None) or {},
            left_out=_left_out(self.sessions),
            notices=tuple(
                dict.fromkeys(
                    (*unread, *listing.unread.values(), *self._notices, *listing.store.notices)
                )
            ),
            holder=holder,
            runs_made=not running and _session_ended(self.sessions, holder),
        )

    def _read_plans(self) -> None:
        """Read the sessions, unless their files are those that were read before."""
        found = _stamps(self.folder / SESSIONS)
        if found == self._known:
            return
        store = Store(self.folder, touched=False)
        self.sessions = store.sessions()
        self._planned = planned_by(self.sessions)
        unread = self._planned.unread
        lost = [f"the plans of {counted(unread, 'session')} can't be read"] if unread else []
        self._notices, self._known = (*store.notices, *lost), found


def _running(listing: Listing, locks: LockHolders, holder: Named | None) -> Iterable[Running]:
    """Yield the runs that are being done.

    Where the system does not tell who has locked a file, as where another machine has, or where the
    file system has no locks, these are the runs that were written to since the process began that
    works on the folder. That the system tells it is seen by the folder's own lock.
    """
    told = locks.known and (holder is None or _is_locked(listing.folder, locks))
    for key in sorted(listing.parts):
        path = listing.path(key, PART)
        with suppress(OSError):
            found = path.stat()
            process = locks.of(found)
            if process is None and (told or not _written_since(found, holder)):
                continue
            part = part_of(path)
            if part is not None:
                yield Running(key, part, process, _beginning(process))


def _at_work(folder: Path) -> tuple[Named | None, Sequence[str]]:
    """Return the process that works on a folder, and why nobody can tell."""
    try:
        return at_work(folder), ()
    except UnreadError as error:
        return None, (str(error),)


def _is_locked(folder: Path, locks: LockHolders) -> bool:
    with suppress(OSError):
        return locks.of((folder / LOCK).stat()) is not None
    return False


def _written_since(found: os.stat_result, holder: Named | None) -> bool:
    with suppress(ValueError):
        return holder is not None and (
            found.st_mtime >= datetime.fromisoformat(holder.since).timestamp()
        )
    return False


def _session_ended(sessions: Sequence[Mapping[str, Any]], holder: Named | None) -> bool:
    """Tell whether the last session began while the holder held the folder, and has ended."""
    if holder is None or not sessions or "seconds" not in sessions[-1]:
        return False
    with suppress(KeyError, TypeError, ValueError):
        began, since = sessions[-1]["began"], holder.since
        return datetime.fromisoformat(began) >= datetime.fromisoformat(since)
    return False


def _beginning(process: int | None) -> str:
    """Return when a process began; empty: that is not known."""
    if process is None or process <= 0:
        return ""
    with suppress(psutil.Error):
        began = datetime.fromtimestamp(psutil.Process(process).create_time(), UTC)
        return began.isoformat(timespec="seconds")
    return ""


def _groups(listing: Listing, reason: Reason) -> tuple[Group, ...]:
    """Return the runs that ended in a way, by the detail in their seals, the most first."""
    found = defaultdict[str, list[Key]](list)
    for key, seal in listing.sealed.items():
        if seal.reason == reason:
            found[seal.detail].append(key)
    groups = [
        Group(
            detail,
            len(keys),
            tuple(sorted({key.split("/")[1] for key in keys})),
            tuple(sorted({key.split("/")[0] for key in keys})),
            f"runs/{min(keys)}{SEALED}",
        )
        for detail, keys in found.items()
    ]
    return tuple(sorted(groups, key=lambda each: (-each.runs, each.reason)))


def _damaged(listing: Listing) -> dict[str, str]:
    """Return the files that were set aside, those that will be, and packs that are not whole."""
    found = {f"runs/{key}{SEALED}": why for key, why in listing.damaged.items()}
    found |= {f"{PACKS}/{at.name}": why for at, why in listing.store.packs.doubts.items()}
    for path in sorted((listing.folder / DAMAGED).rglob("*")):
        if path.is_file():
            found[path.relative_to(listing.folder).as_posix()] = "was set aside"
    return found


def _files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def _left_out(sessions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    found = sessions[-1].get("left out", {}) if sessions else {}
    return {str(name): str(why) for name, why in found.items()} if isinstance(found, dict) else {}


def _stamps(folder: Path) -> list[tuple[str, int, int]]:
    """Return the files of a folder, with when they were last written and how long they are."""
    found = list[tuple[str, int, int]]()
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for each in entries:
            with suppress(FileNotFoundError):
                told = each.stat()
                found.append((each.name, told.st_mtime_ns, told.st_size))
    return sorted(found)
