"""What a file imports while it is imported is its neighbour, though no import statement says so."""

import sys
from pathlib import Path

import pytest
from performing import performed, planned, value_of

from hpobench import registry
from hpobench.errors import InputError
from hpobench.registry.user_file import load

PROBLEM = """
from hpobench import Float, Space
{first}

space = Space({{"x": Float(0, 1)}})

def f(config):
    {inside}
    return float(helper.SCALE)
"""
ON_PATH = "import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\n"
BY_PATH = """
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("helper", os.path.dirname(__file__) + "/helper.py")
helper = sys.modules["helper"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helper)
"""
WAYS = {
    "computed": "import importlib\nhelper = importlib.import_module('hel' + 'per')",
    "renamed": "from importlib import import_module as load\nhelper = load('hel' + 'per')",
    "built in": "helper = __import__('hel' + 'per')",
    "importlib's": "import importlib.util as _\nimport importlib\n"
    "helper = importlib.__import__('hel' + 'per')",
    "executed": "exec('import ' + 'helper')",
    "of a package": "import importlib as i\nhelper = i.import_module('pack' + 'age.part').helper",
    "relative": "import importlib\n"
    "helper = importlib.import_module('.pa' + 'rt', importlib.import_module('package').__name__)"
    ".helper",
    "loaded again": "import importlib as i\nhelper = i.reload(i.import_module('hel' + 'per'))",
    "on the path": f"{ON_PATH}import importlib\nhelper = importlib.import_module('hel' + 'per')",
    "by others": f"{ON_PATH}import pkgutil\nhelper = pkgutil.resolve_name('hel' + 'per')",
    "by its path": BY_PATH,
}
LATE = {
    "literal": "import importlib; helper = importlib.import_module('helper')",
    "built in": "helper = __import__('helper')",
    "renamed module": "import importlib as i; helper = i.import_module(name='x') if 0 else"
    " i.import_module('helper')",
}


@pytest.fixture(autouse=True)
def _undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore the path afterwards, and forget what was imported under a common name."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "helper", raising=False)


def written(folder: Path, first: str = "", inside: str = "", *, scale: float = 1.0) -> Path:
    (folder / "package").mkdir(parents=True, exist_ok=True)
    (folder / "package" / "__init__.py").write_text("")
    (folder / "package" / "part.py").write_text("import helper\n")
    (folder / "helper.py").write_text(f"SCALE = {scale}\n")
    path = folder / "uses.py"
    path.write_text(PROBLEM.format(first=first, inside=inside or "pass"))
    return path


@pytest.mark.parametrize("way", WAYS)
def test_what_is_imported_while_a_file_is_imported_belongs_to_its_version(
    tmp_path: Path, way: str
) -> None:
    path = written(tmp_path, WAYS[way])
    (before,) = registry.find_problems(str(path))
    assert value_of(path) == 1.0
    again = registry.resolve_problem(before.identity)
    assert again.identity == before.identity
    written(tmp_path, WAYS[way], scale=22.0)
    (after,) = registry.find_problems(str(path))
    assert after.identity.version != before.identity.version
    assert value_of(path) == 22.0
    with pytest.raises(InputError, match="has changed since the run was planned"):
        registry.resolve_problem(before.identity)
    written(tmp_path, WAYS[way])
    assert registry.find_problems(str(path))[0].identity == before.identity


@pytest.mark.parametrize("way", LATE)
def test_a_late_import_of_a_name_in_quotes_is_seen(tmp_path: Path, way: str) -> None:
    path = written(tmp_path, inside=LATE[way])
    (before,) = registry.find_problems(str(path))
    assert value_of(path) == 1.0
    written(tmp_path, inside=LATE[way], scale=22.0)
    assert registry.find_problems(str(path))[0].identity.version != before.identity.version
    assert value_of(path) == 22.0


def test_a_run_finds_the_version_that_was_planned(tmp_path: Path) -> None:
    runs = []
    for number, way in enumerate(("computed", "by others", "by its path")):
        path = written(tmp_path / str(number), WAYS[way])
        runs.append(planned("random-search", str(path), budget=1))
    done = performed(runs, tmp_path / "results")
    assert {each.status for each in done.values()} == {"complete"}


@pytest.mark.parametrize("way", WAYS)
def test_a_version_does_not_depend_on_what_was_imported_before(tmp_path: Path, way: str) -> None:
    first = written(tmp_path, WAYS[way])
    second = tmp_path / "again.py"
    second.write_text(first.read_text())
    one, other = load(str(first)), load(str(second))
    assert one.digest == other.digest
    assert [each.name for each in one.neighbours] == [each.name for each in other.neighbours]
    assert "helper" in {each.name for each in one.neighbours}


@pytest.mark.parametrize("way", [*WAYS, "said"])
def test_two_files_have_each_its_own_though_no_statement_imports_it(
    tmp_path: Path, way: str
) -> None:
    first = WAYS.get(way, f"{ON_PATH}import helper")
    paths = [written(tmp_path / str(number), first, scale=number) for number in (1, 2)]
    assert [value_of(path) for path in (*paths, *reversed(paths))] == [1.0, 2.0, 2.0, 1.0]


def test_what_lies_beside_and_is_not_imported_is_in_no_version(tmp_path: Path) -> None:
    path = written(tmp_path, "import importlib\nhelper = importlib.import_module('hel' + 'per')")
    (tmp_path / "other.py").write_text("x = 1\n")
    (before,) = registry.find_problems(str(path))
    (tmp_path / "other.py").write_text("x = 2\n")
    assert registry.find_problems(str(path))[0].identity == before.identity


def test_a_module_that_is_not_there_is_missed_as_ever(tmp_path: Path) -> None:
    for name in ("nowhere", "package.missing", "helper.part", "package..part", "../x"):
        path = written(tmp_path, f"import importlib\nhelper = importlib.import_module({name!r})")
        with pytest.raises(InputError, match="does not import: "):
            load(str(path))


def test_a_neighbour_that_is_gone_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, WAYS["computed"])
    load(str(path))
    (tmp_path / "helper.py").unlink()
    with pytest.raises(InputError, match="imported a module beside it that is gone: helper"):
        load(str(path))
