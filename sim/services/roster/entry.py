"""What a roster file says, whatever kind of file it is."""

from dataclasses import dataclass
from enum import StrEnum

MAX_EMAIL = 254
MAX_EXTERNAL_ID = 255
ROLES = ("trainee", "trainer", "records", "admin")


class RosterSource(StrEnum):
    """The kind of roster file. Only the kind that keeps somebody can mark them as having left."""

    CSV = "csv"
    ONE_ROSTER = "oneroster"
    LTI = "lti"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamWish:
    """A team as a file names it. `school` "" stands for the team's own name; `external_id` None for no id."""

    name: str
    school: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person as a file wants them. None is what the file does not say: it stays as it is."""

    place: str  # where in the file, in words: "line 7"
    name: str | None = None
    email: str | None = None
    external_id: str | None = None
    team: TeamWish | None = None
    group: str | None = None  # one of `sim.columns.GROUPS`, "" for none
    role: str | None = None  # one of ROLES, "" for none
    has_left: bool = False  # the file says that they are there no more


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongRow:
    """A row that cannot be used: where, why and what to do, in words."""

    place: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A roster file that was read."""

    name: str  # of the file
    source: RosterSource
    is_whole: bool  # everybody is in it; anyone who is missing has left
    entries: tuple[Entry, ...]
    wrong: tuple[WrongRow, ...]
    notes: tuple[str, ...]  # what was read over and why, in words
    keeps_teams: bool = False  # anyone who is on a team stays there, whatever team the file names
    left_out: frozenset[str] = frozenset()  # places of new people who are not to be brought in
