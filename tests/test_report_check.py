"""A report says what it was made of, and a check names what differs once it is made again."""

import shutil
import sys
from collections.abc import Generator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from cards import strategy_card
from planning_sessions import certificate_of
from sketches import sketching
from studies import finished, outcomes, problem, run

from hpobench.commands.cli import main
from hpobench.commands.report_check import check_report
from hpobench.commands.reporting import make_report, results_of
from hpobench.commands.session import finished_runs
from hpobench.errors import InputError
from hpobench.registry.choice import ALL, Choice
from hpobench.report.making import Report, Results, make
from hpobench.report.trace import cells, manifest
from hpobench.report.trace.changes import changes
from hpobench.report.trace.differences import Difference, differences
from hpobench.report.trace.folder import put
from hpobench.report.trace.inputs import digests, inputs
from hpobench.store import Store, certificate_file, sealed_json
from hpobench.store.certificate_file import Verified
from hpobench.store.listing import key_of
from hpobench.store.run_file import RunFile
from hpobench.store.sealed_json import DamageError
from hpobench.trial import Outcome

NAMES = ("random-search", "sobol")
CARDS = [strategy_card(name) for name in NAMES]
PROBLEMS = [problem(0), problem(1)]
FOUND = outcomes(
    {"random-search": lambda p, seed: 0.5 + 0.1 * p + 0.01 * seed, "sobol": lambda p, _: 0.2 + p},
    PROBLEMS,
    seeds=2,
)
ADDED = (
    "the runs have changed since the report was made: 8 runs then, 9 runs now; sobol 1 on p1 1: 2"
    " then, 3 now"
)
"""What is said where a run was added."""


def keep(store: Store, outcome: Outcome) -> None:
    with RunFile(store.path(outcome.run), outcome.run) as file:
        for record in outcome.records:
            file.append(record)
        file.seal(outcome.stop, len(outcome.records), {"seconds": 0.5})


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """Make a folder of results with its report; figures are drawn, but not saved."""
    folder = tmp_path_factory.mktemp("kept") / "results"
    store = Store(folder)
    with store.writing(Fraction(1), 1):
        for card in CARDS:
            store.put_card(card)
        for each in PROBLEMS:
            store.put_card(each)
        for outcome in FOUND:
            keep(store, outcome)
    with sketching():
        make_report(folder, folder / "report")
        yield folder


@pytest.fixture(scope="module")
def made(kept: Path) -> Report:
    """Make the report of these results again."""
    store, earlier = Store(kept), manifest.read(kept / "report")
    assert earlier is not None
    return make(results_of(store, finished_runs(store), ALL), earlier.settings, kept / "report")


@pytest.fixture
def there(kept: Path, tmp_path: Path) -> Path:
    """Return a copy of the report, to be altered."""
    return Path(shutil.copytree(kept / "report", tmp_path / "report"))


def compared(there: Path, made: Report) -> list[Difference]:
    try:
        earlier = manifest.read(there)
    except DamageError:
        earlier = None
    return differences(there, made.files, made.manifest, earlier)


def test_a_report_that_nobody_touched_is_equal(
    kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()}
    monkeypatch.setattr(sys, "argv", ["hpobench", "report", str(kept), "--check"])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    number = sum("report" in path.relative_to(kept).parts for path in before)
    assert capsys.readouterr().out.splitlines()[-1] == f"equal: {number} files"
    assert {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()} == before


def test_one_altered_digit_is_found_in_any_file(there: Path, made: Report) -> None:
    paths = [path for path in there.rglob("*") if path.is_file()]
    kinds = {"html", "json", "pdf", "png", "csv", "tex", "md"}
    assert {path.suffix[1:] for path in paths} == kinds
    for path in paths:
        data = path.read_bytes()
        last = max((data.rfind(b"%d" % digit) for digit in range(10)), default=-1)
        place = last if last >= 0 else len(data) - 1
        path.write_bytes(data[:place] + b"%d" % ((data[place] + 3) % 10) + data[place + 1 :])
        assert path.read_bytes() != data
        (found,) = compared(there, made)
        name = path.relative_to(there).as_posix()
        kind = "differs" if name == manifest.MANIFEST else "altered"
        assert (found.path, found.kind) == (name, kind)
        assert found.places
        path.write_bytes(data)
    assert compared(there, made) == []


