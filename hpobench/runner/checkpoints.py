"""The checkpoints of a run: for each training, the state in which its newest trial left it."""

import pickle
from typing import Protocol

from ..errors import described
from ..guards import is_a_persons


class Memory(Protocol):
    """Keeps the bytes of checkpoints, each under the id of the trial that left it."""

    def keep(self, trial: int, data: bytes) -> None:
        """Keep a trial's checkpoint, which may be dropped later for lack of room."""
        ...

    def get(self, trial: int) -> bytes | None:
        """Return a trial's checkpoint; None: it is not kept any more."""
        ...

    def drop(self, trial: int) -> None:
        """Forget a trial's checkpoint, if it is kept."""
        ...


class Unlimited:
    """Keeps every checkpoint in this process, without a limit."""

    def __init__(self) -> None:
        self._kept: dict[int, bytes] = {}

    def keep(self, trial: int, data: bytes) -> None:
        self._kept[trial] = data

    def get(self, trial: int) -> bytes | None:
        return self._kept.get(trial)

    def drop(self, trial: int) -> None:
        self._kept.pop(trial, None)


class Checkpoints:
    """Keeps for each training the checkpoint of its newest trial.

    A checkpoint is pickled, so that nothing that the problem does to it afterwards changes it.
    """

    def __init__(self, memory: Memory | None = None) -> None:
        """Begin without checkpoints; `memory` keeps their bytes, None: Unlimited does."""
        self._memory = memory or Unlimited()
        self._newest: dict[int, int] = {}
        """For each training, the trial whose checkpoint is kept."""

    def keep(self, training: int, trial: int, checkpoint: object) -> None:
        """Keep a trial's checkpoint instead of that of an earlier trial of the same training.

        None as the checkpoint only drops the earlier one. Raises ValueError if it can't be pickled.
        """
        if training in self._newest:
            self._memory.drop(self._newest.pop(training))
        if checkpoint is None:
            return
        try:
            data = pickle.dumps(checkpoint, protocol=pickle.HIGHEST_PROTOCOL)
        except BaseException as error:
            if is_a_persons(error):
                raise
            raise ValueError(described(error, before="its checkpoint can't be kept: ")) from error
        self._memory.keep(trial, data)
        self._newest[training] = trial

    def get(self, training: int, trial: int) -> object:
        """Return a trial's checkpoint; None: it is not kept any more.

        Raises ValueError if it is kept, but can't be unpickled.
        """
        if self._newest.get(training) != trial:
            return None
        data = self._memory.get(trial)
        if data is None:
            return None
        try:
            return pickle.loads(data)  # noqa: S301  # this process pickled it
        except BaseException as error:
            if is_a_persons(error):
                raise
            raise ValueError(described(error, before="its checkpoint can't be read: ")) from error
