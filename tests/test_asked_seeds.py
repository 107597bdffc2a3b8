"""Which seeds a user asks for, and how a range of them extends a folder."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from hpobench.errors import InputError
from hpobench.experiment import Experiment, plan
from hpobench.experiment.session_log import SessionLog, last_planned
from hpobench.seeds import as_given, seeds_in
from hpobench.store import Store


@pytest.mark.parametrize("given", [1, 7, "1-1", "5-9", "0-4,7-7", "3-4,8-8,10-12"])
def test_seeds_are_told_as_they_are_given(given: int | str) -> None:
    assert as_given(seeds_in(given)) == given


def test_ranges_that_overlap_are_one() -> None:
    assert as_given(seeds_in("4-6,0-4,5-5")) == 7


@pytest.mark.parametrize(
    "given",
    ["", "5-", "-5", "5-4", "0-10000", "1,2", "0-4,7", "a", "9" * 5000, 2.0, True, None, []],
)
def test_seeds_that_are_none_are_one_line(given: object) -> None:
    with pytest.raises(InputError, match=r"^seeds must .*: ") as error:
        seeds_in(given)
    assert len(str(error.value)) < 300


def test_a_range_extends_what_was_run_and_the_log_tells_it(tmp_path: Path) -> None:
    first = Experiment("e", ("sobol",), ("branin", "automl-vehicle"), seeds=seeds_in(2))
    more = replace(first, seeds=seeds_in("2-3"), trained_seeds=seeds_in("5-5"))
    assert set(plan(first).runs).isdisjoint(plan(more).runs)
    where = {(run.problem.name, run.seed) for run in plan(more).runs}
    assert where == {("branin", 2), ("branin", 3), ("automl-vehicle", 5)}
    store = Store(tmp_path)
    with store.writing(Fraction(25), 1), SessionLog(store, plan(more), "forked", 1).kept([]):
        pass
    (session,) = store.sessions()
    assert set(last_planned([session])) == set(plan(more).runs)
    assert session["experiment"]["seeds"] == "2-3"
