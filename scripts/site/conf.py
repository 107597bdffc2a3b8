"""The site of the documents, as Sphinx makes it: `make docs`.

The source is the repository itself, so that a link from one document to another leads to the same
place here as it does in the files. Nothing is fetched when a page is looked at: formulas are
MathML, and there are no fonts.
"""

from pathlib import Path

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util.logging import getLogger
from sphinx.writers.html5 import HTML5Translator

ROOT = Path(__file__).parents[2]

project = "hpobench"
author = "the authors of hpobench"
project_copyright = "the authors of hpobench; Apache-2.0"
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "problems/data/README.md",
    "results/README.md",
]
exclude_patterns = [".*", "build", "results/*/**", "tests", "hpobench", "strategies"]
nitpicky = True

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4

html_theme = "furo"
html_title = "hpobench"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_extra_path = ["../../build/sample"]
html_additional_pages = {"index": "start.html"}
templates_path = ["."]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}

NAVIGATION = {
    "docs/index": (
        ("Begin", ("tutorial", "sample", "faq")),
        (
            "Use",
            ("guide", "clusters", "compare", "strategies", "problems", "libraries", "protocol"),
        ),
        ("Know", ("method", "threat-model", "decisions/README")),
        (
            "The project",
            (
                "The README <../README>",
                "../CONTRIBUTING",
                "../CHANGELOG",
                "The folder of results <../results/README>",
                "Tables of data <../problems/data/README>",
            ),
        ),
    ),
    "docs/decisions/README": (("Decisions", ("[0-9]*",)),),
}
"""Which pages stand below which, with headings; the documents themselves need no directives."""


SAMPLE = "`sample/index.html`"
"""How the documents name the sample report, which is nowhere but on the site."""


def as_on_the_site(app: Sphinx, page: str, text: list[str]) -> None:  # noqa: ARG001  # as Sphinx calls it
    """Add the tables of contents that a page has in the margin, and the link to the sample."""
    address = SAMPLE.strip("`")
    text[0] = text[0].replace(SAMPLE, f'<a href="{address}">{address}</a>')
    for heading, names in NAVIGATION.get(page, ()):
        lines = ("```{toctree}", ":hidden:", ":glob:", f":caption: {heading}", "", *names, "```")
        text[0] += "\n\n" + "\n".join(lines) + "\n"


def formula(translator: HTML5Translator, node: nodes.math | nodes.math_block) -> None:
    """Write a formula as MathML, which browsers draw by themselves."""
    block = isinstance(node, nodes.math_block)
    try:
        found = tex2mathml(node.astext(), as_block=block)
    except MathError as error:  # as a warning, it names the document and the line
        getLogger(__name__).warning("%s", error, location=node)
        raise nodes.SkipNode from None
    translator.body.append(f'<div class="formula">{found}</div>' if block else found)
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    app.connect("source-read", as_on_the_site)
    for node in (nodes.math, nodes.math_block):
        app.add_node(node, override=True, html=(formula, None))
    app.config.html_math_renderer = "mathml"
    app.add_html_math_renderer("mathml", (formula, None), (formula, None))
