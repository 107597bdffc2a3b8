"""Making runs again in fresh processes, and comparing each with the one that was sealed."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from ...processes.environment_variables import HASH_SEED, variables
from ...processes.temporary_folders import HeldFolder
from ...store import run_columns, run_file
from ...store.certificate_file import Verdict, Verified
from ...store.folder import Store
from ...store.listing import key_of
from ...store.run_file import SEALED
from ...store.sealed_json import DamageError, FormatError
from ...trial import Outcome, Run
from ..local.pool import Isolation, Pool
from ..local.warm_servers import Say
from ..perform import Progress, perform
from .differences import first_difference

OLD_SEED = 0
"""The hash seed of all processes that do runs for sessions."""
SEED_SAYS: Mapping[Verdict, str] = {
    "identical": "identical with hash seed 0, as sessions have it: the order of sets matters",
    "equal": "equal with hash seed 0, as sessions have it: the order of sets matters",
    "different": "not the same with hash seed 0, as sessions have it, either",
    "not-made": "with hash seed 0, as sessions have it, it has not ended",
}


FORGED = "its pack was altered: the columns, which reports read, hold other numbers than the lines"
"""Why a run is not the same whatever comes of it when it is made again."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What may not matter, and is another thing than when the runs were made."""

    processes: int
    hash_seed: int
    isolation: Isolation


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run and a trial may take, which must be as when the runs were made."""

    seconds: float
    """The seconds that a run may take."""
    trial: float | None
    """The seconds that a trial may take; None: as many as its run."""
    memory: int | None
    """The bytes that a process may take beyond what it begins with; None: all."""


def again(
    runs: Mapping[Run, Run],
    store: Store,
    circumstances: Circumstances,
    limits: Limits,
    found: list[Verified],
    *,
    say: Say,
) -> Generator[Progress]:
    """Make runs again in a temporary folder, and add to `found` what came of each that has ended.

    `runs`: the runs with the paths of their code, by those in the store. `limits`: what each
    may take. `say`: tells a person what is waited for.
    """
    sealed = {made: run for run, made in runs.items()}
    how = circumstances
    with (
        closing(HeldFolder()) as held,
        variables({HASH_SEED: str(how.hash_seed)}),
        Pool(
            sealed,
            held.path,
            jobs=how.processes,
            limit=limits.seconds,
            trial_limit=limits.trial,
            memory=limits.memory,
            isolation=how.isolation,
            say=say,
        ) as pool,
    ):
        there = Store(held.path)
        for step in perform([*sealed], there, pool):
            for done in step.done:
                reason = done.detail if done.status == "incomplete" else ""
                found.append(compared(store, there, sealed[done.run], reason))
                _path(there, done.run).unlink(missing_ok=True)
            yield step


def compared(store: Store, there: Store, run: Run, reason: str) -> Verified:
    """Compare a run with the same run in another store.

    `reason`: why it has not ended there; empty: it has.
    """
    key, digest, trials = key_of(run), "", 0
    try:
        then, digest = _read(store, run)
        trials = len(then.records)
        if store.packs.contradicts_itself(run):
            return Verified(key, digest, trials, "different", FORGED)
        if reason:
            return Verified(key, digest, trials, "not-made", f"it has not ended: {reason}")
        now, another = _read(there, run)
        if digest == another:
            return Verified(key, digest, trials, "identical")
    except (DamageError, FormatError) as wrong:
        return Verified(key, digest, trials, "not-made", str(wrong))
    if difference := first_difference(then, now):
        return Verified(key, digest, trials, "different", difference)
    return Verified(key, digest, trials, "equal")


def explained(found: Sequence[Verified], with_old_seed: Sequence[Verified]) -> list[Verified]:
    """Return what came of runs; of those that differ, the reason says whether the seed does it.

    `with_old_seed`: what came of the runs that differ when they were made once more, with the hash
    seed that all sessions have.
    """
    verdicts: dict[str, Verdict] = {each.key: each.verdict for each in with_old_seed}
    return [
        replace(each, reason=f"{each.reason}; {SEED_SAYS[verdicts[each.key]]}")
        if each.key in verdicts
        else each
        for each in found
    ]


def _read(store: Store, run: Run) -> tuple[Outcome, str]:
    """Return a run that is a file or in a pack, and its digest; raises what `run_file.of` does."""
    lines = store.lines(run)
    outcome = run_file.of(_path(store, run), lines)
    return outcome, run_columns.seal_of(lines)["digest"]


def _path(store: Store, run: Run) -> Path:
    return store.path(run).with_suffix(SEALED)
