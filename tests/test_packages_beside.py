"""Packages beside a file: all that lies in one can be found in it and belongs to the version."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from performing import value_of

from hpobench import registry
from hpobench.errors import InputError
from hpobench.registry.neighbours import MOST
from hpobench.registry.user_file import load
from hpobench.runner import run

PROBLEM = """
import importlib, importlib.resources, importlib.util, pkgutil
from hpobench import Float, Space
import parts
{first}

space = Space({{"x": Float(0, 1)}})

def f(config):
    {inside}
"""
LISTED = "sorted(each.name for each in pkgutil.iter_modules(parts.__path__))"
WALKED = "sorted(x.name for x in pkgutil.walk_packages(parts.__path__, parts.__name__ + '.'))"
LOADED = (
    "[importlib.import_module(parts.__name__ + '.' + each.name).SCALE"
    " for each in pkgutil.iter_modules(parts.__path__) if not each.ispkg]"
)
FOUND = {
    "listed": f"float({LISTED} == ['deep', 'one', 'two'])",
    "walked": f"float([x.rpartition('__')[2].partition('.')[2] for x in {WALKED}]"
    " == ['parts.deep', 'parts.deep.below', 'parts.one', 'parts.two'])",
    "loaded": f"float(sum({LOADED}) == 3.0)",
    "computed": "float(importlib.import_module('parts.' + 'o' + 'ne').SCALE)",
    "relative": "float(importlib.import_module('.o' + 'ne', 'parts').SCALE)",
    "deep": "float(importlib.import_module('parts.deep.' + 'below').SCALE)",
    "resources": "float((importlib.resources.files(parts) / 'data.txt').read_text())",
    "resources below": "float("
    "importlib.resources.files(parts).joinpath('deep', 'data.txt').read_text())",
    "of a module": "float(importlib.resources.files(importlib.import_module('parts.deep'))"
    ".joinpath('data.txt').read_text())",
    "its data": "float(pkgutil.get_data(parts.__name__ + '.deep', 'data.txt'))",
    "all its resources": "float({'data.txt', 'one.py'}"
    " <= {each.name for each in importlib.resources.files(parts).iterdir()})",
    "looked for": "float(importlib.util.find_spec(parts.__name__ + '.one') is not None"
    " and importlib.util.find_spec(parts.__name__ + '.none') is None)",
}


def written(
    folder: Path, inside: str = "return 1.0", first: str = "", *, init: bool = True
) -> Path:
    (folder / "parts" / "deep").mkdir(parents=True, exist_ok=True)
    for place, text in {
        "one.py": "SCALE = 1.0\n",
        "two.py": "from .one import SCALE as ONE\nSCALE = 2 * ONE\n",
        "data.txt": "1.0\n",
        "deep/__init__.py": "",
        "deep/below.py": "from ..one import SCALE\n",
        "deep/data.txt": "1.0\n",
        **({"__init__.py": ""} if init else {}),
    }.items():
        (folder / "parts" / place).write_text(text)
    path = folder / "uses.py"
    path.write_text(PROBLEM.format(inside=inside, first=first))
    return path


def digest(path: Path) -> str:
    return load(str(path)).digest


@pytest.mark.parametrize("way", FOUND)
@pytest.mark.parametrize("init", [True, False])
def test_what_lies_in_a_package_is_found_in_it(tmp_path: Path, way: str, *, init: bool) -> None:
    there = set(tmp_path.rglob("*"))
    assert value_of(written(tmp_path, f"return {FOUND[way]}", init=init)) == 1.0
    first = f"found = {FOUND[way]}"
    assert value_of(written(tmp_path, "return found", first, init=init)) == 1.0
    assert not any("__pycache__" in each.parts for each in set(tmp_path.rglob("*")) - there)


@pytest.mark.parametrize(
    "changed", ["one.py", "deep/below.py", "new.py", "deep/new.py", "sub/__init__.py"]
)
def test_a_version_covers_all_that_lies_in_a_package(tmp_path: Path, changed: str) -> None:
    path = written(tmp_path)
    before = digest(path)
    place = tmp_path / "parts" / changed
    place.parent.mkdir(exist_ok=True)
    place.write_text("SCALE = 5.0\n")
    assert digest(path) != before
    place.unlink()
    written(tmp_path)
    assert digest(path) == before


def test_what_a_package_imports_wherever_it_stands_belongs_to_the_version(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "parts" / "new.py").write_text("import helper\n")
    (tmp_path / "helper.py").write_text("SCALE = 1.0\n")
    before = digest(path)
    (tmp_path / "helper.py").write_text("SCALE = 2.0\n")
    assert digest(path) != before


def test_what_is_no_module_of_a_package_changes_no_version(tmp_path: Path) -> None:
    path = written(tmp_path)
    before = digest(path)
    (tmp_path / "parts" / "data.txt").write_text("2.0\n")
    (tmp_path / "parts" / "folder").mkdir()
    (tmp_path / "parts" / "folder" / "script.py").write_text("x = 1\n")
    assert digest(path) == before


@pytest.mark.parametrize("content", [b"x = '\xff'", b"#" * (MOST + 1)])
def test_what_can_not_be_read_and_nobody_imports_does_no_harm(
    tmp_path: Path, content: bytes
) -> None:
    path = written(tmp_path, f"return {FOUND['computed']}")
    before = digest(path)
    (tmp_path / "parts" / "odd.py").write_bytes(content)
    (tmp_path / "parts" / "dangling.py").symlink_to("nowhere.py")
    os.mkfifo(tmp_path / "parts" / "pipe.py")
    assert (digest(path), value_of(path)) == (before, 1.0)
    path = written(tmp_path, first="import parts.odd")
    with pytest.raises(InputError, match=r"parts/odd.py can't be read: it "):
        load(str(path))


@pytest.mark.parametrize(
    "name", ["parts.__name__ + '.odd'", "parts.__name__ + '.late'", "'parts.late'"]
)
def test_what_was_not_read_is_not_run(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, f"import importlib; importlib.import_module({name})")
    (tmp_path / "parts" / "odd.py").write_bytes(b"x = '\xff'")
    (entry,) = registry.find_problems(str(path))
    (tmp_path / "parts" / "late.py").write_text("x = 1\n")
    (record,) = run(registry.strategies()["default"], entry.item, budget=1)
    assert record.error is not None
    assert f"{name[-5:-1].strip('.')}.py was not read with {path}: " in record.error


def test_a_link_that_leads_back_does_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path, f"return {FOUND['computed']}")
    for place in ("parts/loop", "parts/deep/loop", "parts/deep/other"):
        (tmp_path / place).symlink_to(tmp_path / "parts", target_is_directory=True)
    assert value_of(path) == 1.0
    assert len(load(str(path)).neighbours) < 20


def test_a_package_is_found_in_by_other_processes_too(tmp_path: Path) -> None:
    path = written(tmp_path, f"return sum({LOADED})")
    code = (
        "import multiprocessing, sys\nfrom hpobench.registry.user_file import load\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        f"        print(pool.apply(load({str(path)!r}).contents['f'], ({{}},)))\n"
    )
    (tmp_path / "starts.py").write_text(code)
    ended = subprocess.run(  # noqa: S603  # ours
        [sys.executable, str(tmp_path / "starts.py")], capture_output=True, check=False, text=True
    )
    assert (ended.stdout, ended.stderr) == ("3.0\n", "")
