"""The ranking is readable in terminals of all widths."""

import io
import re
from collections.abc import Sequence

import pytest

from hpobench.commands.console import Printer
from hpobench.commands.ranking_lines import shortened, show_ranking
from hpobench.report.looks.tables import Cell, Column, Table, count, text

LONG = (
    "bayesian-optimization:candidates=64,ascents=2,initial=5",
    "genetic-algorithm:population=20,tournament=2,crossover=0.5,index=5.0",
    "genetic-algorithm:population=20,tournament=3,crossover=0.5,index=5.0",
    "sobol",
)


class Terminal(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def ranking(
    names: Sequence[str], *, best: Sequence[str] = (), own: Sequence[str] = (), file: io.StringIO
) -> list[str]:
    columns = [Column("Strategy", "l"), Column("#"), Column("Regret"), Column("vs random", "l")]
    rows = [
        (
            Cell(name, bold=name in best),
            *(count(place + 1), text("0.307 \N{PLUS-MINUS SIGN} 0.097"), text("too few")),
        )
        for place, name in enumerate(names)
    ]
    show_ranking(Printer(file, 80), Table("ranking", "", "", tuple(columns), tuple(rows)), own)
    return file.getvalue().splitlines()


def test_every_row_of_a_ranking_is_one_line_with_its_numbers_whatever_the_names() -> None:
    lines = ranking(LONG, own=[LONG[1]], file=io.StringIO())
    assert re.fullmatch(r"Strategy +# +Regret +vs random", lines[0].rstrip())
    assert len(lines) == 1 + len(LONG)
    for place, line in enumerate(lines[1:], 1):
        assert len(line) <= 80
        assert f"  {place}  0.307 \N{PLUS-MINUS SIGN} 0.097  too few" in line
    assert len({line.split("  ")[0] for line in lines}) == len(lines)
    assert [" (yours)" in line for line in lines[1:]] == [False, True, False, False]


def test_winners_are_bold_and_the_users_own_are_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    lines = ranking(("a", "b", "c"), best=["b"], own=["c"], file=Terminal())
    assert [line.startswith("\x1b[1m") for line in lines[1:]] == [False, True, False]
    assert lines[3].startswith("\x1b[36mc (yours)")
    tied = ranking(("a", "b"), file=Terminal())
    assert not [line for line in tied[1:] if "\x1b[1m" in line]


def columns(line: str) -> list[str]:
    return re.split(r" {2,}", line.strip())


WEIGHTS: dict[str, int] = {
    "#": 3,
    "Regret": 4,
    "Rank": 2,
    "Better": 5,
    "P": 1,
    "vs random-search": 6,
}
BRIEF = [*WEIGHTS]


def brief(names: Sequence[str], width: int, own: Sequence[str] = ()) -> list[str]:
    cells = ("-0.102", "12.59", "0.63", "23", "better")
    file = io.StringIO()
    table = Table(
        *("ranking", "", ""),
        (Column("Strategy", "l"), *(Column(each, weight=WEIGHTS[each]) for each in BRIEF)),
        tuple((text(n), count(i), *map(text, cells)) for i, n in enumerate(names, 1)),
    )
    show_ranking(Printer(file, width), table, own)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", [*range(20, 80, 7), 80, 100])
@pytest.mark.parametrize("names", [LONG, ("a", "b"), tuple(f"{'x' * 60}={n}" for n in range(30))])
def test_in_a_narrow_terminal_no_number_is_cut(names: Sequence[str], width: int) -> None:
    heading, *rows = brief(names, width, own=names[:1])
    shown = columns(heading)[1:]
    assert shown == [each for each in BRIEF if each in shown]
    whole = ("-0.102", "12.59", "0.63", "23", "better")
    for place, row in enumerate(rows, 1):
        numbers = dict(zip(BRIEF, (str(place), *whole), strict=True))
        assert columns(row)[1:] == [numbers[each] for each in shown]
        assert len(row.rstrip()) <= width
    assert len({columns(row)[0] for row in rows}) == len(rows) == len(names)


def test_a_file_cuts_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    file = io.StringIO()
    rows = tuple((text(name), text("better")) for name in LONG)
    table = Table("ranking", "", "", (Column("Strategy", "l"), Column("vs", "l")), rows)
    show_ranking(Printer(file), table, own=LONG[:1])
    assert [columns(line)[0] for line in file.getvalue().splitlines()[1:]] == [
        f"{LONG[0]} (yours)",
        *LONG[1:],
    ]


def test_a_column_without_any_text_is_left_out() -> None:
    file = io.StringIO()
    heads = (Column("Strategy", "l"), Column("95 %"), Column("vs", "l"))
    rows = ((text("a"), text(""), text("better")), (text("b"), text(""), text("worse")))
    show_ranking(Printer(file, 80), Table("ranking", "", "", heads, rows), ())
    assert columns(file.getvalue().splitlines()[0]) == ["Strategy", "vs"]


def test_columns_are_left_out_from_the_lightest_to_the_heaviest() -> None:
    seen = [columns(brief(LONG, width)[0])[1:] for width in range(90, 16, -1)]
    assert seen[0] == [*BRIEF]
    by_weight = sorted(BRIEF, key=lambda each: WEIGHTS[each])
    for shown in seen:
        assert set(shown) == {*by_weight[len(BRIEF) - len(shown) :]}
    assert ["vs random-search"] in seen


def test_a_column_of_negative_weight_is_left_out_before_a_name_is_cut() -> None:
    for weight, expected in ((-1, "genetic-algorithm  0.1"), (0, "geneti\N{HORIZONTAL ELLIPSIS}")):
        file = io.StringIO()
        heads = (Column("Strategy", "l"), Column("a", weight=1), Column("b", weight=weight))
        rows = (tuple(map(text, ("genetic-algorithm", "0.1", "0.2"))),)
        show_ranking(Printer(file, 24), Table("ranking", "", "", heads, rows), ())
        assert file.getvalue().splitlines()[1].startswith(expected)


def test_columns_of_one_weight_are_left_out_from_the_right() -> None:
    file = io.StringIO()
    heads = (Column("Strategy", "l"), Column("first"), Column("second"))
    rows = (tuple(map(text, ("abcdefgh", "0.123", "0.456"))),)
    show_ranking(Printer(file, 17), Table("ranking", "", "", heads, rows), ())
    assert [columns(line) for line in file.getvalue().splitlines()] == [
        ["Strategy", "first"],
        ["abcdefgh", "0.123"],
    ]


def with_failures(width: int) -> list[str]:
    file = io.StringIO()
    heads = (
        Column("Strategy", "l"),
        Column("Better", weight=1),
        Column("vs random", "l", weight=2),
    )
    rows = [
        (Cell(name, note=note), text("0.12"), text("worse"))
        for name, note in (("genetic-algorithm", ""), ("mine", "11 of 66 without a score"))
    ]
    table = Table("ranking", "", "", heads, tuple(rows))
    show_ranking(Printer(file, width), table, ["mine"])
    return file.getvalue().splitlines()


def test_failed_runs_stand_beside_the_name_or_below_the_ranking() -> None:
    wide = with_failures(60)
    assert columns(wide[2]) == ["mine (yours, 11 of 66 without a score)", "0.12", "worse"]
    assert columns(wide[1])[0] == "genetic-algorithm"
    assert len(wide) == 3
    narrow = with_failures(36)
    assert columns(narrow[2]) == ["mine !", "0.12", "worse"]
    assert columns(narrow[1])[0] == "genetic-algorithm"
    assert narrow[3:] == ["! mine: 11 of 66 without a score"]


def test_the_mark_of_a_name_takes_no_room_from_other_names() -> None:
    assert shortened(("genetic-algorithm", "mine"), 17, ("", " (yours)")) == [
        "genetic-algorithm",
        "mine",
    ]
    assert (
        shortened(("sobol", "genetic-algorithm"), 17, ("", " (yours)"))[1]
        == "gene\N{HORIZONTAL ELLIPSIS}ithm"
    )


def test_cut_names_show_the_middle_in_which_they_differ() -> None:
    names = [f"{'a' * 40}:size={n},rest={'b' * 40}" for n in range(12)]
    for width in (16, 30):
        cut = shortened(names, width)
        assert len(set(cut)) == len(names)
        assert max(map(len, cut)) <= width
        assert all(f"size={n}" in short for n, short in enumerate(cut))


def test_names_that_are_cut_stay_different() -> None:
    names = [f"{'x' * 40}={n}" for n in range(20)] + [f"{n}={'y' * 40}" for n in range(20)]
    for width in (12, 20, 39):
        cut = shortened(names, width)
        assert len(set(cut)) == len(names)
        assert max(map(len, cut)) <= width
