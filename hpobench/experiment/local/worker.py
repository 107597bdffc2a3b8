"""The work of a process that does runs."""

import errno
import json
import os
import signal
import tempfile
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ...errors import InputError, ProcessLost
from ...json_forms import run_from_json
from ...processes import memory
from ...processes.global_state import restored
from ...processes.temporary_folders import HeldFolder, unmade
from ...processes.unheard import end_with_main
from ...runner.workers import Unwatched
from ..one_run import Surroundings, perform_run
from .trial_watch import TrialClock


def work(connection: Connection, request: Mapping[str, Any]) -> None:
    """Do the run that is asked for, and send {"done": ...} with the fields of its Done.

    Before that, {"found": true} is sent when the strategy and the problem are imported. If the
    results can't be written, {"unwritable": why} is sent instead, and {"lost": how} if a process
    that the run needs was killed. The process ends at once if the run has closed its files, since
    then it can neither write results nor send anything.
    """
    try:
        _work(connection, request)
    except OSError as error:
        if error.errno != errno.EBADF:
            raise
        os._exit(1)


def _work(connection: Connection, request: Mapping[str, Any]) -> None:
    run, folder = run_from_json(request["run"]), Path(request["folder"])
    counted = Counter[str]()
    with warnings.catch_warnings():
        warnings.showwarning = _counting(counted)
        try:
            done = perform_run(run, folder, _surroundings(connection, request))
        except InputError as error:
            connection.send_bytes(json.dumps({"unwritable": str(error)}).encode())
            return
        except ProcessLost as lost:
            connection.send_bytes(json.dumps({"lost": str(lost)}).encode())
            return
    content = asdict(done) | {"warnings": counted}
    del content["run"]
    connection.send_bytes(json.dumps({"done": content}).encode())


def _surroundings(connection: Connection, request: Mapping[str, Any]) -> Surroundings:
    """Limit this process, if that is asked for, and return what the session wants of the run."""
    if request["memory"] is not None:
        memory.limit(request["memory"])
    elsewhere, trials = request.get("elsewhere"), request["trials"]
    return Surroundings(
        request["session"],
        None if elsewhere is None else Path(elsewhere),
        lambda: connection.send_bytes(json.dumps({"found": True}).encode()),
        Unwatched()
        if trials is None
        else TrialClock(Path(trials["path"]), trials["limit"], trials["over"]),
    )


def follow(connection: Connection, lasting: bool) -> None:  # noqa: FBT001  # a process's argument
    """Do runs as they are asked for, until the main process of this program ends.

    `lasting`: whether this process does more than one run.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process handles Ctrl-C
    folders = list[HeldFolder]()

    def remove() -> None:
        for each in folders:  # the list changes meanwhile
            each.close()

    end_with_main(remove)
    before = threading.active_count()
    while True:
        try:
            request = json.loads(connection.recv_bytes())
        except (EOFError, OSError):
            return
        try:
            folders.append(HeldFolder())
        except OSError as error:
            connection.send_bytes(json.dumps({"unwritable": unmade(error)}).encode())
            return
        with restored():
            os.environ["TMPDIR"] = tempfile.tempdir = str(folders[0].path)
            work(connection, request)
        folders.pop().close()
        retire = not lasting or threading.active_count() > before
        connection.send_bytes(json.dumps({"exit": 0, "retire": retire}).encode())


def _counting(counted: Counter[str]) -> Callable[..., None]:
    """Return a replacement for `warnings.showwarning`, which counts warnings by place and text."""

    def count(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object
    ) -> None:
        text = " ".join(str(message).split())[:200]
        counted[f"{Path(filename).name}:{lineno}: {category.__name__}: {text}"] += 1

    return count
