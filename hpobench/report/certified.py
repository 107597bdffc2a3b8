"""What certificates say of the runs of a report: how many were made again, and what came out."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..errors import counted, glance, line
from ..runner.finished_run import FinishedRun
from ..store.certificate_file import VERDICTS, Certificate, Verdict, Verified
from ..store.listing import key_of
from ..trial import Run
from .compared import Compared
from .looks.tables import Column, Table, count, text
from .words import all_of, listed

HEADINGS: Mapping[Verdict, str] = {
    "identical": "Identical",
    "equal": "Equal",
    "different": "Not reproducible",
    "not-made": "Not made again",
}
_MANY = 5
"""The most runs that a sentence names that did not come out the same, and the most reasons."""


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate, and the runs of a report that it covers."""

    certificate: Certificate
    runs: tuple[tuple[Run, Verified], ...]
    """The runs of the report that were to be made again, with what came of each."""
    lacking: tuple[Verified, ...]
    """What the certificate says of runs that the report does not have."""
    changed: int
    """How many of the report's have another digest than it says: then it is of other runs."""

    @property
    def fits(self) -> bool:
        """Whether the runs are those that were compared."""
        return not self.changed


def certified(
    certificates: Sequence[Certificate], runs: Sequence[FinishedRun]
) -> tuple[Certified, ...]:
    """Return the certificates that cover any of the runs, the newest first."""
    there = {key_of(each.run): each for each in runs}
    found = list[Certified]()
    for certificate in reversed(certificates):
        covered = [(there[each.key], each) for each in certificate.runs if each.key in there]
        changed = sum(ended.digest != each.digest for ended, each in covered)
        if covered:
            pairs = tuple((ended.run, each) for ended, each in covered)
            lacking = tuple(each for each in certificate.runs if each.key not in there)
            found.append(Certified(certificate, pairs, lacking, changed))
    return tuple(found)


def certified_sentences(found: Sequence[Certified], runs: int) -> Iterator[str]:
    """Yield what the certificates say, a paragraph for each; `runs`: how many the report has."""
    for each in found:
        made, identity = _day(each.certificate.made), each.certificate.identity
        if each.fits:
            yield " ".join(_said(each, runs))
        else:
            yield (
                f"A certificate of {made} ({identity}) is of other runs than these: "
                f"{counted(each.changed, 'run')} of the {len(each.runs):,} that it covers here "
                "have another digest now. It says nothing of this report."
            )


def certified_table(compared: Compared, found: Sequence[Certified]) -> tuple[Table, ...]:
    """List by strategy what became of the runs that were made again, by the newest certificate.

    Nothing where no certificate fits the runs.
    """
    newest = dict[Run, Verified]()
    for each in found:
        for run, verified in each.runs if each.fits else ():
            newest.setdefault(run, verified)
    if not newest:
        return ()
    names = dict(zip(compared.scores.strategies, compared.names, strict=True))
    counts = dict[str, Counter[Verdict]]()
    for run, verified in newest.items():
        name = names.get(run.strategy, run.strategy.name)
        counts.setdefault(name, Counter())[verified.verdict] += 1
    tolerance = max(each.certificate.tolerance for each in found if each.fits)
    table = Table(
        name="certificate",
        title="Runs that were made again",
        caption=(
            f"Of {counted(len(newest), 'run')} over {compared.suite}, the number that came out "
            f"with the same digest, with all numbers within a relative {tolerance:g}, or not so. "
            "Each run counts once, by its newest certificate. No band."
        ),
        columns=(Column("Strategy", "l"), *(Column(HEADINGS[each]) for each in VERDICTS)),
        rows=tuple(
            (text(name), *(count(of[verdict]) for verdict in VERDICTS))
            for name, of in sorted(counts.items())
        ),
    )
    return (table,)


def _said(found: Certified, runs: int) -> Iterator[str]:
    """Yield the sentences of a certificate that fits."""
    it, counts = found.certificate, Counter(each.verdict for _, each in found.runs)
    made = len(found.runs) - counts["not-made"]
    before = listed([str(number) for number in it.processes_then])
    instead = f" instead of {before}" if before else ""
    yield (
        f"Of these {counted(runs, 'run')}, {made:,} were made again on {_day(it.made)}, "
        f"{_where(it.machine)}, on {counted(it.processes, 'process')}{instead} and with hash seed "
        f"{it.hash_seed} instead of 0: {counts['identical']:,} are identical to the bit, "
        f"{counts['equal']:,} are equal within a relative {it.tolerance:g}, and "
        f"{counts['different']:,} did not come out the same (certificate {it.identity})."
    )
    if empty := sum(not each.trials for _, each in found.runs if each.verdict != "not-made"):
        yield f"Of {counted(empty, 'run')} of these only the end was compared: there is no trial."
    different = [(run, each) for run, each in found.runs if each.verdict == "different"]
    for run, each in different[:_MANY]:
        place = f"{run.strategy.name} on {run.problem.name}, seed {run.seed}"
        yield f"Not reproducible: {place} ({glance(each.reason)})."
    if len(different) > _MANY:
        yield f"The certificate names {len(different) - _MANY:,} more."
    reasons = Counter(each.reason for _, each in found.runs if each.verdict == "not-made")
    for reason, number in reasons.most_common(_MANY):
        yield f"Not made again: {counted(number, 'run')} ({glance(reason)})."
    if len(reasons) > _MANY:
        yield f"The certificate has {len(reasons) - _MANY:,} more reasons."
    yield from _lacking(found.lacking)
    for reason, number in sorted(it.unable.items())[:_MANY]:
        yield (
            f"Of {all_of(it.of, 'run')} asked for, {number:,} could not be made there "
            f"({glance(reason)})."
        )
    if len(it.unable) > _MANY:
        yield f"The certificate has {len(it.unable) - _MANY:,} more reasons."


def _lacking(lacking: Sequence[Verified]) -> Iterator[str]:
    """Say which runs of a certificate a report does not have, and what is known of these."""
    if not lacking:
        return
    yield f"The certificate also covers {counted(len(lacking), 'run')} that this report lacks."
    wrong = [each for each in lacking if each.verdict in {"different", "not-made"}]
    for each in wrong[:_MANY]:
        said = "not made again" if each.verdict == "not-made" else "not reproducible"
        yield f"Not in this report, and {said}: {line(each.key)} ({glance(each.reason)})."
    if len(wrong) > _MANY:
        yield f"The certificate names {len(wrong) - _MANY:,} more of these."


def _where(machine: Mapping[str, object]) -> str:
    """Say on which machine runs were made again, in a few words."""
    names = ("system", "processor")
    parts = [line(str(machine[name]), most=100) for name in names if machine.get(name)]
    versions = [
        f"{word} {line(str(machine[name]), most=40)}"
        for word, name in (("hpobench", "hpobench"), ("Python", "python"))
        if machine.get(name)
    ]
    return f"on {', '.join(parts) or 'a machine'} with {listed(versions) or 'no version told'}"


def _day(moment: str) -> str:
    """Return the day of a moment in ISO 8601."""
    return line(moment[:10])
