"""`python -m tools.bench`: how fast this machine renders, scores, starts, serves, compares."""

import argparse
import importlib
import sys

from sim.errors import SimError
from tools.bench.rig import Figure, OnStep
from tools.command import run_command

BY_ITSELF = ("render", "score", "start", "server", "compare", "site", "clips")
IN_BROWSER = ("home", "console", "district")
PARTS = {name: f"tools.bench.{name}" for name in BY_ITSELF} | {
    "console": "tools.bench.console",
    **dict.fromkeys(("start", "home", "district"), "tools.bench.pages"),
}
MOST_WORKERS = 16


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench", description="Print speeds and memory; exit code 1 when a bound is missed."
    )
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"some of {', '.join(PARTS)}; {', '.join(BY_ITSELF)} when none is given",
    )
    parser.add_argument(
        "--smallest", action="store_true", help="measure as little as can be, to see that it still runs"
    )
    parser.add_argument("--with-build", action="store_true", help="server: a fresh school day is made beside it")
    parser.add_argument("--by-proxy", action="store_true", help="server: nginx stands in front and sends the footage")
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="server: N app processes on PostgreSQL, with --by-proxy"
    )
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Measure and print; return 1 when a bound is missed."""
    for part in args.parts:
        if part not in PARTS:
            raise SimError(f"there is no part {part!r} to measure", expected=f"some of {', '.join(PARTS)}")
    if args.workers != 1 and not (args.by_proxy and 1 <= args.workers <= MOST_WORKERS and not args.with_build):
        raise SimError(
            f"--workers is {args.workers}",
            expected=f"1 to {MOST_WORKERS}, together with --by-proxy and without --with-build",
        )
    is_missed = False
    for part in args.parts or BY_ITSELF:
        options = {name: getattr(args, name) for name in ("with_build", "by_proxy", "workers") if part == "server"}
        figures = measure_part(
            part, on_step=lambda text: print(f"... {text}", file=sys.stderr), smallest=args.smallest, **options
        )
        print(part)
        for figure in figures:
            print(figure.write())
            is_missed |= figure.is_missed
    return int(is_missed)


def measure_part(part: str, *, on_step: OnStep, smallest: bool, **options: object) -> tuple[Figure, ...]:
    """Run one of `PARTS`: `measure` of its module, or `measure_PART` where several share one."""
    module = importlib.import_module(PARTS[part])
    measure = getattr(module, f"measure_{part}", None) or module.measure
    figures: tuple[Figure, ...] = measure(on_step=on_step, smallest=smallest, **options)
    return figures


if __name__ == "__main__":
    sys.exit(run_command(make_parser()))
