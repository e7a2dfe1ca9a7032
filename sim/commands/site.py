"""`python -m sim site`: what the cameras of a site show, and where people are on none."""

import argparse
import json
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `site` commands."""
    group = subparsers.add_parser("site", help="what the cameras of a site show and miss")
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    coverage = actions.add_parser("coverage", help="list what each camera shows and the blind stretches")
    coverage.add_argument("site", type=Path, metavar="SITE_DIR", help="folder with site.yaml")
    coverage.add_argument("--json", action="store_true", help="print JSON instead of a table")
    coverage.set_defaults(run=run_coverage)


def run_coverage(args: argparse.Namespace) -> int:
    """Print the coverage report."""
    from sim.services.library.site_report import (
        describe_coverage,
        load_site,
        make_coverage_report,
        write_coverage_table,
    )

    if args.json:
        text = json.dumps(describe_coverage(args.site), indent=2)
    else:
        site = load_site(args.site)
        text = write_coverage_table(site, make_coverage_report(site))
    sys.stdout.write(text + "\n")
    return 0
