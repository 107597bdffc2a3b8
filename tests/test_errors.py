"""Errors are told in one line that can be printed anywhere, with a place and a whole traceback."""

import json
import os
import sys
from pathlib import Path
from typing import SupportsIndex

import pytest

from hpobench.errors import (
    GLANCE,
    LINE,
    TRACEBACK,
    InputError,
    cleaned,
    counted,
    described,
    glance,
    line,
    shown,
    traceback_of,
)
from hpobench.registry.importer import package_name
from hpobench.registry.user_file import load

OWN = """
def outer(config):
    return inner(config)


def inner(config):
    raise LookupError("there is none")
"""


def raised(error: BaseException) -> BaseException:
    """Return an error with a traceback."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


class Mute(Exception):  # noqa: N818  # made for a test
    def __str__(self) -> str:
        raise ValueError("no text")


class Odd(Exception):  # noqa: N818  # made for a test
    def __str__(self) -> str:
        return 3  # type: ignore[return-value]  # noqa: PLE0307  # what a class may do


class Text(str):
    __slots__ = ()

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("two\nlines\tand more"), "ValueError: two lines and more"),
        (ValueError(), "ValueError"),
        (Mute(), "Mute: its text can't be read"),
        (Odd(), "Odd: its text can't be read"),
        (ValueError(Text("a b")), "ValueError: a b"),
        (
            OSError("bad \udcff \x1b[31m \x00 \u202e end"),
            "OSError: bad \\udcff \\x1b[31m \\x00 \\u202e end",
        ),
        (GeneratorExit(), "GeneratorExit"),
        (type("A\n\x1bB", (Exception,), {})("x"), "A \\x1bB: x"),
    ],
    ids=["lines", "none", "mute", "odd", "text", "controls", "exit", "kind"],
)
def test_an_error_is_one_line_that_can_be_printed(error: BaseException, text: str) -> None:
    assert described(raised(error)) == text
    assert json.loads(json.dumps(traceback_of(raised(error)))).encode()


def test_a_person_who_interrupts_is_not_taken_for_an_error() -> None:
    class Impatient(Exception):  # noqa: N818  # made for a test
        def __str__(self) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        described(Impatient())


def test_a_long_text_is_cut_and_keeps_its_end() -> None:
    text = described(raised(ValueError("x" * 10**6)), place="mine.py, line 12")
    assert len(text) == LINE
    assert text.endswith("xxx... (mine.py, line 12)")
    assert len(line("\x00" * 10**6)) == LINE
    assert len(shown("y" * 10**6)) == 100
    assert shown(10**5000) == "a whole number of 16610 bits"


def deep(level: int) -> None:
    """Raise an error so many frames below, each of which has a line of its own."""
    if level == 0:
        raise ValueError("at the bottom \x1b " + "z" * 20)
    exec(f"deep({level} - 1)  # {level}", {"deep": deep})  # noqa: S102  # so that lines differ


def test_a_traceback_is_whole_or_has_its_beginning_and_its_end() -> None:
    told: list[str] = []
    for level in (3, 150):
        with pytest.raises(ValueError, match="at the bottom") as error:
            deep(level)
        told.append(traceback_of(error.value))
    whole, cut = told
    for text in told:
        assert text.startswith("Traceback (most recent call last)")
        assert text.endswith("ValueError: at the bottom \\x1b zzzzzzzzzzzzzzzzzzzz")
    assert "left out" not in whole
    assert "characters left out]" in cut
    assert len(cut) <= TRACEBACK
    assert len(cleaned("\x00" * 10**6)) <= TRACEBACK


def test_what_another_error_caused_is_in_its_traceback() -> None:
    with pytest.raises(OSError, match="second") as error:
        raise OSError("second") from KeyError("first")
    assert "KeyError: 'first'" in traceback_of(error.value)


def test_an_error_in_a_users_file_ends_with_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(OWN)
    outer = load(str(path)).contents["outer"]
    assert callable(outer)
    with pytest.raises(LookupError) as error:
        outer({})
    assert described(error.value) == "LookupError: there is none (mine.py, line 7)"
    assert f'File "{path}", line 3, in outer' in traceback_of(error.value)
    assert 'raise LookupError("there is none")' in traceback_of(error.value)


def test_an_error_that_a_library_raises_has_the_place_it_was_called_from(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("import json\n\ndef read(text):\n    return json.loads(text)\n")
    read = load(str(path)).contents["read"]
    assert callable(read)
    with pytest.raises(ValueError, match="Expecting value") as error:
        read("x")
    assert described(error.value).endswith("(char 0) (mine.py, line 4)")


def test_a_file_that_breaks_while_it_is_imported_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("x = 1\nx / 0\n")
    with pytest.raises(InputError, match=r"ZeroDivisionError: .* \(mine.py, line 2\)$"):
        load(str(path))
    name = package_name(os.path.realpath(path), "")
    assert not any(each.startswith(name) for each in sys.modules)


@pytest.mark.parametrize("size", [10, 300, 4000, 6000, 10**6])
def test_a_glance_at_a_long_text_has_its_beginning_and_its_end(size: int) -> None:
    text = glance(f"ask raised\nValueError: {'v' * size} (mine.py, line 9)")
    assert text.startswith("ask raised ValueError: vvv")
    assert text.endswith("vvv (mine.py, line 9)")
    assert len(text) <= GLANCE
    assert ("..." in text) == (size > GLANCE)


def test_what_a_user_got_wrong_keeps_its_reason_however_long_the_path() -> None:
    text = str(InputError(f"{'p' * 5000}.py can't be read: File name too long"))
    assert text.startswith("ppp")
    assert text.endswith("can't be read: File name too long")
    assert len(text) <= 2 * LINE


def test_things_are_counted_in_words() -> None:
    assert [counted(n, "strategy") for n in (0, 1, 2)] == [
        "0 strategies",
        "1 strategy",
        "2 strategies",
    ]
    assert counted(2, "process") == "2 processes"
    assert (counted(1.0, "evaluation"), counted(2.5, "evaluation")) == (
        "1 evaluation",
        "2.5 evaluations",
    )
    assert counted(1260, "run") == "1,260 runs"
