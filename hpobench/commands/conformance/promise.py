"""A promise that every strategy or every problem makes, and what came of checking it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar

from ...errors import described, said
from ...guards import is_a_persons
from .allowance import Allowance, OutOfTime


class Subject(Protocol):
    """The strategy or the problem that is checked, within an allowance of time."""

    @property
    def allowance(self) -> Allowance: ...

    @property
    def remark(self) -> str:
        """How much less is checked than of a subject that is quick; empty: nothing less."""
        ...


Checked = TypeVar("Checked", bound=Subject)
Fingerprint: TypeAlias = Mapping[str, Sequence[str]]
"""What came of runs or evaluations, as text, so that two processes can compare it."""
Mark: TypeAlias = Literal["ok", "broken", "skipped", "note"]
"""What is found of a promise; a note is something to know that is neither right nor wrong."""


class Broken(Exception):  # noqa: N818  # it is a finding, not an error of the program
    """Says where a promise is broken, what was seen there, and what would be right."""

    def __init__(self, where: str, seen: str, right: str) -> None:
        super().__init__(f"{where}: {seen}; right would be: {right}")
        self.where, self.seen, self.right = where, seen, right


class Skipped(Exception):  # noqa: N818  # it is a finding, too
    """Says why a promise can't be judged."""


class Inapplicable(Skipped):
    """Says why a promise does not concern a strategy or a problem at all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of checking a promise."""

    key: str
    """The promise's name."""
    mark: Mark
    words: str
    """The promise in plain words, or what there is to note."""
    remark: str = ""
    """Why the promise was skipped, or how little of it could be checked; empty: nothing to say."""
    where: str = ""
    """The task or the configuration for which the promise is broken; empty: it is not broken."""
    seen: str = ""
    """What happened where the promise is broken."""
    right: str = ""
    """What would have kept the promise."""
    applies: bool = True
    """Whether the promise concerns the strategy or the problem; if not, it is skipped."""

    def __str__(self) -> str:
        details = (self.words, self.remark, self.where, self.seen, self.right)
        return f"{self.mark}: {'; '.join(filter(None, details))}"


@dataclass(frozen=True, slots=True)
class Promise(Generic[Checked]):
    """Something that every strategy, or every problem, has to do."""

    key: str
    """The name that code calls the promise by."""
    words: str
    """The promise in one plain sentence, which is printed."""
    check: Callable[[Checked], str | None]
    """Returns a remark, if any; raises Broken or Skipped."""
    informs: bool = False
    """Whether the check tells something that is neither right nor wrong, in its remark. Such a
    promise is broken only by an exception, or by the end of the process."""

    def judged(self, subject: Checked) -> Finding:
        """Check the promise; whatever the subject raises breaks it, but a person's Ctrl-C."""
        subject.allowance.left_out = ""
        try:
            remark = self.check(subject) or ""
        except (Skipped, OutOfTime) as reason:
            applies = not isinstance(reason, Inapplicable)
            return Finding(self.key, "skipped", self.words, said(reason), applies=applies)
        except Broken as end:
            found = (end.where, end.seen, end.right)
            return Finding(self.key, "broken", self.words, "", *found)
        except BaseException as error:
            if is_a_persons(error):
                raise
            raised = described(error, before="it raised ")
            return Finding(self.key, "broken", self.words, "", "", raised, "raise nothing here")
        if self.informs:
            return Finding(self.key, "note", remark)
        remarks = (remark, subject.allowance.left_out, subject.remark)
        return Finding(self.key, "ok", self.words, "; ".join(filter(None, remarks)))


def judged(
    promises: Sequence[Promise[Checked]],
    subject: Checked,
    begins: Callable[[], None] = lambda: None,
) -> Iterator[Finding]:
    """Check one promise after the other, within the time that the subject allows.

    `begins` is called before each check.
    """
    for place, promise in enumerate(promises):
        subject.allowance.divide(len(promises) - place)
        begins()
        yield promise.judged(subject)
