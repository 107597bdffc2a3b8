"""Joining folders of results: every run once, contradictions refused, and all else kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import merge as in_order
from pathlib import Path
from typing import Any

from ..cards.card import ProblemCard, StrategyCard
from ..errors import InputError, counted
from ..trial import Identity, Run
from . import certificate_file, run_bytes
from .contents import DAMAGED, DESCRIBED, PACKS, RETRIED, RUNS, UNFINISHED_PACK
from .durable import sync_everything
from .folder import Store
from .holding import saying
from .lost import Lost, file_places, lost
from .packs.rows import Row
from .packs.writing import write
from .places import Place, place, place_of
from .run_file import PART, SEALED
from .sealed_json import DamageError, FormatError, GoneError, UnreadError, bytes_of
from .session import differing_limits, limits_in


class ContradictionError(InputError):
    """Folders have different results of the same runs."""

    def __init__(self, lines: list[str], hints: list[str]) -> None:
        """`lines`: says of each of these runs where it lies; `hints`: why, and what to do."""
        super().__init__(
            f"nothing was merged: {counted(len(lines), 'run')} with two results that contradict"
            " each other"
        )
        self.lines, self.hints = lines, hints


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of the contents of several folders."""

    there: int
    """How many runs that have ended the folder had before."""
    taken: int
    """How many runs that have ended were written."""
    unfinished: int
    """How many unfinished runs were written."""
    lost: Lost
    """What could not be read, and was left out."""
    notices: tuple[str, ...]
    """A line for each thing that was not taken."""


def merge(folders: Sequence[Path], into: Path) -> Merged:
    """Join folders of results in one, which may be one of them, or be there already.

    Raises ContradictionError where they have different results of a run, and InputError where one
    holds no results, where their budgets or workers differ, and where `into` can't be written.
    Then nothing is written.
    """
    places = {each.resolve(): each for each in folders}
    own = places.pop(into.resolve(), None)
    sources = [Store(each, touched=False) for each in places.values()]
    target = Store(into, touched=False)
    for source in sources:
        source.check(new=False)
    target.check(new=own is None)
    setting = _setting([*sources, target])
    there = _digests([target, *sources])
    had = {run for run, folder in there.items() if folder == into}
    with target.writing(*setting), saying(into):
        taken = _take(sources, target)
        notices = _describe([target, *sources], target)
        undescribed = _undescribed(sources, target)
        unfinished = sum(_take_unfinished(source, target) for source in sources)
        sync_everything()  # who is told that all was taken may remove what it was taken from
    notices += [line for store in (target, *sources) for line in store.notices]
    notices += [line for source in sources for line in _left(source.folder)]
    written = {place(run) for run in had | taken}
    missing = {*map(place, there), *file_places(target, *sources)} - written
    left_out = replace(lost(len(missing), target, *sources), described=undescribed)
    return Merged(len(had), len(taken), unfinished, left_out, tuple(notices))


def _setting(stores: Sequence[Store]) -> tuple[Fraction, int]:
    """Return the budget and the workers of all folders; raises InputError where they differ."""
    found = {each.folder: each.marked() for each in stores}
    known = {folder: setting for folder, setting in found.items() if setting is not None}
    if len(set(known.values())) == 1:
        return next(iter(known.values()))
    if not known:
        raise InputError(
            "no folder has a mark that says its budget and workers; the next run in one of them"
            f" makes it anew: {', '.join(str(each) for each in found if each.exists())}"
        )
    said = (f"{budget} and {workers} in {folder}" for folder, (budget, workers) in known.items())
    raise InputError(
        f"only runs of one budget and number of workers can be merged: {'; '.join(said)}"
    )


def _digests(stores: Sequence[Store]) -> dict[Run, Path]:
    """Return the first folder that has each run; raises ContradictionError."""
    first, lines = dict[Run, tuple[str, Store]](), list[str]()
    pairs = dict[tuple[Path, Path], tuple[Store, Store]]()
    for store in stores:
        for each in store.summaries() if store.folder.exists() else ():
            digest, other = first.setdefault(each.run, (each.seal.digest, store))
            if digest != each.seal.digest:
                run = each.run
                lines.append(
                    f"{run.strategy.name} on {run.problem.name}, seed {run.seed}:"
                    f" {other.folder} and {store.folder}, {'/'.join((RUNS, *place(run)))}"
                )
                pairs[other.folder, store.folder] = other, store
    if lines:
        raise ContradictionError(lines, [said for pair in pairs.values() for said in _hints(*pair)])
    return {run: store.folder for run, (_, store) in first.items()}


