"""The words of the report that a newcomer does not know, each in a sentence or two."""

from collections.abc import Mapping

TERMS: Mapping[str, str] = {
    "regret": (
        "How far a result is from the best there is, on a scale that all problems share: 0 is the "
        "reference (the optimum, or the best that a long search found), 1 is the median of one "
        "random evaluation. Lower is better. Below 0 it was better on test data than the best that "
        "is known, which is luck and no achievement."
    ),
    "random search": (
        "Tries configurations at random. It is the yardstick: a strategy that does not beat it "
        "is not worth using."
    ),
    "strategy": "A method that decides which hyperparameters are tried next.",
    "evaluation": (
        "Training and scoring a model once with one configuration. A training that is cut short "
        "counts as the part that it costs."
    ),
    "95 % interval": (
        "If the study were repeated with other problems like these, 95 of 100 such intervals "
        "would hold the true mean."
    ),
    "rank range": (
        "The places that a strategy may truly have, given how much luck there is in the results."
    ),
    "worth": (
        "How many evaluations of random search are worth one of this strategy's at the end: the "
        "95 % interval of the median over the problems. It rises with the budget, as random search "
        "hardly gets better at its end, and is not how many times sooner a search is done. Random "
        "search itself is worth 1 by definition."
    ),
    "better, =, worse": (
        "Whether a test tells a strategy from the one that all are compared with, usually random "
        "search: better, not told apart (=), or worse. A question mark: there are too few problems "
        "for any test to tell. These tests are corrected for their number (Holm). “Who beats "
        "whom” tests all pairs, which are more tests and a greater correction, so a strategy can "
        "be better here and have no dot there."
    ),
    "chance to be better": (
        "Take one run of each of two strategies on the same problem: how often the first ends "
        "with the better result. 0.5 is a coin's toss."
    ),
    "seed": "A number that fixes all luck of a run; several seeds show how much luck there is.",
    "simulated time": (
        "How long trainings take by the problem's own model of their work, a typical one taking 1: "
        "the same on every machine, unlike seconds."
    ),
    "incumbent": "The best configuration that a run has found so far, by its validation value.",
    "overtuning": (
        "A run picks what looks best on validation data, and loses a part of what it had gained "
        "on test data again."
    ),
    "fidelity": (
        "How thoroughly a configuration is evaluated, such as the number of epochs. Some "
        "strategies stop poor ones early."
    ),
    "development": "Problems on which strategies may be made and tuned, as those of ours were.",
    "held-out": "Problems on which no strategy of ours was tuned.",
    "Holm": (
        "A correction for making several tests at once: without it, one of them would find "
        "something by luck too often."
    ),
    "anchors": (
        "The two values of each problem between which regret is measured, fixed before any "
        "strategy was run."
    ),
}
"""The terms and what they mean; the page shows them on hover and in its glossary."""
