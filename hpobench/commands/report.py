"""The command `report`: its options say what is shown, and how."""

import typer

from . import options, store_options


def report(
    folder: store_options.Place,
    *,
    output: options.Page = None,
    strategy: options.ShownStrategies = None,
    problem: options.OfReport = None,
    split: options.Split = None,
    budget: options.ReadAt = None,
    against: options.Against = None,
    label: options.Labels = None,
    highlight: options.Highlight = None,
    style: options.FigureStyle = None,
    each: options.EachProblem = False,
    paper: options.AsPaper = False,
    check: options.Checked = False,
) -> None:
    """Make the report of a folder of results again, of all or of some."""
    from ..registry.choice import Choice, labels_in

    choice = Choice(
        strategies=tuple(strategy or ()),
        problems=tuple(problem or ()),
        split=split or "",
        budget=budget,
        labels=labels_in(tuple(label or ())),
        against=against or "",
        highlight=tuple(highlight or ()),
        style=style or "",
        each=each,
        paper=paper,
    )
    if check:
        from .report_check import check_report

        raise typer.Exit(check_report(folder, output, choice))
    from .reporting import make_report

    make_report(folder, output, choice)
