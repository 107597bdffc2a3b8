"""The log of a session: what was asked for, where it ran, and what it cost."""

import json
import os
import secrets
from collections import Counter, defaultdict
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

from ..json_forms import setting_from_json, setting_to_json
from ..seeds import as_given, seeds_in
from ..store.folder import Store
from ..store.provenance import describe
from ..store.session import STOPPED
from ..trial import Identity, Run
from .dask.connection import LOCAL
from .local.pool import Isolation
from .one_run import Done, too_long
from .planning import Plan

MEANING: dict[Isolation, str] = {
    "forked": "a clean process each, forked from one that has run nothing",
    "shared": "one after the other in a process, whose global state is put back",
    "spawned": "a new interpreter each",
}
"""What the kinds of isolation mean, for people."""


class SessionLog:
    """Writes a session's file at its beginning, so that it is there however the session ends."""

    def __init__(self, store: Store, plan: Plan, isolation: Isolation, jobs: int) -> None:
        """Take in the plan, and by how many processes (`jobs`) it is carried out."""
        executor = plan.experiment.executor
        self._too_long = too_long(plan.experiment.limit)
        self._store = store
        self._began = datetime.now(UTC)
        self._times = os.times()
        self.identity = f"{self._began:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(2)}"
        """The id by which the files of its runs name the session; a later session has a higher one,
        even where both began in the same second."""
        self._content: dict[str, object] = {
            "began": self._began.isoformat(timespec="seconds"),
            "experiment": plan.experiment.as_given(),
            "planned": len(plan.runs),
            "plan": _written(plan),
            "left out": dict(plan.absent),
            **(_share(plan) if plan.shard else {}),
            "runs apart": f"{isolation}: {MEANING[isolation]}",
            "processes": jobs,
            **({"executor": executor} if executor != LOCAL else {}),
        }

    def add_machines(self, machines: Sequence[Mapping[str, object]]) -> None:
        """Tell which other machines have made the runs; this is written at the end."""
        self._content |= {"workers": machines}

    @contextmanager
    def kept(self, done: Sequence[Done]) -> Generator[None]:
        """Write the file, and write it again at the end of the block, with what the session cost.

        `done`: a list of the runs that have ended, which grows inside the block.
        """
        self._content |= {"machine": describe()}
        self._store.put_session(self.identity, self._content)
        try:
            yield
        finally:
            now = os.times()
            # The times of this process, and of its child processes that have ended.
            processor = sum(now[:4]) - sum(self._times[:4])
            stopped = [each.run for each in done if each.detail == self._too_long]
            cost = {
                "runs": len(done),
                STOPPED: Counter(f"{run.strategy.name} on {run.problem.name}" for run in stopped),
                "seconds": round(now.elapsed - self._times.elapsed, 3),
                "processor-seconds": round(processor, 3),
                "seconds-inside": round(sum(each.inside for each in done), 3),
            }
            self._store.put_session(self.identity, {**self._content, **cost})


def last_planned(sessions: Sequence[Mapping[str, Any]]) -> list[Run]:
    """Return all runs that the last session planned, whether it made them or they were there.

    Where it made a share of a plan, these are the runs of the whole plan.

    The list is empty where there is no session, or where the session does not tell its plan.
    """
    return planned_in(sessions[-1]["plan"]) if sessions and "plan" in sessions[-1] else []


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The runs that sessions planned, and that shares make of which these sessions are none."""

    shard: str = ""
    """Which share the sessions made, such as 1/2; empty: whole plans."""
    runs: frozenset[Run] = frozenset()
    plans: int = 0
    """How many plans the sessions had; only where it is one is a share known by what is planned."""


def elsewhere(sessions: Sequence[Mapping[str, Any]]) -> Elsewhere:
    """Return the runs that other shares make than the one share that was made of a plan.

    Where sessions made several shares of it, folders were merged: then none is made elsewhere.
    """
    plans = defaultdict[str, dict[str, Mapping[str, Any]]](dict)
    for session in sessions:
        if "plan" in session:
            plans[json.dumps(session["plan"])][session.get("shard", "")] = session
    shards, others, own = dict[str, None](), set[Run](), set[Run]()
    for of in plans.values() if any("shard" in each for each in sessions) else ():
        ((shard, session), *more) = of.items()
        runs, share = planned_in(session["plan"]), session.get("share", "")
        if shard and not more and len(share) == len(runs):
            shards[shard] = None
            others.update(run for run, here in zip(runs, share, strict=True) if here != "1")
            own.update(run for run, here in zip(runs, share, strict=True) if here == "1")
        else:
            own.update(runs)
    return Elsewhere(" and ".join(shards), frozenset(others - own), len(plans))


def planned_in(plan: Mapping[str, Any]) -> list[Run]:
    """Return all runs of a plan as a session keeps it."""
    setting = setting_from_json(plan)
    strategies = [Identity(*each) for each in plan["strategies"]]
    problems = [(Identity(name, version), seeds) for name, version, seeds in plan["problems"]]
    return [
        Run(strategy, problem, seed, *setting)
        for strategy, (problem, seeds) in product(strategies, problems)
        for seed in seeds_in(seeds)
    ]


def _share(plan: Plan) -> dict[str, object]:
    """Return which share of a plan it is; the `share` has a 1 for each run of it, in order."""
    whole = planned_in(_written(plan))
    return {"shard": plan.shard, "share": "".join("01"[run in plan.runs] for run in whole)}


def _written(plan: Plan) -> dict[str, object]:
    """Return the runs of a whole plan in short: all strategies have the same seeds on a problem."""
    first = next(iter(plan.runs))
    seeds = defaultdict[Identity, list[int]](list)
    for run in (*plan.runs, *plan.elsewhere):
        if run.strategy == first.strategy:
            seeds[run.problem].append(run.seed)
    return {
        "strategies": [[each.identity.name, each.identity.version] for each in plan.strategies],
        "problems": [[each.name, each.version, as_given(own)] for each, own in seeds.items()],
        **setting_to_json(first.setting),
    }
