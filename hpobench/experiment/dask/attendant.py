"""What a worker of Dask does: it makes runs in a pool of its own, and returns their files.

Requests and answers are JSON, as on the pipes of local processes. Nothing is written outside a
temporary folder. The run itself never runs in the worker's process, but in one of the pool's, as on
one machine: so isolation, limits, kills and counted warnings are those of the local pool.
"""

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

import orjson

from ...errors import InputError
from ...json_forms import run_from_json
from ...processes.temporary_folders import HeldFolder
from ...store.folder import Store
from ...store.run_file import PART, SEALED
from ...trial import Run
from ..executor import Ending, WorkerEnded
from ..local.pool import Pool
from ..one_run import Done
from .fitness import machine, unfit
from .sources import unpacked

TICK = 0.25
"""The most seconds until it is noticed that nobody wants a run any more."""
IDLE = 60.0
"""The seconds for which a pool is kept that has no run, since the next task may need it."""


def attend(request: bytes) -> bytes:
    """Make some runs, one after the other, and return how each ended, with its file.

    No run begins after `seconds`: then those that are left are not in the answer. A worker that
    would compute other numbers only says why.
    """
    from distributed import get_worker

    asked, worker = orjson.loads(request), get_worker()
    answer: dict[str, Any] = {"worker": worker.address, "machine": machine(), "ended": []}
    if why := unfit(asked["fitness"]):
        return orjson.dumps({**answer, "unfit": why})
    key, tasks = worker.get_current_task(), worker.state.tasks

    def wanted() -> bool:
        return key in tasks and tasks[key].state in {"executing", "long-running"}

    began = monotonic()
    with _workplace().entered(asked) as place:
        for each in asked["runs"]:
            if answer["ended"] and monotonic() - began > asked["seconds"]:
                break
            made = place.made(each, asked["parcels"], wanted)
            if made is None:
                break
            answer["ended"].append(made)
    return orjson.dumps({**answer, "seconds": monotonic() - began})


class _Place:
    """A pool of one process, and the folder in which it writes."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        self.terms = asked["terms"]
        first = run_from_json(asked["runs"][0]["run"])
        self._folder = HeldFolder()
        self._store = Store(self._folder.path / "results")
        self._pool = Pool(*([first], self._store.folder), jobs=1, **asked["terms"]).__enter__()

    def close(self) -> None:
        """End the pool's processes, and remove the folder."""
        self._pool.__exit__()
        self._folder.close()

    def made(
        self, asked: Mapping[str, Any], parcels: Mapping[str, Any], wanted: Callable[[], bool]
    ) -> dict[str, Any] | None:
        """Make one run, and return how it ended, with its file; None: it is not wanted any more."""
        content = asked["run"]
        for kind, digest in asked["parcels"].items():
            path = unpacked(digest, parcels[digest], self._folder.path)
            content[kind]["path"] = str(path)
        run = run_from_json(content)
        part, sealed = (self._store.path(run).with_suffix(end) for end in (PART, SEALED))
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(asked["part"], encoding="utf-8", newline="")
        try:
            try:
                ending = self._ending(run, wanted)
            except InputError as error:  # this machine can't do it, and another one may
                return {"lost": str(error)}
            if ending is None:
                return None
            return _as_json(ending) | {"sealed": _text(sealed), "part": _text(part)}
        finally:
            part.unlink(missing_ok=True)
            sealed.unlink(missing_ok=True)

    def _ending(self, run: Run, wanted: Callable[[], bool]) -> Ending | None:
        attempt = self._pool.submit(run)
        while True:
            for _, ending in self._pool.wait(TICK):
                return ending
            if not wanted():
                attempt.cancel()
                return None


class _Workplace:
    """The place of one thread of a worker; it is kept for the next task, but not for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._place: _Place | None = None
        self._timer: threading.Timer | None = None

    @contextmanager
    def entered(self, asked: Mapping[str, Any]) -> Generator[_Place]:
        """Yield the place of a session, and close it once it was idle for a while."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            place = self._place
            if place is None or place.terms != asked["terms"]:
                self._close()
                place = self._place = _Place(asked)
            try:
                yield place
            finally:
                self._timer = threading.Timer(IDLE, self._leave)
                self._timer.daemon = True
                self._timer.start()

    def _leave(self) -> None:
        if self._lock.acquire(blocking=False):  # else another task has begun meanwhile
            try:
                self._close()
            finally:
                self._lock.release()

    def _close(self) -> None:
        if self._place is not None:
            self._place.close()
            self._place = None


_OF_THREAD = threading.local()


def _workplace() -> _Workplace:
    """Return the place of this thread: a pool is used by one thread alone."""
    if not hasattr(_OF_THREAD, "workplace"):
        _OF_THREAD.workplace = _Workplace()
    found: _Workplace = _OF_THREAD.workplace
    return found


def _as_json(ending: Ending) -> dict[str, Any]:
    if isinstance(ending, Done):
        content = asdict(ending)
        del content["run"]
        return {"done": content}
    return {"ended" if isinstance(ending, WorkerEnded) else "lost": ending.how}


def _text(path: Path) -> str | None:
    """Return the whole lines of a run's file; None: there is none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    return data[: data.rfind(b"\n") + 1].decode()
