"""Name a site's dead links, and what its pages would fetch: `python scripts/dead_links.py DIR`.

A link is dead if it leads to no file of the site, or to a place that the page does not have. A page
must fetch nothing from elsewhere: no script, style, font or picture.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = re.compile(r"""url\(\s*["']?(https?:)?//""")
"""What a style would fetch from elsewhere."""


class Page(HTMLParser):
    """The links of a page, the places in it, and what it fetches."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.fetched: list[str] = []
        text = path.read_text(encoding="utf-8")
        self.feed(text)
        if FETCHED.search(text):
            self.fetched.append("a style's url")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places.update(given[name] for name in ("id", "name") if name in given)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") in {"stylesheet", "icon", "preload", "preconnect"}:
            self._fetch(given.get("href", ""))
        elif tag in {"script", "img", "iframe", "source", "video", "audio"}:
            self._fetch(given.get("src", ""))

    def _fetch(self, address: str) -> None:
        (self.fetched if urlsplit(address).netloc else self.links).append(address)


page = cache(Page)


def faults(path: Path) -> Iterator[str]:
    """Yield each dead link of a page, and what it would fetch from elsewhere."""
    for address in page(path).fetched:
        yield f"fetches {address}"
    for link in dict.fromkeys(page(path).links):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        place = unquote(parts.fragment)
        if not target.is_file():
            yield f"leads to no file: {link}"
        elif place and target.suffix == ".html" and place not in page(target).places:
            yield f"leads to no place: {link}"


def main(site: Path) -> int:
    pages = sorted(site.rglob("*.html"))
    found = [f"{path} {fault}" for path in pages for fault in faults(path)]
    styles = (path for path in site.rglob("*.css") if FETCHED.search(path.read_text("utf-8")))
    found += [f"{path} fetches from elsewhere" for path in styles]
    print("\n".join(found) or f"{len(pages)} pages, no dead link, nothing that is fetched")
    return 1 if found or not pages else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
