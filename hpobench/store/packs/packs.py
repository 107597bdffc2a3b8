"""All packs of a folder of results: which runs are in them, and reading these."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ...errors import InputError, counted
from ...runner.finished_run import FinishedRun
from ...trial import Run
from .. import sealed_json
from ..contents import PACKS
from ..places import Place, place
from ..sealed_json import DamageError, FormatError
from ..summary import Summary
from .pack_file import ENDING, Entry, Member, PackFile, Parse, T, Wanted
from .rows import Facts

RETRIED = "retried.json"
FEW = 5
"""The most runs that an error names."""


def _all(_: Facts) -> bool:
    """Want every run."""
    return True


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the packs as they were at a time."""

    state: object = None
    """What changes whenever a pack comes or goes."""
    packs: tuple[PackFile, ...] = ()
    places: Mapping[Place, tuple[PackFile, Member]] = field(default_factory=dict)
    summaries: Mapping[Run, Member] = field(default_factory=dict)
    retried: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The runs of each pack, by their names, that do not count because they are made again."""


class Packs:
    """The packs in a folder of results, which may be none."""

    def __init__(
        self, folder: Path, set_aside: Callable[[DamageError], None], notices: list[str]
    ) -> None:
        """`set_aside`: what is done with a damaged pack; `notices`: gets a line of such things."""
        self.folder = folder / PACKS
        self._set_aside, self._notices = set_aside, notices
        self._lost = set[Place]()
        """The runs that turned out to be damaged."""
        self.suspect = set[Path]()
        """The packs in which any damage was noticed."""
        self._known = _Known()

    @property
    def places(self) -> Mapping[Place, Summary]:
        """Which runs are in the packs, by the places of their files, in order."""
        there = self._looked().places
        return {at: each.summary for at, (_, each) in there.items() if at not in self._lost}

    @property
    def paths(self) -> list[Path]:
        """The paths of the packs that can be read."""
        return [pack.path for pack in self._looked().packs]

    def get(self, run: Run) -> Summary | None:
        """Return what is known of a run; None: no pack has it, or it is damaged."""
        member = self._looked().summaries.get(run)
        return None if member is None or member.place in self._lost else member.summary

    def finished(self, wanted: Wanted = _all) -> list[Iterator[Entry[FinishedRun]]]:
        """Return for each pack its runs that are wanted, in columns, in the order of places."""
        return [
            self._entries(pack, pack.finished(self._and_counts(pack, wanted)))
            for pack in self._looked().packs
        ]

    def parsed(self, parse: Parse[T], wanted: Wanted = _all) -> list[Iterator[Entry[T]]]:
        """Return for each pack its runs that are wanted, as they are read from the lines."""
        return [
            self._entries(pack, pack.parsed(parse, self._and_counts(pack, wanted)))
            for pack in self._looked().packs
        ]

    def lines(self, run: Run) -> bytes | None:
        """Return the bytes of a run's file, unchecked; None: no pack has it. Raises DamageError."""
        if self.get(run) is None:
            return None
        pack, member = self._looked().places[place(run)]
        return pack.lines(member.group, member.row)

    def leave_out(self, run: Run) -> None:
        """Let a run count no more in any pack; raises OSError."""
        there = {name: set(runs) for name, runs in self._looked().retried.items()}
        where = place(run)
        for pack in self._looked().packs:
            there.setdefault(pack.path.name, set()).add(where.file)
        content = {"runs": {name: sorted(runs) for name, runs in sorted(there.items())}}
        sealed_json.write(self.folder / RETRIED, content)
        self._known = _Known()

    def forget(self) -> None:
        """Look at the folder again when it is next asked about."""
        self._known = _Known()

    def _entries(self, pack: PackFile, found: Iterator[Entry[T]]) -> Iterator[Entry[T]]:
        """Yield the runs of a pack; remember which are damaged, and tell of those mended."""
        before = len(pack.mended)
        for entry in found:
            yield Entry(entry.place, partial(self._noted, pack, entry))
        if len(pack.mended) > before:
            self.suspect.add(pack.path)
            self._notices.append(
                f"{pack.path} is damaged, and nothing is lost: {counted(len(pack.mended), 'run')}"
                " of it were read from their lines; `pack` makes a new one"
            )

    def _noted(self, pack: PackFile, entry: Entry[T]) -> T:
        try:
            return entry.read()
        except DamageError:
            self._lost.add(entry.place)
            self.suspect.add(pack.path)
            raise

    def _and_counts(self, pack: PackFile, wanted: Wanted) -> Wanted:
        """Return what tells whether a run is wanted and was not left out of its pack."""
        gone = self._looked().retried.get(pack.path.name, frozenset())
        return (lambda facts: facts.place.file not in gone and wanted(facts)) if gone else wanted

    def _looked(self) -> _Known:
        """Return what is known of the packs; they are read where they are not those known."""
        try:
            state = self.folder.stat().st_mtime_ns
        except OSError:
            return _Known()
        if state != self._known.state:
            self._known = _Known(state)  # a damaged pack is moved, which changes the folder
            self._known = self._read()
        return self._known

    def _read(self) -> _Known:
        """Read which runs are in the packs; raises InputError where they contradict each other."""
        self._lost.clear()
        retried, packs = self._retried(), list[PackFile]()
        places = dict[Place, tuple[PackFile, Member]]()
        contradictory = list[str]()
        for path in sorted(self.folder.glob(f"*{ENDING}")):
            try:
                pack = PackFile(path)
            except DamageError as damage:
                self._set_aside(damage)
                continue
            except FormatError as other:
                self._notices.append(f"{other}; it is left out")
                continue
            packs.append(pack)
            gone = retried.get(path.name, frozenset())
            for member in pack.members():
                if isinstance(member, DamageError):
                    self._notices.append(f"{member}; what can't be read is left out")
                    self.suspect.add(path)
                elif member.place.file not in gone:
                    there, first = places.setdefault(member.place, (pack, member))
                    if first.summary.digest != member.summary.digest:
                        where = pack.path.joinpath(*member.place)
                        contradictory.append(f"{there.path.joinpath(*member.place)} and {where}")
        refuse(contradictory)
        summaries = {member.summary.run: member for _, member in places.values()}
        ordered = {at: places[at] for at in sorted(places)}
        return _Known(self.folder.stat().st_mtime_ns, tuple(packs), ordered, summaries, retried)

    def _retried(self) -> dict[str, frozenset[str]]:
        """Return the runs of each pack that are made again."""
        path = self.folder / RETRIED
        if not path.exists():
            return {}
        try:
            content = sealed_json.read(path)["runs"]
            return {name: frozenset(runs) for name, runs in content.items()}
        except DamageError as damage:
            self._set_aside(damage)
            return {}


def refuse(contradictory: list[str]) -> None:
    """Raise InputError where runs are there twice, with different results."""
    if not contradictory:
        return
    named = "; ".join(contradictory[:FEW])
    more = f"; and {len(contradictory) - FEW:,} more" if len(contradictory) > FEW else ""
    raise InputError(
        f"{counted(len(contradictory), 'run')} with two results that contradict each other, remove"
        f" one of each: {named}{more}"
    )
