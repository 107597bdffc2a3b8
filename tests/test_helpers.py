"""Processes that help this one give its answers, and where they can't, it gives them itself."""

import multiprocessing
import os
import signal

import pytest
from threadpoolctl import threadpool_info

from hpobench.processes.helpers import begun, helpers


def _where(divisor: int) -> tuple[bool, float, set[int]]:
    """Say whether this is a helper, a quotient, and how many threads linear algebra has."""
    import numpy as np

    helps = multiprocessing.parent_process() is not None
    if helps and divisor < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    quotient = float(np.ones(4) @ np.ones(4)) / divisor
    return helps, quotient, {each["num_threads"] for each in threadpool_info()}


def test_a_call_is_made_by_a_helper_with_one_thread_and_what_it_raises_is_raised() -> None:
    with helpers(1) as pool:
        first, second = begun(pool, _where, 2), begun(pool, _where, divisor=0)
        assert first() == (True, 2.0, {1})
        with pytest.raises(ZeroDivisionError):
            second()


def test_where_helpers_are_killed_the_calls_are_made_here() -> None:
    with helpers(1) as pool:
        waiting = [begun(pool, _where, -1), begun(pool, _where, -2)]
        assert [call()[:2] for call in waiting] == [(False, -4.0), (False, -2.0)]
        assert begun(pool, _where, 4)()[:2] == (False, 1.0)


def test_without_a_pool_the_call_is_made_here_when_its_result_is_asked_for() -> None:
    assert begun(None, _where, 4)()[:2] == (False, 1.0)