def _hints(*pair: Store) -> Iterator[str]:
    """Say why two folders may contradict each other, and what a person can do about it."""
    there = [[each for each in map(limits_in, store.sessions()) if each] for store in pair]
    for mine, others, store in zip(there, reversed(there), pair, strict=True):
        said = {differing_limits(a, b) for a in mine for b in others if a not in others}
        for limits in sorted(said - {""}):
            yield f"another limit: a session in {store.folder} had {limits}"
    verify = " and ".join(f"hpobench verify {store.folder}" for store in pair)
    yield (
        f"which is right? {verify} make the runs again; then remove the file of the wrong one"
        " (hpobench unpack makes files of a pack), and merge once more"
    )


def _take(sources: Sequence[Store], target: Store) -> set[Run]:
    """Write the runs that the target lacks, as files and a pack; return those that were written."""
    taken = set[Run]()
    for source in sources:
        for each in source.files():
            if each.run not in taken and _lacks(target, each.run):
                target.put_lines(place(each.run), each.lines)
                taken.add(each.run)
    packed = in_order(*(source.packed_rows() for source in sources), key=_place)
    new = _new(packed, target, taken)
    write(new, target.folder / UNFINISHED_PACK, target.folder / PACKS)
    return taken


def _new(found: Iterator[Row], target: Store, taken: set[Run]) -> Iterator[Row]:
    """Yield the rows of runs that the target lacks and that were not taken yet, each once."""
    for row in found:
        if (run := row.run) not in taken and _lacks(target, run):
            taken.add(run)
            yield row


def _lacks(target: Store, run: Run) -> bool:
    """Tell whether the target has no whole run, be it without one or with a damaged one.

    It lacks none of which it has a file that can't be read now, or that another version wrote.
    """
    if target.packs.is_whole(run):
        return False
    try:
        return run_bytes.read(target.folder.joinpath(RUNS, *place(run))).run != run
    except (UnreadError, FormatError):
        return False
    except DamageError:
        return True


def _place(row: Row) -> Place:
    return row.facts.place


def _describe(stores: Sequence[Store], target: Store) -> list[str]:
    """Write all cards, sessions and certificates into the target; return what is left of them.

    Of two cards of the same strategy or problem, that of the folder with the latest session stays,
    as it would in one folder. Of two states of a session, the one that tells more stays.
    """
    cards, notices = dict[tuple[type, Identity], StrategyCard | ProblemCard](), list[str]()
    sessions = dict[str, dict[str, Any]]()
    found = [(store.sessions(), store) for store in stores]
    for there, store in sorted(found, key=lambda each: each[0][-1]["id"] if each[0] else ""):
        for card in (each for kind in store.cards() for each in kind):
            earlier = cards.get((type(card), card.identity))
            if earlier not in (None, card):
                notices.append(f"cards of {card.identity.name} differ; taken: {store.folder}")
            cards[type(card), card.identity] = card
        for each in there:
            if len(each) >= len(sessions.get(each["id"], ())):
                sessions[each["id"]] = each
    for card in cards.values():
        target.put_card(card)
    for identity, content in sessions.items():
        target.put_session(identity, content)
    for certificate in (each for store in stores for each in store.certificates()):
        certificate_file.write(target.folder, certificate)
    return notices


def _undescribed(sources: Sequence[Store], target: Store) -> int:
    """Count the files of cards, sessions and certificates that did not come to the target."""
    files = (
        Path(name, path.name)
        for source in sources
        for name in DESCRIBED
        for path in source.folder.joinpath(name).glob("*.json")
    )
    return len({each for each in files if not target.folder.joinpath(each).exists()})


def _take_unfinished(source: Store, target: Store) -> int:
    """Write the unfinished runs that are longer than the target's, and return how many."""
    taken = 0
    for path in source.paths(PART):
        at = place_of(path.with_suffix(SEALED))
        there = target.folder.joinpath(RUNS, *at)
        if there.exists() or at in target.packs.places:
            continue
        try:
            part, data = there.with_suffix(PART), bytes_of(path)
        except GoneError:  # it has been sealed meanwhile
            continue
        except DamageError as damage:
            source.set_aside(damage)
            continue
        if not part.exists() or part.stat().st_size < len(data):
            part.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            taken += 1
    return taken


def _left(folder: Path) -> Iterator[str]:
    """Yield what of a folder is never taken."""
    for name in (DAMAGED, RETRIED):
        number = sum(path.is_file() for path in (folder / name).rglob("*"))
        if number:
            yield f"{folder / name} is not taken: {counted(number, 'file')}"
