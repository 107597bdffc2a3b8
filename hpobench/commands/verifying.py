"""What the command `verify` does: it makes runs again, says what came of it, and certifies it."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import InputError, counted
from ..experiment.estimates import Estimates, TimeLeft
from ..experiment.experiment import MOST_MEGABYTES, MOST_SECONDS
from ..experiment.local.pool import usual_isolation
from ..experiment.state.finishing import processes_of
from ..experiment.verification.again import OLD_SEED, Circumstances, Limits, again, explained
from ..experiment.verification.choosing import Card, named, wanted, with_code
from ..experiment.verification.differences import TOLERANCE
from ..experiment.verification.sample import sampled
from ..experiment.verification.sides import changed
from ..store.certificate_file import Certificate, Verified, check_writable, write
from ..store.folder import Store
from ..store.holding import saying
from ..store.listing import Listing, key_of
from ..store.provenance import cores, describe
from ..store.run_file import SEALED
from ..store.sealed_json import DamageError
from ..trial import Run
from .console import Printer
from .places import folder_to_read, mirror_at
from .progress import watched
from .terminal import show_notices
from .verified_lines import show_verified

LIMIT = 3600.0
"""The seconds of a run where no session tells the limit of its experiment."""
DIFFERS = 1
"""The exit status where a run did not come out the same, did not end, or can't be read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked for."""

    strategies: tuple[str, ...]
    problems: tuple[str, ...]
    sample: float
    draw: int
    jobs: int | None
    isolated: bool


def verify_and_say(place: Path, asked: Asked) -> int:
    """Make a sample of runs again, say what came of it, certify it, and return the exit status."""
    console, store = Printer(), Store(folder_to_read(place), touched=False)
    store.check(new=False)
    with saying(store.folder):  # not only after the work
        check_writable(store.folder)
    listing = Listing(store)
    listing.refresh()
    strategies, problems = named(asked.strategies, asked.problems)
    every = wanted(_runs(listing, store), strategies, problems)
    idle = {run for run in every if listing.sealed[key_of(run)].reason == "unsupported"}
    cards: Sequence[Card] = [card for cards in store.cards() for card in cards]
    sessions = store.sessions()
    found = with_code(every, cards, strategies, problems)
    able = {run: code for run, code in found.items() if isinstance(code, Run)}
    unable = dict(Counter(why for why in found.values() if isinstance(why, str)))
    if not able:
        raise InputError(f"no run can be made again here: {'; '.join(unable)}")
    made = {run: able[run] for run in sampled([*able], asked.sample, asked.draw, idle)}
    how = _circumstances(sessions, asked)
    console.say(
        f"{counted(len(made), 'run')} of {len(every):,} again, on"
        f" {counted(how.processes, 'process')}, with hash seed {how.hash_seed}"
    )
    verified = _Making(console, store, listing, limits_of(sessions)).twice(made, how)
    certificate = _certificate(verified, (len(every), unable), asked, how, sessions)
    show_verified(console, certificate, {key_of(run): run for run in made}, cards)
    show_notices(console, store.notices)
    console.print(f"Certificate: {_kept(store, certificate, place)}", soft_wrap=True)
    sound = all(each.verdict in {"identical", "equal"} for each in verified)
    return 0 if sound and not store.notices else DIFFERS


def limits_of(sessions: Sequence[Mapping[str, Any]]) -> Limits:
    """Return the widest limits that the sessions tell."""
    experiments = [session.get("experiment", {}) for session in sessions]
    ours = [each for each in experiments if "limit" in each]  # imports have none
    memory = _widest(ours, "memory", MOST_MEGABYTES)
    return Limits(
        _widest(ours, "limit", MOST_SECONDS) or LIMIT,
        _widest(ours, "trial_limit", MOST_SECONDS),
        None if memory is None else int(memory * 1e6),
    )


