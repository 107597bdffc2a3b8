"""Reports whose figures are not drawn, or drawn but neither laid out nor saved.

That takes most of the time, and is for tests of figures to look at.
"""

import io
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from PIL import Image

from hpobench.report import files

PDF = b"%PDF /MediaBox [ 0 0 486 302.4 ]"
"""What stands for a figure as PDF, of 6.75 by 4.2 inches."""


def small_png(width: int = 1485) -> bytes:
    """Return a PNG that is so many dots wide, and one dot high."""
    file = io.BytesIO()
    Image.new("L", (width, 1)).save(file, "PNG")
    return file.getvalue()


@contextmanager
def sketching() -> Generator[None]:
    """Have the files of figures hold nothing but a size, to test what stands around them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hpobench.report.looks.style.png", lambda *_, **__: small_png())
        patch.setattr("hpobench.report.looks.style.pdf", lambda *_, **__: PDF)
        yield


@contextmanager
def undrawn() -> Generator[None]:
    """Have reports say in each figure's place that it is not drawn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "rendered", lambda *_: "n/a: not drawn.")
        yield
