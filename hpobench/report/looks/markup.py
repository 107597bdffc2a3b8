"""Users' texts within LaTeX, Markdown, CSV and file names: shown as they are, never executed."""

import re
import unicodedata

from ...errors import plain, seen
from ...store.spreadsheets import comma_separated

__all__ = ["comma_separated", "cut", "file_name", "latex", "markdown", "parts", "plain", "seen"]

_GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
    "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi",
    "Omega",
)  # fmt: skip
"""The Greek letters that LaTeX has a command for."""
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "%": r"\%", "&": r"\&",
    "#": r"\#", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": "$<$", ">": "$>$", "|": "$|$", "`": r"\`{}", '"': r"\textquotedblright{}",
    # after the end of a row or a rule of a table, these would be an argument
    "[": "{[}", "]": "{]}", "*": "{*}",
    "\N{EN DASH}": r"\textendash{}", "\N{EM DASH}": r"\textemdash{}",
    "\N{MINUS SIGN}": "$-$", "\N{PLUS-MINUS SIGN}": r"$\pm$",
    "\N{MULTIPLICATION SIGN}": r"$\times$", "\N{LESS-THAN OR EQUAL TO}": r"$\le$",
    "\N{GREATER-THAN OR EQUAL TO}": r"$\ge$", "\N{HORIZONTAL ELLIPSIS}": r"\dots{}",
    "\N{INFINITY}": r"$\infty$", "\N{SQUARE ROOT}": r"$\surd$", "\N{MIDDLE DOT}": r"$\cdot$",
    "\N{SUPERSCRIPT TWO}": "$^2$", "\N{SUPERSCRIPT THREE}": "$^3$",
    "\N{LEFT SINGLE QUOTATION MARK}": "`", "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": r"\textquotedblleft{}",
    "\N{RIGHT DOUBLE QUOTATION MARK}": r"\textquotedblright{}",
    "\N{NO-BREAK SPACE}": "~", "\N{ZERO WIDTH SPACE}": r"\hspace{0pt}",
    **{
        unicodedata.lookup(f"GREEK {'small' if each.islower() else 'capital'} letter "
                           + each.lower().replace("lambda", "lamda")): rf"$\{each}$"
        for each in _GREEK
    },
}  # fmt: skip
_LETTERS = frozenset("ØøÆæŒœßŁł")
"""The letters outside of ASCII, without an accent, that every LaTeX of today can set."""
_ACCENTS = frozenset("\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327")
"""The accents that every font of LaTeX can put on a letter."""
_LIGATURE = re.compile(r"([-',])(?=\1)")
_BREAK = re.compile(r"(?<=\S)[-/_,:;=.+@](?=\S)|[^\W_]{12}(?=[^\W_]{12})")
"""The parts of a long word after which it may be broken."""

_MARKDOWN = re.compile(r"[\\`*_\[\]<>#|~$&]")
_BLOCK = re.compile(r"^(\d*)(?=[-+.)](\s|$)|[-=]+\s*$)")
"""A text that would begin a list or underline a heading; its group is what stays before a mark."""


def cut(words: str, length: int) -> str:
    """Return at most so many characters of a text, with an ellipsis where some are left out.

    >>> cut("a long text", 7)
    'a long…'
    """
    return words if len(words) <= length else words[: length - 1] + "\N{HORIZONTAL ELLIPSIS}"


def latex(words: str, *, breaking: bool = False) -> str:
    r"""Return a text for LaTeX; where `breaking`, long words may be broken.

    A character that some LaTeX can't set is named by its number.

    >>> print(latex("95 % of a_b 中"))
    95 \% of a\_b {[}U+4E2D{]}
    """
    shown = plain(words)
    if breaking:
        shown = _BREAK.sub("\\g<0>\N{ZERO WIDTH SPACE}", shown)
    return _LIGATURE.sub(r"\1{}", "".join(map(_set, shown)))


def parts(words: str) -> list[str]:
    """Return the parts of a text between which a line may end where long words may be broken.

    >>> parts("a_b of " + "x" * 30)
    ['a_', 'b', 'of', 'xxxxxxxxxxxx', 'xxxxxxxxxxxxxxxxxx']
    """
    return _BREAK.sub("\\g<0> ", plain(words)).split()


def markdown(words: str) -> str:
    r"""Return a text for Markdown as GitHub reads it, within a table or a paragraph.

    >>> print(markdown("a_b | <b>"))
    a\_b \| \<b\>
    """
    shown = _MARKDOWN.sub(r"\\\g<0>", plain(words).strip())
    return _BLOCK.sub(r"\1\\", shown)


def file_name(words: str) -> str:
    """Return a text as a part of a file's name: lower-case letters, digits and hyphens.

    >>> file_name("../My family!")
    'my-family'
    """
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60]


def untaken(name: str, taken: set[str]) -> str:
    """Return a name that no other file has, and note it: with hyphens where it is taken.

    >>> taken = set()
    >>> [untaken("a", taken), untaken("a", taken)]
    ['a', 'a-']
    """
    while name in taken:
        name += "-"
    taken.add(name)
    return name


def _set(letter: str) -> str:
    """Return a character as LaTeX."""
    if letter in _LATEX:
        return _LATEX[letter]
    if letter.isascii() or letter in _LETTERS:
        return letter
    parts = unicodedata.normalize("NFD", letter)
    if len(parts) == 2 and parts[0].isascii() and parts[0].isalpha() and parts[1] in _ACCENTS:
        return letter
    return f"{{[}}U+{ord(letter):04X}{{]}}"
