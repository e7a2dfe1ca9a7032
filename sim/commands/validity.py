"""`validity`: do the words and intervals of a comparison keep their promise, on simulated teams."""

import argparse
from pathlib import Path
from typing import Any


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add `validity`."""
    parser = subparsers.add_parser(
        "validity",
        help="how often a comparison's words and intervals are wrong, on simulated teams",
        description="Simulate teams of which the truth is known and print, as Markdown, how often they are called "
        "improved and how often intervals hold the truth. With 1000 teams this takes some minutes.",
    )
    parser.add_argument("--teams", type=int, default=1000, help="teams of each kind (1000)")
    parser.add_argument("--processes", type=int, default=2, help="processes to share the work (2)")
    parser.add_argument("--out", type=Path, help="write the page to this file instead")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print or write the page; return 0."""
    import sys

    from sim.lab.validity.validity import simulate_validity
    from sim.lab.validity.validity_page import write_page

    def tell(step: str) -> None:
        sys.stderr.write(f"done: {step}\n")
        sys.stderr.flush()

    found = simulate_validity(teams=args.teams, processes=args.processes, on_step=tell)
    page = write_page(found, teams=args.teams, command=f"python -m sim validity --teams {args.teams}")
    if args.out is None:
        sys.stdout.write(page)
    else:
        args.out.write_text(page, encoding="utf-8")
    return 0
