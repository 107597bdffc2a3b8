"""Files that import what lies beside them: each has its own modules, and all are watched."""

import json
import pickle
import random
import statistics
import sys
import warnings
from pathlib import Path

import pytest

from hpobench import registry
from hpobench.errors import InputError
from hpobench.registry import neighbours
from hpobench.registry.neighbours import MOST
from hpobench.registry.user_file import load
from hpobench.runner import run

PROBLEM = """
from hpobench import Float, Space
{imports}

space = Space({{"x": Float(0, 1)}})


def f(config):
    {inside}
    return {value}
"""


def write(folder: Path, **texts: str) -> None:
    """Write files by name: `package_` is a package's own file, `package_part` a module in it."""
    for name, text in texts.items():
        path = folder / f"{name.replace('_', '/')}.py"
        path = path.with_name("__init__.py") if name.endswith("_") else path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def problem(
    folder: Path, imports: str = "", *, inside: str = "", value: str = "1.0", name: str = "uses"
) -> Path:
    path = folder / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PROBLEM.format(imports=imports, inside=inside, value=value))
    return path


def value(path: Path) -> float:
    """Return the value of the default configuration of a file's problem."""
    (entry,) = registry.find_problems(str(path))
    strategy = registry.strategies()["default"]
    (record,) = run(strategy, entry.item, budget=1)
    assert record.error is None
    return record.trial.value


@pytest.mark.parametrize(
    ("imports", "inside", "result"),
    [
        ("import helper", "", "helper.SCALE"),
        ("from helper import SCALE as scale", "", "scale"),
        ("from helper import *", "", "SCALE"),
        ("", "import helper", "helper.SCALE"),
        ("", "from helper import SCALE", "SCALE"),
        ("import helper as own", "", "own.SCALE"),
        ("import package.part", "", "package.part.SCALE"),
        ("import package.part as own", "", "own.SCALE"),
        ("from package import part", "", "part.SCALE"),
        ("from package.part import SCALE", "", "SCALE"),
        ("from package import *", "", "part.SCALE"),
        ("", "from package.deep.below import SCALE", "SCALE"),
        ("import package", "", "package.deep.below.SCALE"),
        ("import plain.part", "", "plain.part.SCALE"),
        ("try:\n    import helper\nexcept ImportError:\n    helper = None", "", "helper.SCALE"),
        ("import other", "", "other.helper.SCALE"),
    ],
)
def test_a_file_imports_what_lies_beside_it_from_any_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, imports: str, inside: str, result: str
) -> None:
    write(
        tmp_path,
        helper="SCALE = 7.0\n",
        other="import helper\n",
        package_="__all__ = ['part']\nfrom .deep import below\n",
        package_part="from .deep.below import SCALE\n",
        package_deep_="",
        package_deep_below="SCALE = 7.0\n",
        plain_part="SCALE = 7.0\n",
    )
    (tmp_path / "elsewhere").mkdir()
    write(tmp_path / "elsewhere", helper="SCALE = 0.0\n")
    monkeypatch.chdir(tmp_path / "elsewhere")
    paths, known = list(sys.path), set(sys.modules)
    assert value(problem(tmp_path, imports, inside=inside, value=result)) == 7.0
    assert sys.path == paths
    assert not {"helper", "package", "plain", "other"} & (set(sys.modules) - known)


@pytest.mark.parametrize("changed", ["helper", "package_", "package_part", "other"])
def test_a_changed_neighbour_is_another_version(tmp_path: Path, changed: str) -> None:
    texts = {
        "helper": "SCALE = 1.0\n",
        "other": "import helper\nfrom package import part\n",
        "package_": "",
        "package_part": "SCALE = 1.0\n",
    }
    write(tmp_path, **texts)
    path = problem(tmp_path, inside="import other", value="other.part.SCALE + other.helper.SCALE")
    (before,) = registry.find_problems(str(path))
    assert value(path) == 2.0
    write(tmp_path, **{changed: texts[changed].replace("1.0", "9.0") + "# changed\n"})
    (after,) = registry.find_problems(str(path))
    assert before.identity.version != after.identity.version
    assert before.source == after.source == path.read_text()
    assert value(path) == (2.0 if changed in ("other", "package_") else 10.0)
    with pytest.raises(InputError, match="has changed since the run was planned"):
        registry.resolve_problem(before.identity)


