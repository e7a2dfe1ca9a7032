"""Results of drills and the gaps they showed, in the database; what stood here before stands in the ledger."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sim.db.columns import JSON_TEXT, Col, Row, column, told
from sim.db.ledger import LedgerKind


class Result(Row, table="result", of="team person", audit="result of drill {}", outlives=True):
    """Results. How measured drills, team exercises and getting to know the console went."""

    number: int = 0  # of its newest entry, once it is read
    attempt_id: Col[str] = column(64, primary_key=True)
    ordinal: Col[int] = column(index=True)  # results are counted in the order they were first recorded
    kind: Col[LedgerKind] = column()
    session_id: Col[str | None] = column(32, index=True)
    # team_id, team, school: whose, as it was called then
    team_id: Col[str] = column(32, index=True)
    team: Col[str] = column(120)
    school: Col[str] = column(120)
    person_id: Col[str] = told("whose", 32, index=True)
    name: Col[str] = told("name as it was then", 120)
    form: Col[str] = told("which drill", 80, default="")
    form_title: Col[str] = column(400, default="")
    form_version: Col[str] = column(80, default="")
    mode: Col[str] = column(16)
    phase: Col[str] = told("before or after the training", 16, default="")
    began_at: Col[datetime] = told("when begun")  # when its clock began
    state: Col[str] = told("how it ended", 16)
    used_s: Col[float | None] = told("how long it took")  # None: not told, as for all who ran out of time
    usual_limit_s: Col[float] = column()  # the drill's time limit for everyone without extended time, seconds
    passed: Col[bool | None] = told("whether it was passed", default=None)  # None without a score
    criteria: Col[Mapping[str, bool | None]] = column(JSON_TEXT)  # parts of the pass rule, met or not
    parts: Col[Mapping[str, Any]] = told("the measures", JSON_TEXT)  # see docs/scoring.md
    doubts: Col[Mapping[str, Any]] = told("what would make it doubtful", JSON_TEXT)  # see `sim.rules.remarks`
    versions: Col[Mapping[str, int]] = column(JSON_TEXT)  # of the measures and of the pass rule
    program: Col[str] = column(40, default="")  # which version scored it
    known_by: Col[str] = told("how it was known who did it", 16, default="")
    exercise_id: Col[str | None] = column(32, default=None)  # of a team exercise, and the part in it
    role: Col[str] = told("the part in a team exercise", 40, default="")
    members: Col[int] = column(default=0)
    steps_done: Col[int | None] = told("how many steps were done", default=None)  # of getting to know the console
    steps: Col[int] = column(default=0)


class Gap(
    Row, table="gap", of="team person", sorted_by="ordinal", audit="gap of person {}: {} since drill {}", outlives=True
):
    """Gaps. What someone is still to practice, and which drills showed it."""

    person_id: Col[str] = told("whose", 32, primary_key=True)
    key: Col[str] = told("part of the pass rule", 40, primary_key=True)  # see `sim.ledger.pass_parts`
    opened_by: Col[str] = column(64, primary_key=True)  # by which drill
    ordinal: Col[int] = column(index=True)  # gaps are counted in the order they were opened
    team_id: Col[str] = column(32, index=True)
    name: Col[str] = told("name as it was then", 120)
    opened_at: Col[datetime] = told("since when")
    closed_at: Col[datetime | None] = told("until when", default=None)
    closed_by: Col[str | None] = column(64, default=None)
    redrill: Col[str | None] = column(64, default=None, loose=True)  # the latest that was given for it
    redrill_at: Col[datetime | None] = told("when a re-drill was given", default=None, loose=True)
