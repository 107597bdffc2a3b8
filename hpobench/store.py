"""A folder of results: the runs, what a report must know of them, and where they were made.

results.json                     marks the folder as ours
runs/<problem>/<strategy>/       <seed>-<digest of the Run>.part, .jsonl once sealed
cards/<digest of an identity>.json
sessions/<id>.json
report/                          made again at will
"""

import json
import math
import os
import re
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from . import runfile
from .card import Anchors, Facts, ProblemCard, Separation, StrategyCard
from .errors import InputError
from .source import described
from .trial import Fidelity, Outcome, Reason, Reference, Run

MARK = "results.json"
FOLDERS = ("runs", "cards", "sessions", "report", "export")
LOCK, HOLDER = ".lock", ".holder"
_RUN_FILE = re.compile(r"-?\d+-[0-9a-f]{16}\.(part|jsonl)")


class Store:
    """The results in a folder. Reading needs no lock; one process at a time writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def writing(self, budget: Fraction, workers: int) -> Generator[None]:
        """Make the folder if need be, and hold it; raises InputError where that can't be.

        All runs of a folder have one budget and one number of workers: a report compares them.
        """
        self.check(new=True)
        mark = {"hpobench": runfile.FORMAT, "budget": str(budget), "workers": workers}
        if (self.folder / MARK).exists() and (there := _get(self.folder / MARK)) != mark:
            raise InputError(
                f"{self.folder} holds runs of budget {there.get('budget')} and workers"
                f" {there.get('workers')}; choose another folder for {budget} and {workers}"
            )
        with saying(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / LOCK, timeout=0)
            try:
                lock.acquire()
            except Timeout:
                holder = (self.folder / HOLDER).read_text(encoding="utf-8")
                raise InputError(f"{self.folder} is in use by {holder}") from None
        try:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            with saying(self.folder):
                (self.folder / HOLDER).write_text(f"process {os.getpid()} since {now}")
                for name in FOLDERS[:3]:
                    (self.folder / name).mkdir(exist_ok=True)
                _put(self.folder / MARK, mark)
            yield
        finally:
            lock.release()

    def check(self, *, new: bool) -> None:
        """Raise InputError where the folder is not ours, or holds what is not ours.

        `new`: whether a folder that is not there, or empty, will do.
        """
        folder = self.folder
        if folder.exists() and not folder.is_dir():
            raise InputError(f"results need a folder, and this is none: {folder}")
        there = {path.name for path in folder.iterdir()} if folder.exists() else set[str]()
        if new and not there - {LOCK, HOLDER}:
            return
        if MARK not in there:
            raise InputError(
                f"no results of hpobench are in this folder, it has no {MARK}: {folder}"
            )
        foreign = there - {MARK, LOCK, HOLDER, *FOLDERS}
        foreign |= {
            str(path.relative_to(folder))
            for path in (folder / "runs").glob("**/*")
            if path.is_file() and not _RUN_FILE.fullmatch(path.name)
        }
        if foreign:
            raise InputError(f"{folder} holds what hpobench did not write: {min(foreign)}")

    def path(self, run: Run) -> Path:
        """Return where a run is kept, without the ending that says whether it is sealed."""
        name = f"{run.seed}-{runfile.digest_of(run)}"
        folders = (_file_name(run.problem.name), _file_name(run.strategy.name))
        return self.folder.joinpath("runs", *folders, name)

    def is_sealed(self, run: Run) -> bool:
        """Tell whether a run has ended; opens no file."""
        return self.path(run).with_suffix(runfile.SEALED).exists()

    def seconds(self, run: Run) -> tuple[Reason, float] | None:
        """Return how a run ended and the seconds it took; None: it has not ended, or who knows."""
        return runfile.seconds(self.path(run).with_suffix(runfile.SEALED))

    def paths(self, ending: str) -> list[Path]:
        """List the runs that are sealed, or not: by their ending, sorted."""
        return sorted((self.folder / "runs").glob(f"*/*/*{ending}"))

    def outcomes(self) -> Iterator[Outcome]:
        """Read and check every sealed run."""
        return map(runfile.read, self.paths(runfile.SEALED))

    def put_card(self, card: StrategyCard | ProblemCard) -> None:
        """Keep a card instead of what there is of the same identity."""
        kind = "strategy" if isinstance(card, StrategyCard) else "problem"
        identity = (kind, card.identity.name, card.identity.version)
        digest = blake2b(json.dumps(identity).encode(), digest_size=8).hexdigest()
        content = asdict(card)
        del content["identity"]["path"]
        with saying(self.folder):
            _put(self.folder / "cards" / f"{digest}.json", {"kind": kind, **content})

    def put_session(self, identity: str, content: Mapping[str, object]) -> None:
        """Keep where and when runs were made."""
        with saying(self.folder):
            _put(self.folder / "sessions" / f"{identity}.json", content)

    def cards(self) -> tuple[list[StrategyCard], list[ProblemCard]]:
        """Read all cards."""
        strategies, problems = list[StrategyCard](), list[ProblemCard]()
        for path in sorted((self.folder / "cards").glob("*.json")):
            content = _get(path)
            try:
                kind = content.pop("kind")
                content["identity"] = Reference(**content["identity"])
                if kind == "strategy":
                    strategies.append(StrategyCard(**content))
                else:
                    problems.append(_problem_card(content))
            except (KeyError, TypeError) as error:
                raise InputError(f"{path} was altered, it is no card: {described(error)}") from None
        return strategies, problems

    def check_cards(self, outcomes: Iterable[Outcome], known: Collection[Reference]) -> None:
        """Raise InputError where a run's strategy or problem has no card among the known ones."""
        for outcome in outcomes:
            for identity in (outcome.run.strategy, outcome.run.problem):
                if identity not in known:
                    raise InputError(f"{self.folder / 'cards'} lacks the card of {identity.name}")

    def sessions(self) -> list[dict[str, Any]]:
        """Read all sessions, the oldest first."""
        return [_get(path) for path in sorted((self.folder / "sessions").glob("*.json"))]


