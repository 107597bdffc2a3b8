"""Neighbours that import the file that imports them: it is one module, in any folder."""

import sys
from pathlib import Path

import pytest
from performing import value_of

from hpobench.errors import InputError
from hpobench.registry.user_file import load

FILE = """
import os
from hpobench import Float, Space

runs = []
runs.append(os.getpid())

class Own:
    scale = {scale}

{first}

LATE = 1
space = Space({{"x": Float(0, 1)}})

def f(config):
    {inside}
"""
USED = "import helper\n    return float(helper.scale() + 10 * len(runs))"
BACK = {
    "at the top": "import mine\ndef scale():\n    return mine.Own.scale\n",
    "by a name": "from mine import Own\ndef scale():\n    return Own.scale\n",
    "all": "from mine import *\ndef scale():\n    return Own.scale\n",
    "as": "import mine as file\ndef scale():\n    return file.Own.scale\n",
    "in a function": "def scale():\n    from mine import Own, LATE\n    return LATE * Own.scale\n",
    "computed": "import importlib\n"
    "mine = importlib.import_module('mi' + 'ne')\ndef scale():\n    return mine.Own.scale\n",
    "computed late": "import importlib\n"
    "def scale():\n    return importlib.import_module('mi' + 'ne').Own.scale\n",
    "executed": "exec('import ' + 'mine')\ndef scale():\n    return mine.Own.scale\n",
    "by another": "import other\ndef scale():\n    return other.mine.Own.scale\n",
    "by a package": "import package.part\ndef scale():\n    return package.part.mine.Own.scale\n",
}


@pytest.fixture(params=["beside it", "above it", "elsewhere", "on the path"])
def _somewhere(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enter a folder, which also comes first on the path, as it does in a program."""
    (tmp_path / "files").mkdir()
    (tmp_path / "elsewhere").mkdir()
    places = {"above it": tmp_path, "elsewhere": tmp_path / "elsewhere"}
    place = places.get(request.param, tmp_path / "files")
    if request.param != "on the path":
        monkeypatch.chdir(place)
    monkeypatch.setattr(sys, "path", [str(place), *sys.path])


def written(folder: Path, helper: str, first: str, inside: str = USED, scale: float = 7.0) -> Path:
    (folder / "package").mkdir(parents=True, exist_ok=True)
    (folder / "package" / "part.py").write_text("import mine\n")
    (folder / "helper.py").write_text(helper)
    (folder / "other.py").write_text("import mine\n")
    path = folder / "mine.py"
    path.write_text(FILE.format(first=first, inside=inside, scale=scale))
    return path


@pytest.mark.usefixtures("_somewhere")
@pytest.mark.parametrize("way", BACK)
@pytest.mark.parametrize("first", ["import helper", ""])
def test_what_a_neighbour_imports_back_is_the_file_that_is_imported(
    tmp_path: Path, way: str, first: str
) -> None:
    known = set(sys.modules)
    path = written(tmp_path / "files", BACK[way], first)
    assert value_of(path) == 17.0
    assert not {"mine", "helper", "other", "package"} & (set(sys.modules) - known)
    before = load(str(path))
    assert "mine" not in {each.name for each in before.neighbours}
    assert "helper" in {each.name for each in before.neighbours}
    written(tmp_path / "files", BACK[way] + "# changed\n", first)
    assert load(str(path)).digest != before.digest
    written(tmp_path / "files", BACK[way], first, scale=8.0)
    assert load(str(path)).digest != before.digest
    assert value_of(path) == 18.0


@pytest.mark.usefixtures("_somewhere")
@pytest.mark.parametrize(
    ("helper", "reason"),
    [
        ("from mine import LATE\n", "cannot import name 'LATE' from 'mine': .* or not yet"),
        ("import mine\nmine.LATE\n", "has no attribute 'LATE'"),
        ("import mine.part\n", "No module named 'mine.part'"),
    ],
)
def test_what_the_file_does_not_define_yet_is_one_clear_line(
    tmp_path: Path, helper: str, reason: str
) -> None:
    path = written(tmp_path / "files", helper, "import helper")
    with pytest.raises(InputError, match=f"does not import: .*{reason}.*helper.py, line"):
        load(str(path))


@pytest.mark.usefixtures("_somewhere")
def test_a_file_that_imports_itself_is_run_once(tmp_path: Path) -> None:
    inside = "import mine, sys\n    return float(mine.f is f and len(runs) and mine.LATE)"
    assert value_of(written(tmp_path / "files", "", "import mine\nmine.Own", inside)) == 1.0


def test_a_package_of_the_files_name_comes_first_as_in_python(tmp_path: Path) -> None:
    path = written(tmp_path, BACK["at the top"], "import helper")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").write_text("class Own:\n    scale = 1.0\n")
    assert value_of(path) == 11.0


def test_a_library_of_the_files_name_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "orjson.py"
    path.write_text(FILE.format(first="import helper", inside=USED, scale=7.0))
    (tmp_path / "helper.py").write_text(
        "import orjson\ndef scale():\n    return orjson.OPT_INDENT_2"
    )
    assert value_of(path) == 11.0


def test_a_file_that_is_reached_by_a_link_is_imported_back_by_its_own_name(tmp_path: Path) -> None:
    path = written(tmp_path / "files", BACK["at the top"], "import helper")
    link = tmp_path / "link.py"
    link.symlink_to(path)
    assert value_of(link) == 17.0
