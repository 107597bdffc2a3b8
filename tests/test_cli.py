"""The program as its users meet it: what it prints, what it leaves, how it exits."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from shutil import copytree

import pytest
from sketches import undrawn

import hpobench
from hpobench import registry
from hpobench.commands.cli import main
from hpobench.commands.listing import card, card_for_people, print_card
from hpobench.experiment.local.pool import ISOLATIONS
from hpobench.store import Store, run_file

ROOT = Path(__file__).parents[1]
Program = Callable[..., tuple[int, str, str]]

BOWL = '''
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def bowl(config):
    """A bowl."""
    return (config["x"] - 0.3) ** 2
'''
ENDLESS = """
import time
from pathlib import Path
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def endless(config):
    while len(list(Path("results").glob("**/*.jsonl"))) >= 2 and not Path("go").exists():
        time.sleep(0.02)
    return config["x"]
"""
WRONG = '''
from dataclasses import dataclass
from pathlib import Path
from hpobench import Proposal, Strategy

@dataclass
class Wrong(Strategy):
    """Proposes what is outside, as long as a file is missing."""
    def ask(self, pending):
        if Path("data.csv").exists():
            return Proposal(self.task.space.default())
        return Proposal({"x1": 99.0})
'''
MINE = WRONG.replace('Proposal({"x1": 99.0})', "Proposal(self.task.space.default())")


@pytest.fixture
def drawing_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Program:
    """Run the command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hpobench", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return run


@pytest.fixture
def program(drawing_program: Program, undrawn: None) -> Program:
    """Run it without drawing figures."""
    del undrawn  # it has done its work
    return drawing_program


SMALL = ("all", "-s", "random-search", "-s", "default", "-p", "branin", "--seeds", "2")


