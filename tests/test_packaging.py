"""What is built, installed and imported is one package with all its data and nothing else."""

import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from packaging.requirements import Requirement

import hpobench
from hpobench import registry
from hpobench.store.provenance import PACKAGES

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = ("hpobench", "strategies", "problems")
LIGHT = {"space", "trial", "problem", "strategy"}
PROGRAM = "runpy.run_module('hpobench', run_name='__main__')"
HEAVY = {"scipy", "sklearn", "xgboost", "pandas", "pyarrow", "matplotlib", "seaborn", "autograd"}


@dataclass(frozen=True, slots=True)
class Built:
    """A distribution built from the tree, in both of its forms."""

    source: Path
    """The unpacked sdist."""
    wheel: Path
    """The folder that the wheel was installed into."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build an sdist of the tree, build a wheel from the sdist alone, and install the wheel."""
    folder = tmp_path_factory.mktemp("built")
    tree = folder / "tree"
    tree.mkdir()
    for name in FOLDERS:
        copytree(ROOT / name, tree / name, ignore=ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            (tree / path.name).write_bytes(path.read_bytes())
    (archive,) = _build("sdist", tree, folder)
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    source = folder / archive.name.removesuffix(".tar.gz")
    (archive,) = _build("wheel", source, folder)
    with zipfile.ZipFile(archive) as packed:
        for member in packed.namelist():
            packed.extract(member, folder / "installed")
    return Built(source, folder / "installed")


def _build(kind: str, tree: Path, folder: Path) -> list[Path]:
    before = set(folder.iterdir())
    code = f"from setuptools import build_meta; build_meta.build_{kind}({str(folder)!r})"
    _python(code, "-W", "error", folder=tree)
    return [path for path in set(folder.iterdir()) - before if path.is_file()]


def _python(code: str, *options: str, folder: Path, path: Path | None = None) -> str:
    """Run code in a new process that finds only what is installed and what is at `path`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    environment = kept | ({"PYTHONPATH": str(path)} if path else {})
    command = [sys.executable, "-P", *options, "-c", code]
    done = subprocess.run(  # noqa: S603  # our own code
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_listed_packages_are_those_that_exist() -> None:
    found = {path.parent.relative_to(ROOT) for path in (ROOT / "hpobench").rglob("__init__.py")}
    names = {".".join(path.parts) for path in found}
    listed = PROJECT["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted(names | {"hpobench.strategies", "hpobench.problems"})


@pytest.mark.parametrize("path", sorted((ROOT / "locks").glob("*.txt")), ids=lambda p: p.stem)
def test_a_lock_has_one_version_of_what_numbers_come_from_on_all_pythons(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    for name in PACKAGES:
        assert len([line for line in lines if line.startswith(f"{name}==")]) <= 1, name


def test_the_wheel_holds_the_whole_tree_and_nothing_else(built: Built) -> None:
    expected = {f"hpobench/{name}" for name in _files(ROOT / "hpobench")}
    for nested in ("strategies", "problems"):
        expected |= {f"hpobench/{nested}/{name}" for name in _files(ROOT / nested)}
    found = _files(built.wheel)
    (information,) = {name.partition("/")[0] for name in found} - {"hpobench"}
    assert information == f"hpobench-{hpobench.__version__}.dist-info"
    assert {name for name in found if not name.startswith(information)} == expected


def test_a_wheel_has_the_code_of_its_checkout_whatever_else_lies_there(built: Built) -> None:
    code = "from hpobench.experiment.dask import fitness; print(fitness._code())"
    checkout = built.source.parent / "tree"
    (checkout / "results").mkdir()
    (checkout / "results" / "one.json").write_text("{}", encoding="utf-8")
    found = [
        _python(code, folder=checkout, path=path)
        for path in (built.wheel, ROOT, built.source, checkout)
    ]
    assert found == [found[0]] * 4


def test_the_wheel_holds_presets_page_tables_and_anchors(built: Built) -> None:
    package = built.wheel / "hpobench"
    for pattern in (
        "experiment/presets/*.toml",
        "report/page/assets/*.html",
        "report/page/assets/*.js",
        "problems/data/*.parquet",
        "py.typed",
    ):
        assert list(package.glob(pattern)), pattern
    assert (package / "problems" / "data" / "anchors" / "branin.json").is_file()


def test_the_sdist_holds_what_a_checkout_needs(built: Built) -> None:
    found = _files(built.source)
    for folder in FOLDERS:
        assert {f"{folder}/{name}" for name in _files(ROOT / folder)} <= found
    assert {"pyproject.toml", "LICENSE", "NOTICE", "README.md"} <= found


def test_an_installed_wheel_finds_strategies_problems_presets_and_tables(
    built: Built, tmp_path: Path
) -> None:
    code = """
import json
import hpobench
from hpobench import experiment, library, registry
from hpobench.cards import anchors
from hpobench.training import data
print(json.dumps({
    "hint": library.extra("ax"),
    "at": hpobench.__file__,
    "strategies": list(registry.strategies()),
    "problems": list(registry.problems()),
    "presets": experiment.preset_names(),
    "anchors": anchors.anchors("branin", registry.problems()["branin"].version) is not None,
    "rows": len(data.read("vehicle").target),
}))
"""
    found = json.loads(_python(code, folder=tmp_path, path=built.wheel))
    assert Path(found.pop("at")).is_relative_to(built.wheel)
    assert found.pop("presets")[0] == "smoke"
    assert found == {
        "strategies": list(registry.strategies()),
        "problems": list(registry.problems()),
        "anchors": True,
        "rows": 846,
        "hint": "pip install 'hpobench[ax]'",
    }


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("core.txt", ()),
        ("test.txt", ("tabulated", "test")),
        ("check.txt", ("check", "tabulated", "test")),
        ("dask.txt", ("cluster", "dask", "s3", "tabulated", "test")),
        ("peers.txt", ("mlflow", "peers", "tabulated", "test", "wandb")),
    ],
)
def test_a_lock_names_every_dependency_in_a_version_that_will_do(
    lock: str, extras: tuple[str, ...]
) -> None:
    locked: dict[str, list[str]] = {}
    for line in (ROOT / "locks" / lock).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            name, _, pinned = line.partition(";")[0].strip().partition("==")
            locked.setdefault(_normal(name.partition("[")[0]), []).append(pinned)
    wanted = list(PROJECT["project"]["dependencies"])
    for extra in extras:
        wanted += PROJECT["project"]["optional-dependencies"][extra]
    for requirement in map(Requirement, wanted):
        versions = locked.get(_normal(requirement.name), [])
        assert versions, requirement
        assert all(requirement.specifier.contains(each) for each in versions), requirement
    assert lock == "peers.txt" or not [name for name in locked if "nccl" in name]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["project"]["version"] == hpobench.__version__ == version("hpobench")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert f"version: {hpobench.__version__}" in citation
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[([\d.]+)\]", changes, re.MULTILINE)[1] == hpobench.__version__  # type: ignore[index]  # or it fails


def test_make_tells_an_old_python_in_one_line(tmp_path: Path) -> None:
    old = tmp_path / "old-python"
    pretence = "import sys; sys.version_info = (3, 10, 4); sys.version = '3.10.4 (main)'; "
    old.write_text(f"""#!/bin/sh\nexec "{sys.executable}" -c "{pretence}$2"\n""")
    old.chmod(0o755)
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    place = tmp_path / "bin"
    done = subprocess.run(  # noqa: S603  # our own Makefile
        ["make", f"PYTHON={old}", f"BIN={place}", f"{place}/python"],  # noqa: S607  # the user's make
        cwd=ROOT, env=clean, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert said == ["hpobench needs Python 3.11 or later; this is 3.10.4"]
    assert done.returncode == 2
    assert not place.exists()


@pytest.mark.parametrize(
    "code",
    [
        "import hpobench.registry as r; r.strategies(); r.problems()",
        f"import runpy; sys.argv = ['hpobench', '--help']; {PROGRAM}",
        f"import runpy; sys.argv = ['hpobench', 'all', '-h']; {PROGRAM}",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str, tmp_path: Path) -> None:
    told = f"""
import sys
try:
    {code}
except SystemExit as end:
    assert not end.code, end
print("\\n" + " ".join({{name.partition(".")[0] for name in sys.modules}}))
"""
    loaded = set(_python(told, folder=tmp_path).splitlines()[-1].split())
    assert "hpobench" in loaded
    assert not loaded & HEAVY


def test_the_core_needs_numpy_alone(tmp_path: Path) -> None:
    code = f"""
import sys
there = {{name.partition(".")[0] for name in sys.modules}}
import hpobench
from hpobench import {", ".join(sorted(LIGHT))}
now = {{name.partition(".")[0] for name in sys.modules}}
print(" ".join(now - there - sys.stdlib_module_names))
"""
    names = _python(code, folder=tmp_path).split()
    own = {name for name in names if "cython" not in name}  # numpy brings modules of cython
    assert own == {"hpobench", "numpy"}
