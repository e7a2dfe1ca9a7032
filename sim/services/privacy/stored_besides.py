"""What is stored besides, that says nothing about anybody; and the shape in which all of it is told."""

from dataclasses import dataclass
from typing import Final

WITH_PERSON: Final = "until the person is deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One table."""

    title: str  # of it in words
    what: str  # what it holds and why, a sentence or two; "" where it holds nothing about people
    told: dict[str, str]  # what its columns say about people, by column
    technical: tuple[str, ...]  # its other columns
    kept: str = WITH_PERSON  # how long


BESIDES: Final[dict[str, Stored]] = {
    "team": Stored(
        title="Teams",
        what="",
        told={},
        technical=("team_id", "name", "school", "is_demo", "created_at", "external_id", "last_number", "chosen_by"),
    ),
    "program": Stored(
        title="Training programs",
        what="",
        told={},
        technical=(
            "program_id",
            "team_id",
            "aim",
            "recording_id",
            "profile",
            "options",
            "time_zone",
            "training_on",
            "training_at",
            "request_key",
            "calendar_number",
            "waiting_seed",
            "created_at",
            "closed_at",
        ),
    ),
    "program_step": Stored(
        title="Steps of programs",
        what="",
        told={},
        technical=("step_id", "program_id", "kind", "number", "due_from", "due_to", "dropped_at"),
    ),
    "program_change": Stored(
        title="Changes of programs",
        what="",
        told={},
        technical=("change_id", "program_id", "changed_at", "words"),
    ),
    "session": Stored(
        title="Sessions",
        what="",
        told={},
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
        what="",
        told={},
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
        what="",
        told={},
        technical=("nonce_sha256", "used_at"),
    ),
    "lti_course": Stored(
        title="Courses of learning systems",
        what="",
        told={},
        technical=("course_id", "platform_id", "context_id", "title", "members_url", "seen_at"),
    ),
    "ledger_entry": Stored(
        title="Chain of the training record",
        what="",
        told={},
        technical=("number", "kind", "at", "content_sha256", "previous_sha256", "sha256"),
        kept="always",
    ),
    "ledger_removal": Stored(
        title="Emptied entries of the training record",
        what="",
        told={},
        technical=("number", "by_number"),
        kept="always",
    ),
    "mail_state": Stored(
        title="How sending mail goes",
        what="",
        told={},
        technical=("server", "sent_count", "sent_at", "failed_at", "failure", "queued_up_to"),
    ),
    "day_off": Stored(
        title="Days without drills",
        what="",
        told={},
        technical=("day_off_id", "first_on", "last_on", "name"),
    ),
}