def test_what_is_not_imported_changes_no_version(tmp_path: Path) -> None:
    path = problem(tmp_path, "import helper", value="helper.SCALE")
    write(tmp_path, helper="SCALE = 1.0\n", other="x = 1\n", package_part="x = 1\n")
    before = registry.find_problems(str(path))[0].identity
    write(tmp_path, other="x = 2\n", package_part="x = 2\n")
    assert registry.find_problems(str(path))[0].identity == before


def test_a_file_without_neighbours_is_known_by_its_text_alone(tmp_path: Path) -> None:
    alone, beside = tmp_path / "a", tmp_path / "b"
    alone.mkdir()
    write(beside, helper="SCALE = 1.0\n")
    one, other = (load(str(problem(folder))) for folder in (alone, beside))
    assert one.digest == other.digest
    assert one.module != other.module


def test_two_files_have_each_its_own_neighbours(tmp_path: Path) -> None:
    paths = [problem(tmp_path / str(n), "import helper", value="helper.SCALE") for n in (1, 2)]
    late = [
        problem(tmp_path / str(n), inside="import helper", value="helper.SCALE", name="late")
        for n in (1, 2)
    ]
    for number, path in enumerate(paths):
        write(path.parent, helper=f"SCALE = {number}.5\n")
    values = [value(path) for path in (*paths, *late, *reversed(paths))]
    assert values == [0.5, 1.5, 0.5, 1.5, 1.5, 0.5]


def test_one_neighbour_of_two_files_is_shared_by_neither(tmp_path: Path) -> None:
    write(tmp_path, helper="count = []\n")
    inside = "helper.count.append(1)"
    for name in ("a", "b"):
        path = problem(
            tmp_path, "import helper", inside=inside, value="len(helper.count)", name=name
        )
        assert value(path) == 1.0


def test_no_neighbour_takes_the_place_of_what_is_installed_or_of_pythons_own(
    tmp_path: Path,
) -> None:
    write(tmp_path, random="x = 1\n", statistics="x = 1\n", numpy="x = 1\n", hpobench="x = 1\n")
    imports = "import random, statistics, numpy, json"
    path = problem(tmp_path, imports, value="float(random.Random(1).random() + numpy.pi)")
    assert value(path) == random.Random(1).random() + 3.141592653589793  # Python's and numpy's
    assert len(neighbours.neighbours(str(path), path.read_text())) == 0
    assert "x" not in vars(statistics)
    assert "x" not in vars(json)


def test_a_file_called_like_a_library_imports_the_library(tmp_path: Path) -> None:
    path = problem(tmp_path, "import orjson", value="float(len(orjson.__name__))", name="orjson")
    assert value(path) == 6.0


def test_neighbours_may_import_each_other(tmp_path: Path) -> None:
    write(
        tmp_path,
        one="import two\nSCALE = 1.0\n\ndef both():\n    return SCALE + two.SCALE\n",
        two="import one\nSCALE = 2.0\n\ndef both():\n    return SCALE + one.SCALE\n",
    )
    path = problem(tmp_path, "import one, two", value="one.both() + two.both()")
    assert value(path) == 6.0


def test_what_was_read_is_what_runs_also_late(tmp_path: Path) -> None:
    write(tmp_path, helper="SCALE = 1.0\n")
    path = problem(tmp_path, inside="import helper", value="helper.SCALE")
    (entry,) = registry.find_problems(str(path))
    write(tmp_path, helper="SCALE = 2.0\n")
    (record,) = run(registry.strategies()["default"], entry.item, budget=1)
    assert record.trial.value == 1.0


def test_nothing_is_written_beside_a_users_file(tmp_path: Path) -> None:
    write(tmp_path, helper="SCALE = 1.0\n", package_part="SCALE = 1.0\n")
    before = sorted(tmp_path.rglob("*"))
    path = problem(tmp_path, "import helper, package.part", value="helper.SCALE")
    value(path)
    assert sorted(tmp_path.rglob("*")) == sorted([*before, path])


