"""What is stored about people, in plain words: the page "What is stored" and a person's export say it from here.

A test holds this against the tables: every table is here, and every column is either told or named as technical.
"""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    title: str  # of it in words
    what: str = ""  # what it holds and why, a sentence or two; "" where it holds nothing about people
    told: dict[str, str] = field(default_factory=dict)  # what its columns say about people, by column
    technical: tuple[str, ...]  # its other columns
    kept: str = "until the person is deleted"  # how long


BESIDES: Final[dict[str, Stored]] = {
    "team": Stored(
        title="Teams",
        technical=("team_id", "name", "school", "is_demo", "created_at", "external_id", "last_number", "chosen_by"),
    ),
    "program": Stored(
        title="Training programs",
        technical=(
            "program_id",
            "team_id",
            "aim",
            "recording_id",
            "second_recording_id",
            "profile",
            "options",
            "time_zone",
            "training_on",
            "training_at",
            "request_key",
            "calendar_number",
            "waiting_seed",
            "margin",
            "smallest",
            "compare_on",
            "created_at",
            "closed_at",
        ),
    ),
    "comparison_look": Stored(
        title="Looks at a team's comparison",
        technical=("team_id", "key", "at"),
    ),
    "program_step": Stored(
        title="Steps of programs",
        technical=("step_id", "program_id", "kind", "number", "due_from", "due_to", "dropped_at"),
    ),
    "program_change": Stored(
        title="Changes of programs",
        technical=("change_id", "program_id", "changed_at", "words"),
    ),
    "session": Stored(
        title="Sessions",
        technical=(
            "session_id",
            "team_id",
            "step_id",
            "makes_up",
            "kind",
            "starting",
            "profile",
            "options",
            "place",
            "code",
            "link_number",
            "created_at",
            "expires_at",
            "briefing_at",
            "started_at",
            "ended_at",
            "planned_at",
            "starts_at",
            "paused_at",
            "paused_s",
            "recording_id",
            "form_id",
            "voided_at",
            "void_reason",
        ),
    ),
    "lti_platform": Stored(
        title="Learning systems",
        technical=(
            "platform_id",
            "name",
            "issuer",
            "client_id",
            "deployments",
            "auth_url",
            "token_url",
            "token_audience",
            "keys_url",
            "trusts_email",
            "takes_in",
            "school",
            "created_at",
            "sent_count",
            "sent_at",
            "failed_at",
            "failure",
        ),
    ),
    "lti_nonce": Stored(
        title="Launches that were taken",
        technical=("nonce_sha256", "used_at"),
    ),
    "lti_course": Stored(
        title="Courses of learning systems",
        technical=("course_id", "platform_id", "context_id", "title", "members_url", "seen_at"),
    ),
    "ledger_entry": Stored(
        title="Chain of the training record",
        technical=("number", "kind", "at", "content_sha256", "previous_sha256", "sha256"),
        kept="always",
    ),
    "ledger_removal": Stored(
        title="Emptied entries of the training record",
        technical=("number", "by_number"),
        kept="always",
    ),
    "mail_state": Stored(
        title="How sending mail goes",
        technical=("server", "sent_count", "sent_at", "failed_at", "failure", "queued_up_to"),
    ),
    "day_off": Stored(
        title="Days without drills",
        technical=("day_off_id", "first_on", "last_on", "name"),
    ),
}


PRACTICE_KEPT: Final = "practice: {days} days; measured drills: until the person is deleted"
RECORD_KEPT: Final = "5 years, also when the person is deleted before: the training record is evidence"

