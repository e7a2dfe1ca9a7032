"""`python -m sim doctor`: what this machine lacks to run drills, and what to do about it."""

import argparse
import sys


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="look the machine over and say what to do",
        description="Looks at Python, packages, data folder, disk, memory, database, clock, footage, its "
        "store, codecs, fonts, port, proxy settings, and plays a clip in a browser of this machine. Changes nothing. "
        "Exit code 1 when something is wrong; doubtful things are warnings.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address that the app is to listen on")
    parser.add_argument(
        "--port", type=int, default=None, help="port to look at (default: the one that was served last, else 8501)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not play a clip in a browser")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import dataclasses
    import json
    import os

    from sim.app.health import find_served_port
    from sim.errors import SimError
    from sim.features.operations.doctor import examine, is_fit

    port = find_served_port(os.environ) if args.port is None else args.port
    if not 0 <= port <= 65535:
        raise SimError(f"the port {port} does not exist", expected="0 to 65535")
    findings = []
    for finding in examine(os.environ, host=args.host, port=port, with_browser=not args.no_browser):
        findings.append(finding)
        if not args.json:
            sys.stdout.write(f"{finding.state.value:<8} {finding.name}: {finding.text}\n")
            if finding.todo:
                sys.stdout.write(f"{'':<8} -> {finding.todo}\n")
            sys.stdout.flush()
    fit = is_fit(findings)
    if args.json:
        written = {"schema": 1, "fit": fit, "findings": [dataclasses.asdict(finding) for finding in findings]}
        sys.stdout.write(json.dumps(written, indent=2) + "\n")
    elif fit:
        sys.stdout.write("Drills can be run here.\n")
    else:
        sys.stdout.write("Something is wrong; see the lines that begin with `wrong`.\n")
    return int(not fit)
