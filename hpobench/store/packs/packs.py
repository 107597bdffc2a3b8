"""All packs of a folder of results: which runs are in them, and reading these."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path

from ...errors import counted
from ...runner.finished_run import FinishedRun
from ...trial import Run
from ..contents import PACKS
from ..places import Place, place
from ..sealed_json import DamageError, FormatError, GoneError
from ..summary import Summary
from .index import FoundPacks, Index, index, leave_out, listed
from .pack_file import ENDING, Entry, Member, PackFile, Parse, T, Wanted
from .rows import Facts


def _all(_: Facts) -> bool:
    """Want every run."""
    return True


class Packs:
    """The packs in a folder of results, which may be none.

    They are listed when they are first asked about, and again after one has come or gone.
    """

    def __init__(
        self, folder: Path, set_aside: Callable[[DamageError], None], notices: list[str]
    ) -> None:
        """`set_aside`: what is done with a damaged pack; `notices`: gets a line of such things."""
        self.folder = folder / PACKS
        self._set_aside, self._notices = set_aside, notices
        self._listing = FoundPacks()
        self._known: Index | None = None
        self._lost = dict[Place, Path]()
        """The runs that turned out to be damaged, and their packs."""
        self.torn = set[Path]()
        """The packs that could not be read at all so far."""

    @property
    def paths(self) -> list[Path]:
        """The paths of the packs that can be read."""
        return [pack.path for pack in self._listed().packs]

    @property
    def state(self) -> int | None:
        """What changes whenever a pack comes or goes; None: there is no folder of packs."""
        try:
            return self.folder.stat().st_mtime_ns
        except OSError:
            return None

    @property
    def places(self) -> Mapping[Place, Summary]:
        """The runs in packs that are not known to be damaged, by the places of their files."""
        there = self._index().places
        return {at: each.summary for at, (_, each) in there.items() if at not in self._lost}

    def get(self, run: Run) -> Summary | None:
        """Return what is known of a run; None: no pack has it, or it is damaged."""
        member = self._index().members.get(run)
        return None if member is None or member.place in self._lost else member.summary

    def contradicts(self, at: Place, digest: str) -> bool:
        """Tell whether a run that is in a pack has another digest there, and is not damaged."""
        found = self._found(at)
        if found is None:
            return False
        pack, member = found
        if member.summary.seal.digest == digest:
            return False
        if not pack.is_whole(member):
            self._lost[at] = pack.path
        return at not in self._lost

    def is_whole(self, run: Run) -> bool:
        """Tell whether a pack has a run from whose lines it can be written again."""
        found = self._found(place(run))
        if found is None:
            return False
        pack, member = found
        return pack.path not in self.doubts or pack.is_whole(member)

    def lines(self, run: Run) -> bytes | None:
        """Return the bytes of a run's file, unchecked; None: no pack has it. Raises DamageError."""
        found = self._found(place(run))
        if found is None:
            return None
        pack, member = found
        return pack.lines(member.group, member.row)

    def contradicts_itself(self, run: Run) -> bool:
        """Tell whether a pack has other numbers of a run in its columns than in its lines.

        Raises DamageError and FormatError where the lines can't be used.
        """
        found = self._found(place(run))
        if found is None:
            return False
        pack, member = found
        return pack.contradicts_itself(member)

    def finished(self, wanted: Wanted = _all) -> list[Iterator[Entry[FinishedRun]]]:
        """Return for each pack its runs that are wanted, in columns, in the order of places."""
        return [
            self._entries(pack, pack.finished(self._counting(pack, wanted)))
            for pack in self._agreeing()
        ]

    def parsed(
        self, parse: Parse[T], *, without: Collection[Path] = ()
    ) -> list[Iterator[Entry[T]]]:
        """Return for each pack, but for some, its runs as they are read from the lines."""
        return [
            self._entries(pack, pack.parsed(parse, self._counting(pack, _all)))
            for pack in self._agreeing()
            if pack.path not in without
        ]

    def intact(self) -> list[Path]:
        """Read all but the lines of each pack; return the paths of those that are not damaged."""
        return [
            pack.path
            for pack in self._listed().packs
            if pack.path not in self._lost.values() and pack.is_intact()
        ]

    @property
    def damaged(self) -> set[Path]:
        """The packs that may be damaged: by their digests, or by what was found in them so far."""
        listing = self._listed()
        mended = (each.path for each in listing.packs if each.mended)
        return {*self.losing, *listing.doubts, *mended}

    @property
    def doubts(self) -> Mapping[Path, str]:
        """Why packs may not hold what was written, by their paths; no run is read for it."""
        return self._listed().doubts

    @property
    def losing(self) -> set[Path]:
        """The packs in which runs were found so far that can't be read."""
        unread = (each.path for each in self._listed().packs if each.unread)
        return {*self._lost.values(), *unread}

    @property
    def unread(self) -> int:
        """How many runs of which nothing is known were found in packs so far."""
        return sum(each.unread_runs for each in self._listed().packs)

    def places_in(self, paths: Collection[Path]) -> set[Place]:
        """Return the places of the runs of some packs."""
        if not paths:
            return set()
        return {at for at, (pack, _) in self._index().places.items() if pack.path in paths}

    def files_in(self, path: Path) -> set[str]:
        """Return the files of the runs in a pack but for those that are made again."""
        first = {at.file for at, (pack, _) in self._index().places.items() if pack.path == path}
        return first | self._index().doubled.get(path, set())

    def spare(self) -> list[Path]:
        """Return the packs whose runs are all in earlier packs, or are made again."""
        counting = {pack.path for pack, _ in self._index().places.values()}
        packs = self._listed().packs
        return [each.path for each in packs if each.path not in counting and not each.unread]

    def skipped(self, path: Path) -> list[str]:
        """Return the files of those runs in a pack that do not count: they are elsewhere, too."""
        again = self._listed().retried.get(path.name, frozenset())
        return sorted({*again, *self._index().doubled.get(path, set())})

    def leave_out(self, run: Run) -> None:
        """Let a run count no more in any pack; raises OSError."""
        leave_out(self.folder, self._listed(), place(run).file)
        self.forget()

    def forget(self) -> None:
        """List the packs again when they are next asked about."""
        self._listing, self._known = FoundPacks(), None

    def _found(self, at: Place) -> tuple[PackFile, Member] | None:
        """Return where a run lies in a pack; None: no pack has it now, or it is damaged."""
        found = self._index().places.get(at)
        return None if at in self._lost else found

    def _entries(self, pack: PackFile, found: Iterator[Entry[T]]) -> Iterator[Entry[T]]:
        """Yield the runs of a pack; note which are damaged, and tell of those mended."""
        before = len(pack.mended)
        for entry in found:
            yield Entry(entry.place, partial(self._noted, pack, entry))
        if len(pack.mended) > before:
            self._notices.append(
                f"{pack.path} is damaged, and nothing is lost; read from what is whole:"
                f" {counted(len(pack.mended), 'run')}"
            )
        self._tell(pack)

    def _tell(self, pack: PackFile) -> None:
        """Say what of a pack can't be read at all, if that was not said yet."""
        said = (
            f"{damage}; what can't be read of it is left out" for damage in pack.unread.values()
        )
        self._notices += [each for each in said if each not in self._notices]

    def _noted(self, pack: PackFile, entry: Entry[T]) -> T:
        try:
            return entry.read()
        except GoneError:  # another process has made another pack of it
            raise
        except (DamageError, FormatError):
            self._lost[entry.place] = pack.path
            raise

    def _counting(self, pack: PackFile, wanted: Wanted) -> Wanted:
        """Return what tells whether a run is wanted and was not left out of its pack."""
        gone = self._listed().retried.get(pack.path.name, frozenset())
        return (lambda facts: facts.place.file not in gone and wanted(facts)) if gone else wanted

    def _listed(self) -> FoundPacks:
        """Return what is known of the packs; they are listed where that is not up to date."""
        state = self.state
        if state is None:
            self.forget()
        elif state != self._listing.state:
            self._lost.clear()
            self._known = None
            self._listing = listed(self.folder, self._tear, self._notices)
        return self._listing

    def _tear(self, damage: DamageError) -> None:
        """Set a file aside that can't be read; it may be the list of runs that are made again."""
        if damage.path.suffix == ENDING:
            self.torn.add(damage.path)
        self._set_aside(damage)

    def _agreeing(self) -> tuple[PackFile, ...]:
        """Return the packs; raises InputError where two contradict each other."""
        packs = self._listed().packs
        if len(packs) > 1:
            self._index()
        return packs

    def _index(self) -> Index:
        """Return which runs are in the packs; raises InputError where two contradict each other."""
        listing = self._listed()
        if self._known is None:
            self._known = index(listing)
            for pack in listing.packs:
                self._tell(pack)
        return self._known
