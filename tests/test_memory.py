"""Runs that need more memory than there is."""

import sys
from pathlib import Path

import pytest
from performing import performed, planned

from hpobench.experiment.executor import WorkerLost
from hpobench.experiment.local import pool
from hpobench.experiment.local.pool import Attempt
from hpobench.experiment.one_run import perform_run
from hpobench.processes import memory
from hpobench.store import Store

GREEDY = """
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Greedy(Strategy):
    def ask(self, pending):
        raise MemoryError
"""
HUNGRY = """
import numpy as np
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def f(config):
    if config["x"] > 0.5:
        return float(np.ones(int(3e8)).sum())
    return config["x"]
"""
KILLED = """
import os, sys
sys.stdout.write('{"protocol": 1}\\n')
sys.stdout.flush()
sys.stdin.readline()
os.kill(os.getpid(), 9)
"""
DEAR = HUNGRY.replace("return float(np.ones(int(3e8)).sum())", "raise MemoryError")


def written(folder: Path, name: str, text: str) -> str:
    path = folder / f"{name}.py"
    path.write_text(text)
    return str(path)


def test_a_trial_without_memory_has_failed_and_the_others_go_on(tmp_path: Path) -> None:
    run = planned("random-search", written(tmp_path, "dear", DEAR), budget=8)
    assert perform_run(run, tmp_path / "results").status == "complete"
    (outcome,) = Store(tmp_path / "results").outcomes()
    errors = [record.error for record in outcome.records]
    assert "MemoryError: no memory was left (dear.py, line 9)" in errors
    assert None in errors


def test_a_strategy_without_memory_has_failed_for_that_reason(tmp_path: Path) -> None:
    run = planned(written(tmp_path, "greedy", GREEDY), "branin")
    done = perform_run(run, tmp_path / "results")
    assert done.status == "failed"
    assert done.detail == "ask raised MemoryError: no memory was left (greedy.py, line 8)"


@pytest.mark.skipif(not memory.LIMITS, reason="memory can be limited on Linux alone")
def test_a_run_over_its_limit_of_memory_loses_the_trials_that_need_more(tmp_path: Path) -> None:
    hungry = planned("random-search", written(tmp_path, "hungry", HUNGRY), budget=6)
    program = tmp_path / "killed"
    program.write_text(f"#!{sys.executable} -S\n{KILLED}")
    program.chmod(0o755)
    runs = [hungry, planned("random-search", "branin"), planned(str(program), "branin")]
    done = performed(runs, tmp_path / "results", memory=10**9)
    assert [done[run].status for run in runs] == ["complete", "complete", "incomplete"]
    lost = "the strategy's process was killed by signal 9 (SIGKILL), perhaps for lack of memory"
    assert done[runs[2]].detail == f"{lost}, 2 times"
    records = next(o.records for o in Store(tmp_path / "results").outcomes() if o.run == hungry)
    for record in records:
        x = record.trial.proposal.config["x"]
        assert isinstance(x, float)
        assert (record.error is None) == (x <= 0.5)
        assert record.error is None or "Unable to allocate 2.24 GiB" in record.error
    assert {record.failed for record in records} == {True, False}


@pytest.mark.parametrize(
    ("kills", "said"),
    [
        ((3, 4), "its process was killed by signal 9 (SIGKILL): the system was out of memory"),
        ((3, 3), "its process was killed by signal 9 (SIGKILL), perhaps for lack of memory"),
        ((None, None), "its process was killed by signal 9 (SIGKILL), perhaps for lack of memory"),
    ],
)
def test_a_killed_worker_is_told_as_out_of_memory_where_that_is_known(
    kills: tuple[int | None, int | None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "kills", lambda: kills[1])
    attempt = Attempt.__new__(Attempt)
    attempt.kills = kills[0]
    assert attempt.after_death(-9) == WorkerLost(said)


@pytest.mark.parametrize(
    ("groups", "file", "content"),
    [
        ("0::/a/b\n", "cgroup/a/b/memory.events", "low 0\noom 3\noom_kill 2\noom_group_kill 7\n"),
        ("7:cpu:/\n4:memory:/a\n0::/\n", "cgroup/memory/a/memory.oom_control", "oom_kill 2\n"),
        ("4:memory:/outside\n", "cgroup/memory/memory.oom_control", "under_oom 0\noom_kill 2\n"),
        ("", "vmstat", "pgfault 12\noom_kill 2\npgmajfault 1\n"),
    ],
    ids=["version 2", "version 1", "container", "whole machine"],
)
def test_kills_for_lack_of_memory_are_counted_where_linux_counts_them(
    groups: str, file: str, content: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "own").write_text(groups)
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(memory, "OWN", tmp_path / "own")
    monkeypatch.setattr(memory, "WHOLE", tmp_path / "vmstat")
    assert memory.kills() is None
    path.write_text(content)
    assert memory.kills() == 2