@pytest.fixture(scope="module")
def ended_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a folder where the small experiment was run with a budget of 3, and what was said."""
    folder = tmp_path_factory.mktemp("ended")
    command = [sys.executable, "-m", "hpobench", *SMALL, "--budget", "3", "--jobs", "1"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True)  # noqa: S603  # ours
    assert done.stderr == ""
    return folder, done.stdout


@pytest.fixture
def ended(drawing_program: Program, ended_once: tuple[Path, str]) -> str:
    """Begin where the small experiment has been run already, with a budget of 3."""
    del drawing_program  # it chose the folder
    folder, said = ended_once
    copytree(folder, Path(), dirs_exist_ok=True)
    return said


def performed(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the command line in this process and that folder, without drawing; return what it said.

    For what several tests look at: a session takes a second to begin.
    """
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), undrawn():
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["hpobench", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
    return int(end.value.code or 0), " ".join(said.getvalue().split())


def test_all_plans_runs_ranks_and_reports(ended: str) -> None:
    assert "2 strategies on 1 problem, budget 3" in ended
    assert "first impression" not in ended
    assert "first impression" not in Path("results/standard/report/index.html").read_text("utf-8")
    assert "4 runs, 0 of them done; 4 to do" in ended
    words = " ".join(ended.split())
    assert words.index("random-search") > words.index("to do")
    assert "Report: results/standard/report/index.html" in words
    assert Path("results/standard/report/index.html").is_file()


def kept(folder: Path) -> dict[Path, bytes]:
    """Return all files, but for who was the last to write, and for the pictures."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != ".holder")
    return {path: path.read_bytes() for path in paths if not {path.suffix, path.name} & DRAWN}


DRAWN = {".png", ".pdf", ".html", "manifest.json"}
"""Files that pictures are in, and the file that lists their hashes."""


@pytest.mark.usefixtures("ended", "sketched")
def test_run_again_it_finds_everything_done_and_makes_the_same_report(
    drawing_program: Program,
) -> None:
    folder = Path("results/standard")
    before = kept(folder)
    status, out, _ = drawing_program(*SMALL, "--budget", "3")
    assert status == 0
    assert "4 runs, 4 of them done; 0 to do" in out
    assert kept(folder) == before


@pytest.mark.usefixtures("ended")
def test_the_report_is_made_again_elsewhere_byte_for_byte(drawing_program: Program) -> None:
    status, out, _ = drawing_program("report", "results/standard", "--output", "again")
    assert status == 0
    assert "again/index.html" in out
    there, again = Path("results/standard/report"), Path("again")
    files = sorted(path.relative_to(there) for path in there.rglob("*") if path.is_file())
    assert files == sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    assert all((there / name).read_bytes() == (again / name).read_bytes() for name in files)


TYPO = """
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def f(config):
    return config["y"]
"""
FAILING = (*SMALL, "-s", "./wrong.py", "--budget", "3")


@pytest.fixture(scope="module")
def failed_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """Return a folder where a strategy and a problem have failed, the status and what was said."""
    folder = tmp_path_factory.mktemp("failed")
    (folder / "wrong.py").write_text(WRONG)
    (folder / "typo.py").write_text(TYPO)
    return folder, *performed(folder, *FAILING, "-p", "./typo.py", "--jobs", "1")


def test_a_failing_run_is_named_stops_no_other_and_sets_the_status(
    failed_once: tuple[Path, int, str],
) -> None:
    folder, status, words = failed_once
    assert status == 1
    assert "failed: wrong on branin, 2 runs: the strategy made an invalid proposal" in words
    assert "'x1' must be a number in [-5, 10]: 99.0" in words
    assert "--retry-failed" in words
    reasons = [
        outcome.stop.reason
        for outcome in Store(folder / "results/standard").outcomes()
        if outcome.run.problem.name == "branin"
    ]
    assert sorted(reasons) == ["complete"] * 2 + ["exhausted"] * 2 + ["failed"] * 2


def test_a_problem_of_whose_evaluations_all_fail_is_named_and_sets_the_status(
    failed_once: tuple[Path, int, str], program: Program
) -> None:
    folder, _, words = failed_once
    assert "all 8 evaluations of typo failed: KeyError: 'y'" in words
    assert "of branin failed" not in words
    copytree(folder, Path(), dirs_exist_ok=True)
    status, out, _ = program(*SMALL, "-p", "./typo.py", "--budget", "3")
    assert status == 1
    assert "8 runs, 8 of them done; 0 to do" in out
    assert "failed: " not in out.replace("typo failed: ", "")


def test_failed_runs_are_run_again_when_that_is_asked_for(
    failed_once: tuple[Path, int, str], program: Program
) -> None:
    copytree(failed_once[0], Path(), dirs_exist_ok=True)
    Path("data.csv").write_text("1")
    status, out, _ = program(*FAILING)
    assert status == 1
    assert "0 to do" in out
    status, out, _ = program(*FAILING, "--retry-failed")
    assert status == 0
    assert "4 of them done; 2 to do" in out
    assert len(list(Path("results/standard/retried").glob("runs/*/*/*"))) == 2


LACKING = """
from hpobench import Float, Instance, Library, Problem, Space, plain

def value(config):
    return config["x"]

problem = Problem(
    "lacking", 1, Space({"x": Float(0, 1)}), plain(value),
    library=Library("tables", ("no-such-package>=1",)),
)
"""
LOUD = BOWL.replace(
    "def bowl(config):\n",
    "import warnings\n\ndef loud(config):\n    warnings.warn('it is [b] slow')\n",
)
NIGHT = """
strategies = ["random-search", "successive-halving", "./mine.py"]
problems = ["branin", "shekel-4", "./bowl.py", "./loud.py", "./lacking.py"]
seeds = 2
budget = 3
workers = 2
"""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a folder where a file's experiment was run, with users' own, and what was said."""
    folder = tmp_path_factory.mktemp("night")
    texts = {"night.toml": NIGHT, "mine.py": MINE, "bowl.py": BOWL, "loud.py": LOUD}
    for name, text in {**texts, "lacking.py": LACKING}.items():
        (folder / name).write_text(text)
    status, words = performed(folder, "run", "night.toml")
    assert status == 0
    return folder, words


def test_an_experiment_file_names_its_results(night: tuple[Path, str]) -> None:
    assert "results/night/report/index.html" in night[1]


def test_a_pair_that_can_not_be_is_unsupported_and_no_failure(night: tuple[Path, str]) -> None:
    reason = "successive-halving on all 4 problems, 8 runs: needs a fidelity"
    assert f"unsupported: {reason}" in night[1]


def test_a_users_own_strategy_and_problem_race(night: tuple[Path, str]) -> None:
    folder, words = night
    assert "mine (yours)" in words
    assert "random-search (yours)" not in words
    strategies, problems = Store(folder / "results" / "night").cards()
    assert {card.identity.name for card in strategies if card.source is not None} == {"mine"}
    sources = {card.identity.name: card.source for card in problems}
    assert sources == {"bowl": BOWL, "loud": LOUD, "branin": None, "shekel-4": None}


def test_what_a_users_code_warns_of_is_said_once_with_its_count(night: tuple[Path, str]) -> None:
    words = night[1]
    assert words.count("it is [b] slow") == 1
    assert re.search(r"warning, \d+ times: loud\.py:9: UserWarning: it is \[b\] slow", words)


def test_a_problem_whose_package_is_missing_is_left_out_and_said(
    night: tuple[Path, str], program: Program
) -> None:
    folder, words = night
    reason = "no-such-package is not installed: pip install 'no-such-package>=1'"
    assert "3 strategies on 4 problems" in words
    assert f"left out: lacking: {reason}" in words
    assert "lacking" not in (folder / "results/night/report/tables/problems.md").read_text()
    Path("lacking.py").write_text(LACKING)
    status, _, err = program("all", "-s", "random-search", "-p", "./lacking.py")
    assert (status, err) == (2, f"hpobench: no problem can be run: {reason}\n")
    _, out, _ = program("list", "problems", "./lacking.py")
    assert "library: missing: pip install 'no-such-package>=1'" in out


@pytest.mark.usefixtures("ended")
def test_results_are_called_as_their_folder(program: Program) -> None:
    page = Path("results/standard/report/index.html")
    assert "<title>standard</title>" in page.read_text(encoding="utf-8")
    Path("results/standard").rename("moved")
    program("report", "moved")
    assert "<title>moved</title>" in Path("moved/report/index.html").read_text(encoding="utf-8")


def _start(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603  # ours
        [sys.executable, "-m", "hpobench", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_cleanly_and_the_same_command_goes_on(
    program: Program, number: int, status: int
) -> None:
    Path("endless.py").write_text(ENDLESS)
    who = ("-s", "random-search", "-s", "default", "-p", "./endless.py")
    command = ("all", *who, "--seeds", "3", "--budget", "2", "--jobs", "2")
    session = _start(*command)
    store = Store(Path("results/standard"))
    for _ in range(1200):
        if len(store.paths(run_file.SEALED)) >= 2:
            break
        time.sleep(0.05)
    os.killpg(session.pid, number)
    out, err = session.communicate(timeout=60)
    assert session.returncode == status
    words = " ".join(out.split())
    finished = len(store.paths(run_file.SEALED))
    assert 2 <= finished < 6
    (log,) = store.sessions()
    assert 0 <= log["runs"] <= finished
    left = f"Interrupted with {6 - finished} of 6 runs left; the same command goes on with them."
    assert left in words
    assert "Traceback" not in out + err
    Path("go").touch()
    ended, out, _ = program(*command)
    assert ended == 0
    assert f"6 runs, {finished} of them done" in out
    assert len(list(store.outcomes())) == 6
    assert store.paths(run_file.PART) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("all", "-s", "randm-search"),
            "no strategy 'randm-search'; did you mean 'random-search'?",
        ),
        (("all", "-p", "brannin"), "no problem 'brannin'; did you mean 'branin'?"),
        (("all", "--preset", "huge"), "no preset 'huge'; there are smoke, standard, paper"),
        (("all", "--seeds", "0"), "seeds must be at least 1: '0'"),
        (("all", "--budget", "0.5"), "budget must be at least 1: 0.5"),
        (("all", "--budget", "-1"), "budget must be at least 1: -1"),
        (("all", "--workers", "0"), "workers must be at least 1: 0"),
        (("all", "--first", "best"), "first must be none or default: 'best'"),
        (("compare", "sobol", "default", "--first", "best"), "first must be none or default: "),
        (("all", "--jobs", "0"), "Invalid value for '--jobs'"),
        (
            ("all", "--memory", "4GB"),
            "'--memory': Input should be a valid number: '4GB'; it is --memory MB",
        ),
        (("all", "--seeds", "many"), "seeds must be how many, as in 5, or which, as in 5-9"),
        (("all", "--sedes", "3"), "No such option: --sedes"),
        (("nothing",), "no command 'nothing'; there are all, run, status, clean"),
        (("show", "branin"), "no command 'show'; did you mean 'list'?"),
        (("reprot",), "no command 'reprot'; did you mean 'report'?"),
        (("env", "craete"), "no command 'craete'; did you mean 'create'?"),
        (("run",), "Missing argument"),
        (("run", "none.toml"), "none.toml can't be read: No such file or directory"),
        (("report", "nowhere"), "no results of hpobench are in this folder"),
        (("list", "things"), "only strategies and problems can be listed: 'things'"),
        (("list", "problems", "brann"), "no problem 'brann'; did you mean 'branin'?"),
        (("all", "-s", "./none.py"), "./none.py can't be read: No such file or directory"),
        (("all", "--results", "file"), "results need a folder, and this is none: file"),
        (("all", "--results", "file/below"), "file/below can't be written: Not a directory"),
        (("all", "--results", "full"), "no results of hpobench are in this folder"),
        (("all", "--results", "a\0b"), "embedded null"),
        (("run", "null.toml"), "can't be read: embedded null byte"),
        (("env", "remove", "a\0b"), "a path can't have a null character in it"),
        (("report", "x" * 300), "can't be used: File name too long"),
        (("run", "round"), "round can't be read: Too many levels of symbolic links"),
        (("report", "\x1b]0;title\x07"), r"no results.json: \x1b]0;title\x07"),
    ],
)
def test_bad_input_is_one_clear_line_and_writes_nothing(
    program: Program, arguments: tuple[str, ...], message: str
) -> None:
    Path("file").write_text("")
    Path("full").mkdir()
    Path("full/thesis.tex").write_text("...")
    Path("round").symlink_to("round")
    Path("null.toml").write_text('strategies = ["./a\\u0000.py"]\nproblems = ["branin"]\n')
    before = sorted(Path().rglob("*"))
    status, _, err = program(*arguments)
    assert status == 2
    assert message in err
    assert err.count("\n") == 1
    assert sorted(Path().rglob("*")) == before


