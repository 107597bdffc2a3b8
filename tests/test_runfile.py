"""Files of runs that are whole, torn, altered or continued."""

import json
import math
import pickle
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from hpobench import Config, Identity, Proposal, Record, Run, Trial, Value
from hpobench.errors import InputError
from hpobench.store import appending, run_file
from hpobench.store.run_file import RunFile
from hpobench.store.run_lines import Chain
from hpobench.store.sealed_json import DamageError
from hpobench.trial import Outcome, Stop

RUN = Run(Identity("asha:eta=4", "1"), Identity("branin", "2", "/not/kept"), 3, Fraction("2.5"), 4)


def record(number: int, value: float = 0.1) -> Record:
    config: Config = {
        "x": 0.1 + number,
        "n": number,
        "flag": True,
        "kind": None,
        "text": 'é"\n\u2028',
    }
    failed = math.isnan(value)
    return Record(
        Trial(number, Proposal(config, 3, None, gradient=True), (value,), 1 / 3, {"x": -1e-300}),
        score=value / 3,
        measures={"error": 0.25},
        finished=number + 0.5,
        measured={"ask": 1e-5},
        error="ValueError: no" if failed else None,
        duration=1.5,
    )


NAME = run_file.named(RUN)


def write(folder: Path, *records: Record, stop: Stop | None = Stop("complete")) -> Path:  # noqa: B008  # frozen
    path = folder / NAME
    with RunFile(path, RUN) as file:
        for each in records:
            file.append(each)
        if stop is not None:
            file.seal(stop, len(records), {"seconds": 0.5})
    return path.with_suffix(run_file.PART if stop is None else run_file.SEALED)


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    records = (record(0), record(1, 1e-17), record(2))
    sealed = write(tmp_path / "a" / "b", *records)
    outcome = run_file.read(sealed)
    assert outcome == Outcome(RUN, Stop("complete"), records)
    flag = outcome.records[0].trial.proposal.config["flag"]
    assert flag is True
    assert not sealed.with_suffix(run_file.PART).exists()


@pytest.mark.parametrize(
    "value", [2**63, 2**1000, -(2**64), "\ud800", "\x00\x7f", -0.0, 5e-324, 1e16]
)
def test_any_value_of_a_configuration_is_read_as_it_was(value: Value, tmp_path: Path) -> None:
    one = record(0)
    trial = replace(one.trial, proposal=Proposal({"x": value}))
    (back,) = run_file.read(write(tmp_path, replace(one, trial=trial))).records
    assert repr(back.trial.proposal.config) == repr({"x": value})


def test_the_value_of_a_failed_trial_is_read_as_nan(tmp_path: Path) -> None:
    (back,) = run_file.read(write(tmp_path / "b", record(0, math.nan))).records
    assert math.isnan(back.trial.value)
    assert math.isnan(back.score)
    assert back.error == "ValueError: no"


def test_every_line_is_standard_json(tmp_path: Path) -> None:
    lines = write(tmp_path / "b", record(0), record(1, math.nan)).read_bytes().splitlines()

    def refuse(text: str) -> float:
        raise AssertionError(text)

    _, first, failed, _ = (json.loads(line, parse_constant=refuse) for line in lines)
    assert len(first["values"]) == 1
    assert failed["values"] == [None]


def test_the_digest_ignores_what_was_measured_and_nothing_else(tmp_path: Path) -> None:
    def digest(name: str, *records: Record, stop: Stop = Stop("complete")) -> str:  # noqa: B008  # frozen
        return run_file.digest(write(tmp_path / name, *records, stop=stop))

    def slower(each: Record) -> Record:
        return Record(
            each.trial, each.score, each.measures, each.finished, {"ask": 9.0}, None, each.duration
        )

    plain = digest("a", record(0), record(1))
    assert digest("b", slower(record(0)), slower(record(1))) == plain
    others = [
        digest("c", record(0)),
        digest("d", record(1), record(0)),
        digest("e", record(0), record(1, 0.2)),
        digest("f", record(0), record(1), stop=Stop("exhausted")),
    ]
    assert len({plain, *others}) == 5


