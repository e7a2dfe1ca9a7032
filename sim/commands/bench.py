"""`bench`: how fast this machine renders, scores, searches, starts, serves, compares; six parts in a browser."""

import argparse
from pathlib import Path
from typing import Any

BY_NAME_ONLY = ("home", "console", "debrief", "district", "editor", "annotator", "figures", "clips")
OPTIONS = {
    "console": ("quick", "minutes"),
    "annotator": ("quick",),
    "server": ("with_build", "by_proxy", "workers", "quick"),
    "figures": ("model", "video", "painted"),
}
EVERY_PART = ("render", "score", "search", "start", "server", "compare", "ledger", "site")
MOST_WORKERS = 16
PART_NAMES = (*EVERY_PART, *BY_NAME_ONLY)


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add `bench [PART ...]`."""
    parser = subparsers.add_parser(
        "bench",
        help="measure speed and memory",
        description="Print speeds as absolute figures and as ratios to a plain reference measured in the same run. "
        "Exit code 1 when a target is missed.",
    )
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"one or more of {', '.join(PART_NAMES)}; all but {', '.join(BY_NAME_ONLY)} when none is given",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.add_argument(
        "--quick", action="store_true", help="console, annotator: few samples; server with --workers: few trainees"
    )
    parser.add_argument(
        "--with-build", action="store_true", help="server: a fresh school day is made beside it meanwhile"
    )
    parser.add_argument("--by-proxy", action="store_true", help="server: nginx stands in front and sends the footage")
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="server: N app processes on PostgreSQL behind nginx (with --by-proxy)",
    )
    parser.add_argument(
        "--minutes", type=float, metavar="N", help="console: how long memory is watched for each player (default 10)"
    )
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help="figures: another model than the shipped NanoDet-g, as ONNX"
    )
    parser.add_argument("--video", type=Path, metavar="FILE", help="figures: a video of real people, such as vtest.avi")
    parser.add_argument(
        "--painted",
        action="store_true",
        help="figures: people as they are painted now, not those of the shipped videos",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; return 1 when a target is missed."""
    import dataclasses
    import json
    import sys

    from sim.errors import SimError
    from sim.lab.bench.bench import measure_part

    for part in args.parts:
        if part not in PART_NAMES:
            raise SimError(f"there is no part {part!r} to measure", expected=f"one of {', '.join(PART_NAMES)}")
    if args.minutes is not None and not 0 < args.minutes <= 600:
        raise SimError(f"--minutes is {args.minutes:g}", expected="a number above 0 and up to 600")
    if args.workers != 1 and not (args.by_proxy and 1 <= args.workers <= MOST_WORKERS and not args.with_build):
        raise SimError(
            f"--workers is {args.workers}",
            expected=f"1 to {MOST_WORKERS}, together with --by-proxy and without --with-build",
        )
    measured = {}
    for part in args.parts or EVERY_PART:
        options = {name: getattr(args, name) for name in OPTIONS.get(part, ())}
        measured[part] = measure_part(part, on_step=lambda text: print(f"... {text}", file=sys.stderr), options=options)
        if not args.json:
            print(part)
            for figure in measured[part]:
                verdict = "" if figure.met is None else "  ok" if figure.met else "  MISSED"
                wanted = f"  (target {figure.target})" if figure.target else ""
                print(f"  {figure.name:<68} {figure.value:>9.4g} {figure.unit}{wanted}{verdict}")
    if args.json:
        figures = {part: [dataclasses.asdict(figure) for figure in values] for part, values in measured.items()}
        print(json.dumps(figures, indent=2))
    return int(any(figure.met is False for figures in measured.values() for figure in figures))
