"""The links of the documents, and the tutorial: what it says to type works."""

import importlib.util
import os
import re
import statistics
import subprocess
import sys
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from hpobench.experiment.experiment import parse
from hpobench.registry import find_problems, find_strategies
from hpobench.runner import run

ROOT = Path(__file__).parents[1]
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/**/README.md"))
    if not path.relative_to(ROOT).parts[0].startswith((".", "build"))
)


def without_code(text: str) -> str:
    """Return a document without its blocks and pieces of code."""
    return re.sub(
        r"`[^`\n]+`", "", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    )


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    text = re.sub(
        r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    found, seen = set[str](), Counter[str]()
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        kept = [c for c in plain if c in " -_" or unicodedata.category(c)[0] in "LNM"]
        slug = "".join(kept).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def dead(page: str) -> list[str]:
    """Return the links of a document to files and headings that do not exist."""
    path = ROOT / page
    found: list[str] = []
    for link in re.findall(r"\]\(([^)\s]+)\)", without_code(path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_no_link_to_a_file_or_to_a_heading_is_dead(page: str) -> None:
    assert dead(page) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A `b`: c\n# A b c\n[1](#a-b-c) [2](#a-b-c-1) [3](#d) [4](no.md) `[5](no)`\n")
    assert dead(str(page)) == ["#d", "no.md"]


def test_the_image_for_clusters_is_made_of_files_that_exist_and_all_that_is_installed() -> None:
    text = (ROOT / "docs" / "examples" / "Dockerfile").read_text(encoding="utf-8")
    lines = re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE)
    copied = [name for line in lines for name in line.split()]
    assert all((ROOT / name).exists() for name in copied)
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    built, folders = (
        told["tool"]["setuptools"]["packages"],
        told["tool"]["setuptools"]["package-dir"],
    )
    needed = {folders.get(each, each.partition(".")[0]) for each in built}
    assert needed == {"hpobench", "strategies", "problems"}
    assert needed | {told["project"]["readme"], *told["project"]["license-files"]} <= {*copied}


@pytest.mark.parametrize("name", ["slurm.py", "pbs.py"])
def test_the_files_for_job_managers_are_python_that_the_documents_name(name: str) -> None:
    path = ROOT / "docs" / "examples" / name
    compile(path.read_text(encoding="utf-8"), str(path), "exec")
    page = (ROOT / "docs" / "clusters.md").read_text(encoding="utf-8")
    assert f"](examples/{name})" in page
    for argument in ("queue", "account", "interface", "job_script_prologue"):
        assert f"        {argument}=" in path.read_text(encoding="utf-8")
        assert f"`{argument}`" in page


def test_every_document_has_a_place_on_the_site() -> None:
    conf = (ROOT / "scripts" / "site" / "conf.py").read_text(encoding="utf-8")
    named = set(re.findall(r'"(?:[\w ]+ <)?([\w./-]+)>?"', conf.partition("NAVIGATION")[2]))
    for path in (ROOT / "docs").glob("*.md"):
        assert path.stem in named | {"index"}


def site_fault(text: str, folder: Path) -> list[str]:
    """Return what the script that looks for dead links finds in a page beside another one."""
    path = ROOT / "scripts" / "dead_links.py"
    spec = importlib.util.spec_from_file_location("dead_links", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    (folder / "there.html").write_text("<p id=here>", encoding="utf-8")
    page = folder / "page.html"
    page.write_text(text, encoding="utf-8")
    return list(script.faults(page))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<a href='there.html#here'></a><a href='https://example.org'></a>", []),
        ("<a href='gone.html'></a>", ["leads to no file: gone.html"]),
        ("<a href='there.html#gone'></a>", ["leads to no place: there.html#gone"]),
        ("<h1 id=a></h1><a href='#a'></a><a href='#b'></a>", ["leads to no place: #b"]),
        ("<img src='gone.png'>", ["leads to no file: gone.png"]),
        ("<img src='data:image/png;base64,AA=='>", []),
        ("<script src='https://a.org/b.js'></script>", ["fetches https://a.org/b.js"]),
        ("<link rel=stylesheet href='//a.org/b.css'>", ["fetches //a.org/b.css"]),
        ("<style>p { background: url(https://a.org/b.png) }</style>", ["fetches a style's url"]),
    ],
)
def test_the_sites_dead_links_and_what_it_would_fetch_are_found(
    tmp_path: Path, text: str, fault: list[str]
) -> None:
    assert site_fault(text, tmp_path) == fault


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)


def write_tutorial(folder: Path) -> None:
    """Write the tutorial's files under the names in their first lines."""
    for block in (*blocks("python"), *blocks("toml")):
        named = re.match(r"# (\w+\.\w+)\n", block)
        assert named, "each block begins with the name of its file"
        (folder / named[1]).write_text(block, encoding="utf-8")


def test_the_tutorials_strategy_gets_closer(tmp_path: Path) -> None:
    write_tutorial(tmp_path)
    strategy = find_strategies(str(tmp_path / "closer.py"))[0].item
    values = [each.value for each in run(strategy, find_problems("branin")[0].item, budget=40)]
    assert statistics.median(values[20:]) < 0.5 * statistics.median(values[:5])


def test_the_tutorials_experiment_names_what_there_is(tmp_path: Path) -> None:
    write_tutorial(tmp_path)
    experiment = parse((tmp_path / "paper.toml").read_text(encoding="utf-8"), "paper", "paper")
    assert experiment.name == "paper-of-mine"
    for problem in experiment.problems:
        assert find_problems(problem)
    folder = re.findall(r"results/([\w-]+) --output", TUTORIAL)
    assert set(folder) == {experiment.name}


@pytest.mark.docs
def test_what_the_tutorial_says_to_type_works(tmp_path: Path) -> None:
    write_tutorial(tmp_path)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for block in blocks("sh"):
        done = subprocess.run(  # noqa: S603  # the tutorial's own words
            ["/bin/sh", "-e", "-c", block],
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{block}{done.stdout[-2000:]}{done.stderr[-2000:]}"
    endings = {"includegraphics": ".pdf", "input": ".tex"}
    included = re.findall(r"\\(includegraphics|input)\{(paper/[\w/-]+)\}", TUTORIAL)
    assert {command for command, _ in included} == set(endings)
    for command, file in included:
        assert (tmp_path / f"{file}{endings[command]}").is_file(), file
    document = (tmp_path / "paper" / "paper" / "main.tex").read_text(encoding="utf-8")
    assert "Closer" in document
    assert (tmp_path / "paper" / "paper" / "references.bib").is_file()
