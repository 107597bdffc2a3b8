"""Streams are the same everywhere, and independent of each other."""

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hpobench import Stream

keys = st.lists(st.one_of(st.integers(), st.text()), min_size=1, max_size=4)


def drawn(stream: Stream, *further: str | int) -> list[int]:
    return [int(number) for number in stream.rng(*further).integers(2**62, size=3)]


@given(keys)
def test_the_same_keys_give_the_same_luck(names: list[str | int]) -> None:
    assert drawn(Stream(tuple(names))) == drawn(Stream(tuple(names)))


@given(keys, keys)
def test_other_keys_give_other_luck(one: list[str | int], two: list[str | int]) -> None:
    same = drawn(Stream(tuple(one))) == drawn(Stream(tuple(two)))
    assert same == ([(type(k), k) for k in one] == [(type(k), k) for k in two])


def test_a_number_and_its_text_are_different_keys() -> None:
    assert drawn(Stream((1,))) != drawn(Stream(("1",)))
    assert drawn(Stream(("a", "b"))) != drawn(Stream(("ab",)))


def test_further_keys_continue_the_name() -> None:
    assert drawn(Stream(("training",)), 3) == drawn(Stream(("training", 3)))


def test_another_process_draws_the_same() -> None:
    script = "from hpobench import Stream; print(Stream(('a', 1)).rng().integers(2**62))"
    command = [sys.executable, "-c", script]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  # ours
    assert int(out) == drawn(Stream(("a", 1)))[0]


def test_streams_are_uniform_together() -> None:
    first = np.array([Stream(("x", number)).rng().random() for number in range(2_000)])
    counts, _ = np.histogram(first, bins=10, range=(0, 1))
    assert counts.min() > 140
    assert counts.max() < 260
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.08