@pytest.mark.usefixtures("ended")
def test_an_altered_run_is_set_aside_reported_without_and_run_again(program: Program) -> None:
    store = Store(Path("results/standard"))
    paths = store.paths(run_file.SEALED)
    digests = [run_file.digest(path) for path in paths]
    commands = (("report", "results/standard"), (*SMALL, "--budget", "3"))
    for path, command in zip(paths, commands, strict=False):
        path.write_bytes(path.read_bytes().replace(b"cost", b"c0st", 1))
        status, out, _ = program(*command)
        assert status == 0
        assert "is torn or was altered: line 2; it was moved to" in " ".join(out.split())
        assert "damaged" in out
    assert [run_file.digest(path) for path in store.paths(run_file.SEALED)] == digests


@pytest.mark.usefixtures("ended")
def test_an_altered_mark_of_the_results_is_named_by_a_report(program: Program) -> None:
    path = Path("results/standard/results.json")
    path.write_bytes(path.read_bytes().replace(b"3", b"9", 1))
    status, out, _ = program("report", "results/standard")
    assert status == 0
    assert "results.json is torn or was altered" in " ".join(out.split())
    assert Path("results/standard/damaged/results.json").is_file()


@pytest.mark.usefixtures("ended")
def test_a_session_is_kept_from_its_beginning() -> None:
    store = Store(Path("results/standard"))
    (session,) = store.sessions()
    (path,) = (store.folder / "sessions").iterdir()
    assert session["planned"] == session["runs"] == len(store.paths(run_file.SEALED))
    assert session["runs apart"].split(":")[0] in ISOLATIONS
    for run in store.paths(run_file.SEALED):
        header, *_, seal = map(json.loads, run.read_text().splitlines())
        assert header["measured"]["session"] == seal["measured"]["session"] == path.stem


