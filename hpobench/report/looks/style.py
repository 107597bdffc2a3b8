"""The style of all figures: sizes in inches, fonts, axes, files."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ...statistics import FloatArray
from .look import Look
from .venues import DEFAULT, Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from .drawing import Drawing

MINUS = "\N{MINUS SIGN}"
SINGLE, DOUBLE = DEFAULT.single, DEFAULT.double
"""The widths of figures in the default style, in inches."""
DOTS = 220
"""The dots of a PNG per inch: over twice what a page shows."""
COLOURS = 256
"""The most colours of a PNG: as many as a dot of one byte can tell apart."""
BARS = 4
"""How many groups of bars stand along curves; the last one stands at their ends."""
ALIKE = 1 + 1e-9
"""The factor up to which numbers on a logarithmic axis differ by rounding alone."""
BAND = 0.15
"""The opacity of a band along a line."""


def applied(style: Style) -> AbstractContextManager[None]:
    """Return a context with a style and no settings of the user, to draw and save within."""
    import matplotlib as mpl

    # Any, since matplotlib has a type for each of its settings
    settings: dict[Any, object] = {**mpl.rcParamsDefault, **_settings(style)}
    del settings["backend"]
    return mpl.rc_context(settings)


def _settings(style: Style) -> dict[str, object]:
    return {
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.labelsize": style.label,
        "axes.linewidth": 0.6,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "figure.constrained_layout.use": True,
        "figure.dpi": 100,
        "font.family": [*style.fonts],
        "font.size": style.label,
        "grid.alpha": 0.3,
        "grid.linewidth": 0.3,
        "legend.fontsize": style.tick,
        "legend.frameon": False,
        "legend.handlelength": 2.4,
        "lines.linewidth": 1.2,
        "lines.markersize": 3.2,
        "mathtext.fontset": "stix",
        "pdf.fonttype": 42,
        "ps.fonttype": 42,
        "savefig.pad_inches": 0.01,
        "svg.hashsalt": "hpobench",
        "text.parse_math": False,  # a name may hold dollars
        "xtick.labelsize": style.tick,
        "xtick.major.width": 0.6,
        "xtick.minor.width": 0.4,
        "ytick.labelsize": style.tick,
        "ytick.major.width": 0.6,
        "ytick.minor.width": 0.4,
    }


def figure(width: float, height: float) -> Drawing:
    """Return an empty figure; its sizes are in inches."""
    from .drawing import Drawing

    return Drawing(width, height)


def bars(
    axes: Axes, x: FloatArray, ends: tuple[FloatArray, FloatArray], look: Look, turn: float
) -> None:
    """Draw the intervals of a step curve (n,) as bars with caps, at a few places.

    `x` ends with the end of the last step. `turn`, from 0 to 1, is where the bars of this curve
    stand among those of others: bars of different turns stand beside each other, in groups.
    """
    stride = max((len(x) - 1) / BARS, 1.0)
    places = np.arange((0.4 + 0.6 * turn) * stride, len(x) - 1, stride)
    steps = places.astype(int)
    low, high = (each[steps] for each in ends)
    there = np.isfinite(low) & np.isfinite(high)
    at = (x[steps] + (places - steps) * np.diff(x)[steps])[there]
    axes.vlines(at, low[there], high[there], color=look.colour, linewidth=0.7, alpha=0.8)
    for end in (low, high):
        axes.plot(at, end[there], "_", color=look.colour, markersize=3.0, markeredgewidth=0.7)


def ink_on(colour: tuple[float, float, float, float]) -> str:
    """Return black or white, whichever can be read on a colour (red, green, blue, opacity).

    Its contrast is 4.5 or more on any colour (WCAG 2.2, relative luminance).
    """
    shares = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour[:3]]
    luminance = float(np.dot([0.2126, 0.7152, 0.0722], shares))
    return "black" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "white"


def logarithmic(axes: Axes, *names: Literal["x", "y"]) -> None:
    """Make axes logarithmic, with room around numbers that differ by rounding alone."""
    from matplotlib.ticker import LogLocator

    class Roomy(LogLocator):
        def nonsingular(self, v0: float, v1: float) -> tuple[float, float]:
            low, high = super().nonsingular(v0, v1)
            return (low / 10, high * 10) if high < ALIKE * low else (low, high)

    for name in names:
        axes.set(**{f"{name}scale": "log"})
        getattr(axes, f"{name}axis").set_major_locator(Roomy())


def labelled_decades(axis: Axis) -> None:
    """Label a logarithmic axis, once all is drawn, with plain numbers that can be read when small.

    Where the axis spans less than a factor of 2.5, it has few decades, and its ticks are even.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator, ScalarFormatter

    low, high = axis.get_view_interval()
    if high < 2.5 * low:
        axis.set_major_locator(MaxNLocator(4))
        axis.set_major_formatter(ScalarFormatter(useOffset=False))
        axis.set_minor_locator(NullLocator())
        return

    def label(number: float, _: object) -> str:
        low, high = axis.get_view_interval()
        if not 0 < number < math.inf:
            return ""
        exponent = math.floor(math.log10(number) + 1e-9)
        digit = round(number / 10**exponent)
        wanted = (1, 2, 3, 4, 6, 8) if high < 6 * low else (1, 2, 5) if high < 60 * low else (1,)
        return power(number) if digit in wanted else ""

    axis.set_major_formatter(FuncFormatter(label))
    axis.set_minor_formatter(FuncFormatter(label))


def power(number: float) -> str:
    """Return a small multiple of a power of ten as plain text.

    >>> power(0.01), power(2e-6).replace(MINUS, "-")
    ('0.01', '2e-6')
    """
    if 1e-3 <= number < 1e4:
        return f"{number:g}"
    exponent = math.floor(math.log10(number) + 1e-9)
    return f"{round(number / 10**exponent)}e{exponent}".replace("-", MINUS)


def pdf(drawing: Figure, *, subject: str = "") -> bytes:
    """Return the figure as PDF in its final size, with Type-42 fonts, without dates; see `png`."""
    stamps = {"CreationDate": None, "ModDate": None, "Creator": "hpobench", "Producer": None}
    return _saved(drawing, "pdf", {**stamps, "Subject": subject or None})


def png(drawing: Figure, *, subject: str = "") -> bytes:
    """Return the figure as PNG; `subject`: what the file says of itself; empty: nothing.

    It has a palette of at most 256 colours, which makes it a third as large. Most of our figures
    have more: the mean of what channels of their dots are off by is below 0.3 of 255, and the most
    is about 30. Without the last step, which takes the mean of each colour's dots, grey bands were
    tinged.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    drawn = Image.open(io.BytesIO(_saved(drawing, "png", {"Software": None})))
    method, dither = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
    few = drawn.convert("RGB").quantize(COLOURS, method=method, kmeans=1, dither=dither)
    said, file = PngInfo(), io.BytesIO()
    if subject:
        said.add_text("Description", subject)
    few.save(file, "PNG", pnginfo=said, dpi=(DOTS, DOTS), optimize=True)
    return file.getvalue()


def _saved(drawing: Figure, kind: str, metadata: Mapping[str, str | None]) -> bytes:
    import matplotlib as mpl

    file = io.BytesIO()
    drawing.savefig(file, format=kind, dpi=DOTS, metadata=metadata)
    with mpl.rc_context({"figure.constrained_layout.use": False}):
        drawing.set_layout_engine(None)  # what was laid out once stays where it is
    return file.getvalue()
