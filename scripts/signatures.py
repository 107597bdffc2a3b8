"""Add the signatures of problems that have none to tests/golden/trained.json.

A signature holds the values and scores of a problem's first instance at a few fixed configurations.
A signature in the file is never replaced: if the values change, the problem needs a new version.
"""

import json
from pathlib import Path

from hpobench.registry import problems
from hpobench.seeds import Stream
from hpobench.store.provenance import describe
from hpobench.trial import Proposal

FILE = Path(__file__).parents[1] / "tests" / "golden" / "trained.json"
PROBES = 3


def main() -> None:
    content = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    for name, problem in problems().items():
        key = f"{name} version {problem.version}"
        if problem.about.family == "synthetic" or key in content:
            continue
        luck = Stream(("signature", name))
        instance = problem.start(luck.rng("instance"))
        level = problem.fidelity.check(problem.fidelity.low) if problem.fidelity else None
        configs = [problem.space.default()]
        configs += [problem.space.sample(luck.rng("probe", i)) for i in range(1, PROBES)]
        probes = []
        for config in configs:
            found = instance.evaluate(Proposal(config, level), luck, None)
            probes.append({"config": config, "value": found.value, "score": found.score})
        content[key] = {"versions": describe()["versions"], "probes": probes}
    lines = [f"{json.dumps(key)}: {json.dumps(entry)}" for key, entry in sorted(content.items())]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
