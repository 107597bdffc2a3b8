"""The documents are complete, and what they say to do works."""

import importlib.util
import re
import shlex
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import chdir
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import numpy as np
import pytest
import typer
from conforming import AskedElsewhere, assert_same_elsewhere, evaluations, noted, races
from ended import results
from performing import planned
from races import finished

from hpobench import Proposal, Stream, Units
from hpobench.cards.groups import PROPERTIES, is_property
from hpobench.commands.cli import app, main
from hpobench.commands.conformance import problems as problems_checked
from hpobench.commands.conformance import races as races_checked
from hpobench.commands.conformance.problems import PROBLEM_PROMISES
from hpobench.commands.conformance.processes import Kind
from hpobench.commands.conformance.promise import Finding, judged
from hpobench.commands.conformance.strategies import STRATEGY_PROMISES
from hpobench.commands.unknown_command import NO_PLUGINS
from hpobench.experiment import Experiment, plan, preset, preset_names
from hpobench.experiment.experiment import parse
from hpobench.experiment.one_run import perform_run
from hpobench.registry import (
    find_entrants,
    find_problems,
    find_strategies,
    problem_groups,
    problems,
    strategies,
    strategy_groups,
)
from hpobench.registry.choice import Choice
from hpobench.registry.subjects import find
from hpobench.runner import run
from hpobench.store import Store
from hpobench.strategy import fields_of
from hpobench.trial import Record, Stop

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "results" / "README.md")
}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def write_files(text: str, folder: Path) -> list[str]:
    """Write the examples that begin with their file's name, and return the other examples."""
    others: list[str] = []
    for block in blocks(text, "python"):
        named = re.match(r"# (\w+\.py)\n", block)
        if named:
            (folder / named[1]).write_text(block, encoding="utf-8")
        else:
            others.append(block)
    return others


def commands(text: str) -> list[list[str]]:
    """Return the words of every command of the program, in code blocks and between the lines."""
    # a text in double quotes may go over several lines
    typed_blocks = re.findall(r'(?:"[^"]*"|[^\n"])+', "".join(blocks(text, "sh")))
    lines = typed_blocks + re.findall(r"`([^`\n]+)`", text)
    typed = (re.match(r"(?:python -m )?hpobench ([a-z][^|\\]+)", line) for line in lines)
    return [shlex.split(each[1], comments=True) for each in typed if each]


def table(page: str, kind: str) -> list[dict[str, str]]:
    """Return the rows of one of a document's tables, by their headings."""
    content = PAGES[page].partition(f"<!-- {kind} -->\n")[2]
    content = content.partition(f"<!-- end of {kind} -->")[0]
    cells = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in content.splitlines()
    ]
    headings, _, *rows = cells
    return [dict(zip(headings, row, strict=True)) for row in rows]


def execute(
    strategy: str, problem: str, *, budget: int, workers: int = 1
) -> tuple[list[Record], Stop]:
    return finished(
        run(
            find_strategies(strategy)[0].item,
            find_problems(problem)[0].item,
            budget=budget,
            workers=workers,
        )
    )


