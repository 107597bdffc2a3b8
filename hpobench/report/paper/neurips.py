"""The checklist of NeurIPS, in our own words and in its order."""

from collections.abc import Mapping, Sequence

from . import answers
from .answers import Question, by_authors
from .content import Content


def neurips(content: Content) -> Mapping[str, Sequence[Question]]:
    """Return the questions with their answers, by what they are about."""
    return {
        "Claims and limits": _claims_and_limits(),
        "Experiments": _experiments(content),
        "Ethics": _ethics(),
        "Assets": _assets(content),
        "People and language models": _people_and_language_models(),
    }


def _claims_and_limits() -> Sequence[Question]:
    return (
        Question(
            "Claims: do abstract and introduction match what was found?",
            "yes",
            "the abstract repeats what the tests found: [sec:results].",
        ),
        Question("Limitations: are they discussed?", "yes", "[sec:limitations]."),
        Question("Theory: are assumptions stated and proofs given?", "n.a.", "there is none."),
    )


def _experiments(content: Content) -> Sequence[Question]:
    return (
        answers.again(content, "Reproducibility: can the main results be made again?"),
        answers.again(content, "Open access: are data and code there, with instructions?"),
        Question(
            "Setting: are splits, hyperparameters and their choice told?",
            "yes",
            "[sec:setting], [tab:problems], [tab:strategies].",
        ),
        answers.uncertainty(
            content,
            "Significance, error bars: are they there, with what varies and how they are made?",
        ),
        answers.significance(content, "Significance, tests: are they there, and corrected?"),
        answers.compute(content, "Compute: are machines, memory and time told, in all?"),
    )


def _ethics() -> Sequence[Question]:
    return (
        by_authors("Ethics: does the work follow the code of ethics?"),
        by_authors("Impact: are good and bad effects on society discussed?"),
        Question(
            "Safeguards: is what could be misused released with care?",
            "n.a.",
            "no model and no data that were scraped are released.",
        ),
    )


def _assets(content: Content) -> Sequence[Question]:
    return (
        answers.cited(content, "Existing assets, credit: are their makers cited?"),
        answers.licences(content, "Existing assets, terms: are their licences named?"),
        Question(
            "New assets: are they documented?",
            "no" if answers.own(content) else "n.a.",
            "the authors have to document their own strategies and problems."
            if answers.own(content)
            else "there are none.",
        ),
    )


def _people_and_language_models() -> Sequence[Question]:
    return (
        Question("People: are instructions and pay of participants told?", "n.a.", "none."),
        Question("Review boards: are risks and approvals told?", "n.a.", "no participants."),
        by_authors("Language models: is their use told, where it matters to the method?"),
    )
