"""`footage silhouettes` and `footage clicks`: where people are front-most, and whom clicks on them mean."""

import argparse
from pathlib import Path
from typing import Any

from sim.commands.footage_progress import Report, positive


def register(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add both actions to `footage`."""
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

    clicks = actions.add_parser(
        "clicks",
        help="measure whom clicks on people mean",
        description="Click on visible pixels of people at several heights, and count how many clicks mean the person "
        "who was clicked; let a perfect searcher trace everybody with one click an appearance.",
    )
    clicks.add_argument("recording", type=Path, metavar="DIR", help="recording folder")
    clicks.add_argument(
        "--scenario", type=Path, metavar="FILE", help="the scenario it was built from; looked for when not given"
    )
    clicks.add_argument("--clicks", type=positive, default=6000, metavar="N", help="clicks at each height; 6000")
    clicks.add_argument("--seed", type=int, default=1, metavar="N", help="decides the clicks; 1 when not given")
    clicks.add_argument("--jobs", type=positive, metavar="N", help="processes at a time; one a core by default")
    clicks.add_argument("--page", type=Path, metavar="FILE.md", help="also write the table between its markers")
    clicks.set_defaults(run=run_clicks)


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


def run_clicks(args: argparse.Namespace) -> int:
    """Print the table; exit code 1 when clicks miss whom they are on."""
    import os

    from sim.services.library.footage import require_opencv, require_pyav

    require_opencv()
    require_pyav()
    from sim.lab.bench.clicks import format_clicks, measure_clicks_on, write_clicks_page

    measured = measure_clicks_on(
        args.recording,
        scenario=args.scenario,
        count=args.clicks,
        seed=args.seed,
        processes=args.jobs or os.cpu_count() or 1,
    )
    print(format_clicks(measured))
    if args.page is not None:
        write_clicks_page(args.page, measured)
        print(args.page)
    return 0 if measured.holds else 1