@contextmanager
def saying(folder: Path) -> Generator[None]:
    """Turn what the system says of a folder that can't be written into InputError."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{folder} can't be written: {error.strerror or error}") from error


def _problem_card(content: dict[str, Any]) -> ProblemCard:
    if content["fidelity"] is not None:
        content["fidelity"] = Fidelity(**content["fidelity"])
    for kind in ("values", "scores"):
        content[kind] = tuple(
            Anchors(a["reference"], a["random"], tuple(_number(x) for x in a["curve"]))
            for a in content[kind]
        )
    if content["facts"] is not None:
        durations = tuple(content["facts"].pop("durations"))
        content["facts"] = Facts(**content["facts"], durations=durations)
    if content["separation"] is not None:
        panel = tuple(content["separation"].pop("strategies"))
        content["separation"] = Separation(**content["separation"], strategies=panel)
    return ProblemCard(**content)


def _number(entry: float | None) -> float:
    return math.nan if entry is None else entry


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.,=+-]", "_", name)


def _put(path: Path, content: Mapping[str, object]) -> None:
    """Write a file whole or not at all."""
    text = json.dumps(_without_nan(content), indent=1) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    part = path.with_suffix(".tmp")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _without_nan(content: object) -> object:
    match content:
        case dict():
            return {key: _without_nan(value) for key, value in content.items()}
        case list() | tuple():
            return [_without_nan(value) for value in content]
        case float() if math.isnan(content):
            return None
        case _:
            return content


def _get(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise InputError(f"{path} is torn or was altered: it is no JSON") from None
    if not isinstance(content, dict):
        raise InputError(f"{path} was altered: it must hold a JSON object: {content!r:.40}")
    return content
