"""Tables have the same numbers in Markdown and CSV."""

import csv
import io
from dataclasses import replace

import pytest

from hpobench.report.looks.tables import (
    Cell,
    Column,
    Table,
    comma_separated,
    count,
    csv_of,
    decimals,
    markdown,
    number,
    probability,
    text,
)


def table(*rows: tuple[Cell, ...]) -> Table:
    columns = (Column("Name & co_", "l"), Column("mean", parts=("mean", "half")))
    return Table("t", "Title", "Over 5 % of a_b.", columns, rows)


ROWS = (
    (text("a_b|c"), Cell("0.12 \N{PLUS-MINUS SIGN} 0.03", (0.1234567, 0.0312345), bold=True)),
    (text("d%"), Cell("0.20", (0.2, float("nan")), underlined=True)),
)


def test_markdown_escapes_bars_and_aligns_numbers() -> None:
    lines = markdown(table(*ROWS)).splitlines()
    assert lines[1] == "| --- | ---: |"
    assert lines[2].startswith("| a\\_b\\|c |")
    assert "**0.12" in lines[2]
    assert lines[-1] == "Over 5 % of a\\_b."


def test_markdown_has_the_notes_below_the_caption() -> None:
    lines = markdown(replace(table(*ROWS), notes="By hand.")).splitlines()
    assert lines[-3:] == ["Over 5 % of a\\_b.", "", "By hand."]


def test_no_text_of_a_csv_is_a_formula_and_numbers_stay_numbers() -> None:
    written = comma_separated(["=HEAD()", "x"], [("@SUM(A1)", -0.5), ("-1", -3), ("\t=1", 2)])
    rows = list(csv.reader(io.StringIO(written)))
    assert [row[0] for row in rows] == ["'=HEAD()", "'@SUM(A1)", "-1", "' =1"]
    assert [float(row[1]) for row in rows[1:]] == [-0.5, -3, 2]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1e300, "1e+300"), (float("inf"), "\N{INFINITY}"), (1e-320, "0.000"), (12345.0, "12345.000")],
)
def test_numbers_of_any_size_are_short(value: float, shown: str) -> None:
    assert decimals(value) == shown


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0.0625, 3, "0.063"),
        (0.625, 2, "0.63"),
        (0.285, 2, "0.29"),
        (2.125, 2, "2.13"),
        (-0.125, 2, "\N{MINUS SIGN}0.13"),
        (0.0624999, 3, "0.062"),
    ],
)
def test_a_half_is_rounded_as_a_reader_rounds_it(value: float, digits: int, shown: str) -> None:
    assert decimals(value, digits) == shown


def test_csv_holds_the_unrounded_numbers() -> None:
    rows = list(csv.reader(io.StringIO(csv_of(table(*ROWS)))))
    assert rows[0] == ["Name & co_", "mean", "half"]
    assert [float(entry) for entry in rows[1][1:]] == [0.1234567, 0.0312345]
    assert rows[2] == ["d%", "0.2", ""]


def test_a_cell_of_words_fills_all_columns_of_its_numbers() -> None:
    rows = list(csv.reader(io.StringIO(csv_of(table((text("a"), text("n/a")))))))
    assert rows[1] == ["a", "n/a", ""]


def test_csv_reads_back_the_same_float() -> None:
    written = comma_separated(("x",), [(0.1 + 0.2,), (float("nan"),), (3,)])
    assert [float(line) for line in written.splitlines()[1::2]] == [0.1 + 0.2, 3]
    assert written.splitlines()[2] in {"", '""'}


def test_numbers_have_a_true_minus_sign() -> None:
    assert decimals(-0.5, 1) == "\N{MINUS SIGN}0.5"


def test_a_rounded_zero_has_no_sign() -> None:
    assert decimals(-0.0001, 2) == "0.00"


def test_a_missing_number_is_printed_as_not_available() -> None:
    assert number(float("nan")).text == "n/a"
    assert probability(float("nan")).text == "n/a"


def test_a_small_p_is_never_zero() -> None:
    assert probability(1e-9).text == "<0.001"
    assert probability(1e-9).values == (1e-9,)


def test_counts_have_no_decimals() -> None:
    assert count(14).text == "14"
