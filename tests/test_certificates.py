"""A certificate is compared with the runs of a folder, and one that can't be kept is not made."""

from dataclasses import replace
from pathlib import Path

import pytest
from ended import OUTCOMES, outcome, results
from planning_sessions import certificate_of

from hpobench.commands.certificate_check import compare_and_say
from hpobench.commands.verify import verify
from hpobench.commands.verifying import Asked, verify_and_say
from hpobench.errors import InputError
from hpobench.store import Store, certificate_file
from hpobench.store.certificate_file import Certificate, Verified
from hpobench.store.listing import key_of
from hpobench.store.packing import pack


def given(folder: Path) -> Certificate:
    """Return a certificate on all runs of a folder."""
    runs = [
        Verified(key_of(each.run), each.digest, each.evaluations, "identical")
        for each in Store(folder).finished()
    ]
    return replace(certificate_of(runs), changed=())


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_a_certificate_speaks_of_these_runs_or_of_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = results(tmp_path / "here")
    path = certificate_file.write(tmp_path / "there", given(folder))
    assert compare_and_say(folder, path) == 0
    assert "on 7 runs: 7 here with the same digest, 0 with another one, 0 not here" in said(capsys)
    pack(Store(folder), processes=1)
    assert compare_and_say(folder, path) == 0
    other = outcome("a:b=1", "bowl", OUTCOMES[0].records[:1], ended="complete")
    new = outcome("a:b=1", "bowl", OUTCOMES[0].records, seed=9, ended="complete")
    another = results(tmp_path / "another", [other, *OUTCOMES[2:], new])
    capsys.readouterr()
    assert compare_and_say(another, path) == 1
    words = said(capsys)
    assert "on 7 runs: 5 here with the same digest, 1 with another one, 1 not here" in words
    assert "it says nothing of 1 other run here" in words
    assert f"another digest: {key_of(other.run)} " in words
    assert f"not here: {key_of(OUTCOMES[1].run)} " in words
    assert "it says: identical to the bit: 7 runs" in words
    with pytest.raises(InputError, match="--certificate makes no run again, so it goes with no"):
        verify(folder, certificate=path, sample=0.5)
    path.write_bytes(path.read_bytes().replace(b"identical", b"different", 1))
    with pytest.raises(InputError, match="is torn or was altered"):
        compare_and_say(folder, path)


def test_a_certificate_may_be_renamed_by_whom_it_is_given_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = results(tmp_path / "here")
    path = certificate_file.write(folder, given(folder))
    assert compare_and_say(folder, path.rename(path.with_name("download (1).json"))) == 0
    assert "7 here with the same digest" in said(capsys)
    store = Store(folder, touched=False)
    assert store.certificates() == []  # a folder may have it twice
    assert "holds another certificate than its name says" in store.notices[0]


def test_a_file_that_is_no_certificate_is_said_to_be_none(tmp_path: Path) -> None:
    folder = results(tmp_path / "here")
    with pytest.raises(InputError, match=r"results\.json is no certificate of format 2"):
        compare_and_say(folder, folder / "results.json")


def test_a_folder_that_can_not_be_written_is_said_before_any_run_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = results(tmp_path / "results")

    def refused(dir: Path) -> None:  # noqa: A002  # as tempfile calls it
        raise OSError(30, "Read-only file system", str(dir))

    monkeypatch.setattr(certificate_file, "TemporaryFile", refused)
    with pytest.raises(InputError, match=r"results can't be written: Read-only file system"):
        verify_and_say(folder, Asked((), (), 1.0, 0, None, isolated=False))
    assert said(capsys) == ""
