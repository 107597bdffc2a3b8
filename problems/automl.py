"""Which learner, and with which hyperparameters: one conditional space over nine learners.

Choosing both at once is called the CASH problem: combined algorithm selection and hyperparameter
optimisation (Thornton et al., 2013).
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hpobench import (
    Config,
    Data,
    Description,
    Evaluation,
    Examples,
    Fidelity,
    Instance,
    Problem,
    Proposal,
    Stream,
)
from hpobench.training import ALIKE
from hpobench.training.data import read, split
from hpobench.training.folds import Rows, parts
from hpobench.training.learner_space import SPACE
from hpobench.training.learners import fit
from hpobench.training.log_loss import DOUBT, check, losses
from hpobench.training.work import Sizes, work

MEASURES = ("validation-error", "test-error")
Floats: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Choice:
    """Starts the learners on a table: draws the rows to train on, to choose by and to report on."""

    table: str
    rows: Fidelity
    """How many rows a learner learns from."""
    typical_work: float
    """The median of `work` over random configurations, at the highest fidelity; kept, because it
    takes long."""
    most: int | None = None
    """How many rows are used at most; None: all."""

    def __call__(self, rng: np.random.Generator) -> Instance:
        table = read(self.table)
        rows = split(len(table.target), rng, most=self.most)
        labels, turns = table.target.astype(np.int64), parts(rows.train, rows.validation)
        held = len(turns[0][1]) + len(rows.test)
        sizes = Sizes(int(self.rows.high), table.features.shape[1], int(labels.max()) + 1, held)
        training = Training(
            table.features, labels, tuple(turns), rows.test, sizes, self.typical_work
        )
        return Instance(training, data=Data(training.shown(), training.judge))


@dataclass(frozen=True, slots=True)
class Training:
    """Fits a learner on each part; value, score and measures are means over the parts."""

    features: Floats
    labels: Labels
    parts: tuple[tuple[Rows, Rows], ...]
    """For each part, the rows to learn from, in random order, and the rows to choose by."""
    test: Rows
    sizes: Sizes
    """The sizes at the highest fidelity."""
    typical_work: float
    """The median of `work` over random configurations, at the highest fidelity."""

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        config, rows = proposal.config, int(proposal.fidelity or self.sizes.rows)
        seeds = stream.rng("init").integers(2**31, size=len(self.parts)).tolist()
        results = [
            self._result(config, learned[:rows], validation, seed)
            for (learned, validation), seed in zip(self.parts, seeds, strict=True)
        ]
        value, score, *errors = np.mean(results, axis=0).tolist()
        duration = work(config, replace(self.sizes, rows=rows)) / self.typical_work
        return Evaluation(
            value, score=score, measures=dict(zip(MEASURES, errors, strict=True)), duration=duration
        )

    def _result(
        self, config: Config, learned: Rows, validation: Rows, seed: int
    ) -> tuple[float, float, float, float]:
        """Fit the learner once; return the value, the score, and the error rate of each."""
        predict = fit(
            config, self.features[learned], self.labels[learned], self.sizes.classes, seed
        )
        asked = np.concatenate([validation, self.test])
        return self._losses(predict(self.features[asked]), validation)

    def shown(self) -> Examples:
        """Return the rows for systems, which learn from as many as the highest fidelity has."""
        known = np.unique(np.concatenate(self.parts[0]))
        turns = tuple(
            (np.searchsorted(known, learned[: self.sizes.rows]), np.searchsorted(known, validation))
            for learned, validation in self.parts
        )
        features, classes = self.features[self.test], self.sizes.classes
        return Examples(self.features[known], self.labels[known], turns, features, classes)

    def judge(self, part: int, probabilities: Floats, /) -> Evaluation:
        """Evaluate the probabilities of a system's model for a part, (rows, classes)."""
        _, validation = self.parts[part]
        check(probabilities, len(validation) + len(self.test), self.sizes.classes)
        value, score, *errors = self._losses(probabilities, validation)
        return Evaluation(value, score=score, measures=dict(zip(MEASURES, errors, strict=True)))

    def _losses(self, probabilities: Floats, validation: Rows) -> tuple[float, float, float, float]:
        """Return the value and the score of probabilities, and the error rate of each."""
        value, error = losses(probabilities[: len(validation)], self.labels[validation])
        score, test_error = losses(probabilities[len(validation) :], self.labels[self.test])
        return value, score, error, test_error


def _problem(
    start: Choice,
    task: str,
    *,
    judged: tuple[str, str],
    licence: str,
    seconds: float,
    held_out: bool = False,
    control: str = "",
) -> Problem:
    return Problem(
        name=f"automl-{start.table}",
        version=1,
        space=SPACE,
        start=start,
        fidelity=start.rows,
        instances=5,
        about=Description(
            family="automl",
            summary=(
                f"One of nine learners, its hyperparameters and a preprocessing are chosen to tell"
                f" {task}; the value is the log-loss {judged[0]}, the score is {judged[1]}, both"
                f" with {DOUBT:.0%} of the uniform distribution mixed into what is predicted."
            ),
            citation=(
                "Thornton, Hutter, Hoos and Leyton-Brown (2013), Auto-WEKA: combined selection and"
                " hyperparameter optimization of classification algorithms, KDD"
            ),
            defaults=(
                "scikit-learn's and XGBoost's defaults, but the discriminant shrinks a little; the"
                " learner is a random forest without preprocessing, because random forests came out"
                " best in Fernández-Delgado et al. (2014), JMLR 15"
            ),
            licence=licence,
            held_out=held_out,
            control=control,
            trained=True,
            seconds=seconds,
        ),
    )


CROSS_VALIDATED = ("in 3-fold cross-validation", "the models' mean log-loss on the test rows")

problems = (
    _problem(
        Choice("vehicle", Fidelity(50, 450, "rows", resumes=False), 10.533646146406358),
        "four vehicles by their silhouettes (846 rows, 18 features)",
        judged=CROSS_VALIDATED,
        licence="CC BY 4.0: UCI 149, Statlog (Vehicle Silhouettes)",
        seconds=0.38,
    ),
    _problem(
        Choice("phoneme", Fidelity(50, 450, "rows", resumes=False), 8.289, most=3000),
        "nasal from oral sounds (3000 rows of 5404, 5 features)",
        judged=("on the validation rows", "the log-loss on the test rows"),
        licence="none stated: ELENA project, phoneme (OpenML 1489)",
        seconds=0.09,
        control=ALIKE,
    ),
    _problem(
        Choice(
            "satimage", Fidelity(200, 1800, "rows", resumes=False), 44.924314395380215, most=3000
        ),
        "six kinds of soil in pictures from a satellite (3000 rows of 6435, 36 features)",
        judged=("on the validation rows", "the log-loss on the test rows"),
        licence="CC BY 4.0: UCI 146, Statlog (Landsat Satellite)",
        seconds=0.2,
    ),
    _problem(
        Choice("segment", Fidelity(136, 1224, "rows", resumes=False), 27.98903741591993),
        "seven surfaces in pictures of the open (2310 rows, 19 features)",
        judged=CROSS_VALIDATED,
        licence="CC BY 4.0: UCI 147, Statlog (Image Segmentation)",
        seconds=0.45,
        held_out=True,
        control=ALIKE,
    ),
)
