"""The examples at the end of each command's `--help`, which can be typed as they stand."""

import typer

EXAMPLES = {
    "": (
        "hpobench all --preset smoke",
        "hpobench all -s ./mine.py -s random-search -p xgboost",
        "hpobench list",
    ),
    "all": (
        "hpobench all --preset smoke",
        "hpobench all -s ./mine.py -s random-search -p branin -p xgboost",
        "hpobench all -s native -p ./digits.py --budget 50 --results /tmp/digits",
        "hpobench all -s sobol -s random-search --until 0.05 --max-time 3600",
        "hpobench all --preset smoke --shard 1/2 --results results/first",
    ),
    "run": (
        "hpobench run docs/experiment.toml --jobs 2",
        "hpobench run docs/experiment.toml --until 0.05 --max-seeds 20",
    ),
    "compare": (
        "hpobench compare ./mine.py random-search",
        "hpobench compare sobol random-search results/standard --until 0.05",
        "hpobench compare ./new.py ./old.py -p synthetic --fail-if worse",
    ),
    "report": (
        "hpobench report results/standard",
        "hpobench report results/standard -p held-out",
        "hpobench report results/standard --label mine=Ours --style acm --paper",
        "hpobench report results/standard --check",
    ),
    "check": ("hpobench check ./mine.py", "hpobench check sobol branin"),
    "anchor": (
        "hpobench anchor ./digits.py",
        "hpobench anchor ./digits.py ./sgd.py --evaluations 100 --jobs 4",
    ),
    "export": (
        "hpobench export results/standard --to csv --output /tmp/tables",
        "hpobench export results/standard --to ioh",
        "hpobench export results/standard --to optuna",
        "hpobench export results/standard --to mlflow --output /tmp/mlflow",
    ),
    "pack": (
        "hpobench pack results/standard",
        "hpobench pack results/standard --out /tmp/standard.parquet",
    ),
    "unpack": ("hpobench unpack results/standard",),
    "merge": ("hpobench merge results/first results/second --results results/both",),
    "sql": (
        "hpobench sql results/standard 'DESCRIBE runs'",
        "hpobench sql results/standard 'FROM runs ORDER BY seconds DESC LIMIT 5'",
    ),
    "import": ("hpobench import sqlite:///study.db -p branin -s theirs --results /tmp/theirs",),
    "list": (
        "hpobench list problems",
        "hpobench list strategies native",
        "hpobench list problem branin",
    ),
    "env": ("hpobench env create hebo",),
    "env create": ("hpobench env create hebo dehb",),
    "env list": ("hpobench env list",),
    "env remove": ("hpobench env remove hebo",),
}
"""The examples of a command, by the words that follow `hpobench`."""


def help_without_command(context: typer.Context) -> None:
    """Print the help of a group of commands where none of its commands was typed."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)


def examples(command: str) -> str:
    r"""Return the examples of a command, in lines that its help keeps.

    >>> examples("env list")
    '\x08\nExample:\n  hpobench env list'
    """
    lines = EXAMPLES[command]
    heading = "Example:" if len(lines) == 1 else "Examples:"
    return "\n  ".join((f"\b\n{heading}", *lines))
