"""How long `status` takes for 100 000 runs; HPOBENCH_RUNS says another number of thousands."""

import os
from pathlib import Path
from time import process_time
from typing import Any

from many_runs import filled, names_of
from planning_sessions import plan

from hpobench.commands.status_screen import looked, show_once
from hpobench.experiment.state.state import Watch

THOUSANDS = int(os.environ.get("HPOBENCH_RUNS", "100"))
STRATEGIES, PROBLEMS, TRIALS = 20, 50, 25


def planned(folder: Path) -> Path:
    """Make a folder of sealed runs that a session has planned, with a seed more that waits."""
    store = filled(folder, STRATEGIES, PROBLEMS, THOUSANDS, TRIALS)
    problems = [card.identity.name for card in store.cards()[1]]
    of = plan(dict.fromkeys(names_of(STRATEGIES), "1"), dict.fromkeys(problems, THOUSANDS + 1))
    store.put_session("s1", {"plan": of | {"budget": str(TRIALS)}})
    return folder


def test_status_of_many_runs(benchmark: Any, tmp_path: Path) -> None:
    folder = planned(tmp_path / "results")
    began = process_time()
    benchmark.pedantic(show_once, (folder,), rounds=3)
    processor = (process_time() - began) / 3
    seconds = benchmark.stats.stats.median
    print(
        f"\nstatus of {THOUSANDS} 000 runs: {seconds:.1f} s, {processor:.1f} s of processor (10 s)"
    )
    watch = Watch(folder)
    looked(watch, watch.folder)
    began = process_time()
    watch.look()
    print(f"another look of --watch: {process_time() - began:.2f} s of processor")
