"""Write all locks again, with uv: `make lock`.

locks/core.txt is what the core needs, locks/develop.txt what tests and checks need besides; each
library that a strategy wraps has the lock of an environment of its own. They are installed as they
are, and so leave out what serves graphics cards, and torch, whose packages depend on the machine.
locks/peers.txt is a list of constraints, for all the libraries that share an environment.
"""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from hpobench.hosting.environments import TORCH
from hpobench.registry import strategies

ROOT = Path(__file__).parents[1]
LEFT_OUT = (r"torch", r"triton", r"nvidia-[\w-]+", r"cuda-[\w-]+")


def compiled(*sources: str, python: str = "3.11", requirements: Sequence[str] = ()) -> str:
    """Return the pins of what a project's file, or a list of requirements, needs."""
    done = subprocess.run(  # noqa: S603  # our own words
        [
            *("uv", "pip", "compile", "--quiet", "--universal", "--python-version", python),
            *("--upgrade", "--custom-compile-command", "make lock", *sources),
        ],
        cwd=ROOT,
        input="\n".join(requirements),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def without(lock: str, *names: str) -> str:
    """Take packages out of a lock, each with the comments below it."""
    pattern = rf"^(?:{'|'.join(names)})==.*\n(?:    #.*\n)*"
    return re.sub(pattern, "", lock, flags=re.MULTILINE)


def main() -> None:
    locks = ROOT / "locks"
    extras = {
        "core": (),
        "develop": ("check", "tabulated", "test"),
        "peers": ("mlflow", "peers", "references", "tabulated", "test", "wandb"),
    }
    for name, wanted in extras.items():
        sources = ("pyproject.toml", *(f"--extra={extra}" for extra in wanted))
        if name == "peers":
            lock = compiled(*sources, "-", requirements=[TORCH])
        else:
            lock = compiled(*sources)
        kept = lock if name == "peers" else without(lock, *LEFT_OUT)
        (locks / f"{name}.txt").write_text(kept, encoding="utf-8")
    folder = ROOT / "hpobench" / "hosting" / "environments"
    for path in folder.glob("*.txt"):
        path.unlink()
    libraries = {each.library.name: each.library for each in strategies().values() if each.library}
    for name, library in libraries.items():
        needed = ["numpy", *library.requirements, *[TORCH] * library.torch]
        lock = compiled("-", python=library.python or "3.11", requirements=needed)
        lock = without(lock, *LEFT_OUT, *library.unneeded)
        (folder / f"{name}.txt").write_text(lock, encoding="utf-8")
        print(name, flush=True)


if __name__ == "__main__":
    main()
