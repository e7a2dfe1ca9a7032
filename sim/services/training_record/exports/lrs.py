"""The training record sent on to a learning record store, as it grows: xAPI statements in a queue of the database.

While the store is down they wait; nothing is lost and nothing is sent twice as two things, as a statement's id comes
from what it tells. What was in the record before the store was set is sent too, from its first entry on.
"""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from sim.errors import SimError
from sim.records.ledger_rows import Entry, LedgerKind, Subjects
from sim.records.lrs import WaitingStatement
from sim.services.app.lrs_settings import LrsSettings
from sim.services.app.wiring import App
from sim.services.ledger.record_fold import make_record
from sim.services.training_record.exports.xapi import Touched, list_statements
from sim.services.training_record.tables import write_moment_of

KINDS: Final = (
    LedgerKind.SESSION_ENDED,
    LedgerKind.ATTENDANCE_CORRECTED,
    LedgerKind.TRAINING_CLOSED,
    LedgerKind.TRAINING_ATTENDANCE,
    LedgerKind.RESULT,
    LedgerKind.FAMILIARISATION,
    LedgerKind.TEAM_EXERCISE,
)
VERSION: Final = "1.0.3"
BATCH: Final = 50
ENTRIES: Final = 200
TIMEOUT_S: Final = 20.0
REFUSED: Final = frozenset({400, 409, 413})
"""Answers that are about one of several statements: they are then sent one by one."""
KNOWN: Final = 409

Send = Callable[[LrsSettings, Sequence[WaitingStatement]], int]


class LrsError(SimError):
    """The learning record store did not take what was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LrsStatus:
    """How sending stands: how many wait and were sent, and the latest failure in words, "" where it works."""

    url: str
    waiting: int
    sent: int
    last_sent: str
    failure: str


def get_status(app: App, *, zone: tzinfo) -> LrsStatus | None:
    """Return how sending to the store stands; None where none is set."""
    settings = app.settings.lrs
    if settings is None:
        return None
    with app.store.read() as work:
        state, waiting = work.lrs.get_state(settings.url), work.lrs.count_waiting()
    if state is None:
        return LrsStatus(url=settings.url, waiting=waiting, sent=0, last_sent="", failure="")
    failure = ""
    if state.failure and state.failed_at is not None:
        failure = f"{state.failure} ({write_moment_of(state.failed_at, zone)})"
    return LrsStatus(
        url=settings.url,
        waiting=waiting,
        sent=state.sent_count,
        last_sent="" if state.sent_at is None else write_moment_of(state.sent_at, zone),
        failure=failure,
    )


def push(app: App, *, send: "Send | None" = None) -> int:
    """Queue what is new in the record and send what waits; return how many the store has taken.

    Where none is set, or another server process does it, nothing. A failure is noted, and what waits stays.

    Raises:
        StoreError: the database failed.
    """
    settings = app.settings.lrs
    if settings is None:
        return 0
    with app.store.try_hold("lrs") as is_ours:
        if not is_ours:
            return 0
        while _queue_new(app, settings):
            pass
        return _send_waiting(app, settings, send or post_statements)


def _queue_new(app: App, settings: LrsSettings) -> bool:
    """Queue the statements of some new entries; return whether there may be more."""
    with app.store.read() as work:
        state = work.lrs.get_state(settings.url)
        after = 0 if state is None else state.ledger_number
        entries = work.ledger.list_after(after, KINDS, most=ENTRIES)
    if state is None:
        with app.store.write() as work:
            work.lrs.begin(settings.url, 0)
    if not entries:
        return False
    statements = [each for team_id in _list_teams(entries) for each in _tell_team(app, team_id, entries)]
    with app.store.write() as work:
        known = {person.person_id for person in work.teams.list_everybody()}
        kept = [each for each in statements if each.person_id in known]
        work.lrs.queue(settings.url, kept, up_to=entries[-1].number)
    return len(entries) == ENTRIES


def _list_teams(entries: Sequence[Entry]) -> list[str]:
    return list(dict.fromkeys(entry.subjects.team_id for entry in entries if entry.subjects.team_id))


def _tell_team(app: App, team_id: str, entries: Sequence[Entry]) -> list[WaitingStatement]:
    own = [entry for entry in entries if entry.subjects.team_id == team_id]
    touched = Touched(
        session_ids=frozenset(
            entry.subjects.session_id for entry in own if entry.subjects.session_id and not entry.subjects.attempt_id
        ),
        attempt_ids=frozenset(entry.subjects.attempt_id for entry in own if entry.subjects.attempt_id),
    )
    with app.store.read() as work:
        record = make_record(work.ledger.list_of(Subjects(team_id=team_id)))
    now = app.clock.read().wall
    return [
        WaitingStatement(
            statement_id=told.statement["id"],
            person_id=told.person_id,
            ledger_number=own[0].number,
            body=json.dumps(told.statement, ensure_ascii=False, sort_keys=True),
            queued_at=now,
        )
        for told in list_statements(app, record, home=app.settings.address, only=touched)
    ]


def _send_waiting(app: App, settings: LrsSettings, send: Send) -> int:
    taken = 0
    while True:
        with app.store.read() as work:
            batch = work.lrs.list_waiting(most=BATCH)
        if not batch:
            return taken
        sent, failure = _send_batch(settings, batch, send)
        now = app.clock.read().wall
        with app.store.write() as work:
            if sent:
                work.lrs.note_sent(settings.url, sent, at=now)
            if failure:
                work.lrs.note_failure(settings.url, failure, at=now)
        taken += len(sent)
        if failure:
            return taken


def _send_batch(settings: LrsSettings, batch: Sequence[WaitingStatement], send: Send) -> tuple[list[str], str]:
    """Return the ids of what the store has, and why it has not the others, "" where it has all."""
    try:
        answer = send(settings, batch)
        if answer not in REFUSED:
            return ([each.statement_id for each in batch], "") if 200 <= answer < 300 else ([], _say(answer))
        sent, failure = [], ""
        for each in batch:
            answer = send(settings, [each])
            if 200 <= answer < 300 or answer == KNOWN:
                sent.append(each.statement_id)
            else:
                failure = _say(answer)
    except LrsError as error:
        return [], str(error)
    return sent, failure


def _say(answer: int) -> str:
    if answer in (401, 403):
        return f"The store refused the name and password (answer {answer})."
    return f"The store answered {answer}."


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: a POST that is redirected would arrive as a GET, with the password at another place."""


def post_statements(settings: LrsSettings, statements: Sequence[WaitingStatement]) -> int:
    """Send statements to the store; return the HTTP status of its answer. Raises LrsError: there was none."""
    body = f"[{','.join(each.body for each in statements)}]".encode()
    headers = {"Content-Type": "application/json", "X-Experience-API-Version": VERSION}
    if settings.user or settings.password:
        secret = base64.b64encode(f"{settings.user}:{settings.password}".encode()).decode("ascii")
        headers["Authorization"] = f"Basic {secret}"
    request = urllib.request.Request(settings.url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return int(error.code)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        told = getattr(reason, "strerror", None) or str(reason)
        raise LrsError(f"The store did not answer: {told.lower()}") from error
