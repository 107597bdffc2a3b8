"""The commands `export` and `import`: runs in the forms of other programs."""

from . import options, store_options


def export(
    folder: store_options.Place,
    *,
    to: options.Format,
    storage: options.OutputStorage = None,
    output: options.Output = None,
) -> None:
    """Copy runs that have ended to tables, trackers or IOHprofiler."""
    from ..exchange import export
    from ..store.remote.address import url_of
    from .console import Printer
    from .places import folder_to_read, show_whereabouts

    _say(export(folder_to_read(folder), to, output=output, storage=storage))
    url = url_of(folder)
    if url is not None and output is None and storage is None:
        show_whereabouts(Printer(), "the export", url, f"export --to {to}")


def import_(
    storage: options.Storage,
    *,
    problem: options.WorkedOn,
    results: options.Into,
    strategy: options.Called = None,
    study: options.Pattern = "*",
) -> None:
    """Read Optuna's studies as the runs of one strategy.

    Each study becomes a run on the problem, with a seed of its own.
    """
    from ..exchange.incoming import import_from

    _say(import_from(storage, problem, results, name=strategy, pattern=study))


def _say(text: str) -> None:
    """Print the lines of a text."""
    from .console import Printer

    for each in text.splitlines():
        Printer().say(each)
