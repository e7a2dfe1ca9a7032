"""`python -m sim copy-database URL`: everything of the present database into an empty one."""

import argparse
import sys


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `copy-database` command."""
    parser = subparsers.add_parser(
        "copy-database",
        help="copy the database into an empty PostgreSQL or SQLite database",
        description="Stop every server process first. The present database (SIGHTLINE_DATA, DATABASE_URL) is read and "
        "not changed; the new one gets everything, compared table by table, or nothing. Recordings, forms and "
        "secret.key stay in the data folder.",
    )
    parser.add_argument(
        "url",
        metavar="URL",
        help="postgresql://USER:PASSWORD@HOST/NAME or sqlite:///FILE of an empty database; - to be asked for it, so "
        "that no password is in the list of processes",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Copy, print a line a table and where the ledger ends; return 1 when the ledger is broken."""
    import os

    from sim.services.app.wiring import read_settings
    from sim.services.ledger.verify import write_head
    from sim.services.operations.moving import CopiedTable, move_database

    def say(table: CopiedTable) -> None:
        sys.stdout.write(f"{table.name:<20} {table.rows:>10} rows  {table.sha256}\n")
        sys.stdout.flush()

    done = move_database(read_settings(os.environ), _ask_url() if args.url == "-" else args.url, on_table=say)
    sys.stdout.write(f"Copied {done.rows} rows of {len(done.tables)} tables; each reads back the same.\n")
    broken = done.ledger.broken
    if broken is not None:
        sys.stdout.write(
            f"Entry {broken.number} of the ledger is broken: {broken.what}. It came so from the old database, which is "
            "as it was.\n"
        )
        return 1
    sys.stdout.write(
        f"The ledger holds there: {done.ledger.entries} entries. Head: {write_head(done.ledger.head)}\n"
        "To use it, set DATABASE_URL to it and start the servers. The old database is as it was.\n"
    )
    return 0


def _ask_url() -> str:
    from getpass import getpass

    return (getpass("Address of the new database: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
