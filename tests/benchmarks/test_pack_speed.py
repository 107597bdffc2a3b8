"""What 100 000 runs cost: packing them, listing them, and reports from the pack."""

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pytest
from many_runs import filled

from hpobench.store import Store
from hpobench.store.provenance import cores

STRATEGIES, PROBLEMS, SEEDS, TRIALS = 20, 100, 50, 50
RUNS = STRATEGIES * PROBLEMS * SEEDS
PACK = """
import json, resource, sys
from pathlib import Path
from hpobench.store import Store
from hpobench.store.packing import pack
from hpobench.store.provenance import cores

if __name__ == "__main__":
    pack(Store(Path(sys.argv[1])), processes=cores())
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    print(json.dumps([sum(u.ru_utime + u.ru_stime for u in used), used[0].ru_maxrss / 1024]))
"""
REPORT = """
import json, resource, sys
from pathlib import Path
from hpobench.commands.reporting import make_report
from hpobench.report import files, making

if __name__ == "__main__":
    if sys.argv[3] == "undrawn":
        files.rendered = lambda exhibit, venue, subject: exhibit.caption
        making.MANY = sys.maxsize
    make_report(Path(sys.argv[1]), Path(sys.argv[2]))
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    print(json.dumps([sum(u.ru_utime + u.ru_stime for u in used), used[0].ru_maxrss / 1024]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many") / "results"
    return filled(folder, STRATEGIES, PROBLEMS, SEEDS, TRIALS).folder


def used_by(script: str, path: Path, *words: str) -> list[float]:
    """Run a script in a file, and return the seconds, those of processors, and the megabytes."""
    path.write_text(script)
    began = perf_counter()
    command = [sys.executable, str(path), *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # ours
    return [perf_counter() - began, *json.loads(done.stdout.splitlines()[-1])]


def test_packing(benchmark: Any, folder: Path, tmp_path: Path) -> None:
    used = list[list[float]]()

    def packed() -> None:
        used.append(used_by(PACK, tmp_path / "script.py", str(folder)))

    benchmark.pedantic(packed, rounds=1)
    (path,) = Store(folder).packs.paths
    ((seconds, processor, megabytes),) = used
    print(
        f"\npack of {RUNS:,} runs of {TRIALS} trials: {seconds:.0f} s (bar: 180), {cores()} cores"
    )
    print(f"{processor:.0f} s of processors, at most {megabytes:.0f} MB of memory (bar: 2000)")
    print(f"the pack has {path.stat().st_size / 1e6:.0f} MB")


def test_listing(benchmark: Any, folder: Path) -> None:
    found = list[int]()

    def listed() -> None:
        began = process_time()
        store = Store(folder)
        store.check(new=False)
        found.append(sum(store.is_sealed(each.run) for each in store.summaries()))
        print(f"\nlisting {found[-1]:,} runs: {process_time() - began:.1f} s (bar: 10)")

    benchmark.pedantic(listed, rounds=3)
    assert found[0] == RUNS


@pytest.mark.parametrize("drawn", ["undrawn", "drawn"])
def test_a_report_from_a_pack(benchmark: Any, folder: Path, tmp_path: Path, drawn: str) -> None:
    used = list[list[float]]()

    def made() -> None:
        words = (str(folder), str(tmp_path / "report"), drawn)
        used.append(used_by(REPORT, tmp_path / "script.py", *words))

    benchmark.pedantic(made, rounds=1)
    ((seconds, processor, megabytes),) = used
    print(f"\nreport of {RUNS:,} runs, {drawn}: {seconds:.0f} s (bar: 120)")
    print(f"{processor:.0f} s of processors, at most {megabytes:.0f} MB of memory (bar: 2000)")
