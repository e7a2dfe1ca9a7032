"""Whether the ledger still holds: the first entry that was edited, removed, reordered, inserted or cut off."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sim.db.ledger import GENESIS, Entry, Head, LedgerKind, compute_entry_sha256, compute_sha256
from sim.db.store import Store
from sim.errors import LedgerError
from sim.services.app.wiring import App

LEAST_DIGITS = 12
"""Of a noted head so many digits are compared at least: a chance of 1 in 10^14 that another entry has them too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    number: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    entries: int  # how many there are
    reduced: int  # how many of them have had their content removed, as a later entry says
    head: Head  # where the ledger ends
    broken: Break | None  # the first entry that does not hold, None when all do
    heads_checked: int  # how many noted heads were found again


def verify(store: Store, *, noted: Sequence[Head] = ()) -> Verdict:
    with store.read() as work:
        return check_entries(work.ledger.iterate(), noted=noted)


def check_entries(entries: Iterable[Entry], *, noted: Sequence[Head] = ()) -> Verdict:
    """Verify entries in the order of their numbers."""
    state = _State()
    wanted: dict[int, list[Head]] = {}
    for head in noted:
        wanted.setdefault(head.number, []).append(head)
    seen_heads = 0
    for entry in entries:
        state.take(entry)
        for head in wanted.pop(entry.number, []):
            if entry.sha256.startswith(head.sha256):
                seen_heads += 1
            else:
                state.note(
                    entry.number, f"it is not the entry that was noted as {head.number}:{head.sha256[:LEAST_DIGITS]}"
                )
    lost = state.find_unexplained()
    if lost is not None:
        state.note(lost, "its content is gone, and no entry says that it was removed")
    for number in sorted(wanted):
        if number > state.head.number:
            state.note(
                state.head.number + 1,
                f"it is missing: entry {number} was noted, and the ledger ends at {state.head.number}",
            )
    return Verdict(
        entries=state.count,
        reduced=len(state.without_content),
        head=state.head,
        broken=state.broken,
        heads_checked=seen_heads,
    )


@dataclass(slots=True)
class _State:
    head: Head = field(default_factory=lambda: Head(number=0, sha256=GENESIS))
    count: int = 0
    broken: Break | None = None
    without_content: list[int] = field(default_factory=list)
    explained: set[int] = field(default_factory=set)

    def take(self, entry: Entry) -> None:
        self.count += 1
        fault_number, fault = self._find_fault(entry)
        if fault:
            self.note(fault_number, fault)
        if entry.body is None:
            self.without_content.append(entry.number)
        elif entry.kind == LedgerKind.CONTENT_REMOVED and not fault:
            self.explained.update(json.loads(entry.body)["data"]["numbers"])
        self.head = Head(number=entry.number, sha256=entry.sha256)

    def note(self, number: int, what: str) -> None:
        if self.broken is None or number < self.broken.number:
            self.broken = Break(number=number, what=what)

    def find_unexplained(self) -> int | None:
        return next((number for number in self.without_content if number not in self.explained), None)

    def _find_fault(self, entry: Entry) -> tuple[int, str]:
        expected = self.head.number + 1
        if entry.number > expected:
            return expected, "it is missing: it was removed"
        if entry.number < expected:
            return entry.number, "its number is no number of this ledger: it was inserted"
        sha256 = compute_entry_sha256(
            number=entry.number,
            kind=entry.kind,
            at=entry.at,
            content_sha256=entry.content_sha256,
            previous_sha256=entry.previous_sha256,
        )
        if sha256 != entry.sha256:
            return entry.number, "it was edited: its number, kind, time or hashes are not those it was written with"
        fault = _find_content_fault(entry)
        if not fault and entry.previous_sha256 != self.head.sha256:
            fault = "it does not follow the entry before it: one of the two was replaced, moved or inserted"
        return entry.number, fault


def _find_content_fault(entry: Entry) -> str:
    if entry.body is None:
        return ""
    if compute_sha256(entry.body) != entry.content_sha256:
        return "it was edited: its content is not what it was written with"
    if not _has_its_subjects(entry):
        return "it was edited: whom it is filed under is not whom it is about"
    return ""


def _has_its_subjects(entry: Entry) -> bool:
    content, subjects = json.loads(entry.body or "{}"), entry.subjects
    filed = (subjects.team_id, subjects.session_id, subjects.person_id, subjects.attempt_id)
    return filed == (content["team_id"], content["session_id"], content["person_id"], content["attempt_id"])


def write_head(head: Head) -> str:
    """Return a head as it is noted: "132:3f2a..." with all 64 digits."""
    return f"{head.number}:{head.sha256}"


def read_head(text: str) -> Head:
    """Return a noted head; its digits may be cut to `LEAST_DIGITS`, and have blanks between."""
    number, colon, digits = "".join(text.split()).partition(":")
    is_hash = LEAST_DIGITS <= len(digits) <= 64 and all(digit in "0123456789abcdef" for digit in digits)
    if not (number.isascii() and number.isdigit() and colon and is_hash):
        raise LedgerError(
            f"{text[:40]!r} is no head of the ledger",
            expected=f"NUMBER:HASH with at least {LEAST_DIGITS} digits, as a printed record has it",
            todo="copy it again",
        )
    return Head(number=int(number), sha256=digits)


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


def set_heads_aside(data: Path, *, now: datetime) -> Path | None:
    """Put the noted heads beside, as another database takes the place of theirs; return where, None without any."""
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
