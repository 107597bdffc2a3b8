"""The manifest of a report: what it was made of and with, and which files belong to it."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from platform import python_version
from typing import Any

from ...errors import InputError, shown
from ...registry.choice import Choice, choice_of
from ...store import sealed_json
from ...store.provenance import version_of
from ...store.sealed_json import UNLIKE, DamageError
from ..looks.venues import style_called
from .inputs import Inputs, Pair

MANIFEST = "manifest.json"
PAGE = "index.html"
FIGURES, TABLES, PAPER = "figures", "tables", "paper"
_MADE_WITH = ("hpobench", "matplotlib", "pillow", "fonttools", "numpy", "scipy", "jinja2")
"""The packages whose versions may change a report's bytes."""
_OURS = re.compile(
    rf"{re.escape(PAGE)}|{PAPER}/(main\.tex|references\.bib)"
    rf"|({PAPER}/)?({FIGURES}|{TABLES})/[a-z0-9-]+(\.tabular(-\d+)?)?\.[a-z]+"
)
"""The paths of files that a report has beside its manifest."""
COMPILED = re.compile(rf"{PAPER}/main\.(aux|bbl|blg|fdb_latexmk|fls|log|out|pdf|synctex\.gz|toc)")
"""The paths of what LaTeX makes of a paper in its own folder, which is no part of the report."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a report was asked for."""

    title: str
    choice: Choice
    """What is shown, and how."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a report."""

    sha256: str
    """The file's SHA-256, in hexadecimal digits."""
    runs: str
    """The hash of the runs behind the file, as it is printed in figures and tables."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a report was made of and with, and its files."""

    versions: Mapping[str, str]
    """The versions of hpobench, Python and the packages that may change the report's bytes."""
    settings: Settings
    inputs: Inputs
    files: Mapping[str, Entry]
    """The report's files but for the manifest, by their paths within the report's folder."""


def versions() -> dict[str, str]:
    """Return the versions, as they are now, that may change the bytes of a report."""
    return {"python": python_version(), **{name: version_of(name) for name in _MADE_WITH}}


def entry(data: bytes, runs: str) -> Entry:
    """Return the entry of a file with this content."""
    return Entry(hashlib.sha256(data).hexdigest(), runs)


def encoded(manifest: Manifest) -> bytes:
    """Return the content of a manifest's file, with a hash of itself."""
    return sealed_json.sealed(asdict(manifest))


def read(folder: Path) -> Manifest | None:
    """Return the manifest of the report in a folder; None: there is none.

    Raises DamageError where it was altered, is of another form, or names a file that is none of a
    report's.
    """
    path = folder / MANIFEST
    if not path.exists():
        return None
    content = sealed_json.read(path)
    try:
        found = _manifest(content)
    except UNLIKE as error:
        raise DamageError(path, "is damaged, or of another version of hpobench") from error
    for name in found.files:
        if not _OURS.fullmatch(name):
            raise DamageError(path, f"is damaged: no report has such a file: {shown(name)}")
    return found


def _manifest(content: Any) -> Manifest:  # noqa: ANN401  # JSON
    """Return the manifest of a JSON form; raises one of UNLIKE where it is another form."""
    settings, made_of = content["settings"], content["inputs"]
    if not isinstance(settings["title"], str):
        raise TypeError
    pairs = made_of.pop("pairs").items()
    made_of["pairs"] = {name: Pair(int(each["runs"]), str(each["hash"])) for name, each in pairs}
    return Manifest(
        versions={name: str(each) for name, each in content["versions"].items()},
        settings=Settings(settings["title"], _choice(settings["choice"])),
        inputs=Inputs(**made_of | {"runs": int(made_of["runs"])}),
        files={name: Entry(**each) for name, each in content["files"].items()},
    )


def _choice(content: Any) -> Choice:  # noqa: ANN401  # JSON
    """Return the choice of a JSON form; raises one of UNLIKE where it is another form."""
    given = {key: each for key, each in content.items() if each is not None}
    try:
        choice = choice_of({**given, "labels": dict(given["labels"])}, MANIFEST)
        style_called(choice.style)
    except InputError as error:
        raise ValueError from error
    return choice
