"""`python -m sim support --out FILE.zip`: what someone who helps needs to see of this server, without any name."""

import argparse
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "support",
        help="write one file for someone who helps with this server",
        description="A ZIP of what `doctor` finds, versions, which settings are set, counts of rows, free disk and the "
        "last lines of the log. It holds no names of people, teams or schools, no addresses and no passwords. It is "
        "only written, not sent.",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to, for example support.zip")
    parser.add_argument(
        "--log", type=Path, metavar="FILE", help="a log to take the last lines of (default: that of SIGHTLINE_LOG)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import os

    from sim.app.health import find_served_port
    from sim.features.operations.support import ABOUT, save_support

    made = save_support(os.environ, args.out, port=find_served_port(os.environ), log=args.log)
    sys.stdout.write(f"Wrote {made.path} ({made.size / 1e3:.0f} kB), with {made.lines} lines of the log")
    sys.stdout.write(f"; {made.left_out} that Sightline did not write were left out.\n" if made.left_out else ".\n")
    sys.stdout.write(f"\n{ABOUT}")
    return 0
