"""The files of a paper, by their paths within the report's folder."""

from ..trace.manifest import FIGURES, PAPER, TABLES
from . import bibliography, exhibits
from .content import Content
from .document import document


def paper(content: Content) -> dict[str, bytes]:
    """Return the files of a paper, which needs nothing outside of its folder."""
    text = document(content)
    entries = bibliography.references(text, content.cited.own)
    found = {
        f"{PAPER}/main.tex": text.encode(),
        f"{PAPER}/references.bib": f"% hpobench, runs {content.runs}\n\n{entries}".encode(),
    }
    shown = {
        exhibits.name(each) for section in content.sections for each in exhibits.exhibits(section)
    }
    for path, data in content.files.items():
        folder, _, name = path.partition("/")
        there = name.split(".")[0] in shown
        if there and (folder, name[-4:]) in {(FIGURES, ".pdf"), (TABLES, ".tex")}:
            found[f"{PAPER}/{path}"] = data
    return found
