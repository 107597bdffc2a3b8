"""Files beside a file whose name means something else, or is no name of a module."""

import os
import random
from pathlib import Path

import pytest

from hpobench import registry
from hpobench.errors import InputError
from hpobench.registry.neighbours import MOST
from hpobench.registry.user_file import load
from hpobench.runner import run

PROBLEM = """
import importlib
from hpobench import Float, Space
{first}

space = Space({{"x": Float(0, 1)}})

def f(config):
    {inside}
    return random.Random(1).random() + numpy.zeros(2).sum() + xgboost.__version__.count("x")
"""
SAID = "import random, numpy, xgboost, hpobench.space"
PARTS = "from random import Random\nfrom numpy import zeros\nfrom xgboost import core"
COMPUTED = (
    "random, numpy, xgboost = (importlib.import_module(n[::-1])"
    " for n in ('modnar', 'ypmun', 'tsoobgx'))"
)


def file(path: Path, content: bytes) -> None:
    path.with_suffix(".py").write_bytes(content)


def package(path: Path, content: bytes) -> None:
    path.mkdir()
    (path / "__init__.py").write_bytes(content)
    (path / "core.py").write_bytes(content)


def link(path: Path, target: bytes) -> None:
    path.with_suffix(".py").symlink_to(os.fsdecode(target))


def pipe(path: Path, _: bytes) -> None:
    os.mkfifo(path.with_suffix(".py"))


def folder(path: Path, _: bytes) -> None:
    path.with_suffix(".py").mkdir()
    path.mkdir()


KINDS = {
    "big": (file, b"#" * (MOST + 1)),
    "no text": (file, b"x = '\xff'"),
    "a broken text": (file, b"x = ("),
    "null bytes": (file, b"\0"),
    "a big package": (package, b"#" * (MOST + 1)),
    "a package that is no text": (package, b"x = '\xff'"),
    "a dangling link": (link, b"nowhere.py"),
    "a link to itself": (link, b"random.py"),
    "a device": (link, b"/dev/zero"),
    "a pipe": (pipe, b""),
    "folders": (folder, b""),
}


def written(folder: Path, first: str, inside: str = "pass") -> Path:
    path = folder / "uses.py"
    path.write_text(PROBLEM.format(first=first, inside=inside))
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("first", "inside"),
    [(SAID, "pass"), (f"{SAID}\n{PARTS}", "pass"), (COMPUTED, "pass"), ("", SAID)],
)
def test_what_is_pythons_own_or_installed_comes_first_whatever_lies_beside(
    tmp_path: Path, kind: str, first: str, inside: str
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    before = load(str(written(alone, first, inside)))
    make, content = KINDS[kind]
    for name in ("random", "numpy", "xgboost", "hpobench", "__main__"):
        make(tmp_path / name, content)
    path = written(tmp_path, first, inside)
    (entry,) = registry.find_problems(str(path))
    (record,) = run(registry.strategies()["default"], entry.item, budget=1)
    assert record.error is None
    assert record.trial.value == random.Random(1).random()
    assert load(str(path)).digest == before.digest
    assert load(str(path)).neighbours == ()


@pytest.mark.parametrize("kind", ["a dangling link", "a device", "a pipe"])
def test_what_is_no_file_is_no_module(tmp_path: Path, kind: str) -> None:
    make, content = KINDS[kind]
    make(tmp_path / "missing_here", content)
    for first in ("import missing_here", "importlib.import_module('missing' + '_here')"):
        with pytest.raises(InputError, match=r"does not import: .* No module named 'missing_here'"):
            load(str(written(tmp_path, first)))


@pytest.mark.parametrize("name", ["a" * 300, "a.b" * 2000, "hel\\0per", "\\ud800", "../x", ".."])
def test_a_name_that_no_file_can_have_is_missed_as_ever(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="does not import: "):
        load(str(written(tmp_path, f"importlib.import_module('{name}')")))
