"""What the report of a large folder of results costs, all but the drawing of its figures."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from many_runs import filled

STRATEGIES, PROBLEMS, SEEDS, TRIALS = 20, 20, 10, 100
REPORT = """
import json, resource, sys
from pathlib import Path
from hpobench.commands.reporting import make_report
from hpobench.report import files, making

files.rendered, making.MANY = (lambda exhibit, venue, subject: exhibit.caption), sys.maxsize
make_report(Path(sys.argv[1]), Path(sys.argv[2]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


def test_a_report_of_400_000_trials(benchmark: Any, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    filled(folder, STRATEGIES, PROBLEMS, SEEDS, TRIALS)
    costs = list[list[float]]()

    def report() -> None:
        command = [sys.executable, "-c", REPORT, str(folder), str(folder / "report")]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # ours
        costs.append(json.loads(done.stdout.splitlines()[-1]))

    benchmark.pedantic(report, rounds=3)
    seconds, megabytes = np.median(costs, axis=0)
    trials = STRATEGIES * PROBLEMS * SEEDS * TRIALS
    print(f"\n{trials:,} trials: {seconds:.1f} s of the processor (bar: 12)")
    print(f"at most {megabytes:.0f} MB of memory (bar: 500)")