@pytest.mark.usefixtures("ended")
def test_a_folder_that_is_in_use_is_one_clear_line(program: Program) -> None:
    store = Store(Path("results/standard"))
    first = next(iter(store.outcomes())).run
    with store.writing(first.budget, first.workers):
        status, _, err = program(*SMALL, "--budget", "3")
    assert status == 2
    assert "is in use by process" in err


@pytest.mark.usefixtures("ended")
def test_another_budget_is_refused_before_anything_is_written(program: Program) -> None:
    status, _, err = program(*SMALL, "--budget", "4")
    assert status == 2
    assert "holds runs of budget 3 and workers 1; choose another folder for 4 and 1" in err


def test_a_report_shows_either_side_of_the_split(night: tuple[Path, str], program: Program) -> None:
    copytree(night[0], Path(), dirs_exist_ok=True)
    for split, there, absent in (
        ("development", "branin", "shekel-4"),
        ("held-out", "shekel-4", "branin"),
    ):
        status, out, err = program("report", "results/night", "-p", split)
        assert err == ""
        assert status == 0
        assert f"report/{split}/index.html" in " ".join(out.split())
        folder = Path(f"results/night/report/{split}/tables")
        text = (folder / "problems.md").read_text(encoding="utf-8")
        assert there in text
        assert absent not in text
    status, _, err = program("report", "results/night", "-p", "test")
    assert status == 2
    assert err.startswith("hpobench: no group of problems 'test'; ")


