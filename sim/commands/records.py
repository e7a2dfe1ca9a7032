"""`python -m sim records ...`: the training record's ledger, holds, retention and exports."""

import argparse
import sys
from pathlib import Path
from typing import Any

SCOPES = ("person", "team", "session", "training")
FORMATS = ("pdf", "csv", "json", "drill-log-pdf", "drill-log-csv", "certificates-pdf", "certificates-csv")


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    parser = subparsers.add_parser("records", help="the training record: verify it, hold it, export it")
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    verify = steps.add_parser(
        "verify",
        help="check the ledger, and each row that it tells of; names the first broken entry and all rows that differ",
        description="Exit code 1 when an entry was edited, removed, reordered, inserted or cut off, or when a result, "
        "its event log, a training, session, attendance, gap, person, hold or requirement is not as the newest entry "
        "about it says, or a team that an entry is about is called a demo team. "
        "A tail that is cut off shows only against a noted head: those of the data folder are used, and any given.",
    )
    verify.add_argument(
        "--head", action="append", default=[], metavar="NUMBER:HASH", help="a head from a printed or exported record"
    )
    verify.add_argument("--heads", type=Path, metavar="FILE", help="a file of heads, one a line")
    verify.set_defaults(run=_run_verify)
    steps.add_parser("head", help="print where the ledger ends, to be noted elsewhere").set_defaults(run=_run_head)
    hold = steps.add_parser("hold", help="place a legal hold: nothing about its subject is deleted")
    hold.add_argument("scope", choices=SCOPES)
    hold.add_argument("subject", metavar="ID", help="the id in the page's address, or a person's or team's name")
    hold.add_argument("--reason", required=True)
    hold.add_argument("--by", default="", help="who places it")
    hold.set_defaults(run=_run_hold)
    release = steps.add_parser("release", help="release a legal hold")
    release.add_argument("hold_id", metavar="HOLD")
    release.add_argument("--reason", required=True)
    release.add_argument("--by", default="", help="who releases it")
    release.set_defaults(run=_run_release)
    steps.add_parser("holds", help="list the legal holds").set_defaults(run=_run_holds)
    export = steps.add_parser("export", help="write a team's record to a file")
    export.add_argument("team", metavar="TEAM", help="its name, or the id in the page's address")
    export.add_argument("out", type=Path, metavar="OUT")
    export.add_argument("--format", choices=FORMATS, default="pdf", help="csv is a ZIP of tables (default pdf)")
    export.add_argument("--by", default="", help="who exports it")
    export.set_defaults(run=_run_export)
    retention = steps.add_parser(
        "retention",
        help="show what is older than the record is kept; --apply reduces it to its hashes",
        description="SIGHTLINE_RECORD_DAYS says how long (default 1827, five years). What is under a legal hold stays.",
    )
    retention.add_argument("--apply", action="store_true", help="do it; without this it is only shown")
    retention.add_argument("--by", default="", help="who does it")
    retention.set_defaults(run=_run_retention)


def _run_verify(args: argparse.Namespace) -> int:

    from sim.app.wiring import open_here
    from sim.ledger.verify import read_head, verify_app, write_head
    from sim.text.words import write_count

    noted = tuple(read_head(text) for text in args.head)
    with open_here() as app:
        verdict = verify_app(app, noted=noted, further=args.heads)
    if verdict.broken is not None:
        sys.stdout.write(f"Entry {verdict.broken.number} is broken: {verdict.broken.what}.\n")
        return 1
    if verdict.differences:
        said = "".join(f"{each.what[:1].upper()}{each.what[1:]}.\n" for each in verdict.differences)
        sys.stdout.write(f"The ledger holds together, and {len(verdict.differences)} of its rows differ:\n{said}")
        return 1
    reduced = f", {len(verdict.removed)} of them reduced to their hashes" if verdict.removed else ""
    entries = write_count(verdict.head.number, "entry", "entries")
    sys.stdout.write(
        f"The ledger is intact: {entries}{reduced}. Noted heads found again: {verdict.heads_checked}.\n"
        f"Head, to be noted elsewhere: {write_head(verdict.head)}\n"
    )
    return 0


def _run_head(_: argparse.Namespace) -> int:
    from sim.app.wiring import open_here
    from sim.ledger.verify import write_head

    with open_here() as app, app.store.read() as work:
        sys.stdout.write(f"{write_head(work.ledger.get_head())}\n")
    return 0


def _run_hold(args: argparse.Namespace) -> int:

    from sim.app.wiring import open_here
    from sim.db.ledger import HoldScope
    from sim.ledger.holds import find_subject, place_hold

    with open_here() as app:
        scope = HoldScope(args.scope)
        subject_id = find_subject(app.store, scope, args.subject)
        row = place_hold(app.store, app.clock, scope=scope, subject_id=subject_id, reason=args.reason, by=args.by)
    sys.stdout.write(
        f"Hold {row.hold_id} is placed on this {args.scope}. Nothing about it is deleted until released.\n"
    )
    return 0


def _run_release(args: argparse.Namespace) -> int:
    from sim.app.wiring import open_here
    from sim.ledger.holds import release_hold

    with open_here() as app:
        release_hold(app.store, app.clock, args.hold_id, reason=args.reason, by=args.by)
    sys.stdout.write(f"Hold {args.hold_id} is released.\n")
    return 0


def _run_holds(_: argparse.Namespace) -> int:
    from sim.app.wiring import open_here
    from sim.ledger.holds import describe_hold

    with open_here() as app, app.store.read() as work:
        rows = work.holds.list_all()
    for row in rows:
        state = "active" if row.released_at is None else f"released {row.released_at:%Y-%m-%d}"
        sys.stdout.write(f"{row.hold_id}  {state}  {row.scope.value} {row.subject_id}  {describe_hold(row)}\n")
    if not rows:
        sys.stdout.write("There are no holds.\n")
    return 0


def _run_export(args: argparse.Namespace) -> int:

    from sim.app.wiring import open_here
    from sim.db.ledger import HoldScope
    from sim.errors import LedgerError
    from sim.features.record.exports import Format, write_export
    from sim.ledger.holds import find_subject

    with open_here() as app:
        team_id = find_subject(app.store, HoldScope.TEAM, args.team)
        body = write_export(app, team_id, Format(args.format), by=args.by)
    try:
        args.out.write_bytes(body)
    except OSError as error:
        raise LedgerError(
            f"{args.out} cannot be written: {error.strerror or error}", todo="choose another place"
        ) from error
    sys.stdout.write(f"Wrote {args.out}\n")
    return 0


def _run_retention(args: argparse.Namespace) -> int:
    from sim.app.wiring import open_here
    from sim.ledger.holds import reduce_overdue

    with open_here() as app:
        found = reduce_overdue(app, by=args.by, applies=args.apply)
    done = "reduced to their hashes" if args.apply else "would be reduced; add --apply to do it"
    sys.stdout.write(
        f"Older than {found.before:%Y-%m-%d}: {len(found.numbers)} entries {done}, {found.held} kept by a legal hold.\n"
    )
    return 0