ALTERED = {
    ("tables/final-regret.csv", "sobol,,,,,,,,,,0.7", "sobol,,,,,,,,,,0.8"): (
        "row sobol, column 100%: 0.8 there, 0.7 from the runs"
    ),
    ("tables/final-regret.csv", "sobol,", "sobel,"): (
        "row sobol, column Strategy: sobel there, sobol from the runs"
    ),
    ("index.html", '<td class="r">0.700</td>', '<td class="r">0.710</td>'): (
        "table ranking, row sobol, column Mean regret: 0.710 there, 0.700 from the runs"
    ),
    ("index.html", "<p>The same seeds", "<p>Other seeds"): (
        "section reproduce: Other seeds give the same runs"
    ),
    ("index.html", 'src="data:image/webp;base64,Uk', 'src="data:image/webp;base64,Ul'): (
        ", the picture"
    ),
    ("index.html", '<section id="budget">', '<section id="b">'): "section budget: missing",
    ("index.html", "max-width: 74rem", "max-width: 75rem"): "the head of the page: ",
    (
        "tables/ranking.tabular.tex",
        r"\toprule",
        r"\midrule",
    ): r"\midrule there, \toprule from the runs",
    ("manifest.json", '"runs": 8', '"runs": 9'): "entry inputs, runs: 9 there, 8 from the runs",
}
"""What is named as different, by the file, a text in it and what the text is replaced by."""


