"""Make the sample report of the site from a small run: `python scripts/sample_report.py DIR`.

It types the command that docs/sample.md shows, in a temporary folder, and copies the report's page
to DIR/docs/sample.
"""

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def command() -> list[str]:
    """Return the words of the command that docs/sample.md shows."""
    text = (ROOT / "docs" / "sample.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"^hpobench (all .*)$", text, re.MULTILINE)
    return shlex.split(found)


def main(target: Path) -> None:
    words = command()
    results = words[words.index("--results") + 1]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "hpobench", *words], cwd=folder, check=True)  # noqa: S603  # ours
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(Path(folder) / results / "report", target / "docs" / "sample")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