@pytest.fixture(scope="module")
def documents() -> ModuleType:
    """Return the script that writes the tables."""
    path = ROOT / "scripts" / "documents.py"
    spec = importlib.util.spec_from_file_location("documents", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_of_the_documents_are_as_the_script_writes_them(documents: ModuleType) -> None:
    for page in documents.tables():
        assert documents.written(page) == PAGES[page], "python scripts/documents.py"


def test_the_readme_is_short() -> None:
    assert README.count("\n") <= 150


@pytest.mark.parametrize("group", ["native", "peers"])
def test_the_table_of_strategies_is_complete(group: str) -> None:
    rows = {row["strategy"].strip("`"): row for row in table("docs/strategies.md", group)}
    assert tuple(rows) == strategy_groups()[group]
    ours = strategies()
    for name in rows:
        strategy = ours[name]
        summary = " ".join((type(strategy).__doc__ or "").split("\n\n")[0].split())
        assert rows[name]["what it does"] == summary
        assert re.findall(r"`(\w+)=", rows[name]["fields"]) == [*fields_of(strategy)]


def test_the_tables_of_problems_are_complete() -> None:
    ours = problems()
    families = {problem.about.family for problem in ours.values()}
    rows = {
        row["problem"].strip("`"): {**row, "family": family}
        for family in families
        for row in table("docs/problems.md", family)
    }
    assert sorted(rows) == sorted(ours)
    for name, problem in ours.items():
        row, fidelity = rows[name], problem.fidelity
        span = f"{fidelity.low:g} to {fidelity.high:g} {fidelity.unit}" if fidelity else ""
        assert row["family"] == problem.about.family
        assert row["side"] == ("held-out" if problem.about.held_out else "development")
        assert int(row["parameters"]) == len(problem.space)
        assert sum(map(int, re.findall(r"\d+", row["of which"].partition(";")[0]))) == len(
            problem.space
        )
        assert ("conditional" in row["of which"]) == problem.space.conditional
        assert row["fidelity"] == span
        assert row["gradients"] == ("" if problem.gradient_cost is None else "yes")


def test_the_table_of_presets_is_complete() -> None:
    rows = {row["preset"].strip("`"): row for row in table("README.md", "presets")}
    assert list(rows) == preset_names()
    for name in preset_names():
        experiment, row = preset(name), rows[name]
        planned = plan(experiment)
        assert int(row["strategies"]) == len(planned.strategies)
        assert int(row["problems"]) == len(planned.problems)
        both = (experiment.seeds, experiment.trained_seeds or experiment.seeds)
        seeds = {len(each) for each in both}
        assert set(map(int, re.findall(r"\d+", row["seeds"]))) == seeds
        assert row["budget"] == f"{experiment.budget:g} evaluations"


def test_the_readme_has_a_line_for_each_group_with_its_number() -> None:
    found = {name: int(count) for name, count in re.findall(r"- \*\*(.+)\*\* \((\d+)\)", README)}
    families = {problem.about.family for problem in problems().values()}
    groups = {**strategy_groups(), **problem_groups()}
    assert found == {name: len(groups[name]) for name in ("native", "peers", *families)}


def test_contributors_are_told_of_every_wing_and_file_of_the_framework() -> None:
    rows = {row["wing or file"].strip("`"): row for row in table("CONTRIBUTING.md", "wings")}
    there = {path.stem for path in (ROOT / "hpobench").glob("*.py")}
    there |= {path.parent.name for path in (ROOT / "hpobench").glob("*/__init__.py")}
    assert set(rows) == there - {"__init__"}
    for name, row in rows.items():
        said = importlib.import_module(f"hpobench.{name}").__doc__
        assert row["what it is for"] == (said or "").splitlines()[0]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGES[page]):
        assert ((ROOT / page).parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES)
def test_commands_are_understood(page: str, tmp_path: Path) -> None:
    for text in (README, GUIDE, PAGES["docs/tutorial.md"]):
        write_files(text, tmp_path)
    program = typer.main.get_command(app)
    for name, *typed in commands(PAGES[page]):
        words = [word for word in typed if word != NO_PLUGINS]  # which is the program's
        command = program.commands[name]  # type: ignore[attr-defined]  # it is a group
        with chdir(tmp_path), command.make_context(name, words) as context:
            for kind, find in (("strategy", find_entrants), ("problem", find_problems)):
                specs = context.params.get(kind)
                for spec in specs if isinstance(specs, list) else ():
                    assert find(spec)