@pytest.mark.parametrize("altered", ALTERED)
def test_a_difference_is_named_by_its_place(
    there: Path, made: Report, altered: tuple[str, str, str]
) -> None:
    name, old, new = altered
    text = (there / name).read_text(encoding="utf-8")
    assert old in text
    (there / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    (found,) = compared(there, made)
    assert found.path == name
    assert ALTERED[altered] in found.places[0]


def test_a_file_that_is_missing_or_extra_is_named(there: Path, made: Report) -> None:
    (there / "tables" / "ranking.md").unlink()
    (there / "figures" / "more.png").write_bytes(b"")
    (there / "paper").mkdir()
    for name in ("main.log", "main.pdf", "other.pdf"):  # LaTeX made these, but for the last one
        (there / "paper" / name).write_bytes(b"")
    (there / "held-out").mkdir()  # a report of its own
    shutil.copy(there / "manifest.json", there / "held-out")
    assert compared(there, made) == [
        Difference("missing", "tables/ranking.md"),
        Difference("extra", "figures/more.png"),
        Difference("extra", "paper/other.pdf"),
    ]
    (there / "manifest.json").unlink()
    assert compared(there, made)[0] == Difference("missing", "manifest.json")


def test_rows_of_tables_are_matched_by_what_tells_them_apart() -> None:
    right = "panel,who,n,y\na,s,1,0.1\na,s,2,0.2\nb,s,1,0.3\n"
    longer, turned = right + "b,s,2,0.4\n", "panel,who,n,y\nb,s,1,0.3\na,s,1,0.1\na,s,2,0.2\n"
    assert [*cells.differing_cells(right, longer)] == ["row b, s, 2: missing"]
    assert [*cells.differing_cells(longer, right)] == ["row b, s, 2: extra"]
    assert [*cells.differing_cells(turned, right)] == ["the order of the rows"]
    assert [*cells.differing_cells("x,y\na,1\na,2\na,2\n", "x,y\na,1\na,2\na,1\n")] == [
        "row 3 (a), column y: 2 there, 1 from the runs"
    ]
    assert [*cells.differing_cells('x,y\n"a,1\n', "x,y\na,1\n")] == [
        'line 2: "a,1 there, a,1 from the runs'
    ]


def results(found: list[Outcome]) -> Results:
    return Results(finished(found), CARDS, PROBLEMS, [], [], (), "", [])


def stated(found: Results) -> manifest.Manifest:
    """Return the manifest of a report that has no file."""
    of_runs = digests(found.runs, found.strategies, found.problems)
    made_of = inputs(of_runs, found.runs, found.sessions, found.certificates)
    return manifest.Manifest({"numpy": "1"}, manifest.Settings("a", ALL), made_of, {})


def test_what_has_changed_since_is_said_with_the_number_of_runs() -> None:
    then = stated(results(FOUND))
    assert stated(results(FOUND[::-1])) == then  # whatever the order of reading
    more = stated(results([*FOUND, run("sobol", PROBLEMS[1], 2, 0.5)]))
    (said,) = changes(then, more)
    assert said == ADDED
    others = results(FOUND)
    other = stated(replace(others, runs=[replace(others.runs[0], digest="x"), *others.runs[1:]]))
    (said,) = changes(then, other)
    assert said.endswith("random-search 1 on p0 1: 2 runs, but not the same")
    cards = [replace(CARDS[0], summary="New."), CARDS[1]]
    assert [*changes(then, stated(replace(others, strategies=cards, sessions=[{"a": 1}])))] == [
        "the cards of strategies or problems have changed since the report was made",
        "sessions have been added or changed since the report was made",
    ]
    assert [*changes(then, replace(then, versions={"numpy": "2"}))] == [
        "another version of numpy made the report: 1 then, 2 now"
    ]


def test_seconds_that_were_measured_anew_leave_the_hash_of_the_runs() -> None:
    first, *rest = results(FOUND).runs
    slower = replace(first, ask_seconds=first.ask_seconds + 1, tell_seconds=first.values)
    then, now = (stated(replace(results(FOUND), runs=[x, *rest])) for x in (first, slower))
    assert then.inputs.hash == now.inputs.hash
    assert [*changes(then, now)] == [
        "the runs are the same, but their seconds have been measured anew since"
    ]


def test_another_version_alone_is_no_difference(there: Path, made: Report) -> None:
    older = replace(made.manifest, versions={**made.manifest.versions, "numpy": "1"})
    (there / "manifest.json").write_bytes(manifest.encoded(older))
    assert compared(there, made) == []


def test_every_file_of_a_figure_or_table_carries_the_hash_of_its_runs(made: Report) -> None:
    whole = made.manifest.inputs.hash[:12]
    assert made.files.keys() == made.manifest.files.keys()
    for name, data in made.files.items():
        runs = made.manifest.files[name].runs
        assert runs == whole or "by-problem" in name
        if name.endswith((".tex", ".md")):
            assert f"hpobench, runs {runs}" in data.decode()
        if name.startswith("figures/") and name.endswith("csv"):
            assert f'title="runs {runs}"' in made.files["index.html"].decode()


def test_a_figure_of_some_problems_carries_the_hash_of_their_runs_alone() -> None:
    found = digests(results(FOUND).runs, CARDS, PROBLEMS)
    first = [outcome for outcome in FOUND if outcome.run.problem == PROBLEMS[0].identity]
    alone = digests(results(first).runs, CARDS, PROBLEMS)
    assert found.hash({PROBLEMS[0].identity}) == alone.hash() != found.hash()
    assert found.hash({each.identity for each in PROBLEMS}) == found.hash()


def test_files_that_only_the_earlier_report_has_are_removed(there: Path, made: Report) -> None:
    (there / "figures" / "mine.png").write_bytes(b"no report has made it")
    kept = {name: data for name, data in made.files.items() if "ranking" not in name}
    files = {name: made.manifest.files[name] for name in kept}
    assert put(replace(made.manifest, files=files), kept, there) == ()
    names = {path.relative_to(there).as_posix() for path in there.rglob("*.*")}
    assert names == {*kept, "manifest.json", "figures/mine.png"}


@pytest.mark.parametrize("outside", ["../x.png", "/x.png", "figures/../../x.png", "notes.md"])
def test_a_manifest_that_leads_out_of_the_report_removes_nothing(
    there: Path, made: Report, outside: str
) -> None:
    target = there / outside if outside[0] != "/" else there / "figures" / "x.png"
    outside = str(target) if outside[0] == "/" else outside
    target.write_bytes(b"a user's")
    entry = manifest.entry(b"a user's", "")
    files = {**made.manifest.files, outside: entry, "tables/old.md": entry}
    (there / "tables" / "old.md").write_bytes(b"old")
    (there / "manifest.json").write_bytes(manifest.encoded(replace(made.manifest, files=files)))
    with pytest.raises(DamageError, match="is damaged: no report has such a file"):
        manifest.read(there)
    (note,) = put(made.manifest, made.files, there)
    assert "is damaged" in note
    assert (target.exists(), (there / "tables" / "old.md").exists()) == (True, True)


def test_a_folder_that_a_link_leads_to_keeps_its_files(there: Path, made: Report) -> None:
    elsewhere = there.parent / "elsewhere"
    (there / "figures").rename(elsewhere)
    (there / "figures").symlink_to(elsewhere)
    before = sorted(path.name for path in elsewhere.iterdir())
    kept = {name: data for name, data in made.files.items() if "figures" not in name}
    put(made.manifest, kept, there)
    assert sorted(path.name for path in elsewhere.iterdir()) == before


@pytest.mark.parametrize(
    "content", [{"files": 1}, {"settings": {"title": 1, "comparator": "a", "groups": []}}, {}]
)
def test_a_manifest_of_another_form_is_damaged(tmp_path: Path, content: dict[str, object]) -> None:
    (tmp_path / "manifest.json").write_bytes(sealed_json.sealed(content))
    with pytest.raises(DamageError, match="is damaged, or of another version of hpobench"):
        manifest.read(tmp_path)


def test_the_check_says_first_that_runs_were_added(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(kept, tmp_path / "copy"))
    store = Store(folder)
    with store.writing(Fraction(1), 1):
        keep(store, run("sobol", PROBLEMS[1], 2, 0.5))
    assert check_report(folder, folder / "report") == 1
    said = capsys.readouterr().out.splitlines()[1:]
    assert said[0] == f"changed: {ADDED}"
    assert {line.partition(": ")[0] for line in said[1:-1]} == {
        *("differs", "missing")  # what lists the seeds that random search lacks now
    }
    assert said[-1].startswith("not equal: ")
    (folder / "report" / "manifest.json").write_text("{")
    check_report(folder, folder / "report")
    assert "torn or was altered" in capsys.readouterr().out.splitlines()[1]


@pytest.mark.parametrize("damaged", ["results.json", "cards", "runs"])
def test_a_check_names_damaged_results_and_moves_nothing(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], damaged: str
) -> None:
    folder = Path(shutil.copytree(kept, tmp_path / "copy"))
    path = next(each for each in sorted(folder.rglob("*.json*")) if damaged in str(each))
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    files = sorted(folder.rglob("*"))
    for _ in range(2):
        assert check_report(folder, folder / "report") == 1
        assert f"{path.name} " in capsys.readouterr().out.replace("\n", " ")
    assert sorted(folder.rglob("*")) == files


