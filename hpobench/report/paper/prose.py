"""A report's sentences as LaTeX that cites the works which they name."""

import re
from collections.abc import Iterable

from ..looks import markup
from .works import Mention, mentions

_MARK = "\N{SYMBOL FOR SUBSTITUTE}"
"""What stands for a citation while a text is made ready for LaTeX."""
_LONG = 24
"""The length from which on a word may be broken anywhere."""
_REFERENCE = re.compile(r"\{\[\}(tab|fig|sec):([a-z0-9-]+)\{\]\}")
_KINDS = {"tab": "Table", "fig": "Figure", "sec": "Section"}


def cited(words: str) -> str:
    r"""Return a text for LaTeX, in which the names of works are citations.

    >>> print(cited("It is robust (Holm, 1979), as Wilcoxon (1945) says."))
    It is robust \citep{holm1979}, as \citet{wilcoxon1945} says.
    """
    parts, commands, end = list[str](), list[str](), 0
    for first, last, keys in _places(mentions(words)):
        start, stop, command = _span(words, first, last)
        parts += [words[end:start], _MARK]
        commands.append(rf"\{command}{{{','.join(keys)}}}")
        end = stop
    whole = "".join([*parts, words[end:]]).split()
    shown = " ".join(markup.latex(word, breaking=len(word) >= _LONG) for word in whole)
    mark = markup.latex(_MARK)
    for command in commands:
        shown = shown.replace(mark, command, 1)
    return shown


def referring(words: str) -> str:
    r"""Return a text of ours for LaTeX, with its references and citations.

    >>> print(referring("[tab:ranking] has it."))
    Table~\ref{tab:ranking} has it.
    """
    return _REFERENCE.sub(lambda found: reference(found[1], found[2]), cited(words))


def reference(kind: str, name: str) -> str:
    r"""Return a reference to a table, figure or section by the name of its label."""
    return rf"{_KINDS[kind]}~\ref{{{kind}:{name}}}"


def citation(keys: Iterable[str]) -> str:
    r"""Return a citation of works, each once; empty without any."""
    every = dict.fromkeys(keys)
    return rf"~\citep{{{','.join(every)}}}" if every else ""


def listed(words: list[str]) -> str:
    r"""Join phrases of LaTeX as a sentence does."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _places(found: list[Mention]) -> list[tuple[int, int, list[str]]]:
    """Return where works are named, from where to where; some places name several."""
    places: dict[int, tuple[int, list[str]]] = {}
    for each in found:
        _, keys = places.get(each.start, (0, []))
        places[each.start] = (each.end, [*keys, each.work.key])
    return [(start, end, keys) for start, (end, keys) in sorted(places.items())]


def _span(words: str, start: int, end: int) -> tuple[int, int, str]:
    """Return what a citation replaces, and the command that makes it."""
    close = re.match(r"[^();:]*\)", words[end:])
    if "(" in words[start:end]:
        return start, end + (close.end() if close else 0), "citet"
    if words[:start].endswith("(") and words[end:].startswith(")"):
        return start - 1, end + 1, "citep"
    return start, end, "citet"
