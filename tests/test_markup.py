"""Any text of a user is shown in every format of the report, and none executes a part of it."""

import csv
import io
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hpobench.report.looks import markup

NASTY = (
    "gp[rbf]", "[red]x", "a[/b]", "<script>alert(1)</script>", "$x$", r"\input{/etc/passwd}",
    "=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1", " =1+1", "a|b", "a\nb", "\x1b[31m", "\x00",
    "\udcff", "\u202egnp.exe", "\u2066a", "**b**", "_a_", "`c`", "[a](javascript:b)", "&lt;",
    "1. a", "- a", "# a", "> a", "===", "---", "a--b", "?`", '"a', "^^41", "a%b", "~", "中文",
    "αβ", "naïve", "x" * 10_000, "", " ", "![a](b)", "*", "[2cm]", "\\", "\\\\", "\uff1d1+1", "~~~",
)  # fmt: skip


def any_text() -> st.SearchStrategy[str]:
    """Return texts of any characters, lone surrogates included, and of harmful ones together."""
    return st.one_of(
        st.text(st.characters(), max_size=40),
        st.lists(st.sampled_from(NASTY[:-12]), max_size=4).map("".join),
        st.text("\\{}[]()$#%&_^~*`|<>=+-@'\"!:.,/ \t\n\r0a\x1b\udcff\u202e", max_size=12),
    )


@pytest.mark.parametrize("words", NASTY)
def test_a_plain_text_is_one_line_of_visible_characters(words: str) -> None:
    shown = markup.plain(words)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert not any(
        unicodedata.category(letter) in {"Cc", "Cs", "Cf", "Zl", "Zp"} for letter in shown
    )


@given(any_text())
def test_a_plain_text_stays_unchanged(words: str) -> None:
    assert markup.plain(markup.plain(words)) == markup.plain(words)
    if words.isprintable():
        assert markup.plain(words) == words


def test_texts_that_differ_by_invisible_characters_are_told_apart() -> None:
    assert markup.plain("a\u200bb") != markup.plain("ab")
    assert markup.plain("a\u202eb") == "a\\u202eb"


@given(any_text())
@example("==\n")
@example("-\ta")
def test_a_cell_is_never_a_formula_and_reads_back(words: str) -> None:
    cell = markup.comma_separated(words)
    assert cell.removeprefix("'") == markup.plain(words).removeprefix("'")
    number = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", cell)
    assert number or not re.match(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]", cell)
    file = io.StringIO()
    csv.writer(file).writerow([cell, "b"])
    assert list(csv.reader(io.StringIO(file.getvalue()))) == [[cell, "b"]]


@pytest.mark.parametrize("number", ["-0.5", "+3", "1e-9", "-1E+05", ".5", "7"])
def test_a_number_stays_a_number(number: str) -> None:
    assert markup.comma_separated(number) == number


def commands(written: str) -> set[str]:
    return set(re.findall(r"\\([a-zA-Z]+|.)", written))


HARMLESS = {
    *("{", "}", "_", "%", "&", "#", "$", "`", "textbackslash", "textasciitilde"),
    *("textasciicircum", "textquotedblright", "textquotedblleft", "textendash", "textemdash"),
    *("dots", "hspace", "pm", "times", "le", "ge", "infty", "surd", "cdot"),
}


@given(any_text(), st.booleans())
@example(r"\input{/etc/passwd}", True)
@example(r"\\[2cm]", False)
def test_latex_executes_no_command_in_a_text(words: str, breaking: bool) -> None:  # noqa: FBT001  # drawn
    written = markup.latex(words, breaking=breaking)
    greek = {found for found in commands(written) if f"${chr(92)}{found}$" in written}
    assert commands(written) <= HARMLESS | greek
    without = re.sub(r"\\.", "", written)  # escaped characters aside
    assert without.count("{") == without.count("}")
    assert without.count("$") % 2 == 0
    assert not set(without) & set("%&#_~") - {"~"}
    assert not re.search(r"(?<!\$)\^|\^\^", without)
    assert "\n" not in written


@given(any_text())
def test_no_text_begins_with_what_latex_reads_as_an_argument_of_a_row(words: str) -> None:
    assert not markup.latex(words).startswith(("[", "*"))


def test_latex_keeps_letters_and_gives_the_number_of_those_it_cannot_set() -> None:
    assert markup.latex("Pérez, Šidák, Ångström, Łukasz") == "Pérez, Šidák, Ångström, Łukasz"
    assert markup.latex("λ²") == r"$\lambda$$^2$"
    assert markup.latex("中") == "{[}U+4E2D{]}"


def test_hyphens_stay_apart_in_latex() -> None:
    assert markup.latex("--seeds") == "-{}-seeds"
    assert markup.latex("---") == "-{}-{}-"


def test_a_long_word_may_be_broken_in_latex() -> None:
    written = markup.latex("genetic-algorithm:population=20", breaking=True)
    assert written.count(r"\hspace{0pt}") >= 3
    assert markup.latex("x" * 100, breaking=True).count(r"\hspace{0pt}") >= 6
    assert r"\hspace" not in markup.latex("x" * 100)


PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read(written: str) -> tuple[str, set[str]]:
    """Return the text that a reader of Markdown sees, and the kinds of its elements."""
    inline = [token for token in PARSER.parse(written) if token.type == "inline"]
    children = [child for token in inline for child in token.children or ()]
    kinds = {child.type for child in children} | {token.type for token in PARSER.parse(written)}
    return "".join(child.content for child in children), kinds


@given(any_text().filter(lambda words: bool(markup.plain(words).strip())))
@example("<script>alert(1)</script>")
@example("[a](javascript:b)")
@example("1) a")
@example("+ a")
@example("&lt;")
def test_a_paragraph_of_markdown_shows_the_text_itself(words: str) -> None:
    shown, kinds = read(markup.markdown(words))
    assert " ".join(shown.split()) == " ".join(markup.plain(words).split())
    assert kinds <= {"paragraph_open", "inline", "paragraph_close", "text", "text_special"}


@given(any_text())
@example("a|b")
@example("\\")
def test_a_cell_of_markdown_shows_the_text_itself(words: str) -> None:
    written = f"| a | b |\n| --- | --- |\n| {markup.markdown(words)} | end |\n"
    inline = [token for token in PARSER.parse(written) if token.type == "inline"]
    assert len(inline) == 4
    shown = "".join(child.content for child in inline[2].children or ())
    assert " ".join(shown.split()) == " ".join(markup.plain(words).split())
    assert inline[3].content == "end"


@given(any_text())
def test_a_file_name_stays_in_its_folder(words: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]{0,60}", markup.file_name(words))


def test_a_long_text_is_cut() -> None:
    assert len(markup.cut("x" * 10_000, 500)) == 500
    assert markup.cut("short", 500) == "short"
