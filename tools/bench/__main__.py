"""`python -m tools.bench`: how fast this machine renders, scores, starts, serves, compares."""

import argparse
import dataclasses
import importlib
import json
import sys
from collections.abc import Callable, Mapping

from sim.errors import SimError
from tools.bench.rig.figures import Figure
from tools.command import run_command

PARTS = {
    "render": "tools.bench.render",
    "score": "tools.bench.score",
    "start": "tools.bench.server.start",
    "server": "tools.bench.server.measure",
    "home": "tools.bench.home",
    "console": "tools.bench.console.run",
    "debrief": "tools.bench.debrief",
    "compare": "tools.bench.compare",
    "district": "tools.bench.district",
    "site": "tools.bench.site",
    "clips": "tools.bench.clips.measure",
}
BY_NAME_ONLY = ("home", "console", "debrief", "district", "clips")
OPTIONS = {
    "console": ("quick", "minutes"),
    "server": ("with_build", "by_proxy", "workers", "quick"),
}
EVERY_PART = ("render", "score", "start", "server", "compare", "site")
MOST_WORKERS = 16


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of `python -m tools.bench [PART ...]`."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench",
        description="Print speeds as absolute figures and as ratios to a plain reference measured in the same run. "
        "Exit code 1 when a target is missed.",
    )
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"one or more of {', '.join(PARTS)}; all but {', '.join(BY_NAME_ONLY)} when none is given",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.add_argument(
        "--quick", action="store_true", help="console: few samples; server with --workers: few trainees"
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
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Measure and print; return 1 when a target is missed."""
    for part in args.parts:
        if part not in PARTS:
            raise SimError(f"there is no part {part!r} to measure", expected=f"one of {', '.join(PARTS)}")
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


def measure_part(
    part: str, *, on_step: Callable[[str], None], options: Mapping[str, object] | None = None
) -> tuple[Figure, ...]:
    """Run one of `PARTS`: its module's `measure(on_step=..., **options)`; `on_step` hears what is being done."""
    figures: tuple[Figure, ...] = importlib.import_module(PARTS[part]).measure(on_step=on_step, **(options or {}))
    return figures


if __name__ == "__main__":
    sys.exit(run_command(make_parser()))
