"""The checklist of AutoML-Conf, in our own words and in its order."""

from collections.abc import Mapping, Sequence

from . import answers
from .answers import Question, by_authors
from .content import Content


def automl_conf(content: Content) -> Mapping[str, Sequence[Question]]:
    """Return the questions with their answers, by what they are about."""
    return {
        "All papers": _all_papers(),
        "Experiments": _experiments(content),
        "Code and results": _code_and_results(content),
        "Assets of others": _assets_of_others(content),
        "People and theory": _people_and_theory(),
    }


def _all_papers() -> Sequence[Question]:
    return (
        Question(
            "Do abstract and introduction claim what the paper shows, and no more?",
            "yes",
            "the abstract repeats what the tests found: [sec:results].",
        ),
        Question("Are limits of the work named?", "yes", "[sec:limitations]."),
        by_authors("Are harms to society that the work may do discussed?"),
        by_authors("Does the paper follow the conference's ethics guidelines?"),
    )


def _experiments(content: Content) -> Sequence[Question]:
    return (
        Question(
            "Are all methods evaluated in the same way?",
            "yes",
            "the same problems, instances, budget, and rule for what is reported; pairs that "
            "can't be are named: [sec:method], [sec:runs].",
        ),
        Question(
            "Is all of the evaluation specified: splits, spaces, hyperparameters of methods?",
            "yes",
            "[tab:problems], [tab:strategies], and the code of the version named there.",
        ),
        answers.seeds(content, "Are experiments repeated, with other seeds or splits?"),
        answers.uncertainty(content, "Is the uncertainty of results reported?"),
        answers.significance(content, "Is it tested whether differences are significant?"),
        answers.enough(content, "Are there enough repetitions and data sets for the claims?"),
        answers.over_time(
            content, "Is performance compared over time, and the longest time justified?"
        ),
        answers.compute(content, "Are computing time and machines reported?"),
        Question(
            "Are there ablations of the parts of a new method?",
            "n.a.",
            "methods are compared as they are; variants of one are strategies with other "
            "hyperparameters: [tab:strategies].",
        ),
    )


def _code_and_results(content: Content) -> Sequence[Question]:
    return (
        answers.again(content, "Are code, requirements, seeds and commands available?"),
        Question(
            "Is there a small example that runs quickly?",
            "yes",
            "hpobench all --preset smoke, in less than a minute.",
        ),
        answers.tidy(content, "Is the code documented and tidy?"),
        Question(
            "Are raw results included?",
            "yes",
            "the folder of results holds every trial; the authors have to publish it.",
        ),
        Question(
            "Is there code that makes figures and tables from raw results?",
            "yes",
            "hpobench report: [sec:reproduce].",
        ),
    )


def _assets_of_others(content: Content) -> Sequence[Question]:
    return (
        answers.cited(content, "Are the makers of data, code and methods cited?"),
        answers.licences(content, "Are licences, or consent, of data named?"),
        answers.persons(content, "Is it discussed whether data identify persons or offend?"),
    )


def _people_and_theory() -> Sequence[Question]:
    return (
        Question("Are instructions to participants included?", "n.a.", "there are none."),
        Question("Are assumptions and proofs of theorems complete?", "n.a.", "there are none."),
    )
