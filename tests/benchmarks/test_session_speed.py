"""What a session costs beyond its evaluations, and how quickly the program answers."""

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "hpobench"]
CELLS = (
    *("all", "-s", "random-search", "-s", "genetic-algorithm", "-s", "bayesian-optimization"),
    *("-p", "xgboost-airfoil", "-p", "mlp-phoneme", "-p", "hartmann-6", "--seeds", "5"),
    *("--budget", "25", "--jobs", "2"),
)


def test_help(benchmark: Any) -> None:
    def ask() -> None:
        subprocess.run([*COMMAND, "--help"], check=True, capture_output=True)  # noqa: S603  # ours

    benchmark.pedantic(ask, rounds=7, warmup_rounds=1)
    print(f"\n--help: {benchmark.stats.stats.median:.2f} s (bar: 0.4)")


def test_two_processes_work_all_the_time(benchmark: Any, tmp_path: Path) -> None:
    folders = iter([tmp_path / str(number) for number in range(3)])
    sessions: list[dict[str, float]] = []

    def perform() -> None:
        folder = next(folders)
        subprocess.run(  # noqa: S603  # ours
            [*COMMAND, *CELLS, "--results", str(folder)], check=True, capture_output=True
        )
        (path,) = (folder / "sessions").glob("*.json")
        sessions.append(json.loads(path.read_text()))

    benchmark.pedantic(perform, rounds=3)
    busy = [s["processor-seconds"] / (2 * s["seconds"]) for s in sessions]
    beside = [s["processor-seconds"] / s["seconds-inside"] for s in sessions]
    print(f"\ntwo processes: busy {statistics.median(busy):.3f} of the time (bar: 0.9)")
    print(
        f"processor time over evaluations' and suggestions': {statistics.median(beside):.3f} (1.15)"
    )
