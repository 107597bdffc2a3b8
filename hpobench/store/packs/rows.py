"""A row of a pack: a run that has ended, as numbers in columns, and the bytes of its file."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...json_forms import identity_from_json, run_from_json, setting_from_json, stop_from_json
from ...runner.finished_run import NO_VALUE, FinishedRun, FloatArray
from ...trial import Identity, Run
from .. import run_columns, summary
from ..file_names import file_name
from ..places import Place
from ..run_file import SEALED
from ..run_lines import digest_of, encode, stop_of
from ..sealed_json import UNLIKE, bytes_of
from ..summary import Seal, Summary

NUMBERS = (
    "values",
    "scores",
    "costs",
    "finished",
    "busy",
    "fidelities",
    "ask_seconds",
    "tell_seconds",
    "repeats",
)
"""The columns of numbers, one for each trial, as FinishedRun has them; 1 for true, 0 for false."""
NONE = np.empty(0)
"""The values of the other objectives where there is one objective."""


class Facts(NamedTuple):
    """The columns of a row that hold one thing: which run it is, and how it ended."""

    run: str
    """The digest of the run's identity, in 16 hexadecimal digits."""
    problem: str
    problem_version: str
    strategy: str
    strategy_version: str
    seed: int
    budget: str
    workers: int
    first: str
    stop: str
    detail: str
    digest: str
    trials: int
    seconds: float | None
    session: str | None

    @property
    def place(self) -> Place:
        """The place where the run's file would lie."""
        folders = _named_folder(self.problem), _named_folder(self.strategy)
        return Place(*folders, f"{self.seed}-{self.run}{SEALED}")

    def fit(self) -> bool:
        """Tell whether they are of one run."""
        try:
            self.checked()
        except UNLIKE:
            return False
        return True

    def checked(self) -> Summary:
        """Return the summary; raises ValueError where `run` is the digest of another run."""
        found = self.summary()
        if digest_of(found.run) != self.run:
            raise ValueError("the row is of another run than it says")
        return found

    def summary(self) -> Summary:
        """Return what is known of the run without its trials; raises ValueError, TypeError."""
        run = Run(
            _identity(self.strategy, self.strategy_version),
            _identity(self.problem, self.problem_version),
            self.seed,
            *_setting(self.budget, self.workers, self.first),
        )
        stop = stop_from_json({"stop": self.stop, "detail": self.detail})
        seconds = summary.measured_in(self.seconds)
        told = (self.detail, self.digest, self.trials, seconds, self.session)
        return Summary(run, Seal(stop.reason, *told))


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A run that has ended, with all that a pack keeps of it."""

    facts: Facts
    seal: str
    """The last line of the run's file."""
    ids: NDArray[np.int64]
    """(trials,): the number of each trial, in the order of asking."""
    numbers: FloatArray
    """(columns of NUMBERS, trials); nan where there is none."""
    other_values: FloatArray
    """(objectives after the first * trials,): the values of the second objective in all trials,
    then those of the third; empty: there is one objective."""
    errors: list[str | None]
    """(trials,): why each evaluation failed; None: it did not, or gave no reason."""
    configurations: list[str]
    """(trials,): the configuration of each trial, as JSON."""
    lines: bytes
    """The bytes of the run's file."""

    @property
    def run(self) -> Run:
        """The run itself."""
        return self.facts.summary().run

    @property
    def hash(self) -> str:
        """The hash of the row without `configurations` and `lines`."""
        numbers = (*self.numbers, self.other_values)
        return hash_of(self.facts, self.seal, self.ids, numbers, self.errors)


def read(path: Path) -> Row | None:
    """Return the row of a sealed file; None: a text of it is no Unicode, which no pack can hold.

    Raises DamageError where it was torn or altered, and FormatError where it has another format.
    """
    return of(path, bytes_of(path))


