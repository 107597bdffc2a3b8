"""A session whose runs are made in this process, for tests of what sessions decide."""

from collections.abc import Sequence

from hpobench.commands.session import Session
from hpobench.experiment.one_run import Done, perform_run
from hpobench.experiment.session_log import SessionLog
from hpobench.trial import Run


class Quick(Session):
    """A session that makes its runs in this process, one after the other."""

    def _perform(
        self, runs: Sequence[Run], time: object, log: SessionLog, done: list[Done]
    ) -> None:
        del time
        with log.kept(done):
            done += [perform_run(each, self.store.folder) for each in runs]
        self.done += done
