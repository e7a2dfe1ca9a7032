"""`python -m tools.validity`: do words and intervals keep their promise where the truth is known."""

import argparse
import sys
from pathlib import Path

from tools.command import run_command
from tools.validity.validity import simulate_validity
from tools.validity.validity_page import write_page


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of `python -m tools.validity`."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.validity",
        description="Simulate teams of which the truth is known and print, as Markdown, how often they are called "
        "improved and how often intervals hold the truth. With 1000 teams this takes some minutes.",
    )
    parser.add_argument("--teams", type=int, default=1000, help="teams of each kind (1000)")
    parser.add_argument("--processes", type=int, default=2, help="processes to share the work (2)")
    parser.add_argument("--out", type=Path, help="write the page to this file instead")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Print or write the page."""
    found = simulate_validity(teams=args.teams, processes=args.processes, on_step=lambda step: _tell(f"done: {step}"))
    page = write_page(found, teams=args.teams, command=f"python -m tools.validity --teams {args.teams}")
    if args.out is None:
        sys.stdout.write(page)
    else:
        args.out.write_text(page, encoding="utf-8")
    return 0


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(run_command(make_parser()))
