"""Write the tables in the documents anew from the code: `python scripts/documents.py`."""

import ast
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from hpobench.cards.card import ProblemCard
from hpobench.cards.digits import fixed
from hpobench.experiment import preset, preset_names
from hpobench.hosting.placement import bring
from hpobench.parameter import Value
from hpobench.registry import Entry, find_problems, find_strategies, problem_groups, problems
from hpobench.registry.describing import problem_card, strategy_card
from hpobench.strategy import Strategy, fields_of

ROOT = Path(__file__).parents[1]
Rows: TypeAlias = Iterable[Sequence[str]]


def strategy_rows() -> Rows:
    yield "strategy", "what it does", "fields"
    for entry in find_strategies("native"):
        yield f"`{entry.identity.name}`", strategy_card(entry).summary, _fields(entry)


def peer_rows() -> Rows:
    yield "strategy", "what it does", "fields", "what installs it"
    for entry in find_strategies("peers"):
        assert entry.item.library is not None
        command = f"`{bring(entry.item.library)}`"
        summary = strategy_card(entry).summary
        yield f"`{entry.identity.name}`", summary, _fields(entry), command


def _fields(entry: Entry[Strategy]) -> str:
    given = fields_of(entry.item).items()
    return ", ".join(f"`{key}={spelled(value)}`" for key, value in given)


def family_rows(family: str) -> Rows:
    yield (
        *("problem", "parameters", "of which", "fidelity", "gradients"),
        *("side", "matter", "separates"),
    )
    for name in problem_groups()[family]:
        card = problem_card(find_problems(name)[0])
        kinds = [f"{count} {kind}" for kind, count in card.dimensions.items()]
        conditional = f"; {card.conditional} conditional" if card.conditional else ""
        fidelity = card.fidelity
        yield (
            f"`{name}`",
            str(sum(card.dimensions.values())),
            ", ".join(kinds) + conditional,
            f"{fidelity.low:g} to {fidelity.high:g} {fidelity.unit}" if fidelity else "",
            "" if card.gradient_cost is None else "yes",
            card.split,
            str(card.facts.important) if card.facts else "",
            _separation(card),
        )


def _separation(card: ProblemCard) -> str:
    share = fixed(card.separation.share, 2) if card.separation else ""
    return f"{share} (control)" if card.about.control else share


def preset_rows() -> Rows:
    yield "preset", "strategies", "problems", "seeds", "budget"
    for name in preset_names():
        it = preset(name)
        seeds = str(len(it.seeds))
        if it.trained_seeds not in (None, it.seeds):
            seeds += f" ({len(it.trained_seeds)} where models are trained)"
        ours = [entry for spec in it.strategies for entry in find_strategies(spec)]
        found = [entry for spec in it.problems for entry in find_problems(spec)]
        counts = str(len(ours)), str(len(found))
        yield f"`{name}`", *counts, seeds, f"{it.budget:g} evaluations"


def decision_rows() -> Rows:
    """Yield a row for each decision, by the titles of their documents."""
    yield "number", "decision"
    for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        number, _, text = title.partition(" ")
        yield number, f"[{text}]({path.name})"


def wing_rows() -> Rows:
    """Yield a row for each wing and file in the layers of pyproject.toml, from the top down."""
    yield "floor", "wing or file", "what it is for"
    floors = layers()
    for floor, names in zip(range(len(floors), 0, -1), floors, strict=True):
        for name in names:
            yield str(floor), f"`{name}`", first_sentence(name)


def layers() -> list[list[str]]:
    """Return the names of the modules on each floor of the framework, the highest floor first."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (
        each for each in content["tool"]["importlinter"]["contracts"] if each["type"] == "layers"
    )
    return [
        [name.strip().removeprefix("hpobench.") for name in layer.replace(":", "|").split("|")]
        for layer in contract["layers"]
    ]


def first_sentence(module: str) -> str:
    """Return the first line of a module's or a package's docstring."""
    folder = ROOT / "hpobench" / module
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0]


def spelled(value: Value) -> str:
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)


def table(rows: Rows) -> str:
    heading, *rest = rows
    lines = [heading, ["---"] * len(heading), *rest]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def tables() -> Mapping[str, Mapping[str, Callable[[], Rows]]]:
    """Return the functions that make the tables, by document and by the name in its comment."""
    families = sorted({problem.about.family for problem in problems().values()})
    return {
        "README.md": {"presets": preset_rows},
        "CONTRIBUTING.md": {"wings": wing_rows},
        "docs/decisions/README.md": {"decisions": decision_rows},
        "docs/strategies.md": {"native": strategy_rows, "peers": peer_rows},
        "docs/problems.md": {
            family: lambda family=family: family_rows(family)  # type: ignore[misc]  # its own
            for family in families
        },
    }


def written(page: str) -> str:
    """Return the text of a document with new tables."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for name, rows in tables()[page].items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        head, tail = text.index(start) + len(start), text.index(end)
        text = f"{text[:head]}{table(rows())}\n{text[tail:]}"
    return text


def main() -> None:
    for page in tables():
        (ROOT / page).write_text(written(page), encoding="utf-8")


if __name__ == "__main__":
    main()
