"""`python -m tools.validity`: do words, intervals and measures keep their promise where the truth is known."""

import argparse
import os
import sys
from pathlib import Path

from sim.footage.recording.open import open_recording
from sim.services.app.score import load_truth_index
from sim.services.library.generate.sites import find_site
from tools.bench.clicks import format_clicks, measure_clicks_on, write_clicks_page
from tools.command import run_command
from tools.validity.example_tasks import write_examples
from tools.validity.generate_separate import Trial, measure_forms, write_verdict
from tools.validity.generate_separate import write_table as write_forms_table
from tools.validity.planted import plant_errors, put_into_page
from tools.validity.planted import write_table as write_planted_table
from tools.validity.validity import simulate_validity
from tools.validity.validity_page import write_page

STORIES = ("arrival", "passing", "lunch", "dismissal", "class-time")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of `python -m tools.validity ACTION`."""
    parser = argparse.ArgumentParser(prog="python -m tools.validity", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    teams = actions.add_parser(
        "teams",
        help="how often a comparison's words and intervals are wrong, on simulated teams",
        description="Simulate teams of which the truth is known and print, as Markdown, how often they are called "
        "improved and how often intervals hold the truth. With 1000 teams this takes some minutes.",
    )
    teams.add_argument("--teams", type=int, default=1000, help="teams of each kind (1000)")
    teams.add_argument("--processes", type=int, default=2, help="processes to share the work (2)")
    teams.add_argument("--out", type=Path, help="write the page to this file instead")
    teams.set_defaults(run=run_teams)

    separate = actions.add_parser(
        "separate",
        help="measure the difficulty of many generated forms",
        description="Generate scenarios of every difficulty, measure their truth with the painter (small pictures, "
        "nothing encoded), choose forms, and print them. Exit code 1 when an easy form is above a hard one.",
    )
    separate.add_argument("--site", required=True, metavar="S", help="a site's folder, or its name in scenarios/sites")
    separate.add_argument("--count", type=int, default=20, help="forms of each difficulty (20)")
    separate.add_argument("--forms", type=int, default=1, help="most forms from one scenario (1)")
    separate.add_argument("--story", action="append", choices=STORIES, help="only these stories; all in turn otherwise")
    separate.add_argument("--people", type=int, help="everybody together, 12 to 240; by difficulty when not given")
    separate.add_argument("--minutes", type=float, help="length, 1 to 15; by difficulty when not given")
    separate.add_argument("--every", type=float, default=0.5, metavar="S", help="look every S seconds (0.5)")
    separate.add_argument("--seed", type=int, default=1, help="of the first scenario (1)")
    separate.add_argument("--jobs", type=int, default=1, help="processes at a time (1)")
    separate.add_argument("--out", type=Path, metavar="FILE.csv", help="also write every form's parts to a table")
    separate.set_defaults(run=run_separate)

    example = actions.add_parser(
        "example",
        help="write a task and its right answer for each task type, ready for `python -m sim score`",
        description="Write TYPE-task.json and TYPE-answer.json for each task type that the recording supports, and "
        "print the command that scores each.",
    )
    example.add_argument("recording", type=Path, metavar="RECORDING_DIR", help="folder with recording.json")
    example.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder to write to")
    example.add_argument("--type", metavar="TYPE", help="only this task type")
    example.set_defaults(run=run_example)

    planted = actions.add_parser(
        "planted",
        help="plant every kind of error in right answers and print what each changes",
        description="For each task type: score the right answer and every answer with one mistake, and print as a "
        "Markdown table which measures changed. Exit code 1 when a right answer lacks full marks.",
    )
    planted.add_argument("recording", type=Path, metavar="RECORDING_DIR", help="folder with recording.json")
    planted.add_argument("--page", type=Path, metavar="PAGE.md", help="also put the table between its markers there")
    planted.set_defaults(run=run_planted)

    clicks = actions.add_parser(
        "clicks",
        help="measure whom clicks on people mean",
        description="Click on visible pixels of people at several heights, and count how many clicks mean the person "
        "who was clicked; let a perfect searcher trace everybody with one click an appearance.",
    )
    clicks.add_argument("recording", type=Path, metavar="DIR", help="recording folder")
    clicks.add_argument("--scenario", type=Path, metavar="FILE", help="what it was built from; looked for otherwise")
    clicks.add_argument("--clicks", type=int, default=6000, metavar="N", help="clicks at each height (6000)")
    clicks.add_argument("--seed", type=int, default=1, metavar="N", help="decides the clicks (1)")
    clicks.add_argument("--jobs", type=int, metavar="N", help="processes at a time; one a core by default")
    clicks.add_argument("--page", type=Path, metavar="FILE.md", help="also write the table between its markers")
    clicks.set_defaults(run=run_clicks)
    return parser


def run_teams(args: argparse.Namespace) -> int:
    """Print or write the page."""
    found = simulate_validity(teams=args.teams, processes=args.processes, on_step=lambda step: _tell(f"done: {step}"))
    page = write_page(found, teams=args.teams, command=f"python -m tools.validity teams --teams {args.teams}")
    if args.out is None:
        sys.stdout.write(page)
    else:
        args.out.write_text(page, encoding="utf-8")
    return 0


def run_separate(args: argparse.Namespace) -> int:
    """Measure, print the table, say whether the difficulties separate."""
    trial = Trial(
        site_folder=find_site(args.site),
        stories=tuple(args.story or STORIES),
        count=args.count,
        forms_each=args.forms,
        people=args.people,
        minutes=args.minutes,
        first_seed=args.seed,
        every_s=args.every,
    )
    measured = measure_forms(trial, processes=args.jobs, on_scenario=_tell)
    sys.stdout.write(write_forms_table(measured) + "\n")
    if args.out is not None:
        measured.to_csv(args.out, index=False)
    verdict, separates = write_verdict(measured)
    sys.stdout.write(verdict + "\n")
    return 0 if separates else 1


def run_example(args: argparse.Namespace) -> int:
    """Write the files, and print a command for each pair."""
    for task_path, answer_path in write_examples(args.recording, args.out, only=args.type):
        sys.stdout.write(f"python -m sim score {args.recording} {task_path} {answer_path}\n")
    return 0


def run_planted(args: argparse.Namespace) -> int:
    """Plant, print, and write."""
    planted = plant_errors(load_truth_index(open_recording(args.recording)))
    table = write_planted_table(planted)
    sys.stdout.write(table + "\n")
    if args.page is not None:
        put_into_page(args.page, table)
    return int(any(each.short for each in planted))


def run_clicks(args: argparse.Namespace) -> int:
    """Print the table; return 1 when clicks miss whom they are on."""
    measured = measure_clicks_on(
        args.recording,
        scenario=args.scenario,
        count=args.clicks,
        seed=args.seed,
        processes=args.jobs or os.cpu_count() or 1,
    )
    sys.stdout.write(format_clicks(measured) + "\n")
    if args.page is not None:
        write_clicks_page(args.page, measured)
        sys.stdout.write(f"{args.page}\n")
    return 0 if measured.holds else 1


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(run_command(make_parser()))
