"""Checkpoints: the newest one of each training is kept, and is whole wherever it lay."""

import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from hpobench import (
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Problem,
    Proposal,
    Space,
    registry,
)
from hpobench.experiment.spilling import SpillingMemory
from hpobench.processes.temporary_folders import MARK
from hpobench.runner import run
from hpobench.runner.checkpoints import Checkpoints, Unlimited


def test_the_newest_of_a_training_replaces_what_was_there() -> None:
    kept = Checkpoints()
    kept.keep(0, 0, ["epoch 1"])
    kept.keep(7, 7, ["another"])
    kept.keep(0, 3, ["epoch 3"])
    assert kept.get(0, 3) == ["epoch 3"]
    assert kept.get(0, 0) is None
    assert kept.get(7, 7) == ["another"]
    assert kept.get(8, 8) is None


def test_a_trial_that_leaves_none_takes_the_trainings_away() -> None:
    kept = Checkpoints()
    kept.keep(0, 0, ["epoch 1"])
    kept.keep(0, 1, None)
    assert kept.get(0, 0) is None
    assert kept.get(0, 1) is None


def test_what_is_done_to_a_checkpoint_afterwards_changes_nothing() -> None:
    weights = [1.0, 2.0]
    kept = Checkpoints()
    kept.keep(0, 0, weights)
    weights.append(3.0)
    taken = kept.get(0, 0)
    assert isinstance(taken, list)
    taken.clear()
    assert kept.get(0, 0) == [1.0, 2.0]


def test_what_exceeds_the_memory_lies_on_disk_and_goes_with_it() -> None:
    with closing(SpillingMemory(most=1_000)) as memory:
        kept = Checkpoints(memory)
        for training in range(5):
            kept.keep(training, training, bytes([training]) * 400)
        folder = memory.folder
        assert folder is not None
        assert {each.name for each in folder.iterdir()} == {"2", "3", "4", MARK}
        assert [kept.get(t, t) for t in range(5)] == [bytes([t]) * 400 for t in range(5)]
        kept.keep(4, 9, b"small again")
        assert kept.get(4, 9) == b"small again"
        assert {each.name for each in folder.iterdir()} == {"2", "3", MARK}
        (folder / "3").unlink()
        assert kept.get(3, 3) is None
    assert not folder.exists()


def test_where_the_disk_has_no_room_a_checkpoint_is_lost_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with closing(SpillingMemory(most=20)) as memory:
        kept = Checkpoints(memory)
        kept.keep(0, 0, 0)
        kept.keep(1, 1, "much more than there is room for")
        assert (kept.get(0, 0), kept.get(1, 1)) == (0, None)
        assert memory.folder is None


def test_a_run_goes_on_from_the_memory_that_it_is_given() -> None:
    class Forgetful(Unlimited):
        def get(self, trial: int) -> None:
            return None

    def evaluate(proposal: Proposal, *_: object) -> Evaluation:
        return Evaluation(float(proposal.config["x"] or 0), checkpoint="trained")

    space = Space({"x": Float(0, 1)})
    problem = Problem("p", 1, space, lambda rng: Instance(evaluate), fidelity=Fidelity(1, 9))
    strategy = registry.strategies()["successive-halving"]
    whole, lost = (
        list(run(strategy, problem, budget=5, memory=memory)) for memory in (None, Forgetful())
    )
    assert [each.trial for each in whole] == [each.trial for each in lost]
    assert not any("retrained" in each.measured for each in whole)
    continued = [each.trial.proposal.resume is not None for each in lost]
    assert ["retrained" in each.measured for each in lost] == continued
    assert any(continued)
