"""What a member's console asks for again and again: what is new in a team exercise, by number.

Nothing here is of truth.
"""

from typing import Any

from sim.db.exercises import FeedEntry
from sim.db.rows import AttemptRow
from sim.drill.attempt import ENDED, compute_elapsed_s, compute_remaining_s, tick
from sim.drill.team_exercise import Duty
from sim.errors import AnswerError, AttemptError
from sim.services.app.wiring import App
from sim.services.attempt.exercise_presence import get_duties, is_here, is_note_due, may_take_lead
from sim.services.attempt.exercise_words import ROLE_NAMES

MOST_ENTRIES = 500
ASKS_A_MINUTE = 240
MOST_NUMBER = 1_000_000


def read_since(text: str) -> int:
    """Return the number after which news are asked for. Raises AnswerError: it is no such number."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_NUMBER)) and int(text) <= MOST_NUMBER):
        raise AnswerError("since: not a number", expected="0, or the number of the last answer")
    return int(text)


def get_news(app: App, attempt_id: str, *, since: int) -> dict[str, Any]:
    """Return what is new in a member's exercise, and how it stands: plain JSON, with the keys below.

    `entries` [{number, role, kind, at_ms, payload}] are those after `since`, at most 500; `number` is the last of
    them, to be asked on from. `members` [{role, is_here, camera_id}]; `leading` is the role that decides, `may_lead`
    whether this member may take the lead, `duties` what this member does; `state`, `elapsed_ms` and `remaining_ms` are
    of the attempt. The member is noted as there.

    Raises:
        UnknownAttemptError: unknown attempt.
        AttemptError: it is no part of a team exercise.
        RateLimitError: asked more than 240 times in a minute.
    """
    now = app.clock.read()
    app.rate_limit.note(f"exercise {attempt_id}", now_s=now.steady_s, most=ASKS_A_MINUTE)
    with app.store.read() as work:
        timing = tick(work.attempts.get(attempt_id).timing, now)
        own = work.exercises.find_member(attempt_id)
        if own is None:
            raise AttemptError("this drill is not a team exercise", todo="open it by its own page")
        exercise = work.exercises.get(own.exercise_id)
        members = work.exercises.list_members(own.exercise_id)
        entries = work.exercises.list_feed(own.exercise_id, since=since, most=MOST_ENTRIES)
    if timing.state not in ENDED and is_note_due(own, now=now.wall):
        with app.store.write() as work:
            work.exercises.note_seen(attempt_id, at=now.wall)
    elapsed_s = (timing.used_s or 0.0) if timing.state in ENDED else compute_elapsed_s(timing, now)
    return {
        "number": entries[-1].number if entries else since,
        "entries": [_describe(entry) for entry in entries],
        "members": [
            {
                "role": member.role.value,
                "is_here": member.role is own.role or is_here(member, now=now.wall),
                "camera_id": member.camera_id,
            }
            for member in members
        ],
        "leading": exercise.leading.value,
        "may_lead": may_take_lead(exercise, members, own.role, now=now.wall),
        "duties": sorted(duty.value for duty in get_duties(exercise, members, own.role)),
        "state": timing.state.value,
        "elapsed_ms": int(elapsed_s * 1000),
        "remaining_ms": int(compute_remaining_s(timing, now) * 1000),
    }


def describe_exercise(app: App, row: AttemptRow) -> dict[str, Any] | None:
    """Return `exercise` of the console's data: who there is, and what this member does; None for a drill done alone."""
    with app.store.read() as work:
        own = work.exercises.find_member(row.timing.attempt_id)
        if own is None:
            return None
        exercise = work.exercises.get(own.exercise_id)
        members = work.exercises.list_members(own.exercise_id)
        names = work.teams.name_people([member.person_id for member in members])
    return {
        "role": own.role.value,
        "duties": sorted(duty.value for duty in get_duties(exercise, members, own.role)),
        "members": [
            {"role": each.role.value, "label": ROLE_NAMES[each.role], "name": names[each.person_id]} for each in members
        ],
    }


def has_links(exercise: dict[str, Any] | None) -> bool:
    """Return whether a console has the links to the next camera: in an exercise only the one on that duty."""
    return exercise is None or Duty.LINKS.value in exercise["duties"]


def _describe(entry: FeedEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "role": entry.role.value,
        "kind": entry.kind,
        "at_ms": round(entry.at_s * 1000.0),
        "payload": dict(entry.payload),
    }