@pytest.mark.usefixtures("ended")
def test_a_side_without_runs_has_no_report(program: Program) -> None:
    for group in (
        "held-out",
        "tabulated",
        "tabulated&dimensions<=6",
        "ackley-10",
        "branin+noise=1",
    ):
        status, _, err = program("report", "results/standard", "-p", group)
        assert status == 2
        said = f"hpobench: this folder has no run on a problem of {group}: results/standard"
        assert err.strip() == said


@pytest.mark.usefixtures("ended")
def test_where_every_run_is_damaged_that_is_what_is_said(program: Program) -> None:
    for path in Store(Path("results/standard")).paths(run_file.SEALED):
        path.write_bytes(path.read_bytes()[:300])
    status, _, err = program("report", "results/standard")
    assert status == 2
    assert err.startswith("hpobench: no run in this folder can be read: ")
    assert "moved to" in err


@pytest.mark.usefixtures("ended")
def test_an_empty_folder_of_results_has_no_report(program: Program) -> None:
    for path in Store(Path("results/standard")).paths(run_file.SEALED):
        path.unlink()
    status, _, err = program("report", "results/standard")
    assert status == 2
    assert "no run has ended in this folder yet: results/standard" in err


@pytest.mark.usefixtures("ended")
def test_a_report_that_can_not_be_written_is_one_clear_line(program: Program) -> None:
    Path("file").write_text("")
    status, _, err = program("report", "results/standard", "--output", "file/below")
    assert status == 2
    assert err == "hpobench: file/below can't be written: Not a directory\n"


@pytest.mark.usefixtures("ended")
def test_a_folder_without_its_cards_is_one_clear_line(program: Program) -> None:
    paths = list(Path("results/standard/cards").iterdir())
    for path in paths[1:]:
        path.unlink()
    status, _, err = program("report", "results/standard")
    assert status == 2
    assert "lacks the card of " in err
    assert err.count("\n") == 1


