"""`footage push`, `pull` and `stored`: recordings and a footage store."""

import argparse
from pathlib import Path
from typing import Any


def register(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the actions to `footage`."""
    url = "URL of the store, such as s3://bucket/prefix, or a shared folder; SIGHTLINE_FOOTAGE when not given"
    push = actions.add_parser(
        "push",
        help="copy a recording into a footage store",
        description="Check a recording and copy it into a footage store, where several servers find it. "
        "SIGHTLINE_FOOTAGE_OPTIONS holds what the store needs beside its URL, as JSON.",
    )
    push.add_argument("recording", type=Path, metavar="DIR", help="recording folder")
    push.add_argument("url", nargs="?", metavar="URL", help=url)
    push.add_argument("--forms", type=Path, action="append", metavar="FILE", help="a file of its drills to copy too")
    push.add_argument("--force", action="store_true", help="replace another recording of the same name")
    push.set_defaults(run=run_push)

    pull = actions.add_parser(
        "pull",
        help="copy a recording out of a footage store",
        description="Copy a recording out of a footage store into a folder and check it. One that was stopped goes on.",
    )
    pull.add_argument("recording_id", metavar="ID", help="recording, as `footage stored` lists it")
    pull.add_argument("url", nargs="?", metavar="URL", help=url)
    pull.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to make")
    pull.add_argument("--force", action="store_true", help="replace the recording in DIR")
    pull.set_defaults(run=run_pull)

    stored = actions.add_parser("stored", help="list the recordings of a footage store, and what is missing of them")
    stored.add_argument("url", nargs="?", metavar="URL", help=url)
    stored.set_defaults(run=run_stored)


def run_push(args: argparse.Namespace) -> int:
    """Copy the recording, then its forms, and name them."""
    import os

    from sim.services.operations.stored_footage import push

    recording_id = push(
        args.recording, args.url, forms=args.forms or [], replace=args.force, environ=os.environ, on_file=_say
    )
    print(f"{recording_id} is in the store")
    return 0


def run_pull(args: argparse.Namespace) -> int:
    """Copy the recording and name the folder."""
    import os

    from sim.services.operations.stored_footage import pull

    pull(args.recording_id, args.url, target=args.out, replace=args.force, environ=os.environ, on_file=_say)
    print(args.out)
    return 0


def run_stored(args: argparse.Namespace) -> int:
    """Print one line a recording; exit code 1 when something is missing of one."""
    import os
    import sys

    from sim.services.operations.stored_footage import list_entries

    entries = list_entries(args.url, environ=os.environ)
    for entry in entries:
        if not entry.problem:
            print(f"{entry.recording_id}  {entry.title}  {entry.cameras} cameras  {entry.bytes / 1e6:.1f} MB")
    for entry in entries:
        if entry.problem:
            print(f"error: {entry.recording_id}: {entry.problem}", file=sys.stderr)
    if not entries:
        print("the store has no recording yet")
    return 1 if any(entry.problem for entry in entries) else 0


def _say(name: str, done: int, total: int) -> None:
    print(f"{done} of {total}  {name}", flush=True)
