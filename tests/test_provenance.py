"""The description of a machine that is kept with results."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hpobench.hosting.client import Program, Remote
from hpobench.processes.environment_variables import NUMERIC, allowed, for_runs
from hpobench.store import provenance


def test_the_description_is_json_and_holds_what_changes_numbers() -> None:
    record = json.loads(json.dumps(provenance.describe()))
    assert record["versions"]["numpy"] == np.__version__
    assert record["python"] == ".".join(map(str, sys.version_info[:3]))
    assert record["cores"] >= 1
    assert f"numpy=={np.__version__}" in record["packages"]
    assert record["blas"]


def test_of_the_environment_only_named_settings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.setenv("OMP_PLACES", "{0,1},{2,3} and a secret")
    for name in ("SECRET_TOKEN", "OMP_SECRET", "MKL_PASSWORD", "PYTHONHASHSEED_KEY"):
        monkeypatch.setenv(name, "do not tell")
    record = provenance.describe()
    assert "tell" not in json.dumps(record)
    assert "secret" not in json.dumps(record)
    settings = record["settings"]
    assert isinstance(settings, dict)
    assert settings["OMP_NUM_THREADS"] == "3"
    assert settings["OMP_PLACES"] == "***"
    assert settings.keys() <= NUMERIC


def test_the_command_is_kept_without_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    argv = ["/x/__main__.py", "all", "-s", "/home/me/my strategy.py", "--results=r", "--seeds", "3"]
    monkeypatch.setattr(sys, "argv", argv)
    assert (
        provenance.describe()["command"] == "hpobench all -s 'my strategy.py' --results=r --seeds 3"
    )


SECRETS = (
    "import mysql://me:PRIVATE@host/db", "import https://PRIVATE@host/x", "import s3://a:PRIVATE@b/c",
    "export r --storage postgresql+psycopg://u:PRIVATE@h:5/d?password=PRIVATE&sslmode=on",
    "all --token PRIVATE", "all --api-key=PRIVATE", "all -s ./a.py:password=PRIVATE,eta=3",
    "all -s ./a.py:x=ghp_PRIVATEPRIVATE", "all -s a:key=AKIAPRIVATEPRIVATE", "all token: PRIVATE",
    "import sqlite:///x.db?client_secret=PRIVATE", "all Authorization:PRIVATE",
)  # fmt: skip


@pytest.mark.parametrize("typed", SECRETS)
def test_no_secret_of_a_command_is_kept(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["hpobench", *typed.split(" ")])
    kept = provenance.describe()["command"]
    assert isinstance(kept, str)
    assert "PRIVATE" not in kept
    assert "***" in kept


@pytest.mark.parametrize(
    "typed", ["all -s asha:eta=4 --results r", "export r --to csv", "list x@y"]
)
def test_what_is_no_secret_is_kept_as_typed(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["hpobench", *typed.split(" ")])
    assert provenance.describe()["command"] == f"hpobench {typed}"


def test_libraries_see_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "HTTPS_PROXY", "MY_DATA"):
        monkeypatch.setenv(name, "do not tell")
    monkeypatch.setenv("LC_ALL", "C")
    seen = allowed()
    assert "do not tell" not in seen.values()
    assert seen["LC_ALL"] == "C"
    assert seen.items() >= for_runs().items()
    assert Remote(["x"]).environment == seen
    assert Program("x", "x").environment["MY_DATA"] == "do not tell"  # the user asked for it


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
