"""Whether the ledger still holds, and whether rows are as it says.

The chain names the first entry that was edited, removed, reordered, inserted or cut off. Rows of results (with the log
of each), trainings, sessions, attendance, gaps, people, holds and requirements are compared with the newest entry about
them; and no team that an entry is about is called a demo team.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Mode
from sim.canonical import compute_sha256, write_moment
from sim.db.attempts import AttemptRow
from sim.db.columns import metadata
from sim.db.ledger import (
    CLAIMED,
    LOGGED,
    Entry,
    Head,
    HoldRow,
    LedgerKind,
    Named,
    compute_entry_sha256,
    find_claimed,
    find_log_hashes,
    is_told_by_audit,
    iterate_hashes,
)
from sim.db.programs import Requirement
from sim.db.sessions import SessionRow, Sheet, SheetPicture
from sim.db.store import Store, Transaction
from sim.db.teams import PersonRow, TeamRow
from sim.errors import LedgerError

# Of a noted head so many digits are compared at least: a chance of 1 in 10^14 that another entry has them too.
LEAST_DIGITS = 12
_INSERTED: Final = "was inserted: no entry tells of it"
FILED = ("team_id", "session_id", "person_id", "attempt_id", "by")


class Fault(NamedTuple):
    number: int  # of the entry that does not hold, or of the newest about a row that differs; 0 where there is none
    what: str  # how, and which row


class Claim(NamedTuple):
    number: int
    person_id: str | None
    row_sha256: str | None  # None where it was gone
    log_sha256: str | None


@dataclass(slots=True)
class Verdict:
    """What the entries say that were taken so far, in their order."""

    head: Head = field(default_factory=Head)  # where the ledger ends
    broken: Fault | None = None  # the first entry that does not hold, None when all do
    heads_checked: int = 0  # how many noted heads were found again
    differences: tuple[Fault, ...] = ()  # rows that are not as the ledger says, by entry
    removed: dict[int, int | None] = field(default_factory=dict)  # entries without content, and which says so
    explained: dict[int, int] = field(default_factory=dict)  # entries whose content a later one says it removed
    claims: dict[Named, Claim] = field(default_factory=dict)
    deleted: set[str | None] = field(default_factory=set)  # people: what was about them is gone, by right
    teams: dict[str | None, int] = field(default_factory=dict)  # by team: the newest entry about a row of it
    emptied: dict[str, str] = field(default_factory=dict)  # by table: moment of the newest entry without its content

    def note(self, number: int, what: str) -> None:
        if self.broken is None or number < self.broken.number:
            self.broken = Fault(number, what)

    def take(self, entry: Entry) -> None:
        number, fault = self._find_fault(entry)
        if fault:
            self.note(number, fault)
        if entry.body is None or entry.removed_by is not None:
            self.removed[entry.number] = entry.removed_by
            for table in CLAIMED.get(entry.kind, ()):
                self.emptied[table] = max(entry.at, self.emptied.get(table, ""))
        elif not fault and entry.kind == LedgerKind.CONTENT_REMOVED:
            self.explained |= dict.fromkeys(entry.data["numbers"], entry.number)
        elif not fault:
            if entry.kind in CLAIMED:
                self.teams[entry.team_id] = entry.number
            for row in find_claimed(entry.kind, entry, entry.data):
                sha256 = entry.data.get("rows", {}).get(row[0])
                self.claims[row] = Claim(entry.number, entry.person_id, sha256, entry.data.get("log_sha256"))
            if entry.kind == LedgerKind.PERSON_DELETED:
                self.deleted.add(entry.person_id)
        self.head = Head(number=entry.number, sha256=entry.sha256)

    def _find_fault(self, entry: Entry) -> tuple[int, str]:
        expected = self.head.number + 1
        if entry.number > expected:
            return expected, "it is missing: it was removed"
        if entry.number < expected:
            return entry.number, "its number is no number of this ledger: it was inserted"
        hashed = {name: getattr(entry, name) for name in ("number", "kind", "at", "content_sha256", "previous_sha256")}
        fault = ""
        if compute_entry_sha256(**hashed) != entry.sha256:
            fault = "it was edited: its number, kind, time or hashes are not those it was written with"
        elif entry.body is not None and compute_sha256(entry.body) != entry.content_sha256:
            fault = "it was edited: its content is not what it was written with"
        elif entry.body is not None and any(entry.content.get(name) != getattr(entry, name) for name in FILED):
            fault = "it was edited: whom it is filed under is not whom it is about"
        elif entry.previous_sha256 != self.head.sha256:
            fault = "it does not follow the entry before it: one of the two was replaced, moved or inserted"
        return entry.number, fault


def verify(store: Store, *, noted: Sequence[Head] = (), with_rows: bool = False) -> Verdict:
    with store.read() as work:
        verdict = check_entries(work.ledger.iterate(), noted=noted)
        if with_rows and verdict.broken is None:
            found = _find_differences(work, verdict)
            verdict.differences = tuple(sorted(found, key=lambda each: (each.number == 0, *each)))
    return verdict


def _find_differences(work: Transaction, verdict: Verdict) -> Iterator[Fault]:
    """Yield each row that is not as the newest entry about it says."""
    claims = verdict.claims

    def tell(row: Named, how: str) -> Fault:
        number = claims[row].number if row in claims else 0
        words: str = metadata.tables[row[0]].info["audit"]
        return Fault(number, f"{words.format(*row[1])} {how.format(number)}")

    voided = set(work.list_values(SessionRow.session_id, SessionRow.voided_at.is_not(None)))
    standing = {
        row: claim
        for row, claim in claims.items()
        if claim.row_sha256 is not None
        and (metadata.tables[row[0]].info["outlives"] or claim.person_id not in verdict.deleted)
    }
    seen: set[Named] = set()
    for table in (name for name, each in metadata.tables.items() if each.info["audit"]):
        for key, sha256 in iterate_hashes(work.connection, table):
            row = (table, key)
            seen.add(row)
            # what becomes of the attendance at a session that was voided is told by that
            if table == "session_person" and key[0] in voided:
                continue
            if row in standing and standing[row].row_sha256 != sha256:
                yield tell(row, "is not as entry {} says: its row was edited")
            elif row in claims and row not in standing:
                yield tell(row, "is there, though entry {} says that it is gone")
            elif row not in claims and is_told_by_audit(table):
                yield tell(row, _INSERTED)
    yield from (tell(row, "is gone, though entry {} tells of it") for row in standing if row not in seen)
    logs = {row[1][0]: claim for row, claim in standing.items() if row[0] == LOGGED and row in seen}
    for attempt_id, sha256 in find_log_hashes(work.connection, logs).items():
        if logs[attempt_id].log_sha256 != sha256:
            yield tell((LOGGED, (attempt_id,)), "is not as entry {} says: its event log was edited")
    yield from (tell(row, _INSERTED) for row in _find_untold(work, verdict))
    for sheet in work.list_rows(Sheet, Sheet.removed_at.is_(None)):
        row, kept = (Sheet.table.name, (sheet.sheet_id,)), work.by_key(SheetPicture, sheet.sheet_id)
        if row in claims and (kept is None or hashlib.sha256(kept.picture).hexdigest() != sheet.sha256):
            yield tell(row, "is not as entry {} says: its photo was edited")
    # nothing of a demo team is in the record, and all of it goes at one press
    demo = work.list_values(TeamRow.team_id, TeamRow.is_demo.is_(True))
    for team_id in verdict.teams.keys() & demo:
        number, told = verdict.teams[team_id], "is called a demo team, though entry {} tells of it: its row was edited"
        yield Fault(number, f"team {team_id} {told.format(number)}")


def _find_untold(work: Transaction, verdict: Verdict) -> Iterator[Named]:
    """Yield rows that no entry tells of and one has to while its period lasts; nothing of demo teams."""
    of_team = (TeamRow.team_id == PersonRow.team_id, TeamRow.is_demo.is_(False))
    has_result = (AttemptRow.state == AttemptState.ABANDONED) | AttemptRow.score_json.is_not(None)
    is_measured = (AttemptRow.mode == Mode.ASSESSMENT, AttemptRow.is_demo.is_(False), AttemptRow.used_s > 0, has_result)
    is_theirs = (AttemptRow.person_id == PersonRow.person_id, *of_team)
    for key, since, *where in (
        (AttemptRow.attempt_id, AttemptRow.released_at, *is_theirs, *is_measured),
        (PersonRow.person_id, PersonRow.created_at, *of_team),
        (HoldRow.hold_id, HoldRow.placed_at),
        (Requirement.requirement_id, Requirement.stated_at),
    ):
        emptied = verdict.emptied.get(key.table.name, "")
        for each, at in work.list_columns((key, since), *where):
            row = (key.table.name, (each,))
            if row not in verdict.claims and write_moment(at) > emptied:
                yield row


def check_entries(entries: Iterable[Entry], *, noted: Sequence[Head] = ()) -> Verdict:
    verdict, hashes = Verdict(), dict.fromkeys((head.number for head in noted), "")
    for entry in entries:
        verdict.take(entry)
        if entry.number in hashes:
            hashes[entry.number] = entry.sha256
    end = verdict.head.number
    for head in sorted(noted, key=lambda each: each.number):
        if head.number > end:
            verdict.note(end + 1, f"it is missing: entry {head.number} was noted, and the ledger ends at {end}")
        elif hashes[head.number].startswith(head.sha256):
            verdict.heads_checked += 1
        elif hashes[head.number]:
            known = f"{head.number}:{head.sha256[:LEAST_DIGITS]}"
            verdict.note(head.number, f"it is not the entry that was noted as {known}")
    for number, _ in verdict.removed.items() - verdict.explained.items():
        verdict.note(number, "its content is gone, or said to be, and no entry says that it was removed")
    return verdict


def write_head(head: Head) -> str:
    """Return a head as it is noted: "132:3f2a..." with all 64 digits."""
    return f"{head.number}:{head.sha256}"


def read_head(text: str) -> Head:
    """Return a noted head; its digits may be cut to `LEAST_DIGITS`, and have blanks between."""
    found = re.fullmatch(rf"([0-9]+):([0-9a-f]{{{LEAST_DIGITS},64}})", "".join(text.split()))
    if found is None:
        raise LedgerError(
            f"{text[:40]!r} is no head of the ledger",
            expected=f"NUMBER:HASH with at least {LEAST_DIGITS} digits, as a printed record has it",
            todo="copy it again",
        )
    return Head(number=int(found[1]), sha256=found[2])


HEADS_NAME = "ledger-heads.txt"


def note_head(app: App, head: Head) -> None:
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


def read_heads(path: Path) -> tuple[Head, ...]:
    try:
        lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(f"{path} cannot be read", expected="a head a line, NUMBER:HASH") from error
    return tuple(read_head(line) for line in lines if line.strip())


def verify_app(app: App, *, noted: tuple[Head, ...] = (), further: Path | None = None) -> Verdict:
    """Verify ledger and rows, against the heads given, those of a file, and those of the data folder; note its end."""
    for path in (further, app.settings.data / HEADS_NAME):
        noted += () if path is None else read_heads(path)
    verdict = verify(app.store, noted=noted, with_rows=True)
    if verdict.broken is None:
        note_head(app, verdict.head)
    return verdict
