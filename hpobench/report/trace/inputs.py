"""The runs and cards behind a report, as hashes that no order of reading changes."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from ...cards.card import ProblemCard, StrategyCard
from ...runner.finished_run import FinishedRun
from ...store.certificate_file import Certificate
from ...store.run_lines import digest_of
from ...trial import Identity, Run

PRINTED = 12
"""How many hexadecimal digits of a hash are printed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The runs of one strategy on one problem."""

    runs: int
    hash: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a report is made from. Hashes are SHA-256, in hexadecimal digits."""

    runs: int
    """How many runs there are, those of another budget included."""
    hash: str
    """The hash of the runs and of the cards of their strategies and problems. It covers nothing
    that was measured on a machine: the same runs made elsewhere have it, too."""
    cards: str
    """The hash of these cards alone."""
    seconds: str
    """The hash of the real seconds that were measured of the runs."""
    sessions: str
    """The hash of the records of where and when runs were made."""
    certificates: str
    """The hash of the certificates on runs that were made again."""
    pairs: Mapping[str, Pair]
    """The runs of each strategy on each problem, by the names and versions of both."""


@dataclass(frozen=True, slots=True)
class Digests:
    """The digest of each run and of each card behind a report."""

    runs: Mapping[Run, str]
    strategies: Mapping[Identity, str]
    problems: Mapping[Identity, str]

    def hash(self, problems: Collection[Identity] | None = None) -> str:
        """Return the hash of the runs on some problems, with their cards; None: on all problems."""
        where = self.problems.keys() if problems is None else problems
        there = [run for run in self.runs if run.problem in where]
        return hash_of(
            [
                *(self.runs[run] for run in there),
                *(self.strategies[each] for each in {run.strategy for run in there}),
                *(self.problems[each] for each in {run.problem for run in there}),
            ]
        )


def digests(
    runs: Sequence[FinishedRun],
    strategies: Iterable[StrategyCard],
    problems: Iterable[ProblemCard],
) -> Digests:
    """Return the digests of runs, and those of the cards of their strategies and problems."""
    who, where = {each.run.strategy for each in runs}, {each.run.problem for each in runs}
    return Digests(
        {each.run: f"{digest_of(each.run)} {each.digest}" for each in runs},
        {card.identity: _digest(card) for card in strategies if card.identity in who},
        {card.identity: _digest(card) for card in problems if card.identity in where},
    )


def inputs(
    found: Digests,
    runs: Sequence[FinishedRun],
    sessions: Sequence[Mapping[str, object]],
    certificates: Sequence[Certificate],
) -> Inputs:
    """Return the hashes of all that a report is made from; `found`: the digests of these runs."""
    pairs = defaultdict[str, list[str]](list)
    for run, digest in found.runs.items():
        strategy, problem = run.strategy, run.problem
        name = f"{strategy.name} {strategy.version} on {problem.name} {problem.version}"
        pairs[name].append(digest)
    return Inputs(
        runs=len(found.runs),
        hash=found.hash(),
        cards=hash_of([*found.strategies.values(), *found.problems.values()]),
        seconds=hash_of(f"{found.runs[each.run]} {_seconds(each)}" for each in runs),
        sessions=_sha256(json.dumps(sessions).encode()),
        certificates=hash_of(f"{each.identity} {each.covered}" for each in certificates),
        pairs={
            name: Pair(len(there), hash_of(there)[:PRINTED])
            for name, there in sorted(pairs.items())
        },
    )


def hash_of(digests: Iterable[str]) -> str:
    """Return one hash over several digests, whatever their order.

    >>> hash_of(["a", "b"]) == hash_of(["b", "a"]) != hash_of(["a"])
    True
    """
    return _sha256("\n".join(sorted(digests)).encode())


def _digest(card: StrategyCard | ProblemCard) -> str:
    content = asdict(card)
    del content["identity"]["path"]
    return _sha256(json.dumps([type(card).__name__, content]).encode())


def _seconds(run: FinishedRun) -> str:
    measured = run.ask_seconds, run.tell_seconds
    return _sha256(b"".join(each.astype("<f8").tobytes() for each in measured))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
