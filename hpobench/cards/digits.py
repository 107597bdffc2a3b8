"""Numbers as texts: halves are rounded up, and different numbers get enough digits to differ."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TypeAlias

Written: TypeAlias = Sequence[str]
"""Several numbers as texts, all written in the same form."""

_WIDE = Context(prec=700, rounding=ROUND_HALF_UP)
"""Precise enough for all digits of any float on both sides of the point."""


def fixed(value: float, digits: int) -> str:
    """Write a finite number with so many decimals; halves are rounded away from 0, -0 becomes 0.

    >>> fixed(0.0625, 3), fixed(-0.285, 2), fixed(-0.001, 2)
    ('0.063', '-0.29', '0.00')
    """
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), context=_WIDE)
    return f"{rounded or abs(rounded):f}"


def signed(value: float, digits: int) -> str:
    """Write a finite number as `fixed` does, with a plus before one that is above 0.

    >>> signed(0.0625, 3), signed(-0.285, 2), signed(0.001, 2)
    ('+0.063', '-0.29', '0.00')
    """
    text = fixed(value, digits)
    return text if float(text) <= 0 else f"+{text}"


def significant(value: float, digits: int) -> str:
    """Write a finite number with so many significant digits; halves are rounded away from 0.

    >>> significant(2**-5, 3), significant(2**-3, 3), significant(1.7e308, 2)
    ('0.0313', '0.125', '1.7e+308')
    """
    context = Context(prec=digits, rounding=ROUND_HALF_UP)
    rounded = float(context.create_decimal(repr(float(value))))
    return f"{rounded + 0.0:.{digits}g}"


def padded(value: float, digits: int) -> str:
    """Write a finite number as `significant` does, with zeros at its end where it has fewer digits.

    >>> padded(84, 4), padded(0.02, 2), padded(1647.3, 4), padded(1e9, 2)
    ('84.00', '0.020', '1647', '1.0e+09')
    """
    return f"{float(significant(value, digits)):#.{digits}g}".removesuffix(".")


def telling(forms: Iterable[Written], best: Sequence[bool]) -> Written:
    """Return the first form in which none of the best numbers looks like one of the others.

    If there is no such form, the first of all is returned. `best` says which numbers are the best.

    >>> telling([["0.0", "0.0"], ["0.01", "0.02"]], [True, False])
    ['0.01', '0.02']
    """
    forms = [*forms]
    return next((form for form in forms if not _alike(form, best)), forms[0])


def _alike(form: Written, best: Sequence[bool]) -> bool:
    texts = [
        {text for text, chosen in zip(form, best, strict=True) if chosen == side}
        for side in (True, False)
    ]
    return not texts[0].isdisjoint(texts[1])
