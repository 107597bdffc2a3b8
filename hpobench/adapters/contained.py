"""Keeping what a library does to its surroundings from ours."""

import contextlib
import io
import random
import warnings
from collections.abc import Generator

import numpy as np


@contextlib.contextmanager
def untouched() -> Generator[None]:
    """Leave the global generators as they are, whatever is drawn inside."""
    outside = _states()
    try:
        yield
    finally:
        _restore(outside)


class Contained:
    """Runs a library's code: it prints nothing, warns of nothing, and leaves the global generators.

    With a seed, the global generators of numpy and `random` are its own inside, seeded once and
    kept from one time to the next, for libraries that take no seed or take it for a part only.
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
    return np.random.get_state(), random.getstate()  # noqa: NPY002  # these are the ones meant


def _restore(states: tuple[object, object]) -> None:
    np.random.set_state(states[0])  # type: ignore[arg-type]  # noqa: NPY002  # what _states gave
    random.setstate(states[1])  # type: ignore[arg-type]  # likewise


def _seeded(seed: int) -> tuple[object, object]:
    return np.random.RandomState(seed).get_state(), random.Random(seed).getstate()  # noqa: S311  # likewise