@dataclass(frozen=True, slots=True)
class _Making:
    """How runs are made again, while a person sees how far that is."""

    console: Printer
    store: Store
    listing: Listing
    limits: Limits

    def twice(self, runs: Mapping[Run, Run], how: Circumstances) -> list[Verified]:
        """Make runs again; those that differ once more, to see whether the hash seed does it."""
        verified = self.once(runs, how)
        keys = {each.key for each in verified if each.verdict == "different"}
        if not keys:
            return verified
        differ = {run: code for run, code in runs.items() if key_of(run) in keys}
        self.console.say(f"not the same: {counted(len(keys), 'run')}; now with the old hash seed")
        return explained(verified, self.once(differ, replace(how, hash_seed=OLD_SEED)))

    def once(self, runs: Mapping[Run, Run], how: Circumstances) -> list[Verified]:
        """Make runs again, and return what came of each."""
        came = list[Verified]()
        steps = again(runs, self.store, how, self.limits, came, say=self.console.say)
        time = _time(self.listing, runs, how)
        for _ in watched(self.console, steps, len(runs), time, self.store):
            pass
        return came


def _kept(store: Store, certificate: Certificate, place: Path) -> Path | str:
    """Keep a certificate, at the URL too if the place is one, and return where it is."""
    with saying(store.folder):
        path = write(store.folder, certificate)
    mirror = mirror_at(place)
    return path if mirror is None else mirror.put(path)


def _runs(listing: Listing, store: Store) -> list[Run]:
    """Return all runs that have ended, by the first lines of their files.

    A file that names another run than its path is damaged.
    """
    found = list[Run]()
    for key in sorted(listing.sealed):
        if (run := listing.run(key)) is not None:
            found.append(run)
        else:
            path = listing.path(key, SEALED)
            store.set_aside(DamageError(path, "holds another run than its path says"))
    return found


def _circumstances(sessions: Sequence[Mapping[str, Any]], asked: Asked) -> Circumstances:
    """Return another number of processes than any session had, and another hash seed."""
    before = {processes_of(session) for session in sessions}
    others = (number for number in (cores(), *range(cores() - 1, 0, -1)) if number not in before)
    jobs = asked.jobs or next(others, max(before, default=1) + 1)
    isolation = "spawned" if asked.isolated else usual_isolation()
    return Circumstances(jobs, 1 + asked.draw, isolation)


def _widest(experiments: Sequence[Mapping[str, Any]], name: str, most: float) -> float | None:
    """Return the widest limit of a name; None: there is none, or an experiment has none."""
    told = [each.get(name) for each in experiments]
    known = [float(each) for each in told if isinstance(each, int | float) and 0 < each <= most]
    return max(known) if known and len(known) == len(told) else None


def _time(listing: Listing, runs: Mapping[Run, Run], how: Circumstances) -> TimeLeft:
    """Return the time that is left, by what the runs took."""
    made = [*runs.values()]
    estimates = Estimates(dict.fromkeys(made, 0.0), 1, made)
    for run in made:
        seal = listing.sealed[key_of(run)]
        if seal.seconds is not None:
            estimates.learn((run.strategy, run.problem), seal.reason, seal.seconds)
    return TimeLeft(estimates, made, how.processes)


def _certificate(
    verified: Sequence[Verified],
    among: tuple[int, Mapping[str, int]],
    asked: Asked,
    how: Circumstances,
    sessions: Sequence[Mapping[str, Any]],
) -> Certificate:
    """Return the certificate on runs that were made again.

    `among`: how many runs they were drawn from, and how many of these could not be made, by reason.
    """
    now, machine = datetime.now(UTC), describe()
    then = [session["machine"] for session in sessions if isinstance(session.get("machine"), dict)]
    runs = tuple(sorted(verified, key=lambda each: each.key))
    digest = hashlib.sha256(repr(runs).encode()).hexdigest()[:8]
    before = sorted({processes_of(each) for each in sessions if "processes" in each})
    return Certificate(
        identity=f"{now:%Y%m%dT%H%M%S.%fZ}-{digest}",
        made=now.isoformat(timespec="seconds"),
        runs=runs,
        of=among[0],
        unable=among[1],
        share=asked.sample,
        draw=asked.draw,
        tolerance=TOLERANCE,
        processes=how.processes,
        processes_then=tuple(before),
        hash_seed=how.hash_seed,
        isolation=how.isolation,
        changed=tuple(changed(then, machine)),
        machine={key: each for key, each in machine.items() if key != "command"},
    )
