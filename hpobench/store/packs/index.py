"""Which runs are in the packs of a folder, as these are at a time."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import InputError, counted
from ...trial import Run
from .. import sealed_json
from ..places import Place
from ..sealed_json import UNLIKE, DamageError, FormatError, GoneError, UnreadError
from ..shapes import made
from .pack_file import ENDING, Member, PackFile

MADE_AGAIN = "retried.json"
"""The file in the folder of packs that says which of their runs are made again."""
FEW = 5
"""The most runs that an error names."""


@dataclass(frozen=True, slots=True)
class FoundPacks:
    """The packs of a folder as they are at a time."""

    state: object = None
    """What changes whenever a pack comes or goes."""
    packs: tuple[PackFile, ...] = ()
    """The packs that can be read, by name."""
    doubts: Mapping[Path, str] = field(default_factory=dict[Path, str])
    """Why packs are not known to hold what was written, those that can't be read included."""
    retried: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By the names of packs, the files of those of their runs that are made again."""


@dataclass(frozen=True, slots=True)
class Index:
    """Which runs are in packs, without those that are made again."""

    places: Mapping[Place, tuple[PackFile, Member]] = field(default_factory=dict)
    """The runs, in the order of their places; a run in several packs counts as of the
    first, and of one that may be damaged only where no other pack has it."""
    members: Mapping[Run, Member] = field(default_factory=dict)
    doubled: Mapping[Path, set[str]] = field(default_factory=dict)
    """By packs, the files of those of their runs that an earlier pack has, too."""


def listed(
    folder: Path, set_aside: Callable[[DamageError], None], notices: list[str]
) -> FoundPacks:
    """List the packs of a folder.

    `set_aside`: what is done with a pack that can't be read. `notices`: gets a line of each that
    has another format, or is not known to hold what was written.
    """
    state = folder.stat().st_mtime_ns  # before the look, so that what comes during it is noticed
    retried = _retried(folder, set_aside)
    packs, doubts = list[PackFile](), dict[Path, str]()
    for path in sorted(folder.glob(f"*{ENDING}")):
        try:
            pack = PackFile(path)
            if why := pack.doubt():
                doubts[path] = why
        except GoneError:
            continue
        except DamageError as damage:
            doubts[path] = damage.reason
            set_aside(damage)
        except FormatError as other:
            notices.append(f"{other}; it is left out")
        else:
            packs.append(pack)
            if path in doubts:
                said = f"{path} {why}; what is whole of it is used; {remedy(folder.parent)}"
                notices += [said] if said not in notices else []
    return FoundPacks(state, tuple(packs), doubts, retried)


def index(found: FoundPacks) -> Index:
    """Read which runs are in packs; raises InputError where two packs contradict each other."""
    places = dict[Place, tuple[PackFile, Member]]()
    doubled, contradictory = defaultdict[Path, set[str]](set), list[str]()
    for pack in sorted(found.packs, key=lambda each: each.path in found.doubts):
        gone = found.retried.get(pack.path.name, frozenset())
        for member in pack.members():
            if member.place.file in gone:
                continue
            there, first = places.setdefault(member.place, (pack, member))
            if there is pack:
                continue
            doubled[pack.path].add(member.place.file)
            if first.summary.seal.digest == member.summary.seal.digest or not pack.is_whole(member):
                continue
            if there.is_whole(first):
                both = (each.path.joinpath(*member.place) for each in (there, pack))
                contradictory.append(" and ".join(map(str, both)))
            else:
                places[member.place] = pack, member
    refuse(contradictory)
    return Index(
        {at: places[at] for at in sorted(places)},
        {member.summary.run: member for _, member in places.values()},
        doubled,
    )


def remedy(results: Path) -> str:
    """Say what a person can do about a pack of a folder of results that may be damaged."""
    return (
        f"put a whole copy in its place, or hpobench pack {results} keeps the runs that are whole,"
        " and the next all or run makes the others again"
    )


def leave_out(folder: Path, found: FoundPacks, file: str) -> None:
    """Write that the run of a file counts in none of the packs; raises OSError."""
    there = {pack.path.name: {file} for pack in found.packs}
    for name, files in found.retried.items():
        there[name] = there.get(name, set()) | files
    content = {name: sorted(files) for name, files in sorted(there.items())}
    sealed_json.write(folder / MADE_AGAIN, {"runs": content})


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


def _retried(folder: Path, set_aside: Callable[[DamageError], None]) -> dict[str, frozenset[str]]:
    """Return the files of the runs of each pack that are made again; raises InputError."""
    path = folder / MADE_AGAIN
    try:
        content = sealed_json.read(path)
        files = made(Mapping[str, tuple[str, ...]], content["runs"], "runs")
    except GoneError:
        return {}
    except UnreadError as error:  # without it, runs would count that were made again
        raise InputError(str(error)) from None
    except DamageError as damage:
        set_aside(damage)
        return {}
    except UNLIKE as error:
        raise FormatError(path, error) from error
    return {name: frozenset(each) for name, each in files.items()}
