"""Export to the format of IOHprofiler, which IOHanalyzer and iohinspector read.

A strategy has a folder, with a file of JSON for each problem, which names the file of the curves.
The format is that of IOHexperimenter 0.3 (de Nobel et al., 2024, doi:10.1162/evco_a_00342).
"""

import json
from collections.abc import Sequence
from itertools import starmap
from pathlib import Path

from .curves import Curve, Group

VERSION = "0.3.5"
"""The version of IOHexperimenter whose format it is."""
SUFFIXES = (".json", ".dat")
COLUMNS = ("evaluations", "raw_y", "score")


def write(groups: Sequence[Group], output: Path) -> None:
    """Write the files of all groups into a folder."""
    for group in groups:
        folder = output / group.algorithm
        path = f"data_f{group.number}_{group.function}"
        data = f"{path}/IOHprofiler_f{group.number}_DIM{group.dimension}.dat"
        (folder / path).mkdir(parents=True)
        (folder / data).write_text(
            "".join(map(_rows, group.curves)), encoding="utf-8", newline="\n"
        )
        about = json.dumps(_described(group, data), indent=1, allow_nan=False)
        name = f"IOHprofiler_f{group.number}_{group.function}.json"
        (folder / name).write_text(about + "\n", encoding="utf-8", newline="\n")


def _described(group: Group, data: str) -> dict[str, object]:
    """Return what the file of JSON holds; `data` is the path of the curves, seen from there."""
    strategy, problem = group.strategy, group.problem.identity
    return {
        "version": VERSION,
        "suite": "hpobench",
        "function_id": group.number,
        "function_name": group.function,
        "maximization": False,
        "algorithm": {"name": group.algorithm, "info": f"{strategy.name} {strategy.version}"},
        "experiment_attributes": [{"problem": f"{problem.name} {problem.version}"}],
        "run_attributes": ["seed"],
        "attributes": list(COLUMNS),
        "scenarios": [
            {"dimension": group.dimension, "path": data, "runs": [*map(_summary, group.curves)]}
        ],
    }


def _summary(curve: Curve) -> dict[str, object]:
    best = int(curve.values.argmin())
    held = {"evals": int(curve.evaluations[best]), "y": float(curve.values[best]), "x": []}
    total = int(curve.evaluations[-1])
    return {"instance": curve.instance, "evals": total, "best": held, "seed": curve.seed}


def _rows(curve: Curve) -> str:
    """Return the lines of a curve below a line with the names of their columns."""
    columns = (curve.evaluations.tolist(), curve.values.tolist(), curve.scores.tolist())
    lines = starmap("{} {!r} {!r}".format, zip(*columns, strict=True))
    return "\n".join([" ".join(COLUMNS), *lines, ""])
