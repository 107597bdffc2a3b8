"""The results of a folder as a table: `from hpobench import frame`."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from ..store.folder import Store
from .known import known, results_in

if TYPE_CHECKING:  # pandas is imported when a table is made, not when the name is imported
    import pandas as pd


def frame(folder: str | Path, *, runs: bool = False) -> "pd.DataFrame":
    """Return the results in a folder as a table of pandas, with a row for each trial.

    `runs`: whether it has a row for each run that has ended instead. Raises InputError where the
    folder has no run that can be read. Warns of every run and file that is left out.

    Both tables have these columns, and `run` joins them:

    - `run`: 16 hexadecimal digits that no other run has.
    - `strategy`, `strategy_version`, `problem`, `problem_version`: categories.
    - `seed`; `instance`: the instance of the problem, its split or its flips, from 0; `budget`: in
      evaluations at the highest fidelity; `workers`; `first`: what the strategy was told before it
      was first asked, none or default.
    - `parameter.NAME`: the configuration of the trial or of the run's last incumbent; missing where
      the parameter is not active. Whole numbers, real numbers, truth values and texts keep their
      kind; where one name has values of several kinds, all are texts, such as `null` for None.
    - `regret`, `value_regret`: of the incumbent's score, and of its value: 0 is the reference and
      1 the median of one random evaluation; nan where the instance has no anchors.

    The table of trials has a run's trials in the order in which they were told, and the columns:

    - `trial`: the number of the trial, in the order of asking; `resumed`: the number of the trial
      whose training it continues; `fidelity`: nan where the problem has none.
    - `value`: what the strategy was told; nan if the evaluation failed, or if there are several
      objectives, which are in `objective.NAME`; `score`; `measure.NAME`; `failed`; `error`.
    - `cost`: in evaluations at the highest fidelity; `spent`: the same of the run so far.
    - `started`, `finished`: on the simulated clock; `duration`: of the whole training, with what
      was continued.
    - `incumbent`: whether this trial became the incumbent; `incumbent_value`, `incumbent_score`:
      what the run held once this trial was told, as `regret` says it, too; nan before there is an
      incumbent, and where the problem has several objectives or limits.
    - `machine.NAME`: real seconds, such as `machine.ask`; no other column depends on them.

    The table of runs has the columns:

    - `status`: complete, exhausted (nothing more was proposed), unsupported or failed; `detail`.
    - `trials`; `failed_trials`; `cost`: of the whole run; `finished`: the simulated time at its
      end.
    - `value`, `score`: the last incumbent's; `full`: whether it is at the highest fidelity.
      `regret` is inf if the run failed or holds nothing, for it counts as the worst.
    - `recommended_score`: of what the strategy recommended at the end of the run; nan if it
      recommended nothing, or the evaluation failed.
    - `seconds`: real seconds of the whole run; `ask_seconds`, `tell_seconds`: of the strategy.
    - `session`: the session that made the run; `system`, `processor`, `python`, `hpobench`: where.
    """
    from .tables import runs_table, trials_table

    store = results_in(Path(folder))
    made = (
        runs_table(known(store, lambda there: there.finished(configured=True)), store)
        if runs
        else trials_table(known(store, Store.tables))
    )
    for notice in store.notices:
        warnings.warn(notice, stacklevel=2)
    return made
