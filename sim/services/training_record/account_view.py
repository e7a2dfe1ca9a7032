"""What the training record holds of changes of accounts, for anyone who keeps it."""

import json
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final

from sim.db.chain import read_moment
from sim.db.ledger import Entry, LedgerKind, Subjects
from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.wiring import App
from sim.text.days import write_date
from sim.text.tables import TextTable

MOST_SHOWN: Final = 50
CHANGES: Final[Mapping[str, str]] = {
    "made": "account made: {roles}",
    "roles": "roles changed from {was} to {roles}",
    "closed": "account closed",
    "opened": "account opened again",
    "secret": "given another PIN or passphrase",
    "second-step-on": "second step of signing in turned on",
    "second-step-off": "second step of signing in turned off",
    "schools": "now for {schools}",
}
ALL_SCHOOLS: Final = "all schools"
NOBODY: Final = "this machine"


def list_account_changes(app: App, viewer: Viewer, *, zone: tzinfo) -> TextTable:
    """Return the latest changes of accounts, the newest first: day, whose, what, by whom; for some schools alone
    none.
    """
    require(viewer, Duty.KEEP_RECORD)
    with app.store.read() as work:
        entries = work.ledger.list_of(Subjects(), kinds=[LedgerKind.ACCOUNT_CHANGED]) if viewer.schools is None else ()
    told = [entry for entry in entries if entry.body is not None]
    return TextTable(
        name="accounts",
        header=("Day", "Account", "What was changed", "By"),
        rows=tuple(_write(entry, zone) for entry in reversed(told[-MOST_SHOWN:])),
    )


def _write(entry: Entry, zone: tzinfo) -> tuple[str, ...]:
    content: dict[str, Any] = json.loads(entry.body or "{}")
    data = content["data"]
    words = CHANGES.get(data["change"], data["change"])
    schools = ", ".join(data.get("schools") or ()) or ALL_SCHOOLS
    said = words.format(roles=", ".join(data["roles"]), was=", ".join(data["was"] or ()), schools=schools)
    return (write_date(read_moment(entry.at), zone), data["name"], said, content["by"] or NOBODY)