def of(path: Path, lines: bytes) -> Row | None:
    """Return the row of a run whose file at a path has these lines; raises what `read` raises."""
    trials = list[tuple[int, str | None, str]]()

    def keep(trial: Any) -> None:  # noqa: ANN401  # JSON
        config = encode(trial["proposal"]["config"]).decode()
        trials.append((trial["id"], trial["error"], config))

    ended = run_columns.of(path, lines, also=keep)
    seal = run_columns.seal_in(lines)
    facts = _facts(Summary(ended.run, summary.seal_in(json.loads(seal))))
    ids, errors, configurations = zip(*trials, strict=True) if trials else ((), (), ())
    try:
        for text in (*facts, *errors):
            str(text).encode()
    except UnicodeEncodeError:
        return None
    return Row(
        facts,
        seal.decode(),
        np.array(ids, np.int64),
        np.array([getattr(ended, name) for name in NUMBERS]),
        NONE if ended.other_values is None else ended.other_values.T.ravel(),
        list(errors),
        list(configurations),
        lines,
    )


def facts_of(lines: bytes) -> Facts:
    """Return the facts that the first and the last of a run's lines say, which are not checked."""
    header, seal = lines.partition(b"\n")[0], run_columns.seal_in(lines)
    run = run_from_json(json.loads(header)["run"])
    return _facts(Summary(run, summary.seal_in(json.loads(seal))))


def finished(
    facts: Facts,
    seal: str,
    numbers: Sequence[FloatArray],
    other_values: FloatArray,
    errors: Sequence[str | None],
) -> FinishedRun:
    """Return the run of a row; raises ValueError where it does not have the digest that it says."""
    run, content = facts.checked().run, json.loads(seal)
    failed = np.flatnonzero(np.isnan(numbers[0])).tolist()
    values, scores, costs, finished_at, busy, fidelities, asks, tells, repeats = numbers
    found = FinishedRun(
        run,
        stop_of(content),
        values=values,
        scores=scores,
        costs=costs,
        finished=finished_at,
        busy=busy,
        fidelities=fidelities,
        ask_seconds=asks,
        tell_seconds=tells,
        repeats=repeats.astype(bool),
        other_values=other_values.reshape(-1, values.size).T if other_values.size else None,
        errors=dict(Counter(errors[at] or NO_VALUE for at in failed)),
        peak_memory=run_columns.peak_memory(content),
        digest=facts.digest,
    )
    run_columns.check(found)
    return found


def hash_of(
    facts: Facts,
    seal: str,
    ids: NDArray[np.int64],
    numbers: Sequence[FloatArray],
    errors: Sequence[str | None],
) -> str:
    """Return the hash of a row without `configurations` and `lines`, in 32 hexadecimal digits.

    `numbers` are all its numbers, those of the other objectives last.
    """
    failed = [(at, error) for at, error in enumerate(errors) if error is not None]
    found = hashlib.blake2b(encode({"facts": [*facts, seal], "errors": failed}), digest_size=16)
    found.update(ids.astype("<i8", copy=False).tobytes())
    for each in numbers:
        found.update(each.astype("<f8", copy=False).tobytes())
    return found.hexdigest()


def _facts(of_run: Summary) -> Facts:
    run, seal = of_run.run, of_run.seal
    return Facts(
        run=digest_of(run),
        problem=run.problem.name,
        problem_version=run.problem.version,
        strategy=run.strategy.name,
        strategy_version=run.strategy.version,
        seed=run.seed,
        budget=str(run.budget),
        workers=run.workers,
        first=run.first,
        stop=seal.reason,
        detail=seal.detail,
        digest=seal.digest,
        trials=seal.trials,
        seconds=seal.seconds,
        session=seal.session,
    )


_named_folder = cache(file_name)


@cache
def _identity(name: str, version: str) -> Identity:
    return identity_from_json({"name": name, "version": version})


@cache
def _setting(budget: str, workers: int, first: str) -> tuple[Fraction, int, Any]:
    return setting_from_json({"budget": budget, "workers": workers, "first": first})
