"""Processes that help this one: they start afresh, print nothing, and end when it ends."""

import multiprocessing
from collections.abc import Callable, Generator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import ParamSpec, TypeVar

from .environment_variables import SAFE_PATH, for_runs, variables
from .unheard import bound_to_parent, unheard

MANY = 2000
"""How many runs are worth the second that it takes to start helpers."""
T = TypeVar("T")
P = ParamSpec("P")


@contextmanager
def helpers(processes: int) -> Generator[ProcessPoolExecutor]:
    """Have a pool of so many helpers in the block; each has one thread of linear algebra."""
    fresh = multiprocessing.get_context("spawn")
    with variables(SAFE_PATH | for_runs()), ProcessPoolExecutor(processes, fresh, _begin) as pool:
        yield pool


def begun(
    pool: ProcessPoolExecutor | None, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> Callable[[], T]:
    """Begin a call in a pool, and return what waits for its result.

    The call is made here, when the result is asked for, where there is no pool or its processes
    were killed.
    """
    here = partial(function, *args, **kwargs)
    if pool is None:
        return here
    try:
        future = pool.submit(function, *args, **kwargs)
    except BrokenProcessPool:
        return here
    return partial(_result, future, here)


def _result(future: Future[T], here: Callable[[], T]) -> T:
    try:
        return future.result()
    except BrokenProcessPool:
        return here()


def _begin() -> None:
    bound_to_parent()
    unheard()
