"""Write the tables of README.md again, from the registry: `python scripts/readme.py`."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from hpobench.cards.card import ProblemCard
from hpobench.cards.digits import fixed
from hpobench.experiment import preset, preset_names
from hpobench.hosting.placement import bring
from hpobench.parameter import Value
from hpobench.registry import Entry, find_problems, find_strategies, problems
from hpobench.registry.describing import problem_card, strategy_card
from hpobench.strategy import Strategy, settings

README = Path(__file__).parents[1] / "README.md"


def strategy_rows() -> Iterable[Sequence[str]]:
    yield "strategy", "what it does", "fields"
    for entry in find_strategies("native"):
        yield f"`{entry.identity.name}`", strategy_card(entry).summary, _fields(entry)


def peer_rows() -> Iterable[Sequence[str]]:
    yield "strategy", "what it does", "fields", "what brings it"
    for entry in find_strategies("peers"):
        assert entry.item.library is not None
        command = f"`{bring(entry.item.library)}`"
        summary = strategy_card(entry).summary
        yield f"`{entry.identity.name}`", summary, _fields(entry), command


def _fields(entry: Entry[Strategy]) -> str:
    given = settings(entry.item).items()
    return ", ".join(f"`{key}={spelled(value)}`" for key, value in given)


def problem_rows() -> Iterable[Sequence[str]]:
    yield (
        *("problem", "dimensions", "of which", "fidelity", "gradients"),
        *("split", "matter", "separates"),
    )
    for problem in sorted(problems().values(), key=lambda each: (each.about.family, each.name)):
        card = problem_card(find_problems(problem.name)[0])
        kinds = [f"{count} {kind}" for kind, count in card.dimensions.items()]
        conditional = f"; {card.conditional} conditional" if card.conditional else ""
        fidelity = card.fidelity
        yield (
            f"`{problem.name}`",
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


def preset_rows() -> Iterable[Sequence[str]]:
    yield "preset", "strategies", "problems", "seeds", "budget"
    for name in preset_names():
        it = preset(name)
        seeds = str(it.seeds)
        if it.trained_seeds not in (None, it.seeds):
            seeds += f" ({it.trained_seeds} where models are trained)"
        ours = [entry for spec in it.strategies for entry in find_strategies(spec)]
        found = [entry for spec in it.problems for entry in find_problems(spec)]
        counts = str(len(ours)), str(len(found))
        yield f"`{name}`", *counts, seeds, f"{it.budget:g}"


def spelled(value: Value) -> str:
    return {None: "null", True: "true", False: "false"}.get(value, str(value))  # type: ignore[arg-type]  # a scalar is hashable


def table(rows: Iterable[Sequence[str]]) -> str:
    heading, *rest = rows
    lines = [heading, ["---"] * len(heading), *rest]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main() -> None:
    text = README.read_text(encoding="utf-8")
    kinds = {
        "presets": preset_rows,
        "strategies": strategy_rows,
        "peers": peer_rows,
        "problems": problem_rows,
    }
    for kind, rows in kinds.items():
        start, end = f"<!-- {kind} -->\n", f"<!-- end of {kind} -->\n"
        head, tail = text.index(start) + len(start), text.index(end)
        text = f"{text[:head]}{table(rows())}\n{text[tail:]}"
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
