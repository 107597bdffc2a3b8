"""The figure that all drawings are; only what draws imports it, since matplotlib takes a second."""

from collections.abc import Mapping

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


class Drawing(Figure):
    """A figure without a window, which knows which names it shows shortened."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height))
        FigureCanvasAgg(self)
        self.shortened: dict[str, str] = {}
        """How the figure shows the names that are not whole, by their whole names."""

    def note(self, names: Mapping[str, str]) -> None:
        """Keep the names that are shown shortened; `names`: how each name is shown, in lines."""
        for name, words in names.items():
            if "".join(words.split()) != "".join(name.split()):
                self.shortened[name] = " ".join(words.split())
