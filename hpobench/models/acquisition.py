"""Log expected improvement and where it is highest."""

import math
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FAR = -50.0

def log_expected_improvement(mean: Array, deviation: Array, best: float):
    """Return log E[max(best - f, 0)] for f normal, and its derivatives by mean and deviation."""
    z = (best - mean) / deviation
    value, slope = _log_h(z)
    return value + np.log(deviation), -slope / deviation, (1.0 - slope * z) / deviation


def _log_h(z: Array):
    """log(φ(z) + z Φ(z)) and its derivative."""
    from scipy.special import erfcx, ndtr
    z = np.asarray(z, float)
    near = np.maximum(z, -1.0)
    density = np.exp(-0.5 * near**2) / math.sqrt(2 * math.pi)
    direct = density + near * ndtr(near)
    middle = np.clip(z, FAR, -1.0)
    mills = math.sqrt(math.pi / 2) * erfcx(-middle / math.sqrt(2))
    share = 1.0 + middle * mills
    far = np.minimum(z, FAR) ** -2.0
    # Abramowitz and Stegun 26.2.12
    tail = far * (1 - 3 * far + 15 * far**2 - 105 * far**3)
    tail_mills = np.sqrt(far) * (1 - far + 3 * far**2 - 15 * far**3)
    ratio = np.where(z < FAR, tail, share)
    ms = np.where(z < FAR, tail_mills, mills)
    below = z < -1.0
    value = np.where(below, -0.5 * z**2 - 0.5 * math.log(2 * math.pi) + np.log(ratio), np.log(direct))
    slope = np.where(below, ms / ratio, ndtr(near) / direct)
    return value, slope
