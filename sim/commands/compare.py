"""`compare`: before and after of a table of attempts, as JSON, as a report or as tables."""

import argparse
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    parser = subparsers.add_parser(
        "compare",
        help="compare attempts before and after training",
        description="Print, as JSON, everything that the team page shows on the attempts in a CSV file, or in several "
        "schools' files: design, verdict, times, accuracy, warnings, and what the comparison cannot show.",
    )
    parser.add_argument(
        "attempts",
        type=Path,
        nargs="+",
        metavar="ATTEMPTS.csv",
        help="the attempts, as a team page exports them; of several schools when several files are given",
    )
    parts = {
        "--school": "only this school; may be given several times. A part of all schools gets numbers and no word",
        "--person": "only this person, as in person_id; may be given several times. A part of the people gets no word",
    }
    for name, told in parts.items():
        parser.add_argument(name, action="append", default=[], help=told)
    counts = {
        "--of": "how many people there are in all, when the file holds only some of them",
        "--teams": "how many teams were compared, this one among them; each must then show more",
        "--looks": "how often this team was compared, each time with other drills; it must then show more",
    }
    for name, told in counts.items():
        parser.add_argument(name, type=int, metavar="N", help=told)
    parser.add_argument(
        "--different-people",
        action="store_true",
        help="people who look like one person under two ids are different people",
    )
    words = {
        "--chosen-by": 'how these people were chosen, when the file does not say: "all", "volunteers", "low results" '
        '(in the drills of this file) or "low results earlier" (in drills before those)',
        "--device": "the kind of device to compare; else the one that most people have",
        "--profile": "the console profile to compare; else the one that most people have before and after",
        "--options": 'the drill options to compare, with blanks between, or "" for none; else those that most people '
        "have",
        "--title": "of the report; else the name of the file",
    }
    for name, told in words.items():
        parser.add_argument(name, help=told)
    parser.add_argument("--pdf", type=Path, metavar="OUT.pdf", help="write the report there instead of printing JSON")
    parser.add_argument("--zip", type=Path, metavar="OUT.zip", help="write all tables there instead of printing JSON")
    parser.add_argument(
        "--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the day printed on the report; else today"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import json
    import sys

    from sim.compare.facts import Wanted
    from sim.features.comparison.files import Asked, compare_files, comparison_as_data

    asked = Asked(
        files=tuple(path.name for path in args.attempts) if len(args.attempts) > 1 else Asked().files,
        profile=args.profile,
        options=args.options,
        device=args.device,
        wanted=Wanted(schools=args.school, people=args.person, of_people=args.of),
        chosen_by=args.chosen_by,
        are_different=args.different_people,
        teams=args.teams,
        looks=1 if args.looks is None else args.looks,
    )
    comparison, table = compare_files(args.attempts, asked)
    if args.pdf is None and args.zip is None:
        json.dump(comparison_as_data(comparison), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return 0

    # only what writes files loads the application
    from sim.app.wiring import system_clock
    from sim.errors import ReportError
    from sim.features.comparison.handover import ReportExport, write_tables
    from sim.features.comparison.pdf import write_report

    made_at = system_clock().read().wall.astimezone()
    if args.date is not None:
        made_at = datetime.combine(args.date, time(12), made_at.tzinfo)
    title = args.title or args.attempts[0].stem
    handover = ReportExport(comparison=comparison, table=table, title=title, by_name=None, asked=asked)
    makers = ((args.pdf, partial(write_report, zone=made_at.tzinfo or UTC)), (args.zip, write_tables))
    for path, make in makers:
        if path is None:
            continue
        data = make(handover, made_at=made_at)
        try:
            path.write_bytes(data)
        except OSError as error:
            what = f"{path} cannot be written: {error.strerror or error}"
            raise ReportError(what, todo="choose another place") from error
        sys.stdout.write(f"Wrote {path}\n")
    return 0
