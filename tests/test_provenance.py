"""The description of a machine that is kept with results."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hpobench.store import provenance


def test_the_description_is_json_and_holds_what_changes_numbers() -> None:
    record = json.loads(json.dumps(provenance.describe()))
    assert record["versions"]["numpy"] == np.__version__
    assert record["python"] == ".".join(map(str, sys.version_info[:3]))
    assert record["cores"] >= 1
    assert f"numpy=={np.__version__}" in record["packages"]
    assert record["blas"]


def test_only_settings_that_matter_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.setenv("SECRET_TOKEN", "do not tell")
    record = provenance.describe()
    assert "do not tell" not in json.dumps(record)
    assert isinstance(record["settings"], dict)
    assert record["settings"]["OMP_NUM_THREADS"] == "3"


def test_the_command_is_kept_without_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    argv = ["/x/__main__.py", "all", "-s", "/home/me/my strategy.py", "--results=r", "--seeds", "3"]
    monkeypatch.setattr(sys, "argv", argv)
    assert (
        provenance.describe()["command"] == "hpobench all -s 'my strategy.py' --results=r --seeds 3"
    )


def test_no_folder_and_no_user_of_this_machine_is_kept() -> None:
    text = json.dumps(provenance.describe())
    assert str(Path.home()) not in text
    assert os.uname().nodename not in text


def test_the_revision_is_the_commit_of_the_checkout() -> None:
    root = Path(provenance.__file__).parents[1]
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    head = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603  # ours
    revision = provenance.describe()["revision"]
    assert isinstance(revision, str)
    assert head.startswith(revision.rstrip("+").rpartition("-g")[2])
