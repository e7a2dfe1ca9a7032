"""`python -m sim records ...`: the training record's ledger, holds, retention and exports."""

import sys
from pathlib import Path

import click

from sim.errors import LedgerError

records = click.Group("records", help="the training record: verify it, hold it, export it")

SCOPES = ("person", "team", "session", "training")
FORMATS = ("pdf", "csv", "json", "drill-log-pdf", "drill-log-csv", "certificates-pdf", "certificates-csv")

with_by = click.option("--by", default="", show_default=False, help="who does it")


@records.command(
    "verify",
    help="Exit code 1 when an entry was edited, removed, reordered, inserted or cut off, or when a result, "
    "its event log, a training, session, attendance, gap, person, hold or requirement is not as the newest entry "
    "about it says, or a team that an entry is about is called a demo team. "
    "A tail that is cut off shows only against a noted head: those of the data folder are used, and any given.",
    short_help="check the ledger, and each row that it tells of; names the first broken entry and all rows that differ",
)
@click.option("--head", multiple=True, metavar="NUMBER:HASH", help="a head from a printed or exported record")
@click.option("--heads", type=Path, metavar="FILE", help="a file of heads, one a line")
def run_verify(head: tuple[str, ...], heads: Path | None) -> int:
    from sim.app.wiring import open_here
    from sim.ledger.verify import read_head, verify_app, write_head
    from sim.text.words import write_count

    noted = tuple(read_head(text) for text in head)
    with open_here() as app:
        verdict = verify_app(app, noted=noted, further=heads)
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


@records.command("head", help="print where the ledger ends, to be noted elsewhere")
def run_head() -> int:
    from sim.app.wiring import open_here
    from sim.ledger.verify import write_head

    with open_here() as app, app.store.read() as work:
        sys.stdout.write(f"{write_head(work.ledger.get_head())}\n")
    return 0


@records.command("hold", help="place a legal hold: nothing about its subject is deleted")
@click.argument("scope", type=click.Choice(SCOPES))
@click.argument("subject", metavar="ID", help="the id in the page's address, or a person's or team's name")
@click.option("--reason", required=True)
@with_by
def run_hold(scope: str, subject: str, reason: str, by: str) -> int:
    from sim.app.wiring import open_here
    from sim.db.ledger import HoldScope
    from sim.ledger.holds import find_subject, place_hold

    with open_here() as app:
        scope = HoldScope(scope)
        subject_id = find_subject(app.store, scope, subject)
        row = place_hold(app.store, app.clock, scope=scope, subject_id=subject_id, reason=reason, by=by)
    sys.stdout.write(f"Hold {row.hold_id} is placed on this {scope}. Nothing about it is deleted until released.\n")
    return 0


@records.command("release", help="release a legal hold")
@click.argument("hold_id", metavar="HOLD")
@click.option("--reason", required=True)
@with_by
def run_release(hold_id: str, reason: str, by: str) -> int:
    from sim.app.wiring import open_here
    from sim.ledger.holds import release_hold

    with open_here() as app:
        release_hold(app.store, app.clock, hold_id, reason=reason, by=by)
    sys.stdout.write(f"Hold {hold_id} is released.\n")
    return 0


@records.command("holds", help="list the legal holds")
def run_holds() -> int:
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


@records.command("export", help="write a team's record to a file")
@click.argument("team", metavar="TEAM", help="its name, or the id in the page's address")
@click.argument("out", type=Path, metavar="OUT")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="pdf", help="csv is a ZIP of tables")
@with_by
def run_export(team: str, out: Path, kind: str, by: str) -> int:
    from sim.app.wiring import open_here
    from sim.db.ledger import HoldScope
    from sim.features.record.exports import Format, write_export
    from sim.ledger.holds import find_subject

    with open_here() as app:
        team_id = find_subject(app.store, HoldScope.TEAM, team)
        body = write_export(app, team_id, Format(kind), by=by)
    try:
        out.write_bytes(body)
    except OSError as error:
        raise LedgerError(f"{out} cannot be written: {error.strerror or error}", todo="choose another place") from error
    sys.stdout.write(f"Wrote {out}\n")
    return 0


@records.command(
    "retention",
    help="SIGHTLINE_RECORD_DAYS says how long (default 1827, five years). What is under a legal hold stays.",
    short_help="show what is older than the record is kept; --apply reduces it to its hashes",
)
@click.option("--apply", is_flag=True, help="do it; without this it is only shown")
@with_by
def run_retention(apply: bool, by: str) -> int:
    from sim.app.wiring import open_here
    from sim.ledger.holds import reduce_overdue

    with open_here() as app:
        found = reduce_overdue(app, by=by, applies=apply)
    done = "reduced to their hashes" if apply else "would be reduced; add --apply to do it"
    sys.stdout.write(
        f"Older than {found.before:%Y-%m-%d}: {len(found.numbers)} entries {done}, {found.held} kept by a legal hold.\n"
    )
    return 0
