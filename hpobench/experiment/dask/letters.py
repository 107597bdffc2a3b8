"""Letters: what is asked of a worker in a task, and what becomes of its answer."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from ...json_forms import run_to_json
from ...store.appending import InUseError
from ...store.folder import Store
from ...store.handed_in import hand_in, whole_lines
from ...store.sealed_json import DamageError, FormatError
from ...trial import Run
from ..executor import Ending, WorkerEnded, WorkerLost
from ..one_run import Done
from .fitness import fitness
from .sources import Parcel, parcel


class Letters:
    """Writes the requests of a session, and keeps what comes back in its store."""

    def __init__(self, store: Store, terms: Mapping[str, Any]) -> None:
        """Take in the store of the results.

        `terms`: what is given to the pools of workers, by name: limit, isolation, session.
        """
        self._store = store
        self._common: dict[str, Any] = {"terms": terms, "fitness": fitness()}
        self._parcels: dict[str, Parcel] = {}
        """What is sent of users' files, by their paths."""

    def request(self, runs: Iterable[Run], seconds: float) -> bytes:
        """Return the request for some runs, of which none begins after so many seconds."""
        asked, parcels = list[dict[str, Any]](), dict[str, Mapping[str, Any]]()
        for run in runs:
            content, sent = run_to_json(run), dict[str, str]()
            for kind, identity in (("strategy", run.strategy), ("problem", run.problem)):
                if identity.path is not None:
                    if identity.path not in self._parcels:
                        self._parcels[identity.path] = parcel(identity.path)
                    found = self._parcels[identity.path]
                    sent[kind], parcels[found.digest] = found.digest, found.content
                    content[kind]["path"] = None
            part = whole_lines(self._store, run).decode(errors="replace")
            asked.append({"run": content, "parcels": sent, "part": part})
        return orjson.dumps({**self._common, "seconds": seconds, "runs": asked, "parcels": parcels})

    def kept(self, run: Run, made: Mapping[str, Any]) -> Ending:
        """Keep the file of a run that a worker has made, and return how the run ended."""
        text = made.get("sealed") or made.get("part")
        if text:
            try:
                hand_in(self._store, run, text.encode())
            except (DamageError, FormatError, InUseError) as error:
                return Done(run, "incomplete", str(error))
        if "done" in made:
            return Done(run, **made["done"])
        return WorkerEnded(made["ended"]) if "ended" in made else WorkerLost(made["lost"])
