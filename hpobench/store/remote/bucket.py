"""Files at a URL, reached by fsspec: they are listed, fetched and put, and nothing else is asked.

So any store will do: no file is appended to, renamed, locked or removed there.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from ...errors import InputError, described
from ...library import extra

PACKAGES = {
    "s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs",
    "abfss": "adlfs",
}  # fmt: skip
"""The packages that bring fsspec and what it needs for a scheme; others have it from fsspec."""


class Bucket(Protocol):
    """Files by name; a name is a path below the URL, with slashes."""

    url: str

    def sizes(self) -> Mapping[str, int]:
        """Return the bytes of all files that are there now, by name; raises InputError."""
        ...

    def get(self, name: str) -> bytes:
        """Return the bytes of a file; raises InputError."""
        ...

    def put(self, name: str, path: Path) -> None:
        """Write a file of this machine, in place of one with that name; raises InputError."""
        ...


class RemoteFiles:
    """A Bucket at any URL that fsspec knows: s3://, gs://, az://, sftp://, file://, memory://."""

    def __init__(self, url: str) -> None:
        """Raise InputError where a package is missing that the URL needs."""
        self.url = url
        if find_spec("fsspec") is None:
            package = PACKAGES.get(url.partition(":")[0], "fsspec")
            how = extra("s3") if package == "s3fs" else f"pip install {package}"
            raise InputError(f"{url} needs fsspec: {how}")
        import fsspec

        with self._saying():
            found = fsspec.core.url_to_fs(url)
            self._files: Any = found[0]
            self._root = str(found[1]).rstrip("/")

    def sizes(self) -> Mapping[str, int]:
        with self._saying():
            self._files.invalidate_cache()
            try:
                found = self._files.find(self._root, detail=True)
            except FileNotFoundError:
                return {}
            start = len(self._root) + 1
            return {str(path)[start:]: int(each["size"]) for path, each in found.items()}

    def get(self, name: str) -> bytes:
        with self._saying():
            data: bytes = self._files.cat_file(f"{self._root}/{name}")
            return data

    def put(self, name: str, path: Path) -> None:
        where, data = f"{self._root}/{name}", path.read_bytes()
        with self._saying():
            try:
                self._files.pipe_file(where, data)
            except FileNotFoundError:  # where folders are not made by themselves
                self._files.makedirs(where.rpartition("/")[0], exist_ok=True)
                self._files.pipe_file(where, data)

    @contextmanager
    def _saying(self) -> Generator[None]:
        """Turn whatever a store raises into one line."""
        try:
            yield
        except Exception as error:  # each store has exceptions of its own
            raise InputError(f"{self.url} can't be used: {described(error)}") from error
