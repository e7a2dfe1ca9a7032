"""`footage silhouettes`: where people are front-most."""

import argparse
from pathlib import Path
from typing import Any

from sim.commands.footage_progress import Report, positive


def register(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the action to `footage`."""
    silhouettes = actions.add_parser(
        "silhouettes",
        help="add to a recording where people are front-most",
        description="Play the scenario of a recording again, measure who is front-most in every frame, and add it to "
        "the recording. Pictures, truth and every other file stay as they are. Nothing is changed when anyone would "
        "stand more than 1 px from the truth.",
    )
    silhouettes.add_argument("recording", type=Path, metavar="DIR", help="recording folder")
    silhouettes.add_argument(
        "--scenario", type=Path, metavar="FILE", help="the scenario it was built from; looked for when not given"
    )
    silhouettes.add_argument("--jobs", type=positive, metavar="N", help="processes at a time; one a core by default")
    silhouettes.set_defaults(run=run_silhouettes)


def run_silhouettes(args: argparse.Namespace) -> int:
    """Measure with progress, say what was made."""
    import os
    import sys
    import time

    from sim.services.library.footage import require_opencv, require_pyav

    require_opencv()
    require_pyav()
    from sim.services.library.build.footage_silhouettes import make_silhouettes

    report = Report(live=sys.stdout.isatty())
    make_silhouettes(
        args.recording,
        scenario=args.scenario,
        processes=args.jobs or os.cpu_count() or 1,
        on_progress=report,
        clock=time.monotonic,
    )
    report.end()
    size = (args.recording / "silhouettes.parquet").stat().st_size
    print(f"{args.recording}: silhouettes added, {size / 1e6:.1f} MB")
    return 0
