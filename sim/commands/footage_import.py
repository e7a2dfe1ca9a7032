"""`footage import`: real clips of a staged walk become a recording for practice."""

import argparse
from pathlib import Path
from typing import Any


def register(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add `footage import`."""
    parser = actions.add_parser(
        "import",
        help="make clips of a staged walk into a recording for practice",
        description="Take in clips of the school's own cameras (MP4, MKV, AVI), blurred before anything is stored, and "
        "put them on one clock. With a drill in the notes the recording knows where the walker is, and `tasks example` "
        "and `score` work on it. An import that was stopped goes on when the same command runs again.",
    )
    parser.add_argument("clips", type=Path, nargs="+", metavar="CLIP", help="video file")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to make")
    parser.add_argument("--notes", type=Path, metavar="FILE", help="cameras, clocks, keyframes and drill, JSON")
    parser.add_argument("--forms", type=Path, metavar="FILE", help="write the forms of the drill here, YAML")
    parser.add_argument(
        "--blur", choices=("heads", "moving", "none"), help="heads with --model, else all that moves; none: all signed"
    )
    parser.add_argument("--model", type=Path, metavar="FILE", help="NanoDet-g as ONNX, which finds people")
    parser.add_argument(
        "--confirm-rights",
        action="store_true",
        help="the school may use the footage for training, and those who act in it agreed",
    )
    parser.add_argument("--all-signed", action="store_true", help="everyone who can be seen has signed")
    parser.add_argument(
        "--looked-at", action="append", default=[], metavar="NAME", help="clip with almost no heads that you looked at"
    )
    parser.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Import with progress, say what is doubtful and what was made."""
    import getpass
    import sys
    from datetime import UTC, datetime

    from sim.clips.model import BlurMode, Rights
    from sim.services.app.forms import write_form_set
    from sim.services.library.footage import require_opencv, require_pyav
    from sim.services.own_clips.importing import ClipProgress
    from sim.services.own_clips.outside import import_outside, read_notes

    require_opencv()
    require_pyav()
    is_live = sys.stderr.isatty()

    def tell(found: tuple[ClipProgress, ...]) -> None:
        if is_live:
            share = sum(each.share for each in found) / len(found)
            print(f"\rreading clips: {share:4.0%} ", end="", file=sys.stderr, flush=True)

    def tell_step(camera: str, share: float) -> None:
        if is_live:
            print(f"\rone clock: {share:4.0%} {camera[:30]:<30}", end="", file=sys.stderr, flush=True)

    forms, said = import_outside(
        args.clips,
        args.out,
        read_notes(args.notes),
        rights=Rights(may_use=args.confirm_rights, everyone_agreed=args.confirm_rights, all_signed=args.all_signed),
        blur=BlurMode(args.blur or ("heads" if args.model else "moving")),
        model=args.model,
        looked_at=args.looked_at,
        by=getpass.getuser() if args.looked_at else "",
        at=datetime.now(tz=UTC),
        on_progress=tell,
        on_step=tell_step,
    )
    if is_live:
        print(file=sys.stderr)
    for each in said:
        print(f"note: {each}")
    if forms is not None and args.forms is not None:
        write_form_set(forms, args.forms)
        print(args.forms)
    print(args.out)
    return 0
