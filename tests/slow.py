"""A user's file with a problem whose evaluations take their time, and whose training goes on."""

_FILE = """
import time
{imports}
from hpobench import Description, Evaluation, Fidelity, Float, Instance, Problem, Space

SPACE = Space({{"x": Float(0, 1), "y": Float(0, 1)}})

def evaluate(proposal, stream, checkpoint):
    time.sleep({seconds})
    done, noise = (0, 0.0) if checkpoint is None else checkpoint
    for epoch in range(done, int(proposal.fidelity)):
        noise += {noise} * stream.rng(epoch).normal()
    value = (proposal.config["x"] - 0.3) ** 2 + proposal.config["y"] + noise
    return Evaluation(value, score=value + 0.1, checkpoint=(int(proposal.fidelity), noise))

def start(rng):
    return Instance(evaluate)

about = Description(summary="Slow.")
problem = Problem("slow", 1, SPACE, start, about=about, fidelity=Fidelity(1, 9))
"""


def slow(seconds: float, *, noise: str = "0.01", imports: str = "") -> str:
    """Return the file; `noise` may be a name that a line of `imports` brings."""
    return _FILE.format(seconds=seconds, noise=noise, imports=imports)
