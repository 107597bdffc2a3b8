"""How long `status` takes for 100 000 runs; HPOBENCH_RUNS says another number of thousands."""

import os
from pathlib import Path
from time import process_time
from typing import Any

from cards import problem_card, strategy_card
from planning_sessions import BUDGET, plan, run_of

from hpobench import Run
from hpobench.commands.status_screen import looked, show_once
from hpobench.experiment.state.state import Watch
from hpobench.json_forms import stop_to_json
from hpobench.store import Store
from hpobench.store.run_lines import Chain, without_paths
from hpobench.store.sealed_json import FORMAT
from hpobench.trial import Stop

THOUSANDS = int(os.environ.get("HPOBENCH_RUNS", "100"))
STRATEGIES = [f"strategy-{number}" for number in range(20)]
PROBLEMS = [f"problem-{number}" for number in range(50)]
TRIALS, BYTES = 25, 600


def filled(folder: Path) -> Path:
    """Make a folder of sealed runs, all of which a session has planned, but for one that waits."""
    store = Store(folder)
    with store.writing(BUDGET, 1):
        for name in STRATEGIES:
            store.put_card(strategy_card(name))
        for name in PROBLEMS:
            store.put_card(problem_card(name))
        of = plan(dict.fromkeys(STRATEGIES, "1"), dict.fromkeys(PROBLEMS, THOUSANDS))
        store.put_session("s1", {"plan": of})
        runs = [
            run_of(s, p, seed) for s in STRATEGIES for p in PROBLEMS for seed in range(THOUSANDS)
        ]
        for run in runs[1:]:
            path = store.path(run).with_suffix(".jsonl")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_lines(run))
    return folder


def _lines(run: Run) -> bytes:
    """Return the lines of a run with a right seal; its trials hold nothing but their size."""
    chain = Chain()
    lines = [chain.line({"hpobench": FORMAT, "run": without_paths(run)}, {"session": "s1"})]
    lines += [chain.line({"id": number, "filler": "x" * BYTES}, {}) for number in range(TRIALS)]
    stop = Stop("failed", "it broke") if run.seed == 0 else Stop("complete")
    ended = {"count": TRIALS, **stop_to_json(stop)}
    lines.append(chain.line({**ended, "digest": chain.digest(ended)}, {"seconds": 1.5}))
    return b"".join(lines)


def test_status_of_many_runs(benchmark: Any, tmp_path: Path) -> None:
    folder = filled(tmp_path / "results")
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
