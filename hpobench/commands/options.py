"""The arguments and options of the commands: how each is typed, and what its help says."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

# What is run, in `all`.
Preset: TypeAlias = Annotated[str, typer.Option(metavar="NAME", help="smoke, standard or paper.")]
Strategies: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        *("--strategy", "-s"),
        metavar="SPEC",
        help="A strategy or a group of them, instead of the preset's; give -s once for each.",
    ),
]
Problems: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        *("--problem", "-p"),
        metavar="SPEC",
        help="A problem or a group of them, instead of the preset's: a family, a side, or what they"
        " have, as in 'held-out&fidelity' or 'dimensions<=6'; give -p once for each.",
    ),
]
Seeds: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="N or A-B",
        help="The seeds of each strategy on each problem: N of them, from 0 on, or those from A to"
        " B. A folder with seeds 0 to 4 is extended by 5-9.",
    ),
]
Budget: TypeAlias = Annotated[
    float | None, typer.Option(metavar="N", help="Full evaluations that each run may spend.")
]
Workers: TypeAlias = Annotated[
    int | None,
    typer.Option(metavar="N", help="Simulated workers: evaluations of a run at the same time."),
]
FirstTrial: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--first",
        metavar="CASE",
        help="default: tell every strategy the result of the problem's default configuration before"
        " it proposes anything, charged like any other. none: tell it nothing.",
    ),
]

# How precise it is to be, in `all` and `run`.
UntilAll: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--until",
        metavar="WIDTH",
        help="Add seeds, the same to all strategies, until no interval of the gain in mean regret"
        " over random search is wider than +-WIDTH, as in 0.05.",
    ),
]
MaxSeeds: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--max-seeds",
        metavar="N",
        help="The most seeds of a problem with --until; by default 30.",
        min=1,
        max=10_000,
    ),
]

# How the runs are made and where they go, in `all` and `run`.
Experiment: TypeAlias = Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file.")]
Jobs: TypeAlias = Annotated[
    int | None,
    typer.Option(metavar="N", help="Processes that share the work; by default one a core.", min=1),
]
Results: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="DIR or URL", help="Where results go; by default results/NAME."),
]
Retries: TypeAlias = Annotated[
    int,
    typer.Option(
        metavar="N", help="How often a run whose process was killed is tried again.", min=0
    ),
]
RetryFailed: TypeAlias = Annotated[
    bool, typer.Option("--retry-failed", help="Also make the runs again that have failed.")
]
Isolate: TypeAlias = Annotated[
    bool,
    typer.Option("--isolate", help="Start a new Python for each run, which takes seconds."),
]

# What is compared, in `compare`.
First: TypeAlias = Annotated[str, typer.Argument(metavar="A", help="A strategy: name or file.")]
Second: TypeAlias = Annotated[
    str, typer.Argument(metavar="B", help="The strategy that A is compared with.")
]
Compared: TypeAlias = Annotated[
    Path, typer.Argument(metavar="DIR", help="A folder of results, new or not.")
]
ComparedOn: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        *("--problem", "-p"),
        metavar="SPEC",
        help="A problem or a group; give -p once for each. By default those in DIR that A or B has"
        " runs on, or the preset standard's.",
    ),
]
ComparedSeeds: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="N or A-B",
        help="The only ones that count; by default those that A or B has in DIR, or the preset's.",
    ),
]
Until: TypeAlias = Annotated[
    float | None,
    typer.Option(
        metavar="WIDTH",
        help="Add seeds where they help most, until the interval of the difference in mean regret"
        " is no wider than +-WIDTH, as in 0.05; it takes problems with anchors.",
    ),
]
MaxTime: TypeAlias = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="No run is made any more after this time."),
]
FailIf: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="CASE",
        help="worse: exit with 1 where A is worse than B by more than the margin. undecided: also"
        " exit with 3 where that is not excluded.",
    ),
]
Margin: TypeAlias = Annotated[
    float | None,
    typer.Option(
        metavar="M",
        help="How much worse A may be with --fail-if, by default 0.02: in mean regret or, where"
        " most problems have no anchors, in the chance to be better.",
    ),
]
Markdown: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Append the answer to a file, e.g. $GITHUB_STEP_SUMMARY."),
]

# What is made of results, in `report` and `export`.
Folder: TypeAlias = Annotated[Path, typer.Argument(metavar="DIR", help="A folder of results.")]
Page: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Where to write it; by default DIR/report.")
]
OfReport: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        *("--problem", "-p"),
        metavar="SPEC",
        help="Show these problems alone: names or groups, such as 'held-out&fidelity'; give -p once"
        " for each.",
    ),
]
ShownStrategies: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        *("--strategy", "-s"),
        metavar="SPEC",
        help="Show these strategies alone; give -s once for each.",
    ),
]
Split: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="SIDE", help="Show problems of one side alone: held-out, development or own."
    ),
]
Labels: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--label",
        metavar='SPEC="Ours"',
        help="Call a strategy so in all figures, tables and sentences; give it once for each.",
    ),
]
Against: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="SPEC", help="Compare with this strategy; by default with random-search."),
]
ReadAt: TypeAlias = Annotated[
    float | None,
    typer.Option("--budget", metavar="N", help="Read runs as they stood after N evaluations."),
]
Highlight: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SPEC",
        help="Have this strategy stand out in figures, and no other; give it once for each.",
    ),
]
FigureStyle: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--style", metavar="NAME", help="neurips, icml (usual), acm, automl, ieee, slide."
    ),
]
EachProblem: TypeAlias = Annotated[
    bool, typer.Option("--each", help="Draw each problem in a figure of its own, too.")
]
AsPaper: TypeAlias = Annotated[
    bool, typer.Option("--paper", help="Write a whole document of LaTeX, too.")
]
Format: TypeAlias = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="csv, parquet, ioh (IOHprofiler), coco, optuna, mlflow or wandb."
    ),
]
Checked: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Write nothing: name what differs from the report that is there; if so, exit with 1.",
    ),
]
OutputStorage: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Optuna's storage; by default optuna.db in the output."),
]
Output: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Where to write; by default DIR/export.")
]

# What is read in, in `import`.
Storage: TypeAlias = Annotated[
    str, typer.Argument(metavar="URL", help="Optuna's storage: a URL or a file.")
]
WorkedOn: TypeAlias = Annotated[
    str, typer.Option("--problem", "-p", metavar="SPEC", help="The problem of the studies.")
]
Into: TypeAlias = Annotated[
    Path, typer.Option(metavar="DIR", help="The folder for the runs, new or not.")
]
Called: TypeAlias = Annotated[
    str | None,
    typer.Option("--strategy", "-s", metavar="NAME", help="A name for what made the studies."),
]
Pattern: TypeAlias = Annotated[
    str, typer.Option(metavar="PATTERN", help="Only studies whose name matches it.")
]

# What is checked, in `check`.
Specs: TypeAlias = Annotated[
    list[str],
    typer.Argument(
        metavar="SPEC...", help="A file of yours, or a name of ours: strategy, problem, group."
    ),
]
Seconds: TypeAlias = Annotated[
    float,
    typer.Option(metavar="N", help="Processor time that the check of each may take."),
]

# What is made, in `anchor`.
OwnProblems: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="SPEC...", help="Files that define problems of your own.")
]
Evaluations: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Random evaluations of each instance; by default 300, or fewer if slow.",
        min=10,
        max=100_000,
    ),
]

# What is shown, in `list` and `env`.
Listed: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="KIND", help="strategies or problems; by default both.")
]
Shown: TypeAlias = Annotated[
    str | None,
    typer.Argument(metavar="SPEC", help="A group, to list it, or one thing, to show all about it."),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Libraries: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help="A library; by default each that needs one and has none."),
]
Named: TypeAlias = Annotated[
    str, typer.Argument(metavar="NAME", help="A library, as `env list` prints it.")
]