@pytest.mark.parametrize("line", range(5))
def test_an_altered_line_is_found_wherever_it_stands(tmp_path: Path, line: int) -> None:
    sealed = write(tmp_path / "b", record(0), record(1), record(2))
    lines = sealed.read_bytes().splitlines(keepends=True)
    place = lines[line].index(b"1") if b"1" in lines[line] else 5
    lines[line] = lines[line][:place] + b"2" + lines[line][place + 1 :]
    sealed.write_bytes(b"".join(lines))
    with pytest.raises(InputError, match=rf"is torn or was altered: line {line + 1}$"):
        run_file.read(sealed)


def test_lines_that_are_missing_doubled_or_swapped_are_found(tmp_path: Path) -> None:
    sealed = write(tmp_path / "b", record(0), record(1), record(2))
    header, one, two, three, seal = sealed.read_bytes().splitlines(keepends=True)
    for lines in (
        (header, one, three, seal),
        (header, one, one, two, three, seal),
        (header, two, one, three, seal),
        (one, two, three, seal),
        (header, one, two, three, seal, seal),
    ):
        sealed.write_bytes(b"".join(lines))
        with pytest.raises(InputError, match="is torn or was altered: line"):
            run_file.read(sealed)


def test_every_cut_of_a_sealed_file_is_found(tmp_path: Path) -> None:
    sealed = write(tmp_path / "b", record(0), record(1))
    whole = sealed.read_bytes()
    ends = [place for place, byte in enumerate(whole) if byte == ord("\n")]
    near = {end + step for end in ends[:-1] for step in range(-8, 9)}
    for length in sorted(near | set(range(0, len(whole) - 1, 5))):  # the last byte is the newline
        sealed.write_bytes(whole[:length])
        with pytest.raises(InputError):
            run_file.read(sealed)


def test_a_torn_run_goes_on_where_its_whole_lines_end(tmp_path: Path) -> None:
    records = [record(0), record(1), record(2)]
    part = write(tmp_path / "b", *records, stop=None)
    whole = part.read_bytes()
    expected = run_file.digest(write(tmp_path / "straight", *records))
    for length in range(0, len(whole), 13):
        part.write_bytes(whole[:length])
        with RunFile(part, RUN) as file:
            assert len(file.recorded) == max(whole[:length].count(b"\n") - 1, 0)
            for each in records:
                file.append(each)
            file.seal(Stop("complete"), 3, {})
        sealed = part.with_suffix(run_file.SEALED)
        assert run_file.read(sealed).records == tuple(records)
        assert run_file.digest(sealed) == expected
        sealed.unlink()


def test_an_altered_part_is_refused_and_kept(tmp_path: Path) -> None:
    part = write(tmp_path / "b", record(0), record(1), stop=None)
    content = part.read_bytes().replace(b'"cost":0.3', b'"cost":0.4', 1)
    part.write_bytes(content)
    with pytest.raises(InputError, match="was altered: line 2"), RunFile(part, RUN):
        pass
    assert part.read_bytes() == content


def test_a_foreign_file_is_said_to_be_no_run_of_hpobench(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"loss": 1}\n')
    with pytest.raises(InputError, match="is torn or was altered: line 1"):
        run_file.read(path)
    path.write_text("")
    with pytest.raises(InputError, match="it is empty"):
        run_file.read(path)


def test_a_file_under_the_name_of_another_run_is_damage(tmp_path: Path) -> None:
    sealed = write(tmp_path, record(0))
    other = sealed.with_name("7-0123456789abcdef.jsonl")
    sealed.rename(other)
    with pytest.raises(DamageError, match=f"holds another run than its name says: {NAME}"):
        run_file.read(other)
    part = write(tmp_path, record(0), stop=None)
    another = replace(RUN, seed=9)
    part.rename((tmp_path / run_file.named(another)).with_suffix(run_file.PART))
    with (
        pytest.raises(DamageError, match="holds another run"),
        RunFile(tmp_path / run_file.named(another), another),
    ):
        pass