def test_what_a_neighbour_defines_can_be_pickled(tmp_path: Path) -> None:
    write(
        tmp_path,
        package_="",
        package_state=(
            "from dataclasses import dataclass\n\n@dataclass\nclass State:\n    epochs: int = 1\n"
        ),
    )
    path = problem(tmp_path, "from package.state import State")
    state = load(str(path)).contents["State"]
    assert callable(state)
    assert pickle.loads(pickle.dumps(state(4))) == state(4)  # noqa: S301  # our own


def test_an_error_in_a_neighbour_names_its_line(tmp_path: Path) -> None:
    write(tmp_path, helper="def broken():\n    raise LookupError('none')\n")
    path = problem(tmp_path, "import helper", value="helper.broken()")
    (record,) = run(
        registry.strategies()["default"], registry.find_problems(str(path))[0].item, budget=1
    )
    assert record.error == "LookupError: none (helper.py, line 2)"
    assert "raise LookupError('none')" in record.traceback
    assert f'File "{path}", line 10, in f' in record.traceback


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = (", "SyntaxError"),
        ("x = 1\nx / 0\n", r"ZeroDivisionError: division by zero \(helper.py, line 2\)"),
        ("raise SystemExit(3)\n", r"SystemExit: 3 \(helper.py, line 1\)"),
        ("import nowhere_at_all\n", "No module named 'nowhere_at_all'"),
        ("x = 1\n\0", "null bytes"),
        ("from package import missing\n", "cannot import name 'missing'"),
        ("import package.missing\n", "No module named 'package.missing'"),
    ],
)
def test_a_neighbour_that_does_not_import_is_one_clear_line(
    tmp_path: Path, text: str, reason: str
) -> None:
    write(tmp_path, helper=text, package_="")
    path = problem(tmp_path, "import helper")
    known = set(sys.modules)
    with pytest.raises(InputError, match=f"does not import: .*{reason}"):
        load(str(path))
    assert set(sys.modules) == known


def test_a_neighbour_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_bytes(b"x = '\xff'")
    with pytest.raises(InputError, match=r"helper.py can't be read: it is not UTF-8 text"):
        load(str(problem(tmp_path, "import helper")))


def test_more_than_a_megabyte_of_source_is_refused(tmp_path: Path) -> None:
    half = "#" * (MOST // 2) + "\n"
    write(tmp_path, one=half, two=half, three="import one\nimport two\n")
    load(str(problem(tmp_path, "import one", name="fits")))
    with pytest.raises(
        InputError, match="beside it that it imports have more than 1,000,000 bytes"
    ):
        load(str(problem(tmp_path, "import three")))
    write(tmp_path, uses=half * 3)
    with pytest.raises(InputError, match="it has more than 1,000,000 bytes"):
        load(str(tmp_path / "uses.py"))


def test_no_warning_is_given(tmp_path: Path) -> None:
    write(tmp_path, helper="", package_="from . import part\n", package_part="")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load(str(problem(tmp_path, "import helper, package.part")))


def test_beyond_the_folder_nothing_is_imported(tmp_path: Path) -> None:
    write(tmp_path, outside="x = 1\n")
    for imports in ("import outside", "from . import outside", "from .. import outside"):
        with pytest.raises(InputError, match=r"does not import: (Module|Import)"):
            load(str(problem(tmp_path / "inside", imports)))


def test_a_strategy_may_have_neighbours_too(tmp_path: Path) -> None:
    write(
        tmp_path,
        shared=(
            "from hpobench import Proposal\n\n"
            "def default(space):\n    return Proposal(space.default())\n"
        ),
    )  # one text
    (tmp_path / "mine.py").write_text(
        "from dataclasses import dataclass\nfrom hpobench import Strategy\nimport shared\n\n"
        "@dataclass\nclass Mine(Strategy):\n    def ask(self, pending):\n"
        "        return shared.default(self.task.space)\n"
    )
    (entry,) = registry.find_strategies(str(tmp_path / "mine.py"))
    assert len(list(run(entry.item, registry.problems()["branin"], budget=2))) == 2


def test_neighbours_are_told_by_name(tmp_path: Path) -> None:
    write(tmp_path, helper="import deeper\n", deeper="import helper\n")
    path = problem(tmp_path, "import helper")
    found = neighbours.neighbours(str(path), path.read_text())
    assert [(each.name, each.package) for each in found] == [("deeper", False), ("helper", False)]
