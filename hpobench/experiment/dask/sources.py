"""Users' own files on their way to workers: the bytes of a file and of all that it imports."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...registry.user_file import load


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file with its neighbours, or a program."""

    digest: str
    """The digest of the content, in 16 hexadecimal digits, by which workers keep it."""
    content: Mapping[str, Any]
    """The name of the main file (`main`), whether it is a program, and `files`: by path below its
    folder, text or, of a program, base64; null is a folder without a file of its own."""


def parcel(path: str) -> Parcel:
    """Return what is to be sent of the file or program at a path; raises InputError."""
    if not path.endswith(".py"):
        data = base64.b64encode(Path(path).read_bytes()).decode()
        return _sealed({"main": Path(path).name, "program": True, "files": {Path(path).name: data}})
    source = load(path)
    folder, main = Path(source.path).parent, Path(source.path).name
    files: dict[str, str | None] = {main: source.text}
    for each in source.neighbours:
        place = Path(each.path).relative_to(folder).as_posix()
        files[place] = None if each.path == each.folder else each.text
    return _sealed({"main": main, "program": False, "files": files})


def unpacked(digest: str, content: Mapping[str, Any], folder: Path) -> Path:
    """Lay a parcel out below a folder, unless it is there, and return the path of its main file."""
    place = folder / digest
    if not place.exists():
        for name, text in content["files"].items():
            path = place / name
            if not path.is_relative_to(place) or ".." in path.parts:
                raise ValueError(f"a parcel holds a file outside its folder: {name!r}")
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.mkdir(exist_ok=True)
            elif content["program"]:
                path.write_bytes(base64.b64decode(text))
                path.chmod(0o700)
            else:
                path.write_text(text, encoding="utf-8", newline="")
    main: str = content["main"]
    return place / main


def _sealed(content: Mapping[str, Any]) -> Parcel:
    text = json.dumps(content, sort_keys=True).encode()
    return Parcel(hashlib.blake2b(text, digest_size=8).hexdigest(), content)
