"""The examples for Slurm, PBS and Kubernetes, against stand-ins that start jobs on this machine.

Real clusters were not there to be tried. What is shown: the files are right for the packages that
read them, and their commands work together.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hpobench.store import Store, run_file

pytestmark = [pytest.mark.dask, pytest.mark.filterwarnings("default")]

yaml = pytest.importorskip("yaml")
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SHORT = (
    *("all", "-s", "random-search", "-s", "default", "-p", "branin", "--seeds", "3"),
    *("--budget", "2"),
)
SUBMIT = """#!/bin/sh
# Starts the script in the background, and prints its id.
for script; do :; done
setsid sh "$script" > "$JOBS/out" 2>&1 &
echo $! >> "$JOBS/started"
echo "Submitted batch job $!"
"""
CANCEL = """#!/bin/sh
kill -- "-$1"
echo "$1" >> "$JOBS/cancelled"
"""


@pytest.mark.parametrize(
    ("name", "submit", "cancel"), [("slurm", "sbatch", "scancel"), ("pbs", "qsub", "qdel")]
)
def test_a_job_manager_starts_workers_that_make_the_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, submit: str, cancel: str
) -> None:
    commands = tmp_path / "commands"
    commands.mkdir()
    for name_of, script in ((submit, SUBMIT), (cancel, CANCEL)):
        (commands / name_of).write_text(script)
        (commands / name_of).chmod(0o700)
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("JOBS", str(tmp_path))
    text = (EXAMPLES / f"{name}.py").read_text()
    text = text.replace("cores=8", "cores=1").replace("processes=8", "processes=1")
    text = text.replace("32GB", "2GB").replace("JOBS = 4", "JOBS = 2")
    (tmp_path / "example.py").write_text(text)
    command = [sys.executable, "example.py", *SHORT, "--results", "results"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(Store(tmp_path / "results").paths(run_file.SEALED)) == 6
    started, cancelled = (tmp_path / each for each in ("started", "cancelled"))
    assert len(started.read_text().split()) == 2
    assert set(cancelled.read_text().split()) == set(started.read_text().split())


def test_the_commands_of_the_manifest_work_together(tmp_path: Path) -> None:
    cluster, job = yaml.safe_load_all((EXAMPLES / "kubernetes.yaml").read_text())
    (scheduler,) = cluster["spec"]["scheduler"]["spec"]["containers"]
    (worker,) = cluster["spec"]["worker"]["spec"]["containers"]
    (session,) = job["spec"]["template"]["spec"]["containers"]
    ports = {
        each["name"]: each["port"] for each in cluster["spec"]["scheduler"]["service"]["ports"]
    }
    service = f"{cluster['metadata']['name']}-scheduler"
    assert session["args"][-1] == f"dask://{service}:{ports['tcp-comm']}"
    named = {"DASK_WORKER_NAME": "one", "DASK_SCHEDULER_ADDRESS": "tcp://127.0.0.1:8786"}
    given = ["all", *SHORT[1:], "--results", str(tmp_path / "results")]
    given += ["--executor", "dask://127.0.0.1:8786"]
    assert session["args"][:4] == ["python", "-m", "hpobench", "all"]
    with (
        background([*scheduler["args"], "--host", "127.0.0.1"], tmp_path, {}),
        background(worker["args"], tmp_path, named),
    ):
        command = [sys.executable, "-m", "hpobench", *given]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(Store(tmp_path / "results").paths(run_file.SEALED)) == 6


def test_the_manifests_fit_together_and_the_image_has_what_they_name() -> None:
    found = {
        path.name: list(yaml.safe_load_all(path.read_text())) for path in EXAMPLES.glob("*.yaml")
    }
    assert found.keys() == {"kubernetes.yaml", "volume.yaml", "copy.yaml"}
    (claim,) = found["volume.yaml"]
    job, (pod,) = found["kubernetes.yaml"][1], found["copy.yaml"]
    for spec in (job["spec"]["template"]["spec"], pod["spec"]):
        (volume,) = spec["volumes"]
        assert volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
        (container,) = spec["containers"]
        assert container["volumeMounts"] == [{"name": volume["name"], "mountPath": "/results"}]
    assert not any(each["kind"] == claim["kind"] for each in found["kubernetes.yaml"])
    images = [
        len(re.findall(r"image: IMAGE$", (EXAMPLES / name).read_text(), re.MULTILINE))
        for name in ("kubernetes.yaml", "copy.yaml")
    ]
    assert images == [3, 1]


@contextmanager
def background(arguments: list[str], folder: Path, variables: dict[str, str]) -> Generator[None]:
    """Run a container's command, with its variables put in as Kubernetes does, until the end."""
    for name, value in variables.items():
        arguments = [each.replace(f"$({name})", value) for each in arguments]
    assert not any("$(" in each for each in arguments)
    program = [sys.executable, "-m", *arguments]
    process = subprocess.Popen(  # noqa: S603  # ours
        program,
        cwd=folder,
        env=os.environ | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