@pytest.mark.parametrize("page", PAGES)
def test_targets_of_make_exist(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = "".join(blocks(PAGES[page], "sh")) + "\n".join(re.findall(r"`([^`\n]+)`", PAGES[page]))
    for target in re.findall(r"^make ([a-z]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where a user types, without any file."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_program(words: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the command line in this process, where what it needs is imported already."""
    monkeypatch.setattr(sys, "argv", ["hpobench", *words])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code


@pytest.mark.usefixtures("sketched")
def test_the_readmes_strategy_and_the_guides_first_problem_run_as_they_say(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(README, here)
    write_files(GUIDE, here)
    (words,) = [words for words in commands(GUIDE) if {"all", "./digits.py"} <= {*words}]
    words[words.index("--results") + 1] = "results"
    words[words.index("--seeds") + 1] = "1"  # more seeds take long and show nothing new
    run_program(words, monkeypatch)
    ended = {path.parent.relative_to(here) for path in here.rglob("*.jsonl")}
    pairs = {(path.parts[-2], path.parts[-1]) for path in ended}
    assert pairs == {(p, s) for p in ("digits", "branin") for s in ("mine", "random-search")}
    assert (here / "results" / "report" / "index.html").is_file()


def test_the_readmes_strategy_learns(tmp_path: Path) -> None:
    write_files(README, tmp_path)
    records, _ = execute(str(tmp_path / "mine.py"), "branin", budget=100)
    values = [record.trial.value for record in records]
    assert statistics.median(values[50:]) < 0.2 * statistics.median(values[:5])


@pytest.mark.usefixtures("sketched")
def test_the_guides_experiment_runs_and_its_results_are_read_as_it_says(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    others = write_files(GUIDE, here)
    toml, _ = blocks(GUIDE, "toml")
    fewer = re.sub(r"^trained-seeds = 3", "trained-seeds = 1", toml, flags=re.MULTILINE)
    fewer = re.sub(r"^seeds = 5", "seeds = 2", fewer, flags=re.MULTILINE)
    (here / "early.toml").write_text(fewer, encoding="utf-8")
    words = next(words for words in commands(GUIDE) if words[:2] == ["run", "early.toml"])
    run_program(words, monkeypatch)
    capsys.readouterr()
    for code in others:
        exec(compile(code, "guide.md", "exec"), {})  # noqa: S102  # it is the guide's
    printed = capsys.readouterr().out.splitlines()
    count = 3 * (2 + 1)
    ended = sum("complete" in line or "exhausted" in line for line in printed)
    assert ended == count + 1  # the run without the program says, too, how it ended


def test_the_guides_code_reads_runs_without_a_value_and_runs_of_several_objectives(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "two.py").write_text(
        "from hpobench import *\n"
        "def evaluate(proposal, *_): return Evaluation(values=(0.25, 3.0))\n"
        "problem = Problem('two', 1, Space({'x': Float(0, 1)}),"
        " lambda rng: Instance(evaluate), objectives=('loss', 'time'))\n"
        "class Knows(Strategy):\n"
        "    several_objectives = True\n"
        "    def ask(self, pending): return Proposal(self.task.space.sample(self.rng))\n"
    )
    folder = Path("results/early")
    asked = [("successive-halving", "branin"), ("./two.py", "./two.py")]
    runs = [planned(strategy, problem) for strategy, problem in asked]
    with Store(folder).writing(runs[0].budget, runs[0].workers):
        for run in runs:
            perform_run(run, folder)
    (code,) = [block for block in blocks(GUIDE, "python") if "import Store\n" in block]
    exec(compile(code, "guide.md", "exec"), {})  # noqa: S102  # it is the guide's
    assert capsys.readouterr().out.splitlines() == [
        "successive-halving branin 0 unsupported nan",
        "two two 0 complete 0.250",
    ]


def test_the_guide_reads_results_as_tables(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results(here / "results" / "early")
    (code,) = [block for block in blocks(GUIDE, "python") if "import frame\n" in block]
    exec(compile(code, "guide.md", "exec"), {})  # noqa: S102  # it is the guide's
    said = capsys.readouterr().out
    assert re.search(r"^bowl +a:b=1 +2\.250$", said, re.MULTILINE)  # the mean of 0 and 4.5
    assert re.search(r"^\s+fails +inf$", said, re.MULTILINE)


@pytest.mark.usefixtures("sketched")
def test_the_guide_says_how_an_old_version_leaves_the_report(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(README, here)
    words = shlex.split("all -s ./mine.py -s random-search -p branin --seeds 1 --budget 2")
    words += ["--results", "results/standard"]
    run_program(words, monkeypatch)
    mine = here / "mine.py"
    mine.write_text(mine.read_text(encoding="utf-8").replace("0.1", "0.2"), encoding="utf-8")
    capsys.readouterr()
    run_program(words, monkeypatch)
    versions = re.findall(r"^mine v([0-9a-f]{8}) ", capsys.readouterr().out, re.MULTILINE)
    assert len(versions) == 2
    (recipe,) = [each for each in blocks(GUIDE, "sh") if each.startswith("grep")]
    removal, then = recipe.replace("d2c77bff", versions[0]).splitlines()
    subprocess.run(removal, shell=True, check=True)  # noqa: S602  # the guide's own words
    run_program(shlex.split(then)[1:], monkeypatch)
    printed = capsys.readouterr().out
    assert re.search(r"^mine \(yours\) ", printed, re.MULTILINE)
    assert versions[0] not in printed


def test_the_guide_names_every_group_of_problems_that_is_made_by_what_they_have() -> None:
    table = GUIDE.partition("## 3. Specs")[2].partition("\n\n###")[0]
    rows = [line for line in table.splitlines() if line.startswith("|")]
    named = {each for row in rows for each in re.findall(r"`([^`]+)`", row)}
    assert {*PROPERTIES, "development", "held-out", "everything"} <= named
    for group in (each for each in named if is_property(each)):
        assert find_problems(group)


def test_experiments_of_the_docs_know_every_key() -> None:
    keys = {field.name.replace("_", "-") for field in fields(Experiment)}
    keys.remove("report")  # a table
    guide, table = blocks(GUIDE, "toml")
    kept = (ROOT / "docs" / "experiment.toml").read_text(encoding="utf-8")
    for text in (guide, kept):
        assert set(re.findall(r"^(?:# )?([a-z-]+) +=", text, re.MULTILINE)) == keys
        parse(text.replace("# trained", "trained"), "docs", "docs")
        assert "[report]" in text
    said = parse(guide.replace("# [report]", "") + table, "docs", "docs").report
    assert all(getattr(said, each.name) for each in fields(Choice) if each.name != "problems")
    assert parse(guide, "docs", "docs").name != parse(kept, "docs", "docs").name
    given, plain = (
        parse(kept, "experiment", ""),
        Experiment("my-own", ("default",), ("branin",), limit=3600),
    )
    for key in ("name", "seeds", "trained_seeds", "budget", "workers", "first", "limit", "notice"):
        assert getattr(given, key) == getattr(plain, key)


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    write_files(GUIDE, tmp_path)
    return tmp_path


@pytest.mark.parametrize("workers", [1, 3])
def test_the_guides_multi_fidelity_strategy_continues_the_best(guide: Path, workers: int) -> None:
    path, problem = str(guide / "short_then_long.py"), str(guide / "sgd.py")
    records, stop = execute(path, problem, budget=6, workers=workers)
    assert stop.reason == "complete"
    assert not [record.error for record in records if record.error]
    continued = [record.trial for record in records if record.trial.proposal.resume is not None]
    assert continued
    assert all(trial.proposal.fidelity == 27 and trial.cost < 1 for trial in continued)


def test_the_guides_training_continued_equals_one_straight_through(guide: Path) -> None:
    continued, _ = execute(str(guide / "short_then_long.py"), str(guide / "sgd.py"), budget=2)
    (last,) = [r.trial for r in continued if r.trial.proposal.resume is not None][:1]
    once = guide / "once.py"
    once.write_text(f"""
from dataclasses import dataclass
from hpobench import Proposal, Strategy
@dataclass
class Once(Strategy):
    def ask(self, pending):
        return Proposal({last.proposal.config!r})
""")
    straight, _ = execute(str(once), str(guide / "sgd.py"), budget=1)
    assert straight[0].trial.value == last.value
    assert straight[0].score != straight[0].trial.value


def test_the_guides_descent_descends(guide: Path) -> None:
    records, stop = execute(str(guide / "descent.py"), str(guide / "valley.py"), budget=60)
    assert stop.reason == "complete"
    assert records[0].trial.value > 9
    assert min(record.trial.value for record in records) < 0.1
    _, refused = execute(str(guide / "descent.py"), "branin", budget=3)
    assert (refused.reason, refused.detail) == ("unsupported", "needs gradients")


def test_the_guides_gradient_agrees_with_differences(guide: Path) -> None:
    problem = find_problems(str(guide / "valley.py"))[0].item
    stream = Stream(("test",))
    evaluate = problem.start(stream.rng()).evaluate

    def value(unit: Units) -> float:
        return evaluate(Proposal(problem.space.decode(unit)), stream, None).value

    at, step = np.array([0.3, 0.6]), 1e-5
    asked = Proposal(problem.space.decode(at), gradient=True)
    gradient = evaluate(asked, stream, None).gradient
    assert gradient is not None
    for name, aside in zip(problem.space, step * np.eye(2), strict=True):
        slope = (value(at + aside) - value(at - aside)) / (2 * step)
        assert gradient[name] == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "left_out"),
    [("short_then_long", " or not task.fidelity.resumes"), ("valley", " * 4")],
)
def test_a_check_prints_what_the_guide_shows(
    here: Path,
    name: str,
    left_out: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_files(GUIDE, here)
    path = here / f"{name}.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(left_out) == 1
    path.write_text(text.replace(left_out, ""), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["hpobench", "check", f"./{name}.py"])
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    printed = capsys.readouterr().out
    assert printed.count("  broken   ") == 1
    shown = [each for each in blocks(GUIDE, "text") if "  broken   " in each]
    assert sum(each in printed for each in shown) == 1
    folded = [each for each in blocks(GUIDE, "text") if "  skipped  " in each]
    assert sum(each in printed for each in folded) == (name == "short_then_long")


Asked: TypeAlias = dict[Kind, list[AskedElsewhere]]


@pytest.mark.parametrize("page", [README, GUIDE], ids=["README", "guide"])
def test_the_examples_keep_what_all_strategies_and_problems_promise(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of a page's strategies share another process, and data are a fifth of the page's."""
    write_files(page, tmp_path)
    monkeypatch.setattr(problems_checked, "SEARCHED", 30)
    monkeypatch.setattr(races_checked, "BUDGET", races_checked.FEW)  # the whole check is run above
    asked: Asked = {"strategy": [], "problem": []}
    checked = 0
    for path in tmp_path.glob("*.py"):
        path.write_text(path.read_text(encoding="utf-8").replace("[:500]", "[:100]"), "utf-8")
        entries, others = find(str(path))
        every: list[Iterator[Finding]] = []
        for entry in find_strategies(str(path)) if entries else []:
            runs = races(entry)
            runs.elsewhere = noted(asked["strategy"], entry.identity, runs.fingerprint)
            every.append(judged(STRATEGY_PROMISES, runs))
        for other in others:
            made = evaluations(other)
            made.elsewhere = noted(asked["problem"], other.identity, made.fingerprint)
            every.append(judged(PROBLEM_PROMISES, made))
        for findings in every:
            broken = [finding for finding in findings if finding.mark == "broken"]
            assert not broken, path.name
            checked += 1
    assert checked == len(list(tmp_path.glob("*.py")))
    assert sum(map(len, asked.values())) == checked
    for kind, wanted in asked.items():
        assert_same_elsewhere(kind, wanted)


def test_trying_a_strategy_without_the_program_shows_how_it_broke(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(GUIDE, tmp_path)
    path = tmp_path / "short_then_long.py"
    path.write_text(path.read_text().replace("best = min(valid", "best = min(1, valid"))
    (code,) = [block for block in blocks(GUIDE, "python") if "import run\n" in block]
    with chdir(tmp_path):
        exec(compile(code, "guide.md", "exec"), {})  # noqa: S102  # it is the guide's
    printed = capsys.readouterr().out
    assert re.search(
        r"^ask raised AttributeError: .*short_then_long.py, line \d+\)$", printed, re.MULTILINE
    )
    assert "Traceback (most recent call last)" in printed
    assert "best = min(1, valid" in printed
