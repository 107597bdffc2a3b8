"""Write all locks anew with uv: `make lock`.

A *lock* lists packages with their exact versions. locks/core.txt is what hpobench needs;
locks/test.txt adds what its tests need, locks/check.txt what the checks of its code need as well,
locks/web.txt what the tests of the report's page in a browser need, and locks/dask.txt what those
on clusters and with results on URLs need. Each library that a strategy wraps has the lock of an
environment of its own. These locks are installed exactly as they are. So they leave out packages
for graphics cards, and torch, whose packages depend on the machine.
locks/peers.txt is a list of constraints for the libraries that share one environment.
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
    """Return the lock of what `sources` need: options of uv, or "-" for `requirements`."""
    done = subprocess.run(  # noqa: S603  # all arguments are our own
        [
            *("uv", "pip", "compile", "--quiet", "--universal", "--python-version", python),
            *("--fork-strategy", "fewest"),  # one version for all Pythons: the numbers are the same
            *("--upgrade", "--custom-compile-command", "make lock", *sources),
        ],
        cwd=ROOT,
        input="\n".join(requirements),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def without(lock: str, *names: str) -> str:
    """Return a lock without the packages whose names match; the comments below them go, too."""
    pattern = rf"^(?:{'|'.join(names)})==.*\n(?:    #.*\n)*"
    return re.sub(pattern, "", lock, flags=re.MULTILINE)


def main() -> None:
    locks = ROOT / "locks"
    extras = {
        "core": (),
        "test": ("tabulated", "test"),
        "check": ("check", "tabulated", "test"),
        "docs": ("docs",),
        "web": ("tabulated", "test", "web"),
        "dask": ("cluster", "dask", "s3", "tabulated", "test"),
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
