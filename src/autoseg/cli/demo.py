"""`autoseg demo`: real households, from the package's own data to a report."""

from __future__ import annotations

from pathlib import Path

from autoseg.cli.clock import now
from autoseg.cli.options import Language, Output, Quiet, Threads
from autoseg.cli.progress import stages
from autoseg.cli.result import show
from autoseg.files import claimed_folder

__all__ = ["demo"]


def demo(
    output: Output = Path("autoseg-demo"),
    language: Language = "en",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Segment 753 real households that ship with autoseg, and write a report.

    Takes no file and no network. The data are a year of grocery shopping (The
    Complete Journey, 84.51°, CC0).
    """
    from autoseg.api import RunStatus, kept_status, segment
    from autoseg.api.modelfile import write_results
    from autoseg.datasets import load_grocery

    with (
        claimed_folder(output) as folder,
        kept_status(folder, RunStatus("demo"), now=now) as status,
        stages(quiet=quiet) as tell,
    ):
        grocery = load_grocery()
        segmentation = segment(
            grocery.transactions,
            customers=grocery.customers,
            events=grocery.events,
            responses=grocery.responses,
            currency="USD",
            n_jobs=threads,
            progress=tell,
        )
        tell("report", 0.0)
        contents = segmentation.files(language=language)
        written = write_results(folder, contents)
        status.found(segmentation)
        status.wrote(contents)
    if not quiet:
        show(segmentation, written, language=language)
