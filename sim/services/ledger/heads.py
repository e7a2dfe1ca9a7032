"""Noted heads: where the ledger ended when somebody looked, kept apart from the database, so that a lost tail shows.

Beside the database they are noted in `ledger-heads.txt` of the data folder at every export and every verification that
found no fault. Anyone who can change the database can often change that file too: the head printed on an export, kept
by somebody else, is the stronger note.
"""

from datetime import datetime
from pathlib import Path

from sim.db.ledger import Head
from sim.errors import LedgerError
from sim.services.app.wiring import App
from sim.services.ledger.verify import Verdict, read_head, verify, write_head

HEADS_NAME = "ledger-heads.txt"


def note_head(app: App, head: Head) -> None:
    """Add a head to the file of the data folder, once."""
    path, line = app.settings.data / HEADS_NAME, write_head(head)
    if head.number == 0:
        return
    try:
        known = path.read_text(encoding="ascii").split() if path.exists() else []
        if line not in known:
            with path.open("a", encoding="ascii") as file:
                file.write(f"{line}\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(f"{path} cannot be written", todo="check the data folder") from error


def set_heads_aside(data: Path, *, now: datetime) -> Path | None:
    """Put the noted heads beside, as another database takes the place of theirs; return where, None without any.

    They go on showing what was lost: `python -m sim records verify --heads FILE`.
    """
    path = data / HEADS_NAME
    aside = path.with_name(f"{path.stem}-before-{now:%Y%m%d-%H%M%S}{path.suffix}")
    try:
        if not path.exists():
            return None
        path.replace(aside)
    except OSError as error:
        raise LedgerError(f"{path} cannot be moved", todo="check the data folder") from error
    return aside


def read_heads(path: Path) -> tuple[Head, ...]:
    """Return the heads of a file, one a line; none where there is no file."""
    if not path.exists():
        return ()
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(f"{path} cannot be read", expected="a head a line, NUMBER:HASH") from error
    return tuple(read_head(line) for line in lines if line.strip())


def verify_app(app: App, *, noted: tuple[Head, ...] = (), further: Path | None = None) -> Verdict:
    """Verify the ledger against the heads given, those of a file, and those of the data folder; note where it ends."""
    own = read_heads(app.settings.data / HEADS_NAME)
    given = read_heads(further) if further is not None else ()
    verdict = verify(app.store, noted=(*noted, *given, *own))
    if verdict.broken is None:
        note_head(app, verdict.head)
    return verdict
