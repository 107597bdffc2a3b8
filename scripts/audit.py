"""Look for known faults in the packages of all locks, and list what they consist of: `make audit`.

For each lock it writes a bill of materials in CycloneDX's JSON. Faults are asked of PyPI, through
pip-audit. Where PyPI does not answer, that is said, nobody asks again, and the exit status is 3:
then nothing is known, which is no good news. The status is 1 where a package has a known fault,
and 0 where PyPI knows all packages and none has a fault.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / ".venv-audit" / "bin"
FAULTY, UNKNOWN = 1, 3


def locks() -> list[Path]:
    """Return the locks: those of the project, and those of libraries' own environments."""
    folders = (ROOT / "locks", ROOT / "hpobench" / "hosting" / "environments")
    return [path for folder in folders for path in sorted(folder.glob("*.txt"))]


def bill(lock: Path, output: Path) -> int:
    """Write what a lock consists of; return the number of packages."""
    command = [str(TOOLS / "cyclonedx-py"), "requirements", str(lock), "--output-reproducible"]
    path = output / f"{lock.stem}.cdx.json"
    subprocess.run([*command, "-o", str(path)], check=True, capture_output=True)  # noqa: S603  # ours
    return len(json.loads(path.read_text(encoding="utf-8")).get("components", ()))


def asked(lock: Path) -> list[dict[str, Any]]:
    """Return what is known of each package of a lock; empty: nobody answers."""
    command = [str(TOOLS / "pip-audit"), "--disable-pip", "--no-deps", "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", "15", "-r", str(lock)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603  # ours
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return []
    return found


def faults(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield each known fault, with the versions that mend it."""
    for package in found:
        for fault in package.get("vulns", ()):
            mended = ", ".join(fault.get("fix_versions", ())) or "no version"
            yield f"{package['name']} {package['version']}: {fault['id']}, mended in {mended}"


def main(output: Path) -> int:
    """Audit all locks; return the exit status."""
    output.mkdir(parents=True, exist_ok=True)
    bad, unknown, answers = set[str](), 0, True
    for lock in locks():
        packages, found = bill(lock, output), asked(lock) if answers else []
        known = [each for each in found if "skip_reason" not in each]
        answers = bool(known)
        lines = set(faults(known))
        bad |= lines
        unknown += packages - min(len(known), packages)
        said = f"{len(lines)} faults" if known else "PyPI does not say whether any has a fault"
        print(f"{lock.relative_to(ROOT)}: {packages} packages, {said}", flush=True)
    print("\n".join(sorted(bad)))
    print(f"Bills of materials: {output}")
    if unknown:
        print(f"Of {unknown} packages it is not known whether they have a fault: PyPI did not say.")
    return FAULTY if bad else UNKNOWN if unknown else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