def test_there_must_be_a_report_of_these_problems_to_check(kept: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no report is there"):
        check_report(kept, tmp_path)
    with pytest.raises(InputError, match="not of held-out, but of all"):
        check_report(kept, kept / "report", Choice(split="held-out"))


def test_a_report_is_made_again_as_it_was_asked_for(kept: Path, tmp_path: Path) -> None:
    choice = Choice(labels=(("sobol", "Ours"),), against="sobol", budget=1, style="acm", each=True)
    with sketching():
        make_report(kept, tmp_path, choice)
        there = manifest.read(tmp_path)
        assert there is not None
        assert there.settings.choice == choice
        assert "figures/regret-on-p0.pdf" in there.files
        assert check_report(kept, tmp_path) == 0
        with pytest.raises(InputError, match="was made with other options than these"):
            check_report(kept, tmp_path, Choice(against="sobol", budget=1, style="ieee"))


def test_a_certificate_is_printed_and_its_coming_is_a_change(made: Report, kept: Path) -> None:
    runs = [*Store(kept).finished()]
    covered = (Verified(key_of(runs[0].run), runs[0].digest, 1, "identical"),)
    given = certificate_of(covered)
    found = replace(results_of(Store(kept), runs, ALL), certificates=[given])
    again = make(found, made.manifest.settings, kept / "report")
    assert f"certificate {given.identity}" in again.files["index.html"].decode()
    assert again.files["tables/certificate.csv"].decode().splitlines()[1].endswith(",1,0,0,0")
    assert "tables/certificate.csv" not in made.files
    assert [*changes(made.manifest, again.manifest)] == [
        "certificates have been added or changed since the report was made"
    ]


def test_a_report_that_lacks_a_certificate_alone_says_what_prints_it(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = shutil.copytree(kept, tmp_path / "results")
    run = next(Store(kept).finished())
    gone = Verified("p9/gone/0-0123456789abcdef", "0" * 16, 1, "not-made", "it is torn")
    covered = (Verified(key_of(run.run), run.digest, 1, "identical"), gone)
    certificate_file.write(kept, certificate_of(covered))
    with sketching():
        assert check_report(kept, None) == 1
        said = " ".join(capsys.readouterr().out.split())
        assert f"a new report prints the certificates: hpobench report {kept}" in said
        assert "differs:" not in said
        assert "missing:" not in said
        (kept / "report" / "tables" / "ranking.csv").unlink()
        assert check_report(kept, None) == 1
        assert "missing: tables/ranking.csv" in capsys.readouterr().out
        make_report(kept, None)
        assert check_report(kept, None) == 0
    page = " ".join((kept / "report" / "index.html").read_text().split())
    assert "also covers 1 run that this report lacks" in page
    assert "Not in this report, and not made again: p9/gone/0-0123456789abcdef (it is torn)" in page
