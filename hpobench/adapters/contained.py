"""Keeping a library from printing, from warning, and from changing the global random generators."""

import contextlib
import io
import random
import warnings
from collections.abc import Generator

import numpy as np


@contextlib.contextmanager
def untouched() -> Generator[None]:
    """Leave the global random generators as they were, whatever is drawn inside."""
    outside = _states()
    try:
        yield
    finally:
        _restore(outside)


class Contained:
    """Runs a library's code, whose prints and warnings are dropped.

    With a seed, the global generators of numpy and `random` are the library's own inside: they are
    seeded once and kept from one time to the next, and outside they are as before. This is for
    libraries that take no seed or take it for a part only.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._states = None if seed is None else _seeded(seed)

    @contextlib.contextmanager
    def __call__(self) -> Generator[None]:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            if self._states is None:
                yield
                return
            with untouched():
                _restore(self._states)
                try:
                    yield
                finally:
                    self._states = _states()


def _states() -> tuple[object, object]:
    return np.random.get_state(), random.getstate()  # noqa: NPY002  # the global ones are meant


def _restore(states: tuple[object, object]) -> None:
    np.random.set_state(states[0])  # type: ignore[arg-type]  # noqa: NPY002  # what _states gave
    random.setstate(states[1])  # type: ignore[arg-type]  # what _states gave


def _seeded(seed: int) -> tuple[object, object]:
    return np.random.RandomState(seed).get_state(), random.Random(seed).getstate()  # noqa: S311  # no secret
