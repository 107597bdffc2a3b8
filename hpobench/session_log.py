"""What is kept of a session: what was asked for, where it ran, and what it cost."""

import os
import secrets
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

from .cell import Done
from .experiment import Plan
from .pool import Isolation
from .provenance import describe
from .store import Store

MEANING: dict[Isolation, str] = {
    "forked": "a clean process each, forked from one that has run nothing",
    "shared": "one after the other in a process, whose global state is put back",
    "spawned": "a new interpreter each",
}
"""How cells were kept apart, for people."""


class SessionLog:
    """Writes a session's file when it begins, so that it is there however the session ends."""

    def __init__(self, store: Store, plan: Plan, isolation: Isolation) -> None:
        self._store = store
        self._began = datetime.now(UTC)
        self._times = os.times()
        self.identity = f"{self._began:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        """What names the session in the files of its runs."""
        self._content: dict[str, object] = {
            "began": self._began.isoformat(timespec="seconds"),
            "experiment": asdict(plan.experiment),
            "planned": len(plan.runs),
            "cells apart": f"{isolation}: {MEANING[isolation]}",
        }

    @contextmanager
    def kept(self, done: Sequence[Done]) -> Generator[None]:
        """Write the file, and once more at the end, with what it cost all our processes together.

        `done`: what has ended until then.
        """
        self._content |= {"machine": describe()}
        self._store.put_session(self.identity, self._content)
        try:
            yield
        finally:
            now = os.times()
            # Of this process and those that have ended.
            processor = sum(now[:4]) - sum(self._times[:4])
            cost = {
                "cells": len(done),
                "seconds": round(now.elapsed - self._times.elapsed, 3),
                "processor-seconds": round(processor, 3),
                "seconds-inside": round(sum(each.inside for each in done), 3),
            }
            self._store.put_session(self.identity, {**self._content, **cost})
