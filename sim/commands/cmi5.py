"""`python -m sim cmi5`: a course package for a learning system that has no LTI."""

import argparse
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "cmi5",
        help="make a course package (cmi5) of practice drills",
        description="A ZIP with cmi5.xml to bring into a learning system that has no LTI. The drills stay on this "
        "server, whose address SIGHTLINE_ADDRESS names. Only the learning system that the package is for can open "
        "them by it.",
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.zip", help="where to write it")
    parser.add_argument(
        "--lms",
        action="append",
        default=[],
        metavar="URL",
        help="address of the learning system, and of its record store",
    )
    parser.add_argument("--drill", action="append", default=[], metavar="ID", help="only this drill; may be repeated")
    parser.add_argument("--list", action="store_true", help="list the drills with their ids")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:

    from sim.app.wiring import open_here
    from sim.errors import MachineError
    from sim.features.learning_systems.cmi5 import make_package
    from sim.features.learning_systems.deep_link import list_practice

    with open_here() as app:
        if args.list:
            sys.stdout.write("".join(f"{each.form_id}: {each.title} ({each.kind})\n" for each in list_practice(app)))
            return 0
        if args.file is None:
            raise MachineError("no file was named", expected="FILE.zip to write, or --list")
        packed = make_package(app, learning_systems=args.lms, form_ids=args.drill)
        try:
            args.file.write_bytes(packed)
        except OSError as error:
            raise MachineError(f"{args.file} cannot be written: {error.strerror}") from error
        sys.stdout.write(f"{args.file} is written ({len(packed):,} bytes)\n")
    return 0
