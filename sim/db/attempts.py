"""Attempts and their event logs: append-only, keyed by attempt, tab and number, so that a repeat is harmless."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import chain
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import ForeignKey, bindparam, exists, func, select, tuple_

from sim.attempt.arrivals import HeardTab, Pause, Silence
from sim.attempt.attempt import ENDED, UNSCORED, Attempt, AttemptState, Mode, Phase
from sim.attempt.events import Act, Event, EventKind, read_act
from sim.attempt.options import NO_OPTIONS, Device, Options, ProfileName, read_options
from sim.attempt.team_exercise import Role
from sim.db.columns import JSON_TEXT, PRACTICE, Col, Row, cascade, column, inner, listed, raw, several, told
from sim.db.ledger import Result
from sim.db.programs import CHOSEN, LOOKED_AT, PROGRAM, ExposureRow, ExposuresTable, ProgramRow, StepRow
from sim.db.rows import AT_ONCE, INSERT, Condition, Rows, RowsOf, in_parts, is_any, whole
from sim.db.teams import PersonRow, TeamRow, Teams
from sim.errors import StoreError, UnknownAttemptError

MEASURES: Final = ("passed", "idf1", "appearance_recall", "appearance_precision", "wrong_person_s")
"""What stands in columns of their own too, so that many attempts are read without opening their scores."""


class AttemptRow(
    Row,
    table="attempt",
    of="person session_person exercise_member nobody",
    sorted_by="created_at attempt_id",
    kept=PRACTICE,
    audit="drill {}",
):
    """Drills. Every drill someone did: when, on what, how long it took and how it was scored."""

    unknown = partial(
        UnknownAttemptError,
        "this drill attempt does not exist",
        expected="the address of an attempt made on this computer",
        todo="start a new drill from the first page",
    )
    timing: Attempt  # state and clock, see `sim.attempt.attempt`
    attempt_id: Col[str] = inner("timing.attempt_id", "", 64, primary_key=True)
    person_id: Col[str | None] = told("whose", 32, cascade("person.person_id"), index=True)
    form_id: Col[str] = told("which drill", 80)
    form_version: Col[str] = column(80)
    recording_id: Col[str] = column(80)
    truth_sha256: Col[str] = column(64)
    mode: Col[Mode] = told("practice or measured")
    phase: Col[Phase | None] = told("before or after the training")
    profile: Col[ProfileName] = column(server_default="classic")  # the console it is done on
    options: Col[Options] = told("with which options", several(read_options), default=NO_OPTIONS, server_default="")
    is_demo: Col[bool] = column()  # by a simulated searcher, not a person
    state: Col[AttemptState] = inner("timing.state", "how it ended", index=True)
    limit_s: Col[float] = inner("timing.limit_s", "")
    created_at: Col[datetime] = inner("timing.created_at", "when given")
    briefed_at: Col[datetime | None] = inner("timing.briefed_at", "when read")
    released_at: Col[datetime | None] = inner("timing.released_at", "when begun")
    ended_at: Col[datetime | None] = inner("timing.ended_at", "when ended")
    mark_wall: Col[datetime | None] = inner("timing.mark.at.wall", "", loose=True)
    mark_steady_s: Col[float | None] = inner("timing.mark.at.steady_s", "", loose=True)
    mark_epoch: Col[str | None] = inner("timing.mark.at.epoch", "", 32, loose=True)
    mark_elapsed_s: Col[float | None] = inner("timing.mark.elapsed_s", "", loose=True)
    used_s: Col[float | None] = inner("timing.used_s", "how long it took")
    sealed: Col[bool] = inner("timing.sealed", "", loose=True)
    leader_tab: Col[str | None] = column(36, default=None, loose=True)  # the browser tab that leads
    score_json: Col[str | None] = told("the score, with what was marked", default=None)  # once computed
    metric_versions: Col[str | None] = column(default=None)  # the rules it was computed by, JSON
    stall_s: Col[float | None] = told("how long the video made them wait", default=None)
    step_id: Col[str | None] = column(32, ForeignKey("program_step.step_id"), default=None, index=True, loose=True)
    extra_time: Col[float] = told("extended time, where someone is entitled to it", default=1.0)
    device: Col[Device | None] = told("computer, tablet or phone", default=None)  # None before it was opened
    passed: Col[bool | None] = inner("", "whether the drill was passed")
    idf1: Col[float | None] = inner("", "a measure of the score")
    appearance_recall: Col[float | None] = inner("", "a measure of the score")
    appearance_precision: Col[float | None] = inner("", "a measure of the score")
    wrong_person_s: Col[float | None] = inner("", "a measure of the score")
    unheard_s: Col[float | None] = told("how long nothing was heard of the browser", default=None)
    late_events: Col[int | None] = told("how much of what was done arrived late", default=None)
    mark_tabs: Col[int | None] = told("from how many browser tabs the marks came", default=None)
    unopened_marks: Col[int | None] = told("how many marks are on cameras that were not opened", default=None)
    unsent_marks: Col[int | None] = told("how many marks are on pictures that were not sent", default=None)
    known_by: Col[str | None] = told("how it was known who did it", 16, default=None)  # `sim.rules.viewer.KnownBy`
    paused_at: Col[datetime | None] = inner("timing.paused_at", "since when the trainer stopped the clock", loose=True)
    paused_s: Col[float] = inner("timing.paused_s", "for how long it was stopped", server_default="0")
    ended_pauses: Col[tuple[Pause, ...]] = inner(
        "timing.ended_pauses", "when, and for how long each time", listed(Pause), server_default="[]"
    )
    paused_actions: Col[int] = told("how much was done while it was stopped", default=0)

    @property
    def score(self) -> dict[str, Any]:
        score: dict[str, Any] = json.loads(self.score_json or "{}")
        return score

    def values(self) -> dict[str, Any]:
        score = self.score
        return super().values() | {name: score.get(name) for name in MEASURES}


DrillColumns = SimpleNamespace
"""Drills as `AttemptsTable.list_drills` chooses them, column by column, as a district has 40,000."""
_GIVEN = ExposureRow.table.alias("given")
_SEEN = ExposureRow.table.alias("look")
_SELECT_SOME = select(AttemptRow.table).where(AttemptRow.attempt_id.in_(bindparam("these", expanding=True)))
_MARK = ("mark_wall", "mark_steady_s", "mark_epoch", "mark_elapsed_s")
_UPDATE_MARK = AttemptRow.update_by_key.values({name: bindparam(name) for name in _MARK})
"""Made once: putting them together takes longer than the database does, and posts of events and footage need one."""
_IS_RUNNING = AttemptRow.state == AttemptState.RUNNING
IS_OPEN = AttemptRow.state.not_in(ENDED)
_IS_SCORED = AttemptRow.mode.not_in(UNSCORED)


def are_of_team(team_id: Teams | None) -> tuple[Condition, ...]:
    """Choose drills of the people of some teams; of all that there are with None."""
    return () if team_id is None else (AttemptRow.person_id == PersonRow.person_id, is_any(PersonRow.team_id, team_id))


def are_of_teams(team_id: Teams | None) -> tuple[Condition, ...]:
    """Choose drills of the people of some teams, or with None of all teams that are no demo."""
    if team_id is not None:
        return are_of_team(team_id)
    real = select(TeamRow.team_id).where(TeamRow.is_demo.is_(False))
    return AttemptRow.person_id == PersonRow.person_id, PersonRow.team_id.in_(real)


class AttemptsTable(RowsOf[AttemptRow]):
    def add(self, row: AttemptRow, *, reason: str = "") -> None:
        """Store a new attempt, and note that its person was given its form, unless that is there already."""
        self.insert(row)
        if row.person_id is None:
            return
        given = ExposureRow(
            person_id=row.person_id,
            form_id=row.form_id,
            attempt_id=row.timing.attempt_id,
            given_at=row.timing.created_at,
            how=CHOSEN if reason else row.mode.value if row.step_id is None else PROGRAM,
            reason=reason,
        )
        if row.mode in (Mode.PRACTICE, Mode.TEAM_EXERCISE):
            ExposuresTable(self.connection).note_look(given, recording_id=row.recording_id)
        else:
            self.insert_new(given)

    def find_all(self, attempt_ids: Collection[str]) -> dict[str, AttemptRow]:
        parts = in_parts(list(attempt_ids))
        rows = (row for part in parts for row in self.connection.execute(_SELECT_SOME, {"these": part}))
        return {row.timing.attempt_id: row for row in map(AttemptRow.make, rows)}

    def save_marks(self, rows: Sequence[AttemptRow]) -> None:
        """Write the latest known elapsed time of attempts that exist, and nothing else of them."""
        if rows:
            values = [{"key_attempt_id": row.attempt_id, **{own: getattr(row, own) for own in _MARK}} for row in rows]
            self.connection.execute(_UPDATE_MARK, values)

    def list_unsettled(self, *, team_id: Teams | None = None, of_a_phase: bool = False) -> tuple[str, ...]:
        open_log = (AttemptRow.state == AttemptState.TIMED_OUT) & AttemptRow.sealed.is_(False)
        may_be_scored = AttemptRow.state.in_([AttemptState.SUBMITTED, AttemptState.TIMED_OUT]) & _IS_SCORED
        is_unsettled = _IS_RUNNING | open_log | (may_be_scored & AttemptRow.score_json.is_(None))
        of_those = (*are_of_team(team_id), *([AttemptRow.phase.is_not(None)] if of_a_phase else []))
        return self.list_values(AttemptRow.attempt_id, is_unsettled, *of_those)

    def list_drills(self, *, team_id: Teams | None = None, with_doubts: bool = False) -> DrillColumns:
        """Return the drills of a phase that ended after their clock ran, in the order they were made.

        Those without a score yet are there without measures. Raises AccessError: the team is of another school.
        """
        chosen = (_DRILLS.add_columns(_DOUBTS) if with_doubts else _DRILLS).where(*are_of_teams(team_id))
        # who may see a team may see what its people did: asked once, instead of for each row of six tables
        is_one = isinstance(team_id, str) and self.by_key(TeamRow, team_id)
        found = self.connection.execute(whole(chosen) if is_one else chosen)
        names = tuple(found.keys())
        # a thousand rows at a time, gone before the next: 40,000 at once cost as much again in collecting garbage
        parts = [tuple(zip(*rows, strict=True)) for rows in found.partitions(AT_ONCE)]
        values = [tuple(chain.from_iterable(each)) for each in zip(*parts, strict=True)] or [()] * len(names)
        return DrillColumns(**dict(zip(names, values, strict=True)))

    # what recordings are used for is told to whoever may give or delete them, of whatever school the drills are
    def list_under_way(self) -> frozenset[str]:
        """Return the recordings with a measured or team drill that was given, or practice whose clock runs."""
        is_waited_for = AttemptRow.mode.in_((Mode.ASSESSMENT, Mode.TEAM_EXERCISE))
        return self.list_distinct(AttemptRow.recording_id, IS_OPEN, is_waited_for | _IS_RUNNING)

    def list_of_team(self, team_id: str) -> tuple[AttemptRow, ...]:
        return self.list_all(*are_of_team(team_id))


_OF_DRILLS: Final = (
    "attempt_id", "phase", "form_id", "profile", "options", "limit_s", "state", "released_at", "used_s", "device",
    "extra_time", "recording_id", "ended_at", "metric_versions", "is_demo", *MEASURES,
)  # fmt: skip
_DOUBTS: Final = (
    select(raw(Result.doubts)).where(Result.attempt_id == AttemptRow.attempt_id).scalar_subquery().label("doubts")
)
_DRILLS: Final = (
    select(
        PersonRow.person_id,
        PersonRow.team_id,
        *(raw(AttemptRow.table.c[name]) for name in _OF_DRILLS),
        _GIVEN.c.how,  # how the person came by the form, see `ExposureRow`; None where they had been given it before
        _SEEN.c.given_at.label("looked_at"),  # when they first saw the recording outside measured drills; None: never
        *(ProgramRow.table.c[name] for name in ("training_on", "training_at", "time_zone")),
    )
    .join_from(AttemptRow.table, PersonRow.table, PersonRow.person_id == AttemptRow.person_id)
    .outerjoin(StepRow.table, StepRow.step_id == AttemptRow.step_id)
    .outerjoin(
        _GIVEN,
        (_GIVEN.c.attempt_id == AttemptRow.attempt_id)
        & (_GIVEN.c.person_id == AttemptRow.person_id)
        & (_GIVEN.c.form_id == AttemptRow.form_id),
    )
    .outerjoin(
        _SEEN, (_SEEN.c.person_id == AttemptRow.person_id) & (_SEEN.c.form_id == LOOKED_AT + AttemptRow.recording_id)
    )
    .outerjoin(ProgramRow.table, ProgramRow.program_id == StepRow.program_id)
    .where(AttemptRow.phase.is_not(None), AttemptRow.used_s > 0, AttemptRow.state.in_(ENDED), _IS_SCORED)
    .order_by(*AttemptRow.order)
)
"""Put together once: that takes longer than the database does."""


class LearnerRow(Row, table="learner_attempt", of="attempt", kept=PRACTICE):
    """Lessons, and which browser a drill was done in. So that what is done without an account is found there again."""

    attempt_id: Col[str] = column(64, cascade("attempt.attempt_id"), primary_key=True)
    browser_sha256: Col[str | None] = column(64, default=None, index=True)  # of its key; None: the attempt has a person
    lesson_id: Col[str | None] = told("which lesson", 80, default=None, index=True)  # None: a drill
    is_helped: Col[bool] = told("done with help", default=False)
    is_easier: Col[bool] = told("an easier question of it", default=False)


class ExerciseRow(
    Row, table="exercise", of="team", sorted_by="-created_at exercise_id", kept="until one of its members is deleted"
):
    """Team exercises. The score of a drill done together. It is deleted as a whole with any of its members."""

    unknown = partial(StoreError, "this team exercise does not exist", todo="ask for a new link")
    exercise_id: Col[str] = column(32, primary_key=True)  # unguessable
    team_id: Col[str] = column(32, cascade("team.team_id"), index=True)  # whose people do it
    form_id: Col[str] = column(80)  # what is asked
    leading: Col[Role] = column()  # the role that decides; another than the lead once somebody has taken over
    created_at: Col[datetime] = column()
    score_json: Col[str | None] = told("the score, by role", default=None)  # score card and measures, once computed


class MemberRow(Row, table="exercise_member", of="exercise"):
    """Team exercises: who took part. Who had which role in a drill done together."""

    exercise_id: Col[str] = column(32, cascade("exercise.exercise_id"), primary_key=True)
    role: Col[Role] = told("role", primary_key=True)  # at most once in an exercise
    person_id: Col[str] = told("who", 32, cascade("person.person_id"), index=True)
    attempt_id: Col[str] = column(64, cascade("attempt.attempt_id"), unique=True)  # with an event log of its own
    seen_at: Col[datetime | None] = told("when last there", default=None)  # when their page last asked for news
    camera_id: Col[str | None] = told("camera last opened", 80, default=None)  # None while they have none


class FeedEntry(Row, table="exercise_feed", of="exercise", sorted_by="number"):
    """Team exercises: what was shared. What members marked and told each other."""

    exercise_id: Col[str] = column(32, cascade("exercise.exercise_id"), primary_key=True)
    number: Col[int] = column(primary_key=True, autoincrement=False)  # 1, 2, 3 ... in the order the server had it
    role: Col[Role] = told("whose role")
    kind: Col[str] = told("what", 16)  # of the console event
    at_s: Col[float] = told("when")  # drill time by the server's clock, seconds since release
    payload: Col[Mapping[str, Any]] = told("what was marked or told", JSON_TEXT)


class ExercisesTable(RowsOf[ExerciseRow]):
    def list_members(self, exercise_id: str) -> tuple[MemberRow, ...]:
        rows = self.list_rows(MemberRow, MemberRow.exercise_id == exercise_id)
        return tuple(sorted(rows, key=lambda row: list(Role).index(row.role)))


class StoredEvent(Row, table="attempt_event", of="attempt", kept=PRACTICE):
    """What was done in a drill. Each camera opened, jump in time, mark and answer, to the second, for the debrief."""

    event: Event  # what the browser sent
    attempt_id: Col[str] = inner("", "", 64, cascade("attempt.attempt_id"), primary_key=True)
    tab_id: Col[str] = inner("event.tab_id", "", 36, primary_key=True)
    seq: Col[int] = inner("event.seq", "", primary_key=True, autoincrement=False)
    kind: Col[EventKind] = inner("event.kind", "what was done")
    t_client_ms: Col[float] = inner("event.t_client_ms", "")
    payload: Col[Mapping[str, Any]] = inner(
        "event.payload", "on which camera and when; what was marked or answered", JSON_TEXT
    )
    arrived_at: Col[datetime] = told("when")
    arrived_s: Col[float] = column()  # the server's elapsed seconds when it came
    counted: Col[bool] = column()  # inside the limit and the grace; others are kept but never scored
    earliest_s: Col[float | None] = column(default=None)  # when it can have been made first; None: not bound


class TabRow(Row, table="attempt_tab", of="attempt", kept=PRACTICE):
    """Browser windows of a drill. Which window a drill was done in, so that nothing is counted twice."""

    attempt_id: Col[str] = column(64, cascade("attempt.attempt_id"), primary_key=True)
    tab_id: Col[str] = told("a random number of the window", 36, primary_key=True)
    acked: Col[int] = column(default=0, name="acked_seq", server_default=None)  # complete up to it
    heard: HeardTab | None = None  # what was heard of it, pauses included; None for a tab never heard
    heard_s: Col[float | None] = inner("heard.heard_s", "")
    since_s: Col[float | None] = inner("heard.since_s", "")
    stored: Col[int] = column(default=0)  # events
    stored_bytes: Col[int] = column(default=0)  # of their payloads


class SilenceRow(Row, table="attempt_silence", of="attempt", sorted_by="from_s tab_id", kept=PRACTICE):
    """Lost connections in a drill. When nothing was heard of its browser, and how much of what was done came late."""

    silence: Silence
    attempt_id: Col[str] = column(64, cascade("attempt.attempt_id"), primary_key=True)
    tab_id: Col[str] = inner("silence.tab_id", "a random number of the window", 36, primary_key=True)
    from_s: Col[float] = inner("silence.from_s", "from when, seconds into the drill", primary_key=True)
    to_s: Col[float] = inner("silence.to_s", "until when")
    late: Col[int] = inner("silence.late", "how much arrived late")
    is_offline: Col[bool] = inner("silence.is_offline", "no other window was heard either")


class HelpRow(Row, table="attempt_help", of="attempt", sorted_by="attempt_id number", kept=PRACTICE):
    """Calls for help. When someone asked for help in a session."""

    attempt_id: Col[str] = column(64, cascade("attempt.attempt_id"), primary_key=True)
    number: Col[int] = column(primary_key=True, autoincrement=False)
    asked_at: Col[datetime] = told("when")
    elapsed_s: Col[float] = column()  # the attempt's own time at it, seconds
    answered_at: Col[datetime | None] = told("when answered", default=None)  # by the trainer


_SELECT_EVENT = select(*map(raw, list(StoredEvent.table.columns)[1:]))
_IS_BEYOND = exists().where(
    StoredEvent.attempt_id == TabRow.attempt_id, StoredEvent.tab_id == TabRow.tab_id, StoredEvent.seq > TabRow.acked
)
_SELECT_TABS_OF_SOME = select(TabRow.table, _IS_BEYOND.label("is_beyond")).where(
    TabRow.attempt_id.in_(bindparam("attempts", expanding=True))
)
_IN_TIME = (StoredEvent.t_client_ms, StoredEvent.tab_id, StoredEvent.seq)
_INSERT_EVENT = {name: insert(StoredEvent.table).on_conflict_do_nothing() for name, insert in INSERT.items()}
"""Made once: putting them together takes longer than the database does, and every post of events needs all."""

_KINDS = {kind.value: kind for kind in EventKind}


class EventsTable(Rows):
    def append(self, events: Mapping[str, Sequence[StoredEvent]]) -> None:
        """Store events by attempt; those that are stored already stay as they are."""
        values = [{**each.values(), "attempt_id": key} for key, fresh in events.items() for each in fresh]
        if values:
            self.connection.execute(_INSERT_EVENT[self.connection.dialect.name], values)

    def list_tabs_of(self, attempt_ids: Collection[str]) -> tuple[dict[str, dict[str, TabRow]], set[tuple[str, str]]]:
        """Return every tab of some attempts, by attempt and tab, and those that lack events before later ones."""
        found: dict[str, dict[str, TabRow]] = {attempt_id: {} for attempt_id in attempt_ids}
        gaps: set[tuple[str, str]] = set()
        for row in self.connection.execute(_SELECT_TABS_OF_SOME, {"attempts": list(attempt_ids)}):
            attempt_id, tab_id, *_, is_beyond = row
            found[attempt_id][tab_id] = TabRow.make(row)
            if is_beyond:
                gaps.add((attempt_id, tab_id))
        return found, gaps

    def list_all(self, attempt_id: str, *where: Condition) -> tuple[StoredEvent, ...]:
        """Return the log, by the browser's time, then tab, then number: the same whatever order it came in."""
        chosen = _SELECT_EVENT.where(StoredEvent.attempt_id == attempt_id, *where).order_by(*_IN_TIME)
        found, events = self.connection.execute(chosen), []
        with _tell_changed():
            for rows in found.partitions(AT_ONCE):  # many at once cost as much again in collecting garbage
                for row, payload in zip(rows, json.loads(f"[{','.join(row[4] for row in rows)}]"), strict=True):
                    tab_id, seq, kind, t_client_ms, _, arrived_at, arrived_s, counted, earliest_s = row
                    act = read_act(_KINDS[kind], payload)
                    event = Event(tab_id=tab_id, seq=seq, t_client_ms=t_client_ms, act=act, payload=payload)
                    arrived = {"arrived_at": arrived_at, "arrived_s": arrived_s, "earliest_s": earliest_s}
                    events.append(StoredEvent(event=event, counted=counted, **arrived))
        return tuple(events)

    def list_standing(self, attempt_id: str, *, lasting: Collection[EventKind]) -> tuple[StoredEvent, ...]:
        """Return what tells where the search stands: all events of the lasting kinds, of others each tab's last."""
        is_lasting, here = StoredEvent.kind.in_(lasting), (StoredEvent.attempt_id == attempt_id, StoredEvent.counted)
        latest = select(StoredEvent.tab_id, func.max(StoredEvent.seq)).where(*here, ~is_lasting)
        latest = latest.group_by(StoredEvent.tab_id, StoredEvent.kind)
        is_latest = tuple_(StoredEvent.tab_id, StoredEvent.seq).in_(latest)
        return self.list_all(attempt_id, StoredEvent.counted, is_lasting | is_latest)

    def list_kinds(self, attempt_ids: Collection[str], kinds: Collection[EventKind]) -> dict[str, list[Act]]:
        """Return what was done of some kinds, by attempt, in the order of the browser's time."""
        columns = (StoredEvent.attempt_id, StoredEvent.kind, StoredEvent.payload)
        where = (StoredEvent.attempt_id.in_(attempt_ids), StoredEvent.kind.in_(kinds))
        found: dict[str, list[Act]] = {}
        with _tell_changed():
            for attempt_id, kind, payload in self.list_columns(columns, *where, order_by=_IN_TIME):
                found.setdefault(attempt_id, []).append(read_act(kind, payload))
        return found


@contextmanager
def _tell_changed() -> Iterator[None]:
    """Say that an event is none that was taken in: its payload is no JSON, its kind unknown, or a value missing."""
    try:
        yield
    except (ValueError, KeyError) as error:
        raise StoreError(
            "a stored event cannot be read: someone has changed it in the database",
            todo="run `sightline records verify`, and restore a backup from before",
        ) from error
