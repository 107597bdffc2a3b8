"""Printed texts are shown as they are on any terminal, and do it no harm."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

from hpobench.commands.console import Printer, duration, plain
from hpobench.commands.progress import doing


def printed(words: str, width: int = 80) -> str:
    file = io.StringIO()
    Printer(file, width).say(words)
    return file.getvalue()


@pytest.mark.parametrize("words", ["gp[rbf]", "see [/b]", "[red]x", "r [red] x", ":smile: [link]"])
def test_no_text_is_read_as_markup(words: str) -> None:
    assert printed(words) == f"{words}\n"


def test_no_cell_of_a_table_is_read_as_markup() -> None:
    file = io.StringIO()
    table = Table("[b]name", title="of [/b]", box=None)
    table.add_row("gp[rbf]\x1b[2J")
    Printer(file, 40).print(table)
    assert [line.strip() for line in file.getvalue().splitlines()] == [
        *("of [/b]", "[b]name", r"gp[rbf]\x1b[2J"),
    ]


@pytest.mark.parametrize("terminal", ["xterm", "dumb"])
def test_what_is_being_done_is_shown_where_it_can_be_drawn_over(
    terminal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", terminal)
    file = io.StringIO()
    console = Printer(file, 80)
    with doing(console) as show:
        show("It works [with] \x1b limits.")
        console.say("a line above")
    found, moves = file.getvalue(), terminal == "xterm"
    assert ("0:00:00" in found) == moves
    assert ("It works [with] \\x1b limits." in found) == moves
    assert (found == "a line above\n") != moves


def test_characters_that_could_steer_a_terminal_are_spelled_out() -> None:
    assert printed("\x1b]0;title\x07 \x1b[2J\r\x9b1m") == "\\x1b]0;title\\x07 \\x1b[2J\\r\\x9b1m\n"
    assert printed("a\u202eb\ud800\u2028c") == "a\\u202eb\\ud800\\u2028c\n"


@given(st.text(st.characters(codec=None)))
def test_any_text_is_one_line_that_every_encoding_can_show(words: str) -> None:
    for encoding in ("utf-8", "ascii", "latin-1", "cp1252"):
        shown = plain(words, encoding)
        shown.encode(encoding)
        assert not {"Cc", "Cs", "Zl", "Zp"} & set(map(unicodedata.category, shown))
    assert len(printed(words).splitlines()) <= 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_characters_that_an_encoding_lacks_have_a_stand_in(encoding: str) -> None:
    data = io.BytesIO()
    with io.TextIOWrapper(data, encoding=encoding) as file:
        Printer(file, 80).say("1 \N{PLUS-MINUS SIGN} 2 \N{EN DASH} \N{SNOWMAN}")
        file.flush()
        shown = data.getvalue().decode(encoding)
    assert (
        shown
        == {
            "ascii": "1 +- 2 - ?\n",
            "latin-1": "1 \N{PLUS-MINUS SIGN} 2 - ?\n",
            "utf-8": "1 \N{PLUS-MINUS SIGN} 2 \N{EN DASH} \N{SNOWMAN}\n",
        }[encoding]
    )


def test_a_line_printed_to_a_file_is_not_broken() -> None:
    assert printed("word " * 50, 40).count("\n") == 1


def test_a_time_is_said_in_the_unit_that_suits_it() -> None:
    assert [duration(s) for s in (0.01, 75, 400, 9000)] == ["1 s", "75 s", "7 min", "2.5 h"]


def test_zero_columns_mean_that_the_width_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "0")
    file = io.StringIO()
    Printer(file=file).print("All of it.")
    assert file.getvalue() == "All of it.\n"
