"""Conversions of proposals to arrays, and of slopes by parameters to slopes in the unit cube."""

import numpy as np

from hpobench import Float, Proposal, Space
from hpobench.training.coordinates import by_unit, settings

SPACE = Space({"decay": Float(1e-3, 10.0, log=True), "momentum": Float(-1.0, 3.0)})


def test_settings_are_in_the_spaces_order() -> None:
    proposal = Proposal({"momentum": 0.5, "decay": 0.1})
    np.testing.assert_array_equal(settings(SPACE, proposal), [0.1, 0.5])


def test_slopes_in_the_unit_cube_agree_with_central_differences() -> None:
    unit, slopes = np.array([0.3, 0.6]), np.array([1.3, -0.7])
    ahead, behind = (
        [settings(SPACE, Proposal(SPACE.decode(unit + step))) for step in h * np.eye(2)]
        for h in (1e-5, -1e-5)
    )
    differences = [slopes @ (a - b) / 2e-5 for a, b in zip(ahead, behind, strict=True)]
    gradient = by_unit(SPACE, Proposal(SPACE.decode(unit)), slopes)
    assert list(gradient) == list(SPACE)
    np.testing.assert_allclose(list(gradient.values()), differences, rtol=1e-8)
