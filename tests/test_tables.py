"""Tables: the same numbers in LaTeX, Markdown and CSV."""

import csv
import io
import re

import pytest

from hpobench.tables import (
    Cell,
    Column,
    Table,
    comma_separated,
    count,
    csv_of,
    decimals,
    escaped,
    latex,
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


def test_latex_has_booktabs_and_no_vertical_rules() -> None:
    written = latex(table(*ROWS))
    assert [rule for rule in ("\\toprule", "\\midrule", "\\bottomrule") if rule in written] != []
    form = re.search(r"\\begin\{tabular\}\{(.*)\}", written)
    assert form is not None
    assert "|" not in form[1]
    assert "\\hline" not in written


def test_latex_escapes_what_tex_reads() -> None:
    written = latex(table(*ROWS))
    assert "a\\_b$|$c" in written
    assert "Name \\& co\\_" in written
    assert "5 \\% of a\\_b." in written
    assert not re.search(
        r"(?<!\\)[&%_#](?![^\n]*\\\\|\s*\\usepackage)", written.split("\\toprule")[0][23:]
    )


@pytest.mark.parametrize("letter", list("\\{}_%&#$~^<>|"))
def test_every_special_letter_is_escaped(letter: str) -> None:
    assert escaped(f"a{letter}b") != f"a{letter}b"
    assert escaped(f"a{letter}b").startswith("a")


def test_latex_marks_the_best_and_the_near() -> None:
    written = latex(table(*ROWS))
    assert "\\textbf{0.12 $\\pm$ 0.03}" in written
    assert "\\underline{0.20}" in written


def test_every_row_of_latex_has_every_column() -> None:
    body = latex(table(*ROWS)).split("\\midrule\n")[1].split("\\bottomrule")[0]
    for line in body.strip().splitlines():
        assert len(re.findall(r"(?<!\\)&", line)) == 1
        assert line.endswith("\\\\")


def test_markdown_escapes_bars_and_aligns_numbers() -> None:
    lines = markdown(table(*ROWS)).splitlines()
    assert lines[1] == "| --- | ---: |"
    assert lines[2].startswith("| a_b\\|c |")
    assert "**0.12" in lines[2]
    assert lines[-1] == "Over 5 % of a_b."


def test_csv_holds_the_unrounded_numbers() -> None:
    rows = list(csv.reader(io.StringIO(csv_of(table(*ROWS)))))
    assert rows[0] == ["Name & co_", "mean", "half"]
    assert [float(entry) for entry in rows[1][1:]] == [0.1234567, 0.0312345]
    assert rows[2] == ["d%", "0.2", ""]


def test_a_cell_of_words_fills_the_columns_of_its_numbers() -> None:
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


def test_what_is_not_there_is_said() -> None:
    assert number(float("nan")).text == "n/a"
    assert probability(float("nan")).text == "n/a"


def test_a_small_p_is_never_zero() -> None:
    assert probability(1e-9).text == "<0.001"
    assert probability(1e-9).values == (1e-9,)


def test_counts_have_no_decimals() -> None:
    assert count(14).text == "14"
