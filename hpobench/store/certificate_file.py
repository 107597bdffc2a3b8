"""Certificates: which runs of a folder were made again, and whether they came out the same."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Literal, TypeAlias, get_args

from . import sealed_json
from .contents import CERTIFICATES
from .durable import make_folder
from .sealed_json import FORMAT, UNLIKE, DamageError, FormatError
from .shapes import made

Verdict: TypeAlias = Literal["identical", "equal", "different", "not-made"]
"""identical: the digests are the same; equal: all numbers are within the tolerance; different: the
run did not come out the same; not-made: it has not ended."""
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class Verified:
    """A run that was to be made again."""

    key: str
    """Where its file lies, as `listing.key_of` says."""
    digest: str
    """The digest in its seal."""
    trials: int
    """How many trials it has; of 0 only how it ended can be compared."""
    verdict: Verdict
    reason: str = ""
    """What first differs, or why the run has not ended; empty for the others."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What became of runs that were made again, and under which circumstances."""

    identity: str
    made: str
    """When, in ISO 8601."""
    runs: tuple[Verified, ...]
    of: int
    """How many runs of the folder were asked for."""
    unable: Mapping[str, int]
    """How many of them could not be made again where this was done, by the reason; the others are
    those that the sample was drawn from."""
    share: float
    draw: int
    """The number by which the sample was drawn."""
    tolerance: float
    processes: int
    """How many processes made them again."""
    processes_then: tuple[int, ...]
    """How many had made them; empty: no session tells it."""
    hash_seed: int
    """The hash seed of these processes; that of all sessions is 0."""
    isolation: str
    """How runs were kept apart."""
    changed: tuple[str, ...]
    """What differs between the machines that made the runs and the one that made them again."""
    machine: Mapping[str, object]
    """Where they were made again."""

    @property
    def covered(self) -> str:
        """The digest of what it covers: the runs, their digests and their verdicts."""
        lines = sorted(f"{each.key} {each.digest} {each.verdict}" for each in self.runs)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def check_writable(folder: Path) -> None:
    """Raise OSError where no certificate can be kept in a folder of results."""
    there = folder / CERTIFICATES
    where = there if there.exists() else folder
    try:
        with TemporaryFile(dir=where):
            pass
    except OSError as error:  # it names the temporary file
        raise OSError(error.errno, error.strerror, str(where)) from None


def write(folder: Path, certificate: Certificate) -> Path:
    """Keep a certificate in a folder of results, and return its path; raises OSError."""
    path = folder / CERTIFICATES / f"{certificate.identity}.json"
    make_folder(path.parent)
    content = asdict(certificate)
    sealed_json.write(path, {"hpobench": FORMAT, **content, "covered": certificate.covered})
    return path


def read(path: Path) -> Certificate:
    """Return a certificate of a folder; raises what `given` does, and where its name is another."""
    found = given(path)
    if found.identity != path.stem:
        raise DamageError(path, "holds another certificate than its name says")
    return found


def given(path: Path) -> Certificate:
    """Return a certificate from a file of any name.

    Raises DamageError where it was altered or does not cover what it says, and FormatError where it
    has another format.
    """
    content = sealed_json.read(path)
    try:
        if content.pop("hpobench") != FORMAT:
            raise FormatError(path, "is of another format")
        covered = content.pop("covered")
        found: Certificate = made(Certificate, content)
        right = found.covered == covered
    except UNLIKE as error:
        raise FormatError(path, error) from error
    if not right:
        raise DamageError(path, "covers other runs than it says")
    return found
