"""Checkpoints: the newest of each training, whole again, wherever it lay."""

import pytest

from hpobench.processes.temporary_folders import MARK
from hpobench.runner import checkpoints
from hpobench.runner.checkpoints import Checkpoints


def test_the_newest_of_a_training_replaces_what_was_there() -> None:
    with Checkpoints() as kept:
        kept.keep(0, 0, ["epoch 1"])
        kept.keep(7, 7, ["another"])
        kept.keep(0, 3, ["epoch 3"])
        assert kept.get(0, 3) == ["epoch 3"]
        assert kept.get(0, 0) is None
        assert kept.get(7, 7) == ["another"]
        assert kept.get(8, 8) is None


def test_a_trial_that_leaves_none_takes_the_trainings_away() -> None:
    with Checkpoints() as kept:
        kept.keep(0, 0, ["epoch 1"])
        kept.keep(0, 1, None)
        assert kept.get(0, 0) is None
        assert kept.get(0, 1) is None


def test_what_is_done_to_a_checkpoint_afterwards_changes_nothing() -> None:
    weights = [1.0, 2.0]
    with Checkpoints() as kept:
        kept.keep(0, 0, weights)
        weights.append(3.0)
        taken = kept.get(0, 0)
        assert isinstance(taken, list)
        taken.clear()
        assert kept.get(0, 0) == [1.0, 2.0]


def test_what_exceeds_the_memory_lies_on_disk_and_goes_with_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checkpoints, "SPILL", 1_000)
    with Checkpoints() as kept:
        for training in range(5):
            kept.keep(training, training, bytes([training]) * 400)
        folder = kept.folder
        assert folder is not None
        assert {each.name for each in folder.iterdir()} == {"2", "3", "4", MARK}
        assert [kept.get(t, t) for t in range(5)] == [bytes([t]) * 400 for t in range(5)]
        kept.keep(4, 9, b"small again")
        assert kept.get(4, 9) == b"small again"
    assert not folder.exists()
