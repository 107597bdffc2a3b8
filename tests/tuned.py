"""Functions that are called in other processes, which import them from here."""

import os
import time

from hpobench import Config, Evaluation, Float, Int, Space

SPACE = Space({"x": Float(0, 1), "n": Int(0, 4)})


def leave(code: int) -> None:
    """End this process at once."""
    os._exit(code)


def bowl(config: Config) -> Evaluation:
    """Return how far x is from 0.3, and the process; 3 fails, and 4 ends the process."""
    x, n = config["x"], config["n"]
    assert isinstance(x, float)
    if n == 3:
        raise ValueError("no threes")
    if n == 4:
        os._exit(7)
    return Evaluation((x - 0.3) ** 2, measures={"process": os.getpid()})


def hang(config: Config) -> float:
    """Return 1, or never if n is above 2."""
    time.sleep(0 if int(config["n"] or 0) <= 2 else 10_000)
    return 1.0