STORED: Final[dict[str, Stored]] = {
    "person": Stored(
        title="People on the list",
        what="Who is on which team, as someone typed it or a roster file brought it.",
        told={
            "name": "name or pseudonym",
            "team_id": "team",
            "email": "sign-in name",
            "external_id": "id in the school's own lists",
            "training_group": "group, where two groups are compared",
            "roster_role": "role in the roster file",
            "roster_source": "kind of file that brought them",
            "created_at": "since when on the list",
            "joined_at": "since when on this team, where that is later",
            "left_at": "since when no longer there",
            "number": "number that the pseudonym is made of",
        },
        technical=("person_id",),
    ),
    "account": Stored(
        title="Accounts",
        what="Who may sign in, and what they may do. Of a passphrase or PIN only a hash is kept, not to be read back.",
        told={
            "sign_in_name": "name to sign in with",
            "display_name": "name as others see it",
            "secret_hash": "hash of the passphrase or PIN",
            "secret_source": "who chose it: given by the trainer, chosen in a session",
            "roles": "what they may do",
            "schools": "the schools that they may do it for; empty for all",
            "person_id": "who of the list it is",
            "created_at": "since when",
            "disabled_at": "since when closed",
        },
        technical=("account_id", "sign_in_key"),
        kept="until the account or its person is deleted",
    ),
    "account_identity": Stored(
        title="Who an account is at the school's sign-in",
        what="The id by which Google, Microsoft or another sign-in service knows an account. No password comes here.",
        told={"external_id": "sign-in service and id there"},
        technical=("account_id",),
        kept="until the account is deleted",
    ),
    "account_session": Stored(
        title="Being signed in",
        what="When someone signed in and was last active, so that a forgotten browser is signed out.",
        told={
            "how": "with what",
            "created_at": "when signed in",
            "used_at": "when last active",
            "ended_at": "when signed out",
        },
        technical=("secret_sha256", "account_id", "expires_at"),
        kept="30 days after its end",
    ),
    "link": Stored(
        title="Links",
        what="Which links to a record, a drill or a team exercise were given to someone, and by whom. The links "
        "themselves are not kept.",
        told={
            "person_id": "for whom",
            "kind": "to what",
            "issued_by": "by whom",
            "issued_at": "when",
            "expires_at": "until when it works",
            "ended_at": "when it was ended",
        },
        technical=("link_id", "attempt_id"),
    ),
    "account_totp": Stored(
        title="Second step of signing in",
        what="That an account asks for a code of an app besides the passphrase. The app's key itself is not kept: it "
        "is worked out from this and the server's own key. Of recovery codes only hashes are kept.",
        told={"confirmed_at": "since when", "recovery": "hashes of recovery codes that were not used"},
        technical=("account_id", "nonce", "last_step"),
        kept="until it is turned off, or the account is deleted",
    ),
    "mail_message": Stored(
        title="Mail",
        what="Reminders of drills, where a mail server is set: waiting, or sent and then without their text.",
        told={
            "person_id": "to whom",
            "subject": "subject",
            "body": "text, until it was sent",
            "queued_at": "since when it waits",
            "sent_at": "when sent",
            "refused": "why the mail server refused it",
        },
        technical=("message_id", "key"),
    ),
    "mail_stop": Stored(
        title="No mail wanted",
        what="That someone has turned reminders by mail off.",
        told={"person_id": "who", "stopped_at": "since when"},
        technical=(),
    ),
    "sign_in_failure": Stored(
        title="Failed tries to sign in",
        what="How often signing in failed for a name (kept as a hash), a network address or both, to slow guessing.",
        told={
            "subject": "hashes of the name and of where from, or the network address",
            "count": "how often",
            "at": "when last",
        },
        technical=("steady_s", "epoch"),
        kept="until signing in works, 30 days at most",
    ),
    "attempt": Stored(
        title="Drills",
        what="Every drill someone did: when, on what, how long it took and how it was scored.",
        told={
            "person_id": "whose",
            "form_id": "which drill",
            "mode": "practice or measured",
            "phase": "before or after the training",
            "state": "how it ended",
            "options": "with which options",
            "extra_time": "extended time, where someone is entitled to it",
            "device": "computer, tablet or phone",
            "created_at": "when given",
            "briefed_at": "when read",
            "released_at": "when begun",
            "ended_at": "when ended",
            "used_s": "how long it took",
            "score_json": "the score, with what was marked",
            "idf1": "a measure of the score",
            "appearance_recall": "a measure of the score",
            "appearance_precision": "a measure of the score",
            "passed": "whether the drill was passed",
            "wrong_person_s": "a measure of the score",
            "stall_s": "how long the video made them wait",
            "unheard_s": "how long nothing was heard of the browser",
            "late_events": "how much of what was done arrived late",
            "mark_tabs": "from how many browser tabs the marks came",
            "known_by": "how it was known who did it",
            "paused_at": "since when the trainer has stopped the clock",
            "paused_s": "for how long it was stopped",
            "ended_pauses": "when, and for how long each time",
            "paused_actions": "how much was done while it was stopped",
        },
        technical=(
            "attempt_id",
            "form_version",
            "recording_id",
            "truth_sha256",
            "profile",
            "is_demo",
            "limit_s",
            "mark_wall",
            "mark_steady_s",
            "mark_epoch",
            "mark_elapsed_s",
            "sealed",
            "leader_tab",
            "metric_versions",
            "step_id",
        ),
        kept=PRACTICE_KEPT,
    ),
    "attempt_event": Stored(
        title="What was done in a drill",
        what="Each camera opened, each jump in time, each mark, each answer, to the second: the debrief is made of it.",
        told={
            "kind": "what was done",
            "payload": "on which camera and when; what was marked or answered",
            "arrived_at": "when",
        },
        technical=("attempt_id", "tab_id", "seq", "t_client_ms", "arrived_s", "earliest_s", "counted"),
        kept=PRACTICE_KEPT,
    ),
    "attempt_tab": Stored(
        title="Browser windows of a drill",
        what="Which window a drill was done in, so that nothing is counted twice.",
        told={"tab_id": "a random number of the window"},
        technical=("attempt_id", "acked_seq", "heard_s", "since_s", "stored", "stored_bytes"),
        kept=PRACTICE_KEPT,
    ),
    "attempt_silence": Stored(
        title="Lost connections in a drill",
        what="When nothing was heard of a drill's browser, and how much of what was done arrived late.",
        told={
            "tab_id": "a random number of the window",
            "from_s": "from when, seconds into the drill",
            "to_s": "until when",
            "late": "how much arrived late",
            "is_offline": "no other window was heard either",
        },
        technical=("attempt_id",),
        kept=PRACTICE_KEPT,
    ),
    "attempt_help": Stored(
        title="Calls for help",
        what="When someone asked for help in a session.",
        told={"asked_at": "when", "answered_at": "when answered"},
        technical=("attempt_id", "number", "elapsed_s"),
        kept=PRACTICE_KEPT,
    ),
    "learner_attempt": Stored(
        title="Lessons, and which browser a drill was done in",
        what="So that lessons and drills done without an account are found again in the same browser.",
        told={"lesson_id": "which lesson", "is_helped": "done with help", "is_easier": "an easier question of it"},
        technical=("attempt_id", "browser_sha256"),
        kept=PRACTICE_KEPT,
    ),
    "lti_result": Stored(
        title="Results for a learning system",
        what="Which drills were opened from the school's learning system (LTI), so that it is told that they are done: "
        "passed or not for practice, done for measured drills, and nothing else.",
        told={
            "subject": "the learning system's id of the person",
            "created_at": "when opened from there",
            "done_at": "when it was told",
            "score": "what it was told, 0 or 1",
            "refused": "why it did not take it",
        },
        technical=("attempt_id", "platform_id", "line_item", "tries", "next_at"),
        kept=PRACTICE_KEPT,
    ),
    "cmi5_session": Stored(
        title="Drills opened from a course package (cmi5)",
        what="Who opened a drill from a learning system that has only course packages, until that system was told "
        "how it ended. Such drills are nobody's here.",
        told={
            "actor": "the learning system's account of the person, until it was told",
            "begun_at": "when opened",
            "done_at": "when it was told",
            "has_completed": "that it was told of a completed drill",
            "has_passed": "that it was told of a passed drill",
        },
        technical=(
            "session_id",
            "attempt_id",
            "once",
            "endpoint",
            "token",
            "activity",
            "context",
            "is_judged",
            "tries",
            "next_at",
            "failure",
        ),
        kept="a year; the account until it was told, a week at most",
    ),
    "exposure": Stored(
        title="Drills someone has been given or has looked at",
        what="So that nobody is measured on a drill they know.",
        told={"person_id": "who", "form_id": "which drill", "given_at": "when", "how": "how chosen", "reason": "why"},
        technical=("attempt_id",),
    ),
    "session_person": Stored(
        title="Invitations and attendance",
        what="Who was invited to a session, who came, and with how much time.",
        told={
            "person_id": "who",
            "attendance": "present, absent or made up",
            "extra_time": "extended time, where someone is entitled to it",
            "joined_at": "when joined",
            "seen_at": "when last seen there",
            "return_code": "code to come back with",
        },
        technical=("session_id", "seat", "attempt_id"),
    ),
    "attendance_change": Stored(
        title="Corrected attendance",
        what="What was corrected after a session, and why.",
        told={
            "person_id": "whose",
            "was": "before",
            "became": "after",
            "reason": "why, as someone typed it",
            "changed_at": "when",
        },
        technical=("session_id", "number"),
    ),
    "program_place": Stored(
        title="Order of drills in a program",
        what="Which order of drills someone has.",
        told={"person_id": "who", "place": "which order"},
        technical=("program_id",),
    ),
    "exercise_member": Stored(
        title="Team exercises: who took part",
        what="Who had which role in a drill done together.",
        told={"person_id": "who", "role": "role", "seen_at": "when last there", "camera_id": "camera last opened"},
        technical=("exercise_id", "attempt_id"),
    ),
    "exercise_feed": Stored(
        title="Team exercises: what was shared",
        what="What members marked and told each other.",
        told={"role": "whose role", "kind": "what", "at_s": "when", "payload": "what was marked or told"},
        technical=("exercise_id", "number"),
    ),
    "ledger_content": Stored(
        title="The training record",
        what="Who was invited, came, with which result and what followed, and changes of accounts, in entries that "
        "never change.",
        told={"person_id": "about whom", "body": "what happened, with the name as it was then, and who wrote it down"},
        technical=("number", "team_id", "session_id", "attempt_id"),
        kept=RECORD_KEPT,
    ),
    "legal_hold": Stored(
        title="Legal holds",
        what="That nothing about someone may be deleted until the hold is released, since when and why.",
        told={
            "subject_id": "about whom or what",
            "reason": "why",
            "placed_by": "by whom",
            "placed_at": "since when",
            "released_by": "by whom released",
            "released_at": "when released",
            "release_reason": "why released",
        },
        technical=("hold_id", "scope"),
        kept="always",
    ),
    "exercise": Stored(
        title="Team exercises",
        what="The score of a drill done together. When one of its members is deleted, it is deleted as a whole.",
        told={"score_json": "the score, by role"},
        technical=("exercise_id", "team_id", "form_id", "leading", "created_at"),
        kept="until one of its members is deleted",
    ),
    **BESIDES,
}


def list_stored(*, practice_days: int) -> tuple[tuple[Stored, str], ...]:
    """Return what is stored about people, each with how long it is kept."""
    return tuple((stored, stored.kept.format(days=practice_days)) for stored in STORED.values() if stored.what)


def list_impersonal() -> tuple[str, ...]:
    """Return the titles of what is stored besides, which says nothing about anybody."""
    return tuple(stored.title for stored in STORED.values() if not stored.what)
