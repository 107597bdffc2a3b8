"""Where marks end in a chart, in a browser: none at an edge, as if it were cut."""

from pathlib import Path

import pytest
from browsing import LAPTOP, PHONE, Window

pytestmark = pytest.mark.web
VIEWS = ("robustness", "complement", "adds", "where", "start-bias", "overtuning")
ROOM = """return arguments[0].map((name) => {
  const picture = document.querySelector(`#view-${name} .canvas > svg`);
  const { left, right } = picture.querySelector(".axis").getBoundingClientRect();
  return [...picture.querySelectorAll("g > .mark, g > .bar")].map((mark) =>
    mark.closest("g[data-says]") || name === "overtuning" ? mark.getBoundingClientRect() : null)
    .filter(Boolean).map((box) => Math.min(box.left - left, right - box.right));
})"""


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_no_mark_ends_at_an_edge(window: Window, page: Path, size: tuple[int, int]) -> None:
    window.open(page, size=size)
    window.draw_all()
    for name, room in zip(VIEWS, window.run(ROOM, VIEWS), strict=True):
        assert len(room) > 3, name
        assert min(room) > 3, name
