"""`python -m sim score`: all metrics of an answer file as JSON."""

import argparse
import sys
from pathlib import Path


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sim.app.score import format_score, score_files

    data = score_files(args.recording, args.task, args.answer, log_path=args.log)
    sys.stdout.write(format_score(data) + "\n")
    return 0
