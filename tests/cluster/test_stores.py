"""Results at real URLs: fsspec's own stores, and a server for S3 on this machine.

Sessions are programs of their own, as people start them; some are killed.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from performing import performed, planned

from hpobench.experiment.one_run import perform_run
from hpobench.store import Store, run_file
from hpobench.store.remote.bucket import RemoteFiles
from hpobench.store.remote.mirror import Mirror

pytestmark = [pytest.mark.dask, pytest.mark.filterwarnings("default")]

COMMAND = (
    *("all", "-s", "random-search", "-s", "genetic-algorithm", "-p", "branin", "-p", "hartmann-6"),
    *("--budget", "3", "--jobs", "1"),
)


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """Start a server for S3 with a bucket, and set the environment that leads there."""
    from moto.server import ThreadedMotoServer

    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    started.start()
    where = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in where.items():
            environment.setenv(name, value)
        import s3fs

        s3fs.S3FileSystem(anon=False).mkdir("bucket")
        yield
    started.stop()


def session(place: Path, cache: str, *given: str) -> "subprocess.Popen[bytes]":
    """Start a session, which has its mirrors in a folder of its own."""
    (place / cache).mkdir(exist_ok=True)
    with (place / f"{cache}.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603  # ours
            [sys.executable, "-m", "hpobench", *COMMAND, *given],
            cwd=place,
            env=os.environ | {"XDG_CACHE_HOME": str(place / cache)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def facts(url: str, folder: Path) -> dict[str, str]:
    """Return the digests of all runs at a URL, as someone fetches them who has nothing yet."""
    mirror = Mirror(RemoteFiles(url), folder)
    store = Store(folder)
    mirror.read(store)
    assert store.notices == []
    return {run_file.named(each.run): each.seal.digest for each in store.summaries()}


def undisturbed(folder: Path, seeds: int) -> dict[str, str]:
    pairs = [
        (s, p) for s in ("random-search", "genetic-algorithm") for p in ("branin", "hartmann-6")
    ]
    runs = [planned(*pair, seed, 3) for pair in pairs for seed in range(seeds)]
    performed(runs, folder)
    return {run_file.named(each.run): each.seal.digest for each in Store(folder).summaries()}


@pytest.mark.usefixtures("server")
def test_two_sessions_at_once_share_a_bucket(tmp_path: Path) -> None:
    url = "s3://bucket/shared/standard"
    both = [
        session(tmp_path, cache, "--seeds", seeds, "--results", url)
        for cache, seeds in (("one", "0-2"), ("two", "2-4"))  # both make seed 2
    ]
    assert [each.wait() for each in both] == [0, 0], (tmp_path / "one.log").read_text()
    assert facts(url, tmp_path / "three") == undisturbed(tmp_path / "here", 5)
    assert not (tmp_path / "s3:").exists()
    report = [sys.executable, "-m", "hpobench", "report", url, "--output", str(tmp_path / "report")]
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "three")}
    subprocess.run(report, check=True, capture_output=True, env=environment)  # noqa: S603  # ours
    assert (tmp_path / "report" / "index.html").exists()


@pytest.mark.usefixtures("server")
def test_a_session_killed_in_the_middle_goes_on_from_its_mirror(tmp_path: Path) -> None:
    url = "s3://bucket/killed"
    for least in (3, 9):
        killed = session(tmp_path, "one", "--seeds", "5", "--results", url)
        while len(list((tmp_path / "one").rglob("*.jsonl"))) < least and killed.poll() is None:
            time.sleep(0.02)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "one").rglob("*.jsonl")}
    assert len(before) >= 3
    whole = {path.name: path.read_bytes() for path in before}
    assert session(tmp_path, "one", "--seeds", "5", "--results", url).wait() == 0
    mirror = Mirror(RemoteFiles(url), tmp_path / "other")
    store = Store(mirror.folder)
    mirror.read(store)
    found = {run_file.named(each.run): each.seal.digest for each in store.summaries()}
    assert found == undisturbed(tmp_path / "here", 5)
    for each in store.summaries():  # none was made twice
        name = run_file.named(each.run) + run_file.SEALED
        assert whole.get(name, store.lines(each.run)) == store.lines(each.run)


@pytest.mark.parametrize("url", ["memory://results/one", "file://{}/far/away"])
def test_stores_of_fsspec_s_own(url: str, tmp_path: Path) -> None:
    url = url.format(tmp_path)
    runs = [planned("random-search", "branin", seed, 2) for seed in range(4)]
    for number in (2, 4):
        mirror = Mirror(RemoteFiles(url), tmp_path / str(number))
        mirror.begin()
        store = Store(mirror.folder)
        with store.writing(runs[0].budget, 1), mirror.kept(store):
            left = [run for run in runs[:number] if not store.is_sealed(run)]
            assert len(left) == 2
            for run in left:
                perform_run(run, store.folder)
    assert len(facts(url, tmp_path / "three")) == 4
