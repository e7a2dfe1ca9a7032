"""Gaps in the database: a part of the pass rule that was not met stays open until a later drill meets it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement

from sim.db.columns import EVIDENCE, Col, Row, column, told
from sim.db.rows import Rows

SKILLS: Mapping[str, str] = {
    "appearance_recall": "following the person from camera to camera",
    "no_wrong_person": "telling people apart",
    "few_empty_marks": "marking only the person",
    "right_person": "telling people apart",
    "no_contradiction": "giving one answer, marks or on no camera",
    "final_place": "naming the last place",
    "absence_right": "saying that someone is on no camera",
    "searched_enough": "searching before saying so",
    "near_last_sighting": "finding the last picture of the person",
    "near_in_time": "finding the moment",
    "right_camera": "choosing the right camera",
    "right_point": "pointing out the place",
    "right_other": "finding the other person",
    "right_share": "answering every call",
    "door_right": "naming the door",
    "verdict_right": "judging an alarm",
    "fault_right": "naming a camera's fault",
    "hit_rate": "seeing what a screening missed",
    "false_alarm_rate": "leaving complete checks alone",
    "undecided": "deciding on every alarm",
    "view_right": "setting up the view",
    "cut_share": "cutting out every appearance",
    "mean_iou": "cutting from coming into view to leaving it",
    "outside_share": "cutting out nothing else",
    "few_surplus_clips": "cutting out nothing else",
    "custody_complete": "noting the custody of footage",
    "inside_limit": "finishing in time",
}
"""What each part of a pass rule shows that somebody can do; see docs/scoring.md."""


def name_skill(key: str) -> str:
    return SKILLS.get(key, key.replace("_", " "))


class Gap(
    Row,
    table="gap",
    of="team person",
    title="Gaps",
    what="What someone is still to practice, and which drills showed it.",
    kept=EVIDENCE,
    audit="gap of person {}: {} since drill {}",
    outlives=True,
):
    """The ids are no foreign keys: the record outlives what it is about."""

    person_id: Col[str] = told("whose", 32, primary_key=True)
    key: Col[str] = told("part of the pass rule", 40, primary_key=True)  # see `SKILLS`
    # opened_by, closed_by: by which drill; None while it is open
    opened_by: Col[str] = column(64, primary_key=True)
    ordinal: Col[int] = column(index=True)  # gaps are counted in the order they were opened
    team_id: Col[str] = column(32, index=True)
    name: Col[str] = told("name as it was then", 120)
    opened_at: Col[datetime] = told("since when")
    closed_at: Col[datetime | None] = told("until when", default=None)
    closed_by: Col[str | None] = column(64, default=None)
    # redrill, redrill_at: the latest re-drill that was given for it, and when; None without one
    redrill: Col[str | None] = column(64, default=None, loose=True)
    redrill_at: Col[datetime | None] = told("when a re-drill was given", default=None, loose=True)

    @property
    def is_closed_by_redrill(self) -> bool:
        """Whether the drill that closed it was the re-drill given for it."""
        return self.closed_by is not None and self.closed_by == self.redrill

    @property
    def skill(self) -> str:
        return name_skill(self.key)


class GapsTable(Rows):
    def list_all(self, where: ColumnElement[bool]) -> tuple[Gap, ...]:
        """Return the gaps that are chosen in the order they were opened, closed ones too."""
        return self.list_rows(Gap, where, order_by=(Gap.ordinal,))

    def list_open(self, person_id: str) -> tuple[Gap, ...]:
        return self.list_all((Gap.person_id == person_id) & Gap.closed_at.is_(None))

    def note_redrill(self, person_id: str, keys: Collection[str], *, attempt_id: str, at: datetime) -> None:
        """Note that a re-drill was given for the open gaps of some parts."""
        of_them = (Gap.person_id == person_id, Gap.key.in_(keys), Gap.closed_at.is_(None))
        self.change(Gap, *of_them, redrill=attempt_id, redrill_at=at)
