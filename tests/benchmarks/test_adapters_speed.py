"""What our adapters add to the libraries' bare loops, in time and in regret."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hpobench import Strategy, registry
from hpobench.experiment.estimates import suggestion_seconds
from hpobench.hosting import environments
from hpobench.hosting.client import importing
from hpobench.hosting.placement import available
from hpobench.strategy import fields_of

HARNESS = Path(__file__).parents[1] / "bare" / "harness.py"
SEEDS = range(5)
TRIALS, SLOW_TRIALS = 50, 16
"""How many trials a strategy has: fewer if it takes more than 50 ms a suggestion."""


def side_by_side(name: str, strategy: Strategy) -> list[dict[str, Any]]:
    """Return the losses and seconds of both loops for each seed; empty without a bare loop."""
    assert strategy.library is not None
    environment = environments.find(strategy.library.name)
    python = sys.executable
    if strategy.library.installed() is None and environment is not None:
        python = environment.python
    kind = type(strategy)
    request = {
        "module": kind.__module__,
        "kind": kind.__qualname__,
        "fields": fields_of(strategy),
        "name": name,
        "seeds": list(SEEDS),
        "trials": SLOW_TRIALS if suggestion_seconds()[name] >= 0.05 else TRIALS,
    }
    done = subprocess.run(  # noqa: S603  # our own code
        [
            *importing(python),
            f"import runpy; runpy.run_path({str(HARNESS)!r}, run_name='__main__')",
        ],
        input=json.dumps(request),
        env=os.environ | {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    answer: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_an_adapter_beside_the_bare_loop(benchmark: Any) -> None:
    peers = {name: registry.strategies()[name] for name in registry.strategy_groups()["peers"]}
    here = {name: each for name, each in peers.items() if each.library and available(each.library)}
    if not here:
        pytest.skip("no library is here: run it in the environment of make test-shared")
    shares: list[float] = []
    extras: list[float] = []
    within = 0

    def every() -> None:
        nonlocal within
        for name, strategy in here.items():
            runs = side_by_side(name, strategy)[1:]  # the first run also imports the library
            if not runs:
                continue
            bare = statistics.median(run["bare-seconds"] for run in runs)
            ours = statistics.median(run["adapter-seconds"] for run in runs)
            trials = len(runs[0]["bare"])
            share, extra = ours / bare - 1, (ours - bare) / trials * 1e3
            shares.append(share)
            extras.append(extra)
            within += share <= 0.1 or extra <= 0.3
            regrets = [statistics.median(min(r[k]) for r in runs) for k in ("bare", "adapter")]
            same = all(run["bare"] == run["adapter"] for run in runs)
            print(
                f"\n{name}: {extra:+.3f} ms a trial, {share:+.1%};"
                f" median regret {regrets[1]:.4g}, bare {regrets[0]:.4g}, same: {same}",
                end="",
            )

    benchmark.pedantic(every, rounds=1)
    print(
        f"\nadapters: median {statistics.median(extras):.3f} ms a trial,"
        f" {statistics.median(shares):.1%} (bar: 0.3 ms or 10 %; {within} of {len(extras)} within)"
    )
