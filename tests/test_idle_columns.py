"""Tables leave out the columns that repeat, and say what they hold."""

from dataclasses import replace

from hpobench.report.looks.columns import without_idle
from hpobench.report.looks.tables import NONE, Column, Table, csv_of, markdown, text


def table(*rows: tuple[str, ...]) -> Table:
    columns = tuple(Column(heading) for heading in ("Strategy", "Runs", "Failed", "Ended", "Range"))
    cells = tuple(tuple(text(word) for word in row) for row in rows)
    return Table("made", "Made up", "What it shows.", columns, cells, "How.")


def test_columns_that_repeat_are_left_out_and_what_they_hold_is_said() -> None:
    made = table(("a", "3", "0", "3", NONE), ("b", "4", "0", "4", NONE))
    shown = without_idle(made)
    assert [column.heading for column in shown.columns] == ["Strategy", "Runs"]
    assert [[cell.text for cell in row] for row in shown.rows] == [["a", "3"], ["b", "4"]]
    assert shown.same == (
        "In the CSV alone: “Failed” (0 in all rows); “Ended” (the same as “Runs”); "
        f"“Range” ({NONE} in all rows)."
    )
    assert f"What it shows. {shown.same}" in markdown(shown)
    assert csv_of(made).startswith("Strategy,Runs,Failed,Ended,Range\n")


def test_columns_whose_rows_differ_stay_and_nothing_is_said() -> None:
    made = table(("a", "3", "0", "2", "1"), ("b", "4", "1", "4", "2"))
    assert without_idle(made) is made


def test_a_single_row_loses_what_is_empty_alone() -> None:
    shown = without_idle(table(("a", "3", "0", "3", NONE)))
    assert [column.heading for column in shown.columns] == ["Strategy", "Runs", "Failed", "Ended"]
    assert shown.same == f"In the CSV alone: “Range” ({NONE} in the only row)."


def test_a_mark_makes_a_column_differ() -> None:
    made = table(("a", "3", "0", "2", "1"), ("b", "3", "1", "2", "1"))
    best = replace(made.rows[0][1], bold=True)
    marked = replace(made, rows=((made.rows[0][0], best, *made.rows[0][2:]), made.rows[1]))
    assert [column.heading for column in without_idle(marked).columns] == [
        *("Strategy", "Runs", "Failed")
    ]