def test_a_seal_with_the_digest_of_another_run_is_damage(tmp_path: Path) -> None:
    here, there = write(tmp_path / "a", record(0)), write(tmp_path / "b", record(0), record(1))
    digest = run_file.digest(there)
    part = tmp_path / "c" / NAME
    with RunFile(part, RUN) as file:
        file.append(record(0))
    lines = part.with_suffix(run_file.PART).read_bytes().splitlines()
    chain = Chain()
    assert all(chain.fits(line) for line in lines)
    seal = json.loads(here.read_bytes().splitlines()[-1])
    ended = {key: seal[key] for key in ("count", "stop", "detail")}
    wrong = chain.line({**ended, "digest": digest}, seal["measured"])
    sealed = part.with_suffix(run_file.SEALED)
    sealed.write_bytes(b"".join([*(line + b"\n" for line in lines), wrong]))
    with pytest.raises(DamageError, match="its seal has the digest of another"):
        run_file.read(sealed)


@pytest.mark.parametrize("renamed", [False, True])
def test_a_run_that_ended_between_two_steps_of_its_seal_is_sealed(
    tmp_path: Path, *, renamed: bool
) -> None:
    sealed = write(tmp_path, record(0), stop=Stop("exhausted"))
    content = sealed.read_bytes()
    if not renamed:
        sealed.rename(sealed.with_suffix(run_file.PART))
    with RunFile(sealed, RUN) as file:
        assert file.sealed == Stop("exhausted")
        with pytest.raises(AssertionError, match="never written again"):
            file.append(record(1))
    assert sealed.read_bytes() == content
    assert not sealed.with_suffix(run_file.PART).exists()


def test_a_run_begun_anew_forgets_its_trials_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, record(0), record(1), stop=None)
    with RunFile(tmp_path / NAME, RUN) as file:
        file.begin_anew()
        file.append(record(0, 0.7))
        file.seal(Stop("complete"), 1, {})
    sealed = (tmp_path / NAME).with_suffix(run_file.SEALED)
    assert run_file.read(sealed).records == (record(0, 0.7),)
    assert json.loads(sealed.read_text().splitlines()[0])["measured"] == {"begun-anew": True}
    assert run_file.digest(sealed) == run_file.digest(write(tmp_path / "b", record(0, 0.7)))


HOLD = """
import pickle, sys
from pathlib import Path
from hpobench.store.run_file import RunFile
with RunFile(Path({path!r}), pickle.loads({run!r})) as file:
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_process_at_a_time_writes_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = HOLD.format(run=pickle.dumps(RUN), path=str(tmp_path / NAME))
    with subprocess.Popen(  # noqa: S603  # ours
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        monkeypatch.setattr(appending, "PATIENCE", 0.2)
        with (
            pytest.raises(appending.InUseError, match="is being written by another process"),
            RunFile(tmp_path / NAME, RUN),
        ):
            pass
        other.kill()
    with RunFile(tmp_path / NAME, RUN) as file:
        assert file.sealed is None


def test_a_path_is_not_written(tmp_path: Path) -> None:
    assert "/not/kept" not in write(tmp_path / "b").read_text()


def test_a_folder_below_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(InputError, match="can't be written: File exists"),
        RunFile(tmp_path / "file" / "b", RUN),
    ):
        pass


FULL = """
import pickle, resource, sys
from pathlib import Path
from hpobench.store.run_file import RunFile
from hpobench.errors import InputError
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with RunFile(Path({path!r}), pickle.loads({run!r})) as file:
        for record in pickle.loads({records!r}):
            file.append(record)
except InputError as error:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(error)
"""


# A limit on a file's size stands for a full disk.
def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path: Path) -> None:
    records = pickle.dumps([record(number) for number in range(100)])
    script = FULL.format(run=pickle.dumps(RUN), records=records, path=str(tmp_path / "b" / NAME))
    answer = subprocess.run(  # noqa: S603  # ours
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "can't be written: " in answer.stdout
    assert answer.stdout.count("\n") == 1
    assert answer.stderr == ""
    with RunFile(tmp_path / "b" / NAME, RUN) as file:
        assert len(file.recorded) >= 3
