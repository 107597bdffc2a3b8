"""Tables as LaTeX that a paper includes unchanged, on pages of any width."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpobench.report.looks.aligning import aligned
from hpobench.report.looks.latex import Room
from hpobench.report.looks.latex import latex as files
from hpobench.report.looks.parts import evenly
from hpobench.report.looks.tables import Cell, Column, Table, text

TWO = Room(column=234.0, page=460.0, height=490.0, type=10.0)
"""Pages of two columns."""
ONE = Room(column=397.0, page=397.0, height=490.0, type=10.0)
"""Pages of one column."""
ROWS = (
    (text("a_b|c"), Cell("0.12 \N{PLUS-MINUS SIGN} 0.03", (0.12, 0.03), bold=True)),
    (text("[d]%"), Cell("0.20", (0.2, float("nan")), underlined=True)),
)


def table(*rows: tuple[Cell, ...]) -> Table:
    columns = (Column("Name & co_", "l"), Column("mean", parts=("mean", "half")))
    return Table("t", "Title", "Over 5 % of a_b.", columns, rows)


def of(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    cells = tuple(tuple(text(words) for words in row) for row in rows)
    return Table("t", "Title", "Over 2 problems.", tuple(columns), cells)


def latex(made: Table, room: Room = TWO) -> str:
    """Return the floats of a table with the tabulars in their places, as LaTeX reads them."""
    written = files(made, room)
    whole = written.pop(f"{made.name}.tex")
    for name, tabular in written.items():
        whole = whole.replace(rf"\input{{\hpobenchtables/{name[:-4]}}}\unskip", tabular)
    return whole


def floats(written: str) -> list[str]:
    return re.findall(r"\\begin\{table\*?\}.*?\\end\{table\*?\}", written, re.DOTALL)


def bodies(written: str) -> list[list[str]]:
    """Return the rows of each part, without its heading."""
    found = [each.split("\\midrule\n")[1].split("\\bottomrule")[0] for each in floats(written)]
    return [each.strip().splitlines() for each in found]


def form(written: str) -> str:
    found = re.search(r"\\begin\{tabular\}\{(.*)\}", written)
    assert found is not None
    return found[1]


def test_all_rules_are_horizontal_ones_of_booktabs() -> None:
    written = latex(table(*ROWS))
    for rule in ("\\toprule", "\\midrule", "\\bottomrule"):
        assert written.count(rule) == 1
    assert "|" not in form(written)
    assert "\\hline" not in written


def test_characters_that_tex_interprets_are_escaped() -> None:
    written = latex(table(*ROWS))
    assert "a\\_b$|$c" in written
    assert "Name \\& co\\_" in written
    assert "5 \\% of a\\_b." in written
    assert "{[}d{]}\\%" in written


def test_the_best_cell_is_bold_and_near_ones_are_underlined() -> None:
    written = latex(table(*ROWS))
    assert "\\textbf{0.12 $\\pm$ 0.03}" in written
    assert "\\underline{0.20}" in written


def test_every_row_has_every_column() -> None:
    (body,) = bodies(latex(table(*ROWS)))
    for line in body:
        assert len(re.findall(r"(?<!\\)&", line)) == 1
        assert line.endswith("\\\\")


def test_a_narrow_table_stands_in_one_column_and_a_wide_one_across_two() -> None:
    assert "\\begin{table}[tp]" in latex(table(*ROWS))
    wide = of([Column("Name", "l"), *[Column("0.123 [0.1, 0.2]")] * 4], [["a" * 20, *["0.1"] * 4]])
    assert "\\begin{table*}[tp]" in latex(wide)
    assert len(floats(latex(wide))) == 1


def test_a_table_wider_than_the_line_is_shrunk_to_it() -> None:
    assert r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%" in latex(
        table(*ROWS)
    )


def test_a_long_heading_of_numbers_is_broken_into_lines() -> None:
    columns = [Column("Problem", "l"), Column("genetic-algorithm:population=28")]
    written = latex(of(columns, [["branin", "0.12"]]))
    assert r"genetic- \\ algorithm: \\ population=28" in written.replace("algorithm:", "algorithm:")


def test_a_table_of_many_columns_comes_in_parts_with_the_first_column_in_each() -> None:
    columns = [Column("Problem", "l"), *(Column(f"strategy-number-{i}") for i in range(27))]
    row = ["branin", *(f"{i}.123 (0.01)" for i in range(27))]
    parts = floats(latex(of(columns, [row])))
    assert 2 < len(parts) < 6
    assert all("Problem" in part and "branin" in part for part in parts)
    assert all(sum(f"{i}.123" in part for part in parts) >= 1 for i in range(27))
    assert parts[0].count("\\label") == 1
    assert not any("\\label" in part for part in parts[1:])
    assert f"Title (part 2 of {len(parts)})" in parts[1]
    assert "\\addtocounter{table}{-1}" in parts[1]


@pytest.mark.parametrize("columns", range(2, 31))
def test_the_parts_of_a_table_are_even_and_none_has_a_column_alone(columns: int) -> None:
    heads = [Column("Problem", "l"), *(Column(f"strategy-{i}") for i in range(columns))]
    parts = floats(latex(of(heads, [["branin", *["12.345 [11.234, 13.456]"] * columns]])))
    counts = [form(part).count("r") for part in parts]
    assert sum(counts) == columns
    assert min(counts) >= 2
    assert max(counts) - min(counts) <= 1


def test_a_wide_column_at_the_end_takes_others_with_it() -> None:
    heads = [Column("Strategy", "l"), *(Column(f"c{i}", "l") for i in range(6)), Column("S", "p")]
    row = ["a", *["some words that stay"] * 6, "A long source. " * 20]
    parts = floats(latex(of(heads, [row])))
    assert len(parts) > 1
    assert all(len(bodies(part)[0][0].split(" & ")) > 2 for part in parts)


@pytest.mark.parametrize("columns", [2, 14])
def test_every_part_of_a_table_has_its_title_in_one_style(columns: int) -> None:
    heads = [Column("Problem", "l"), *(Column(f"strategy-{i}") for i in range(columns))]
    parts = floats(latex(of(heads, [["branin", *["12.345 (0.1234)"] * columns]])))
    captions = [re.findall(r"\\caption\{(.*)\}", part) for part in parts]
    marks = [f" (part {i} of {len(parts)})" * (len(parts) > 1) for i in range(1, len(parts) + 1)]
    expected = [[f"Title{mark}."] for mark in marks]
    expected[0][0] += " Over 2 problems."
    assert captions == expected


def test_a_thing_larger_than_the_room_is_alone_in_its_part() -> None:
    assert evenly([1, 9, 1, 1], 4) == [(0, 1), (1, 2), (2, 4)]
    assert evenly([], 4) == []
    assert evenly([1.0] * 7, 3) == [(0, 3), (3, 5), (5, 7)]


@pytest.mark.parametrize("rows", [10, 54, 200])
def test_a_table_of_many_rows_is_on_as_many_pages_as_it_takes(rows: int) -> None:
    columns = [Column("Problem", "l"), Column("Mean")]
    written = bodies(latex(of(columns, [[f"p{i}", "0.1"] for i in range(rows)])))
    assert sum(map(len, written)) == rows
    assert max(map(len, written)) <= 45
    assert len(written) == -(-rows // max(map(len, written)))
    assert max(map(len, written)) - min(map(len, written)) <= 1


def test_rows_with_words_broken_into_lines_end_as_latex_needs() -> None:
    columns = [Column("Strategy", "l"), Column("What", "p"), Column("Source", "p")]
    rows = [["random-search", "Draws at random. " * 9, "Bergstra & Bengio (2012), JMLR 13. " * 3]]
    written = latex(of(columns, rows))
    assert form(written).count("p{") == 2
    shares = [float(share) for share in re.findall(r"p\{([\d.]+)\\linewidth\}", form(written))]
    assert 0.4 < sum(shares) < 0.9
    assert all(line.endswith("\\tabularnewline") for line in bodies(written)[0])


def test_a_long_name_is_broken_rather_than_wider_than_the_page() -> None:
    name = "genetic-algorithm:population=20,tournament=2,crossover=0.5,index=5.0"
    written = latex(of([Column("Strategy", "l"), Column("Mean")], [[name, "0.1"]]))
    assert form(written).count("p{") == 1
    assert "\\hspace{0pt}" in written


def test_a_broken_column_has_room_for_the_longest_part_of_a_word() -> None:
    columns = [Column("Problem", "l"), *[Column("about", "p")] * 4]
    row = ["problem_" + "W" * 23, *["Some words that say what it is. " * 9] * 4]
    written = form(latex(of(columns, [row])))
    share = float(re.findall(r"p\{([\d.]+)\\linewidth\}", written)[0])
    assert share * TWO.page > 23 * 0.86 * 6.7


def test_notes_stand_below_the_last_part_and_leave_it_room_on_the_page() -> None:
    columns = (Column("Problem", "l"), Column("Mean", explained="Mean: of two."))
    rows = tuple((text(f"p{i}"), text("0.1")) for i in range(120))
    bare = latex(Table("t", "Title", "Over a.", columns, rows))
    noted = latex(Table("t", "Title", "Over a.", columns, rows, notes="By \\input{x}. " * 60))
    *earlier, last = floats(noted)
    assert len(earlier) + 1 > len(floats(bare))  # the notes take a third of a page
    assert not any("Notes." in part for part in earlier)
    below = last.split("\\end{tabular}")[1]
    assert below.index("footnotesize") < below.index("Notes.} By \\textbackslash{}input")
    assert "Mean: of two.\\end{minipage}" in below


def test_notes_too_long_for_a_column_take_a_table_across_both() -> None:
    noted = replace(table(*ROWS), notes="How all of this was made. " * 60)
    assert "\\begin{table*}" in latex(noted)
    assert "\\begin{table}" in latex(noted, ONE)


def below_each_other(*texts: str) -> list[str]:
    """Return the texts of a column with a dot for each character of room."""
    return [
        "".join(each.text if each.shown else "·" * len(each.text) for each in pieces)
        for pieces in aligned(texts)
    ]


@pytest.mark.parametrize(
    "shown",
    [
        ["·9.5·", "10.25", "·3···", "n/a"],
        ["0.2 ·[0.1, 0.3]", "0.1 [\N{MINUS SIGN}0.1, 0.2]", "0.3" + "·" * 12],
        ["·9/0/1", "10/0/0"],
        ["<0.001", "·0.014"],
        ["\N{GREATER-THAN OR EQUAL TO} 9.4 [2.9, \N{INFINITY}]", "··1.1 [0.6, 10]"],
        ["1\N{EN DASH}3·", "2\N{EN DASH}10"],
        ["some words", "a_1"],
    ],
)
def test_numbers_of_a_column_stand_below_each_other(shown: list[str]) -> None:
    texts = [each.replace("·", "") for each in shown]
    assert below_each_other(*texts) == shown


def test_room_beside_a_number_is_neither_bold_nor_underlined() -> None:
    rows = [[Cell("9.5", (9.5,), bold=True)], [Cell("10.25", (10.25,), underlined=True)]]
    columns = (Column("a"),)
    written = bodies(latex(Table("t", "Title", "Over a.", columns, tuple(map(tuple, rows)))))
    assert written == [[r"\phantom{0}\textbf{9.5}\phantom{5} \\", r"\underline{10.25} \\"]]


def test_columns_beside_the_question_give_way_to_larger_letters() -> None:
    def with_beside(number: int) -> Table:
        columns = [Column("Strategy", "l"), *(Column(f"c{i}") for i in range(number))]
        columns += [Column("Aside", beside=True, explained="Aside: more.")]
        return replace(of(columns, [["a", *["0.123 [0.111, 0.222]"] * (number + 1)]]), notes="So.")

    few, many = latex(with_beside(3)), latex(with_beside(5))
    assert "& Aside" in few
    assert few.count("Aside: more.") == 1
    assert "& Aside" not in many
    assert "Aside: more." not in many
    assert "For lack of room in the CSV alone: \\textquotedblleft{}Aside" in many
    assert "\\scriptsize" not in many


def test_letters_are_not_the_smallest_where_a_table_has_room_across_both_columns() -> None:
    columns = [Column("Strategy", "l"), *[Column("c")] * 5]
    written = latex(of(columns, [["regularized-evolution", *["0.12345"] * 5]]))
    assert "\\begin{table*}" in written
    assert "\\small" in written


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=60), min_size=5, max_size=5), min_size=1, max_size=4))
def test_no_text_changes_the_shape_of_a_table(rows: list[list[str]]) -> None:
    columns = [Column("a", "l"), Column("b", "p"), Column("c"), Column("d", "l"), Column("e", "p")]
    written = latex(of(columns, rows))
    for part in floats(written):
        columns_there = len(re.findall(r"p\{[^}]*\}|[lr]", re.sub("@{}", "", form(part))))
        for line in bodies(part)[0]:
            assert len(re.findall(r"(?<!\\)&", line)) == columns_there - 1
            assert line.endswith((" \\\\", " \\tabularnewline"))
    assert written.count("\\begin{") == written.count("\\end{") == 2 * len(floats(written))


def test_a_tabular_is_in_a_file_of_its_own_without_caption_and_label() -> None:
    written = files(table(*ROWS), TWO)
    assert [*written] == ["t.tex", "t.tabular.tex"]
    tabular = written["t.tabular.tex"]
    assert tabular.startswith("\\begin{tabular}")
    assert tabular.rstrip().endswith("\\end{tabular}")
    assert "{tabular}" not in written["t.tex"]
    assert written["t.tex"].count("\\caption{") == written["t.tex"].count("\\label{tab:t}") == 1


def test_each_part_of_a_table_has_a_tabular_of_its_own() -> None:
    columns = [Column("Problem", "l"), Column("Mean")]
    written = files(of(columns, [[f"p{i}", "0.1"] for i in range(100)]), TWO)
    names = [f"t.tabular-{i + 1}" for i in range(len(written) - 1)]
    assert [*written] == ["t.tex", *(f"{name}.tex" for name in names)]
    found = re.findall(r"\\input\{\\hpobenchtables/([^}]*)\}", written["t.tex"])
    assert found == names


def test_pages_of_one_column_have_no_table_across_two() -> None:
    wide = of([Column("Name", "l"), *[Column("0.123 [0.1, 0.2]")] * 9], [["a" * 20, *["0.1"] * 9]])
    assert "table*" in latex(wide)
    assert "table*" not in latex(wide, ONE)
    assert len(floats(latex(wide, ONE))) >= len(floats(latex(wide)))


def test_larger_text_leaves_room_for_fewer_rows() -> None:
    rows = [[f"p{i}", "0.1"] for i in range(115)]
    made = of([Column("Problem", "l"), Column("Mean")], rows)
    large = Room(column=234.0, page=460.0, height=490.0, type=11.0)
    assert len(files(made, large)) > len(files(made, TWO))
