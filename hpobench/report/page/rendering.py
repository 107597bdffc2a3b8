"""The page as one HTML file: nothing is loaded, and all but its script's views needs no script."""

import base64
import re
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from ..looks import markup
from ..looks.look import COLOURS, FAINT
from .data import compact
from .gists import GISTS
from .glossary import TERMS
from .items import Aside, Code, Facts, Listing, Page, Picture
from .sayings import SAYINGS
from .views import CURVES, GRANTED, TWINS, VIEWS, View

_ASSETS = Path(__file__).with_name("assets")
_LENGTH = 2000
"""The most characters of a cell on the page: the CSV has all of them."""
_SCRIPTS = (
    "data", "numbers", "statistics", "runs", "tests", "ranks", "functions", "speedups", "state",
    "svg", "folds", "views", "colours", "exports", "controls", "standings", "ranking", "curves",
    "matrix", "robustness", "complement", "granted", "own_time", "problem_card", "problems",
    "where", "validation", "conduct", "sayings", "lines", "case_problems", "case_fields",
    "your_case", "tips", "main",
)  # fmt: skip
"""The files of the script, in the order in which they are put together."""
_HALF = 0.55
"""The share of a wide figure's width up to which two figures stand side by side on paper."""
_SENTENCE = re.compile(r"(?<=[.?!]) (?=[A-Z])")


def render(page: Page) -> str:
    """Return the page as HTML."""
    import jinja2  # a third of the time that the command line may take

    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["cut"] = _cut
    environment.filters["broken"] = _broken
    environment.filters["ink"] = _ink
    environment.filters["first"] = _first
    environment.filters["rest"] = _rest
    kinds = {
        str: "text",
        Picture: "picture",
        Listing: "listing",
        Facts: "facts",
        Code: "code",
        Aside: "aside",
    }
    template = environment.from_string(_asset("page.html"))
    filled = template.render(
        page=page,
        kind=lambda item: kinds[type(item)],
        style=_raw(_asset("page.css")),
        script=_raw(script()),
        data=_raw(packed(page.data)) if page.data else "",
        curves=CURVES,
        views=_views(page),
        twins=TWINS if page.data else (),
        terms=TERMS,
        gists=GISTS,
        half=_HALF,
        sayings=SAYINGS,
    )
    return filled + "\n"


@cache
def script() -> str:
    """Return the page's script: its files, one after the other, in a scope of their own."""
    files = "\n".join(_asset(f"{name}.js") for name in _SCRIPTS)
    return f'"use strict";\n(async () => {{\n{files}\n}})();'


def packed(numbers: Mapping[str, object]) -> str:
    """Return numbers as JSON, compressed with zlib, in base64."""
    return base64.b64encode(zlib.compress(compact(numbers).encode(), 9)).decode("ascii")


@cache
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _raw(text: str) -> str:
    """Mark a text of our own as HTML."""
    import markupsafe

    return markupsafe.Markup(text)  # noqa: S704  # it is a file of ours, or base64


def _views(page: Page) -> Mapping[str, Sequence[View]]:
    """Return the views that have something to draw, by the section in which they stand."""
    if not page.data:
        return {}
    absent = set() if page.data.get("first") else {GRANTED}
    return {
        anchor: [view for view in views if view.name not in absent]
        for anchor, views in VIEWS.items()
    }


def _ink(colour: str) -> str:
    """Return a colour as the style sheet has it, which is light or dark with the page."""
    return {COLOURS["black"]: "var(--ink)", FAINT: "var(--grey)"}.get(colour, colour)


def _cut(words: str) -> str:
    return markup.cut(words, _LENGTH)


def _broken(words: str) -> str:
    """Return the text of a cell as HTML, which may be broken before what stands in brackets."""
    import markupsafe

    escaped = markupsafe.escape(markup.plain(words))
    return _raw(re.sub(r" (?=[\[(])", "<wbr> ", escaped))


def _first(words: str) -> str:
    """Return the first sentence of a caption."""
    return _SENTENCE.split(words, maxsplit=1)[0]


def _rest(words: str) -> str:
    """Return a caption without its first sentence."""
    return "".join(_SENTENCE.split(words, maxsplit=1)[1:])


def _shown(value: object) -> object:
    """Return what is put into the page: texts with all characters seen, our markup as it is."""
    return markup.plain(value) if type(value) is str else value