def test_everything_is_listed(program: Program) -> None:
    _, out, _ = program("list")
    for name in (*registry.entrants(), *registry.problems()):
        assert name in out
    _, text, _ = program("list", "--json")
    found = json.loads(text)
    assert [row["name"] for row in found["strategies"]] == list(registry.entrants())
    assert [row["name"] for row in found["problems"]] == list(registry.problems())


@pytest.mark.parametrize("kind", ["strategies", "problems"])
def test_every_card_is_printed_and_is_json(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name in registry.entrants() if kind == "strategies" else registry.problems():
        content = json.loads(json.dumps(card(kind, name)))
        print_card(card_for_people(kind, name))
        out = capsys.readouterr().out
        summary = content.get("about", content)["summary"]
        assert " ".join(summary.split()) in " ".join(out.split())


def test_the_card_of_one_is_shown_as_json_or_in_lines(program: Program) -> None:
    status, text, _ = program("list", "strategies", "sobol", "--json")
    assert status == 0
    assert json.loads(text) == card("strategies", "sobol")
    _, out, _ = program("list", "strategies", "sobol")
    assert " ".join(json.loads(text)["summary"].split()) in " ".join(out.split())


def test_a_group_is_listed_and_a_wrapped_problem_has_a_card(program: Program) -> None:
    _, text, _ = program("list", "problems", "held-out", "--json")
    names = [row["name"] for row in json.loads(text)["problems"]]
    assert names == [
        name for name, problem in registry.problems().items() if problem.about.held_out
    ]
    status, out, _ = program("list", "problems", "branin+noise=0.5")
    assert status == 0
    assert "normal noise of the standard deviation 0.5" in " ".join(out.split())


def test_a_single_one_may_be_listed_in_the_singular(program: Program) -> None:
    for singular, plural in (("strategy", "strategies"), ("problem", "problems")):
        assert program("list", singular, "--json") == program("list", plural, "--json")
    assert program("list", "strategy", "sobol") == program("list", "strategies", "sobol")


def test_the_program_says_its_version(program: Program) -> None:
    assert program("--version") == (0, f"hpobench {hpobench.__version__}\n", "")


def test_a_shell_can_complete_the_command() -> None:
    asked = {"_HPOBENCH_COMPLETE": "complete_bash", "COMP_WORDS": "hpobench ex", "COMP_CWORD": "1"}
    done = subprocess.run(  # ours
        [sys.executable, "-m", "hpobench"],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["export"]


@pytest.mark.parametrize("arguments", [("list",), ("list", "--json"), ("list", "--help")])
def test_it_ends_quietly_where_nobody_reads_on(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "hpobench", *arguments]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)  # noqa: S603  # ours
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


SEVERAL = r"""
import sys
from hpobench.report import files
from hpobench.commands.cli import main

files.rendered = lambda *_: "n/a: not drawn"
for line in sys.stdin.read().splitlines():
    sys.argv = ["hpobench", *line.split()]
    try:
        main()
    except SystemExit as end:
        assert end.code in (0, None), line
sys.argv = ["hpobench", "report", "n\N{LATIN SMALL LETTER O WITH DIAERESIS}"]
main()
"""


@pytest.mark.usefixtures("ended")
def test_an_ascii_terminal_shows_stand_ins(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
        "PYTHONPATH": str(ROOT),
    }
    shown = (" ".join((*SMALL, "--budget", "3")), "list", "all --help")
    lines = "\n".join((*shown, "list problems branin", "list strategies sobol"))
    done = subprocess.run(  # noqa: S603  # ours
        [sys.executable, "-c", SEVERAL],
        input=lines.encode(),
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout.isascii()
    assert b"4 runs, 4 of them done" in done.stdout
    assert done.stderr.isascii()
    assert done.stderr.count(b"\n") == 1


HEAVY = {"numpy", "scipy", "sklearn", "xgboost", "pandas", "pyarrow", "matplotlib"}


def test_help_loads_nothing_heavy_and_only_drawing_loads_matplotlib() -> None:
    script = (
        "import sys; sys.argv = ['hpobench', '--help']\n"
        "from hpobench.commands.cli import main\n"
        "loaded = lambda: print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
        "try: main()\n"
        "except SystemExit: loaded()\n"
        "import hpobench.commands.running, hpobench.commands.comparing\n"
        "loaded()"
    )
    command = [sys.executable, "-c", script]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  # ours
    assert "Run each strategy on each problem" in out
    *_, for_help, for_runs = [set(line.split()) for line in out.splitlines()]
    assert not HEAVY & for_help
    assert HEAVY & for_runs == {"numpy"}


@pytest.mark.usefixtures("ended", "sketched")
def test_a_report_says_how_many_runs_are_unfinished(program: Program) -> None:
    store = Store(Path("results/standard"))
    page = store.folder / "report" / "index.html"
    paths = store.paths(run_file.SEALED)
    assert program("report", "results/standard")[0] == 0
    assert "Unfinished" not in page.read_text()
    for path in paths[:2]:
        path.unlink()
    _, out, _ = program("report", "results/standard")
    assert f"note: Unfinished: 2 of the {len(paths)} runs" in " ".join(out.split())
    assert (
        f"Unfinished: 2 of the {len(paths)} runs in the plan of the last session"
        in page.read_text()
    )
    for path in paths[2:-1]:
        path.unlink()
    assert program("report", "results/standard")[0] == 0
    assert f"<dd>1 of {len(paths)}</dd>" in page.read_text()


@pytest.mark.usefixtures("ended", "sketched")
def test_what_is_asked_for_last_decides_what_is_unfinished(program: Program) -> None:
    """Nothing is owed of a plan that another one, of which all is there, came after."""
    folder = Path("results/standard")
    dropped = [path for path in Store(folder).paths(run_file.SEALED) if "default" in path.parts]
    for path in dropped:
        path.unlink()
    assert dropped
    assert "Unfinished" in program("report", str(folder))[1]
    asked = tuple(word for word in (*SMALL, "--budget", "3") if word)
    place = asked.index("default")
    fewer = (*asked[: place - 1], *asked[place + 1 :])
    status, out, _ = program(*fewer)
    assert status == 0
    assert "0 to do" in out
    assert "Unfinished" not in out
    sessions = len(Store(folder).sessions())
    assert "Unfinished" not in program("report", str(folder))[1]
    assert program(*fewer)[0] == 0
    assert len(Store(folder).sessions()) == sessions


@pytest.mark.usefixtures("ended")
def test_a_report_among_the_results_is_refused(program: Program) -> None:
    folder = Path("results/standard")
    for output in (
        folder,
        folder / "held-out",
        folder / "runs" / "x",
        folder / "report" / ".." / "x",
    ):
        status, _, err = program("report", str(folder), "--output", str(output))
        assert status == 2
        assert (
            "a report inside a folder of results has to be in results/standard/report"
            in " ".join(err.split())
        )
    assert program("report", str(folder))[0] == 0


@pytest.mark.usefixtures("ended", "sketched")
def test_runs_without_their_card_are_not_unfinished(program: Program) -> None:
    folder = Path("results/standard")
    (card,) = [path for path in (folder / "cards").iterdir() if "default" in path.read_text()[:300]]
    card.unlink()
    _, out, _ = program("report", str(folder))
    assert "lacks the card of default" in " ".join(out.split())
    assert "Unfinished" not in out


def test_what_lies_where_the_command_is_given_is_not_taken_for_what_is_installed(
    tmp_path: Path,
) -> None:
    for name in ("queue", "numpy", "rich", "matplotlib", "typer", "strategies", "problems"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('it was imported')\n")
    command = [sys.executable, "-m", "hpobench", "list", "problems", "branin"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)  # noqa: S603  # ours
    assert done.returncode == 0, done.stderr.decode()
