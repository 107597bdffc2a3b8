"""The command `verify`: it makes runs again, compares them, and writes a certificate."""

import typer

from ..errors import InputError
from . import folder_options, options, store_options


def verify(
    folder: store_options.Place,
    *,
    sample: folder_options.Sample = 1.0,
    draw: folder_options.Draw = 0,
    strategy: folder_options.VerifiedStrategies = None,
    problem: folder_options.VerifiedProblems = None,
    jobs: folder_options.OtherJobs = None,
    isolate: options.Isolate = False,
    certificate: folder_options.GivenCertificate = None,
) -> None:
    """Make runs again, and say whether they come out the same.

    They are made in fresh processes, of which there is another number, with another hash seed. The
    answer is kept in the folder as a certificate, which reports print. The exit status is 1 where a
    run did not come out the same, did not end, or can't be read.
    """
    from .verifying import Asked, verify_and_say

    asked = Asked(tuple(strategy or ()), tuple(problem or ()), sample, draw, jobs, isolated=isolate)
    if certificate is not None:
        from .certificate_check import compare_and_say

        if asked != Asked((), (), 1.0, 0, None, isolated=False):
            raise InputError("--certificate makes no run again, so it goes with no other option")
        raise typer.Exit(compare_and_say(folder, certificate))
    raise typer.Exit(verify_and_say(folder, asked))
