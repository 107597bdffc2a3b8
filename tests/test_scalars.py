"""Checks of fields: one line that says what would be right."""

import math

import pytest

from hpobench import check_real, check_whole


@pytest.mark.parametrize("value", [True, 2.0, "3", None, 1, math.nan])
def test_what_is_no_whole_number_in_the_range_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"^eta must be a whole number, 2 or more: "):
        check_whole("eta", value, least=2)


@pytest.mark.parametrize("value", [0, -1e-9, 1.5, math.nan, math.inf, "0.5", True, 10**400])
def test_what_is_no_real_number_in_the_range_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"^share must be in \(0, 1\], or null: "):
        check_real("share", value, least=0, most=1, above=True, null=True)


def test_what_is_in_the_range_is_taken() -> None:
    check_whole("eta", 2, least=2)
    check_whole("eta", 5, least=2, most=5)
    check_whole("eta", None, least=2, null=True)
    for value in (1e-9, 1, 1.0, None):
        check_real("share", value, least=0, most=1, above=True, null=True)
    check_real("index", 1e300, least=0)


def test_a_range_without_an_end_is_said_as_such() -> None:
    with pytest.raises(ValueError, match=r"^index must be 0 or more: inf$"):
        check_real("index", math.inf, least=0)
    with pytest.raises(ValueError, match=r"^index must be 0 or more: a whole number of 1329 bits$"):
        check_real("index", 10**400, least=0)
    with pytest.raises(ValueError, match=r"^scale must be more than 0: 0$"):
        check_real("scale", 0, least=0, above=True)
