"""Where the trainings of a run stand: the newest checkpoint of each."""

import pickle
from typing import Protocol

from ..errors import described
from ..guards import is_a_persons


class Memory(Protocol):
    """Keeps the bytes of checkpoints, each under the id of the trial that left it."""

    def keep(self, trial: int, data: bytes) -> None:
        """Keep what a trial left; it may be lost where there is no room for it."""
        ...

    def get(self, trial: int) -> bytes | None:
        """Return what a trial left; None: it is not there any more."""
        ...

    def drop(self, trial: int) -> None:
        """Forget what a trial left, if it is there."""
        ...


class Unlimited:
    """A memory that keeps all in this process."""

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

    They are kept pickled, so that what a problem does to one afterwards changes nothing.
    """

    def __init__(self, memory: Memory | None = None) -> None:
        """Begin with none. `memory`: None for one without a limit."""
        self._memory = memory or Unlimited()
        self._newest: dict[int, int] = {}
        """By training, the trial whose checkpoint is kept."""

    def keep(self, training: int, trial: int, checkpoint: object) -> None:
        """Keep what a trial of a training left, instead of what an earlier one did.

        Raises ValueError where it can't be pickled.
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
        """Return what a trial left; None where it is not there any more.

        Raises ValueError where it is there, and can't be made again.
        """
        if self._newest.get(training) != trial:
            return None
        data = self._memory.get(trial)
        if data is None:
            return None
        try:
            return pickle.loads(data)  # noqa: S301  # our own
        except BaseException as error:
            if is_a_persons(error):
                raise
            raise ValueError(described(error, before="its checkpoint can't be read: ")) from error
