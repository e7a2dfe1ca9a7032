"""`python -m sim score`, `compare` and `power`: what results say, and how many people they need."""

import argparse
import sys
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    _register_score(subparsers)
    _register_compare(subparsers)
    _register_power(subparsers)


def _register_score(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "score",
        help="score an answer to a task on a recording",
        description="Print every metric of an answer as JSON, keys sorted, with each metric's version.",
    )
    parser.add_argument("recording", type=Path, metavar="RECORDING_DIR", help="folder with recording.json")
    parser.add_argument(
        "task", type=Path, metavar="TASK.json", help='{"type": "trace", "target": ..., "window_s": ...}'
    )
    parser.add_argument("answer", type=Path, metavar="ANSWER.json", help='{"marks": [...], "final_zone": ..., ...}')
    parser.add_argument("--log", type=Path, metavar="LOG.json", help="event log; adds the metrics that need one")
    parser.set_defaults(run=_run_score)


def _run_score(args: argparse.Namespace) -> int:
    from sim.app.score import format_score, score_files

    data = score_files(args.recording, args.task, args.answer, log_path=args.log)
    sys.stdout.write(format_score(data) + "\n")
    return 0


def _register_compare(subparsers: "argparse._SubParsersAction[Any]") -> None:
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
    parser.set_defaults(run=_run_compare)


def _run_compare(args: argparse.Namespace) -> int:
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


def _register_power(subparsers: "argparse._SubParsersAction[Any]") -> None:
    parser = subparsers.add_parser(
        "power",
        help="what a plan of so many people and drills can show",
        description="Print in how many of such studies a gain would be seen, by simulating teams and judging them as a "
        "comparison does.",
    )
    parser.add_argument("--people", type=int, default=12, help="people in all (12)")
    parser.add_argument("--before", type=int, default=4, help="drills of each person before (4)")
    parser.add_argument("--after", type=int, default=4, help="drills of each person after (4)")
    parser.add_argument("--by-lot", action="store_true", help="half of the people wait, drawn by lot")
    parser.add_argument("--smallest", type=float, default=0.3, help="smallest share of time worth having (0.3)")
    parser.add_argument("--passed", type=float, default=0.8, help="share of drills passed before (0.8)")
    parser.add_argument("--spread", type=float, default=0.4, help="standard deviation of one person's log times (0.4)")
    parser.add_argument("--from", dest="source", type=Path, metavar="ATTEMPTS.csv", help="take the spread from these")
    parser.add_argument("--teams", type=int, default=1, help="teams that will be compared, this one among them (1)")
    parser.add_argument("--studies", type=int, default=400, help="studies simulated at each size of the gain (400)")
    parser.set_defaults(run=_run_power)


def _run_power(args: argparse.Namespace) -> int:
    import sys

    from sim.compare.result import Plan
    from sim.features.comparison.planning import TeamPlan, measure_spread, simulate_plan

    spread = args.spread if args.source is None else measure_spread(args.source)
    plan = TeamPlan(
        people=args.people,
        before=args.before,
        after=args.after,
        by_lot=args.by_lot,
        passed=args.passed,
        spread=spread,
        held_to=Plan(teams=args.teams),
    )
    found = simulate_plan(plan, smallest=args.smallest, studies=args.studies, on_step=lambda _: None)
    sys.stdout.write("gain   called faster   called improved\n")
    for power in found.powers:
        sys.stdout.write(f"{100 * power.cut:3.0f}%   {100 * power.faster:12.0f}%   {100 * power.improved:14.0f}%\n")
    sys.stdout.write("\n" + "\n".join(found.sentences) + "\n")
    return 0
