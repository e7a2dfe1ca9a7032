"""`python -m sim tasks`: what each task type asks of a recording, answered rightly and with mistakes planted."""

import argparse
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `tasks` commands."""
    group = subparsers.add_parser("tasks", help="example tasks of a recording, right answers and planted errors")
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    example = actions.add_parser(
        "example",
        help="write a task and its right answer for each task type, ready for `score`",
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
    planted.add_argument(
        "--page", type=Path, metavar="PAGE.md", help="put the table between its markers into this page as well"
    )
    planted.set_defaults(run=run_planted)


def run_example(args: argparse.Namespace) -> int:
    """Write the files, and print a command for each pair."""
    from sim.lab.validity.example_tasks import write_examples

    for task_path, answer_path in write_examples(args.recording, args.out, only=args.type):
        sys.stdout.write(f"python -m sim score {args.recording} {task_path} {answer_path}\n")
    return 0


def run_planted(args: argparse.Namespace) -> int:
    """Plant, print, and write."""
    from sim.footage.recording.open import open_recording
    from sim.lab.validity.planted import plant_errors, put_into_page, write_table
    from sim.services.app.score import load_truth_index

    planted = plant_errors(load_truth_index(open_recording(args.recording)))
    table = write_table(planted)
    sys.stdout.write(table + "\n")
    if args.page is not None:
        put_into_page(args.page, table)
    return int(any(each.short for each in planted))
