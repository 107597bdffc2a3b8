"""Processes that libraries start for a file find what the file and its neighbours define."""

import multiprocessing
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from performing import performed, planned

from hpobench import registry
from hpobench.errors import InputError
from hpobench.experiment.local.pool import ISOLATIONS, Isolation
from hpobench.registry.importer import package_name, path_of
from hpobench.registry.user_file import load
from hpobench.runner import run

PROBLEM = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from hpobench import Float, Space
from package.part import double
{first}

space = Space({{"x": Float(0, 1)}})

def _add(x):
    import late
    return x + late.ONE

class _Work:
    def __call__(self, x):
        return _add(double(x))

def f(config):
    {inside}
"""
POOL = """with multiprocessing.get_context("{}").Pool(1) as pool:
        return float(sum(pool.map(_Work(), [1, 2]) + pool.map(double, [1, 2])))"""
EXECUTOR = """context = multiprocessing.get_context("{}")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return float(sum([*pool.map(_Work(), [1, 2]), *pool.map(double, [1, 2])]))"""
JOBLIB = """from joblib import Parallel, delayed
    done = Parallel(2)(delayed(each)(x) for each in (_Work(), double) for x in (1, 2))
    return float(sum(done))"""
MET = "import importlib\nmet = importlib.import_module('m' + 'et')"


def written(folder: Path, inside: str = "return 1.0", first: str = "", answer: int = 42) -> Path:
    (folder / "package").mkdir(exist_ok=True)
    (folder / "package" / "part.py").write_text("def double(x):\n    return 2 * x\n")
    (folder / "late.py").write_text("ONE = 1\n")
    (folder / "met.py").write_text(f"def answer():\n    return {answer}\n")
    path = folder / "my-own_file.v2.py"
    path.write_text(PROBLEM.format(inside=inside, first=first))
    return path


def elsewhere(function: object, folder: Path) -> "subprocess.CompletedProcess[bytes]":
    """Call a function in another interpreter, which prints the result."""
    return subprocess.run(
        [sys.executable, "-c", "import pickle, sys; print(pickle.load(sys.stdin.buffer)())"],
        input=pickle.dumps(function),
        cwd=folder,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("way", [POOL, EXECUTOR])
@pytest.mark.parametrize("start", ["spawn", "forkserver"])
def test_workers_find_what_a_file_and_its_neighbours_define(
    tmp_path: Path, start: str, way: str
) -> None:
    if start not in multiprocessing.get_all_start_methods():
        pytest.skip("not on this system")
    (entry,) = registry.find_problems(str(written(tmp_path, way.format(start))))
    (record,) = run(registry.strategies()["default"], entry.item, budget=1)
    assert (record.error, record.trial.value) == (None, 14.0)


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_workers_find_it_however_runs_are_kept_apart(tmp_path: Path, isolation: Isolation) -> None:
    runs = [planned("default", str(written(tmp_path, JOBLIB)), budget=1)]
    (done,) = performed(runs, tmp_path / "results", isolation=isolation).values()
    assert done.status == "complete"
    (file,) = (tmp_path / "results").rglob("*.jsonl")
    assert '"values":[14.0]' in file.read_text()


def test_another_process_finds_what_is_imported_though_no_text_says_it(tmp_path: Path) -> None:
    for answer in (42, 43):  # the neighbour has changed in between
        source = load(str(written(tmp_path, first=MET, answer=answer)))
        found = elsewhere(vars(source.contents["met"])["answer"], tmp_path)
        assert found.stdout.split() == [str(answer).encode()], found.stderr


def test_another_process_does_not_take_a_changed_file_for_the_one_that_was_imported(
    tmp_path: Path,
) -> None:
    path = written(tmp_path)
    work = load(str(path)).contents["_Work"]
    path.write_text(path.read_text() + "# changed\n")
    last = elsewhere(work, tmp_path).stderr.splitlines()[-1].decode()
    assert last == f"ImportError: {path} has changed since it was imported"
    path.unlink()
    last = elsewhere(work, tmp_path).stderr.splitlines()[-1].decode()
    assert last == f"ImportError: {path} can't be read: No such file or directory"


def test_a_pool_at_the_top_level_does_not_start_itself_without_end(tmp_path: Path) -> None:
    by = tmp_path / "by"
    first = (
        f"with open({str(by)!r}, 'a') as file:\n    file.write('.')\n"
        "def _one(x):\n    return x\n"
        "with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('spawn')) as pool:\n"
        "    list(pool.map(_one, [1]))\n"
    )
    with pytest.raises(InputError, match="does not import: BrokenProcessPool"):
        load(str(written(tmp_path, first=first)))
    assert by.read_text() == ".."


def test_what_waits_for_an_import_at_the_top_level_is_not_waited_for_by_it(tmp_path: Path) -> None:
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("not on this system")
    (tmp_path / "helper.py").write_text("import mine\nTWO = 2\n")
    (tmp_path / "mine.py").write_text(
        "import multiprocessing\nfrom concurrent.futures import ThreadPoolExecutor\nONE = 1\n"
        "def square(x):\n    return x * x\n"
        "def total(x):\n    import helper, mine\n    return x + helper.TWO + mine.ONE\n"
        "with ThreadPoolExecutor(2) as pool:\n    found = sum(pool.map(total, [10, 20]))\n"
        "with multiprocessing.get_context('fork').Pool(1) as pool:\n"
        "    found += sum(pool.map(square, [1, 2]))\n"
    )
    code = (
        "import sys\nfrom hpobench.registry.user_file import load\n"
        "print(load(sys.argv[1]).contents['found'])"
    )
    ended = subprocess.run(  # noqa: S603  # ours
        [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "mine.py")],
        capture_output=True,
        check=False,
    )
    assert ended.stdout.split() == [b"41"], ended.stderr


@pytest.mark.parametrize("path", ["/a/b.py", "/with space/_a__2e/ü\udc80.v2.py", "C:\\a\\b-c.py"])
def test_the_name_of_a_package_says_where_the_file_lies(path: str) -> None:
    name = package_name(path, "0123456789ab")
    assert path_of(name) == path
    assert all(part.isidentifier() for part in name.split("."))
    assert name.isascii()
