"""What goes into the ledger and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sim.db.chain import Json


class LedgerKind(StrEnum):
    """What an entry records. A correction is a new entry, never a change of an old one."""

    SESSION_OPENED = "session-opened"
    SESSION_PLANNED = "session-planned"
    SESSION_DETAILS = "session-details"
    SESSION_PAUSED = "session-paused"
    SESSION_RESUMED = "session-resumed"
    SESSION_ENDED = "session-ended"
    SESSION_REOPENED = "session-reopened"
    SESSION_VOIDED = "session-voided"
    INVITED = "invited"
    ATTENDANCE = "attendance"
    ATTENDANCE_CORRECTED = "attendance-corrected"
    RESULT = "result"
    GAP_OPENED = "gap-opened"
    GAP_CLOSED = "gap-closed"
    REDRILL_GIVEN = "redrill-given"
    REMEDIATION = "remediation"
    ACKNOWLEDGED = "acknowledged"
    TRAINING_ENTERED = "training-entered"
    TRAINING_SIGN_IN = "training-sign-in"
    TRAINING_ATTENDANCE = "training-attendance"
    TRAINING_CLOSED = "training-closed"
    FAMILIARIZATION = "familiarization"
    TEAM_EXERCISE = "team-exercise"
    EXPORTED = "exported"
    ACCOUNT_CHANGED = "account-changed"
    HOLD_PLACED = "hold-placed"
    HOLD_RELEASED = "hold-released"
    CONTENT_REMOVED = "content-removed"
    PERSON_DELETED = "person-deleted"
    SCHOOL_RIGHTS = "school-rights"
    SCHOOL_RIGHTS_WITHDRAWN = "school-rights-withdrawn"
    SCHOOL_DELETED = "school-deleted"
    WALK_IMPORTED = "walk-imported"
    WALK_DELETED = "walk-deleted"
    WALK_DRILLS_DELETED = "walk-drills-deleted"
    BLUR_CONFIRMED = "blur-confirmed"
    CLIP_LOOKED_AT = "clip-looked-at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Whom and what an entry is about; None where it is about nothing of the kind. Nobody else is named in it.

    `session_id` is that of a session, or of a training event in entries of trainings.
    """

    team_id: str | None = None
    session_id: str | None = None
    person_id: str | None = None
    attempt_id: str | None = None


NO_SUBJECTS = Subjects()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry that has no number yet."""

    kind: LedgerKind  # what it records
    at: datetime
    by: str = ""  # who did it, "" where nobody was signed in
    subjects: Subjects = NO_SUBJECTS  # whom and what it is about
    data: Mapping[str, Json] = field(default_factory=dict)  # what is to be known of it, as JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the ledger ends: its last number and that entry's hash; 0 and zeros when it is empty."""

    number: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    number: int  # from 1, without gaps
    kind: str  # see `LedgerKind`; text, as a newer version may know more
    at: str  # as it is hashed, see `sim.db.chain.write_moment`
    # content_sha256, previous_sha256, sha256: of its content, of the entry before, its own
    content_sha256: str
    previous_sha256: str
    sha256: str
    body: str | None  # its content as canonical JSON, None once that was removed
    subjects: Subjects = NO_SUBJECTS  # by which it is found; the same as in its content
